"""Where the letters of a line stand in its crop, how large they are, and which of them a space parts.

OCR's own boxes tell the first two badly, and it loses spaces.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

# In letter sizes above and below the baseline, for the letters that reach furthest: common to most typefaces.
_HAN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_TALL = re.compile(r"[A-Zb-dfhijklt0-9()\[\]{}|/\\&%$#@!?\"'°]")
_HANGING = re.compile(r"[gjpqy()\[\]{}|;,]")
_TOP, _TOP_HAN, _TOP_LOW = 0.77, 0.84, 0.55
_FOOT, _FOOT_HAN = 0.22, 0.1
ABOVE, BELOW = 0.88, 0.22  # a line's box, whichever letters it has
_RULE = 0.85  # of the crop's width is ink: a rule or a frame, not letters
_GAP = 0.3  # letter sizes of white: a space
_GAP_THIN = 0.5  # the same beside characters that have white of their own
_THIN = re.compile(r"[1iIlj|!.,:;'\"`()\[\]{}/\\=~*^_-]")
_FAINT = 24  # of 255: less contrast than this is none


class Fit(NamedTuple):
    """Fractions of the crop, which the box may exceed. A gap is where it begins and ends, and its width in letters."""

    box: tuple[float, float, float, float]  # left, top, right, bottom: from ascender to descender
    gaps: tuple[tuple[float, float, float], ...] = ()


def fit(crop: Any, text: str, places: Sequence[float]) -> Fit:
    """The crop is rows of blue, green and red, upright. Where no letters stand out the box is the whole crop.

    ``places`` says where about each character that is no space stands, as fractions of the crop.
    """
    import numpy as np

    found = _ink(crop)
    if found is None:
        return Fit((0.0, 0.0, 1.0, 1.0))
    ink, top, bottom = found
    han = bool(_HAN.search(text))
    above = max(_TOP_HAN if han else 0.0, _TOP if _TALL.search(text) else _TOP_LOW)
    below = max(_FOOT_HAN if han else 0.0, _FOOT if _HANGING.search(text) else 0.0)
    size = (bottom - top) / (above + below)
    base = bottom - below * size
    height, width = crop.shape[:2]
    columns = ink[top:bottom].any(axis=0)
    across = np.flatnonzero(columns)
    left, right = int(across[0]), int(across[-1]) + 1
    gaps = [(left + start, left + end) for start, end in _runs(~columns[left:right]) if end - start > _GAP * size]
    while gaps and places and min(places) * width > gaps[0][1]:  # ink that belongs to what stands beside the line
        left = gaps.pop(0)[1]
    while gaps and places and max(places) * width < gaps[-1][0]:
        right = gaps.pop()[0]
    box = (left / width, (base - ABOVE * size) / height, right / width, (base + BELOW * size) / height)
    return Fit(box, tuple((start / width, end / width, (end - start) / size) for start, end in gaps))


def spaced(text: str, places: Sequence[float], gaps: Sequence[tuple[float, float, float]]) -> str:
    """The text with the spaces that OCR lost between Latin letters and digits; ``places`` and gaps as of ``fit``."""
    letters = [letter for letter in text if not letter.isspace()]
    if len(letters) != len(places) or len(gaps) > len(letters) / 2:  # letters that are themselves set apart
        return text
    after = set()
    for start, end, wide in gaps:
        before = sum(place < (start + end) / 2 for place in places)
        pair = "".join(letters[before - 1 : before + 1]) if before else ""
        if len(pair) == 2 and pair.isascii() and wide > (_GAP_THIN if _THIN.search(pair) else _GAP):
            after.add(before)
    out, count = "", 0
    for letter in text:
        if not letter.isspace():
            if count in after and not out.endswith(" "):
                out += " "
            count += 1
        out += letter
    return out


def _ink(crop: Any) -> tuple[Any, int, int] | None:
    """Which pixels are ink, dark on light or light on dark, and the rows between which the line's letters stand: not
    those that reach in from other lines."""
    import cv2

    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    if int(grey.max()) - int(grey.min()) < _FAINT:
        return None
    limit, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark = grey <= limit
    ink = dark if dark.mean() < 0.5 else ~dark
    share = ink.mean(axis=1)
    rows = (share > 0) & (share < _RULE)
    runs = _runs(rows)
    if not runs:
        return None
    main = max(runs, key=lambda run: float(share[run[0] : run[1]].sum()))
    top, bottom = main
    near = 0.3 * (bottom - top)
    for start, end in reversed(runs):  # dots, accents, strokes of 二: apart from the rest, and whole in the crop
        if end <= top and top - end < near and start > 0:
            top = start
    for start, end in runs:
        if start >= bottom and start - bottom < near and end < len(share):
            bottom = end
    return ink, top, bottom


def _runs(flags: Any) -> list[tuple[int, int]]:
    """Start and end of each stretch of true."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
