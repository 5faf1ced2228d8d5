"""The service compacts its store by itself, when nobody waits for an answer."""

import asyncio
import contextlib
from pathlib import Path

from app.compacting import compact_when_idle
from retrieval.knowledge import open_knowledge
from retrieval.settings import RetrievalSettings
from retrieval.stores.base import Point


async def test_it_waits_until_nobody_is_answered(tmp_path: Path) -> None:
    options: dict[str, str | int | float | bool] = {"indexing_threshold_kb": 1, "compact_after_points": 50}
    settings = RetrievalSettings(data_dir=tmp_path, legs=("multilingual",), store_options=options)
    knowledge = open_knowledge(settings, holder="test")
    knowledge.store.upsert(
        [
            Point(
                f"00000000-0000-0000-0000-{number:012}",
                {"multilingual": tuple(1.0 if place == number else 0.1 for place in range(512))},
                "doc",
                "en",
                "text",
                (),
                ("plant",),
                ("site",),
                0,
            )
            for number in range(60)
        ]
    )
    asked, busy = asyncio.Event(), [True]

    def is_busy() -> bool:
        asked.set()
        return busy[0]

    def state() -> str:
        return knowledge.compaction.state

    task = asyncio.create_task(compact_when_idle(knowledge, is_busy, look_seconds=0.01))
    await asked.wait()
    await asyncio.sleep(0.05)
    assert state() == "never"
    busy[0] = False
    while state() in ("never", "running"):  # noqa: ASYNC110 -- done in a thread
        await asyncio.sleep(0.05)
    assert state() == "done"
    assert not knowledge.compaction_due()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    knowledge.close()
