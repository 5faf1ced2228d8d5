"""What every table of knowledge shares: who may see a row, and at which epoch it shows."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from retrieval.errors import BadInput
from retrieval.models import EVERYTHING, Caller
from retrieval.sql import schema

_IN_LIST = 1000  # SQLite refuses statements of more than 32,766 variables


def shown(table: sa.FromClause, epoch: int | None = None) -> sa.ColumnElement[bool]:
    """Rows of ``epoch``; of the current one when it is None, read within the same statement."""
    at: Any = sa.select(schema.state.c.epoch).scalar_subquery() if epoch is None else epoch
    return sa.and_(table.c.from_epoch <= at, table.c.to_epoch > at)


def visible(table: sa.FromClause, caller: Caller, epoch: int | None = None) -> sa.ColumnElement[bool]:
    """``Caller.may_see`` as a filter, and ``shown``. An empty set of groups or areas matches nothing."""
    return sa.and_(shown(table, epoch), _shares(table.c.groups, caller.groups), _shares(table.c.areas, caller.areas))


def _shares(column: sa.ColumnElement[Any], mine: frozenset[str]) -> sa.ColumnElement[bool]:
    if EVERYTHING in mine:
        return sa.true()
    if not mine:
        return sa.false()
    each = sa.func.json_each(column).table_valued("value")
    return sa.exists(sa.select(1).select_from(each).where(each.c.value.in_(sorted(mine))))


def batches(values: Sequence[str]) -> Iterator[list[str]]:
    """``values`` without repeats, in lists that fit into one statement."""
    rest = iter(dict.fromkeys(values))
    while batch := list(islice(rest, _IN_LIST)):
        yield batch


def to_text(moment: datetime, what: str) -> str:
    """ISO 8601 in UTC, 32 characters: text order is time order. Raises ``BadInput`` where the zone is missing."""
    if moment.tzinfo is None:
        raise BadInput(f"{what}: {moment.isoformat()} has no time zone; add one, e.g. {moment.isoformat()}+08:00")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
