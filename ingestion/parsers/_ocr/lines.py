"""Geometry and small repairs of lines that OCR has read. Angles are degrees clockwise."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from ingestion.parsers._text import clean

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Size = tuple[float, float]
_LEVEL = 0.3  # degrees: a page that is askew by less is level
_TAG_WITH_L = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z]*l)[A-Zl]{2,5}(?=-\d)")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Seen:
    """A line on the picture: its corners in pixels, clockwise from where its text begins at the top."""

    text: str
    confidence: float
    corners: tuple[Point, Point, Point, Point]

    @property
    def angle(self) -> float:
        """In which it reads. 0: to the right, 90: down."""
        (x0, y0), (x1, y1) = self.corners[:2]
        return math.degrees(math.atan2(y1 - y0, x1 - x0)) % 360


def text(raw: str) -> str:
    """The line's text; an l among a tag's capital letters is an I, which looks the same: Pl-115A."""
    return _TAG_WITH_L.sub(lambda match: match[0].replace("l", "I"), clean(raw))


def reading_corners(corners: Sequence[Sequence[float]], *, flipped: bool) -> tuple[Point, Point, Point, Point]:
    """Clockwise from where the text begins. A tall line was turned a quarter to the left before it was read."""
    points = [(float(x), float(y)) for x, y in corners]
    along, down = math.dist(points[0], points[1]), math.dist(points[0], points[3])
    tall = int(max(down, math.dist(points[1], points[2]))) >= 1.5 * int(max(along, math.dist(points[2], points[3])))
    first = int(tall) + (2 if flipped else 0)
    a, b, c, d = (points[(first + i) % 4] for i in range(4))
    return a, b, c, d


def fitted(corners: tuple[Point, Point, Point, Point], part: Box) -> tuple[Point, Point, Point, Point]:
    """The corners of ``part`` (left, top, right, bottom as fractions) of what ``corners`` enclose."""
    (ax, ay), (bx, by), _, (dx, dy) = corners

    def spot(across: float, down: float) -> Point:
        return ax + (bx - ax) * across + (dx - ax) * down, ay + (by - ay) * across + (dy - ay) * down

    left, top, right, bottom = part
    return spot(left, top), spot(right, top), spot(right, bottom), spot(left, bottom)


def angle_of(lines: Sequence[Seen]) -> float:
    """By how much the page is turned: a quarter, as most of its letters are, and how far askew from that."""
    letters = [0.0] * 4
    for line in lines:
        letters[_quarter(line)] += len(line.text) * line.confidence
    quarter = letters.index(max(letters))
    long = [line for line in lines if _quarter(line) == quarter and len(line.text) >= 8]
    askew = median((line.angle - 90 * quarter + 180) % 360 - 180 for line in long) if len(long) >= 3 else 0.0
    return 90.0 * quarter + (askew if abs(askew) > _LEVEL else 0.0)


def _quarter(line: Seen) -> int:
    return round(line.angle / 90) % 4


def level_box(corners: Sequence[Point], angle: float, size: Size, level: Size) -> Box:
    """A line's place on the page turned back by ``angle``; sizes in pixels before and after.

    As high as the line, not as what encloses it: lines may still slant a little.
    """
    (left, right), (top, bottom) = _middles([_turn(point, -angle, size, level) for point in corners])
    return _fractions((left, top, right, bottom), level)


def _middles(points: Sequence[Point]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Across and down: the middle of the two corners that come first, and of the two that come last."""

    def ends(values: Sequence[float]) -> tuple[float, float]:
        a, b, c, d = sorted(values)
        return (a + b) / 2, (c + d) / 2

    return ends([x for x, _ in points]), ends([y for _, y in points])


def turned(box: Box, angle: float, level: Size) -> Box:
    """The other way: a place on the level page -> the box around it on the picture."""
    x0, y0, x1, y1 = box
    size = (level[1], level[0]) if round(angle / 90) % 2 else level
    corners = [(x * level[0], y * level[1]) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
    across, down = zip(*(_turn(point, angle, level, size) for point in corners), strict=True)
    return _fractions((min(across), min(down), max(across), max(down)), size)


def _fractions(box: Box, size: Size) -> Box:
    x0, y0, x1, y1 = (
        round(min(max(side / whole, 0.0), 1.0), 5) for side, whole in zip(box, (*size, *size), strict=True)
    )
    return x0, y0, x1, y1


def _turn(point: Point, angle: float, size: Size, after: Size) -> Point:
    """Around the middle of the page, clockwise as it is seen."""
    x, y = point[0] - size[0] / 2, point[1] - size[1] / 2
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return x * cos - y * sin + after[0] / 2, x * sin + y * cos + after[1] / 2


def natural_order(items: Sequence[_T], box: Callable[[_T], Box]) -> list[_T]:
    """Top to bottom; those that stand side by side, left to right."""
    rows: list[list[_T]] = []
    for item in sorted(items, key=lambda item: box(item)[1] + box(item)[3]):
        if rows and _beside(box(rows[-1][0]), box(item)):
            rows[-1].append(item)
        else:
            rows.append([item])
    return [item for row in rows for item in sorted(row, key=lambda item: box(item)[0])]


def _beside(one: Box, other: Box) -> bool:
    height = min(one[3] - one[1], other[3] - other[1])
    return min(one[3], other[3]) - max(one[1], other[1]) > 0.5 * height
