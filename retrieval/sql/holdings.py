"""What ingestion must know of the index, whoever may read it: what is shown where, and which orders stand in whom."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from retrieval.models import FOREVER, Document
from retrieval.sql import schema
from retrieval.sql._labels import labelled_alike
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


def orders_of_others(db: Database, document: Document, groups: Sequence[str], areas: Sequence[str]) -> frozenset[str]:
    """Numbers of orders of this document on which another one for the same readers has the newer word.

    ``groups`` and ``areas`` are those that the document is about to get.
    """
    about, found = _readers(groups, areas), set[str]()
    for number, said in _last_words(db, document.id, document.site).items():
        mine = next((word for word in said if word.document_id == document.id), None)
        if mine and any(word.epoch > mine.epoch and word.readers in (mine.readers, about) for word in said):
            found.add(number)
    return frozenset(found)


def overridden_by(db: Database, document: Document) -> set[str]:
    """Documents with the last word on an order that they do not show, as this one had replaced it and no longer does.

    What is staged counts as done: call it once the document's end or its next revision is staged.
    """
    table = schema.work_orders
    said = _last_words(db, document.id, document.site)
    ever = sa.select(table.c.order_number, table.c.groups, table.c.areas).where(table.c.document_id == document.id)
    found = set[str]()
    with db.read() as connection:
        for number, groups, areas in connection.execute(ever.distinct()):
            readers = _readers(groups, areas)
            words = [word for word in said.get(number, ()) if readers in (word.readers, word.readers_now)]
            last = max(words, key=lambda word: word.epoch, default=None)
            if last and not last.is_shown and last.document_id != document.id:
                found.add(last.document_id)
    return found


_Readers = tuple[frozenset[str], frozenset[str]]  # groups, areas


@dataclass(frozen=True, slots=True)
class _Word:
    """What a document's present content says of an order: when it was last shown, or began to be, and to whom."""

    document_id: str
    epoch: int
    is_shown: bool
    readers: _Readers
    readers_now: _Readers  # the document's, which may have got other labels since


def _readers(groups: Sequence[str], areas: Sequence[str]) -> _Readers:
    return frozenset(groups), frozenset(areas)


def _last_words(db: Database, document_id: str, site: str) -> dict[str, list[_Word]]:
    """Of the orders that this document and another one ever stated: the word of each document that is there."""
    table, now, revision = schema.work_orders, schema.documents.alias("now"), schema.documents.alias("revision")
    numbers = sa.select(table.c.order_number)
    query = (
        sa.select(table, now.c.groups.label("groups_now"), now.c.areas.label("areas_now"))
        .join(now, sa.and_(now.c.id == table.c.document_id, now.c.to_epoch == FOREVER, now.c.site == site))
        .join(
            revision,
            sa.and_(
                revision.c.id == table.c.document_id,
                revision.c.from_epoch == table.c.from_epoch,
                revision.c.sha256 == now.c.sha256,  # else its file says something else by now
                revision.c.kind == now.c.kind,
            ),
        )
        .where(
            table.c.order_number.in_(numbers.where(table.c.document_id == document_id)),
            table.c.order_number.in_(numbers.where(table.c.document_id != document_id)),
        )
        .order_by(table.c.from_epoch)
    )
    found: dict[str, dict[str, _Word]] = {}
    with db.read() as connection:
        for row in connection.execute(query).mappings():
            found.setdefault(row["order_number"], {})[row["document_id"]] = _Word(
                document_id=row["document_id"],
                epoch=row["from_epoch"],
                is_shown=row["to_epoch"] == FOREVER,
                readers=_readers(row["groups"], row["areas"]),
                readers_now=_readers(row["groups_now"], row["areas_now"]),
            )
    return {number: list(words.values()) for number, words in found.items()}


def end_order_passages(db: Database, epoch: int, document: Document, numbers: Sequence[str]) -> list[str]:
    """Passages of these orders in other documents of the same site, groups and areas end at ``epoch``.

    Returns their ids, for the store's points.
    """
    table, documents = schema.passages, schema.documents
    of_site = sa.select(documents.c.id).where(documents.c.site == document.site)
    ended: list[str] = []
    with db.write() as connection:
        alike = labelled_alike(connection, table, document)
        for batch in batches(numbers):
            which = sa.and_(
                table.c.locator_key.in_(batch),
                table.c.to_epoch == FOREVER,
                table.c.document_id != document.id,
                table.c.document_id.in_(of_site),
                table.c.body["locator"]["table"].as_string() == schema.work_orders.name,
                alike,
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
