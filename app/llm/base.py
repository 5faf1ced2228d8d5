"""The contract of a language model: messages in, text out. It phrases and chooses; it decides nothing."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


class LanguageModel(Protocol):
    """One model that can be asked. Every method raises ``Unavailable`` or ``DeadlinePassed``, nothing else.

    Cancelling the consumer cancels the generation on the server.
    """

    name: str
    phrases: bool  # False: there is no model, answers are extractive
    width: int  # answers that it writes at once; a Turnstile of this width queues the rest

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        """The reply in pieces as they are generated, at temperature 0."""

    async def choose(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, max_tokens: int
    ) -> dict[str, Any]:
        """A JSON object that follows ``schema``: the grammar is enforced by the server, and checked again here."""

    async def ready(self) -> bool:
        """Whether a question would be taken now. Never raises."""


class LLMVariant(Protocol):
    """The constant ``LLM`` of a variant."""

    def open(self, options: Mapping[str, Any], models_dir: Path) -> AbstractAsyncContextManager[LanguageModel]:
        """Start or connect. ``options`` is the table ``[app.llm]`` less ``provider``; the variant validates it
        with a ``Section`` of its own. Entering returns at once; a model that loads says so through ``ready``."""
