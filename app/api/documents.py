"""``/v1/documents``, ``/v1/drawings``, ``/v1/records``: what citations point at, as a person would check it."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from app.api.service import CallerDep, ServiceDep
from retrieval import pictures
from retrieval.errors import BadInput, NotFound
from retrieval.models import Caller, Document, Region
from retrieval.sql import assets, documents, records
from retrieval.sql.engine import Database

router = APIRouter(prefix="/v1", tags=["documents"])
_PNG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}}}
Width = Annotated[int, Query(ge=100, le=4000)]


class Documents(BaseModel):
    documents: list[Document]


class Record(BaseModel):
    """A row as it was ingested. ``row`` is 1-based in the source file, the head row being 1."""

    table: str
    key: str
    row: int
    document_id: str
    title: str
    fields: dict[str, Any]


@router.get("/documents")
async def list_documents(service: ServiceDep, caller: CallerDep) -> Documents:
    """All documents that the caller may see."""
    return Documents(documents=await asyncio.to_thread(documents.list_documents, service.knowledge.database, caller))


@router.get("/documents/{id_}")
async def get_document(id_: str, service: ServiceDep, caller: CallerDep) -> Document:
    return await asyncio.to_thread(documents.get_document, service.knowledge.database, caller, id_)


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
    """A work order or a row of the asset register."""
    return await asyncio.to_thread(_record, service.knowledge.database, caller, table, key)


def _record(database: Database, caller: Caller, table: str, key: str) -> Record:
    if table == "work_orders":
        document, order = records.get_order(database, caller, key)
        return Record(
            table=table,
            key=key,
            row=order.row,
            document_id=document.id,
            title=document.title,
            fields=order.model_dump(mode="json", exclude={"row", "language"}),
        )
    if table == "assets":
        document, row, asset = assets.asset_rows(database, caller, key)
        return Record(
            table=table,
            key=key,
            row=row,
            document_id=document.id,
            title=document.title,
            fields=asset.model_dump(mode="json"),
        )
    raise NotFound(f"no table {table!r}; there are work_orders and assets")


def _regions(text: str) -> list[Region]:
    try:
        boxes = [[float(value) for value in box.split(",")] for box in text.split(";") if box]
        return [Region(x0=x0, y0=y0, x1=x1, y1=y1) for x0, y0, x1, y1 in boxes]
    except ValueError:
        raise BadInput(
            f"regions={text!r}: give x0,y0,x1,y1;... as fractions of the page from 0 to 1, x0 <= x1 and y0 <= y1"
        ) from None
