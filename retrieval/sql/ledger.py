"""Ingestion's ledger: the last word on each file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.sql._rows import to_text
from retrieval.sql.engine import Database
from retrieval.sql.schema import ledger


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of a file. ``reason`` says why it failed; times carry a zone.

    ``failed``: a transient fault, tried again from ``retry_after`` on. ``quarantined``: the file itself is at fault and
    is tried again when it, its parser or its labels change. ``retired``: no longer shown.
    """

    path: str
    sha256: str
    document_id: str | None
    status: Literal["published", "failed", "quarantined", "retired"]
    reason: str | None
    parser: str | None
    finished: datetime
    stage: str = ""  # where it failed
    attempts: int = 0  # in a row without success, of this content
    retry_after: datetime | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)  # by stage
    size: int = 0  # bytes
    pages: int = 0
    passages: int = 0
    root: str = ""  # the folder that ``path`` is relative to, as an absolute path


def get_entry(db: Database, path: str) -> LedgerEntry | None:
    with db.read() as connection:
        row = connection.execute(sa.select(ledger).where(ledger.c.path == path)).mappings().first()
    return None if row is None else _entry(row)


def put_entry(db: Database, entry: LedgerEntry) -> None:
    """Replaces what was said of the same path."""
    with db.write() as connection:
        write_entry(connection, entry)


def write_entry(connection: sa.Connection, entry: LedgerEntry) -> None:
    """The same within a transaction."""
    values = asdict(entry) | {"finished": to_text(entry.finished, f"{entry.path}: finished")}
    if entry.retry_after:
        values["retry_after"] = to_text(entry.retry_after, f"{entry.path}: retry_after")
    statement = insert(ledger).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=[ledger.c.path], set_=values))


def drop_entry(db: Database, path: str) -> None:
    """Nothing is known of the path any more."""
    with db.write() as connection:
        connection.execute(sa.delete(ledger).where(ledger.c.path == path))


def list_entries(db: Database) -> list[LedgerEntry]:
    """By path."""
    with db.read() as connection:
        rows = connection.execute(sa.select(ledger).order_by(ledger.c.path)).mappings()
        return [_entry(row) for row in rows]


def _entry(row: sa.RowMapping) -> LedgerEntry:
    again = row["retry_after"]
    times = {
        "finished": datetime.fromisoformat(row["finished"]),
        "retry_after": datetime.fromisoformat(again) if again else None,
    }
    return LedgerEntry(**{**row, **times})
