"""Runs of ingestion: asked for by a caller, carried out by ``python -m ingestion``, followed by numbered events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

import sqlalchemy as sa

from retrieval.errors import NotFound, Permanent
from retrieval.models import EVERYTHING, Caller
from retrieval.sql._rows import now_text, to_text
from retrieval.sql.engine import Database
from retrieval.sql.schema import ingestion_events, ingestions

Action = Literal["ingest", "retire", "delete"]
Status = Literal["queued", "running", "done", "failed"]
DIED = "the process that ran it has ended without a word; what it published stays, run it again to go on"


@dataclass(frozen=True, slots=True)
class Ingestion:
    """A run. ``request`` says what was asked for, ``report`` what became of it once it is over; times carry a zone.

    Keys of ``request``: ``paths``, ``groups``, ``areas``, ``revision``, ``effective_date``, ``assets`` of an ingest;
    ``document_ids`` of a retire or delete.
    """

    id: str
    caller: str
    action: Action
    status: Status
    created: datetime
    finished: datetime | None
    request: Mapping[str, Any]
    report: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class IngestionEvent:
    """``seq`` counts from 1 within a run."""

    seq: int
    time: datetime
    event: str
    data: Mapping[str, Any]


def create(db: Database, *, caller: str, action: Action, request: Mapping[str, Any]) -> Ingestion:
    """A run that waits for its process."""
    run = Ingestion(str(uuid4()), caller, action, "queued", datetime.now(UTC), None, dict(request), None)
    with db.write() as connection:
        connection.execute(
            sa.insert(ingestions).values(
                id=run.id,
                caller=caller,
                action=action,
                status=run.status,
                created=to_text(run.created, "created"),
                request=run.request,
                report=sa.null(),
            )
        )
    return run


def get(db: Database, caller: Caller, id: str) -> Ingestion:
    """Raises ``NotFound``, also where it is another's; whoever has all roles sees all."""
    with db.read() as connection:
        row = connection.execute(sa.select(ingestions).where(ingestions.c.id == id, _own(caller))).mappings().first()
    if row is None:
        raise NotFound(f"no ingestion {id!r}, or none that you may see; check the id")
    return _ingestion(row)


def list_runs(db: Database, caller: Caller, *, limit: int = 50, before: datetime | None = None) -> list[Ingestion]:
    """The caller's own, the newest first; those created earlier than ``before``."""
    table = ingestions
    query = sa.select(table).where(_own(caller)).order_by(table.c.created.desc(), table.c.id).limit(limit)
    if before is not None:
        query = query.where(table.c.created < to_text(before, "before"))
    with db.read() as connection:
        return [_ingestion(row) for row in connection.execute(query).mappings()]


def queued(db: Database) -> list[Ingestion]:
    """Those that wait, the oldest first."""
    return _in_status(db, "queued")


def running(db: Database) -> list[Ingestion]:
    """Those that a process carries out, or died of; the oldest first."""
    return _in_status(db, "running")


def start(db: Database, id: str) -> None:
    """A process takes it up. Raises ``Permanent`` where another has: a run is carried out once."""
    table = ingestions
    with db.write() as connection:
        taken = connection.execute(
            sa.update(table).where(table.c.id == id, table.c.status == "queued").values(status="running")
        )
    if not taken.rowcount:
        raise Permanent(f"ingestion {id} does not wait: it runs, is over, or is unknown; ask for a new one")


def finish(db: Database, id: str, *, status: Literal["done", "failed"], report: Mapping[str, Any]) -> None:
    """It is over; the first word on it stands."""
    table = ingestions
    with db.write() as connection:
        connection.execute(
            sa.update(table)
            .where(table.c.id == id, table.c.finished.is_(None))
            .values(status=status, report=dict(report), finished=now_text())
        )


def append(db: Database, id: str, event: str, data: Mapping[str, Any]) -> int:
    """Returns the event's number. Raises ``NotFound`` where there is no such run."""
    return append_all(db, id, [(event, datetime.now(UTC), data)])


def append_all(db: Database, id: str, told: Sequence[tuple[str, datetime, Mapping[str, Any]]]) -> int:
    """Several at once, each with its time; returns the number of the last."""
    table = ingestion_events
    with db.write() as connection:
        known = connection.execute(sa.select(sa.func.count()).where(ingestions.c.id == id)).scalar_one()
        if not known:
            raise NotFound(f"no ingestion {id!r}; check the id")
        last = connection.execute(sa.select(sa.func.max(table.c.seq)).where(table.c.ingestion_id == id)).scalar_one()
        seq = int(last or 0)
        rows = [
            {"ingestion_id": id, "seq": number, "time": to_text(time, "time"), "event": event, "data": dict(data)}
            for number, (event, time, data) in enumerate(told, start=seq + 1)
        ]
        if rows:
            connection.execute(sa.insert(table), rows)
    return seq + len(rows)


def events(db: Database, caller: Caller, id: str, after: int = 0, limit: int = 500) -> list[IngestionEvent]:
    """Those later than ``after``, in order; none where it isn't the caller's run."""
    table = ingestion_events
    query = (
        sa.select(table.c.seq, table.c.time, table.c.event, table.c.data)
        .join(ingestions)
        .where(ingestions.c.id == id, _own(caller), table.c.seq > after)
        .order_by(table.c.seq)
        .limit(limit)
    )
    with db.read() as connection:
        rows = connection.execute(query)
        return [IngestionEvent(seq, datetime.fromisoformat(time), event, data) for seq, time, event, data in rows]


def mark_dead(db: Database) -> list[str]:
    """Runs whose process is gone end as failed; their ids. For who holds the lock of ingestion: no other runs then."""
    dead = [run.id for run in running(db)]
    for id in dead:
        append(db, id, "done", {"status": "failed", "error": DIED})
        finish(db, id, status="failed", report={"error": DIED})
    return dead


def _in_status(db: Database, status: Status) -> list[Ingestion]:
    query = sa.select(ingestions).where(ingestions.c.status == status).order_by(ingestions.c.created, ingestions.c.id)
    with db.read() as connection:
        return [_ingestion(row) for row in connection.execute(query).mappings()]


def _own(caller: Caller) -> sa.ColumnElement[bool]:
    return sa.true() if EVERYTHING in caller.roles else ingestions.c.caller == caller.name


def _ingestion(row: sa.RowMapping) -> Ingestion:
    finished = row["finished"]
    times = {
        "created": datetime.fromisoformat(row["created"]),
        "finished": datetime.fromisoformat(finished) if finished else None,
    }
    return Ingestion(**{**row, **times})
