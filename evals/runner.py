"""The answers suite: ask every golden question, keep each answer at once, score them all."""

import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import httpx
from pydantic import ValidationError

from app.api.wire import Answer
from evals.dataset import GoldenQuestion
from evals.metrics.base import UNSCORED, AnswerMetric, Case, mean
from evals.report import percentile
from evals.settings import EvalSettings
from retrieval.errors import Unavailable
from retrieval.plugins import discover

Tick = Callable[[int, int], None]  # questions done, questions in all


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came back. ``answer`` is None where asking failed: ``error`` says how."""

    question: GoldenQuestion
    answer: Answer | None
    latency_ms: float
    error: str = ""


async def document_names(client: httpx.AsyncClient) -> dict[str, str]:
    """File name by document id. Raises ``Unavailable``."""
    try:
        response = await client.get("/v1/documents")
        response.raise_for_status()
        documents = response.json()["documents"]
        return {item["id"]: PurePosixPath(item["path"].replace("\\", "/")).name for item in documents}
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        reason = str(error) or type(error).__name__
        raise Unavailable(f"GET /v1/documents: {reason}; is a Plantwright service there?") from None


async def ask_all(
    client: httpx.AsyncClient, questions: Sequence[GoldenQuestion], kept: Path, tick: Tick
) -> list[Asked]:
    """One after the other: a model writes one answer at a time. Answers that ``kept`` has are not asked again;
    those that failed are."""
    done = load_kept(kept, questions)
    kept.parent.mkdir(parents=True, exist_ok=True)
    tick(len(done), len(questions))
    for question in questions:
        if question.id not in done:
            done[question.id] = asked = await ask(client, question)
            if asked.answer is not None:
                _keep(kept, asked.answer, asked)
            tick(len(done), len(questions))
    return [done[question.id] for question in questions]


async def ask(client: httpx.AsyncClient, question: GoldenQuestion) -> Asked:
    start = time.perf_counter()
    try:
        response = await client.post("/v1/answers", json={"question": question.question})
        elapsed = (time.perf_counter() - start) * 1000
        if not response.is_success:
            return Asked(question, None, elapsed, f"{response.status_code}: {_detail(response)}")
        return Asked(question, Answer.model_validate_json(response.content), elapsed)
    except httpx.HTTPError as error:
        return Asked(question, None, (time.perf_counter() - start) * 1000, f"{type(error).__name__}: {error}")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return Asked(question, None, (time.perf_counter() - start) * 1000, f"not an answer: {where}: {first['msg']}")


def _detail(response: httpx.Response) -> str:
    """Of a problem document, else the beginning of the text."""
    try:
        problem = response.json()
        return str(problem.get("detail") or problem.get("title"))
    except (ValueError, AttributeError):
        return response.text[:200]


def _keep(path: Path, answer: Answer, asked: Asked) -> None:
    line = {
        "id": asked.question.id,
        "question": asked.question.question,
        "latency_ms": asked.latency_ms,
        "answer": answer.model_dump(mode="json"),
    }
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def load_kept(path: Path, questions: Sequence[GoldenQuestion]) -> dict[str, Asked]:
    """Answers of an earlier, unfinished run by question id; a line that a crash cut short is passed over."""
    by_id = {question.id: question for question in questions}
    done: dict[str, Asked] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            row = json.loads(line)
            question = by_id[row["id"]]
            if question.question == row["question"]:
                done[question.id] = Asked(question, Answer.model_validate(row["answer"]), row["latency_ms"])
        except (ValueError, KeyError, TypeError):
            continue
    return done


def answer_metrics() -> dict[str, AnswerMetric]:
    """Every answer metric by name: status, the others that code computes, RAGAS."""
    found: list[AnswerMetric] = [m for m in discover("evals.metrics", "METRIC").values() if m.kind == "answer"]
    return {metric.name: metric for metric in sorted(found, key=_place)}


def _place(metric: AnswerMetric) -> tuple[bool, bool]:
    return metric.name.startswith("ragas"), metric.name != "status"


def score_all(
    asked: Sequence[Asked], documents: Mapping[str, str], settings: EvalSettings, tick: Tick
) -> list[dict[str, Any]]:
    """One JSON-ready row a question. A question without an answer is unscored everywhere, and counted. Blocks."""
    metrics, rows = answer_metrics(), []
    for number, one in enumerate(asked, 1):
        case = Case(one.question, documents, settings)
        scored = {name: _score(metric, case, one.answer) for name, metric in metrics.items()}
        row = _row(one, {name: score for name, (score, _) in scored.items()}, documents)
        rows.append(row | {"unscored": {name: reason for name, (_, reason) in scored.items() if reason}})
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


def _expected(question: GoldenQuestion) -> dict[str, Any]:
    return question.model_dump(mode="json", exclude={"id", "question", "kind", "language"})


def summarise(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """``{all, by_kind: {...}, by_language: {...}}``, each with metrics, modes, statuses and latency."""

    def by(field: str) -> dict[str, Any]:
        return {name: _group([row for row in rows if row[field] == name]) for name in _distinct(rows, field)}

    return {"all": _group(rows), "by_kind": by("kind"), "by_language": by("language")}


def _distinct(rows: Iterable[Mapping[str, Any]], field: str) -> list[str]:
    return list(dict.fromkeys(row[field] for row in rows))


def _group(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    answered = [row for row in rows if row["got"]]
    times = [row["latency_ms"] for row in answered]
    return {
        "questions": len(rows),
        "failed": len(rows) - len(answered),
        "metrics": {name: _spread([row["scores"][name] for row in rows]) for name in answer_metrics()},
        "modes": dict(Counter(row["got"]["mode"] for row in answered)),
        "statuses": dict(Counter(row["got"]["status"] for row in answered)),
        "latency_ms": {"p50": percentile(times, 50), "p99": percentile(times, 99)},
    }


def _spread(scores: Sequence[float]) -> dict[str, float]:
    unscored = sum(math.isnan(score) for score in scores)
    return {"mean": mean(scores), "scored": len(scores) - unscored, "unscored": unscored}


def kept_file(folder: Path, target: str) -> Path:
    """Where an unfinished run against ``target`` is kept."""
    return folder / f"answers-{re.sub(r'[^a-zA-Z0-9]+', '-', target).strip('-')}.jsonl"
