"""What is on a sheet and what of it has been understood: segments, circles, and the symbols made of them."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from ingestion.parsers._drawing.labels import Label
from ingestion.parsers._drawing.model import (
    Box,
    Circle,
    Drawing,
    Hint,
    Near,
    Point,
    Stroke,
    bounds,
    distance,
    grown,
    holds,
    inside,
    to_path,
    within,
)

Kind = Literal["balloon", "valve", "body", "connector", "end"]


@dataclass(eq=False, slots=True)
class Symbol:
    """Something that lines lead to. ``paths`` are its outlines; ``ports`` where a valve's pipes meet it."""

    kind: Kind
    box: Box
    paths: tuple[tuple[Point, ...], ...]
    tag: str = ""
    label: Label | None = None
    stated: str = ""  # what the file itself says that it is, e.g. a block's name
    normally: Literal["open", "closed", ""] = ""
    actuated: bool = False
    ports: tuple[Point, ...] = ()
    extras: list[tuple[Point, ...]] = field(default_factory=list)  # its actuator: signals meet it there

    def reach(self, point: Point) -> float:
        """How far a point is from the symbol; 0 within it."""
        if any(len(path) > 3 and path[0] == path[-1] and within(point, path) for path in self.paths):
            return 0.0
        if self.kind == "valve" and inside(point, self.box):
            return 0.0
        return min(to_path(point, path) for path in (*self.paths, *self.extras))


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight step of a stroke, or a curve as a whole with ``path`` its steps."""

    a: Point
    b: Point
    stroke: int
    path: tuple[Point, ...]
    dashed: bool
    filled: bool
    curved: bool
    hint: Hint

    @property
    def box(self) -> Box:
        return bounds(self.path)

    @property
    def size(self) -> float:
        return distance(self.a, self.b)


class Canvas:
    """The sheet being read. ``unit`` is the height of its tags; ``used`` holds what belongs to a symbol."""

    def __init__(self, drawing: Drawing, unit: float) -> None:
        self.drawing, self.unit = drawing, unit
        self.strokes: tuple[Stroke, ...] = drawing.strokes
        self.circles: tuple[Circle, ...] = drawing.circles
        self.segments = _segments(drawing.strokes)
        self.used: set[int] = set()
        self.used_circles: set[int] = set()
        self.symbols: list[Symbol] = []
        self.of_stroke: dict[int, list[int]] = {}
        for number, segment in enumerate(self.segments):
            self.of_stroke.setdefault(segment.stroke, []).append(number)
        self.near_circles = Near([circle.box for circle in drawing.circles], 8 * unit)
        self.near = Near([segment.box for segment in self.segments], 4 * unit)

    def free(self, stroke: int) -> bool:
        """Whether nothing of a stroke belongs to a symbol yet."""
        numbers = self.of_stroke.get(stroke, [])
        return bool(numbers) and self.used.isdisjoint(numbers)

    def take(self, symbol: Symbol, margin: float) -> None:
        """All that lies wholly within the symbol's box is part of it."""
        box = grown(symbol.box, margin)
        for number in self.near.at(box):
            if holds(box, self.segments[number].box):
                self.used.add(number)
        for number in self.near_circles.at(box):
            if holds(box, self.circles[number].box):
                self.used_circles.add(number)
        self.symbols.append(symbol)

    def take_stroke(self, stroke: int) -> None:
        self.used.update(self.of_stroke.get(stroke, ()))


def _segments(strokes: tuple[Stroke, ...]) -> list[Segment]:
    """Straight steps, each once however often it is drawn."""
    found: list[Segment] = []
    seen: set[tuple[Point, Point, bool]] = set()
    for number, stroke in enumerate(strokes):
        steps = [stroke.points] if stroke.curved else list(pairwise(stroke.points))
        for path in steps:
            ends = (min(path[0], path[-1]), max(path[0], path[-1]), stroke.dashed)
            if (path[0] == path[-1] and len(path) < 3) or (not stroke.curved and ends in seen):
                continue
            seen.add(ends)
            found.append(
                Segment(path[0], path[-1], number, path, stroke.dashed, stroke.filled, stroke.curved, stroke.hint)
            )
    return found
