import asyncio
import math
from functools import partial
from pathlib import Path

import httpx
import pytest
from evals_kit import ScriptedService, answer, golden, page, silent

from evals.report import answers_table, modes_line
from evals.runner import ask_all, ask_service, kept_file, list_documents, load_kept
from evals.scoring import score_all, summarise
from evals.settings import EvalSettings
from retrieval.errors import Unavailable

ONE = golden(question="one?")
TWO = golden(id="g2", question="two?", language="zh", kind="table")
THREE = golden(
    id="g3",
    question="three?",
    kind="unanswerable",
    expected_status="abstained",
    gold_facts=[],
    gold_evidence=[],
    expected_tools=[],
)
QUESTIONS = [ONE, TWO, THREE]


def spread(mean: float, low: float, high: float, scored: int, unscored: int) -> dict[str, float]:
    return {"mean": mean, "low": low, "high": high, "scored": scored, "unscored": unscored}


RIGHT = answer(citations=[page("c1", 5, "must not exceed 75 °C")])
WRONG = answer("上限为 80 °C。", citations=[page("c1", 9, "80 °C")], mode="extractive", tool_calls=[])


async def test_answers_are_scored_by_kind_and_language(tmp_path: Path) -> None:
    service = ScriptedService({"one?": RIGHT, "two?": WRONG, "three?": answer("", status="abstained")})
    async with service.client() as client:
        names = (await list_documents(client)).names
        asked = await ask_all(partial(ask_service, client), QUESTIONS, tmp_path / "kept.jsonl", silent)
    rows = await asyncio.to_thread(score_all, asked, names, EvalSettings(), silent)
    summary = summarise(rows)
    assert names == {"d1": "pump.pdf"}
    assert summary["all"]["metrics"]["status"] == spread(1.0, 1.0, 1.0, 3, 0)
    assert summary["all"]["metrics"]["citation_precision"] == spread(0.5, 0.0, 1.0, 2, 1)
    assert summary["by_kind"]["table"]["metrics"]["numeric_match"]["mean"] == 0.0
    assert summary["by_language"]["en"]["metrics"]["numeric_match"] == spread(1.0, 1.0, 1.0, 1, 1)
    assert math.isnan(summary["by_kind"]["unanswerable"]["metrics"]["tool_choice"]["mean"])
    assert summary["all"]["modes"] == {"generated": 2, "extractive": 1}
    assert {"question", "expected", "got", "answer", "scores", "citations"} <= set(rows[0])
    assert rows[0]["citations"][0]["document"] == "pump.pdf"


async def test_what_failed_is_unscored_counted_and_asked_again(tmp_path: Path) -> None:
    kept = tmp_path / "run" / "kept.jsonl"
    service = ScriptedService({"one?": RIGHT, "two?": 503, "three?": RIGHT})
    async with service.client() as client:
        asked = await ask_all(partial(ask_service, client), QUESTIONS, kept, silent)
        rows = await asyncio.to_thread(score_all, asked, {}, EvalSettings(), silent)
        assert asked[1].error == "503: the store is held by ingestion"
        assert all(math.isnan(score) for score in rows[1]["scores"].values())
        assert summarise(rows)["all"]["failed"] == 1
        assert summarise(rows)["all"]["metrics"]["status"]["scored"] == 2
        service.replies["two?"] = WRONG
        service.asked.clear()
        again = await ask_all(partial(ask_service, client), QUESTIONS, kept, silent)
    assert service.asked == ["two?"]
    assert [one.answer for one in again] == [RIGHT, WRONG, RIGHT]


def test_a_line_cut_short_and_a_changed_question_are_asked_again(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    whole = f'{{"id": "g1", "question": "one?", "latency_ms": 5.0, "answer": {RIGHT.model_dump_json()}}}'
    other = whole.replace('"g1"', '"g2"').replace("one?", "as it was")
    kept.write_text(f"{whole}\n{other}\n{whole[:40]}", encoding="utf-8")
    assert list(load_kept(kept, QUESTIONS)) == ["g1"]


async def test_an_answer_of_another_schema_and_a_lost_server_are_failures(tmp_path: Path) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        if b"one?" in request.content:
            return httpx.Response(200, json={"schema_version": 2})
        raise httpx.ConnectError("connection refused")

    async with httpx.AsyncClient(transport=httpx.MockTransport(reply), base_url="http://127.0.0.1") as client:
        asked = await ask_all(partial(ask_service, client), [ONE, TWO], tmp_path / "kept.jsonl", silent)
        assert asked[0].error.startswith("not an answer: ")
        assert asked[1].error == "ConnectError: connection refused"
        with pytest.raises(Unavailable, match="GET /v1/documents: connection refused"):
            await list_documents(client)


async def test_the_table_shows_means_counts_and_modes(tmp_path: Path) -> None:
    service = ScriptedService({"one?": RIGHT, "two?": WRONG, "three?": 500})
    async with service.client() as client:
        asked = await ask_all(partial(ask_service, client), QUESTIONS, tmp_path / "kept.jsonl", silent)
    rows = await asyncio.to_thread(score_all, asked, {"d1": "pump.pdf"}, EvalSettings(), silent)
    summary = summarise(rows)
    table = answers_table(summary, "golden")
    first = {str(column.header): next(iter(column.cells)) for column in table.columns}
    assert first["questions"] == "all (3)"
    assert first["numeric match"] == "0.500 [0.00 1.00] (2)"
    assert first["readings"] == "-"
    assert first["failed"] == "1"
    assert [str(cell) for cell in table.columns[0].cells][1:] == [
        "kind fact (1)",
        "kind table (1)",
        "kind unanswerable (1)",
        "language en (2)",
        "language zh (1)",
    ]
    assert modes_line(summary) == "modes: generated 1, extractive 1; statuses: answered 2; failed steps: untraced 1"


def test_each_target_has_its_own_unfinished_run(tmp_path: Path) -> None:
    assert kept_file(tmp_path, "http://127.0.0.1:8000").name == "answers-http-127-0-0-1-8000.jsonl"
    assert kept_file(tmp_path, "in process, extractive").name == "answers-in-process-extractive.jsonl"
