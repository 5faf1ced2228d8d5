"""Documents to browse: pages of a list with what the ledger knows, older revisions, and a document's text in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from retrieval.errors import NotFound
from retrieval.models import FOREVER, Caller, Document, Passage
from retrieval.sql import schema
from retrieval.sql._rows import batches, shown, visible
from retrieval.sql.documents import to_document
from retrieval.sql.engine import Database

_POSITION = schema.passages.c.body["position"].as_integer()


@dataclass(frozen=True, slots=True)
class Listed:
    """A document with what ingestion noted of its file; None where the ledger doesn't know it."""

    document: Document
    tables: int
    passages: int | None = None
    ingested: datetime | None = None
    size: int | None = None  # bytes


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision that is or was shown. Epochs order what the index shows."""

    document: Document
    from_epoch: int
    to_epoch: int | None  # None: it is shown now


def page_of_documents(
    db: Database,
    caller: Caller,
    *,
    limit: int,
    after: tuple[str, str] | None = None,
    kind: str | None = None,
    site: str | None = None,
    text: str | None = None,
) -> list[Listed]:
    """What the caller may see, by title and id, from after ``(title, id)`` on. ``text`` stands in title or path."""
    table = schema.documents
    query = sa.select(table).where(visible(table, caller)).order_by(table.c.title, table.c.id).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(table.c.title, table.c.id) > sa.tuple_(*map(sa.literal, after)))
    if kind is not None:
        query = query.where(table.c.kind == kind)
    if site is not None:
        query = query.where(table.c.site == site)
    if text:
        said = (column.icontains(text, autoescape=True) for column in (table.c.title, table.c.path))
        query = query.where(sa.or_(*said))
    with db.read() as connection:
        found = [to_document(row) for row in connection.execute(query).mappings()]
        return _with_notes(connection, caller, found)


def listed(db: Database, caller: Caller, id: str) -> Listed:
    """One of them. Raises ``NotFound``, also where the caller may not see it."""
    table = schema.documents
    with db.read() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == id, visible(table, caller))).mappings().first()
        if row is None:
            raise NotFound(f"no document {id!r}; GET /v1/documents lists those that you may see")
        return _with_notes(connection, caller, [to_document(row)])[0]


def revisions(db: Database, caller: Caller, id: str) -> list[Revision]:
    """The newest first; those of a retired document too. Raises ``NotFound`` where the caller may see none."""
    table = schema.documents
    current = sa.select(schema.state.c.epoch).scalar_subquery()
    query = sa.select(table).where(table.c.id == id, table.c.from_epoch <= current).order_by(table.c.from_epoch.desc())
    with db.read() as connection:
        epoch = connection.execute(sa.select(current)).scalar_one()
        rows = [(to_document(row), row["from_epoch"], row["to_epoch"]) for row in connection.execute(query).mappings()]
    found = [
        Revision(document, start, None if end == FOREVER or end > epoch else end)
        for document, start, end in rows
        if caller.may_see(document.groups, document.areas)
    ]
    if not found:
        raise NotFound(f"no document {id!r}; GET /v1/documents lists those that you may see")
    return found


def passages_of(db: Database, caller: Caller, document_id: str, *, first: int, last: int) -> list[Passage]:
    """In order, positions ``first`` to ``last`` (0-based, both included)."""
    table = schema.passages
    query = (
        sa.select(table.c.body)
        .where(table.c.document_id == document_id, _POSITION.between(first, last), visible(table, caller))
        .order_by(_POSITION)
    )
    with db.read() as connection:
        return [Passage.model_validate(body) for body in connection.execute(query).scalars()]


def shown_passages_from(db: Database, row: int, limit: int) -> tuple[int, list[tuple[Passage, int]]]:
    """For ingestion: the next ``limit`` passages that are shown, whoever may see them, each with the epoch it is shown
    from; and where to go on. Begin with ``row`` 0."""
    table = schema.passages
    query = (
        sa.select(table.c.row_id, table.c.body, table.c.from_epoch)
        .where(table.c.row_id > row, shown(table))
        .order_by(table.c.row_id)
        .limit(limit)
    )
    with db.read() as connection:
        rows = connection.execute(query).all()
    return (rows[-1][0] if rows else row), [(Passage.model_validate(body), int(epoch)) for _, body, epoch in rows]


def count_passages(db: Database, caller: Caller, document_id: str) -> int:
    """One more than the last position; 0 where there is no passage that the caller may see."""
    table = schema.passages
    query = sa.select(sa.func.max(_POSITION)).where(table.c.document_id == document_id, visible(table, caller))
    with db.read() as connection:
        last = connection.execute(query).scalar_one()
    return 0 if last is None else int(last) + 1


def position_at(db: Database, caller: Caller, document_id: str, place: int) -> int:
    """Position of the passage that holds a line or paragraph (1-based), or of the last one before it.

    Raises ``NotFound`` where the document's places are not lines or paragraphs.
    """
    table, where = schema.passages, schema.passages.c.body["locator"]
    query = (
        sa.select(_POSITION)
        .where(
            table.c.document_id == document_id,
            where["kind"].as_string() == "text",
            where["first"].as_integer() <= place,
            visible(table, caller),
        )
        .order_by(where["first"].as_integer().desc(), _POSITION)
        .limit(1)
    )
    with db.read() as connection:
        found = connection.execute(query).scalar()
    if found is None:
        raise NotFound(f"document {document_id!r} has no line or paragraph {place}")
    return int(found)


def _with_notes(connection: sa.Connection, caller: Caller, found: Sequence[Document]) -> list[Listed]:
    tables, ledger = schema.tables, schema.ledger
    counts, notes = dict[str, int](), dict[tuple[str, str], sa.RowMapping]()
    for batch in batches([document.id for document in found]):
        counted = sa.select(tables.c.document_id, sa.func.count()).where(
            tables.c.document_id.in_(batch), visible(tables, caller)
        )
        counts.update((id, number) for id, number in connection.execute(counted.group_by(tables.c.document_id)))
        noted = sa.select(ledger).where(ledger.c.document_id.in_(batch), ledger.c.status == "published")
        for row in connection.execute(noted).mappings():
            notes[row["document_id"], row["sha256"]] = row
    return [
        _noted(document, counts.get(document.id, 0), notes.get((document.id, document.sha256))) for document in found
    ]


def _noted(document: Document, tables: int, note: sa.RowMapping | None) -> Listed:
    if note is None:
        return Listed(document, tables)
    finished = datetime.fromisoformat(note["finished"])
    return Listed(document, tables, note["passages"] or None, finished, note["size"] or None)
