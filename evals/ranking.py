"""The retrieval suite: every query through each leg and through their fusion, scored against the qrels."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.beir import Beir, Text
from evals.corpus import EPOCH, Index
from evals.metrics.base import RankingMetric, mean
from evals.report import percentile
from retrieval.legs.base import Vector
from retrieval.models import Caller
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings
from retrieval.stores.base import Where
from retrieval.terms import language_of

FUSED = "fused"
_DEPTH = 10  # documents ranked a query
_MOST_CANDIDATES = 1000


@dataclass(frozen=True, slots=True)
class Ranking:
    """One query through one way of searching: documents best first, and the time from text to ranking."""

    query: str
    language: str
    documents: tuple[str, ...]
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Searcher:
    index: Index
    settings: RetrievalSettings
    candidates: int

    @classmethod
    def over(cls, index: Index, settings: RetrievalSettings) -> "Searcher":
        """As many candidates a leg as the settings say, counted in documents: long ones have many windows."""
        windows = len(index.documents) / len(set(index.documents.values()))
        return cls(index, settings, min(_MOST_CANDIDATES, math.ceil(settings.candidates * windows)))

    def rank(self, query: Text, weights: Mapping[str, float]) -> Ranking:
        """A document counts as its best window. Encodes and searches one leg after the other."""
        start = time.perf_counter()
        vectors: dict[str, Vector] = {leg: self.index.encoders[leg].encode_query(query.text) for leg in weights}
        found = self.index.store.query(
            Caller.local(),
            EPOCH,
            vectors,
            weights,
            where=Where(),
            limit=self.candidates * len(weights),
            candidates=self.candidates,
            rrf_k=self.settings.rrf_k,
        )
        documents = tuple(dict.fromkeys(self.index.documents[hit.id] for hit in found))[:_DEPTH]
        return Ranking(query.id, language_of(query.text), documents, (time.perf_counter() - start) * 1000)


def fusion_weights(settings: RetrievalSettings, legs: Sequence[str], language: str) -> dict[str, float]:
    """Of the legs that count in ``language``; all alike where the settings leave none."""
    chosen = settings.weights.get(language, {})
    weights = {leg: chosen.get(leg, 1.0) for leg in legs if chosen.get(leg, 1.0) > 0}
    return weights or dict.fromkeys(legs, 1.0)


def rank_all(dataset: Beir, searcher: Searcher, tick: Callable[[int, int], None]) -> dict[str, list[Ranking]]:
    """By way of searching: ``fused``, then each leg alone."""
    legs = list(searcher.index.encoders)
    ways: dict[str, list[Ranking]] = {FUSED: [], **{leg: [] for leg in legs}}
    searcher.rank(dataset.queries[0], dict.fromkeys(legs, 1.0))  # the first call loads what is lazy
    for done, query in enumerate(dataset.queries, 1):
        weights = fusion_weights(searcher.settings, legs, language_of(query.text))
        ways[FUSED].append(searcher.rank(query, weights))
        for leg in legs:
            ways[leg].append(searcher.rank(query, {leg: 1.0}))
        tick(done, len(dataset.queries))
    return ways


def score(rankings: Sequence[Ranking], qrels: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """Every ranking metric at each of its cuts, averaged over queries that have a relevant document, and latency."""
    metrics: list[RankingMetric] = [m for m in discover("evals.metrics", "METRIC").values() if m.kind == "ranking"]
    scores = {
        f"{metric.name}@{cut}": mean(metric.score(qrels[ranking.query], ranking.documents, cut) for ranking in rankings)
        for metric in sorted(metrics, key=lambda metric: -len(metric.cuts))
        for cut in metric.cuts
    }
    times = [ranking.latency_ms for ranking in rankings]
    return {**scores, "latency_ms_p50": percentile(times, 50), "latency_ms_p99": percentile(times, 99)}


def report(
    dataset: Beir,
    searcher: Searcher,
    ways: Mapping[str, list[Ranking]],
    identities: Mapping[str, str],
    window_pieces: int,
) -> dict[str, Any]:
    """The JSON of the retrieval suite."""
    index, settings = searcher.index, searcher.settings
    languages = sorted({ranking.language for ranking in ways[FUSED]})
    return {
        **{way: score(rankings, dataset.qrels) for way, rankings in ways.items()},
        "by_language": {
            language: {
                way: score([r for r in rankings if r.language == language], dataset.qrels)
                for way, rankings in ways.items()
            }
            for language in languages
        },
        "queries": len(dataset.queries),
        "unscored_queries": sum(not any(g > 0 for g in dataset.qrels[q.id].values()) for q in dataset.queries),
        "documents": len(dataset.corpus),
        "passages": len(index.documents),
        "encoded": index.encoded,
        "dataset": {"name": dataset.name, "sha256": dataset.sha256},
        "settings": {
            "legs": dict(identities),
            "weights": settings.weights,
            "rrf_k": settings.rrf_k,
            "candidates": searcher.candidates,
            "window_pieces": window_pieces,
            "store": "edge",
        },
        "rankings": [
            {
                "query": fused.query,
                "language": fused.language,
                **{way: list(rankings[i].documents) for way, rankings in ways.items()},
            }
            for i, fused in enumerate(ways[FUSED])
        ],
    }
