"""``/v1/documents``, ``/v1/drawings``, ``/v1/records``: the documents, and what citations point at."""

import asyncio
import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, model_serializer

from app.api.ingestions import Started, begun
from app.api.service import CallerDep, Service, ServiceDep
from retrieval import pictures
from retrieval.errors import BadInput, Forbidden, NotFound
from retrieval.models import EVERYTHING, Caller, Document, DocumentKind, Region
from retrieval.sql import assets, catalogue, documents, records
from retrieval.sql.engine import Database
from retrieval.sql.ingestions import Ingestion

router = APIRouter(prefix="/v1", tags=["documents"])
_PNG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}}}
Width = Annotated[int, Query(ge=100, le=4000)]


class DocumentOut(Document):
    """With what ingestion noted of its file; None where it noted nothing. ``size`` in bytes."""

    tables: int = 0
    passages: int | None = None
    ingested: datetime | None = None
    size: int | None = None


class Documents(BaseModel):
    """``next`` goes into ``cursor`` for those that follow; it is left out at the end."""

    documents: list[DocumentOut]
    next: str | None = None

    @model_serializer(mode="wrap")
    def _without_end(self, handler: Any) -> dict[str, Any]:
        shown: dict[str, Any] = handler(self)
        return shown if self.next else {"documents": shown["documents"]}


class RevisionOut(BaseModel):
    """``current``: the one that answers rest on."""

    revision: str
    effective_date: str | None
    title: str
    path: str
    sha256: str
    pages: int | None
    current: bool
    from_epoch: int
    to_epoch: int | None


class Revisions(BaseModel):
    """The newest first."""

    revisions: list[RevisionOut]


class Record(BaseModel):
    """A row as it was ingested. ``row`` is 1-based in the source file, the head row being 1."""

    table: str
    key: str
    row: int
    document_id: str
    title: str
    fields: dict[str, Any]


@router.get("/documents")
async def list_documents(
    service: ServiceDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str = "",
    kind: DocumentKind | None = None,
    site: str | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Documents:
    """Documents that the caller may see, by title; ``q`` stands in the title or path."""
    after, database = _after(cursor), service.knowledge.database
    found = await asyncio.to_thread(
        catalogue.page_of_documents,
        database,
        caller,
        limit=limit + 1,
        after=after,
        kind=kind,
        site=site,
        text=q.strip() or None,
    )
    more = _cursor(found[limit - 1].document) if len(found) > limit else None
    return Documents(documents=[_out(listed) for listed in found[:limit]], next=more)


@router.get("/documents/{id_}")
async def get_document(id_: str, service: ServiceDep, caller: CallerDep) -> DocumentOut:
    """One document in its current revision."""
    return _out(await asyncio.to_thread(catalogue.listed, service.knowledge.database, caller, id_))


@router.get("/documents/{id_}/revisions")
async def revisions(id_: str, service: ServiceDep, caller: CallerDep) -> Revisions:
    """Every revision that the index keeps, those of a retired document too."""
    found = await asyncio.to_thread(catalogue.revisions, service.knowledge.database, caller, id_)
    return Revisions(
        revisions=[
            RevisionOut(
                **each.document.model_dump(include=set(RevisionOut.model_fields)),
                current=each.to_epoch is None,
                from_epoch=each.from_epoch,
                to_epoch=each.to_epoch,
            )
            for each in found
        ]
    )


@router.delete("/documents/{id_}", status_code=202, response_model=Started)
async def delete_document(
    id_: str, response: Response, service: ServiceDep, caller: CallerDep, history: Literal["keep", "drop"] = "drop"
) -> Started:
    """Take a document out of the index; answers at once with the run that does it (202, ``Location``).

    ``history=keep`` only hides it from now on: its revisions and its original stay.
    """
    run, title = await asyncio.to_thread(_delete, service, caller, id_, history)
    return begun(service, response, run, [title])


def _delete(service: Service, caller: Caller, id_: str, history: Literal["keep", "drop"]) -> tuple[Ingestion, str]:
    document = documents.get_document(service.knowledge.database, caller, id_)
    for mine, theirs, what in ((caller.groups, document.groups, "group"), (caller.areas, document.areas, "area")):
        if EVERYTHING not in mine and (others := [name for name in theirs if name not in mine]):
            raise Forbidden(f"{document.title} is also {what} {others[0]!r}'s; ask someone who has it to delete it")
    if not all(caller.may_see(*who) for who in documents.readers_of_revisions(service.knowledge.database, id_)):
        raise Forbidden(f"{document.title} has revisions that you may not see; ask someone who may to delete it")
    action: Literal["retire", "delete"] = "retire" if history == "keep" else "delete"
    names = [document.title]
    return service.ingestions.submit(caller, action, {"document_ids": [id_]}, names), document.title


@router.get("/documents/{id_}/pages/{page}.png", response_class=Response, responses=_PNG)
async def page_picture(
    id_: str, page: int, service: ServiceDep, caller: CallerDep, regions: str = "", width: Width = 1200
) -> Response:
    """The page as a picture with regions marked: ``regions=x0,y0,x1,y1;...`` as fractions of the page."""
    known, boxes = service.knowledge, _regions(regions)
    png = await asyncio.to_thread(
        pictures.page_picture, known.database, known.settings, caller, id_, page, boxes, width=width
    )
    return Response(png, media_type="image/png")


@router.get("/drawings/{id_}.png", response_class=Response, responses=_PNG)
async def drawing(
    id_: str, service: ServiceDep, caller: CallerDep, highlight: str = "", width: Width = 1600
) -> Response:
    """The sheet of a drawing with tags ringed: ``highlight=HV-111A,HV-113A``."""
    known, tags = service.knowledge, [tag for tag in highlight.split(",") if tag]
    png = await asyncio.to_thread(
        pictures.drawing_picture, known.database, known.settings, caller, id_, tags, width=width
    )
    return Response(png, media_type="image/png")


@router.get("/records/{table}/{key}")
async def record(table: str, key: str, service: ServiceDep, caller: CallerDep) -> Record:
    """A work order or a row of the asset register. Rows of other tables: ``/v1/documents/{id}/tables/{name}``."""
    return await asyncio.to_thread(_record, service.knowledge.database, caller, table, key)


def _record(database: Database, caller: Caller, table: str, key: str) -> Record:
    if table == "work_orders":
        document, order = records.get_order(database, caller, key)
        row, fields = order.row, order.model_dump(mode="json", exclude={"row", "language"})
    elif table == "assets":
        document, row, asset = assets.asset_rows(database, caller, key)
        fields = asset.model_dump(mode="json")
    else:
        raise NotFound(f"no table {table!r}; there are work_orders and assets")
    return Record(table=table, key=key, row=row, document_id=document.id, title=document.title, fields=fields)


def _out(listed: catalogue.Listed) -> DocumentOut:
    return DocumentOut(
        **listed.document.model_dump(),
        tables=listed.tables,
        passages=listed.passages,
        ingested=listed.ingested,
        size=listed.size,
    )


def _cursor(last: Document) -> str:
    said = json.dumps([last.title, last.id], ensure_ascii=False)
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _after(cursor: str) -> tuple[str, str] | None:
    if not cursor:
        return None
    try:
        title, id_ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError):
        raise BadInput(f"cursor={cursor[:40]!r}: give what an earlier answer named as next") from None
    return str(title), str(id_)


def _regions(text: str) -> list[Region]:
    try:
        boxes = [[float(value) for value in box.split(",")] for box in text.split(";") if box]
        return [Region(x0=x0, y0=y0, x1=x1, y1=y1) for x0, y0, x1, y1 in boxes]
    except ValueError:
        raise BadInput(
            f"regions={text!r}: give x0,y0,x1,y1;... as fractions of the page from 0 to 1, x0 <= x1 and y0 <= y1"
        ) from None
