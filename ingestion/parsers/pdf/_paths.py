"""What is drawn on a page besides text: rules, frames, pictures. Read from pdfium's page objects in one pass."""

import math
from collections.abc import Iterator, Sequence
from ctypes import addressof, c_float, c_int
from dataclasses import dataclass, field
from itertools import pairwise, repeat

from ingestion.parsers.pdf import _pdfium as pdfium
from ingestion.parsers.pdf._geometry import Box, Rule
from ingestion.parsers.pdf._view import Matrix, View

_DEPTH = 8  # of forms within forms
_MOST_OBJECTS = 200_000  # of a page; what follows is no longer read
_MOST_SEGMENTS = 4_000  # of one path; more is a drawing, and none of its strokes a rule
_MOST_RULES = 20_000
_STRAIGHT = 0.75  # a stroke that leans less than this many points runs along or down the page
_THIN = 3.0  # a filled box less high than this is a rule
_FRAME_WIDTH, _FRAME_HEIGHT = 20, 8  # of the least box that something is printed in
Points = list[tuple[float, float]]


@dataclass
class Drawn:
    """Everything drawn, in points from the top left."""

    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    drawings: list[Box] = field(default_factory=list)
    shown: bool = False


def read_paths(page: int, view: View) -> Drawn:
    """``page`` is the address of a pdfium page."""
    drawn, reader = Drawn(), _Reader()
    sheet = Box(0, 0, view.width, view.height)
    for kind, item, matrix in _objects(page, view.matrix):
        drawn.shown = True
        box = reader.bounds(item, matrix)
        if box is None or not sheet.grown(5).holds(box) or _covers(box, sheet):
            if kind == pdfium.IMAGE and box is not None and _covers(box, sheet):
                drawn.images.append(sheet)
            continue
        if kind == pdfium.IMAGE:
            drawn.images.append(box)
        elif kind == pdfium.PATH:
            _add_path(drawn, reader, item, matrix, box)
    return drawn


def _covers(box: Box, sheet: Box) -> bool:
    """A background as large as the page."""
    return box.width > 0.95 * sheet.width and box.height > 0.95 * sheet.height


def _objects(page: int, matrix: Matrix) -> Iterator[tuple[int, int, Matrix]]:
    """Type, address and matrix of each object that is not text; forms are opened."""
    items = list(map(pdfium.get_object, repeat(page), range(min(pdfium.count_objects(page), _MOST_OBJECTS))))
    kinds = map(pdfium.object_type, items)
    left = _MOST_OBJECTS
    stack = [(kind, item, matrix, 0) for kind, item in zip(kinds, items, strict=True) if kind != 1][::-1]
    values = pdfium.Floats6()
    while stack and left:
        kind, item, around, depth = stack.pop()
        left -= 1
        if kind != pdfium.FORM:
            yield kind, item, around
        elif depth < _DEPTH:
            pdfium.object_matrix(item, addressof(values))
            inner = around.after(Matrix(*values))
            for index in range(min(pdfium.count_inner(item), left) - 1, -1, -1):
                child = pdfium.get_inner(item, index)
                if child and (type_ := pdfium.object_type(child)) != 1:
                    stack.append((type_, child, inner, depth + 1))


class _Reader:
    """Buffers that pdfium writes into, used again for each object."""

    def __init__(self) -> None:
        self._values = pdfium.Floats6()
        self._at = addressof(self._values)
        self._modes = (c_int * 2)()
        self._pair = (c_float * 2)()

    def bounds(self, item: int, matrix: Matrix) -> Box | None:
        at = self._at
        if not pdfium.object_bounds(item, at, at + 4, at + 8, at + 12):
            return None
        left, bottom, right, top = self._values[:4]
        box = matrix.box(left, bottom, right, top)
        return box if math.isfinite(sum(box)) else None

    def mode(self, item: int) -> tuple[bool, bool]:
        """Whether a path is filled, and whether it is stroked."""
        at = addressof(self._modes)
        pdfium.draw_mode(item, at, at + 4)
        return bool(self._modes[0]), bool(self._modes[1])

    def strokes(self, item: int, matrix: Matrix) -> tuple[list[Points], bool]:
        """The path's lines through their points, and whether it has no curve."""
        pdfium.object_matrix(item, self._at)
        whole = matrix.after(Matrix(*self._values))
        pair, at = self._pair, addressof(self._pair)
        lines: list[Points] = []
        straight = True
        for index in range(pdfium.count_segments(item)):
            segment = pdfium.get_segment(item, index)
            kind = pdfium.segment_type(segment)
            pdfium.segment_point(segment, at, at + 4)
            point = whole.point(pair[0], pair[1])
            if kind == pdfium.MOVE or not lines or kind == pdfium.BEZIER:
                straight = straight and kind != pdfium.BEZIER
                lines.append([point])
            else:
                lines[-1].append(point)
            if pdfium.segment_closes(segment) and lines[-1][0] != point:
                lines[-1].append(lines[-1][0])
        return lines, straight


def _add_path(drawn: Drawn, reader: _Reader, item: int, matrix: Matrix, box: Box) -> None:
    filled, stroked = reader.mode(item)
    if not filled and not stroked:
        return  # a clip
    drawn.drawings.append(box)
    if box.width > _FRAME_WIDTH and box.height > _FRAME_HEIGHT:
        drawn.frames.append(box)
    if box.width < _THIN and box.height < _THIN:
        return
    if pdfium.count_segments(item) > _MOST_SEGMENTS or len(drawn.across) + len(drawn.down) > _MOST_RULES:
        return
    lines, straight = reader.strokes(item, matrix)
    for points in lines:
        inside = _rectangle(points) if filled or len(points) == 5 else None
        if inside is not None:
            _add_rectangle(drawn, inside)
        elif stroked or (filled and straight and len(points) == 2):
            for one, other in pairwise(points):
                _add_stroke(drawn, one, other)


def _rectangle(points: Points) -> Box | None:
    if len(points) not in (4, 5) or (len(points) == 5 and points[0] != points[4]):
        return None
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    box = Box(min(xs), min(ys), max(xs), max(ys))
    corners = all(
        min(x - box.x0, box.x1 - x) < _STRAIGHT and min(y - box.y0, box.y1 - y) < _STRAIGHT for x, y in points
    )
    upright = all(min(abs(p[0] - q[0]), abs(p[1] - q[1])) < _STRAIGHT for p, q in pairwise(points))
    return box if corners and upright else None


def _add_rectangle(drawn: Drawn, box: Box) -> None:
    """A thin one is a rule, any other one has four edges."""
    if box.height < _THIN and box.width < _THIN:
        return
    if box.height < _THIN:
        drawn.across.append(Rule((box.y0 + box.y1) / 2, box.x0, box.x1))
    elif box.width < _THIN:
        drawn.down.append(Rule((box.x0 + box.x1) / 2, box.y0, box.y1))
    else:
        drawn.across += [Rule(box.y0, box.x0, box.x1), Rule(box.y1, box.x0, box.x1)]
        drawn.down += [Rule(box.x0, box.y0, box.y1), Rule(box.x1, box.y0, box.y1)]


def _add_stroke(drawn: Drawn, one: tuple[float, float], other: tuple[float, float]) -> None:
    (x0, y0), (x1, y1) = one, other
    if abs(y0 - y1) < _STRAIGHT and abs(x0 - x1) > 1:
        drawn.across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif abs(x0 - x1) < _STRAIGHT and abs(y0 - y1) > 1:
        drawn.down.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def merged(rules: Sequence[Rule], slack: float) -> list[Rule]:
    """Rules at nearly one place are one; pieces of one line are joined. In order of place, then start."""
    places: list[list[Rule]] = []
    for rule in sorted(rules):
        if places and rule.at - places[-1][-1].at <= slack:
            places[-1].append(rule)
        else:
            places.append([rule])
    out: list[Rule] = []
    for place in places:
        at = sum(rule.at for rule in place) / len(place)
        place.sort(key=lambda rule: rule.start)
        start, end = place[0].start, place[0].end
        for rule in place[1:]:
            if rule.start > end + slack:
                out.append(Rule(at, start, end))
                start, end = rule.start, rule.end
            end = max(end, rule.end)
        out.append(Rule(at, start, end))
    return out
