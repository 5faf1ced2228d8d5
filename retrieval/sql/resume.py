"""Runs of ingestion whose process was ended or lost, put back in the queue: a run may be repeated at will."""

import sqlalchemy as sa

from retrieval.sql.engine import Database
from retrieval.sql.schema import ingestions


def requeue(db: Database, id: str) -> None:
    """The run waits again; what was said of its end is taken back. For the one who starts processes."""
    with db.write() as connection:
        connection.execute(
            sa.update(ingestions).where(ingestions.c.id == id).values(status="queued", finished=None, report=sa.null())
        )
