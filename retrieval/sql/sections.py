"""What stands in the same section of a document as a passage."""

from collections.abc import Sequence

import sqlalchemy as sa

from retrieval.models import Caller, Hit, Passage
from retrieval.sql._rows import visible
from retrieval.sql.engine import Database
from retrieval.sql.schema import passages


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
