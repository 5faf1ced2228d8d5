"""Where a fact stands: pages found by reading the generated PDF back, not by hand."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Pdf:
    """A generated manual, read back with pdfium."""

    path: Path

    @cached_property
    def pages(self) -> list[str]:
        """The text of each page without any white space, in page order."""
        import pypdfium2

        document = pypdfium2.PdfDocument(self.path)
        try:
            return [_bare(page.get_textpage().get_text_range()) for page in document]
        finally:
            document.close()

    def find(self, *cells: str) -> dict[str, Any]:
        """The gold evidence of a sentence, or of a table row given as its cells in order: first page that has it.

        Raises ``LookupError`` when no page does: manual and golden set have drifted apart.
        """
        wanted = re.compile(".{0,12}?".join(re.escape(_bare(cell)) for cell in cells))
        for number, text in enumerate(self.pages, 1):
            if wanted.search(text):
                return {"kind": "page", "document": self.path.name, "page": number, "quote": " | ".join(cells)}
        raise LookupError(f"{self.path.name}: no page says {' | '.join(cells)!r}; bring demo/golden.py and the manual "
                          f"together")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text.replace("\ufffe", "-").replace("\u00ad", "-"))


def records(numbers: list[str]) -> list[dict[str, Any]]:
    return [{"kind": "record", "table": "work_orders", "key": number} for number in numbers]


def sheet(tags: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"kind": "sheet", "item": tag} for tag in tags]
