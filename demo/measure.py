"""``make evals`` and ``make bench``: the demo plant measured, each figure with the command that made it."""

import asyncio
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from demo.processes import Failed, Processes, free_port
from demo.run import knowledge, settings

ROUNDS = 200  # timed searches
QUESTIONS = ("How often is the oil changed?", "计量泵的隔膜多少小时更换一次？", "What torque do the casing nuts need?", "泵振动大是什么原因？")


def main(what: str, *, seed: int) -> int:
    """Exit code 0 where all of it was measured."""
    try:
        with Processes(Path(".data/demo/log")) as processes:
            folder = Path(f".data/demo/seed-{seed}")
            plant_port, api_port = free_port(), free_port()
            environment = settings(folder, plant_port, api_port)
            if what == "evals":
                return _evals(processes, folder, seed, plant_port, environment)
            return _bench(processes, folder, seed, environment)
    except Failed as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _evals(processes: Processes, folder: Path, seed: int, plant_port: int, environment: dict[str, str]) -> int:
    """The golden questions in extractive mode and with the embedded model; JSON beside the golden set."""
    processes.run("fetching the language model", [sys.executable, "-m", "retrieval.fetch"], environment)
    knowledge(processes, folder, seed, environment)
    processes.start("plant", [sys.executable, "-m", "demo", "plant", "--seed", str(seed), "--port", str(plant_port)], environment)
    for llm in ("extractive", "embedded"):
        processes.run(f"asking the golden questions, {llm}", [
            sys.executable, "-m", "evals", "answers", "--dataset", str(folder / "golden.jsonl"), "--llm", llm, "--fresh",
            "--json", str(folder / f"evals-{llm}.json")], environment)
    return 0


def _bench(processes: Processes, folder: Path, seed: int, environment: dict[str, str]) -> int:
    """Ingestion by stage, search with all legs, and whole answers without a model."""
    knowledge(processes, folder, seed, environment)
    print(f"\nmachine: {platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    _ingestion(folder, environment)
    os.environ.update(environment)
    asyncio.run(_service())
    return 0


def _ingestion(folder: Path, environment: dict[str, str]) -> None:
    import subprocess

    command = [sys.executable, "-m", "ingestion", "--dry-run", "--json", str(folder / "manuals")]
    report = json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    seconds = report["seconds"]
    parsed = sum(value for stage, value in seconds.items() if stage in ("parse", "chunk"))
    print(f"\npython -m ingestion --dry-run --json {folder / 'manuals'}")
    print(f"  {report['pages']} pages parsed and cut in {parsed:.2f} s: {report['pages'] / parsed:.0f} pages/s, "
          f"peak {report['peak_rss_mb']} MB")


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

        print("\npython -m demo bench")
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
