"""The lines of a sheet as a graph: what meets end to end, what ends on another line, what merely crosses it."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from ingestion.parsers._drawing.canvas import Canvas, Segment, Symbol
from ingestion.parsers._drawing.model import (
    Box,
    Circle,
    Hint,
    Near,
    Point,
    along,
    bounds,
    distance,
    grown,
    inside,
)


@dataclass(slots=True)
class Edge:
    """A piece of line between two nodes."""

    a: int
    b: int
    path: tuple[Point, ...]  # from a to b
    dashed: bool
    hint: Hint

    def other(self, node: int) -> int:
        return self.b if node == self.a else self.a


@dataclass(slots=True)
class Network:
    """Nodes by number. ``symbol`` says which symbol a node lies at, ``dotted`` which nodes a dot marks as joined."""

    points: list[Point] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    at: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # node -> edges
    symbol: dict[int, Symbol] = field(default_factory=dict)
    dotted: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)  # edges that turned out to be none

    def add(self, edge: Edge) -> None:
        self.at[edge.a].append(len(self.edges))
        self.at[edge.b].append(len(self.edges))
        self.edges.append(edge)

    def free(self) -> list[int]:
        """Nodes at which one line ends and nothing is."""
        return [node for node, edges in self.at.items() if len(edges) == 1 and node not in self.symbol]


def build(canvas: Canvas, heads: Iterable[tuple[Point, Point]]) -> Network:
    """The graph of what belongs to no symbol. ``heads`` are arrow heads, from base to tip: they bridge the gap
    between a line and what it points at."""
    unit = canvas.unit
    index = Near([symbol.box for symbol in canvas.symbols], 8 * unit)
    pieces = [piece for one in _lines(canvas) for piece in _cut(one, canvas, index)]
    pieces += [Segment(base, tip, -1, (base, tip), False, False, False, "") for base, tip in heads]
    pieces = _without_ticks(pieces, unit)
    network = Network()
    _split(network, pieces, _dots(canvas), unit)
    _attach(network, canvas)
    return network


def _lines(canvas: Canvas) -> list[Segment]:
    """Segments that may be pipe or signal: no border, no filled shape."""
    return [
        one
        for number, one in enumerate(canvas.segments)
        if number not in canvas.used and not one.filled and one.hint != "frame" and not _borders(one, canvas)
    ]


def _borders(one: Segment, canvas: Canvas) -> bool:
    """Whether a line runs along nearly all of the sheet's edge."""
    wide, high = canvas.drawing.width, canvas.drawing.height
    x0, y0, x1, y1 = one.box
    if y1 - y0 <= 0.01 * high and x1 - x0 >= 0.9 * wide:
        return min(y0, high - y1) <= 0.08 * high
    return x1 - x0 <= 0.01 * wide and y1 - y0 >= 0.9 * high and min(x0, wide - x1) <= 0.08 * wide


def _dots(canvas: Canvas) -> list[Circle]:
    """Small filled circles: they mark lines as joined."""
    dots = [
        circle
        for number, circle in enumerate(canvas.circles)
        if circle.filled and number not in canvas.used_circles and circle.radius <= 0.7 * canvas.unit
    ]
    for number, stroke in enumerate(canvas.strokes):
        if stroke.filled and len(stroke.points) > 5 and canvas.free(number):
            box = bounds(stroke.points)
            wide, high = box[2] - box[0], box[3] - box[1]
            if max(wide, high) <= 1.4 * canvas.unit and abs(wide - high) <= 0.2 * max(wide, high):
                dots.append(Circle((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, wide / 2, filled=True))
    return dots


def _cut(one: Segment, canvas: Canvas, index: Near) -> list[Segment]:
    """A line that is drawn through a valve or a small symbol ends on both sides of it."""
    if one.curved:
        return [one]
    cuts: list[tuple[float, float]] = []
    for symbol in (canvas.symbols[number] for number in index.at(one.box)):
        box = symbol.box
        size = max(box[2] - box[0], box[3] - box[1])
        if (symbol.kind == "body" and size > 4 * canvas.unit) or symbol.kind == "connector":
            continue
        if box[0] > max(one.a[0], one.b[0]) or box[2] < min(one.a[0], one.b[0]):
            continue
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        at, off = along(centre, one.a, one.b)
        half = size / 2 / (one.size or 1.0)
        if off <= 0.12 * size and at - half > 0 and at + half < 1:
            cuts.append((at - half, at + half))
    spots = [0.0, *(spot for cut in sorted(cuts) for spot in cut), 1.0]
    if len(spots) == 2 or any(b < a for a, b in pairwise(spots)):
        return [one]
    ends = [(one.a[0] + (one.b[0] - one.a[0]) * at, one.a[1] + (one.b[1] - one.a[1]) * at) for at in spots]
    return [
        Segment(a, b, one.stroke, (a, b), one.dashed, False, False, one.hint)
        for a, b in zip(ends[::2], ends[1::2], strict=True)
        if a != b
    ]


def _without_ticks(pieces: list[Segment], unit: float) -> list[Segment]:
    """Less short bars that stand on a line with their middle and touch nothing with their ends: flanges, ticks."""
    touch = 0.15 * unit
    near = Near([one.box for one in pieces], 4 * unit)
    kept = []
    for number, one in enumerate(pieces):
        if one.curved or one.size > 1.8 * unit or one.dashed:
            kept.append(one)
            continue
        centre = ((one.a[0] + one.b[0]) / 2, (one.a[1] + one.b[1]) / 2)
        others = [pieces[other] for other in near.at(grown(one.box, touch)) if other != number]
        across = [other for other in others if _meets(centre, other, touch) and other.size > one.size]
        loose = all(not _meets(end, other, touch) for other in others for end in (one.a, one.b))
        if not (across and loose):
            kept.append(one)
    return kept


def _meets(point: Point, other: Segment, touch: float) -> bool:
    at, off = along(point, other.a, other.b)
    slack = touch / (other.size or 1.0)
    return off <= touch and -slack <= at <= 1 + slack


def _split(network: Network, pieces: list[Segment], dots: list[Circle], unit: float) -> None:
    """Nodes at every end, at every end that lies on another line, and at every dot; pieces between them."""
    touch = 0.15 * unit
    nodes = _Nodes(network, touch)
    for dot in dots:
        network.dotted.add(nodes.at((dot.x, dot.y), max(touch, dot.radius)))
    ends = [(nodes.at(one.a, touch), nodes.at(one.b, touch)) for one in pieces]
    spots = Near([(x, y, x, y) for x, y in network.points], 4 * unit)
    seen: set[tuple[int, int, bool]] = set()
    for one, (first, last) in zip(pieces, ends, strict=True):
        if one.curved:
            if first != last:
                network.add(Edge(first, last, one.path, one.dashed, one.hint))
            continue
        on = []
        for node in spots.at(grown(one.box, 1.0 * unit)):
            at, off = along(network.points[node], one.a, one.b)
            if node not in (first, last) and 0 < at < 1 and off <= nodes.reach(node):
                on.append((at, node))
        chain = [first, *(node for _, node in sorted(on)), last]
        for a, b in pairwise(chain):
            key = (min(a, b), max(a, b), one.dashed)
            if a != b and key not in seen:
                seen.add(key)
                network.add(Edge(a, b, (network.points[a], network.points[b]), one.dashed, one.hint))


class _Nodes:
    """Points that lie within reach of each other are one node."""

    def __init__(self, network: Network, touch: float) -> None:
        self._network, self._touch, self._widest = network, touch, touch
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._reach: list[float] = []

    def reach(self, node: int) -> float:
        return self._reach[node]

    def at(self, point: Point, reach: float) -> int:
        """The node at a point; ``reach`` is how far from it a line still counts as meeting a new one."""
        x, y = math.floor(point[0] / self._touch), math.floor(point[1] / self._touch)
        span = math.ceil(self._widest / self._touch)
        near = [
            node
            for i in range(x - span, x + span + 1)
            for j in range(y - span, y + span + 1)
            for node in self._cells.get((i, j), ())
            if distance(self._network.points[node], point) <= self._reach[node]
        ]
        if near:
            return min(near, key=lambda node: distance(self._network.points[node], point))
        self._network.points.append(point)
        self._cells[x, y].append(len(self._reach))
        self._reach.append(reach)
        self._widest = max(self._widest, reach)
        return len(self._reach) - 1


def _attach(network: Network, canvas: Canvas) -> None:
    """Which symbol each node lies at: an end may stop a little short of it, a line that passes by must touch it."""
    unit = canvas.unit
    boxes = [_whole(symbol) for symbol in canvas.symbols]
    near = Near(boxes, 8 * unit)
    for node, edges in network.at.items():
        touch = 0.45 * unit if len(edges) == 1 else 0.12 * unit
        point = network.points[node]
        reached = [
            (canvas.symbols[number].reach(point), number)
            for number in near.at((point[0] - touch, point[1] - touch, point[0] + touch, point[1] + touch))
            if inside(point, grown(boxes[number], touch))
        ]
        off, number = min(reached, default=(math.inf, -1))
        if off <= touch:
            network.symbol[node] = canvas.symbols[number]


def _whole(symbol: Symbol) -> Box:
    return bounds(
        [(symbol.box[0], symbol.box[1]), (symbol.box[2], symbol.box[3]), *(p for e in symbol.extras for p in e)]
    )
