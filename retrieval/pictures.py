"""Pictures of documents as a caller may see them: the page or the sheet that a citation points at."""

from collections.abc import Sequence
from pathlib import Path

from retrieval.errors import BadInput, NotFound
from retrieval.models import Caller, Document, Region
from retrieval.pages import page_png
from retrieval.settings import RetrievalSettings
from retrieval.sheets.dxf import dxf_png
from retrieval.sheets.png import sheet_png
from retrieval.sheets.rings import ringed
from retrieval.sql.documents import get_document
from retrieval.sql.engine import Database
from retrieval.sql.graph_rows import list_items
from retrieval.tags import normalise


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
    """The sheet of a drawing as a PNG with tags ringed; of several sheets the one that has the first of ``tags``.

    Raises ``NotFound``, also where the caller may not see the document, ``BadInput`` where it is no drawing,
    and ``BadDocument``.
    """
    document = get_document(database, caller, document_id)
    if document.kind != "pid":
        raise BadInput(f"{document.title} is no drawing; see /v1/documents/{document_id}")
    original = _original(settings, document)
    if original.suffix == ".xml":
        return sheet_png(original, tags, width=width)
    page, spots = _places(database, caller, document_id, tags)
    if original.suffix == ".dxf":
        return dxf_png(original, spots, width=width, page=page)
    return ringed(page_png(original, page, (), width=width), spots)


def _places(
    database: Database, caller: Caller, document_id: str, tags: Sequence[str]
) -> tuple[int, list[tuple[float, float]]]:
    """The page of the first tag that is on the drawing, and where on it the tags are."""
    wanted = [*dict.fromkeys(name for tag in tags for name in (tag, normalise(tag)))]
    if not wanted:
        return 1, []
    found = [item for id_, item in list_items(database, caller) if id_ == document_id and item.tag in wanted]
    first = min(found, key=lambda item: wanted.index(item.tag), default=None)
    if first is None:
        return 1, []
    return first.page, [item.position for item in found if item.page == first.page]


def _original(settings: RetrievalSettings, document: Document) -> Path:
    path = settings.originals_dir / (document.sha256 + Path(document.path).suffix.lower())
    if not path.exists():
        raise NotFound(f"the original of {document.path} is gone; ingest it again")
    return path
