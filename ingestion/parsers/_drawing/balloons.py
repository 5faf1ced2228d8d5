"""Instrument balloons (ISA-5.1): letters over a number in a circle, hexagon or square."""

from collections.abc import Callable

from ingestion.parsers._drawing.bodies import cycles
from ingestion.parsers._drawing.canvas import Canvas, Symbol
from ingestion.parsers._drawing.labels import Label, Labels
from ingestion.parsers._drawing.model import (
    Box,
    Near,
    Point,
    Text,
    area,
    bounds,
    holds,
    inside,
    middle,
    ring_of,
    united,
)
from ingestion.parsers._drawing.tags import is_function, letters_of, meaning
from retrieval.tags import fold, normalise

_MAY_BE = ("ProcessInstrumentationFunction", "CustomEquipment")  # not TK over 101, nor HV over 101


def find_balloons(canvas: Canvas, labels: Labels, place: Callable[[Point], str]) -> list[str]:
    """Add the sheet's balloons to its symbols. Returns warnings: letters over a number that nothing goes around."""
    rings = _Rings(_rings(canvas), canvas.unit)
    warnings = []
    numbers = list(labels.numbers)
    for text in labels.letters:
        letters = fold(text.text).strip()
        under = [other for other in numbers if _is_under(other.box, text.box)]
        if not under or meaning(f"{letters}-100").item_class not in (
            "ProcessInstrumentationFunction",
            "CustomEquipment",
        ):
            labels.rest.append(text)
            continue
        number = min(under, key=lambda other: other.box[1])
        both = united((text.box, number.box))
        ring = _around(both, rings, canvas.unit)
        if ring is None and not is_function(letters):
            labels.rest.append(text)
            continue
        numbers.remove(number)
        tag = normalise(f"{letters}-{fold(number.text).strip()}")
        if ring is None:
            warnings.append(f"{tag} {place(middle(both))}: no balloon could be told to be drawn around it")
        label = Label(tag, "", Text(f"{text.text} {number.text}", both, text.height), used=True)
        labels.tags.append(label)
        _add(canvas, label, ring)
    labels.rest += numbers
    labels.letters, labels.numbers = [], []
    for label in labels.tags:  # FIC-101 in one line
        if not label.used and is_function(letters_of(label.tag)) and (ring := _around(label.box, rings, canvas.unit)):
            label.used = True
            _add(canvas, label, ring)
    return warnings


def _add(canvas: Canvas, label: Label, ring: tuple[Point, ...] | None) -> None:
    box = bounds(ring) if ring else label.box
    x0, y0, x1, y1 = box
    path = ring or ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))
    symbol = Symbol("balloon", box, (path,), tag=label.tag, label=label)
    canvas.take(symbol, 0.3 * canvas.unit)


def _rings(canvas: Canvas) -> list[tuple[Point, ...]]:
    """What may be a balloon: closed, about as wide as high, a few letters wide."""
    found = [ring_of(circle) for circle in canvas.circles if not circle.filled]
    found += [stroke.points for stroke in canvas.strokes if stroke.closed and not stroke.dashed]
    for group in cycles(canvas):  # a capsule of lines and arcs
        x0, y0, x1, y1 = united(bounds(canvas.strokes[number].points) for number in group)
        found.append(((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)))
    return [ring for ring in found if _fits(bounds(ring), canvas.unit)]


def _fits(box: Box, unit: float) -> bool:
    wide, high = box[2] - box[0], box[3] - box[1]
    return 1.5 * unit <= high <= 10 * unit and 0.6 * high <= wide <= 2.2 * high


class _Rings:
    """Rings by where they are."""

    def __init__(self, rings: list[tuple[Point, ...]], unit: float) -> None:
        self._rings = rings
        self._index = Near([bounds(ring) for ring in rings], 8 * unit)

    def at(self, point: Point) -> list[tuple[Point, ...]]:
        return [self._rings[number] for number in self._index.at((*point, *point))]


def _around(box: Box, rings: _Rings, unit: float) -> tuple[Point, ...] | None:
    """The smallest ring around a text, no more than a few letters larger than it."""
    at = middle(box)
    around = [
        ring
        for ring in rings.at(at)
        if inside(at, bounds(ring)) and holds(_loose(bounds(ring), unit), box) and area(bounds(ring)) <= 12 * area(box)
    ]
    return min(around, key=lambda ring: area(bounds(ring)), default=None)


def _loose(box: Box, unit: float) -> Box:
    return box[0] - 0.4 * unit, box[1] - 0.4 * unit, box[2] + 0.4 * unit, box[3] + 0.4 * unit


def _is_under(lower: Box, upper: Box) -> bool:
    """Centred right below, at most two lines apart."""
    height = max(upper[3] - upper[1], lower[3] - lower[1])
    shift = abs((lower[0] + lower[2]) - (upper[0] + upper[2])) / 2
    apart = lower[1] - upper[3]
    return -0.4 * height <= apart <= 2.0 * height and shift <= 0.4 * max(upper[2] - upper[0], lower[2] - lower[0])
