"""A page's characters -> runs of text, without a Python object for each: numpy finds where runs part."""

import ctypes
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingestion.parsers._text import clean
from ingestion.parsers.pdf import _pdfium as pdfium
from ingestion.parsers.pdf._geometry import Box, Line
from ingestion.parsers.pdf._scripts import SMALLER, scripts
from ingestion.parsers.pdf._view import View

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_GAP = 1.2  # a gap wider than this many line heights parts two columns or cells
_ODD_SHARE = 0.3  # of characters that no font explains: the text is of no use
_BMP = 0x10000
_SPACES = np.zeros(_BMP, bool)
_SPACES[[*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)]] = True
_SPACES[[0x2028, 0x2029, 0x202F, 0x205F, 0x3000]] = True
_ODD = np.zeros(_BMP, bool)
_ODD[[0xFFFD, *range(0xE000, 0xF900)]] = True
_HYPHENS = (0x02, 0xFFFE)  # pdfium's for one that ends a line
_EVEN = 0.98  # of the tallest letter, as high as all of one size are
_NAME_BYTES = 128
_TOUCHING = 0.12  # line heights: less is no space between words
_HEAVY = (b"bold", b"black", b"heavy")  # in names of fonts
_MONO = (b"mono", b"courier", b"consol", b"typewriter")
_FIXED_PITCH, _FORCE_BOLD = 1, 1 << 18


class Characters(NamedTuple):
    """The characters that show something, in pdfium's order. ``places`` are pdfium's own."""

    text: str  # of all characters, spaces and line ends included: ``places`` count in it
    places: Ints
    boxes: Floats  # (n, 4): x0, y0, x1, y1 in points from the top left
    line: Ints  # grows by one at each line end

    @property
    def unusable(self) -> bool:
        """Whether most fonts lack the table that says what their letters mean."""
        codes = _codes(self.text)[self.places]
        return len(codes) > 0 and int(_ODD[np.minimum(codes, _BMP - 1)].sum()) > _ODD_SHARE * len(codes)

    @property
    def middles(self) -> tuple[Floats, Floats]:
        return (self.boxes[:, 0] + self.boxes[:, 2]) / 2, (self.boxes[:, 1] + self.boxes[:, 3]) / 2


def read_characters(text_page: int, view: View) -> Characters:
    """``text_page`` is the address of a pdfium text page."""
    count = max(pdfium.count_characters(text_page), 0)
    text = _text(text_page, count)
    sides = np.zeros((count, 4), np.float32)  # left, top, right, bottom
    at = sides.ctypes.data
    calls = map(pdfium.loose_box, repeat(text_page), range(count), range(at, at + 16 * count, 16))
    has_box = np.fromiter(calls, np.int32, count) != 0
    codes = np.minimum(_codes(text), _BMP - 1)
    seen = has_box & ~_SPACES[codes] & np.isfinite(sides).all(axis=1)
    index = np.flatnonzero(seen)
    ends = np.cumsum((codes == 10) | (codes == 13))
    return Characters(text, index, _placed(sides[index].astype(np.float64), view), ends[index])


def _placed(sides: Floats, view: View) -> Floats:
    m = view.matrix
    left, top, right, bottom = sides.T
    xs = np.stack([m.a * left + m.c * bottom + m.e, m.a * right + m.c * top + m.e])
    ys = np.stack([m.b * left + m.d * bottom + m.f, m.b * right + m.d * top + m.f])
    return np.stack([xs.min(axis=0), ys.min(axis=0), xs.max(axis=0), ys.max(axis=0)], axis=1)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _text(text_page: int, count: int) -> str:
    """All characters, one for each of pdfium's: in one call where that agrees, else one by one."""
    buffer = ctypes.create_string_buffer(2 * count + 2)
    written = pdfium.get_text(text_page, 0, count, ctypes.addressof(buffer))
    text = buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", "surrogatepass")
    if len(text) != count or any("\ud800" <= c <= "\udfff" for c in text if c > "\ud7ff"):
        codes = map(pdfium.get_unicode, repeat(text_page), range(count))
        text = "".join(chr(code) if 0 < code < 0x110000 else "\ufffd" for code in codes)
    for hyphen in _HYPHENS:
        text = text.replace(chr(hyphen), "-")
    return text


def runs_of(characters: Characters, cells: Ints | None, text_page: int, number: int) -> tuple[list[Line], list[int]]:
    """Characters joined until the line ends, a wide gap follows or another cell begins; and the cell of each run."""
    if not len(characters.places):
        return [], []
    starts, boxes = _pieces(characters, cells)
    ends = [*starts[1:], len(characters.places)]
    heights = characters.boxes[:, 3] - characters.boxes[:, 1]
    low, high = np.minimum.reduceat(heights, starts), np.maximum.reduceat(heights, starts)
    letters = (np.array(starts) + np.array(ends)) // 2
    tenths = np.rint(10 * heights).astype(np.int64)
    for i in np.flatnonzero(low < _EVEN * high).tolist():
        letters[i] = _usual_letter(tenths, starts[i], ends[i])
    fonts = _fonts(text_page, characters.places[letters].tolist(), boxes)
    lines, owners = [], []
    first, last = characters.places[starts].tolist(), characters.places[np.array(ends) - 1].tolist()
    mixed = (low < SMALLER * high).tolist()
    for i, (size, bold, mono) in enumerate(fonts):
        text = characters.text[first[i] : last[i] + 1]
        if mixed[i]:
            text = _with_scripts(characters, heights, text_page, text, (starts[i], ends[i], int(letters[i])))
        if text := clean(text):
            lines.append(Line(text, boxes[i], size, bold, number, mono))
            owners.append(int(cells[starts[i]]) if cells is not None else -1)
    return lines, owners


def _with_scripts(characters: Characters, heights: Floats, text_page: int, text: str, at: tuple[int, int, int]) -> str:
    start, end, letter = at
    usual = float(heights[letter])
    is_small = heights[start:end] < SMALLER * usual
    if not is_small.any() or is_small.sum() > (end - start) / 2:
        return text
    places, boxes = characters.places[start:end], characters.boxes[start:end]
    out = scripts(text_page, text, int(places[0]), int(places[letter - start]), places[is_small].tolist())
    # pdfium takes the step up or down for a space: m³/h is one word
    near = (np.diff(is_small) != 0) & (boxes[1:, 0] - boxes[:-1, 2] < _TOUCHING * usual)
    for i in np.flatnonzero(near).tolist():
        left, right = int(places[i] - places[0]), int(places[i + 1] - places[0])
        if out[left] != text[left] or out[right] != text[right]:
            out[left + 1 : right] = [""] * (right - left - 1)
    return "".join(out)


def _pieces(characters: Characters, cells: Ints | None) -> tuple[list[int], list[Box]]:
    """Where each run starts, and its box."""
    b = characters.boxes
    x0, y0, x1, y1 = b.T
    height = y1 - y0
    hard = np.diff(characters.line) != 0
    taller = np.maximum(height[1:], height[:-1])
    level = np.minimum(y1[1:], y1[:-1]) - np.maximum(y0[1:], y0[:-1])
    smaller = np.minimum(height[1:], height[:-1])
    gap = x0[1:] - x1[:-1]
    # pdfium ends the line where a letter is raised or lowered; one that touches the letter before it goes on.
    hard &= ~((smaller < SMALLER * taller) & (level > 0.3 * smaller) & (abs(gap) < 0.25 * smaller))
    if cells is not None:
        hard |= np.diff(cells) != 0
    soft = (level < 0.3 * np.maximum(smaller, 0.01)) | (gap > _GAP * taller) | (x1[1:] < x0[:-1])
    starts = np.concatenate([[0], np.flatnonzero(hard | soft) + 1])
    tops = np.minimum.reduceat(b[:, :2], starts, axis=0).tolist()
    feet = np.maximum.reduceat(b[:, 2:], starts, axis=0).tolist()
    is_hard = np.concatenate([[True], hard])[starts].tolist()
    firsts = b[starts].tolist()
    out, boxes = list[int](), list[Box]()
    for i, start in enumerate(starts.tolist()):
        box = Box(*tops[i], *feet[i])
        if is_hard[i] or _parted(boxes[-1], Box(*firsts[i])):
            out.append(start)
            boxes.append(box)
        else:
            boxes[-1] = boxes[-1].around(box)
    return out, boxes


def _parted(line: Box, at: Box) -> bool:
    if line.level_with(at) < 0.3:
        # Text that runs up or down the page: letter over letter, without a line's end between them.
        thin = line.x1 - line.x0 <= 1.5 * (at.x1 - at.x0)
        over = min(line.x1, at.x1) - max(line.x0, at.x0) > 0.5 * (at.x1 - at.x0)
        near = max(line.y0 - at.y1, at.y0 - line.y1) <= at.x1 - at.x0
        return not (thin and over and near)
    return at.x0 - line.x1 > _GAP * (line.y1 - line.y0) or at.x1 < line.x0


def _usual_letter(tenths: Ints, start: int, end: int) -> int:
    """A letter of the height (in tenths of a point) that most of the run has: a list's number may be larger."""
    here = tenths[start:end]
    usual = Counter(here.tolist()).most_common(1)[0][0]
    same = np.flatnonzero(here == usual)
    return start + int(same[len(same) // 2])


def _fonts(text_page: int, letters: Sequence[int], boxes: Sequence[Box]) -> list[tuple[float, bool, bool]]:
    """Size in points as shown, whether bold, whether of one width, for each of the letters."""
    count = len(letters)
    sizes = np.fromiter(map(pdfium.font_size, repeat(text_page), letters), np.float64, count)
    matrices, names, flags = np.zeros((count, 6), np.float32), np.zeros(count, f"S{_NAME_BYTES}"), np.zeros(count, "i4")

    def fill(function: Callable[..., Any], array: NDArray[Any], *more: Any) -> list[Any]:
        start, step = array.ctypes.data, array.strides[0]
        return list(map(function, repeat(text_page), letters, range(start, start + step * count, step), *more))

    has_matrix = fill(pdfium.text_matrix, matrices)
    places = range(flags.ctypes.data, flags.ctypes.data + 4 * count, 4)
    fill(pdfium.font_info, names, repeat(_NAME_BYTES), places)
    sizes *= np.where(np.array(has_matrix, bool), np.hypot(matrices[:, 2], matrices[:, 3]), 1.0)
    known: dict[bytes, tuple[bool, bool]] = {}
    out = []
    for size, name, flag, box in zip(sizes.tolist(), names.tolist(), flags.tolist(), boxes, strict=True):
        if name not in known:
            low = name.lower()
            known[name] = any(part in low for part in _HEAVY), any(part in low for part in _MONO)
        bold, mono = known[name]
        usable = 1 < size < 10_000
        out.append(
            (size if usable else box.height / 1.2, bold or bool(flag & _FORCE_BOLD), mono or bool(flag & _FIXED_PITCH))
        )
    return out
