"""Items and connections of the P&IDs."""

from collections.abc import Sequence

import sqlalchemy as sa

from retrieval.models import Caller, Connection, Item, Passage
from retrieval.sql._rows import visible
from retrieval.sql.documents import passages_by_key
from retrieval.sql.engine import Database
from retrieval.sql.schema import connections, items


def list_items(db: Database, caller: Caller) -> list[tuple[str, Item]]:
    """(document id, item) in the order of the drawings."""
    with db.read() as connection:
        rows = connection.execute(
            sa.select(items.c.document_id, items.c.body).where(visible(items, caller)).order_by(items.c.row_id)
        )
        return [(document_id, Item.model_validate(body)) for document_id, body in rows]


def list_connections(db: Database, caller: Caller) -> list[Connection]:
    with db.read() as connection:
        rows = connection.execute(
            sa.select(connections.c.body).where(visible(connections, caller)).order_by(connections.c.row_id)
        )
        return [Connection.model_validate(body) for body in rows.scalars()]


def sheet_passages(db: Database, caller: Caller, tags: Sequence[str]) -> dict[str, Passage]:
    """The passage that each item was indexed as, by tag."""
    return passages_by_key(db, caller, "sheet", tags)
