"""What a line is by its look and first words: heading, caption, warning, step, list item."""

import re
from collections import Counter
from collections.abc import Sequence

from ingestion.parsers.pdf._geometry import Line
from ingestion.parsers.pdf._lines import body_size

CAPTION = re.compile(r"^(?:Table|续?表)\s*(?:\d+|[A-Z])(?:[-.–]\d+)*(?![\w.]*\d)", re.IGNORECASE)
WARNING = re.compile(
    r"^[\s⚠△▲!！【\[]*(?:(?:WARNING|DANGER|CAUTION)\b|(?:Warning|Danger|Caution)\s*(?:[:!：！]|$)"
    r"|(?:警告|危险|注意|当心)\s*(?:[:：!！】\]—-]|$|\s))"
)
NOTE = re.compile(r"^(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[*†‡])\s*\S")
BULLET = re.compile(r"^[•●▪■◦‣–·*○□-]\s+\S")
_STEP = re.compile(r"^(?:step|步骤|第)?\s*[(（]?(\d{1,2})(?:[.)、．）:：]|步[:：,，]?)\s*(?![\d\s])")
_LOOSE_STEP = re.compile(r"^(\d{1,2})\s+(?=[A-Z\u4e00-\u9fff])")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,3})\.?(?:\s+|(?=[\u4e00-\u9fff]))(?=[^\d\s])")
_CHAPTER = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[章部]|[一二三四五六七八九十]+、|(?:Chapter|Appendix|Annex|附录)\s*[A-Z\d]+\b)"
)
INDEX_ENTRY = re.compile(r"\S,\s*\d{1,4}(?:\s*[-–,]\s*\d{1,4})*$")  # of an index: backlash, 172
_CONTENTS = re.compile(r"(?:(?:\.\s?|…|·){4,}\s*(?:\d{1,4}|[ivxlc]+)|^(?:Table of )?contents|^目\s*录)$", re.IGNORECASE)
_CONTENTS_ENDS = frozenset("0123456789ivxlcs录")
_ASIDE = re.compile(r"^(?:Notes?|Tips?|Hints?|Important|Info|Information|Attention|提示|注|备注|重要)$", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z\u4e00-\u9fff]")
_ENDS = re.compile(r"[.。;；,，:：!！]$")


def is_contents(text: str) -> bool:
    """The head or an entry of a table of contents: the headings themselves say the same."""
    return text[-1:].lower() in _CONTENTS_ENDS and bool(_CONTENTS.search(text))


def step_number(line: str, *, loose: bool = False) -> int | None:
    """The number of a step: ``3.``, ``3)``, ``（3）``, ``③``, ``Step 3:``, ``步骤3：``; ``3`` alone where ``loose``."""
    if line[:1] in _CIRCLED and line:
        return _CIRCLED.index(line[0]) + 1
    match = _STEP.match(line) or (_LOOSE_STEP.match(line) if loose else None)
    return int(match[1]) if match else None


def heading_number(line: str) -> int | None:
    """The depth that a heading's number tells: 1 for ``3 Safety`` or ``第三章``, 2 for ``3.1``."""
    if match := _NUMBERED.match(line):
        return match[1].count(".") + 1
    return 1 if _CHAPTER.match(line) else None


def _says(text: str) -> bool:
    """Whether there are letters enough for a heading: one alone is what its cell had no room for."""
    return len(_LETTERS.findall(text)) >= (1 if heading_number(text) else 2)


class Headings:
    """Which lines of a document are headings, and at what level (1 = chapter)."""

    def __init__(self, lines: Sequence[Line], title: Sequence[Line]) -> None:
        self.body = body_size(lines)
        self._title = set(title)
        found = [line for line in lines if self.is_heading(line)]
        self._sizes = sorted({self._size(line) for line in found if line.size >= 1.12 * self.body}, reverse=True)
        numbered: dict[float, Counter[int]] = {}
        for line in found:
            if depth := heading_number(line.text):
                numbered.setdefault(self._size(line), Counter())[depth] += 1
        self._levels = {size: depths.most_common(1)[0][0] for size, depths in numbered.items()}

    def is_heading(self, line: Line) -> bool:
        large = line.size >= 1.12 * self.body
        if not large and not line.bold:
            return False
        text = line.text
        if line in self._title or len(text) > 120 or not _says(text):
            return False
        if WARNING.match(text) or CAPTION.match(text) or BULLET.match(text) or is_contents(text):
            return False
        if large:
            return not (text.endswith((".", "。")) and len(text) > 60)
        if _ENDS.search(text) or _ASIDE.match(text) or line.size < 0.95 * self.body:
            return False
        return len(text) <= (80 if heading_number(text) else 60)

    def level(self, line: Line) -> int:
        """By number where it has one, else as headings of its size, else by size."""
        if depth := heading_number(line.text):
            return depth
        size = self._size(line)
        if size in self._levels and line.size >= 1.12 * self.body:
            return self._levels[size]
        larger = [self._levels[other] for other in self._sizes if other > size and other in self._levels]
        if larger:
            return max(larger) + 1
        return self._sizes.index(size) + 1 if size in self._sizes else 9

    @staticmethod
    def _size(line: Line) -> float:
        return round(line.size * 2) / 2
