"""Hand-made questions, answers and data for the tests of evals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

from app.api.wire import Answer, Question
from evals.dataset import GoldenQuestion


def golden(**changes: Any) -> GoldenQuestion:
    """A question about a bearing's limit that page 5 of a manual answers."""
    fields: dict[str, Any] = {
        "id": "g1",
        "question": "What is the bearing temperature limit of P-101A?",
        "language": "en",
        "kind": "fact",
        "expected_status": "answered",
        "gold_facts": [{"text": "75", "unit": "°C"}],
        "gold_evidence": [{"kind": "page", "document": "pump.pdf", "page": 5, "quote": "must not exceed 75 °C"}],
        "expected_tools": ["search_documents"],
    }
    return GoldenQuestion.model_validate(fields | changes)


def answer(text: str = "The limit is 75 °C.", citations: Sequence[Mapping[str, Any]] = (), **changes: Any) -> Answer:
    """An answer whose one sentence cites all ``citations``."""
    fields: dict[str, Any] = {
        "id": "a1",
        "index_epoch": 1,
        "model": "scripted",
        "language": "en",
        "status": "answered",
        "mode": "generated",
        "answer": text,
        "citations": list(citations),
        "sentences": [{"text": text, "citation_ids": [citation["id"] for citation in citations]}],
        "tool_calls": [{"tool": "search_documents", "arguments": {}, "summary": "1 found", "duration_ms": 3.0}],
    }
    return Answer.model_validate(fields | changes)


def citation(id_: str, locator: Mapping[str, Any], quote: str = "", document: str = "d1") -> dict[str, Any]:
    return {
        "id": id_,
        "document_id": document,
        "title": "Pump manual",
        "revision": "1",
        "quote": quote,
        "score": 1.0,
        "locator": dict(locator),
    }


def page(id_: str, number: int, quote: str, document: str = "d1") -> dict[str, Any]:
    return citation(id_, {"kind": "page", "page": number, "regions": [[0.1, 0.1, 0.9, 0.2]]}, quote, document)


def write_lines(path: Path, rows: Sequence[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(text + "\n", encoding="utf-8")
    return path


CORPUS = [
    {"_id": "d1", "title": "Bearings", "text": "The drive-end bearing temperature must not exceed 75 °C."},
    {"_id": "d2", "title": "Lubrication", "text": "Grease the bearings every 2,000 operating hours with 30 g."},
    {"_id": "d3", "title": "", "text": "更换机械密封前，关闭吸入阀和排出阀并泄压。"},
    {"_id": "d4", "title": "Storage", "text": "Keep spare seals dry and away from sunlight."},
]
QUERIES = [
    {"_id": "q1", "text": "how often to grease the bearings"},
    {"_id": "q2", "text": "更换机械密封要关闭哪些阀门"},
    {"_id": "q3", "text": "never judged"},
]
QRELS = ["query-id\tcorpus-id\tscore", "q1\td2\t2", "q1\td1\t1", "q2\td3\t1"]


def tiny_beir(tmp_path: Path) -> Path:
    """A folder with four documents in two languages, and two of three queries judged."""
    folder = tmp_path / "tiny"
    write_lines(folder / "corpus.jsonl", CORPUS)
    write_lines(folder / "queries.jsonl", QUERIES)
    write_lines(folder / "qrels" / "test.tsv", QRELS)
    return folder


def silent(done: int, total: int) -> None:
    """A progress display that shows nothing."""


class ScriptedService:
    """A service with one manual whose answers are given: by question, an ``Answer`` or a status to fail with."""

    def __init__(self, replies: Mapping[str, Answer | int]) -> None:
        self.replies, self.asked = dict(replies), list[str]()
        self.app = FastAPI()
        self.app.get("/v1/documents")(self._documents)
        self.app.post("/v1/answers")(self._answer)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://127.0.0.1")

    async def _documents(self) -> dict[str, Any]:
        return {"documents": [{"id": "d1", "path": "manuals/pump.pdf"}]}

    async def _answer(self, asked: Question) -> Response:
        self.asked.append(asked.question)
        reply = self.replies[asked.question]
        if isinstance(reply, int):
            detail = "the store is held by ingestion"
            problem = {"type": "about:blank", "title": "Held", "status": reply, "detail": detail}
            return JSONResponse(problem, reply, media_type="application/problem+json")
        return Response(reply.model_dump_json(), media_type="application/json")


@dataclass(frozen=True)
class SmallPlant:
    """A settings file whose index is filled, and golden questions about what is in it."""

    config: Path
    golden: Path


def _asked(id_: str, question: str, fact: str, page_: int, quote: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "question": question,
        "language": "en",
        "kind": "fact",
        "expected_status": "answered",
        "gold_evidence": [{"kind": "page", "document": "pump.pdf", "page": page_, "quote": quote}],
        "expected_tools": ["search_documents"],
        "fact_id": fact,
        "split": "train",
    } | changes


_LIMIT, _GREASE = "must not exceed 75 °C", "every 2,000 operating hours"
PLANT_GOLDEN: list[dict[str, Any]] = [
    _asked(
        "p1",
        "What is the bearing temperature limit of P-101A?",
        "limit",
        2,
        _LIMIT,
        gold_facts=[{"text": "75", "unit": "°C"}],
    ),
    _asked("p2", "P-101A 的轴承温度限值是多少？", "limit", 2, _LIMIT, language="zh", evidence_language="en"),
    _asked("p3", "How often are the motor bearings greased?", "grease", 3, _GREASE, split="test"),
    _asked("p4", "Where is the coffee machine?", "coffee", 1, "", kind="unanswerable", expected_status="abstained")
    | {"gold_evidence": [], "split": "test"},
]
