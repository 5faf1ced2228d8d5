"""Answers are runs that the server owns: their numbered events, and the response when they are done."""

from typing import Any

import sqlalchemy as sa

from retrieval.models import EVERYTHING, Caller
from retrieval.sql._rows import now_text
from retrieval.sql.engine import Database
from retrieval.sql.schema import answer_events, answers

RUNNING = "running"


def create(db: Database, caller: Caller, id: str, question: str, conversation_id: str | None = None) -> None:
    """A run begins; its status is ``running``."""
    with db.write() as connection:
        connection.execute(
            sa.insert(answers).values(
                id=id,
                caller=caller.name,
                conversation_id=conversation_id,
                question=question,
                created=now_text(),
                status=RUNNING,
            )
        )


def append_event(db: Database, id: str, seq: int, event: str, data: Any, last: bool = False) -> None:
    """``seq`` counts from 1 and is used once; ``last`` closes the stream."""
    with db.write() as connection:
        connection.execute(sa.insert(answer_events).values(answer_id=id, seq=seq, event=event, data=data, last=last))


def events_after(db: Database, caller: Caller, id: str, seq: int) -> list[tuple[int, str, Any, bool]]:
    """(seq, event, data, last) of the events later than ``seq``, in order; none where it isn't the caller's answer."""
    table = answer_events
    query = (
        sa.select(table.c.seq, table.c.event, table.c.data, table.c.last)
        .join(answers)
        .where(answers.c.id == id, _own(caller), table.c.seq > seq)
        .order_by(table.c.seq)
    )
    with db.read() as connection:
        return [(seq, event, data, last) for seq, event, data, last in connection.execute(query)]


def finish(db: Database, id: str, status: str, response: Any) -> None:
    """The run is over; ``response`` is the whole answer, None where it was cancelled."""
    with db.write() as connection:
        connection.execute(
            sa.update(answers)
            .where(answers.c.id == id)
            .values(status=status, response=sa.null() if response is None else response)
        )


def get(db: Database, caller: Caller, id: str) -> dict[str, Any] | None:
    """The row as a dict: id, caller, conversation_id, question, created, status, response. None where not theirs."""
    with db.read() as connection:
        row = connection.execute(sa.select(answers).where(answers.c.id == id, _own(caller))).mappings().first()
    return None if row is None else dict(row)


def conversation(db: Database, caller: Caller, conversation_id: str, limit: int) -> list[tuple[str, Any]]:
    """(question, response) of the conversation's last ``limit`` finished answers, oldest first. Only the caller's."""
    query = (
        sa.select(answers.c.question, answers.c.response)
        .where(answers.c.conversation_id == conversation_id, _own(caller), answers.c.response.is_not(None))
        .order_by(answers.c.created.desc(), answers.c.id)
        .limit(limit)
    )
    with db.read() as connection:
        rows = [(question, response) for question, response in connection.execute(query)]
    return rows[::-1]


def _own(caller: Caller) -> sa.ColumnElement[bool]:
    return sa.true() if EVERYTHING in caller.roles else answers.c.caller == caller.name
