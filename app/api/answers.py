"""``/v1/answers``: ask, follow, resume, cancel."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from app.agent.runs import Numbered
from app.api.service import CallerDep, ServiceDep
from app.api.wire import Answer, Question
from retrieval.errors import Unavailable

router = APIRouter(prefix="/v1/answers", tags=["answers"])
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "The answer, or its events where `stream` is true"}
}


@router.post("", response_model=Answer, responses=_STREAM)
async def ask(question: Question, service: ServiceDep, caller: CallerDep, request: Request) -> Response | Answer:
    """Answer a question from the plant's documents, records, drawings and live data."""
    id_ = await service.runs.start(caller, question)
    if question.stream:
        return _stream(service.runs.follow(caller, id_, after=0), id_)
    return await _wait(service.runs.result(caller, id_), request)


@router.get("/{id_}", response_model=Answer)
async def get(id_: str, service: ServiceDep, caller: CallerDep, request: Request) -> Answer:
    """The whole answer; waits for one that is still being made."""
    return await _wait(service.runs.result(caller, id_), request)


@router.get("/{id_}/events", response_class=StreamingResponse, responses=_STREAM)
async def events(
    id_: str, service: ServiceDep, caller: CallerDep, last_event_id: Annotated[int, Header(ge=0)] = 0
) -> Response:
    """Resume: the events later than ``Last-Event-ID``, those to come included."""
    following = service.runs.follow(caller, id_, after=last_event_id)
    first = await anext(following, None)  # NotFound comes before the stream begins
    return _stream(_with(first, following), id_)


@router.delete("/{id_}", status_code=204)
async def cancel(id_: str, service: ServiceDep, caller: CallerDep) -> None:
    """Stop an answer that is being made."""
    await service.runs.cancel(caller, id_)


async def _wait(result: Coroutine[Any, Any, Answer], request: Request) -> Answer:
    """The answer, or an end to waiting when the client has left: then nobody listens, and the run's clock starts."""
    waiting = asyncio.create_task(result)
    try:
        while not (await asyncio.wait([waiting], timeout=1.0))[0]:
            if await request.is_disconnected():
                raise Unavailable("the client has left")
        return await waiting
    finally:
        waiting.cancel()


async def _with(first: Numbered | None, rest: AsyncIterator[Numbered]) -> AsyncIterator[Numbered]:
    if first is not None:
        yield first
    async for event in rest:
        yield event


def _stream(events: AsyncIterator[Numbered], id_: str) -> StreamingResponse:
    async def lines() -> AsyncIterator[bytes]:
        async for event in events:
            yield _sse(event)

    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "X-Answer-Id": id_}
    return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)


def _sse(event: Numbered) -> bytes:
    return format_sse_event(id=str(event.seq), event=event.name, data_str=json.dumps(event.data, ensure_ascii=False))
