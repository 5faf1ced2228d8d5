"""The shipped fake: says what it was told to say, in pieces, with the delays and failures it was told to have."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Any

from pydantic import Field

from app.llm._schema import violation
from app.llm.base import LanguageModel, Message
from retrieval.errors import DeadlinePassed, Unavailable
from retrieval.settings import Section

Reply = str | Mapping[str, Any] | Unavailable | DeadlinePassed
Script = Sequence[Reply] | Callable[[Sequence[Message]], Reply]


class Options(Section):
    """``[app.llm]`` with ``provider = "scripted"``."""

    replies: tuple[str, ...] = ()
    repeat: bool = True  # from the first again when all are said
    piece_characters: int = Field(8, ge=1)
    piece_delay_seconds: float = Field(0.0, ge=0)


class Scripted:
    """``replies`` in order, or a function of the messages. A reply that is an error is raised.

    ``asked`` holds the messages of every call; ``closed`` counts streams whose reader left before the end;
    ``fail_after`` pieces a stream breaks off with ``Unavailable``. ``sleep`` is injected so that tests need no time.
    """

    phrases = True

    def __init__(
        self,
        replies: Script,
        *,
        name: str = "scripted",
        width: int = 1,
        repeat: bool = False,
        piece_characters: int = 8,
        piece_delay_seconds: float = 0.0,
        fail_after: int | None = None,
        is_ready: bool = True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name, self.width, self.is_ready = name, width, is_ready
        self.asked: list[tuple[Message, ...]] = []
        self.closed = 0
        self._replies, self._repeat, self._said = replies, repeat, 0
        self._piece, self._delay, self._sleep = piece_characters, piece_delay_seconds, sleep
        self._fail_after = fail_after

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        """``max_tokens`` counts pieces here."""
        text = _cut(_text(self._next(messages)), stop)
        pieces = [text[i : i + self._piece] for i in range(0, len(text), self._piece)][:max_tokens]
        finished = False
        try:
            for index, piece in enumerate(pieces):
                if index == self._fail_after:
                    raise Unavailable("the script breaks off here")
                await self._sleep(self._delay)
                yield piece
            finished = True
        finally:
            self.closed += not finished

    async def choose(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, max_tokens: int
    ) -> dict[str, Any]:
        reply = self._next(messages)
        await self._sleep(self._delay)
        try:
            value = json.loads(reply) if isinstance(reply, str) else dict(reply)
        except json.JSONDecodeError:
            raise Unavailable(f"the script's reply is not JSON: {reply!r}") from None
        if not isinstance(value, dict):
            raise Unavailable(f"the script's reply is no object: {value!r}")
        if wrong := violation(value, schema):
            raise Unavailable(f"the script's reply does not follow the schema: {wrong}")
        return value

    async def ready(self) -> bool:
        return self.is_ready

    def _next(self, messages: Sequence[Message]) -> str | Mapping[str, Any]:
        self.asked.append(tuple(messages))
        reply = self._replies(messages) if callable(self._replies) else self._from_list(self._replies)
        if isinstance(reply, Unavailable | DeadlinePassed):
            raise reply
        return reply

    def _from_list(self, replies: Sequence[Reply]) -> Reply:
        index = self._said % len(replies) if self._repeat and replies else self._said
        self._said += 1
        return replies[index] if index < len(replies) else Unavailable("the script has no reply left")


def _text(reply: str | Mapping[str, Any]) -> str:
    return reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)


def _cut(text: str, stop: Sequence[str]) -> str:
    return text[: min((at for word in stop if (at := text.find(word)) >= 0), default=len(text))]


class _Variant:
    def open(self, options: Mapping[str, Any], models_dir: Path) -> AbstractAsyncContextManager[LanguageModel]:
        chosen = Options.parse("app.llm", options)
        return nullcontext(
            Scripted(
                chosen.replies,
                repeat=chosen.repeat,
                piece_characters=chosen.piece_characters,
                piece_delay_seconds=chosen.piece_delay_seconds,
            )
        )


LLM = _Variant()
