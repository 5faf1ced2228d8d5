"""What a question means, before anything is fetched: equipment, language, time, kind. Code alone decides."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from app.agent import question_words as words
from app.agent.windows import Window, window
from retrieval.models import Frozen, Language
from retrieval.tags import Register, Resolution, fold
from retrieval.terms import language_of

Kind = Literal["documents", "live", "history", "connectivity"]
HistoryQuery = Literal["count", "last", "list", "top_failures"]
GraphQuery = Literal["isolation", "upstream", "downstream", "path", "neighbours"]


class Resolved(Frozen):
    """The question, understood. ``ambiguous`` maps a spelling to the tags that it may mean."""

    question: str
    words: str = ""  # the question without the tags and models that were understood
    language: Language
    tags: tuple[str, ...]
    ambiguous: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...]
    kinds: frozenset[Kind]
    since: datetime | None = None
    until: datetime | None = None
    history: HistoryQuery = "list"
    graph: GraphQuery = "neighbours"
    procedure: bool = False  # asks how something is done: steps are shown whole
    stated: bool = False  # asks what a document states, not what is measured now
    cause: bool = False  # asks why, or what helps: the rows of a symptom are shown whole

    @property
    def must_ask(self) -> bool:
        """Twins read, fail and are isolated apart; what the manual says holds for both."""
        return bool(self.ambiguous) and not self.kinds.isdisjoint({"live", "history", "connectivity"})


def resolve(
    question: str,
    register: Register,
    *,
    now: datetime,
    language: Language | None = None,
    earlier: Sequence[str] = (),
    measured: bool,
    chosen: Sequence[str] = (),
) -> Resolved:
    """``earlier``: questions of the same conversation, newest last. ``measured``: the question names a quantity
    that live tags measure. ``chosen``: tags that the asker picked when asked back."""
    folded = fold(question)
    named = register.resolve(folded)
    if not (named.tags or named.ambiguous or named.unknown) and words.PRONOUN.search(folded):
        named = _from_earlier(earlier, register)
    named = _settle(folded, named, chosen)
    spoken = language or language_of(folded)
    kinds = _kinds(folded, bool(named.tags or named.ambiguous), measured)
    span = window(folded, now) if "history" in kinds else Window()
    return Resolved(
        question=question,
        words=register.without(question),
        language=spoken,
        tags=named.tags,
        ambiguous=named.ambiguous,
        unknown=named.unknown,
        kinds=kinds,
        since=span.since,
        until=span.until,
        history=_history(folded),
        graph=_graph(folded),
        procedure=bool(words.PROCEDURE.search(folded)),
        cause=bool(words.CAUSE.search(folded)),
        stated=bool(words.STATED.search(folded)),
    )


def _from_earlier(earlier: Sequence[str], register: Register) -> Resolution:
    for question in reversed(earlier):
        named = register.resolve(question)
        if named.tags:
            return Resolution(named.tags, {}, ())
    return Resolution((), {}, ())


def _settle(text: str, named: Resolution, chosen: Sequence[str]) -> Resolution:
    """Twins are settled where the asker chose one of them, or asks for all: "both P-101 pumps"."""
    tags, open_ = dict.fromkeys(named.tags), dict[str, tuple[str, ...]]()
    for spelling, options in named.ambiguous.items():
        picked = options if words.BOTH.search(text) else [tag for tag in options if tag in chosen]
        tags.update(dict.fromkeys(picked))
        if not picked:
            open_[spelling] = options
    return Resolution(tuple(tags) or tuple(chosen), open_, named.unknown)


def _kinds(text: str, names_asset: bool, measured: bool) -> frozenset[Kind]:
    kinds: set[Kind] = set()
    past = any(pattern.search(text) for pattern in (words.COUNT, words.LAST, words.TOP))
    if words.HISTORY.search(text) or (past and not _asks_interval(text) and not words.HOW.search(text)):
        kinds.add("history")
    if names_asset and any(
        p.search(text) for p in (words.ISOLATE, words.UPSTREAM, words.DOWNSTREAM, words.PATH, words.NEXT_TO)
    ):
        kinds.add("connectivity")
    if not kinds and measured and names_asset:
        judged, stated, at_once = words.JUDGED.search(text), words.STATED.search(text), words.NOW.search(text)
        if at_once or (judged and not words.CAUSE.search(text)) or not (stated or words.CAUSE.search(text)):
            kinds.add("live")
        if at_once is None or words.CAUSE.search(text):
            kinds.add("documents")
    if not kinds or "connectivity" in kinds:
        kinds.add("documents")
    return frozenset(kinds)


def _asks_interval(text: str) -> bool:
    return bool(words.INTERVAL.search(text)) and not words.HISTORY.search(text)


def _history(text: str) -> HistoryQuery:
    if words.TOP.search(text):
        return "top_failures"
    if words.COUNT.search(text):
        return "count"
    return "last" if words.LAST.search(text) else "list"


def _graph(text: str) -> GraphQuery:
    patterns: list[tuple[re.Pattern[str], GraphQuery]] = [
        (words.ISOLATE, "isolation"),
        (words.UPSTREAM, "upstream"),
        (words.DOWNSTREAM, "downstream"),
        (words.PATH, "path"),
    ]
    return next((query for pattern, query in patterns if pattern.search(text)), "neighbours")


def options(resolved: Resolved) -> list[str]:
    """The tags to choose from when asking back."""
    return sorted({tag for tags in resolved.ambiguous.values() for tag in tags})
