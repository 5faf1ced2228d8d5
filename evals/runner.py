"""Ask every golden question of a service, and keep each answer at once."""

import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import httpx
from pydantic import ValidationError

from app.api.wire import Answer
from evals.dataset import GoldenQuestion
from evals.kept import key_of
from evals.trace import Trace, fetch_trace
from retrieval.errors import Unavailable

Tick = Callable[[int, int], None]  # questions done, questions in all


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came back. ``answer`` is None where asking failed: ``error`` says how. ``trace`` is None
    where the service doesn't tell."""

    question: GoldenQuestion
    answer: Answer | None
    latency_ms: float
    error: str = ""
    trace: Trace | None = None


Ask = Callable[[GoldenQuestion], Awaitable[Asked]]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a service has: file name by document id, and one hash over all documents' contents."""

    names: dict[str, str]
    sha256: str


async def list_documents(client: httpx.AsyncClient) -> Listed:
    """Raises ``Unavailable``."""
    try:
        response = await client.get("/v1/documents")
        response.raise_for_status()
        documents = response.json()["documents"]
        names = {item["id"]: PurePosixPath(item["path"].replace("\\", "/")).name for item in documents}
        return Listed(names, key_of(sorted(str(item.get("sha256", "")) for item in documents)))
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        reason = str(error) or type(error).__name__
        raise Unavailable(f"GET /v1/documents: {reason}; is a Plantwright service there?") from None


async def ask_all(asker: Ask, questions: Sequence[GoldenQuestion], kept: Path, tick: Tick) -> list[Asked]:
    """One after the other: a model writes one answer at a time. Answers that ``kept`` has are not asked again;
    those that failed are."""
    done = load_kept(kept, questions)
    kept.parent.mkdir(parents=True, exist_ok=True)
    tick(len(done), len(questions))
    for question in questions:
        if question.id not in done:
            done[question.id] = asked = await asker(question)
            if asked.answer is not None:
                _keep(kept, asked.answer, asked)
            tick(len(done), len(questions))
    return [done[question.id] for question in questions]


async def ask_service(client: httpx.AsyncClient, question: GoldenQuestion) -> Asked:
    """Of a Plantwright service."""
    start = time.perf_counter()
    try:
        response = await client.post("/v1/answers", json={"question": question.question})
        elapsed = (time.perf_counter() - start) * 1000
        if not response.is_success:
            return Asked(question, None, elapsed, f"{response.status_code}: {_detail(response)}")
        answer = Answer.model_validate_json(response.content)
        return Asked(question, answer, elapsed, trace=await fetch_trace(client, answer.id))
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
        "trace": asked.trace.as_json() if asked.trace else None,
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
                trace = Trace.of_json(row["trace"]) if row.get("trace") else None
                done[question.id] = Asked(
                    question, Answer.model_validate(row["answer"]), row["latency_ms"], trace=trace
                )
        except (ValueError, KeyError, TypeError):
            continue
    return done


def kept_file(folder: Path, target: str) -> Path:
    """Where an unfinished run against ``target`` is kept."""
    return folder / f"answers-{re.sub(r'[^a-zA-Z0-9]+', '-', target).strip('-')}.jsonl"
