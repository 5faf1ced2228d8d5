"""A page of a PDF as a drawing: its paths and its runs of text, turned upright, in points from the top left corner."""

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingestion.parsers._drawing.model import Circle, Drawing, Point, Stroke
from ingestion.parsers._drawing.pdf_text import read_texts
from ingestion.parsers._drawing.shapes import as_circle, as_rule
from retrieval.errors import BadDocument

MAX_OBJECTS = 400_000  # of a page
_MAX_POINTS = 2_000_000
_DEPTH = 8  # of forms within forms
_THIN = 1.2  # points; a filled rectangle no wider is a line
_FAR = 1e6
_WHITE = 245

Matrix = tuple[float, float, float, float, float, float]
View = tuple[float, float, float, float, int]  # left, bottom, width, height, turned by (degrees clockwise)


def read_sheet(page: Any, number: int, name: str) -> Drawing:
    """``page`` is an open pypdfium2 page. Raises ``BadDocument`` where it holds more than can be traced."""
    view = view_of(page)
    width, height = (view[3], view[2]) if view[4] % 180 else (view[2], view[3])
    sheet = _Sheet(name, number, view)
    for item, matrix in _objects(page.raw):
        sheet.path(item, matrix)
    return Drawing(
        number,
        width,
        height,
        texts=read_texts(page, lambda x, y: upright(x, y, view), bool(view[4] % 180)),
        strokes=tuple(sheet.strokes),
        circles=tuple(sheet.circles),
    )


def view_of(page: Any) -> View:
    left, bottom, right, top = page.get_bbox()
    return left, bottom, max(right - left, 1.0), max(top - bottom, 1.0), page.get_rotation()


def upright(x: float, y: float, view: View) -> Point:
    """A point of the page's own space as it is seen: y down, turned as the page is."""
    left, bottom, width, height, turned = view
    u, v = x - left, bottom + height - y
    if turned == 90:
        return height - v, u
    if turned == 180:
        return width - u, height - v
    if turned == 270:
        return v, width - u
    return u, v


def _objects(page: Any) -> Iterator[tuple[Any, Matrix]]:
    """Every path of the page with the matrix from its own space to the page's; forms are opened."""
    import pypdfium2.raw as pdfium

    stack: list[tuple[Any, Matrix, int]] = []
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        stack.append((pdfium.FPDFPage_GetObject(page, index), (1, 0, 0, 1, 0, 0), 0))
        while stack:
            item, around, depth = stack.pop()
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                yield item, _times(_matrix(item), around)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
                inner = _times(_matrix(item), around)
                count = pdfium.FPDFFormObj_CountObjects(item)
                stack += [(pdfium.FPDFFormObj_GetObject(item, one), inner, depth + 1) for one in reversed(range(count))]


def _matrix(item: Any) -> Matrix:
    import pypdfium2.raw as pdfium

    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, found):
        return 1, 0, 0, 1, 0, 0
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


@dataclass
class _Sheet:
    """Strokes and circles as they are read."""

    name: str
    page: int
    view: View
    strokes: list[Stroke] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
    objects: int = 0
    points: int = 0

    def path(self, item: Any, matrix: Matrix) -> None:
        import pypdfium2.raw as pdfium

        self.objects += 1
        count = pdfium.FPDFPath_CountSegments(item)
        self.points += max(count, 0)
        if self.objects > MAX_OBJECTS or self.points > _MAX_POINTS:
            limit = f"holds more than {MAX_OBJECTS:,} paths or {_MAX_POINTS:,} points"
            raise BadDocument(
                self.name, limit, where=f"page {self.page}", remedy="plot it without hatches and pictures"
            )
        filled, stroked = _look(item)
        if not (filled or stroked):
            return
        dashed = pdfium.FPDFPageObj_GetDashCount(item) > 0
        for parts, closed in self._subpaths(item, count, matrix):
            self.add(parts, closed, filled=filled, stroked=stroked, dashed=dashed)

    def add(
        self, parts: list[tuple[bool, list[Point]]], closed: bool, *, filled: bool, stroked: bool, dashed: bool
    ) -> None:
        """One subpath: its straight and its curved parts in order."""
        whole = [parts[0][1][0], *(point for _, part in parts for point in part[1:])]
        if closed and whole[0] != whole[-1]:
            whole.append(whole[0])
        if (circle := as_circle(whole, filled=filled)) is not None:
            self.circles.append(circle)
        elif filled and not stroked and (rule := as_rule(whole, _THIN)):
            self.strokes.append(Stroke(rule))
        elif filled or whole[0] == whole[-1]:
            curved = any(bent for bent, _ in parts)
            self.strokes.append(Stroke(tuple(whole), filled=filled, dashed=dashed, curved=curved))
        else:
            self.strokes += [
                Stroke(tuple(part), dashed=dashed, curved=bent) for bent, part in parts if len(set(part)) > 1
            ]

    def _subpaths(self, item: Any, count: int, matrix: Matrix) -> Iterator[tuple[list[tuple[bool, list[Point]]], bool]]:
        import pypdfium2.raw as pdfium

        x, y = ctypes.c_float(), ctypes.c_float()
        parts: list[tuple[bool, list[Point]]] = []
        at: Point | None = None
        control: list[Point] = []
        for index in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(item, index)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            spot = self._place(x.value, y.value, matrix)
            if spot is None:
                return  # a coordinate that is no number or far outside: nothing that can be seen
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                if parts:
                    yield parts, False
                parts = []
            elif kind == pdfium.FPDF_SEGMENT_LINETO and at is not None:
                _lengthen(parts, False, at, [spot])
            elif kind == pdfium.FPDF_SEGMENT_BEZIERTO and at is not None:
                control.append(spot)
                if len(control) < 3:
                    continue
                _lengthen(parts, True, at, _bezier(at, control))
                control = []
            at = spot
            if parts and pdfium.FPDFPathSegment_GetClose(segment):
                yield parts, True
                parts = []
        if parts:
            yield parts, False

    def _place(self, x: float, y: float, matrix: Matrix) -> Point | None:
        a, b, c, d, e, f = matrix
        u, v = upright(a * x + c * y + e, b * x + d * y + f, self.view)
        if not (math.isfinite(u) and math.isfinite(v)) or max(abs(u), abs(v)) > _FAR:
            return None
        return round(u, 3), round(v, 3)


def _lengthen(parts: list[tuple[bool, list[Point]]], bent: bool, at: Point, to: Sequence[Point]) -> None:
    if not parts or parts[-1][0] != bent:
        parts.append((bent, [at]))
    parts[-1][1].extend(to)


def _bezier(a: Point, control: Sequence[Point], steps: int = 8) -> list[Point]:
    b, c, d = control
    found = []
    for step in range(1, steps + 1):
        t = step / steps
        s = 1 - t
        w = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
        found.append(
            (
                round(w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0], 3),
                round(w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1], 3),
            )
        )
    return found


def _look(item: Any) -> tuple[bool, bool]:
    """Whether a path is filled, and whether it is stroked, with a colour that shows on paper."""
    import pypdfium2.raw as pdfium

    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, mode, stroke)
    filled = mode.value != pdfium.FPDF_FILLMODE_NONE and _shows(item, pdfium.FPDFPageObj_GetFillColor)
    return filled, bool(stroke.value) and _shows(item, pdfium.FPDFPageObj_GetStrokeColor)


def _shows(item: Any, colour_of: Any) -> bool:
    parts = [ctypes.c_uint() for _ in range(4)]
    if not colour_of(item, *parts):
        return True
    return parts[3].value > 10 and min(part.value for part in parts[:3]) < _WHITE
