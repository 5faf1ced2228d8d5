"""A small model on this machine: llama.cpp in a process of its own, started, watched and ended here."""

import asyncio
import contextlib
import logging
import os
import secrets
import sys
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import Field

from app.llm.base import LanguageModel, Message
from app.llm.openai_compatible import OpenAICompatible
from retrieval.errors import PlantwrightError, Unavailable
from retrieval.model_files import CATALOGUE, DEFAULT, installed
from retrieval.settings import Section

_ROOT = Path(__file__).resolve().parents[2]  # where ``python -m app...`` finds the rooms
_HEALTHY_SECONDS = 60.0  # a child that lived as long starts the backoff anew
_END_SECONDS = 5.0
_log = logging.getLogger(__name__)


class Options(Section):
    """``[app.llm]`` with ``provider = "embedded"``, the default."""

    model: str = DEFAULT  # a name of the catalogue, or the path of a .gguf file
    threads: int = Field(0, ge=0, le=256)  # 0: one less than there are cores, for the rest of the service
    context_tokens: int = Field(4096, ge=512, le=131072)
    prompt_cache_mib: int = Field(256, ge=0)  # states of earlier prompts, kept in memory
    timeout_seconds: float = Field(180.0, gt=0, le=3600)  # of silence: a long prompt is read before the first token
    load_timeout_seconds: float = Field(120.0, gt=0)
    restart_seconds: float = Field(1.0, gt=0)  # after a crash; doubled each time
    restart_max_seconds: float = Field(30.0, gt=0)


class Embedded:
    """The child and the client of it. One answer at a time: put a ``Turnstile`` in front."""

    phrases = True
    width = 1

    def __init__(self, options: Options, models_dir: Path) -> None:
        self.name = Path(options.model).name.removesuffix(".gguf")
        self.pid: int | None = None
        self._options, self._models_dir = options, models_dir
        self._client: OpenAICompatible | None = None
        self._why = "the embedded model is loading; try again in a few seconds"

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        pieces = self._loaded().stream(messages, max_tokens=max_tokens, stop=stop)
        try:
            async for piece in pieces:
                yield piece
        finally:
            await pieces.aclose()

    async def choose(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, max_tokens: int
    ) -> dict[str, Any]:
        return await self._loaded().choose(messages, schema, max_tokens=max_tokens)

    async def ready(self) -> bool:
        return self._client is not None and await self._client.ready()

    def _loaded(self) -> OpenAICompatible:
        if self._client is None:
            raise Unavailable(self._why)
        return self._client

    async def supervise(self) -> None:
        """Run a child, and another after it ends, until cancelled. Waits where there is no model file."""
        pause = self._options.restart_seconds
        while True:
            started = time.monotonic()
            try:
                path = await self._find()
                if path is not None:
                    await self._run(path)
            except Exception as error:  # no memory for a child, a line without end: the next one may do better
                why = f"{type(error).__name__}: {' '.join(str(error).split())}"
                self._lacks(f"the embedded model could not be run: {why}; it is tried again")
            if time.monotonic() - started > _HEALTHY_SECONDS:
                pause = self._options.restart_seconds
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._options.restart_max_seconds)

    async def _find(self) -> Path | None:
        """The model file; where there is none, ``_why`` says what to do, and the next look may find it."""
        try:
            path = await asyncio.to_thread(installed, self._options.model, self._models_dir)
        except (PlantwrightError, OSError) as error:
            self._lacks(str(error))
            return None
        if path is None:
            filename = CATALOGUE[self._options.model].filename
            self._lacks(
                f"{self._models_dir / filename}: the model is not there; "
                f"run: python -m retrieval.fetch {self._options.model}"
            )
            return None
        return path.resolve()

    def _lacks(self, why: str) -> None:
        if why != self._why:
            _log.warning("%s", why)
        self._why = why

    async def _run(self, path: Path) -> None:
        """One child, from its start to its end."""
        options, key, last = self._options, secrets.token_urlsafe(24), deque[str](maxlen=5)
        threads = options.threads or max(1, (os.cpu_count() or 2) - 1)
        child = await _spawn(
            sys.executable,
            "-m",
            "app.llm._llama_child",
            "--model",
            str(path),
            "--threads",
            str(threads),
            "--ctx",
            str(options.context_tokens),
            "--prompt-cache-mib",
            str(options.prompt_cache_mib),
        )
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        self.pid = child.pid
        reading = asyncio.create_task(_drain(child.stderr, last))
        try:
            child.stdin.write(f"{key}\n".encode())
            address = await self._address(child.stdout)
            if address:
                self._client = OpenAICompatible(
                    f"{address}/v1", model=self.name, api_key=key, width=1, timeout_seconds=options.timeout_seconds
                )
                await _drain(child.stdout, last)  # until it ends
                _log.warning("the embedded model's process ended; it is started again. %s", " | ".join(last))
            else:
                self._lacks(
                    f"{path}: the model could not be loaded: {' | '.join(last) or 'no reason given'}; it is tried again"
                )
        finally:
            await self._end(child, reading)

    async def _address(self, stdout: asyncio.StreamReader) -> str:
        """Where the child listens, once its model is loaded; '' if it ended or took too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._options.load_timeout_seconds):
                while line := (await stdout.readline()).decode(errors="replace"):
                    if line.startswith("READY "):
                        return line.removeprefix("READY ").strip()
        return ""

    async def _end(self, child: asyncio.subprocess.Process, reading: "asyncio.Task[None]") -> None:
        client, self._client, self.pid = self._client, None, None
        if client is not None:
            self._why = "the embedded model is starting again; try again in a few seconds"
            await client.close()
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
            try:
                async with asyncio.timeout(_END_SECONDS):
                    await child.wait()
            except TimeoutError:
                child.kill()
                await child.wait()
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        if child.stdin is not None:
            child.stdin.close()


async def _spawn(*command: str) -> asyncio.subprocess.Process:
    """Start a child in a session of its own: Ctrl-C goes to the parent alone, which ends the child in its turn.

    Cancelled in the midst of starting, it ends the child that has come to be and leaves nothing behind.
    """
    pipe = asyncio.subprocess.PIPE
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *command, cwd=_ROOT, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        child = await starting
        child.kill()
        await child.communicate()
        raise


async def _drain(stream: asyncio.StreamReader, last: deque[str]) -> None:
    """Read to the end so that the child never blocks on a full pipe; keep the last lines."""
    while chunk := await stream.read(4096):
        lines = [line.strip() for line in chunk.decode(errors="replace").splitlines() if line.strip()]
        last.extend(lines)
        for line in lines:
            _log.debug("llama.cpp: %s", line)


class _Variant:
    def open(self, options: Mapping[str, Any], models_dir: Path) -> AbstractAsyncContextManager[LanguageModel]:
        return _open(Options.parse("app.llm", options), models_dir)


@asynccontextmanager
async def _open(options: Options, models_dir: Path) -> AsyncIterator[LanguageModel]:
    model = Embedded(options, models_dir)
    watching = asyncio.create_task(model.supervise(), name="embedded model")
    try:
        yield model
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


LLM = _Variant()
