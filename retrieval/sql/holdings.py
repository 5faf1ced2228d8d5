"""What ingestion must know of the index, whoever may read it: what is shown where, and which orders stand in whom."""

from collections.abc import Sequence

import sqlalchemy as sa

from retrieval.models import FOREVER, Document
from retrieval.sql import schema
from retrieval.sql._rows import batches, shown
from retrieval.sql.documents import to_document
from retrieval.sql.engine import Database


def shown_documents(db: Database, site: str) -> list[Document]:
    """Every document of the site that is shown, the one published last at the end."""
    table = schema.documents
    query = sa.select(table).where(table.c.site == site, shown(table)).order_by(table.c.from_epoch, table.c.row_id)
    with db.read() as connection:
        return [to_document(row) for row in connection.execute(query).mappings()]


def shown_passages(db: Database, document_id: str) -> set[str]:
    """Ids of the passages that the document shows."""
    table = schema.passages
    with db.read() as connection:
        return set(
            connection.execute(sa.select(table.c.id).where(table.c.document_id == document_id, shown(table))).scalars()
        )


def orders_of_others(db: Database, document_id: str, site: str) -> frozenset[str]:
    """Numbers of the orders that this document stated too, in a revision that is kept, but another one shows now."""
    mine, theirs, documents = schema.work_orders.alias(), schema.work_orders, schema.documents
    ever = sa.select(mine.c.order_number).where(mine.c.document_id == document_id)
    of_site = sa.select(documents.c.id).where(documents.c.site == site)
    query = sa.select(theirs.c.order_number).where(
        theirs.c.order_number.in_(ever),
        theirs.c.document_id != document_id,
        theirs.c.document_id.in_(of_site),
        shown(theirs),
    )
    with db.read() as connection:
        return frozenset(connection.execute(query).scalars())


def overridden_by(db: Database, document_id: str) -> set[str]:
    """Other documents that state orders which this one states now, and so no longer show them."""
    table = schema.work_orders
    mine = sa.select(table.c.order_number).where(table.c.document_id == document_id, shown(table))
    query = sa.select(table.c.document_id).where(table.c.order_number.in_(mine), table.c.document_id != document_id)
    with db.read() as connection:
        return set(connection.execute(query.distinct()).scalars())


def end_order_passages(db: Database, epoch: int, document_id: str, site: str, numbers: Sequence[str]) -> list[str]:
    """Passages of these orders in the site's other documents end at ``epoch``; their ids, for the store's points."""
    table, documents = schema.passages, schema.documents
    of_site = sa.select(documents.c.id).where(documents.c.site == site)
    ended: list[str] = []
    with db.write() as connection:
        for batch in batches(numbers):
            which = sa.and_(
                table.c.locator_key.in_(batch),
                table.c.to_epoch == FOREVER,
                table.c.document_id != document_id,
                table.c.document_id.in_(of_site),
                table.c.body["locator"]["table"].as_string() == schema.work_orders.name,
            )
            ended += connection.execute(sa.select(table.c.id).where(which)).scalars()
            connection.execute(sa.update(table).where(which).values(to_epoch=epoch))
    return ended


def is_content_kept(db: Database, sha256: str) -> bool:
    """Whether any revision of any document has this content."""
    table = schema.documents
    with db.read() as connection:
        return connection.execute(sa.select(table.c.row_id).where(table.c.sha256 == sha256)).first() is not None


def contents_of(db: Database, document_id: str) -> set[str]:
    """SHA-256 of every revision of the document."""
    table = schema.documents
    with db.read() as connection:
        return set(connection.execute(sa.select(table.c.sha256).where(table.c.id == document_id)).scalars())
