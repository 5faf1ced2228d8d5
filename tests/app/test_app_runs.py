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
