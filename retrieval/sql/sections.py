"""What stands in the same section of a document as a passage."""

from collections.abc import Sequence

import sqlalchemy as sa

from retrieval.models import Caller, Hit, Passage
from retrieval.sql._rows import visible
from retrieval.sql.engine import Database
from retrieval.sql.schema import passages


def section_warnings(db: Database, caller: Caller, hits: Sequence[Hit]) -> list[Hit]:
    """Warnings that bear on the passages: those of their own section and of the sections around it.

    In the order of the documents, each once; those that are among ``hits`` themselves included.
    """
    titles = {hit.passage.document_id: hit.title for hit in hits if hit.passage.heading_path}
    query = sa.select(passages.c.body).where(
        passages.c.document_id.in_(titles), visible(passages, caller), passages.c.body["kind"].as_string() == "warning"
    )
    with db.read() as connection:
        warnings = [Passage.model_validate(body) for body in connection.execute(query).scalars()]
    warnings.sort(key=lambda passage: (passage.document_id, passage.position))
    return [
        Hit(passage=warning, title=titles[warning.document_id], score=0.0)
        for warning in warnings
        if any(_around(warning, hit.passage) for hit in hits)
    ]


def _around(warning: Passage, passage: Passage) -> bool:
    """In the passage's section or in one that holds it; a document's own front matter holds none."""
    path = warning.heading_path
    return warning.document_id == passage.document_id and len(path) > 0 and passage.heading_path[: len(path)] == path
