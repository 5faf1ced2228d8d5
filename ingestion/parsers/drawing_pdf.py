"""P&IDs as vector PDF: tags, and connections traced along the lines, all marked as inferred."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ingestion.parsers.base import OPTIONS, Confidence, Options, Parsed
from retrieval.models import DocumentKind

_MAGIC = b"%PDF-"


class _Parser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "pid"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        """Sure of a PDF whose first pages look like P&IDs; no other is taken. Most are told by their size alone."""
        if _MAGIC not in start[:1024]:
            return "no"
        from ingestion.parsers._drawing.look import looks_like_drawings

        return "sure" if looks_like_drawings(path) else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        """Each page a sheet. Raises ``BadDocument`` that names the page."""
        from ingestion.parsers._drawing.parsed import parsed, read_sheets
        from ingestion.parsers._drawing.pdf import read_sheet
        from ingestion.parsers.pdf._open import open_document

        drawings = []
        with open_document(path, name, options.max_pages) as document:
            for index in range(len(document)):
                with closing(_page(document, index, name)) as page:
                    drawings.append(read_sheet(page, index + 1, name))
        sheets = read_sheets(drawings, name)
        unread = [
            f"{name}, page {one.page}: no text on it; if its letters are drawn as lines, export it with texts as text"
            for one in drawings
            if not one.texts
        ]
        return parsed(sheets, name, pages=len(drawings), warnings=unread)


def _page(document: Any, index: int, name: str) -> Any:
    import pypdfium2

    from retrieval.errors import BadDocument

    try:
        return document[index]
    except pypdfium2.PdfiumError:
        remedy = "export it again from its source"
        raise BadDocument(name, "cannot be read", where=f"page {index + 1}", remedy=remedy) from None


PARSER = _Parser()
