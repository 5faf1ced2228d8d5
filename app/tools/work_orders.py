"""Ask the maintenance log: how often, when last, which, and what fails most."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.tools import _work_order_texts as texts
from app.tools._failures import Failure, other_words
from app.tools.base import Context, Fact, GiveUp, Outcome, TryAgain
from retrieval.errors import BadInput, PlantwrightError
from retrieval.models import Caller, Document, Hit, Language, WorkOrder
from retrieval.sql import records
from retrieval.sql.assets import list_assets
from retrieval.sql.engine import Database
from retrieval.tags import normalise
from retrieval.terms import terms

_MOST_READ = 20_000  # orders whose texts are looked at one by one
_MOST_HITS = 8
_BY_ASSET = re.compile(
    r"\bwhich (?:\w+ ){0,2}(?:pump|equipment|asset|machine|valve|instrument|exchanger|tank)s?\b"
    r"|哪(?:台|个|些|只)(?:泵|设备|机器|阀|仪表|换热器|罐)",
    re.IGNORECASE,
)
TopField = Literal["failure_mode", "asset"]
Found = Sequence[tuple[Document, WorkOrder]]


class Arguments(BaseModel):
    """``failure_words``: the question, or words such as ``seal leak`` or ``密封泄漏``. ``since <= opened < until``."""

    model_config = ConfigDict(extra="forbid")

    query: Literal["count", "last", "list", "top_failures"] = "list"
    assets: list[str] = Field(default=[], max_length=50)
    failure_words: str = Field("", max_length=2000)
    since: datetime | None = None
    until: datetime | None = None
    language: Language = "en"
    limit: int = Field(_MOST_HITS, ge=1, le=50)


@dataclass(frozen=True, slots=True)
class _Answer:
    """``total`` orders, the newest of them, each one's hit where it is indexed, counts by ``top``'s field."""

    total: int
    newest: Found
    hits: dict[str, Hit]
    by_asset: Sequence[tuple[str, int]] = ()
    top: Sequence[tuple[str, int]] = ()
    top_field: TopField = "failure_mode"
    words: Sequence[str] = ()  # what the orders must mention, where no known failure is named
    nearly: Sequence[str] = ()  # those of ``words`` that some order mentions, where none mentions all


@dataclass(frozen=True)
class _Mentions(texts.Scope):
    """The scope of orders that mention words."""

    words: Sequence[str] = ()

    @property
    def where(self) -> str:
        if self.language == "zh":
            return f"{super().where}提到{_quoted(self.words, '和', self.language)}的"
        return f"{super().where} mentioning {_quoted(self.words, ' and ', self.language)}"


class WorkOrders:
    """See ``app.tools.base.Tool``. Counts are exact: they are never an estimate from the first page."""

    name = "work_orders"
    description = "Count, list or find the last work orders of equipment, by failure and time; what fails most."
    arguments = Arguments

    async def run(self, caller: Caller, arguments: Arguments, context: Context) -> Outcome:
        try:
            found = await asyncio.to_thread(_look, context.database, caller, arguments)
        except BadInput as error:
            raise TryAgain(f"{error}; try again with that put right") from error
        except PlantwrightError as error:
            raise GiveUp(f"the maintenance log can't be read: {error}") from error
        return _outcome(arguments, found)


def _look(database: Database, caller: Caller, arguments: Arguments) -> _Answer:
    failure = Failure.named_in(arguments.failure_words)
    filters = records.OrderFilters(
        assets=[normalise(tag) for tag in arguments.assets],
        types=failure.types,
        since=arguments.since,
        until=arguments.until,
    )
    field: TopField = "asset" if _BY_ASSET.search(arguments.failure_words) else "failure_mode"
    if arguments.query == "top_failures" and field == "asset":
        filters["types"] = failure.types or ("corrective",)  # what fails most is asked of failures, not of planned work
    if arguments.failure_words and not failure.needs_reading and arguments.query != "top_failures":
        register = [asset for asset in list_assets(database, caller) if asset.tag in (filters["assets"] or [asset.tag])]
        words = other_words(arguments.failure_words, register)
        if words:
            found = _mentioning(database, caller, arguments, filters, words)
            return replace(found, hits=_hits(database, caller, found.newest, arguments.query))
    find = _read if failure.needs_reading else _count
    found = find(database, caller, arguments, filters, failure, field)
    return replace(found, hits=_hits(database, caller, found.newest, arguments.query))


def _read(
    database: Database,
    caller: Caller,
    arguments: Arguments,
    filters: records.OrderFilters,
    failure: Failure,
    field: TopField,
) -> _Answer:
    """The failure stands in texts and codes together: every order in question is looked at."""
    read = _all(database, caller, filters)
    matched = [(document, order) for document, order in read if failure.shown_by(order)]
    by_asset = Counter(order.asset for _, order in matched).most_common()
    top = Counter(value for _, order in matched if (value := getattr(order, field))).most_common()
    shown = matched
    if arguments.query == "top_failures" and top:
        shown = [(document, order) for document, order in matched if getattr(order, field) == top[0][0]]
    return _Answer(len(matched), shown[: arguments.limit], {}, by_asset, top, field)


def _all(database: Database, caller: Caller, filters: records.OrderFilters) -> Found:
    read = records.find_orders(database, caller, limit=_MOST_READ + 1, **filters)
    if len(read) > _MOST_READ:
        raise BadInput(f"more than {_MOST_READ} orders would have to be read; name equipment or a time")
    return read


def _mentioning(
    database: Database, caller: Caller, arguments: Arguments, filters: records.OrderFilters, words: dict[str, str]
) -> _Answer:
    """Orders whose texts hold all of ``words``, in any form."""
    by_term: dict[str, Found] = {}
    for term in words:
        # SQL narrows down by what all forms of a word share ("fire", "firing"); a concept has too many spellings.
        shared = term if not term.isascii() else "" if term.startswith("=") else term.rstrip("eiy")
        filters["text"] = shared if shared and (len(shared) > 2 or not shared.isascii()) else None
        read = _all(database, caller, filters)
        # Chinese segments differ with what they stand in: 撞 is none in 撞坏, so their signs are enough.
        by_term[term] = [pair for pair in read if not term.isascii() or term in terms(pair[1].text)]
    shared_by_all = set.intersection(*({order.order for _, order in found} for found in by_term.values()))
    matched = [pair for pair in next(iter(by_term.values())) if pair[1].order in shared_by_all]
    by_asset = Counter(order.asset for _, order in matched).most_common()
    nearly = [words[term] for term, found in by_term.items() if found and not matched]
    said = tuple(dict.fromkeys(words.values()))
    return _Answer(len(matched), matched[: arguments.limit], {}, by_asset, words=said, nearly=nearly)


def _count(
    database: Database,
    caller: Caller,
    arguments: Arguments,
    filters: records.OrderFilters,
    failure: Failure,
    field: TopField,
) -> _Answer:
    """Any failure: SQL counts, at any size."""
    total = records.count_orders(database, caller, **filters)
    by_asset = records.count_by(database, caller, "asset", **filters)
    top = records.count_by(database, caller, field, **filters) if arguments.query == "top_failures" else []
    if top and field == "asset":
        filters["assets"] = [top[0][0]]
    elif top:
        filters["failure_modes"] = [top[0][0]]
    newest = records.find_orders(database, caller, limit=arguments.limit, **filters)
    return _Answer(total, newest, {}, by_asset, top, field)


def _hits(database: Database, caller: Caller, newest: Found, query: str) -> dict[str, Hit]:
    first = newest[: 2 if query == "last" else _MOST_HITS]  # who asks for the last has no use for the rest
    passages = records.order_passages(database, caller, [order.order for _, order in first])
    return {
        order.order: Hit(passage=passages[order.order], title=document.title, score=1 / rank)
        for rank, (document, order) in enumerate(first, 1)
        if order.order in passages
    }


def _outcome(arguments: Arguments, found: _Answer) -> Outcome:
    failure = Failure.named_in(arguments.failure_words)
    scope = texts.Scope(
        arguments.language,
        [normalise(tag) for tag in arguments.assets],
        failure.name(arguments.language),
        arguments.since,
        _last_day(arguments.until),
    )
    if found.words:
        scope = _Mentions(scope.language, scope.assets, scope.failure, scope.since, scope.until, found.words)
    if arguments.query == "top_failures":
        if found.top:
            return _top(scope, found, arguments.limit)
        scope = scope.without_failure() if not found.total else scope
    if not found.total:
        none = texts.none(scope) + _nearly(arguments.language, found.nearly)
        return Outcome(none, facts=[Fact(text=none)])
    rows = [texts.row(order, _date(order, found.hits), arguments.language) for _, order in found.newest]
    result = {
        "kind": "table",
        "title": texts.title(scope, found.total),
        "total": found.total,
        "columns": list(texts.COLUMNS[arguments.language]),
        "rows": rows,
    }
    return Outcome(
        texts.title(scope, found.total),
        hits=list(found.hits.values()),
        results=[result],
        facts=_facts(arguments, scope, found),
    )


def _nearly(language: Language, words: Sequence[str]) -> str:
    """What to ask instead, where orders mention a part of the words."""
    if not words:
        return ""
    zh = language == "zh"
    said = _quoted(words, "或" if zh else " or ", language)
    return f"有工单只提到{said}。" if zh else f" Some mention {said} alone."


def _quoted(words: Sequence[str], joiner: str, language: Language) -> str:
    return joiner.join(f"“{word}”" if language == "zh" else f'"{word}"' for word in words)


def _facts(arguments: Arguments, scope: texts.Scope, found: _Answer) -> list[Fact]:
    """The count or the last order first; what it doesn't ask for need not be stated."""
    newest = found.newest[0][1]
    last = Fact(
        text=texts.last(scope, newest, _date(newest, found.hits)),
        hit=found.hits.get(newest.order),
        must_state=arguments.query != "count",
    )
    counted = Fact(
        text=texts.count(scope, found.total, found.by_asset, newest, _date(newest, found.hits)),
        hit=found.hits.get(newest.order),
        also=tuple(hit for order, hit in found.hits.items() if order != newest.order),
        must_state=arguments.query != "last",
    )
    rest = [
        Fact(text=texts.one(scope, order, _date(order, found.hits)), hit=found.hits.get(order.order), must_state=False)
        for _, order in found.newest[1:_MOST_HITS]
    ]
    if arguments.query == "last":
        return [last, *rest[:1]]
    return [counted, last] if arguments.query == "count" else [counted, last, *rest]


def _top(scope: texts.Scope, found: _Answer, limit: int) -> Outcome:
    """Most frequent first; cites the newest order that shows the first."""
    names = [(texts.value(scope, found.top_field, value), count) for value, count in found.top[:limit]]
    hit = next(iter(found.hits.values()), None)
    text = texts.top(scope, names[:5])
    result: dict[str, Any] = {
        "kind": "table",
        "title": text,
        "rows": [list(pair) for pair in names],
        "columns": list(texts.top_columns(scope, found.top_field)),
    }
    return Outcome(text, hits=list(found.hits.values()), facts=[Fact(text=text, hit=hit)], results=[result])


def _last_day(until: datetime | None) -> datetime | None:
    """``until`` is left out of the window; people name the last day that is in it."""
    return None if until is None else until - timedelta(microseconds=1)


def _date(order: WorkOrder, hits: dict[str, Hit]) -> str:
    """The day as the log writes it: the zone of the log is kept in the passage's text, SQL knows UTC."""
    days = [(order.opened + timedelta(days=shift)).date().isoformat() for shift in (0, 1, -1)]
    text = hits[order.order].passage.text if order.order in hits else ""
    return next((day for day in days if day in text), days[0])


TOOL = WorkOrders()
