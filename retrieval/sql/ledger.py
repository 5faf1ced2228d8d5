"""Ingestion's ledger: the last word on each file."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.sql._rows import to_text
from retrieval.sql.engine import Database
from retrieval.sql.schema import ledger


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of a file. ``reason`` says why it failed; ``finished`` carries a zone."""

    path: str
    sha256: str
    document_id: str | None
    status: Literal["published", "failed"]
    reason: str | None
    parser: str | None
    finished: datetime


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
    statement = insert(ledger).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=[ledger.c.path], set_=values))


def list_entries(db: Database) -> list[LedgerEntry]:
    """By path."""
    with db.read() as connection:
        rows = connection.execute(sa.select(ledger).order_by(ledger.c.path)).mappings()
        return [_entry(row) for row in rows]


def _entry(row: sa.RowMapping) -> LedgerEntry:
    return LedgerEntry(**{**row, "finished": datetime.fromisoformat(row["finished"])})
