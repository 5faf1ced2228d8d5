"""What the commands that ask a judge share: its options, its settings, the model of this machine."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from evals.endpoint import Chooser, Unreadable
from evals.settings import EvalSettings
from retrieval.errors import BadSetting, DeadlinePassed, Unavailable
from retrieval.settings import RetrievalSettings

T = TypeVar("T")
_POLL_SECONDS = 0.5


def add_judge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--judge-base-url", metavar="URL", help="of any OpenAI-compatible endpoint; [evals] has it else"
    )
    parser.add_argument("--judge-model", metavar="NAME")
    parser.add_argument("--judge-api-key-file", type=Path, metavar="FILE")
    parser.add_argument("--concurrency", type=int, metavar="N", help="judgements under way at once")
    parser.add_argument("--again", action="store_true", help="ask again what the judge answered unreadably before")


def with_judge(settings: EvalSettings, chosen: argparse.Namespace) -> EvalSettings:
    """The settings with what the command line says over them. Raises ``BadSetting``."""
    changes: dict[str, Any] = {}
    if chosen.judge_base_url:
        changes["judge_base_url"] = chosen.judge_base_url
    if chosen.judge_model:
        changes["judge_model"] = chosen.judge_model
    if chosen.concurrency:
        changes["judge_concurrency"] = chosen.concurrency
    if chosen.judge_api_key_file:
        try:
            changes["judge_api_key"] = SecretStr(chosen.judge_api_key_file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"--judge-api-key-file {chosen.judge_api_key_file}: cannot be read: {error}") from None
    return EvalSettings.parse("evals", {**settings.model_dump(), **changes})


class _Embedded:
    """The embedded model as a ``Chooser``; its tokens are not counted."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.name = str(model.name)

    async def choose(self, system: str, user: str, schema: Mapping[str, Any], *, max_tokens: int) -> dict[str, Any]:
        from app.llm.base import Message

        messages = [Message("system", system), Message("user", user)]
        try:
            return dict(await self._model.choose(messages, schema, max_tokens=max_tokens))
        except DeadlinePassed as error:
            raise Unavailable(str(error)) from None
        except Unavailable as error:
            if "JSON" in str(error) or "schema" in str(error):
                raise Unreadable(str(error)) from None
            raise


@asynccontextmanager
async def embedded(settings: EvalSettings, retrieval: RetrievalSettings) -> AsyncIterator[Chooser]:
    """The model of this machine, started as the service starts it. Raises ``Unavailable``."""
    from app.llm.embedded import LLM

    async with LLM.open({}, retrieval.models_dir) as model:
        try:
            async with asyncio.timeout(settings.ready_timeout_seconds):
                while not await model.ready():  # noqa: ASYNC110 - it is another process that gets ready
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise Unavailable("the embedded model is not ready; fetch it with: python -m retrieval.fetch") from None
        yield _Embedded(model)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs it, and gives the first error of a group as itself: people read one line."""
    try:
        return asyncio.run(work)
    except BaseExceptionGroup as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
