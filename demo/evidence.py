"""Where a fact stands: pages and regions found by reading the generated files back, not by hand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

Box = tuple[float, float, float, float]  # x0, y0, x1, y1: fractions of the page from its top left


@dataclass(frozen=True)
class _Page:
    """``text`` without any white space; ``places`` has the character index in pdfium for each letter of it."""

    text: str
    places: tuple[int, ...]


@dataclass(frozen=True)
class Pdf:
    """A generated document, read back with pdfium."""

    path: Path
    language: Literal["en", "zh", ""] = ""

    @cached_property
    def _read(self) -> list[_Page]:
        import pypdfium2

        document = pypdfium2.PdfDocument(self.path)
        try:
            return [_characters(page.get_textpage()) for page in document]
        finally:
            document.close()

    @property
    def pages(self) -> list[str]:
        """The text of each page without any white space, in page order."""
        return [page.text for page in self._read]

    def find(self, *cells: str) -> dict[str, Any]:
        """The gold evidence of a sentence, or of a table row given as its cells in order: first page that has it.

        Raises ``LookupError`` when no page does: document and golden set have drifted apart.
        """
        return self.find_all(*cells)[0]

    def find_all(self, *cells: str) -> list[dict[str, Any]]:
        """As ``find``: every page that has it. Raises ``LookupError`` when none does."""
        wanted = re.compile(".{0,12}?".join(re.escape(_bare(cell)) for cell in cells))
        found = [self._piece(number, match.span(), cells) for number, page in enumerate(self._read, 1)
                 if (match := wanted.search(page.text))]
        if not found:
            raise LookupError(f"{self.path.name}: no page says {' | '.join(cells)!r}; bring demo/golden and the "
                              f"document together")
        return found

    def _piece(self, number: int, span: tuple[int, int], cells: Sequence[str]) -> dict[str, Any]:
        places = self._read[number - 1].places[span[0]:span[1]]
        piece = {"kind": "page", "document": self.path.name, "page": number, "quote": " | ".join(cells),
                 "regions": [list(box) for box in self._boxes(number, places[0], places[-1])]}
        return piece | ({"language": self.language} if self.language else {})

    def _boxes(self, number: int, first: int, last: int) -> list[Box]:
        """One box a line of text, from the left of the first word to the right of the last."""
        import pypdfium2

        document = pypdfium2.PdfDocument(self.path)
        try:
            page = document[number - 1]
            text, (width, height) = page.get_textpage(), page.get_size()
            rects = [text.get_rect(i) for i in range(text.count_rects(first, last - first + 1))]
        finally:
            document.close()
        return _lines([(left / width, 1 - top / height, right / width, 1 - bottom / height)
                       for left, bottom, right, top in rects])


def _characters(page: Any) -> _Page:
    import pypdfium2.raw as pdfium

    letters: list[str] = []
    places: list[int] = []
    for index in range(page.count_chars()):
        letter = _bare(chr(pdfium.FPDFText_GetUnicode(page, index)))
        letters.append(letter)
        places += [index] * len(letter)
    return _Page("".join(letters), tuple(places))


def _lines(boxes: Sequence[Box]) -> list[Box]:
    """Boxes whose middles stand at one height, as one."""
    lines: list[Box] = []
    for box in boxes:
        old = lines.pop() if lines and lines[-1][1] < (box[1] + box[3]) / 2 < lines[-1][3] else box
        lines.append((min(old[0], box[0]), min(old[1], box[1]), max(old[2], box[2]), max(old[3], box[3])))
    return [(round(x0, 4), round(y0, 4), round(x1, 4), round(y1, 4)) for x0, y0, x1, y1 in lines]


def _bare(text: str) -> str:
    return re.sub(r"[\s\x00]+", "", text.replace("\ufffe", "-").replace("\u00ad", "-").replace("\x02", "-"))


def grouped(*alternatives: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each argument is one group: any piece of it will do. A single group of one piece needs no number."""
    if len(alternatives) == 1 and len(alternatives[0]) == 1:
        return list(alternatives[0])
    return [piece | {"group": number} for number, pieces in enumerate(alternatives, 1) for piece in pieces]


def records(numbers: Sequence[str], table: str = "work_orders") -> list[dict[str, Any]]:
    return [{"kind": "record", "table": table, "key": number} for number in numbers]


def sheet(tags: Sequence[str]) -> list[dict[str, Any]]:
    return [{"kind": "sheet", "item": tag} for tag in tags]
