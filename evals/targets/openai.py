"""Any system with an OpenAI-compatible chat endpoint. Its answers are plain text: they cite nothing that code can
follow and call no tools that code can see, so those metrics are unscored; whether it refuses is read from its words."""

import argparse
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.api.wire import Answer, Status
from evals.dataset import GoldenQuestion
from evals.endpoint import one_line, open_client
from evals.refusals import refuses
from evals.runner import Asked
from evals.settings import EvalSettings
from evals.targets.base import Target, TargetVariant
from retrieval.errors import BadSetting
from retrieval.settings import RetrievalSettings
from retrieval.terms import language_of

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.S)
_ASKS_BACK = re.compile(
    r"\b(?:which (?:one|pump|of)|do you mean|could you (?:clarify|specify))|哪一?[个台]|您是指|请问您", re.I
)
_RETRIES = 2
_PLAIN = "the target's answers are plain text: they name no source that code can follow"


class OpenAITarget:
    unscored: Mapping[str, str] = {
        "citation_precision": _PLAIN,
        "citation_recall": _PLAIN,
        "tool_choice": "the target shows no tool calls",
        "readings": "the target shows no readings",
    }
    notes: Sequence[str] = ("status is read from the answer's wording (evals/refusals.py), not told by the target",)

    def __init__(self, client: "AsyncOpenAI", model: str, url: str, system: str) -> None:
        self._client, self._model, self._system = client, model, system
        self.name = f"openai {url} {model}"

    async def ask(self, question: GoldenQuestion) -> Asked:
        import openai

        start = time.perf_counter()
        try:
            reply = await self._client.chat.completions.create(
                model=self._model, messages=self._messages(question), temperature=0, seed=0
            )
            text = reply.choices[0].message.content or ""
        except openai.APIStatusError as error:
            return Asked(question, None, _since(start), f"{error.status_code}: {one_line(error.message)}")
        except (openai.OpenAIError, ValueError, IndexError, TypeError, AttributeError) as error:
            return Asked(question, None, _since(start), f"{type(error).__name__}: {one_line(error)}")
        text = _THINKING.sub("", text).strip()
        if not text:
            return Asked(question, None, _since(start), "the answer is empty")
        return Asked(question, _answer(question, text, reply.model or self._model), _since(start))

    async def documents(self) -> dict[str, str]:
        return {}

    def _messages(self, question: GoldenQuestion) -> Any:
        system = [{"role": "system", "content": self._system}] if self._system else []
        return [*system, {"role": "user", "content": question.question}]


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def _answer(question: GoldenQuestion, text: str, model: str) -> Answer:
    return Answer(
        id=question.id,
        index_epoch=0,
        model=model,
        language=language_of(text),
        status=status_of(text),
        mode="generated",
        answer=text,
    )


def status_of(text: str) -> Status:
    """By the wording alone: a refusal, a question back, else an answer."""
    if refuses(text):
        return "abstained"
    asks = text.rstrip().endswith(("?", "？")) and _ASKS_BACK.search(text)
    return "clarify" if asks else "answered"


class _Variant:
    name = "openai"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--base-url", metavar="URL", help="of the OpenAI-compatible endpoint (--target openai)")
        parser.add_argument("--model", metavar="NAME", help="to ask there")
        parser.add_argument("--api-key-file", type=Path, metavar="FILE")
        parser.add_argument("--system", type=Path, metavar="FILE", help="a system prompt to send; none by default")

    @asynccontextmanager
    async def open(
        self, chosen: argparse.Namespace, settings: EvalSettings, retrieval: RetrievalSettings
    ) -> AsyncIterator[Target]:
        if not (chosen.base_url and chosen.model):
            raise BadSetting("--target openai needs --base-url and --model")
        key, system = _text(chosen.api_key_file, "--api-key-file"), _text(chosen.system, "--system")
        async with open_client(chosen.base_url, key, settings.target_timeout_seconds, _RETRIES) as client:
            yield OpenAITarget(client, chosen.model, chosen.base_url, system)


def _text(path: Path | None, option: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{option} {path}: cannot be read: {one_line(error)}") from None


TARGET: TargetVariant = _Variant()
