"""Born-digital PDF: headings, paragraphs, steps, warnings and ruled tables, each line with its box."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ingestion.parsers._text import language_of
from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed
from ingestion.parsers.pdf import _front
from ingestion.parsers.pdf._build import Builder
from ingestion.parsers.pdf._layout import Placed, flow, running
from ingestion.parsers.pdf._marks import Headings, heading_number
from ingestion.parsers.pdf._read import Box, Line, Page, read_page
from ingestion.parsers.pdf._tables import Table, find_tables
from retrieval.errors import BadDocument
from retrieval.models import DocumentKind

_MAGIC = b"%PDF-"  # within the first KiB, as readers accept it


class PdfParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "manual"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        if _MAGIC in start[:1024]:
            return "yes"
        return "maybe" if path.suffix.lower() == ".pdf" else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        with closing(_open(path, name)) as document:
            pages = [_read(document, index, name) for index in range(len(document))]
            metadata: dict[str, str] = document.get_metadata_dict()
        flows, frames, warnings = _flows(path, name, pages)
        lines = [item for items in flows for item in items if isinstance(item, Line)]
        large = _front.title_lines(lines)
        headings = Headings(lines, large)
        builder = Builder(headings, lines)
        for page, items, boxes in zip(pages, flows, frames, strict=True):
            builder.page(page, items, boxes)
        blocks = builder.finish()
        front = _title_page(lines, headings)
        return Parsed(
            kind="manual",
            title=_front.title(lines, metadata, name),
            language=language_of(_all_text(blocks)),
            blocks=tuple(blocks),
            revision=_front.revision(lines, metadata),
            effective_date=_front.effective_date(lines, metadata),
            pages=len(pages),
            asset_tags=_front.asset_tags(front, known_tags),
            warnings=tuple(warnings),
        )


def _open(path: Path, name: str) -> Any:
    import pypdfium2
    import pypdfium2.raw as pdfium

    with path.open("rb") as file:
        start = file.read(1024)
    if not start:
        raise BadDocument(name, "is empty (0 bytes)", remedy="copy it again from its source")
    if _MAGIC not in start:
        raise BadDocument(name, "is no PDF by its content", remedy="give it the suffix of its kind, or export it again")
    if path.suffix.lower() != ".pdf":
        raise BadDocument(name, "is a PDF by its content", remedy="rename it to .pdf")
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            remedy = "remove the password and ingest it again"
            raise BadDocument(name, "is protected by a password", remedy=remedy) from None
        raise _corrupt(path, name) from None
    if not len(document):
        document.close()
        raise BadDocument(name, "has no pages", remedy="export it again from its source")
    if not _complete(path):
        document.close()
        raise _corrupt(path, name)
    return document


def _complete(path: Path) -> bool:
    """Whether the end of the file is there: pdfium mends a truncated file and silently loses its last pages."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2048))
        return b"%%EOF" in file.read()


def _corrupt(path: Path, name: str) -> BadDocument:
    size = path.stat().st_size
    what = "is corrupt" if _complete(path) else f"is truncated: it ends after {size:,} bytes without %%EOF"
    return BadDocument(name, what, remedy="copy or export it again from its source")


def _read(document: Any, index: int, name: str) -> Page:
    import pypdfium2

    try:
        with closing(document[index]) as page:
            return read_page(page, index + 1)
    except pypdfium2.PdfiumError:
        where = f"page {index + 1}"
        raise BadDocument(name, "cannot be read", where=where, remedy="export it again from its source") from None


def _flows(path: Path, name: str, pages: Sequence[Page]) -> tuple[list[list[Placed]], list[list[Box]], list[str]]:
    """Each page's items in reading order, the frames on it, and what could not be read."""
    left_out = running(pages)
    flows, frames, warnings = [], [], []
    plumber: Any = None
    try:
        for page in pages:
            tables: list[Table] = []
            boxes = list(page.paths.boxes)
            if page.unreadable:
                warnings.append(f"{name}, page {page.number}: no usable text; make a scan searchable (OCR) first")
            elif page.paths.ruled:
                plumber = plumber or _plumber(path)
                tables, small = find_tables(plumber, page)
                boxes += small
            flows.append(flow(page, tables, left_out))
            frames.append([box for box in boxes if box.y1 - box.y0 < 0.6 * page.height])
    finally:
        if plumber is not None:
            plumber.close()
    return flows, frames, warnings


def _plumber(path: Path) -> Any:
    import pdfplumber

    return pdfplumber.open(path)


def _title_page(lines: Sequence[Line], headings: Headings) -> list[Line]:
    """Lines of the first page before its first numbered section."""
    first = [line for line in lines if line.page == 1]
    ends = (i for i, line in enumerate(first) if headings.is_heading(line) and heading_number(line.text))
    return first[: next(ends, len(first))]


def _all_text(blocks: Sequence[Block]) -> str:
    return "\n".join(span.text for block in blocks for span in block.spans)


PARSER = PdfParser()
