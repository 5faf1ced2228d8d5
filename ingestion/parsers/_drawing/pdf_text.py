"""Runs of text on a page of a drawing: characters that stand together, whichever way they run."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from ingestion.parsers._drawing.model import Box, Point, Text, bounds, united
from ingestion.parsers._drawing.tags import line_number, whole_tag
from ingestion.parsers._text import clean

_MAX_CHARACTERS = 300_000  # of a page
_BREAKS = (0, 10, 13, 0xFFFE, 0xFFFF)
_SPACES = (9, 32, 160, 0x3000)


class _Character(NamedTuple):
    sign: str
    box: Box
    vertical: bool
    spaced: bool  # a space stands before it
    drawn_by: int  # its text object


@dataclass(slots=True)
class _Run:
    characters: list[_Character] = field(default_factory=list)

    def takes(self, one: _Character) -> bool:
        """Whether a character goes on where the run ends: same way, same line, no wide gap."""
        last = self.characters[-1]
        if one.vertical != last.vertical:
            return False
        axis = 1 if one.vertical else 0
        height = max(_high(self.characters), _high([one]))
        off = abs(_middle(one.box, 1 - axis) - _middle(last.box, 1 - axis))
        gap = max(one.box[axis] - last.box[axis + 2], last.box[axis] - one.box[axis + 2])
        widest = 2.5 if one.drawn_by == last.drawn_by else 0.55
        return off <= 0.6 * height and -0.8 * height <= gap <= widest * height

    def apart(self) -> "list[_Run]":
        """A run for each text object where each is a tag or line number of its own, however close they stand."""
        parts = [_Run(list(part)) for _, part in groupby(self.characters, key=lambda one: one.drawn_by)]
        if len(parts) > 1 and all(whole_tag(part.said()) or line_number(part.said()) for part in parts):
            return parts
        return [self]

    def said(self) -> str:
        return "".join((" " if one.spaced and place else "") + one.sign for place, one in enumerate(self.characters))

    def text(self) -> Text:
        box = united(one.box for one in self.characters)
        return Text(clean(self.said()), box, _high(self.characters), self.characters[0].vertical)


def _middle(box: Box, axis: int) -> float:
    return (box[axis] + box[axis + 2]) / 2


def _high(characters: list[_Character]) -> float:
    """The height of the highest letter, across the way they run."""
    axis = 0 if characters[0].vertical else 1
    return max(one.box[axis + 2] - one.box[axis] for one in characters) or 1.0


def read_texts(page: Any, place: Callable[[float, float], Point], turned: bool) -> tuple[Text, ...]:
    """``place`` turns a point of the page's own space upright; ``turned`` where that is by a quarter."""
    from contextlib import closing

    with closing(page.get_textpage()) as textpage:
        runs: list[_Run] = []
        for one in _characters(textpage.raw, place, turned):
            if one is not None and runs and runs[-1].characters and runs[-1].takes(one):
                runs[-1].characters.append(one)
            elif one is not None:
                runs.append(_Run([one]))
            elif runs and runs[-1].characters:
                runs.append(_Run())
    texts = (part.text() for run in runs if run.characters for part in run.apart())
    return tuple(text for text in texts if text.text)


def _characters(page: Any, place: Callable[[float, float], Point], turned: bool) -> Iterator[_Character | None]:
    """Characters that show, and None where a line breaks."""
    import pypdfium2.raw as pdfium

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    matrix = pdfium.FS_MATRIX()
    spaced = False
    for index in range(min(pdfium.FPDFText_CountChars(page), _MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(page, index)
        if code in _BREAKS:
            spaced = False
            yield None
        elif code in _SPACES:
            spaced = True
        elif pdfium.FPDFText_GetCharBox(page, index, left, right, bottom, top):
            vertical = False
            if pdfium.FPDFText_GetMatrix(page, index, matrix):
                vertical = abs(matrix.b) > abs(matrix.a)
            box = bounds((place(left.value, bottom.value), place(right.value, top.value)))
            owner = ctypes.cast(pdfium.FPDFText_GetTextObject(page, index), ctypes.c_void_p).value or 0
            yield _Character(chr(code), box, vertical != turned, spaced, owner)
            spaced = False
