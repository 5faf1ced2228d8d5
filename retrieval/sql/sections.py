"""What stands in the same section of a document as a passage."""

import re
from collections.abc import Sequence

import sqlalchemy as sa

from retrieval.models import Caller, Hit, Passage
from retrieval.sql._rows import visible
from retrieval.sql.engine import Database
from retrieval.sql.schema import passages

_ANNOUNCES = re.compile(
    r"(?::|：|\b(?:as follows|the following|see below)\W*|(?:如下|下列|下表|以下)\W*(?:所示)?\W*)\s*$"
)


def announces(text: str) -> bool:
    """Whether a text ends by pointing at what follows it: "one of the following:", "如下："."""
    return bool(_ANNOUNCES.search(text))


def continuations(db: Database, caller: Caller, hits: Sequence[Hit], *, epoch: int | None = None) -> dict[str, Hit]:
    """By passage id of a hit that announces something: the passage after it, where that is in sight and no prose of
    another section. ``epoch`` None is the current one."""
    asked = {hit.passage.id: hit for hit in hits if announces(hit.passage.text)}
    if not asked:
        return {}
    own, after = passages.alias("own"), passages.alias("after")
    # A document is written in one go and in order, so what follows a passage has the next row.
    query = (
        sa.select(own.c.id, after.c.body)
        .join(after, (after.c.row_id == own.c.row_id + 1) & (after.c.document_id == own.c.document_id))
        .where(own.c.id.in_(asked), visible(own, caller, epoch), visible(after, caller, epoch))
    )
    with db.read() as connection:
        rows = [(id, Passage.model_validate(body)) for id, body in connection.execute(query)]
    found = {}
    for id, passage in rows:
        hit = asked[id]
        near = passage.heading_path[: len(hit.passage.heading_path)] == hit.passage.heading_path
        if passage.position == hit.passage.position + 1 and near:
            found[id] = hit.model_copy(update={"passage": passage})
    return found


def section_warnings(db: Database, caller: Caller, hits: Sequence[Hit], *, epoch: int | None = None) -> list[Hit]:
    """Warnings that bear on the passages: those of their own section and of the sections around it.

    The deepest shared section first, then in the order of the hits' documents and of their pages, each once; those
    that are among ``hits`` themselves included. ``epoch`` None is the current one.
    """
    titles = {hit.passage.document_id: hit.title for hit in hits if hit.passage.heading_path}
    query = sa.select(passages.c.body).where(
        passages.c.document_id.in_(titles),
        visible(passages, caller, epoch),
        passages.c.body["kind"].as_string() == "warning",
    )
    with db.read() as connection:
        warnings = [Passage.model_validate(body) for body in connection.execute(query).scalars()]
    rank = {id: number for number, id in enumerate(titles)}
    # What bears on a hit lies around it: its whole heading path is what the two share.
    near = [warning for warning in warnings if any(_around(warning, hit.passage) for hit in hits)]
    near.sort(key=lambda warning: (-len(warning.heading_path), rank[warning.document_id], warning.position))
    return [Hit(passage=warning, title=titles[warning.document_id], score=0.0) for warning in near]


def _around(warning: Passage, passage: Passage) -> bool:
    """In the passage's section or in one that holds it; a document's own front matter holds none."""
    path = warning.heading_path
    return warning.document_id == passage.document_id and len(path) > 0 and passage.heading_path[: len(path)] == path
