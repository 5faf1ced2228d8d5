"""Many judgements at once: bounded, kept as they come, unscored where the judge fails."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from evals.endpoint import Unreadable, Usage, counted, one_line
from evals.kept import Kept
from evals.settings import EvalSettings
from retrieval.errors import Unavailable

Cause = Literal["", "not_applicable", "unreadable", "unavailable"]
_GIVE_UP = 8  # failures in a row, none between them that got through: the endpoint is down, the rest isn't asked


@dataclass(frozen=True, slots=True)
class Job:
    """One judgement to get. ``ask`` gives its JSON-ready value."""

    key: str
    ask: Callable[[], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """``value`` is None where there is none: ``cause`` and ``reason`` say why. ``usage``: what it cost when asked."""

    value: dict[str, Any] | None
    cause: Cause = ""
    reason: str = ""
    usage: Usage = field(default_factory=Usage)
    cached: bool = False


class Judging:
    """Runs jobs. Whatever was read is kept, what could not be read too; what the endpoint failed to answer isn't, so
    the next run asks it again."""

    def __init__(self, kept: Kept, concurrency: int, *, again: bool = False) -> None:
        self._kept, self._again = kept, again
        self._places = asyncio.Semaphore(concurrency)
        self._failed, self._down = 0, ""

    async def run(self, jobs: Sequence[Job], tick: Callable[[int, int], None]) -> list[Judgement]:
        """One judgement a job, in order. Two jobs of one key are asked once. Cancelling it loses none of those that
        are done."""
        unique = {job.key: job for job in jobs}
        done: dict[str, Judgement] = {}
        tick(0, len(unique))

        async def one(job: Job) -> None:
            done[job.key] = await self._one(job)
            tick(len(done), len(unique))

        async with asyncio.TaskGroup() as group:
            for job in unique.values():
                group.create_task(one(job))
        return [done[job.key] for job in jobs]

    async def _one(self, job: Job) -> Judgement:
        if found := self._known(job.key):
            return found
        async with self._places:
            if self._down:
                return Judgement(None, "unavailable", self._down)
            with counted() as usage:
                judgement = await self._ask(job, usage)
        if judgement.cause == "unavailable":
            self._failed += 1
            if self._failed >= _GIVE_UP:
                self._down = f"not asked: the judge failed {self._failed} times in a row ({judgement.reason})"
            return judgement
        self._failed = 0
        self._kept.put(
            job.key, {"value": judgement.value, "reason": judgement.reason, "usage": judgement.usage.as_dict()}
        )
        return judgement

    def _known(self, key: str) -> Judgement | None:
        found = self._kept.get(key)
        if found is None or (self._again and found["value"] is None):
            return None
        cause: Cause = "unreadable" if found["value"] is None else ""
        return Judgement(found["value"], cause, str(found["reason"]), Usage(**found["usage"]), cached=True)

    async def _ask(self, job: Job, usage: Usage) -> Judgement:
        try:
            value = await job.ask()
        except Exception as error:  # a judge fails in many ways; each is unscored, never a zero
            cause: Cause = "unavailable" if _is_away(error) else "unreadable"
            return Judgement(None, cause, _reason(error), usage)
        if any(isinstance(number, float) and math.isnan(number) for number in value.values()):
            return Judgement(None, "unreadable", "no score came of the judge's reply", usage)
        return Judgement(value, usage=usage)


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it came of, outermost first."""
    found: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in found:
        found.append(step)
        step = step.__cause__ or step.__context__
    return found


def _is_away(error: BaseException) -> bool:
    import openai

    away = (Unavailable, openai.APIStatusError, openai.APIConnectionError, TimeoutError, OSError)
    return any(isinstance(step, away) for step in _chain(error))


def _reason(error: BaseException) -> str:
    import openai

    for step in _chain(error):
        if isinstance(step, openai.APIStatusError):
            return f"HTTP {step.status_code}: {one_line(step.message)}"
        if isinstance(step, openai.APIConnectionError):
            return f"no connection: {one_line(step.__cause__ or step)}"
        if isinstance(step, Unreadable | Unavailable):
            return one_line(step)
    return f"{type(error).__name__}: {one_line(error)}"


def spent(judgements: Sequence[Judgement], settings: EvalSettings) -> dict[str, Any]:
    """Tokens and cost of what was asked now, and of what was taken over from earlier runs."""
    asked, kept = Usage(), Usage()
    for one in judgements:
        (kept if one.cached else asked).add(one.usage)
    return {
        "judgements": len(judgements),
        "asked": {**asked.as_dict(), "cost": asked.cost(settings)},
        "kept": {**kept.as_dict(), "cost": kept.cost(settings), "judgements": sum(one.cached for one in judgements)},
        "currency": settings.judge_currency,
    }


def spent_line(usage: Mapping[str, Any]) -> str:
    asked, kept = usage["asked"], usage["kept"]
    return (
        f"asked: {asked['calls']} calls, {asked['prompt_tokens']} + {asked['completion_tokens']} tokens, "
        f"{asked['cost']:.4f} {usage['currency']}; {kept['judgements']} of {usage['judgements']} judgements were kept "
        f"from earlier runs ({kept['cost']:.4f} {usage['currency']})"
    )
