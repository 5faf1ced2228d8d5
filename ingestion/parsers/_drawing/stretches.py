"""Stretches: lines from a symbol, branch or free end to the next one; which are signals; where they flow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingestion.parsers._drawing.arrows import Head, direction
from ingestion.parsers._drawing.canvas import Symbol
from ingestion.parsers._drawing.model import Near, Point, bounds, distance, grown
from ingestion.parsers._drawing.network import Edge, Network


class End(NamedTuple):
    """Where a stretch ends: at a symbol, or at a node where lines branch, or at one where nothing is."""

    symbol: Symbol | None
    node: int

    @property
    def key(self) -> tuple[int, int]:
        return (1, id(self.symbol)) if self.symbol is not None else (0, self.node)


@dataclass(eq=False, slots=True)
class Stretch:
    """``flow`` is 1 from a to b, -1 from b to a, 0 unknown."""

    a: End
    b: End
    path: tuple[Point, ...]
    signal: bool
    flow: int = 0
    line: str = ""

    def ends(self) -> tuple[End, End]:
        return self.a, self.b


def stretches(network: Network, heads: Sequence[Head], unit: float) -> tuple[list[Stretch], list[Point]]:
    """The stretches of a sheet, and the places where lines meet crosswise without a dot: those are no branches."""
    through, crossings = _crossings(network)
    found: list[Stretch] = []
    seen: set[int] = set()
    for number in range(len(network.edges)):
        if number in seen or number in network.gone:
            continue
        chain = _chain(network, number, through)
        seen.update(one for one, _ in chain)
        found.append(_stretch(network, chain))
    places = Near([bounds(head) for head in heads], 8 * unit)
    for one in found:
        near = [heads[number] for number in places.at(grown(bounds(one.path), unit))]
        one.flow = direction(one.path, near, 0.15 * unit)
    # A line that leaves a symbol and comes back to it is part of the symbol's own look.
    found = [one for one in found if one.a.symbol is None or one.a.symbol is not one.b.symbol]
    return found, crossings


def settle(found: Sequence[Stretch]) -> None:
    """What one stretch is tells what the next one is."""
    _spread_signals(found)
    _spread_flow(found)


def _crossings(network: Network) -> tuple[dict[tuple[int, int], int], list[Point]]:
    """Nodes with four lines and no dot: each line goes on straight ahead. (node, edge) -> edge, and where."""
    through: dict[tuple[int, int], int] = {}
    places = []
    for node, edges in network.at.items():
        if len(edges) != 4 or node in network.dotted or node in network.symbol:
            continue
        pairs = [(a, b) for i, a in enumerate(edges) for b in edges[i + 1 :] if _straight(network, node, a, b)]
        if len(pairs) == 2:
            for a, b in pairs:
                through[node, a], through[node, b] = b, a
            places.append(network.points[node])
    return through, places


def _straight(network: Network, node: int, one: int, two: int) -> bool:
    a, b = _next(network.edges[one], node), _next(network.edges[two], node)
    at = network.points[node]
    size = distance(a, at) * distance(b, at)
    return bool(size) and ((a[0] - at[0]) * (b[0] - at[0]) + (a[1] - at[1]) * (b[1] - at[1])) / size < -0.99


def _next(edge: Edge, node: int) -> Point:
    return edge.path[1] if edge.a == node else edge.path[-2]


def _chain(network: Network, number: int, through: dict[tuple[int, int], int]) -> list[tuple[int, int]]:
    """The edges of the stretch that an edge is in, in order, each with the node at which it is entered."""

    def walk(edge: int, node: int) -> list[tuple[int, int]]:
        """Onwards from ``edge``, leaving it at ``node``."""
        steps: list[tuple[int, int]] = []
        while True:
            on = _onwards(network, edge, node, through)
            if on is None or on == number or any(on == one for one, _ in steps):
                return steps
            steps.append((on, node))
            edge, node = on, network.edges[on].other(node)

    first = network.edges[number]
    forward = walk(number, first.b)
    backward = [(edge, network.edges[edge].other(node)) for edge, node in walk(number, first.a)]
    taken = {edge for edge, _ in forward}
    return [*(step for step in reversed(backward) if step[0] not in taken), (number, first.a), *forward]


def _onwards(network: Network, edge: int, node: int, through: dict[tuple[int, int], int]) -> int | None:
    if node in network.symbol or node in network.dotted:
        return None
    if (node, edge) in through:
        return through[node, edge]
    others = [one for one in network.at[node] if one != edge]
    return others[0] if len(others) == 1 else None


def _stretch(network: Network, chain: list[tuple[int, int]]) -> Stretch:
    path: list[Point] = []
    for number, entered in chain:
        edge = network.edges[number]
        path += edge.path if edge.a == entered else edge.path[::-1]
    first, last = chain[0][1], network.edges[chain[-1][0]].other(chain[-1][1])
    a, b = (End(network.symbol.get(node), node) for node in (first, last))
    edges = [network.edges[number] for number, _ in chain]
    drawn = any(edge.dashed or edge.hint == "signal" for edge in edges)
    ends = any(end.symbol is not None and end.symbol.kind == "balloon" for end in (a, b))
    piped = any(edge.hint == "pipe" for edge in edges) and not drawn
    signal = drawn or (ends and not piped)
    return Stretch(a, b, tuple(path), signal)


def joints(found: Sequence[Stretch]) -> dict[tuple[int, int], list[Stretch]]:
    """The stretches that come to each end."""
    at: dict[tuple[int, int], list[Stretch]] = {}
    for one in found:
        for end in one.ends():
            at.setdefault(end.key, []).append(one)
    return at


def _spread_signals(found: Sequence[Stretch]) -> None:
    """At a branch, a line all of whose others are signals is one too: no pipe ends in instrument lines."""
    at = joints(found)
    changed = True
    while changed:
        changed = False
        for key, here in at.items():
            rest = [one for one in here if not one.signal]
            if key[0] == 0 and len(here) >= 3 and len(rest) == 1:
                rest[0].signal = changed = True


def _spread_flow(found: Sequence[Stretch]) -> None:
    """What flows into a valve or fitting with two pipes flows out of it."""
    at = joints(found)
    changed = True
    while changed:
        changed = False
        for key, here in at.items():
            pipes = [one for one in here if not one.signal]
            if len(pipes) != 2 or not _in_line(key, pipes[0]):
                continue
            one, two = pipes
            for known, other in ((one, two), (two, one)):
                if known.flow and not other.flow:
                    arrives = (known.b.key == key) == (known.flow == 1)
                    other.flow = 1 if (other.a.key == key) == arrives else -1
                    changed = True


def _in_line(key: tuple[int, int], one: Stretch) -> bool:
    """Whether an end is a valve, or a branch that only instruments branch from."""
    end = one.a if one.a.key == key else one.b
    return end.symbol is None or end.symbol.kind == "valve"
