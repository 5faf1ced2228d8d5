"""Any server that speaks OpenAI's chat completions: vLLM, llama.cpp, a hosted one."""

import asyncio
import importlib
import ipaddress
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from pydantic import Field, HttpUrl

from app.llm._schema import violation
from app.llm.base import LanguageModel, Message
from retrieval.errors import BadSetting, DeadlinePassed, PlantwrightError, Unavailable
from retrieval.settings import Section

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletionMessageParam

_SEED = 0
_CONNECT_SECONDS = 5.0
_READY_SECONDS = 3.0
_KEY_VARIABLE = "OPENAI_API_KEY"


class Options(Section):
    """``[app.llm]`` with ``provider = "openai_compatible"``. A key comes from a file or ``OPENAI_API_KEY``."""

    base_url: HttpUrl = HttpUrl("http://127.0.0.1:8001/v1")
    model: str = ""  # empty: the first that the server lists
    api_key_file: Path | None = None
    timeout_seconds: float = Field(60.0, gt=0, le=3600)  # of silence: before the first token and between two
    max_concurrency: int = Field(8, ge=1, le=1024)


class OpenAICompatible:
    """A client of one server. ``openai`` is imported at the first use, off the event loop."""

    phrases = True

    def __init__(
        self, base_url: str, *, model: str = "", api_key: str = "", timeout_seconds: float = 60.0, width: int = 8
    ) -> None:
        self.base_url, self.width = base_url, width
        self.name = _short(model)
        self._model, self._key, self._timeout = model, api_key, timeout_seconds
        self._opening = asyncio.Lock()
        self._client: AsyncOpenAI | None = None

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        client, model = await self._connected()
        with self._errors():
            chunks = await client.chat.completions.create(
                model=model,
                messages=_wire(messages),
                max_tokens=max_tokens,
                stop=list(stop) or None,
                temperature=0,
                seed=_SEED,
                stream=True,
            )
            finished = False
            try:
                async for chunk in chunks:
                    for choice in chunk.choices[:1]:
                        finished = finished or choice.finish_reason is not None
                        if choice.delta.content:
                            yield choice.delta.content
            finally:
                await chunks.close()  # the server sees the connection end and stops generating
            if not finished:
                raise Unavailable(f"{self.base_url}: the model broke off in mid-answer")

    async def choose(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, max_tokens: int
    ) -> dict[str, Any]:
        client, model = await self._connected()
        with self._errors():
            reply = await client.chat.completions.create(
                model=model,
                messages=_wire(messages),
                max_tokens=max_tokens,
                temperature=0,
                seed=_SEED,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "choice", "strict": True, "schema": dict(schema)},
                },
            )
            text = (reply.choices[0].message.content or "") if reply.choices else ""
            value = json.loads(text)
        wrong = violation(value, schema) if isinstance(value, dict) else "no object"
        if wrong:
            raise Unavailable(f"{self.base_url}: the model's choice does not follow the schema: {wrong}")
        return dict(value)

    async def ready(self) -> bool:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await self._list()
        except (PlantwrightError, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _connected(self) -> "tuple[AsyncOpenAI, str]":
        if not self._model:
            await self._list()
        return await self._opened(), self._model

    async def _list(self) -> None:
        """Ask which models there are; take the first where none is set."""
        client = await self._opened()
        with self._errors():
            page = await client.with_options(timeout=_READY_SECONDS, max_retries=0).models.list()
        names = [model.id for model in page.data]
        if not names:
            raise Unavailable(f"{self.base_url}: the server lists no model; name one in [app.llm] model")
        self._model = self._model or names[0]
        self.name = _short(self._model)

    async def _opened(self) -> "AsyncOpenAI":
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> "AsyncOpenAI":
        openai = importlib.import_module("openai")
        # A proxy of the environment is never meant for this machine itself.
        http = httpx.AsyncClient(trust_env=not _is_loopback(self.base_url), follow_redirects=True)
        client: AsyncOpenAI = openai.AsyncOpenAI(
            base_url=self.base_url,
            api_key=self._key or "none",
            max_retries=1,
            http_client=http,
            timeout=httpx.Timeout(self._timeout, connect=_CONNECT_SECONDS),
        )
        return client

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """What openai and httpx raise, as ``DeadlinePassed`` or ``Unavailable`` in one line."""
        import openai

        try:
            yield
        except (openai.APITimeoutError, httpx.TimeoutException) as error:
            if isinstance(error, httpx.ConnectTimeout) or isinstance(error.__cause__, httpx.ConnectTimeout):
                raise Unavailable(f"{self.base_url}: no connection; check base_url in [app.llm]") from None
            raise DeadlinePassed(f"{self.base_url}: the model was silent for {self._timeout:g} s") from None
        except openai.APIConnectionError as error:
            raise Unavailable(f"{self.base_url}: no connection ({_line(error.__cause__ or error)})") from None
        except openai.APIStatusError as error:
            said = _line(_told(error.body) or error.message)
            raise Unavailable(f"{self.base_url}: HTTP {error.status_code}: {said}") from None
        except (openai.OpenAIError, httpx.HTTPError, httpx.StreamError) as error:
            raise Unavailable(f"{self.base_url}: {_line(error)}") from None
        except json.JSONDecodeError:
            raise Unavailable(f"{self.base_url}: the reply is not JSON, or was cut off by max_tokens") from None


def _wire(messages: Sequence[Message]) -> "list[ChatCompletionMessageParam]":
    wire: Any = [{"role": message.role, "content": message.content} for message in messages]
    return wire  # type: ignore[no-any-return]


def _short(model: str) -> str:
    """The model's own name: no owner, folder or file suffix."""
    return model.rsplit("/", 1)[-1].removesuffix(".gguf") or "unnamed"


def _told(body: object) -> str:
    """The message in an error's JSON, where it has one."""
    return str(body.get("message", "")) if isinstance(body, Mapping) else ""


def _line(what: object) -> str:
    return (" ".join(str(what).split()) or type(what).__name__)[:300]


def _is_loopback(url: str) -> bool:
    host = httpx.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _key(options: Options) -> str:
    if options.api_key_file is None:
        return os.environ.get(_KEY_VARIABLE, "")
    try:
        return options.api_key_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"[app.llm] api_key_file: {options.api_key_file} cannot be read: {_line(error)}") from None


class _Variant:
    def open(self, options: Mapping[str, Any], models_dir: Path) -> AbstractAsyncContextManager[LanguageModel]:
        chosen = Options.parse("app.llm", options)
        return _open(chosen, _key(chosen))


@asynccontextmanager
async def _open(options: Options, key: str) -> AsyncIterator[LanguageModel]:
    model = OpenAICompatible(
        str(options.base_url).rstrip("/"),
        model=options.model,
        api_key=key,
        timeout_seconds=options.timeout_seconds,
        width=options.max_concurrency,
    )
    try:
        yield model
    finally:
        await model.close()


LLM = _Variant()
