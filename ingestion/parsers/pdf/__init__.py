"""PDF in tiers: fast text and ruled tables from pdfium's characters and paths; OCR for pages without usable text."""

from collections.abc import Sequence
from pathlib import Path

from ingestion.parsers.base import OPTIONS, Confidence, Options, Parsed
from retrieval.models import DocumentKind

_MAGIC = b"%PDF-"  # within the first KiB, as readers accept it


class PdfParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "manual"
    version = "2"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        if _MAGIC in start[:1024]:
            return "yes"
        return "maybe" if path.suffix.lower() == ".pdf" else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        from ingestion.parsers.pdf import _document  # loads numpy and pdfium

        return _document.parse(path, name, known_tags, options)


PARSER = PdfParser()
