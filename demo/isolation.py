"""What must be closed to isolate equipment, by brute force over the plant's pipes.

It shares no code with retrieval's plant graph, so that the one can check the other.
"""

from collections import defaultdict
from dataclasses import dataclass

from demo.plant import Plant

_ENDS = ("equipment", "off_page")
_INLINE = "Strainer"  # equipment by its tag, a piece of the pipe by its nature


@dataclass(frozen=True)
class Isolated:
    """Tags, sorted: valves to close, valves that lead to a drain alone, open ends, what no valve shuts off."""

    close: tuple[str, ...]
    drains: tuple[str, ...]
    open_ends: tuple[str, ...]
    not_isolable: tuple[str, ...]


def isolate(plant: Plant, key: str) -> Isolated:
    """The nearest manual block valves on every process path from ``key`` to other equipment or off the page."""
    neighbours = _neighbours(plant)
    valves, ends, reached = set(), set(), set()
    for here in _walk(plant, neighbours, key, stop_at_valves=True):
        part = plant.part(here)
        if part.role == "block_valve":
            valves.add(here)
        elif part.role == "open_end":
            ends.add(here)
        elif _blocks(plant, here) and here != key:
            reached.add(here)
    drains = {valve for valve in valves if _only_drains(plant, neighbours, valve, key)}
    tags = [tuple(sorted(plant.tag(k) for k in keys)) for keys in (valves - drains, drains, ends, reached)]
    return Isolated(*tags)


def _neighbours(plant: Plant) -> dict[str, set[str]]:
    neighbours: dict[str, set[str]] = defaultdict(set)
    for pipe in plant.pipes:
        for a, b in zip(pipe.keys, pipe.keys[1:], strict=False):
            neighbours[a].add(b)
            neighbours[b].add(a)
    return neighbours


def _blocks(plant: Plant, key: str) -> bool:
    part = plant.part(key)
    return part.role in _ENDS and part.dexpi_class != _INLINE


def _walk(plant: Plant, neighbours: dict[str, set[str]], start: str, *, stop_at_valves: bool,
          without: str = "") -> set[str]:
    seen, queue = {start}, [start]
    while queue:
        here = queue.pop()
        valve = plant.part(here).role == "block_valve"
        if here != start and (_blocks(plant, here) or (valve and stop_at_valves)):
            continue
        fresh = neighbours[here] - seen - {without}
        seen |= fresh
        queue += fresh
    return seen


def _only_drains(plant: Plant, neighbours: dict[str, set[str]], valve: str, target: str) -> bool:
    """Whether the far side of a valve ends at drains alone: what it reaches once the near side is taken away."""
    near = _walk(plant, neighbours, target, stop_at_valves=True)
    far = {key for side in neighbours[valve] - near for key in _walk(plant, neighbours, side, stop_at_valves=False,
                                                                    without=valve)}
    far |= neighbours[valve] - near
    return bool(far) and not any(_blocks(plant, key) for key in far)
