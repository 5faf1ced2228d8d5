"""Runs that the server owns: left, taken up again, and cancelled when nobody listens."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from service_kit import Demo, served

from app.agent.runs import Runs
from app.api.wire import Question
from retrieval.errors import NotFound
from retrieval.models import Caller
from retrieval.sql import answers

SLOW = {"provider": "scripted", "replies": ["word " * 400], "piece_delay_seconds": 0.02}
QUESTION = Question(question="How is the oil of the feed pump changed?")


def parts(client: Any) -> tuple[Runs, Any]:
    service = client._transport.app.state.service
    return service.runs, service.knowledge.database


async def status(database: Any, id_: str) -> str:
    row = await asyncio.to_thread(answers.get, database, Caller.local(), id_)
    assert row is not None
    return str(row["status"])


async def test_what_nobody_listens_to_is_cancelled(data_dir: Path, demo: Demo) -> None:
    async with served(data_dir, demo.plant, llm=SLOW, orphan_seconds=0.2) as client:
        runs, database = parts(client)
        id_ = await runs.start(Caller.local(), QUESTION)
        for _ in range(100):
            if await status(database, id_) != "running":
                break
            await asyncio.sleep(0.05)
        assert await status(database, id_) == "cancelled"


async def test_a_client_may_leave_and_come_back(data_dir: Path, demo: Demo) -> None:
    quick = {"provider": "scripted", "replies": ["The oil is changed [1]. " * 3], "piece_delay_seconds": 0.01}
    async with served(data_dir, demo.plant, llm=quick, orphan_seconds=20) as client:
        runs, _ = parts(client)
        id_ = await runs.start(Caller.local(), QUESTION)
        first = runs.follow(Caller.local(), id_, after=0)
        seen = [await anext(first), await anext(first)]
        await first.aclose()
        rest = [event async for event in runs.follow(Caller.local(), id_, after=seen[-1].seq)]
        assert [event.seq for event in (*seen, *rest)] == list(range(1, rest[-1].seq + 1))
        assert (rest[-1].name, rest[-1].last) == ("done", True)


async def test_another_caller_does_not_see_it(data_dir: Path, demo: Demo) -> None:
    async with served(data_dir, demo.plant) as client:
        runs, _ = parts(client)
        mine = Caller(name="a", groups=frozenset({"plant"}), areas=frozenset({"site"}))
        other = mine.model_copy(update={"name": "b"})
        id_ = await runs.start(mine, QUESTION)
        answer = await runs.result(mine, id_)
        assert answer.id == id_
        with pytest.raises(NotFound):
            await runs.result(other, id_)


async def test_a_caller_without_groups_finds_nothing(data_dir: Path, demo: Demo) -> None:
    async with served(data_dir, demo.plant) as client:
        runs, _ = parts(client)
        nobody = Caller(name="nobody")
        answer = await runs.result(nobody, await runs.start(nobody, QUESTION))
        assert (answer.status, answer.citations, answer.readings) == ("abstained", [], [])


async def test_a_last_event_id_beyond_the_end_ends(data_dir: Path, demo: Demo) -> None:
    async with served(data_dir, demo.plant) as client:
        runs, _ = parts(client)
        id_ = await runs.start(Caller.local(), QUESTION)
        async with asyncio.timeout(20):
            assert [event async for event in runs.follow(Caller.local(), id_, after=999)] == []


async def test_cancelled_at_once_or_in_the_midst_every_follower_hears_the_end(data_dir: Path, demo: Demo) -> None:
    async with served(data_dir, demo.plant, llm=SLOW) as client, asyncio.timeout(30):
        runs, database = parts(client)
        for steps in (0, 1, 3):
            id_ = await runs.start(Caller.local(), QUESTION)
            follower = runs.follow(Caller.local(), id_, after=0)
            for _ in range(steps):
                await anext(follower)
            await runs.cancel(Caller.local(), id_)
            rest = [event async for event in follower]
            assert (rest[-1].data["stage"], rest[-1].last) == ("cancelled", True)
            assert await status(database, id_) == "cancelled"


async def test_a_model_that_takes_too_long_leaves_the_evidence(data_dir: Path, demo: Demo) -> None:
    async with served(data_dir, demo.plant, llm=SLOW, phrase_deadline_seconds=0.1) as client:
        runs, _ = parts(client)
        answer = await runs.result(Caller.local(), await runs.start(Caller.local(), QUESTION))
        assert (answer.status, answer.mode) == ("answered", "extractive")
        assert "degraded" in {notice.kind for notice in answer.notices}


async def test_both_twins_are_isolated_where_both_are_asked_for(data_dir: Path, demo: Demo) -> None:
    a, b = demo.plant.tag("P-A"), demo.plant.tag("P-B")
    async with served(data_dir, demo.plant) as client:
        runs, _ = parts(client)
        for text in (f"What must be closed to isolate both {a[:-1]} pumps?", f"How is {a} and {b} isolated?"):
            answer = await runs.result(Caller.local(), await runs.start(Caller.local(), Question(question=text)))
            targets = {result["target"] for result in answer.results if result["kind"] == "isolation"}
            assert targets == {a, b}


async def test_a_filter_narrows_the_search(data_dir: Path, demo: Demo) -> None:
    async with served(data_dir, demo.plant) as client:
        documents = (await client.get("/v1/documents")).json()["documents"]
        for document in (d for d in documents if d["kind"] == "manual"):
            body = {"question": "泵的润滑油 pump oil change", "filters": {"document_ids": [document["id"]]}}
            answer = (await client.post("/v1/answers", json=body)).json()
            assert {citation["document_id"] for citation in answer["citations"]} == {document["id"]}


async def test_what_could_not_be_looked_up_is_not_called_absent(data_dir: Path, demo: Demo) -> None:
    async with served(data_dir, demo.plant, search_deadline_seconds=1e-6) as client:
        answer = (await client.post("/v1/answers", json={"question": "What is the oil change interval?"})).json()
        assert answer["status"] == "abstained"
        assert "could not be looked up" in answer["answer"]
