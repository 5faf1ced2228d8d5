"""Closed shapes: the bodies of equipment, in-line fittings, off-page connectors; and the arrow heads of flow."""

import math
from collections import defaultdict
from collections.abc import Sequence

from ingestion.parsers._drawing.canvas import Canvas, Symbol
from ingestion.parsers._drawing.labels import Labels
from ingestion.parsers._drawing.model import (
    Box,
    Near,
    Point,
    area,
    bounds,
    distance,
    grown,
    holds,
    inside,
    length,
    middle,
    overlap,
    ring_of,
    to_path,
    united,
)

_TABLE = 8  # texts within a shape, from which on it is a table
_LARGEST = 0.2  # of the sheet's area; what is larger is a frame
_LONGEST = 0.6  # of the sheet's width or height


def find_bodies(canvas: Canvas, labels: Labels) -> None:
    """Add closed shapes to the sheet's symbols. Shapes that overlap are one, what is within them is theirs."""
    unit = canvas.unit
    symbols = Near([(*middle(one.box), *middle(one.box)) for one in canvas.symbols], 8 * unit)
    places = [middle(one.box) for one in canvas.symbols]
    spots = [middle(text.box) for text in canvas.drawing.texts]
    texts = Near([(*spot, *spot) for spot in spots], 8 * unit)
    tags = [label.at for label in labels.tags]
    shapes: list[list[tuple[Point, ...]]] = []
    for number, circle in enumerate(canvas.circles):
        if number not in canvas.used_circles and not circle.filled and circle.radius >= 0.8 * unit:
            shapes.append([ring_of(circle)])
    for number, stroke in enumerate(canvas.strokes):
        if stroke.closed and canvas.free(number) and not (stroke.filled and _side(bounds(stroke.points)) < 3 * unit):
            shapes.append([stroke.points])
    shapes += [[canvas.strokes[number].points for number in group] for group in cycles(canvas)]
    boxes = [united(bounds(path) for path in shape) for shape in shapes]
    kept = [
        number for number, box in enumerate(boxes)
        if _side(box) >= 1.2 * unit
        and not _frames(box, canvas, tags)
        and not any(inside(places[one], box) for one in symbols.at(box))
        and sum(inside(spots[one], box) for one in texts.at(box)) < _TABLE
    ]  # fmt: skip
    for group in _merged([boxes[number] for number in kept], 8 * unit):
        paths = tuple(path for one in group for path in shapes[kept[one]])
        symbol = Symbol("body", united(bounds(path) for path in paths), paths)
        if len(paths) == 1 and _pointed(paths[0], unit):
            symbol.kind = "connector"
        if not _boxed(symbol, canvas, labels):
            canvas.take(symbol, 0.1 * unit)
    _nozzles(canvas)


def _side(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def _frames(box: Box, canvas: Canvas, tags: Sequence[Point] = ()) -> bool:
    """Whether a box goes around the sheet, or is a large part of it with several tags inside."""
    wide, high = (box[2] - box[0]) / canvas.drawing.width, (box[3] - box[1]) / canvas.drawing.height
    if wide > 0.9 and high > 0.9:
        return True
    large = wide > _LONGEST or high > _LONGEST or wide * high > _LARGEST
    return large and sum(inside(at, box) for at in tags) >= 3


def _boxed(symbol: Symbol, canvas: Canvas, labels: Labels) -> bool:
    """Whether a rectangle is no more than a frame around a text: it fits tightly and no line leads to it."""
    if symbol.kind != "body" or len(symbol.paths) != 1:
        return False
    if max(_sides(symbol.box)) > 30 * canvas.unit:
        return False
    around = [text for text in canvas.drawing.texts if holds(grown(symbol.box, 0.2 * canvas.unit), text.box)]
    if not around or area(symbol.box) > 4 * area(united(text.box for text in around)):
        return False
    return not any(_leads_to(canvas, number, symbol) for number in canvas.near.at(grown(symbol.box, canvas.unit)))


def _leads_to(canvas: Canvas, number: int, symbol: Symbol) -> bool:
    one, touch = canvas.segments[number], 0.4 * canvas.unit
    if number in canvas.used or holds(grown(symbol.box, touch), one.box):
        return False
    return any(symbol.reach(end) <= touch for end in (one.a, one.b))


def _pointed(ring: tuple[Point, ...], unit: float) -> bool:
    """The house or arrow box of an off-page connector: five corners, three sides square to the sheet, a tip."""
    corners = _corners(ring)
    if len(corners) not in (5, 7) or not 1.2 * unit <= min(_sides(bounds(ring))) <= 8 * unit:
        return False
    square = sum(
        min(abs(a[0] - b[0]), abs(a[1] - b[1])) <= 0.05 * unit
        for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
    )
    return square == len(corners) - 2


def _sides(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _corners(ring: tuple[Point, ...]) -> list[Point]:
    """The corners of a ring, points on a straight side left out."""
    points = list(ring[:-1])
    found = []
    for number, point in enumerate(points):
        before, after = points[number - 1], points[(number + 1) % len(points)]
        if distance(before, point) and to_path(point, (before, after)) > 0.02 * distance(before, after):
            found.append(point)
    return found


def cycles(canvas: Canvas) -> list[list[int]]:
    """Open strokes that close a shape together, joined end to end. A pipe ends on a side or at a nozzle and so is in
    no such shape; where one does end at a corner it is a bridge, which no cycle needs."""
    step = 0.15 * canvas.unit
    nodes: dict[tuple[int, int], int] = {}
    joined: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def node(point: Point) -> int:
        x, y = round(point[0] / step), round(point[1] / step)
        for i in (x, x - 1, x + 1):
            for j in (y, y - 1, y + 1):
                if (i, j) in nodes:
                    return nodes[i, j]
        return nodes.setdefault((x, y), len(nodes))

    for number, stroke in enumerate(canvas.strokes):
        if stroke.closed or stroke.dashed or stroke.filled or stroke.hint or not canvas.free(number):
            continue
        if _frames(bounds(stroke.points), canvas):
            continue
        a, b = node(stroke.points[0]), node(stroke.points[-1])
        if a != b:
            joined[a].append((b, number))
            joined[b].append((a, number))
    bridges = _bridges(joined)
    return _groups(joined, bridges)


def _bridges(joined: dict[int, list[tuple[int, int]]]) -> set[int]:
    """Edges without which the graph falls apart (Tarjan), without recursion: drawings are large."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    bridges: set[int] = set()
    for start in joined:
        if start in order:
            continue
        stack = [(start, -1, iter(joined[start]))]
        order[start] = low[start] = len(order)
        while stack:
            at, came, edges = stack[-1]
            step = next(edges, None)
            if step is None:
                stack.pop()
                if stack:
                    parent = stack[-1][0]
                    low[parent] = min(low[parent], low[at])
                    if low[at] > order[parent]:
                        bridges.add(came)
            elif step[1] != came:
                if step[0] in order:
                    low[at] = min(low[at], order[step[0]])
                else:
                    order[step[0]] = low[step[0]] = len(order)
                    stack.append((step[0], step[1], iter(joined[step[0]])))
    return bridges


def _groups(joined: dict[int, list[tuple[int, int]]], bridges: set[int]) -> list[list[int]]:
    seen: set[int] = set()
    groups = []
    for start in joined:
        queue, group = [start], set[int]()
        while queue:
            at = queue.pop()
            if at in seen:
                continue
            seen.add(at)
            for other, edge in joined[at]:
                if edge not in bridges:
                    group.add(edge)
                    queue.append(other)
        if group:
            groups.append(sorted(group))
    return groups


def _merged(boxes: list[Box], cell: float) -> list[list[int]]:
    """Groups of boxes that share half of the smaller one's area."""
    near = Near(boxes, cell)
    parent = list(range(len(boxes)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for number, box in enumerate(boxes):
        for other in near.at(box):
            if other > number and overlap(box, boxes[other]) >= 0.5 * min(area(box), area(boxes[other])) > 0:
                parent[root(other)] = root(number)
    groups: dict[int, list[int]] = defaultdict(list)
    for number in range(len(boxes)):
        groups[root(number)].append(number)
    return list(groups.values())


def _nozzles(canvas: Canvas) -> None:
    """Short bars on a body's outline are its nozzles, and no pipes."""
    for symbol in canvas.symbols:
        if symbol.kind != "body":
            continue
        for number in canvas.near.at(grown(symbol.box, canvas.unit)):
            one = canvas.segments[number]
            if number not in canvas.used and length(one.path) <= 1.6 * canvas.unit and not one.dashed:
                middle_of = ((one.a[0] + one.b[0]) / 2, (one.a[1] + one.b[1]) / 2)
                if all(_off(point, symbol) <= 0.25 * canvas.unit for point in (one.a, middle_of, one.b)):
                    canvas.used.add(number)


def _off(point: Point, symbol: Symbol) -> float:
    return min((to_path(point, path) for path in symbol.paths), default=math.inf)
