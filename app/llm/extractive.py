"""No model: answers are quotes of the evidence and statements that code made."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Any

from app.llm.base import LanguageModel, Message
from retrieval.errors import Unavailable
from retrieval.settings import Section


class Options(Section):
    """``[app.llm]`` with ``provider = "extractive"``: nothing to set."""


class Extractive:
    """Always ready, never asked: whoever asks has not looked at ``phrases``."""

    name = "extractive"
    phrases = False
    width = 1024  # nothing queues for it

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        for piece in _nothing():
            yield piece

    async def choose(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, max_tokens: int
    ) -> dict[str, Any]:
        raise _no_model()

    async def ready(self) -> bool:
        return True


def _nothing() -> Iterator[str]:
    raise _no_model()


def _no_model() -> Unavailable:
    return Unavailable("no language model is set; set provider in [app.llm] to embedded or openai_compatible")


class _Variant:
    def open(self, options: Mapping[str, Any], models_dir: Path) -> AbstractAsyncContextManager[LanguageModel]:
        Options.parse("app.llm", options)
        return nullcontext(Extractive())


LLM = _Variant()
