"""A judge's endpoint: an OpenAI client whose calls and tokens are counted, and whose failures are of two kinds."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import httpx

from evals.settings import EvalSettings
from retrieval.errors import BadSetting, Unavailable

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CONNECT_SECONDS = 10.0


class Unreadable(Exception):
    """The judge answered, and what it said cannot be read as a judgement: asking again would most likely not help."""


@dataclass(slots=True)
class Usage:
    """What was asked of an endpoint. ``calls`` are replies with a body of the model, retries not counted."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, other: "Usage") -> None:
        self.calls += other.calls
        self.prompt_tokens += other.prompt_tokens
        self.completion_tokens += other.completion_tokens

    def cost(self, settings: EvalSettings) -> float:
        """In ``judge_currency``."""
        prompt = self.prompt_tokens * settings.judge_prompt_price_per_million
        return (prompt + self.completion_tokens * settings.judge_completion_price_per_million) / 1e6

    def as_dict(self) -> dict[str, int]:
        return {
            "calls": self.calls,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
        }


_counting: ContextVar[Usage | None] = ContextVar("judge_usage", default=None)


@contextmanager
def counted() -> Iterator[Usage]:
    """Counts what this task, and those that it starts, ask of any endpoint meanwhile."""
    usage = Usage()
    token = _counting.set(usage)
    try:
        yield usage
    finally:
        _counting.reset(token)


class Chooser(Protocol):
    """A model that answers with a JSON object."""

    @property
    def name(self) -> str: ...

    async def choose(self, system: str, user: str, schema: Mapping[str, Any], *, max_tokens: int) -> dict[str, Any]:
        """Raises ``Unavailable``, or ``Unreadable`` where the reply is no such object."""


class Endpoint:
    """See ``open_endpoint``."""

    def __init__(self, client: "AsyncOpenAI", model: str) -> None:
        self.client, self.name = client, model

    async def choose(self, system: str, user: str, schema: Mapping[str, Any], *, max_tokens: int) -> dict[str, Any]:
        import openai

        try:
            reply = await self.client.chat.completions.create(
                model=self.name,
                messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                max_tokens=max_tokens,
                temperature=0,
                seed=0,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "judgement", "strict": True, "schema": dict(schema)},
                },
            )
        except openai.APIStatusError as error:
            raise Unavailable(f"HTTP {error.status_code}: {one_line(error.message)}") from None
        except openai.OpenAIError as error:
            raise Unavailable(one_line(error)) from None
        except ValueError as error:  # the body is no JSON at all
            raise Unreadable(one_line(error)) from None
        return _object(reply)


def _object(reply: Any) -> dict[str, Any]:
    try:
        value = json.loads(reply.choices[0].message.content or "")
    except (ValueError, AttributeError, IndexError, TypeError):
        raise Unreadable("the reply is not JSON, or was cut off") from None
    if not isinstance(value, dict):
        raise Unreadable("the reply is not a JSON object")
    return value


@asynccontextmanager
async def open_endpoint(settings: EvalSettings) -> AsyncIterator[Endpoint]:
    """The judge of the settings. Raises ``BadSetting`` where none is set."""
    if not settings.has_judge:
        raise BadSetting(
            "no judge: set judge_base_url and judge_model in [evals], or give --judge-base-url and --judge-model"
        )
    key = settings.judge_api_key.get_secret_value()
    async with open_client(
        settings.judge_base_url, key, settings.judge_timeout_seconds, settings.judge_retries
    ) as client:
        yield Endpoint(client, settings.judge_model)


@asynccontextmanager
async def open_client(url: str, key: str, timeout_seconds: float, retries: int) -> AsyncIterator["AsyncOpenAI"]:
    """A client that counts into ``counted``. Raises ``BadSetting`` where ``url`` is none."""
    from openai import AsyncOpenAI

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSetting(f'"{url}" is not a URL; write it like http://127.0.0.1:8001/v1')
    timeout = httpx.Timeout(timeout_seconds, connect=_CONNECT_SECONDS)
    async with (
        httpx.AsyncClient(
            timeout=timeout,
            trust_env=parts.hostname not in _LOOPBACK,  # a proxy can't reach this machine's own services
            event_hooks={"response": [_count]},
            follow_redirects=True,
        ) as http,
        AsyncOpenAI(base_url=url, api_key=key or "none", max_retries=retries, http_client=http) as client,
    ):
        yield client


async def _count(response: httpx.Response) -> None:
    usage = _counting.get()
    if usage is None or response.status_code != 200:
        return
    await response.aread()
    usage.calls += 1
    try:
        said = response.json()["usage"]
        usage.prompt_tokens += int(said["prompt_tokens"])
        usage.completion_tokens += int(said.get("completion_tokens") or 0)  # embeddings have none
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # not every server counts


def one_line(what: object) -> str:
    return " ".join(str(what).split())[:240] or type(what).__name__
