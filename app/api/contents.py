"""``/v1/documents/{id}/original``, ``/text``, ``/tables``: what a document holds, where there is no page to picture."""

import asyncio
import mimetypes
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel

from app.api.service import CallerDep, ServiceDep
from retrieval.errors import NotFound
from retrieval.models import Caller, DataTable, Locator, PassageKind, TableColumn
from retrieval.settings import RetrievalSettings
from retrieval.sql import catalogue, documents, tables
from retrieval.sql.engine import Database

router = APIRouter(prefix="/v1/documents", tags=["documents"])
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
_BESIDE = 5  # passages shown before and after the one that was asked for
_TYPES = {".md": "text/markdown", ".rst": "text/x-rst", ".log": "text/plain", ".dxf": "image/vnd.dxf"}


class TextPiece(BaseModel):
    """A passage: ``position`` counts from 0 in the document, ``locator`` says where in the file it stands."""

    id: str
    position: int
    kind: PassageKind
    heading_path: tuple[str, ...]
    text: str
    locator: Locator


class Text(BaseModel):
    """``total``: one more than the last position. ``next``: what to give as ``first`` to read on; None at the end."""

    document_id: str
    total: int
    pieces: list[TextPiece]
    next: int | None


class TableHead(BaseModel):
    """A table without its rows. ``role``: spare_parts or bill_of_materials where it is one; ``page`` is 1-based."""

    name: str
    title: str
    role: str
    page: int | None
    columns: tuple[TableColumn, ...]
    tags: tuple[str, ...]


class Tables(BaseModel):
    tables: list[TableHead]


class TablePage(BaseModel):
    """``next``: what to give as ``first`` for the rows that follow; None at the end."""

    table: DataTable
    next: int | None


@router.get("/{id_}/original", response_class=FileResponse, responses=_FILE)
async def original(id_: str, service: ServiceDep, caller: CallerDep) -> FileResponse:
    """The file as it was ingested, always as a download: no browser shows or runs it here."""
    known = service.knowledge
    path, name = await asyncio.to_thread(_original, known.database, known.settings, caller, id_)
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return FileResponse(path, media_type=kind, filename=name, headers=headers)


def _original(database: Database, settings: RetrievalSettings, caller: Caller, id_: str) -> tuple[Path, str]:
    document = documents.get_document(database, caller, id_)
    name = PurePosixPath(document.path).name
    path = settings.originals_dir / (document.sha256 + PurePosixPath(name).suffix.lower())
    if not path.is_file():
        raise NotFound(f"the original of {document.path} is gone; ingest it again")
    return path, name


@router.get("/{id_}/text")
async def text(
    id_: str,
    service: ServiceDep,
    caller: CallerDep,
    first: Annotated[int, Query(ge=0)] = 0,
    last: Annotated[int | None, Query(ge=0)] = None,
    around: str | None = None,
    place: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Text:
    """Its passages in order, ``first`` to ``last`` (positions, from 0), at most ``limit``.

    Or those beside one: ``around`` names a passage, ``place`` a line or paragraph of the file (from 1).
    """
    database = service.knowledge.database
    return await asyncio.to_thread(_text, database, caller, id_, first, last, around or place, limit)


def _text(
    database: Database, caller: Caller, id_: str, first: int, last: int | None, spot: str | int | None, limit: int
) -> Text:
    documents.get_document(database, caller, id_)
    if spot is not None:
        centre = _position(database, caller, id_, spot)
        first, last = max(0, centre - _BESIDE), centre + _BESIDE
    total = catalogue.count_passages(database, caller, id_)
    end = min(total - 1, first + limit - 1, total if last is None else last)
    found = catalogue.passages_of(database, caller, id_, first=first, last=end)
    pieces = [TextPiece.model_validate(passage.model_dump(include=set(TextPiece.model_fields))) for passage in found]
    return Text(document_id=id_, total=total, pieces=pieces, next=end + 1 if end + 1 < total else None)


def _position(database: Database, caller: Caller, id_: str, spot: str | int) -> int:
    if isinstance(spot, int):
        return catalogue.position_at(database, caller, id_, spot)
    passage = documents.get_passages(database, caller, [spot]).get(spot)
    if passage is None or passage.document_id != id_:
        raise NotFound(f"no passage {spot!r} in document {id_!r}")
    return passage.position


@router.get("/{id_}/tables")
async def list_tables(id_: str, service: ServiceDep, caller: CallerDep) -> Tables:
    """Its tables without their rows."""
    return await asyncio.to_thread(_tables, service.knowledge.database, caller, id_)


def _tables(database: Database, caller: Caller, id_: str) -> Tables:
    documents.get_document(database, caller, id_)
    found = tables.list_tables(database, caller, document_id=id_)
    return Tables(
        tables=[TableHead.model_validate(table.model_dump(include=set(TableHead.model_fields))) for _, table in found]
    )


@router.get("/{id_}/tables/{name:path}")
async def table_rows(
    id_: str,
    name: str,
    service: ServiceDep,
    caller: CallerDep,
    first: Annotated[int, Query(ge=1)] = 1,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> TablePage:
    """A table with its rows from row ``first`` on (numbered as in the file), at most ``limit``."""
    known = service.knowledge.database
    table = await asyncio.to_thread(tables.get_table, known, caller, id_, name, first=first, limit=limit + 1)
    more = table.rows[limit].row if len(table.rows) > limit else None
    return TablePage(table=table.model_copy(update={"rows": table.rows[:limit]}), next=more)
