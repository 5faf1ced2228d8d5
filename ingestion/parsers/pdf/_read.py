"""A page's text as lines with boxes, through pdfium. Boxes are in points from the top left of the page as shown."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ingestion.parsers._text import clean
from retrieval.models import PageLocator, Region

_GAP = 1.2  # a gap wider than this many line heights parts two columns or cells
_PATH, _FORM = 2, 5  # pdfium's page object types


@dataclass(frozen=True, slots=True)
class Box:
    x0: float
    y0: float
    x1: float
    y1: float

    def around(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def level_with(self, other: "Box") -> float:
        """How much of the lower of the two stands beside the other: 1 all of it, 0 or less nothing."""
        height = min(self.y1 - self.y0, other.y1 - other.y0)
        return (min(self.y1, other.y1) - max(self.y0, other.y0)) / max(height, 0.01)

    def holds(self, other: "Box", slack: float = 1.0) -> bool:
        """Whether the other's middle lies in this box."""
        x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
        return self.x0 - slack <= x <= self.x1 + slack and self.y0 - slack <= y <= self.y1 + slack


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or a run of it until the next wide gap. ``size`` is the letters' in points."""

    text: str
    box: Box
    size: float
    bold: bool
    page: int


@dataclass(frozen=True, slots=True)
class Paths:
    """What is drawn on a page besides text: rules, and boxes larger than a rule."""

    ruled: bool
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Page:
    number: int  # 1-based
    width: float
    height: float
    runs: tuple[Line, ...]
    paths: Paths
    unreadable: bool  # it shows something, and no usable characters


def region(box: Box, page: Page) -> Region:
    """The box as fractions of the page; what lies beyond it is pulled in."""

    def parts(one: float, other: float, whole: float) -> list[float]:
        return sorted(round(min(max(value / whole, 0.0), 1.0), 5) for value in (one, other))

    x0, x1 = parts(box.x0, box.x1, page.width)
    y0, y1 = parts(box.y0, box.y1, page.height)
    return Region(x0=x0, y0=y0, x1=x1, y1=y1)


def locator(boxes: list[Box], page: Page) -> PageLocator:
    return PageLocator(page=page.number, regions=tuple(region(box, page) for box in boxes))


class _View:
    """From pdfium's coordinates to points from the top left of the page as it is shown."""

    def __init__(self, page: Any) -> None:
        self.x0, self.y0, self.x1, self.y1 = page.get_bbox()
        self.rotation = page.get_rotation()
        self.width, self.height = page.get_size()

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        if self.rotation == 90:
            return Box(bottom - self.y0, left - self.x0, top - self.y0, right - self.x0)
        if self.rotation == 180:
            return Box(self.x1 - right, bottom - self.y0, self.x1 - left, top - self.y0)
        if self.rotation == 270:
            return Box(self.y1 - top, self.x1 - right, self.y1 - bottom, self.x1 - left)
        return Box(left - self.x0, self.y1 - top, right - self.x0, self.y1 - bottom)


def read_page(page: Any, number: int) -> Page:
    """Lines and drawn paths of a pypdfium2 page."""
    view = _View(page)
    text_page = page.get_textpage()
    try:
        runs = tuple(run for run in _runs(text_page.raw, view, number) if run.text)
    finally:
        text_page.close()
    objects = list(_objects(page.raw, view))
    characters = "".join(run.text for run in runs)
    odd = sum(1 for c in characters if c == "\ufffd" or "\ue000" <= c <= "\uf8ff")
    unreadable = (not characters and bool(objects)) or odd > 0.3 * max(len(characters), 1)
    return Page(number, view.width, view.height, runs, _paths(objects), unreadable)


class _Run:
    """A run in the making. Its font is that of most of its letters: a list's number may be larger."""

    def __init__(self, at: Box) -> None:
        self.letters: list[str] = []
        self.box = at
        self._heights: dict[float, list[int]] = {}  # of boxes -> the letters that have it

    def add(self, character: str, at: Box, index: int) -> None:
        self.letters.append(character)
        self.box = self.box.around(at)
        self._heights.setdefault(round(at.y1 - at.y0, 1), []).append(index)

    def line(self, raw: Any, number: int) -> Line:
        letters = max(self._heights.values(), key=len)
        size, bold = _font(raw, letters[len(letters) // 2], self.box)
        return Line(clean("".join(self.letters)), self.box, size, bold, number)


def _runs(raw: Any, view: _View, number: int) -> Iterator[Line]:
    """Characters joined until the line ends or a wide gap follows."""
    run: _Run | None = None
    for character, at, index in _characters(raw, view):
        if at is None and character == " ":
            if run is not None:
                run.letters.append(" ")
            continue
        if run is not None and (at is None or _parted(run.box, at)):
            yield run.line(raw, number)
            run = None
        if at is None:
            continue
        run = run or _Run(at)
        run.add(character, at, index)
    if run is not None:
        yield run.line(raw, number)


def _parted(line: Box, at: Box) -> bool:
    if line.level_with(at) < 0.3:
        # Text that runs up or down the page: letter over letter, without a line's end between them.
        thin = line.x1 - line.x0 <= 1.5 * (at.x1 - at.x0)
        over = min(line.x1, at.x1) - max(line.x0, at.x0) > 0.5 * (at.x1 - at.x0)
        near = max(line.y0 - at.y1, at.y0 - line.y1) <= at.x1 - at.x0
        return not (thin and over and near)
    return at.x0 - line.x1 > _GAP * (line.y1 - line.y0) or at.x1 < line.x0


def _characters(raw: Any, view: _View) -> Iterator[tuple[str, Box | None, int]]:
    """Each character with its box; a space or the end of a line has none."""
    import pypdfium2.raw as pdfium

    rectangle = pdfium.FS_RECTF()
    for index in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        character = "-" if code in (0x02, 0xFFFE) else chr(code) if code else "\ufffd"  # 2: a hyphen that ends a line
        if character.isspace():
            yield "\n" if character in "\r\n" else " ", None, index
        elif pdfium.FPDFText_GetLooseCharBox(raw, index, ctypes.byref(rectangle)):
            yield character, view.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top), index


def _font(raw: Any, index: int, box: Box) -> tuple[float, bool]:
    """Letter size in points as shown, and whether the font is bold."""
    import pypdfium2.raw as pdfium

    matrix, flags, name = pdfium.FS_MATRIX(), ctypes.c_int(0), ctypes.create_string_buffer(128)
    size = pdfium.FPDFText_GetFontSize(raw, index)
    if pdfium.FPDFText_GetMatrix(raw, index, ctypes.byref(matrix)):
        size *= math.hypot(matrix.c, matrix.d)
    pdfium.FPDFText_GetFontInfo(raw, index, name, 128, ctypes.byref(flags))
    heavy = b"bold" in name.value.lower() or b"black" in name.value.lower() or b"heavy" in name.value.lower()
    return (size if size > 1 else (box.y1 - box.y0) / 1.2), heavy or bool(flags.value & (1 << 18))


def _objects(raw: Any, view: _View) -> Iterator[tuple[int, Box, int]]:
    """Type, box and number of path segments of each object that is not text."""
    import pypdfium2.raw as pdfium

    sides = [ctypes.c_float() for _ in range(4)]
    for index in range(pdfium.FPDFPage_CountObjects(raw)):
        item = pdfium.FPDFPage_GetObject(raw, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind != 1 and pdfium.FPDFPageObj_GetBounds(item, *(ctypes.byref(side) for side in sides)):
            left, bottom, right, top = (side.value for side in sides)
            yield kind, view.box(left, bottom, right, top), pdfium.FPDFPath_CountSegments(item) if kind == _PATH else 0


def _paths(objects: list[tuple[int, Box, int]]) -> Paths:
    """Rules enough for a table: two each way, four cells, or a path of many strokes. A form may hide any."""
    across = down = cells = strokes = forms = 0
    boxes = []
    for kind, box, segments in objects:
        width, height = box.x1 - box.x0, box.y1 - box.y0
        forms += kind == _FORM
        if kind != _PATH:
            continue
        across += height < 3 and width > 20
        down += width < 3 and height > 6
        if width > 20 and height > 8:
            cells += 1
            strokes += segments >= 8
            boxes.append(box)
    return Paths((across >= 2 and down >= 2) or cells >= 4 or bool(strokes) or bool(forms), tuple(boxes))


def join_runs(runs: list[Line]) -> list[Line]:
    """Runs of one column that stand on the same height, as whole lines from top to bottom."""
    lines: list[list[Line]] = []
    for run in sorted(runs, key=lambda run: (run.box.y1, run.box.x0)):
        if lines and lines[-1][0].box.level_with(run.box) > 0.5:
            lines[-1].append(run)
        else:
            lines.append([run])
    return [_whole(sorted(line, key=lambda run: run.box.x0)) for line in lines]


def _whole(runs: list[Line]) -> Line:
    main = max(runs, key=lambda run: len(run.text))
    box = runs[0].box
    text = runs[0].text
    for left, right in pairwise(runs):
        box = box.around(right.box)
        text += ("" if right.box.x0 - left.box.x1 < 0.1 * main.size else " ") + right.text
    weight = sum(len(run.text) for run in runs if run.bold)
    return replace(main, text=text, box=box, bold=weight > 0.5 * len(text))
