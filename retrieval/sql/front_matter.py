"""What documents are called: their titles, and what stands at their front."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from retrieval.models import Language
from retrieval.sql._rows import batches, shown
from retrieval.sql.engine import Database
from retrieval.sql.schema import documents, passages

_FIRST = 3  # passages of a document: its title, its front matter, and what may part them


class Titled(NamedTuple):
    """A document that ``epoch`` shows, whoever may see it: ask ``Caller.may_see`` before it is named to anybody."""

    id: str
    from_epoch: int  # with the id: one revision
    title: str
    path: str
    language: Language
    groups: tuple[str, ...]
    areas: tuple[str, ...]


class Front(NamedTuple):
    """A passage at the front of a document, or the sheet of a drawing with its number."""

    text: str
    drawing: str


def titled(db: Database, epoch: int) -> list[Titled]:
    """Every document but work logs and registers, which are asked by record."""
    table = documents.c
    query = (
        sa.select(table.id, table.from_epoch, table.title, table.path, table.language, table.groups, table.areas)
        .where(shown(documents, epoch), table.kind.not_in(("worklog", "register")))
        .order_by(table.row_id)
    )
    with db.read() as connection:
        return [Titled(*row[:5], tuple(row.groups), tuple(row.areas)) for row in connection.execute(query)]


def fronts(db: Database, epoch: int, ids: Sequence[str]) -> dict[str, list[Front]]:
    """By document id: its first passages, in order, where they stand on the first page, in the first lines or on a
    sheet. Those that fewer may see than the document are left out."""
    first, place = passages.alias("first"), passages.c.body["locator"]
    # A document is written in one go and in order, so its first passages have its first rows.
    rows_of = (
        sa.select(first.c.row_id)
        .where(first.c.document_id == documents.c.id, shown(first, epoch))
        .order_by(first.c.row_id)
        .limit(_FIRST)
        .correlate(documents)
    )
    query = (
        sa.select(
            documents.c.id,
            passages.c.body["text"].as_string().label("text"),
            place["kind"].as_string().label("kind"),
            place["page"].as_integer().label("page"),
            place["drawing_id"].as_string().label("drawing"),
        )
        .select_from(documents.join(passages, passages.c.row_id.in_(rows_of)))
        .where(shown(documents, epoch), passages.c.groups == documents.c.groups, passages.c.areas == documents.c.areas)
        .order_by(passages.c.row_id)
    )
    found: dict[str, list[Front]] = {}
    with db.read() as connection:
        for batch in batches(ids):
            for row in connection.execute(query.where(documents.c.id.in_(batch))):
                if row.kind in ("text", "sheet") or row.page == 1:
                    found.setdefault(row.id, []).append(Front(row.text, row.drawing or ""))
    return found
