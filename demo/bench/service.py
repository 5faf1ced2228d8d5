"""Search with all legs, and whole answers without a model, in the running parts of the service."""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

ROUNDS = 200  # timed searches
QUESTIONS = ("How often is the oil changed?", "计量泵的隔膜多少小时更换一次？", "What torque do the casing nuts need?", "泵振动大是什么原因？")


def main() -> None:
    asyncio.run(_service())


async def _service() -> None:
    from app.api.wire import Question
    from app.main import create_app
    from app.settings import app_settings
    from retrieval.models import Caller
    from retrieval.settings import retrieval_settings
    from retrieval.terms import language_of

    own = app_settings().model_copy(update={"llm": {"provider": "extractive"}, "plant": {"source": "none"}})
    app = create_app(own, retrieval_settings())
    async with app.router.lifespan_context(app):
        service, caller = app.state.service, Caller.local()
        await service.warming
        search = service.knowledge.search

        async def find(number: int) -> None:
            text = f"{QUESTIONS[number % len(QUESTIONS)]} {number}"  # a number makes it new to the query cache
            await search.search(caller, text, language=language_of(text), limit=10)

        async def answer(number: int) -> None:
            id_ = await service.runs.start(caller, Question(question=f"{QUESTIONS[number % len(QUESTIONS)]} {number}"))
            await service.runs.result(caller, id_)

        await _timed("search, three legs, encoding included", find)
        await _timed("whole answer without a model", answer)


async def _timed(what: str, call: Callable[[int], Any]) -> None:
    for number in range(10):
        await call(-number - 1)
    taken = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        await call(number)
        taken.append((time.perf_counter() - started) * 1000)
    print(f"  {what}: p50 {statistics.median(taken):.1f} ms, p99 {_percentile(taken, 0.99):.1f} ms over {ROUNDS}")


def _percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


if __name__ == "__main__":
    main()
