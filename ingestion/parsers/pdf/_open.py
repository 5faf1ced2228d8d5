"""Opening a PDF, or one line that says why not."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from retrieval.errors import BadDocument

_MAGIC = b"%PDF-"
_AGAIN = "export it again from its source"
_NO_PAGES = re.compile(rb"/Type\s*/Pages\b[^>]{0,200}/(?:Count\s+0\b|Kids\s*\[\s*\])")
_LOOKED_AT = 1_000_000  # bytes
_REASONS = {pdfium.FPDF_ERR_PASSWORD: "is protected by a password", pdfium.FPDF_ERR_SECURITY: "is encrypted"}


@contextmanager
def open_document(path: Path, name: str, max_pages: int) -> Iterator[Any]:
    """A pypdfium2 document of 1 to ``max_pages`` pages. Raises BadDocument for what cannot be trusted to be whole."""
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
        reason = _REASONS.get(error.err_code)
        if reason and _is_encrypted(path):  # pdfium may still tell the fault of the file before
            raise BadDocument(name, reason, remedy="remove the password and ingest it again") from None
        if _has_no_pages(path):
            raise BadDocument(name, "has no pages", remedy=_AGAIN) from None
        raise _corrupt(path, name) from None
    with closing(document):
        count = len(document)
        if count <= 0:
            raise BadDocument(name, "has no pages", remedy=_AGAIN)
        if count > max_pages:
            limit = f"has {count:,} pages, more than {max_pages:,}"
            raise BadDocument(name, limit, remedy="raise [ingestion] max_pages or split the file")
        if not _complete(path):
            raise _corrupt(path, name)
        yield document


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return data.find(b"/Encrypt") >= 0


def _has_no_pages(path: Path) -> bool:
    """Whether a file that pdfium refuses is whole and says that it has none."""
    with path.open("rb") as file:
        return _complete(path) and bool(_NO_PAGES.search(file.read(_LOOKED_AT)))


def _complete(path: Path) -> bool:
    """Whether the end of the file is there: pdfium mends a truncated file and silently loses its last pages."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2048))
        return b"%%EOF" in file.read()


def _corrupt(path: Path, name: str) -> BadDocument:
    size = path.stat().st_size
    what = "is corrupt" if _complete(path) else f"is truncated: it ends after {size:,} bytes without %%EOF"
    return BadDocument(name, what, remedy="copy or export it again from its source")
