"""Answers scored: one row a question, means with intervals by kind and by language, and what went wrong where."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from app.api.wire import Answer
from evals.blame import failed_step, found_groups, rightness
from evals.bootstrap import Interval, intervals
from evals.dataset import GoldenQuestion
from evals.evidence import place_of
from evals.facts import states
from evals.metrics.base import UNSCORED, AnswerMetric, Case
from evals.report import percentile
from evals.runner import Asked, Tick
from evals.settings import EvalSettings
from evals.trace import Trace
from retrieval.plugins import discover


def answer_metrics() -> dict[str, AnswerMetric]:
    """Every answer metric by name: status, the others that code computes, RAGAS."""
    found: list[AnswerMetric] = [m for m in discover("evals.metrics", "METRIC").values() if m.kind == "answer"]
    return {metric.name: metric for metric in sorted(found, key=_place)}


def _place(metric: AnswerMetric) -> tuple[bool, bool]:
    return metric.name.startswith("ragas"), metric.name != "status"


def score_all(
    asked: Sequence[Asked],
    documents: Mapping[str, str],
    settings: EvalSettings,
    tick: Tick,
    unscored: Mapping[str, str] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """One JSON-ready row a question. A question without an answer is unscored everywhere, and counted. Blocks.

    ``unscored``: metrics that say nothing of whoever was asked, with the reason.
    """
    metrics, rows = answer_metrics(), []
    for number, one in enumerate(asked, 1):
        case = Case(one.question, documents, settings)
        scored = {
            name: (UNSCORED, unscored[name]) if name in unscored else _score(metric, case, one.answer)
            for name, metric in metrics.items()
        }
        scores = {name: score for name, (score, _) in scored.items()}
        row = _row(one, scores, documents) | {
            "right": rightness(case, scores, one.answer),
            "failed_step": failed_step(case, scores, one.answer, one.trace),
            "unscored": {name: reason for name, (_, reason) in scored.items() if reason},
        }
        rows.append(row | (_traced(case, one.trace) if one.trace else {}))
        tick(number, len(asked))
    return rows


def _score(metric: AnswerMetric, case: Case, answer: Answer | None) -> tuple[float, str]:
    """The score, and why there is none where the metric failed."""
    if answer is None:
        return UNSCORED, ""
    try:
        return metric.score(case, answer), ""
    except Exception as error:  # a judge fails in many ways; each is an unscored question, never a zero
        return UNSCORED, f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _row(one: Asked, scores: Mapping[str, float], documents: Mapping[str, str]) -> dict[str, Any]:
    question, answer = one.question, one.answer
    row: dict[str, Any] = {
        "id": question.id,
        "question": question.question,
        "kind": question.kind,
        "language": question.language,
        "expected": _expected(question),
        "got": None,
        "answer": None,
        "scores": dict(scores),
        "citations": [],
        "latency_ms": one.latency_ms,
        "error": one.error,
    }
    if answer:
        row["got"] = {
            "status": answer.status,
            "mode": answer.mode,
            "tools": [call.tool for call in answer.tool_calls],
            "readings": [reading.tag for reading in answer.readings],
            "model": answer.model,
            "dropped_sentences": answer.dropped_sentences,
            "notices": [n.kind for n in answer.notices],
        }
        row["answer"] = answer.answer
        row["citations"] = [
            {**citation.model_dump(mode="json"), "document": documents.get(citation.document_id)}
            for citation in answer.citations
        ]
        row["timings_ms"] = answer.timings_ms.model_dump()
    return row


def _traced(case: Case, trace: Trace) -> dict[str, Any]:
    """What was found, with the numbers of the gold evidence that each shows; what was dropped; the verdict."""
    files = case.documents
    found = [
        {"document": files.get(passage.document_id), "place": place_of(passage), "evidence": groups}
        for passage, groups in zip(trace.found, found_groups(case, trace), strict=True)
    ]
    facts = case.question.gold_facts
    dropped = [{**one, "has_gold": any(states(one["text"], fact) for fact in facts)} for one in trace.dropped]
    return {"found": found, "dropped": dropped, "judged": dict(trace.judged)}


def _expected(question: GoldenQuestion) -> dict[str, Any]:
    return question.model_dump(mode="json", exclude={"id", "question", "kind", "language"})


def summarise(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """``{all, by_kind: {...}, by_language: {...}}``, each with metrics, modes, statuses, failed steps and latency."""

    def by(field: str) -> dict[str, Any]:
        return {name: _group([row for row in rows if row[field] == name]) for name in _distinct(rows, field)}

    return {"all": _group(rows), "by_kind": by("kind"), "by_language": by("language")}


def _distinct(rows: Iterable[Mapping[str, Any]], field: str) -> list[str]:
    return list(dict.fromkeys(row[field] for row in rows))


def _group(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    answered = [row for row in rows if row["got"]]
    times = [row["latency_ms"] for row in answered]
    columns = {"right": [row["right"] for row in rows]}
    columns |= {name: [row["scores"][name] for row in rows] for name in answer_metrics()}
    found = intervals(columns, [row["expected"].get("fact_id") or row["id"] for row in rows])
    return {
        "questions": len(rows),
        "failed": len(rows) - len(answered),
        "metrics": {name: _spread(one, len(rows)) for name, one in found.items()},
        "modes": dict(Counter(row["got"]["mode"] for row in answered)),
        "statuses": dict(Counter(row["got"]["status"] for row in answered)),
        "failed_steps": dict(Counter(row["failed_step"] for row in answered if row["failed_step"])),
        "latency_ms": {"p50": percentile(times, 50), "p99": percentile(times, 99)},
    }


def _spread(one: Interval, count: int) -> dict[str, float]:
    return {"mean": one.mean, "low": one.low, "high": one.high, "scored": one.scored, "unscored": count - one.scored}
