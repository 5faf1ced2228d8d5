"""Questions in, passages out: every leg encodes, the store fuses, SQL has the texts."""

import asyncio
import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import ParamSpec, TypeVar

from retrieval import tags
from retrieval.duplicates import fold, says_more
from retrieval.errors import Unavailable
from retrieval.glossary.plant import of_assets
from retrieval.legs.base import Encoder, Leg, Translating, Vector
from retrieval.models import EVERYTHING, Caller, Hit, Language, Passage
from retrieval.named_documents import NamedDocuments
from retrieval.probes import Route, probes, routes
from retrieval.relevance.asked import Asked, read
from retrieval.relevance.order import candidate, chosen_weights, in_order, relevance
from retrieval.relevance.signals import Candidate
from retrieval.rerank import chosen_reranking
from retrieval.settings import RetrievalSettings
from retrieval.short_forms import expand_question
from retrieval.sql import documents, epochs
from retrieval.sql.assets import list_assets
from retrieval.sql.engine import Database
from retrieval.stores.base import Probe, Scored, VectorStore, Where

P = ParamSpec("P")
T = TypeVar("T")
_ANYWHERE = Where()
_REGISTER = Caller(
    name="search", groups=frozenset({EVERYTHING}), areas=frozenset({EVERYTHING})
)  # shows nobody anything
_CACHED_QUERIES = 512
_THREADS = 4
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Sought:
    """A question, read. ``words`` are what the legs see; ``within``: what they see of it within the documents that it
    names, without their numbers; ``named``: these, by id."""

    caller: Caller
    words: str
    within: str
    asked: Asked
    tags: tuple[str, ...]
    related: tuple[str, ...]
    named: tuple[str, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class _Found:
    """What the store found, best first, and the texts: ``exact`` of the documents and tags asked for, ``rest`` of all.
    ``named``: documents that the question names."""

    exact: Sequence[Scored]
    rest: Sequence[Scored]
    passages: Mapping[str, Passage]
    titles: Mapping[str, str]
    twins: Set[str]
    named: Set[str]


def _narrowed(sought: _Sought, where: Where) -> Iterator[Where]:
    """The tags that are asked about, then related ones."""
    for tier in (sought.tags, sought.related):
        if wanted := tuple(tag for tag in tier if not where.tags or tag in where.tags):
            yield replace(where, tags=wanted)


def _candidates(found: _Found) -> list[Candidate]:
    """Each once, best fused first; one that was found in both ways with its score among its like."""
    once = {one.id: one for one in (*found.rest, *found.exact)}
    legs = {one.id: dict(one.legs) for one in found.rest}
    joined = [replace(one, legs={**legs.get(one.id, {}), **one.legs}) for one in once.values()]
    joined.sort(key=lambda one: (-round(one.score, 12), one.id))
    texts = ((one, found.passages[one.id]) for one in joined)
    return [
        candidate(one, passage, found.titles.get(passage.document_id, ""), passage.document_id in found.named)
        for one, passage in texts
    ]


class Search:
    """Hybrid search as a caller. Encoding, the store and SQL run in a bounded executor, never on the loop.

    ``warmed``: whether ``warm`` has loaded the legs. ``failures``: by leg, how often a search went on without it; a leg
    may be a server that is down.
    """

    def __init__(
        self, database: Database, store: VectorStore, legs: Mapping[str, Leg], settings: RetrievalSettings
    ) -> None:
        self._database, self._store, self._legs, self._settings = database, store, legs, settings
        self._encoders: dict[str, Encoder] = {}
        self._loading = {name: threading.Lock() for name in legs}
        self._encoding = {name: threading.Lock() for name in legs}
        self._queries: OrderedDict[tuple[str, str], Vector] = OrderedDict()
        self._caching = threading.Lock()
        self._taught: dict[str, tuple[int, tuple[tuple[str, str], ...]]] = {}
        self.warmed = False
        self.failures: Counter[str] = Counter()
        self._failing: set[str] = set()
        self._reranking = chosen_reranking(settings.reranker)
        self._weights = chosen_weights(settings.relevance_weights) if settings.relevance else {}
        self._named = NamedDocuments()
        self._executor: Executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="search")

    async def search(
        self,
        caller: Caller,
        question: str,
        *,
        language: Language,
        tags: Sequence[str] = (),
        related: Sequence[str] = (),
        where: Where = _ANYWHERE,
        limit: int = 8,
    ) -> list[Hit]:
        """The best passages first. Those of documents that the question names, of ``tags`` and of ``related`` tags come
        before the rest, what names a twin alone comes last, and documents for other equipment that name neither tags
        nor related ones are not searched at all.

        Raises ``Unavailable`` where the store or every leg is.
        """
        if limit < 1 or not question.strip():
            return []
        sought = await self._run(self._read, caller, question, language, tuple(tags), tuple(related), where)
        found = await self._look(sought)
        if self._weights:
            found = await self._run(self._ordered, sought.asked, found)
        if self._reranking is not None:
            found = await self._rerank(question, found)
        return self._hits(found, limit)

    async def candidates(
        self,
        caller: Caller,
        question: str,
        *,
        language: Language,
        tags: Sequence[str] = (),
        related: Sequence[str] = (),
        where: Where = _ANYWHERE,
    ) -> tuple[Asked, list[Candidate]]:
        """The question as the second look reads it, and all that it chooses from, best fused first.

        Raises as ``search`` does.
        """
        sought = await self._run(self._read, caller, question, language, tuple(tags), tuple(related), where)
        return sought.asked, _candidates(await self._look(sought))

    def _read(
        self,
        caller: Caller,
        question: str,
        language: Language,
        tags: tuple[str, ...],
        related: tuple[str, ...],
        where: Where,
    ) -> _Sought:
        """Short forms written out. Within a document that it names its number is no word to search for."""
        named = self._named.named(self._database, caller, question, language, epochs.current(self._database))
        allowed = tuple(id for id in named.ids if not where.document_ids or id in where.document_ids)
        words, within = expand_question(question), expand_question(named.words) if allowed else ""
        return _Sought(
            caller, words, within, read(within or words, language, tags, related), tags, related, allowed, where
        )

    async def _look(self, sought: _Sought) -> _Found:
        """By the legs alone."""
        probing = await self._probes(sought, sought.words)
        within = await self._probes(sought, sought.within) if sought.named else ()
        return await self._run(self._gather, sought, probing, within)

    async def _probes(self, sought: _Sought, words: str) -> Sequence[Probe]:
        taken = routes(self._legs, self._settings, words, sought.asked.language, sought.tags)
        return probes(self._legs, taken, await self._encode(words, taken))

    async def warm(self) -> None:
        """Load every leg and the word lists, so that the first question needn't wait.

        Raises ``Unavailable`` where no leg can be had; one that can't is logged, and tried again by the next search.
        """
        await self._vectors("轴承 bearing", list(self._legs))
        await self._run(self._read, _REGISTER, "轴承 bearing", "en", (), (), _ANYWHERE)
        if self._reranking is not None:
            await self._reranking.scores("轴承 bearing", {"": "轴承 bearing"}, hurry=False)
        self.warmed = True

    def encode_query(self, leg: str, text: str) -> Vector:
        """Blocks; the last few hundred are cached. What two ask at once is encoded once."""
        self._teach(leg)
        key = (leg, text)
        with self._encoding[leg]:
            with self._caching:
                if key in self._queries:
                    self._queries.move_to_end(key)
                    return self._queries[key]
            vector = self.encoder(leg).encode_query(text)
            with self._caching:
                self._queries[key] = vector
                while len(self._queries) > _CACHED_QUERIES:
                    self._queries.popitem(last=False)
        return vector

    def encoder(self, leg: str) -> Encoder:
        """The leg's encoder, loaded once. Raises ``Unavailable``."""
        with self._loading[leg]:
            if leg not in self._encoders:
                self._encoders[leg] = self._legs[leg].load()
            return self._encoders[leg]

    def _teach(self, leg: str) -> None:
        """Give a leg that translates the register's names, and forget its queries where they have changed."""
        encoder, epoch = self.encoder(leg), epochs.current(self._database)
        if not isinstance(encoder, Translating) or self._taught.get(leg, (-1, ()))[0] == epoch:
            return
        names = tuple(of_assets(list_assets(self._database, _REGISTER)))
        with self._caching:
            if self._taught.get(leg, (-1, ()))[1] != names:
                encoder.use(names)
                for key in [key for key in self._queries if key[0] == leg]:
                    del self._queries[key]
            self._taught[leg] = (epoch, names)

    def close(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)
        if self._reranking is not None:
            self._reranking.close()

    async def _rerank(self, question: str, found: _Found) -> _Found:
        """The best of what may be shown in the reranker's order; where that fails, as it was found."""
        if self._reranking is None:
            return found
        seen = in_front(found.exact, found.rest, found.twins, self._reranking.candidates)
        texts = {one.id: found.passages[one.id].index_text for one in seen}
        scores, k = await self._reranking.scores(question, texts), self._settings.rrf_k
        order = self._reranking.order
        return replace(found, exact=order(found.exact, scores, k), rest=order(found.rest, scores, k))

    async def _encode(self, question: str, taken: Sequence[Route]) -> dict[str, Vector]:
        return await self._vectors(question, list(dict.fromkeys(route.leg for route in taken)))

    async def _vectors(self, question: str, names: Sequence[str]) -> dict[str, Vector]:
        """Without the legs that are not to be had, each of which is logged once until it is there again."""
        asked = (self._run(self.encode_query, name, question) for name in names)
        found = dict(zip(names, await asyncio.gather(*asked, return_exceptions=True), strict=True))
        errors = {name: one for name, one in found.items() if isinstance(one, BaseException)}
        for error in errors.values():
            if not isinstance(error, Unavailable) or len(errors) == len(found):
                raise error
        for name, error in errors.items():
            self.failures[name] += 1
            if name not in self._failing:
                _log.warning("leg %s: %s; searching without it", name, error)
        self._failing = self._failing - set(found) | set(errors)
        return {name: one for name, one in found.items() if not isinstance(one, BaseException)}

    def _ordered(self, asked: Asked, found: _Found) -> _Found:
        """Both lists as they bear on the question."""
        scores = relevance(asked, _candidates(found), self._weights)
        return replace(found, exact=in_order(found.exact, scores), rest=in_order(found.rest, scores))

    def _gather(self, sought: _Sought, asked: Sequence[Probe], within: Sequence[Probe]) -> _Found:
        caller, epoch = sought.caller, epochs.current(self._database)
        where = replace(sought.where, applies=sought.where.applies or (*sought.tags, *sought.related))
        rest = self._query(caller, epoch, asked, where)
        exact: dict[str, Scored] = {}
        if sought.named:
            own = replace(where, document_ids=sought.named, applies=sought.where.applies)
            exact = {one.id: one for one in self._query(caller, epoch, within, own)}
        for narrower in _narrowed(sought, where):
            found = self._query(caller, epoch, asked, narrower)
            exact |= {one.id: one for one in found if one.id not in exact}
        ids = [one.id for one in (*exact.values(), *rest)]
        passages = documents.get_passages(self._database, caller, ids, epoch=epoch)
        titles = documents.get_titles(
            self._database, caller, [passage.document_id for passage in passages.values()], epoch=epoch
        )
        passages = {id: one for id, one in passages.items() if says_more(one, titles.get(one.document_id, ""))}
        repeated = fold(passages[id] for id in dict.fromkeys(ids) if id in passages)
        return _Found(
            [one for one in exact.values() if one.id in passages and one.id not in repeated],
            [one for one in rest if one.id in passages and one.id not in repeated],
            passages,
            titles,
            {id for id, passage in passages.items() if is_twin(passage, sought.tags)},
            frozenset(sought.named),
        )

    def _hits(self, found: _Found, limit: int) -> list[Hit]:
        passages, best = found.passages, in_front(found.exact, found.rest, found.twins, limit)
        return [
            Hit(
                passage=passages[one.id],
                title=found.titles.get(passages[one.id].document_id, ""),
                score=one.score,
                legs=dict(one.legs),
            )
            for one in best
        ]

    def _query(self, caller: Caller, epoch: int, asked: Sequence[Probe], where: Where) -> list[Scored]:
        settings = self._settings
        return self._store.query(
            caller,
            epoch,
            asked,
            where=where,
            limit=settings.candidates,
            candidates=settings.candidates,
            rrf_k=settings.rrf_k,
        )

    async def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        call = partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)


def is_twin(passage: Passage, wanted: Sequence[str]) -> bool:
    """It names P-101B where P-101A is asked for, and not P-101A itself."""
    stems = {tags.stem(tag) for tag in wanted}
    return not set(wanted) & set(passage.tags) and any(tags.stem(tag) in stems for tag in passage.tags)


def in_front(exact: Sequence[Scored], rest: Sequence[Scored], twins: Set[str], limit: int) -> list[Scored]:
    """Passages of the tags asked for, then the others, then what is of a twin only.

    A quarter of the places is kept for the others, so that a long log of one pump can't hide the general rule.
    Scores never rise on the way down: one that comes later scores at most as much as the one before.
    """
    front = {one.id for one in exact}
    others = [one for one in rest if one.id not in front and one.id not in twins]
    last = [one for one in rest if one.id not in front and one.id in twins]
    places = max(limit - min(len(others), limit // 4), 1)
    ordered = [*exact[:places], *others][:limit]
    if len(ordered) < limit:
        ordered += last[: limit - len(ordered)]
    floor = float("inf")
    found = []
    for one in ordered:
        floor = min(floor, one.score)
        found.append(replace(one, score=floor))
    return found
