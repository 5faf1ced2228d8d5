"""Pictures of documents as a caller may see them: the page or the sheet that a citation points at."""

from collections.abc import Sequence
from pathlib import Path

from retrieval.errors import BadInput, NotFound
from retrieval.models import Caller, Document, Region
from retrieval.pages import page_png
from retrieval.settings import RetrievalSettings
from retrieval.sheets import sheet_png
from retrieval.sql.documents import get_document
from retrieval.sql.engine import Database


def page_picture(
    database: Database,
    settings: RetrievalSettings,
    caller: Caller,
    document_id: str,
    page: int,
    regions: Sequence[Region],
    *,
    width: int,
) -> bytes:
    """Page ``page`` (1-based) as a PNG with regions marked.

    Raises ``NotFound``, also where the caller may not see the document, and ``BadDocument``.
    """
    document = get_document(database, caller, document_id)
    return page_png(_original(settings, document), page, regions, width=width)


def drawing_picture(
    database: Database,
    settings: RetrievalSettings,
    caller: Caller,
    document_id: str,
    tags: Sequence[str],
    *,
    width: int,
) -> bytes:
    """The sheet of a drawing as a PNG with tags ringed.

    Raises ``NotFound``, also where the caller may not see the document, ``BadInput`` where it is no drawing,
    and ``BadDocument``.
    """
    document = get_document(database, caller, document_id)
    if document.kind != "pid":
        raise BadInput(f"{document.title} is no drawing; see /v1/documents/{document_id}")
    return sheet_png(_original(settings, document), tags, width=width)


def _original(settings: RetrievalSettings, document: Document) -> Path:
    path = settings.originals_dir / (document.sha256 + Path(document.path).suffix.lower())
    if not path.exists():
        raise NotFound(f"the original of {document.path} is gone; ingest it again")
    return path
