"""Questions in, passages out: every leg encodes, the store fuses, SQL has the texts."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import ParamSpec, TypeVar

from retrieval import tags
from retrieval.duplicates import fold
from retrieval.legs.base import Encoder, Leg, Vector
from retrieval.models import Caller, Hit, Language, Passage
from retrieval.probes import Route, probes, routes
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.sql.engine import Database
from retrieval.stores.base import Probe, Scored, VectorStore, Where

P = ParamSpec("P")
T = TypeVar("T")
_ANYWHERE = Where()
_CACHED_QUERIES = 512
_THREADS = 4


class Search:
    """Hybrid search as a caller. Encoding, the store and SQL run in a bounded executor, never on the loop.

    ``warmed``: whether every leg has been loaded by ``warm``.
    """

    def __init__(
        self, database: Database, store: VectorStore, legs: Mapping[str, Leg], settings: RetrievalSettings
    ) -> None:
        self._database, self._store, self._legs, self._settings = database, store, legs, settings
        self._encoders: dict[str, Encoder] = {}
        self._loading = {name: threading.Lock() for name in legs}
        self._queries: OrderedDict[tuple[str, str], Vector] = OrderedDict()
        self._caching = threading.Lock()
        self.warmed = False
        self._executor: Executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="search")

    async def search(
        self,
        caller: Caller,
        question: str,
        *,
        language: Language,
        tags: Sequence[str] = (),
        where: Where = _ANYWHERE,
        limit: int = 8,
    ) -> list[Hit]:
        """The best passages first. With ``tags`` those of just these tags come before the rest, so twins stay apart,
        and documents for other equipment that don't name them are not searched at all.

        Raises ``Unavailable`` where a leg or the store is.
        """
        if not question.strip() or limit < 1:
            return []
        taken = routes(self._legs, self._settings.weights, language)
        vectors = await self._encode(question, taken)
        return await self._run(self._find, caller, probes(self._legs, taken, vectors), tuple(tags), where, limit)

    async def warm(self) -> None:
        """Load every leg and the word lists, so that the first question needn't wait."""
        await asyncio.gather(*(self._run(self.encode_query, name, "轴承 bearing") for name in self._legs))
        self.warmed = True

    def encode_query(self, leg: str, text: str) -> Vector:
        """Blocks; the last few hundred are cached."""
        key = (leg, text)
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

    def close(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    async def _encode(self, question: str, taken: Sequence[Route]) -> dict[str, Vector]:
        names = list(dict.fromkeys(route.leg for route in taken))
        vectors = await asyncio.gather(*(self._run(self.encode_query, name, question) for name in names))
        return dict(zip(names, vectors, strict=True))

    def _find(
        self,
        caller: Caller,
        asked: Sequence[Probe],
        tags: tuple[str, ...],
        where: Where,
        limit: int,
    ) -> list[Hit]:
        epoch = epochs.current(self._database)
        where = replace(where, applies=where.applies or tags)
        rest = self._query(caller, epoch, asked, where)
        exact: list[Scored] = []
        if wanted := tuple(tag for tag in tags if not where.tags or tag in where.tags):
            exact = self._query(caller, epoch, asked, replace(where, tags=wanted))
        ids = [one.id for one in (*exact, *rest)]
        passages = documents.get_passages(self._database, caller, ids, epoch=epoch)
        repeated = fold(passages[id] for id in dict.fromkeys(ids) if id in passages)
        best = in_front(
            [one for one in exact if one.id in passages and one.id not in repeated],
            [one for one in rest if one.id in passages and one.id not in repeated],
            {id for id, passage in passages.items() if is_twin(passage, tags)},
            limit,
        )
        titles = documents.get_titles(
            self._database, caller, [passages[one.id].document_id for one in best], epoch=epoch
        )
        return [
            Hit(
                passage=passages[one.id],
                title=titles.get(passages[one.id].document_id, ""),
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
