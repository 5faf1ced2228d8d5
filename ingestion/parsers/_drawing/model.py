"""A drawing as plain geometry, whichever file it came from: texts, strokes, circles and named blocks on a sheet.

Lengths are the sheet's own unit (points, millimetres); x goes right and y goes DOWN from the top left corner.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # x0, y0, x1, y1
Hint = Literal["", "pipe", "signal", "frame"]  # what a layer's name says of what is on it


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text. ``height`` is that of its letters; ``vertical`` where it is read from below or above."""

    text: str
    box: Box
    height: float
    vertical: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A polyline; the first point stands again at the end where it is closed. Curves come as many short steps."""

    points: tuple[Point, ...]
    filled: bool = False
    dashed: bool = False
    curved: bool = False
    hint: Hint = ""

    @property
    def closed(self) -> bool:
        return len(self.points) > 3 and self.points[0] == self.points[-1]


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    radius: float
    filled: bool = False

    @property
    def box(self) -> Box:
        return self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius


@dataclass(frozen=True, slots=True)
class Stamp:
    """A placed block: what it is called, what its attributes say, and the outline of what it draws."""

    name: str
    values: dict[str, str]  # attribute -> text, as the file has it
    strokes: tuple[Stroke, ...]
    box: Box
    towards: Point = (1.0, 0.0)  # where its x axis points


@dataclass(frozen=True)
class Drawing:
    """One sheet. ``texts`` hold the words of its title block too, ``title`` what a block's attributes say of it."""

    page: int
    width: float
    height: float
    texts: tuple[Text, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    circles: tuple[Circle, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    title: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def fraction(self, point: Point) -> Point:
        """A point as fractions of the sheet from the top left corner, kept within it."""
        x, y = point[0] / self.width, point[1] / self.height
        return round(min(max(x, 0.0), 1.0), 5), round(min(max(y, 0.0), 1.0), 5)


def distance(a: Point, b: Point) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


def middle(box: Box) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def bounds(points: Iterable[Point]) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def united(boxes: Iterable[Box]) -> Box:
    x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
    return min(x0s), min(y0s), max(x1s), max(y1s)


def grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def inside(point: Point, box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def overlap(a: Box, b: Box) -> float:
    """The area that two boxes share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def gap(a: Box, b: Box) -> float:
    """How far apart two boxes are; 0 where they touch."""
    return math.hypot(max(0.0, a[0] - b[2], b[0] - a[2]), max(0.0, a[1] - b[3], b[1] - a[3]))


def along(point: Point, a: Point, b: Point) -> tuple[float, float]:
    """Where the foot of a point falls on the line a-b (0 at a, 1 at b), and how far the point is from the line."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    if not square:
        return 0.0, distance(point, a)
    at = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square
    return at, abs((point[0] - a[0]) * dy - (point[1] - a[1]) * dx) / math.sqrt(square)


def to_segment(point: Point, a: Point, b: Point) -> float:
    """How far a point is from the segment a-b."""
    at, off = along(point, a, b)
    return off if 0 <= at <= 1 else min(distance(point, a), distance(point, b))


def to_path(point: Point, points: Sequence[Point]) -> float:
    """How far a point is from a polyline."""
    return min((to_segment(point, a, b) for a, b in pairwise(points)), default=math.inf)


def within(point: Point, ring: Sequence[Point]) -> bool:
    """Whether a closed polyline goes around a point."""
    x, y = point
    inner = False
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inner = not inner
    return inner


def length(points: Sequence[Point]) -> float:
    return sum(distance(a, b) for a, b in pairwise(points))


def ring_of(circle: Circle, steps: int = 24) -> tuple[Point, ...]:
    """A circle as a closed polyline."""
    turns = [2 * math.pi * step / steps for step in range(steps)]
    points = [(circle.x + circle.radius * math.cos(t), circle.y + circle.radius * math.sin(t)) for t in turns]
    return (*points, points[0])


class Near:
    """Boxes by where they are: ``at(box)`` gives the numbers of those that may touch a box."""

    def __init__(self, boxes: Sequence[Box], cell: float) -> None:
        self._cell, self._count = max(cell, 1e-9), len(boxes)
        self._large: list[int] = []
        self._cells: dict[tuple[int, int], list[int]] = {}
        for number, box in enumerate(boxes):
            spots = self._spots(box)
            if spots is None:
                self._large.append(number)
            for spot in spots or ():
                self._cells.setdefault(spot, []).append(number)

    def _spots(self, box: Box) -> list[tuple[int, int]] | None:
        """The cells that a box lies in; None where they are too many to list."""
        x0, y0, x1, y1 = (math.floor(side / self._cell) for side in box)
        if (x1 - x0 + 1) * (y1 - y0 + 1) > 4096:
            return None
        return [(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]

    @property
    def crowd(self) -> int:
        """About how many pairs of boxes are near each other: what comparing them all would cost."""
        return sum(len(cell) ** 2 for cell in self._cells.values()) + len(self._large) * self._count

    def at(self, box: Box) -> list[int]:
        """In rising order, each once."""
        spots = self._spots(box)
        if spots is None:
            return list(range(self._count))
        found = set(self._large)
        for spot in spots:
            found.update(self._cells.get(spot, ()))
        return sorted(found)
