"""Answers as runs that the server owns: their events are numbered and kept, a client may leave and come back."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

from app.agent.draft import Draft
from app.agent.events import Out
from app.agent.workflow import AnswerWorkflow, Parts, Told
from app.api.wire import Answer, Question
from retrieval.errors import NotFound, PlantwrightError, Unavailable
from retrieval.models import Caller
from retrieval.sql import answers, epochs

log = logging.getLogger(__name__)


class Numbered(NamedTuple):
    """One event of a run. ``seq`` counts from 1; ``last`` closes the stream."""

    seq: int
    name: str
    data: dict[str, Any]
    last: bool


@dataclass
class _Run:
    id: str
    caller: Caller
    events: list[Numbered] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    listeners: int = 0
    task: asyncio.Task[None] | None = None
    orphaned: asyncio.TimerHandle | None = None


class Runs:
    """All answers in the making. Finished ones are read from SQL."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._live = parts, dict[str, _Run]()

    @property
    def busy(self) -> bool:
        """Whether an answer is in the making."""
        return bool(self._live)

    async def start(self, caller: Caller, question: Question) -> str:
        """Begin an answer; returns its id."""
        database = self._parts.context.database
        run = _Run(str(uuid4()), caller)
        await asyncio.to_thread(answers.create, database, caller, run.id, question.question, question.conversation_id)
        earlier: list[str] = []
        if question.conversation_id:
            said = await asyncio.to_thread(answers.conversation, database, caller, question.conversation_id, 6)
            earlier = [asked for asked, _ in said]
        draft = Draft(run.id, await asyncio.to_thread(epochs.current, database), self._parts.model.name)
        self._live[run.id] = run
        run.task = asyncio.create_task(self._answer(run, question, draft, earlier), name=f"answer {run.id}")
        self._watch(run)
        return run.id

    async def result(self, caller: Caller, id_: str) -> Answer:
        """Wait for the whole answer. Raises ``NotFound``, ``Unavailable`` or ``PlantwrightError``."""
        last: Numbered | None = None
        async for event in self.follow(caller, id_, after=0):
            last = event
        if last is not None and last.name == "done":
            return Answer.model_validate(last.data)
        if last is not None and last.data.get("stage") == "failed":
            raise PlantwrightError(f"the answer failed: {last.data.get('detail', '')}; the service's log has more")
        raise Unavailable("the answer was cancelled before it was done; ask again")

    async def follow(self, caller: Caller, id_: str, *, after: int) -> AsyncGenerator[Numbered, None]:
        """The events later than ``after``, those to come included. Raises ``NotFound``."""
        run = self._live.get(id_)
        if run is None or run.caller != caller:
            for event in await self._kept(caller, id_, after):
                yield event
            return
        run.listeners += 1
        self._watch(run)
        try:
            while not (run.events and run.events[-1].last and after >= len(run.events)):
                async with run.changed:
                    while len(run.events) <= after and not (run.events and run.events[-1].last):
                        await run.changed.wait()
                for event in run.events[after:]:
                    yield event
                    after = event.seq
        finally:
            run.listeners -= 1
            self._watch(run)

    async def cancel(self, caller: Caller, id_: str) -> None:
        """Stop an answer. One that is done stays as it is. Raises ``NotFound``."""
        run = self._live.get(id_)
        if run is None or run.caller != caller:
            await self._kept(caller, id_, 0)
        elif run.task:
            run.task.cancel()
            await asyncio.wait([run.task])
            if self._live.pop(id_, None):  # cancelled before its first step
                await self._end(run, "cancelled", "status", {"stage": "cancelled"})

    async def close(self) -> None:
        """Cancel what runs; for shutting down."""
        tasks = [run.task for run in self._live.values() if run.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _kept(self, caller: Caller, id_: str, after: int) -> list[Numbered]:
        database = self._parts.context.database
        if await asyncio.to_thread(answers.get, database, caller, id_) is None:
            raise NotFound(f"no answer {id_!r}")
        return [Numbered(*row) for row in await asyncio.to_thread(answers.events_after, database, caller, id_, after)]

    async def _answer(self, run: _Run, question: Question, draft: Draft, earlier: list[str]) -> None:
        handler = AnswerWorkflow(self._parts, question, run.caller, draft, earlier).run()
        try:
            async for event in handler.stream_events():
                if isinstance(event, Out):
                    await self._add(run, event.name, event.data)
            told: object = await handler
            assert isinstance(told, Told)
            await self._end(run, told.answer.status, "done", told.answer.model_dump(mode="json"))
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await handler.cancel_run()
            await self._end(run, "cancelled", "status", {"stage": "cancelled"})
            raise
        except Exception as error:
            log.exception("answer %s failed", run.id)
            await self._end(run, "failed", "status", {"stage": "failed", "detail": str(error)})
        finally:
            self._live.pop(run.id, None)
            if run.orphaned:
                run.orphaned.cancel()

    async def _end(self, run: _Run, status: str, name: str, data: dict[str, Any]) -> None:
        """Kept first, then told: who hears the end may ask on at once."""
        if run.events and run.events[-1].last:
            return  # cancelled while the end was being told
        database, response = self._parts.context.database, data if name == "done" else None
        await asyncio.shield(asyncio.to_thread(answers.finish, database, run.id, status, response))
        await self._add(run, name, data, last=True)

    async def _add(self, run: _Run, name: str, data: dict[str, Any], *, last: bool = False) -> None:
        """Listeners hear of it at once; SQL keeps it for those who come later. A cancelled run still writes it."""
        event = Numbered(len(run.events) + 1, name, data, last)
        run.events.append(event)
        async with run.changed:
            run.changed.notify_all()
        await asyncio.shield(asyncio.to_thread(answers.append_event, self._parts.context.database, run.id, *event))

    def _watch(self, run: _Run) -> None:
        """What nobody listens to is cancelled after a while."""
        if run.orphaned:
            run.orphaned.cancel()
            run.orphaned = None
        if run.listeners == 0 and run.task and not run.task.done():
            loop = asyncio.get_running_loop()
            run.orphaned = loop.call_later(self._parts.settings.orphan_seconds, run.task.cancel)
