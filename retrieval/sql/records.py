"""Work orders: found, counted and shown as a caller."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack

import sqlalchemy as sa

from retrieval.errors import NotFound
from retrieval.models import Caller, Document, Passage, WorkOrder
from retrieval.sql._rows import to_text, visible
from retrieval.sql.documents import passages_by_key, to_document
from retrieval.sql.engine import Database
from retrieval.sql.schema import documents, work_orders


class OrderFilters(TypedDict, total=False):
    """Conditions; one that is left out or empty does not restrict. Values of one field are alternatives.

    ``since <= opened < until``, both with a zone. ``text``: every word of it stands in the order's text, in any case.
    """

    assets: Sequence[str]
    failure_modes: Sequence[str]
    types: Sequence[str]
    since: datetime | None
    until: datetime | None
    text: str | None


def get_order(db: Database, caller: Caller, number: str) -> tuple[Document, WorkOrder]:
    """Raises ``NotFound``, also where the caller may not see it."""
    found = _orders(
        db, sa.select(work_orders).where(work_orders.c.order_number == number, visible(work_orders, caller)), caller
    )
    if not found:
        raise NotFound(f"no work order {number!r} that you may see; check the number")
    return found[0]


def find_orders(
    db: Database, caller: Caller, *, limit: int = 20, newest_first: bool = True, **filters: Unpack[OrderFilters]
) -> list[tuple[Document, WorkOrder]]:
    """Orders by the time they were opened, each with its document."""
    opened, number = work_orders.c.opened, work_orders.c.order_number
    order = (opened.desc(), number.desc()) if newest_first else (opened, number)
    query = sa.select(work_orders).where(*_conditions(caller, filters)).order_by(*order).limit(limit)
    return _orders(db, query, caller)


def count_orders(db: Database, caller: Caller, **filters: Unpack[OrderFilters]) -> int:
    with db.read() as connection:
        query = sa.select(sa.func.count()).select_from(work_orders).where(*_conditions(caller, filters))
        return int(connection.execute(query).scalar_one())


def count_by(
    db: Database, caller: Caller, field: Literal["failure_mode", "type", "asset"], **filters: Unpack[OrderFilters]
) -> list[tuple[str, int]]:
    """How many orders have each value of ``field``, most first; orders without a value are left out."""
    column, many = work_orders.c[field], sa.func.count()
    query = (
        sa.select(column, many)
        .where(*_conditions(caller, filters), column.is_not(None), column != "")
        .group_by(column)
        .order_by(many.desc(), column)
    )
    with db.read() as connection:
        return [(value, int(count)) for value, count in connection.execute(query)]


def order_passages(db: Database, caller: Caller, numbers: Sequence[str]) -> dict[str, Passage]:
    """The passage that each order was indexed as, by order number."""
    return passages_by_key(db, caller, "work_orders", numbers)


def _conditions(caller: Caller, filters: OrderFilters) -> list[sa.ColumnElement[bool]]:
    table = work_orders.c
    conditions = [visible(work_orders, caller)]
    choices = (
        (table.asset, filters.get("assets")),
        (table.failure_mode, filters.get("failure_modes")),
        (table.type, filters.get("types")),
    )
    conditions += [column.in_(list(values)) for column, values in choices if values]
    if since := filters.get("since"):
        conditions.append(table.opened >= to_text(since, "since"))
    if until := filters.get("until"):
        conditions.append(table.opened < to_text(until, "until"))
    conditions += [table.text.icontains(word, autoescape=True) for word in (filters.get("text") or "").split()]
    return conditions


def _orders(db: Database, query: sa.Select[Any], caller: Caller) -> list[tuple[Document, WorkOrder]]:
    with db.read() as connection:
        rows = connection.execute(query).mappings().all()
        ids = {row["document_id"] for row in rows}
        sources = connection.execute(sa.select(documents).where(documents.c.id.in_(ids), visible(documents, caller)))
        by_id = {row["id"]: to_document(row) for row in sources.mappings()}
    return [(by_id[row["document_id"]], _to_order(row)) for row in rows if row["document_id"] in by_id]


def _to_order(row: sa.RowMapping) -> WorkOrder:
    values = {name: row[name] for name in WorkOrder.model_fields if name != "order"}
    return WorkOrder.model_validate(values | {"order": row["order_number"]})
