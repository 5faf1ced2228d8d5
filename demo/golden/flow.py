"""Paths over the plant's pipes by brute force: what is next along the flow, and what every path must pass.

Valves that are closed in normal running let nothing through.
"""

from collections import defaultdict

from demo.plant import Plant


def downstream(plant: Plant, key: str) -> tuple[str, ...]:
    """Tags of the next equipment along the flow, sorted; strainers are pieces of the pipe."""
    return _next(plant, key, _edges(plant, forward=True))


def upstream(plant: Plant, key: str) -> tuple[str, ...]:
    return _next(plant, key, _edges(plant, forward=False))


def always_between(plant: Plant, start: str, end: str) -> tuple[str, ...]:
    """Tags of the valves that every path along the flow from ``start`` to ``end`` passes, in no order but sorted."""
    edges = _edges(plant, forward=True)
    inside = [part for part in plant.parts if part.role in ("block_valve", "control_valve", "check_valve")]
    return tuple(sorted(part.tag for part in inside if not _reaches(plant, edges, start, end, without=part.key)))


def _edges(plant: Plant, *, forward: bool) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = defaultdict(set)
    for pipe in plant.pipes:
        if any(plant.part(key).normally == "closed" for key in pipe.keys):
            continue
        for a, b in zip(pipe.keys, pipe.keys[1:], strict=False):
            edges[a if forward else b].add(b if forward else a)
    return edges


def _stops(plant: Plant, key: str) -> bool:
    part = plant.part(key)
    return part.role in ("equipment", "off_page") and part.dexpi_class != "Strainer"


def _walk(plant: Plant, edges: dict[str, set[str]], start: str, without: str) -> set[str]:
    seen, queue = set[str](), [start]
    while queue:
        here = queue.pop()
        if here != start and _stops(plant, here):
            continue
        for there in edges[here] - seen - {without}:
            seen.add(there)
            queue.append(there)
    return seen


def _next(plant: Plant, key: str, edges: dict[str, set[str]]) -> tuple[str, ...]:
    return tuple(sorted(plant.tag(k) for k in _walk(plant, edges, key, "")
                        if k != key and plant.part(k).role == "equipment" and _stops(plant, k)))


def _reaches(plant: Plant, edges: dict[str, set[str]], start: str, end: str, without: str) -> bool:
    return end in _walk(plant, edges, start, without)
