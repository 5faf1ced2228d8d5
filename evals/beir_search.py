"""A BEIR folder through the legs and their fusion, planned, weighted and fused as the service's own search does it."""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from evals.beir import Beir, Text
from evals.corpus import EPOCH, Index
from evals.ranking import FUSED, RELEVANCE_OFF, RERANKER_OFF, Ranking, Sought, Tick, pair_of
from retrieval.errors import Unavailable
from retrieval.legs.base import LANGUAGES
from retrieval.models import Caller
from retrieval.probes import Route, probes, routes
from retrieval.relevance.asked import Asked, read
from retrieval.relevance.order import candidate, chosen_weights, in_order, relevance
from retrieval.relevance.signals import Candidate
from retrieval.rerank import Reranking, chosen_reranking
from retrieval.settings import RetrievalSettings
from retrieval.short_forms import expand_question
from retrieval.stores.base import Scored, Where
from retrieval.terms import language_of

_DEPTH = 20  # documents ranked a query
_MOST_CANDIDATES = 1000
_SHOWN = 5  # documents of a query whose text goes into the JSON
_QUOTED = 240  # characters of each
_EVERYONE = Caller.local()


@dataclass(frozen=True, slots=True)
class Searcher:
    """``candidates``: of each leg, in passages."""

    index: Index
    settings: RetrievalSettings
    candidates: int

    @classmethod
    def over(cls, index: Index, settings: RetrievalSettings) -> "Searcher":
        """As many candidates a leg as the settings say, counted in documents: long ones have many windows."""
        windows = len(index.documents) / len(set(index.documents.values()))
        return cls(index, settings, min(_MOST_CANDIDATES, math.ceil(settings.candidates * windows)))

    def fused(self, query: Text) -> Ranking:
        """All legs, each language searched in its own right, with the settings' weights; then the second look."""
        start = time.perf_counter()
        return self._ranking(self._looked_at(query), start)

    def unordered(self, query: Text) -> Ranking:
        """``fused`` without the second look."""
        query = _in_full(query)
        return self._rank(query, self._routes(query))

    def candidates_of(self, query: Text) -> list[Candidate]:
        """What the second look chooses from: passages, best fused first."""
        query = _in_full(query)
        return self._candidates(self._found(query, self._routes(query)))

    @staticmethod
    def asked(query: Text) -> Asked:
        """The query as the second look reads it."""
        return read(_in_full(query).text, language_of(query.text))

    def alone(self, query: Text, leg: str) -> Ranking:
        """One leg by its own scores, whichever language a passage has; nothing where it can't read the question."""
        asked, pairs = language_of(query.text), self.index.legs[leg].pairs
        return self._rank(query, [Route(leg, found, 1.0) for found in LANGUAGES if (asked, found) in pairs], leg)

    def _rank(self, query: Text, taken: list[Route], alone: str = "") -> Ranking:
        """A document counts as its best window. Encodes one leg after the other."""
        start = time.perf_counter()
        found = self._found(query, taken)
        if alone:
            found.sort(key=lambda one: _by_score(one, alone))
        return self._ranking(found, start)

    async def reranked(self, query: Text, reranking: Reranking) -> Ranking:
        """``fused`` in the reranker's order, without its deadline. Raises ``Unavailable`` where it gives none."""
        start = time.perf_counter()
        found = self._looked_at(query)
        texts = {one.id: self.index.passages[one.id].index_text for one in found[: reranking.candidates]}
        scores = await reranking.scores(query.text, texts, hurry=False)
        if texts and not scores:
            raise Unavailable("the reranker gave no scores, see the log, or leave out [retrieval.reranker]")
        return self._ranking(reranking.order(found, scores, self.settings.rrf_k), start)

    def _looked_at(self, query: Text) -> list[Scored]:
        query = _in_full(query)
        found = self._found(query, self._routes(query))
        if not self.settings.relevance:
            return found
        weights = chosen_weights(self.settings.relevance_weights)
        return in_order(found, relevance(self.asked(query), self._candidates(found), weights))

    def _candidates(self, found: Sequence[Scored]) -> list[Candidate]:
        return [candidate(one, self.index.passages[one.id], "") for one in found[: self.candidates]]

    def _routes(self, query: Text) -> list[Route]:
        return routes(self.index.legs, self.settings, query.text, language_of(query.text))

    def _found(self, query: Text, taken: list[Route]) -> list[Scored]:
        names = dict.fromkeys(route.leg for route in taken)
        vectors = {leg: self.index.encoders[leg].encode_query(query.text) for leg in names}
        return self.index.store.query(
            _EVERYONE,
            EPOCH,
            probes(self.index.legs, taken, vectors),
            where=Where(),
            limit=self.candidates * max(1, len(taken)),
            candidates=self.candidates,
            rrf_k=self.settings.rrf_k,
        )

    def _ranking(self, found: Sequence[Scored], start: float) -> Ranking:
        documents = list(dict.fromkeys(self.index.documents[one.id] for one in found))[:_DEPTH]
        return Ranking(tuple((document,) for document in documents), round((time.perf_counter() - start) * 1000, 3))


def _in_full(query: Text) -> Text:
    """Short forms written out, as ``Search`` does; a leg alone gets the query as it is."""
    return replace(query, text=expand_question(query.text))


def _by_score(one: Scored, leg: str) -> tuple[float, str]:
    """Best first; engines differ in the last digits, so the id decides among equals."""
    return -round(one.legs[leg], 5), one.id


def search_all(dataset: Beir, searcher: Searcher, tick: Tick) -> dict[str, list[Ranking]]:
    """By way of searching: ``fused``, the same without the second look, then each leg alone. Where a reranker is
    configured ``fused`` has it, and ``reranker off`` is its counterpart."""
    first = (FUSED, RELEVANCE_OFF) if searcher.settings.relevance else (FUSED,)
    ways: dict[str, list[Ranking]] = {name: [] for name in (*first, *searcher.index.legs)}
    for leg in searcher.index.legs:
        searcher.index.encoders[leg].encode_query("bearing 轴承")  # the first call loads what is lazy
    for done, query in enumerate(dataset.queries, 1):
        ways[FUSED].append(searcher.fused(query))
        if searcher.settings.relevance:
            ways[RELEVANCE_OFF].append(searcher.unordered(query))
        for leg in searcher.index.legs:
            ways[leg].append(searcher.alone(query, leg))
        tick(done, len(dataset.queries))
    if reranking := chosen_reranking(searcher.settings.reranker):
        ways = {FUSED: asyncio.run(_reranked(dataset, searcher, reranking)), RERANKER_OFF: ways.pop(FUSED), **ways}
    return {**ways, FUSED: with_texts(ways[FUSED], dataset)}


async def _reranked(dataset: Beir, searcher: Searcher, reranking: Reranking) -> list[Ranking]:
    try:
        return [await searcher.reranked(query, reranking) for query in dataset.queries]
    finally:
        reranking.close()


def sought(dataset: Beir, index: Index) -> list[Sought]:
    """The queries with their languages, those of their relevant documents, and how these begin."""
    texts = {text.id: f"{text.title} {text.text}".strip()[:_QUOTED] for text in dataset.corpus}
    found = []
    for query in dataset.queries:
        asked, grades = language_of(query.text), dataset.qrels[query.id]
        relevant = [document for document, grade in grades.items() if grade > 0]
        pair = pair_of(asked, (index.languages[document] for document in relevant))
        about = {"texts": {document: texts[document] for document in relevant[:_SHOWN]}}
        found.append(Sought(query.id, query.text, grades, {"language": asked, "pair": pair}, query.id, about))
    return found


def with_texts(rankings: Sequence[Ranking], dataset: Beir) -> list[Ranking]:
    """The same, with how the first documents begin: for people who look at what was found."""
    texts = {text.id: text for text in dataset.corpus}
    found = []
    for query, ranking in zip(dataset.queries, rankings, strict=True):
        about = []
        for (document,) in ranking.found[:_SHOWN]:
            text, grade = texts[document], dataset.qrels[query.id].get(document, 0)
            said = f"{text.title} {text.text}".strip()[:_QUOTED]
            about.append({"document": document, "place": "", "text": said, "evidence": [grade] if grade > 0 else []})
        found.append(replace(ranking, about=tuple(about)))
    return found


def described(dataset: Beir, searcher: Searcher, window_pieces: int) -> dict[str, Any]:
    """What was searched, and with which settings, for the JSON."""
    index, settings = searcher.index, searcher.settings
    return {
        "documents": len(dataset.corpus),
        "passages": len(index.documents),
        "encoded": index.encoded,
        "dataset": {"name": dataset.name, "split": dataset.split, "sha256": dataset.sha256},
        "settings": {
            "legs": {name: leg.identity() for name, leg in index.legs.items()},
            "weights": settings.weights,
            "code_weights": settings.code_weights,
            "rrf_k": settings.rrf_k,
            "candidates": searcher.candidates,
            "window_pieces": window_pieces,
            "store": "edge",
        },
    }
