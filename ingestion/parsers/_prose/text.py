"""Plain text -> prose: what people mean by blank lines, underlines, numbers, bullets and aligned columns."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.marks import is_warning
from ingestion.parsers._prose.spans import lines_at
from ingestion.parsers._text import clean
from ingestion.parsers.base import Span
from ingestion.parsers.pdf._marks import BULLET, heading_number, step_number

_UNDERLINE = re.compile(r"^\s*([=\-~^*#])\1{2,}\s*$")
_LEVELS = {"=": 1, "-": 2}
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S|^\s*[|+┌├│└].*[|+┐┤│┘]\s*$")
_STAMP = re.compile(
    r"^\W{0,2}(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}:\d{2}(?::\d{2})?\b|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
)
_ENDS = re.compile(r"[.。;；,，:：!！?？]$")
_CAPITALS = re.compile(r"^(?=.*[A-Z]{4})[A-Z][A-Z &/,'()-]{3,59}$")
_STAR = re.compile(r"^[*·]\s+")
_WIDEST = 130  # a longer line was not wrapped by hand
_Line = tuple[int, str]  # 1-based number in the file, text without its line end


def read_lines(text: str, prose: Prose, *, first_line: int = 1) -> None:
    """Feed the text; lines end with ``\\n``."""
    reader = _Reader(prose, text)
    paragraphs = list(_paragraphs(text, first_line))
    for i, paragraph in enumerate(paragraphs):
        reader.paragraph(paragraph, paragraphs[i + 1] if i + 1 < len(paragraphs) else [])


def _paragraphs(text: str, first_line: int) -> Iterator[list[_Line]]:
    run: list[_Line] = []
    for number, line in enumerate(text.split("\n"), first_line):
        if line.strip():
            run.append((number, line.rstrip()))
        elif run:
            yield run
            run = []
    if run:
        yield run


class _Reader:
    def __init__(self, prose: Prose, text: str) -> None:
        self._prose = prose
        widths = sorted(min(_width(line), _WIDEST) for line in text[:200_000].split("\n") if line.strip())
        self._wrap = widths[int(0.95 * (len(widths) - 1))] if widths else 0

    def paragraph(self, lines: list[_Line], following: Sequence[_Line]) -> None:
        """Lines between two blank ones."""
        lines = self._headings(lines)
        if len(lines) == 1 and self._is_heading(lines[0][1], following):
            number, text = lines[0]
            self._prose.heading(heading_number(clean(text)) or 2, clean(text), lines_at(number))
        elif lines and _is_preformatted(lines):
            self._prose.preformatted([Span(text, lines_at(number)) for number, text in lines])
        else:
            for part in _parts(lines):
                self._part(part)

    def _headings(self, lines: list[_Line]) -> list[_Line]:
        """What is left of the lines after underlined headings at their front."""
        if len(lines) > 2 and _UNDERLINE.match(lines[0][1]) and _UNDERLINE.match(lines[2][1]):
            lines = lines[1:]
        while len(lines) > 1 and (rule := _UNDERLINE.match(lines[1][1])) and not _UNDERLINE.match(lines[0][1]):
            (number, text), _ = lines[:2]
            if len(lines[1][1].strip()) * 2 < _width(text.strip()) or _width(text) > 100:
                break
            self._prose.heading(_LEVELS.get(rule[1], 3), clean(text), lines_at(number))
            lines = lines[2:]
        return lines

    @staticmethod
    def _is_heading(line: str, following: Sequence[_Line]) -> bool:
        text = clean(line)
        if len(text) > 80 or _ENDS.search(text) or is_warning(text) or not following or BULLET.match(text):
            return False
        if depth := heading_number(text):
            return depth > 1 or not heading_number(clean(following[0][1]))
        return bool(_CAPITALS.match(text))

    def _part(self, lines: list[_Line]) -> None:
        first = clean(lines[0][1])
        if lines[0][1].lstrip().startswith(">"):
            self._prose.preformatted([Span(text, lines_at(number)) for number, text in lines])
        elif BULLET.match(first):
            marker = "•" if _STAR.match(first) else first[0]
            self._prose.item(marker, self._spans([(lines[0][0], first[1:]), *lines[1:]]), ordered=False)
        else:
            self._prose.paragraph(self._spans(lines))

    def _spans(self, lines: Sequence[_Line]) -> list[Span]:
        """A line that its author ended before it was full ends with a line feed."""
        spans = []
        for i, (number, text) in enumerate(lines):
            following = clean(lines[i + 1][1]) if i + 1 < len(lines) else ""
            word = following.split(" ", 1)[0] if following else ""
            room = _width(text) + 1 + min(_width(word), 20) <= 0.85 * self._wrap
            spans.append(Span(clean(text) + ("\n" if following and room else ""), lines_at(number)))
        return spans


def _parts(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Cut before each bullet, number, warning and quotation that begins a line."""
    part: list[_Line] = []
    for line in lines:
        text = clean(line[1])
        quoted = line[1].lstrip().startswith(">")
        was_quoted = bool(part) and part[-1][1].lstrip().startswith(">")
        starts = BULLET.match(text) or step_number(text) is not None or is_warning(text)
        if part and ((starts and not quoted) or quoted != was_quoted):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _is_preformatted(lines: Sequence[_Line]) -> bool:
    """Aligned columns, code by its indentation, or lines that begin with a time each."""
    aligned = sum(bool(_COLUMNS.search(text)) for _, text in lines)
    stamped = sum(bool(_STAMP.match(text)) for _, text in lines)
    indented = all(text.startswith(("    ", "\t")) for _, text in lines) and len(lines) > 1
    listed = any(BULLET.match(clean(text)) or step_number(clean(text)) for _, text in lines)
    return 2 * aligned > len(lines) or 2 * stamped > len(lines) or (indented and not listed)


def _width(text: str) -> int:
    """In columns of a terminal: a Chinese character takes two."""
    if text.isascii() or len(text) > 500:
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
