"""Valves by their look: two triangles tip to tip in whichever way they are drawn, and what drives them."""

import math
from collections import defaultdict

from ingestion.parsers._drawing.canvas import Canvas, Segment, Symbol
from ingestion.parsers._drawing.model import Box, Near, Point, bounds, distance, gap, grown, inside, middle, to_path

_MOST = 60_000  # short segments: beyond, letters are drawn as strokes and nothing can be told
_STRAIGHT = 0.08  # sine of the angle up to which two lines count as parallel


def find_valves(canvas: Canvas) -> str:
    """Add the sheet's valves to its symbols. Returns a warning where it has too many strokes to look at."""
    unit = canvas.unit
    short = [
        number
        for number, one in enumerate(canvas.segments)
        if not one.curved and number not in canvas.used and 0.4 * unit <= one.size <= 6 * unit
    ]
    if len(short) > _MOST:
        return f"{len(short):,} short strokes; valves are not looked for: plot the sheet with its texts as text"
    ends = _Ends(canvas, short)
    found: list[Symbol] = []
    for symbol in [*_by_bars(ends), *_by_triangles(ends)]:
        at = middle(symbol.box)
        if not any(inside(at, one.box) or inside(middle(one.box), symbol.box) for one in found):
            found.append(symbol)
    for symbol in found:
        canvas.take(symbol, 0.1 * unit)
    for symbol in found:
        _drive(canvas, symbol)
    return ""


class _Ends:
    """Short segments by where they end."""

    def __init__(self, canvas: Canvas, short: list[int]) -> None:
        self.canvas, self.tolerance = canvas, 0.12 * canvas.unit
        self.short = [canvas.segments[number] for number in short]
        self._spots: dict[tuple[int, int], list[Segment]] = defaultdict(list)
        for one in self.short:
            for end in {one.a, one.b}:
                self._spots[self._cell(end)].append(one)

    def _cell(self, point: Point) -> tuple[int, int]:
        return math.floor(point[0] / self.tolerance), math.floor(point[1] / self.tolerance)

    def at(self, point: Point) -> list[tuple[Segment, Point]]:
        """Segments that end at a point, each with its other end."""
        x, y = self._cell(point)
        found = []
        for i in (x - 1, x, x + 1):
            for j in (y - 1, y, y + 1):
                for one in self._spots.get((i, j), ()):
                    if distance(one.a, point) <= self.tolerance:
                        found.append((one, one.b))
                    elif distance(one.b, point) <= self.tolerance:
                        found.append((one, one.a))
        return found

    def oblique(self, bar: Segment) -> bool:
        """Whether a segment leaves one of the bar's ends askew, as a valve's diagonals do."""
        for end in (bar.a, bar.b):
            for one, other in self.at(end):
                sine = abs(_cross(_unit(bar.a, bar.b), _unit(end, other)))
                if one is not bar and 0.2 < sine < 0.99:
                    return True
        return False


def _by_bars(ends: _Ends) -> list[Symbol]:
    """Two equal bars across from each other, joined by lines from opposite corners towards the middle, none along the
    sides: gate, globe, ball, plug, needle, butterfly and check valves."""
    bars = [one for one in ends.short if ends.oblique(one)]
    near = Near([bar.box for bar in bars], 4 * ends.canvas.unit)
    found = []
    for number, bar in enumerate(bars):
        for other in near.at(grown(bar.box, 4.2 * bar.size)):
            if other > number and (symbol := _between(bar, bars[other], ends)):
                found.append(symbol)
    return sorted(found, key=lambda one: -_corners(one))


def _corners(symbol: Symbol) -> int:
    return len(symbol.paths)


def _between(bar: Segment, other: Segment, ends: _Ends) -> Symbol | None:
    size, way = bar.size, _unit(bar.a, bar.b)
    if abs(size - other.size) > 0.15 * size or abs(_cross(way, _unit(other.a, other.b))) > _STRAIGHT:
        return None
    one, two = _mid(bar.a, bar.b), _mid(other.a, other.b)
    far = distance(one, two)
    if not 0.8 * size <= far <= 4 * size or abs(_dot(way, _unit(one, two))) > 0.12:
        return None
    low, high = (other.a, other.b) if _dot(way, _unit(other.a, other.b)) > 0 else (other.b, other.a)
    centre = _mid(one, two)
    lines = {corner: _inwards(corner, centre, 0.2 * far, ends) for corner in (bar.a, bar.b, low, high)}
    crossing = (lines[bar.a] and lines[high]) or (lines[bar.b] and lines[low])
    if not crossing or _joined(bar.a, low, ends) or _joined(bar.b, high, ends):
        return None
    paths = [(bar.a, bar.b), (low, high), *((corner, centre) for corner, found in lines.items() if found)]
    box = bounds((bar.a, bar.b, low, high))
    return Symbol("valve", box, tuple(paths), ports=(one, two))


def _inwards(corner: Point, centre: Point, least: float, ends: _Ends) -> bool:
    way = _unit(corner, centre)
    return any(
        distance(corner, other) >= least and _dot(way, _unit(corner, other)) >= 0.97 for _, other in ends.at(corner)
    )


def _joined(a: Point, b: Point, ends: _Ends) -> bool:
    return any(distance(other, b) <= 2 * ends.tolerance for _, other in ends.at(a))


def _by_triangles(ends: _Ends) -> list[Symbol]:
    """Two or three equal triangles that share a tip: angle and three-way valves, and gate valves drawn as triangles."""
    tips: dict[tuple[int, int], list[tuple[Point, Segment]]] = defaultdict(list)
    for bar in ends.short:
        for tip in _tips(bar, ends):
            tips[round(tip[0] / ends.tolerance / 2), round(tip[1] / ends.tolerance / 2)].append((tip, bar))
    found = []
    for group in tips.values():
        chosen: list[tuple[Point, Segment]] = []
        for tip, bar in group:
            if all(_apart(tip, bar, other) for _, other in chosen):
                chosen.append((tip, bar))
        if len(chosen) >= 2:
            tip = chosen[0][0]
            corners = [end for _, bar in chosen for end in (bar.a, bar.b)]
            paths = tuple((bar.a, bar.b, tip, bar.a) for _, bar in chosen)
            ports = tuple(_mid(bar.a, bar.b) for _, bar in chosen)
            found.append(Symbol("valve", bounds([*corners, tip]), paths, ports=ports))
    return found


def _tips(bar: Segment, ends: _Ends) -> list[Point]:
    """Where lines of equal length from both ends of a bar meet."""
    found = []
    for one, tip in ends.at(bar.a):
        for two, other in ends.at(bar.b):
            if one is two or bar in (one, two) or distance(tip, other) > ends.tolerance:
                continue
            a, b = distance(bar.a, tip), distance(bar.b, tip)
            off = abs(_cross(_unit(bar.a, bar.b), (tip[0] - bar.a[0], tip[1] - bar.a[1])))
            if abs(a - b) <= 0.1 * max(a, b) and off >= 0.5 * bar.size:
                found.append(tip)
    return found


def _apart(tip: Point, bar: Segment, other: Segment) -> bool:
    """Whether two triangles at a tip are of a size and point to different sides."""
    one, two = (_unit(tip, _mid(each.a, each.b)) for each in (bar, other))
    return abs(bar.size - other.size) <= 0.3 * max(bar.size, other.size) and _dot(one, two) <= 0.5


def _drive(canvas: Canvas, valve: Symbol) -> None:
    """What stands on a valve's middle and what stands on that, as far as it is small: its actuator or its spring."""
    size = max(valve.box[2] - valve.box[0], valve.box[3] - valve.box[1])
    around = [
        number
        for number in canvas.near.at(grown(valve.box, 2 * size))
        if number not in canvas.used and not canvas.segments[number].dashed
        and _small(canvas.segments[number].box, valve.box, size)
    ]  # fmt: skip
    within = [canvas.segments[number] for number in canvas.near.at(valve.box) if number in canvas.used]
    touch = 0.15 * canvas.unit
    # Where lines within the valve end that are not its triangles: a spring goes on from there.
    inner = [
        end
        for one in within
        if inside(one.a, valve.box) and inside(one.b, valve.box)
        for end in (one.a, one.b)
        if min(to_path(end, path) for path in (*valve.paths, *((port, port) for port in valve.ports))) > touch
    ]
    grown_by = [number for number in around if _stands(canvas.segments[number], valve, size, inner, touch)]
    while grown_by:
        for number in grown_by:
            canvas.used.add(number)
            valve.extras.append(canvas.segments[number].path)
        around = [number for number in around if number not in canvas.used]
        grown_by = [number for number in around if _meets(canvas.segments[number], valve, touch)]
    for number in canvas.near_circles.at(grown(valve.box, 2 * size)):
        circle = canvas.circles[number]
        at = (circle.x, circle.y)
        touches = any(abs(distance(end, at) - circle.radius) <= touch for path in valve.extras for end in path)
        if touches and number not in canvas.used_circles and circle.radius <= size:
            canvas.used_circles.add(number)
            valve.extras.append(((circle.x - circle.radius, circle.y), (circle.x + circle.radius, circle.y)))
            valve.actuated = True
    valve.actuated = valve.actuated or any(len(path) > 5 for path in valve.extras)  # a dome; a hand wheel is straight


def _stands(one: Segment, valve: Symbol, size: float, inner: list[Point], touch: float) -> bool:
    """Whether a segment begins at the valve's middle, or goes on from what lies within it; no pipe through it."""
    centre = middle(valve.box)
    if any(min(distance(one.a, end), distance(one.b, end)) <= touch for end in inner):
        return True
    through = min(distance(one.a, centre), distance(one.b, centre)) > 0.4 * size
    return to_path(centre, one.path) <= 0.12 * size and not through


def _meets(one: Segment, valve: Symbol, touch: float) -> bool:
    """Whether a segment ends on what the valve has grown by, or that on it."""
    for path in valve.extras:
        if min(to_path(one.a, path), to_path(one.b, path)) <= touch:
            return True
        if min(to_path(path[0], one.path), to_path(path[-1], one.path)) <= touch:
            return True
    return False


def _small(box: Box, valve: Box, size: float) -> bool:
    return max(box[2] - box[0], box[3] - box[1]) <= 1.3 * size and gap(box, valve) <= 1.5 * size


def _mid(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _unit(a: Point, b: Point) -> Point:
    long = distance(a, b) or 1.0
    return (b[0] - a[0]) / long, (b[1] - a[1]) / long


def _dot(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1]


def _cross(a: Point, b: Point) -> float:
    return a[0] * b[1] - a[1] * b[0]
