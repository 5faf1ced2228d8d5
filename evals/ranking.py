"""What was asked and what each way of searching found, scored: one JSON for BEIR folders and for golden questions."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evals.bootstrap import intervals
from evals.metrics.base import RankingMetric, mean
from evals.report import percentile
from retrieval.plugins import discover

FUSED = "fused"  # the way that the service searches
RERANKER_OFF = "reranker off"
RELEVANCE_OFF = "relevance off"  # the fused order as it is
MIXED = "mixed"  # a language pair: the relevant texts are in both languages
SLICES = ("language", "pair", "kind")
Tick = Callable[[int, int], None]  # done, in all


@dataclass(frozen=True, slots=True)
class Sought:
    """A question and what it must find. ``relevant``: graded relevance by document, or 1 by piece of gold evidence.

    ``slices``: the value of "language", "pair" (zh-en: a Chinese question, English texts) and, where known, "kind".
    ``cluster``: what varies together, for the bootstrap. ``about``: more for the JSON.
    """

    id: str
    text: str
    relevant: Mapping[str, int]
    slices: Mapping[str, str]
    cluster: str
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """``found[i]``: what stands at rank i + 1: one document, or every piece of gold evidence that the passage there is
    the first to show, and the passage itself where it shows none. ``about``: more for the JSON."""

    found: tuple[tuple[str, ...], ...]
    latency_ms: float
    about: tuple[Mapping[str, Any], ...] = ()


Ways = Mapping[str, Sequence[Ranking]]  # by way of searching, in the questions' order


def ranking_metrics() -> list[RankingMetric]:
    """Recall first."""
    found: list[RankingMetric] = [m for m in discover("evals.metrics", "METRIC").values() if m.kind == "ranking"]
    return sorted(found, key=lambda metric: -len(metric.cuts))


def score(relevant: Mapping[str, int], found: Sequence[Sequence[str]]) -> dict[str, float]:
    """Every ranking metric at each of its cuts; NaN where nothing is relevant."""
    scores = {}
    for metric in ranking_metrics():
        for cut in metric.cuts:
            ids = [id_ for rank in found[:cut] for id_ in rank]
            scores[f"{metric.name}@{cut}"] = metric.score(relevant, ids, max(cut, len(ids)))
    return scores


def pair_of(asked: str, found: Iterable[str]) -> str:
    """``zh-en``: a question in Chinese, relevant texts in English; ``zh-mixed``; ``zh-none`` where nothing is."""
    languages = set(found)
    return f"{asked}-{(languages.pop() if len(languages) == 1 else MIXED) if languages else 'none'}"


def summarise(questions: Sequence[Sought], ways: Ways) -> dict[str, Any]:
    """``{fused: {recall@1, ..., latency_ms_p50, ...}, LEG: ..., by_language: {zh: {fused: ...}}, by_pair, by_kind,
    intervals: {all: {fused: {recall@1: [low, high]}}, by_language: ...}, rankings: [one row a question]}``"""
    scored = {
        way: [score(question.relevant, one.found) for question, one in zip(questions, rankings, strict=True)]
        for way, rankings in ways.items()
    }
    whole = range(len(questions))
    content: dict[str, Any] = _group(questions, ways, scored, whole)
    bounds: dict[str, Any] = {"all": _bounds(questions, scored, whole)}
    for name in SLICES:
        values = sorted({question.slices[name] for question in questions if name in question.slices})
        chosen = {value: [i for i in whole if questions[i].slices.get(name) == value] for value in values}
        if values:
            content[f"by_{name}"] = {value: _group(questions, ways, scored, rows) for value, rows in chosen.items()}
            bounds[f"by_{name}"] = {value: _bounds(questions, scored, rows) for value, rows in chosen.items()}
    unscored = sum(not any(grade > 0 for grade in question.relevant.values()) for question in questions)
    rows = [_row(question, ways, scored, i) for i, question in enumerate(questions)]
    counts = {"queries": len(questions), "unscored_queries": unscored}
    return {"ways": list(ways), **content, **counts, "intervals": bounds, "rankings": rows}


Scores = Mapping[str, Sequence[Mapping[str, float]]]  # by way, in the questions' order


def _group(questions: Sequence[Sought], ways: Ways, scored: Scores, rows: Sequence[int]) -> dict[str, Any]:
    return {way: _means([scored[way][i] for i in rows], [ways[way][i].latency_ms for i in rows]) for way in ways}


def _means(scores: Sequence[Mapping[str, float]], times: Sequence[float]) -> dict[str, Any]:
    means = {name: mean(one[name] for one in scores) for name in (scores[0] if scores else ())}
    return {**means, "latency_ms_p50": percentile(times, 50), "latency_ms_p99": percentile(times, 99)}


def _bounds(questions: Sequence[Sought], scored: Scores, rows: Sequence[int]) -> dict[str, Any]:
    """``{way: {metric: [low, high]}}``"""
    columns = {
        (way, name): [float(scores[i][name]) for i in rows]
        for way, scores in scored.items()
        for name in (scores[0] if scores else ())
    }
    keys = {f"{number}": key for number, key in enumerate(columns)}
    found = intervals({number: columns[key] for number, key in keys.items()}, [questions[i].cluster for i in rows])
    bounds: dict[str, Any] = {}
    for number, (way, name) in keys.items():
        bounds.setdefault(way, {})[name] = [found[number].low, found[number].high]
    return bounds


def _row(question: Sought, ways: Ways, scored: Scores, number: int) -> dict[str, Any]:
    return {
        "query": question.id,
        "text": question.text,
        **question.slices,
        "cluster": question.cluster,
        **question.about,
        "relevant": dict(question.relevant),
        "found": {way: [_plain(rank) for rank in rankings[number].found] for way, rankings in ways.items()},
        "scores": {way: dict(scores[number]) for way, scores in scored.items()},
        "latency_ms": {way: rankings[number].latency_ms for way, rankings in ways.items()},
        "top": [dict(one) for one in ways[FUSED][number].about] if FUSED in ways else [],
    }


def _plain(rank: Sequence[str]) -> str | list[str]:
    return rank[0] if len(rank) == 1 else list(rank)


def is_number(value: Any) -> bool:
    """A score that was given: JSON's null and NaN are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)
