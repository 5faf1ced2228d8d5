"""The epoch that the index shows, and the manifest it was built with."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from retrieval.errors import Permanent
from retrieval.sql._rows import batches
from retrieval.sql.engine import Database
from retrieval.sql.ledger import LedgerEntry, write_entry
from retrieval.sql.schema import ledger, state


def current(db: Database) -> int:
    """The epoch that the index shows; 0 where nothing was ever published."""
    with db.read() as connection:
        return int(connection.execute(sa.select(state.c.epoch)).scalar_one())


def reserve(db: Database) -> int:
    """The next epoch: later than every one handed out before, never handed out twice."""
    with db.write() as connection:
        epoch = int(connection.execute(sa.select(state.c.next_epoch)).scalar_one())
        connection.execute(sa.update(state).values(next_epoch=epoch + 1))
    return epoch


def publish(db: Database, epoch: int, *, notes: Sequence[LedgerEntry] = (), drop: Sequence[str] = ()) -> None:
    """Show ``epoch``: the one update that publishes, replaces or retires. Raises ``Permanent`` when it is older.

    ``notes`` go into the ledger with it, so that a crash leaves no file shown and unrecorded; ``drop`` are paths that
    the ledger forgets with it, because their file has moved.
    """
    with db.write() as connection:
        updated = connection.execute(
            sa.update(state).where(state.c.epoch <= epoch, state.c.next_epoch > epoch).values(epoch=epoch)
        )
        if not updated.rowcount:
            raise Permanent(f"epoch {epoch} cannot be published: it is older than the one shown, or was never reserved")
        for batch in batches(drop):
            connection.execute(sa.delete(ledger).where(ledger.c.path.in_(batch)))
        for note in notes:
            write_entry(connection, note)


def manifest(db: Database) -> dict[str, Any] | None:
    """What the index was built with; None where it is new."""
    with db.read() as connection:
        found: dict[str, Any] | None = connection.execute(sa.select(state.c.manifest)).scalar_one()
    return found


def set_manifest(db: Database, manifest: dict[str, Any]) -> None:
    with db.write() as connection:
        connection.execute(sa.update(state).values(manifest=manifest))


_RESTORING = "restoring"  # in the manifest: points are being written anew from SQL


def is_restoring(db: Database) -> bool:
    """Whether the store lacks points of passages that SQL shows: it was dropped, or a restoration was cut short."""
    return bool((manifest(db) or {}).get(_RESTORING))


def set_restoring(db: Database, restoring: bool) -> None:
    kept = {key: value for key, value in (manifest(db) or {}).items() if key != _RESTORING}
    set_manifest(db, kept | ({_RESTORING: True} if restoring else {}))
