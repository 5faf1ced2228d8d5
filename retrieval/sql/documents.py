"""Documents and passages: read as a caller, staged and retired as one revision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from retrieval.errors import NotFound
from retrieval.models import (
    FOREVER,
    Asset,
    Caller,
    Connection,
    DataTable,
    Document,
    Item,
    Passage,
    RecordLocator,
    SheetLocator,
    TableRow,
    WorkOrder,
)
from retrieval.sql import schema
from retrieval.sql._labels import labelled_alike
from retrieval.sql._rows import batches, shown, to_text, visible
from retrieval.sql.engine import Database

_KNOWLEDGE = (
    schema.documents,
    schema.passages,
    schema.work_orders,
    schema.assets,
    schema.items,
    schema.connections,
    schema.tables,
    schema.table_rows,
)


_ROWS = 5000  # of a typed table in one transaction


@dataclass(frozen=True, slots=True)
class Content:
    """All that one revision of a document puts into SQL. ``assets`` come with the row of the file."""

    document: Document
    passages: tuple[Passage, ...] = ()
    orders: tuple[WorkOrder, ...] = ()
    assets: tuple[tuple[int, Asset], ...] = ()
    items: tuple[Item, ...] = ()
    connections: tuple[Connection, ...] = ()
    tables: tuple[DataTable, ...] = ()


def list_documents(db: Database, caller: Caller) -> list[Document]:
    """What the caller may see, by title."""
    table = schema.documents
    with db.read() as connection:
        rows = connection.execute(sa.select(table).where(visible(table, caller)).order_by(table.c.title, table.c.id))
        return [to_document(row) for row in rows.mappings()]


def get_document(db: Database, caller: Caller, id: str) -> Document:
    """Raises ``NotFound``, also where the caller may not see it."""
    table = schema.documents
    with db.read() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == id, visible(table, caller))).mappings().first()
    if row is None:
        raise NotFound(f"no document {id!r}; GET /v1/documents lists those that you may see")
    return to_document(row)


def readers_of_revisions(db: Database, id: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Groups and areas of every revision that is kept, whoever asks: only for deciding who may take it away."""
    table = schema.documents
    with db.read() as connection:
        rows = connection.execute(sa.select(table.c.groups, table.c.areas).where(table.c.id == id))
        return [(tuple(groups), tuple(areas)) for groups, areas in rows]


def find_document(db: Database, path: str, site: str) -> Document | None:
    """For ingestion: the document shown under this path, whoever may see it."""
    table = schema.documents
    with db.read() as connection:
        found = sa.select(table).where(table.c.path == path, table.c.site == site, shown(table))
        row = connection.execute(found.order_by(table.c.from_epoch.desc())).mappings().first()
    return None if row is None else to_document(row)


def get_passages(db: Database, caller: Caller, ids: Sequence[str], *, epoch: int | None = None) -> dict[str, Passage]:
    """By id; those that are gone or hidden are left out. ``epoch`` None is the current one."""
    table, found = schema.passages, dict[str, Passage]()
    with db.read() as connection:
        for batch in batches(ids):
            rows = connection.execute(
                sa.select(table.c.body).where(table.c.id.in_(batch), visible(table, caller, epoch))
            )
            for body in rows.scalars():
                passage = Passage.model_validate(body)
                found[passage.id] = passage
    return found


def get_titles(db: Database, caller: Caller, ids: Sequence[str], *, epoch: int | None = None) -> dict[str, str]:
    """Titles of documents by id."""
    table, found = schema.documents, dict[str, str]()
    with db.read() as connection:
        for batch in batches(ids):
            rows = connection.execute(
                sa.select(table.c.id, table.c.title).where(table.c.id.in_(batch), visible(table, caller, epoch))
            )
            found.update((id, title) for id, title in rows)
    return found


def parent_passages(db: Database, caller: Caller, parent_id: str, *, epoch: int | None = None) -> list[Passage]:
    """The passages of a table, procedure or section, in order. ``epoch`` None is the current one."""
    table = schema.passages
    with db.read() as connection:
        rows = connection.execute(
            sa.select(table.c.body).where(table.c.parent_id == parent_id, visible(table, caller, epoch))
        )
        return sorted((Passage.model_validate(body) for body in rows.scalars()), key=lambda passage: passage.position)


def passages_by_key(db: Database, caller: Caller, within: str, keys: Sequence[str]) -> dict[str, Passage]:
    """Passages by ``RecordLocator.key`` of the table ``within``, or by ``SheetLocator.item`` ("sheet"), newest wins."""
    table, found = schema.passages, dict[str, Passage]()
    with db.read() as connection:
        for batch in batches(keys):
            rows = connection.execute(
                sa.select(table.c.locator_key, table.c.body)
                .where(table.c.locator_key.in_(batch), visible(table, caller))
                .order_by(table.c.from_epoch, table.c.row_id.desc())
            )
            for key, body in rows:
                passage = Passage.model_validate(body)
                place = passage.locator
                if (place.table if isinstance(place, RecordLocator) else place.kind) == within:
                    found[key] = passage
    return found


def stage(db: Database, epoch: int, content: Content) -> None:
    """Write a revision that shows from ``epoch`` on; the document's older rows end there. Invisible until published.

    Orders are upserted by their number: an older row of the same order ends as well, whichever file of the same site,
    groups and areas it came from.
    Staging the same document and epoch again replaces what was staged.
    """
    begin(db, epoch, content.document)
    add(db, epoch, content)


def begin(db: Database, epoch: int, document: Document) -> None:
    """The first part of ``stage``: the older rows end, and the document itself is there. ``add`` brings its content."""
    with db.write() as connection:
        for table in _KNOWLEDGE:
            connection.execute(sa.delete(table).where(_of(table, document.id), table.c.from_epoch == epoch))
        _end(connection, epoch, document.id)
        row = document.model_dump(mode="json") | {"from_epoch": epoch, "to_epoch": FOREVER}
        connection.execute(sa.insert(schema.documents), [row])


def add(db: Database, epoch: int, content: Content) -> None:
    """Some of what the document holds, in one transaction; as often as there is more. Each order in one call only."""
    document = content.document
    labels = {"groups": document.groups, "areas": document.areas, "from_epoch": epoch, "to_epoch": FOREVER}
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        schema.passages: [
            _passage_row(passage) | labels | {"groups": passage.groups, "areas": passage.areas}
            for passage in content.passages
        ],
        schema.work_orders: [_order_row(order) | labels for order in _last_by_number(content.orders)],
        schema.assets: [_body(asset) | labels | {"tag": asset.tag, "row": row} for row, asset in content.assets],
        schema.items: [_body(item) | labels | {"tag": item.tag} for item in content.items],
        schema.connections: [_body(edge) | labels for edge in content.connections],
        schema.tables: [_table_row(table) | labels for table in content.tables],
    }
    with db.write() as connection:
        _end_orders(connection, epoch, document, [order.order for order in content.orders])
        for table, values in rows.items():
            if values:
                connection.execute(sa.insert(table), [value | {"document_id": document.id} for value in values])
    add_table_rows(db, epoch, document, [(table.name, row) for table in content.tables for row in table.rows])


def add_table_rows(db: Database, epoch: int, document: Document, rows: Sequence[tuple[str, TableRow]]) -> None:
    """Rows of typed tables, each with its table's name."""
    labels = {"groups": document.groups, "areas": document.areas, "from_epoch": epoch, "to_epoch": FOREVER}
    own = labels | {"document_id": document.id}
    for start in range(0, len(rows), _ROWS):
        values = [
            {"name": name, "row": row.row, "cells": row.cells, "shown": row.shown} | own
            for name, row in rows[start : start + _ROWS]
        ]
        with db.write() as connection:
            connection.execute(sa.insert(schema.table_rows), values)


def retire(db: Database, epoch: int, document_id: str) -> None:
    """The document and all that came with it end at ``epoch``. Shows when that epoch is published."""
    with db.write() as connection:
        _end(connection, epoch, document_id)


def sweep(db: Database) -> None:
    """Undo what a crash left beyond the current epoch. For the one writer, before it writes."""
    with db.write() as connection:
        at = connection.execute(sa.select(schema.state.c.epoch)).scalar_one()
        for table in _KNOWLEDGE:
            connection.execute(sa.delete(table).where(table.c.from_epoch > at))
            connection.execute(
                sa.update(table).where(table.c.to_epoch > at, table.c.to_epoch < FOREVER).values(to_epoch=FOREVER)
            )


def purge(db: Database, document_id: str) -> None:
    """Remove every row of the document, of all its revisions, for good. It should be retired first."""
    with db.write() as connection:
        for table in _KNOWLEDGE:
            connection.execute(sa.delete(table).where(_of(table, document_id)))


def to_document(row: sa.RowMapping) -> Document:
    """A row of the table ``documents``."""
    return Document.model_validate({name: row[name] for name in Document.model_fields})


def _of(table: sa.Table, document_id: str) -> sa.ColumnElement[bool]:
    return (table.c.id if table is schema.documents else table.c.document_id) == document_id


def _end(connection: sa.Connection, epoch: int, document_id: str) -> None:
    for table in _KNOWLEDGE:
        connection.execute(
            sa.update(table).where(_of(table, document_id), table.c.to_epoch == FOREVER).values(to_epoch=epoch)
        )


def _end_orders(connection: sa.Connection, epoch: int, document: Document, numbers: Sequence[str]) -> None:
    if not numbers:
        return
    table, documents = schema.work_orders, schema.documents
    of_site = sa.select(documents.c.id).where(documents.c.site == document.site)
    alike = labelled_alike(connection, table, document)
    for batch in batches(numbers):
        connection.execute(
            sa.update(table)
            .where(
                table.c.order_number.in_(batch), table.c.to_epoch == FOREVER, table.c.document_id.in_(of_site), alike
            )
            .values(to_epoch=epoch)
        )


def _last_by_number(orders: Iterable[WorkOrder]) -> Iterable[WorkOrder]:
    """A log that states an order twice means its last row."""
    return {order.order: order for order in orders}.values()


def _body(value: Item | Connection | Asset) -> dict[str, Any]:
    return {"body": value.model_dump(mode="json")}


def _table_row(table: DataTable) -> dict[str, Any]:
    body = table.model_dump(mode="json", exclude={"rows"})
    return {"name": table.name, "role": table.role, "body": body}


def _passage_row(passage: Passage) -> dict[str, Any]:
    locator = passage.locator
    key = locator.key if isinstance(locator, RecordLocator) else None
    if isinstance(locator, SheetLocator):
        key = locator.item
    return {
        "id": passage.id,
        "parent_id": passage.parent_id,
        "locator_key": key,
        "body": passage.model_dump(mode="json"),
    }


def _order_row(order: WorkOrder) -> dict[str, Any]:
    what = f"order {order.order}, row {order.row}"
    return order.model_dump(exclude={"order", "opened", "closed"}) | {
        "order_number": order.order,
        "opened": to_text(order.opened, what),
        "closed": to_text(order.closed, what) if order.closed else None,
    }
