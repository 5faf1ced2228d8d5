"""The service to be measured: one that runs, reached by its URL, or one inside this process."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from app.settings import AppSettings, app_settings
from app.tools.base import Tool
from evals.settings import EvalSettings
from retrieval.errors import BadSetting, Unavailable
from retrieval.settings import RetrievalSettings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PROBE_SECONDS = 3.0
_POLL_SECONDS = 0.5
_NEEDED = ("index", "model")  # parts of /readyz; live data may be missing


@dataclass(frozen=True, slots=True)
class Service:
    """``target`` is its URL, or "in process" with the model's provider."""

    client: httpx.AsyncClient
    target: str


@asynccontextmanager
async def open_service(
    url: str | None,
    llm: str | None,
    settings: EvalSettings,
    retrieval: RetrievalSettings,
    tools: Mapping[str, Tool] | None = None,
) -> AsyncIterator[Service]:
    """``url``, else a running service unless ``llm`` asks for a model of our own or ``tools`` replace the service's,
    else the app in this process.

    Raises ``Unavailable``, ``BadSetting`` or what the app raises when it starts.
    """
    if url and llm:
        raise BadSetting("--llm chooses the model of a service in this process; leave out --llm or --url")
    if url and tools:
        raise BadSetting("--gold-evidence works on a service in this process; leave out --url")
    found = await _probed(url) if url else None if llm or tools else await _running(retrieval)
    if found:
        async with _client(found, settings) as client:
            yield Service(client, found)
        return
    async with _in_process(llm, settings, retrieval, tools) as service:
        yield service


def _client(url: str, settings: EvalSettings) -> httpx.AsyncClient:
    timeout = httpx.Timeout(settings.answer_timeout_seconds, connect=_PROBE_SECONDS)
    return httpx.AsyncClient(base_url=url, timeout=timeout, trust_env=_trusts_proxies(url))


def _trusts_proxies(url: str) -> bool:
    return urlsplit(url).hostname not in _LOOPBACK  # a proxy can't reach this machine's own services


async def _probed(url: str) -> str:
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise BadSetting(f'--url "{url}" is not a URL; write it like http://127.0.0.1:8000')
    if not await _answers(url):
        raise Unavailable(f"{url}: no Plantwright service answers there; start one or leave out --url")
    return url


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient(base_url=url, timeout=_PROBE_SECONDS, trust_env=_trusts_proxies(url)) as client:
            documents = await client.get("/v1/documents")
            return documents.status_code == 200 and isinstance(documents.json().get("documents"), list)
    except (httpx.HTTPError, ValueError, AttributeError):
        return False


async def _running(retrieval: RetrievalSettings) -> str | None:
    """The URL in the store's lock file, else the default address; None where no service answers."""
    urls = [f"http://127.0.0.1:{app_settings().port}"]
    try:
        held = json.loads((retrieval.data_dir / "store.lock.json").read_text(encoding="utf-8"))
        if isinstance(held, dict) and isinstance(held.get("url"), str) and held["url"]:
            urls.insert(0, held["url"])
    except (OSError, ValueError):
        pass  # no lock: no service of this data folder
    for url in dict.fromkeys(urls):
        if await _answers(url):
            return url
    return None


@asynccontextmanager
async def _in_process(
    llm: str | None, settings: EvalSettings, retrieval: RetrievalSettings, tools: Mapping[str, Tool] | None
) -> AsyncIterator[Service]:
    """It traces its answers, so that each error can be laid to its step."""
    from app.main import create_app

    chosen = _with_model(app_settings(), llm).model_copy(update={"trace": True})
    app = create_app(chosen, retrieval, tools=tools)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        timeout = settings.answer_timeout_seconds
        base_url = f"http://127.0.0.1:{chosen.port}"
        async with httpx.AsyncClient(transport=transport, base_url=base_url, timeout=timeout) as client:
            await _until_ready(client, settings.ready_timeout_seconds)
            given = ", gold evidence" if tools else ""
            yield Service(client, f"in process, {chosen.llm.get('provider', 'embedded')}{given}")


def _with_model(settings: AppSettings, llm: str | None) -> AppSettings:
    """Options of ``[app.llm]`` belong to its provider: another one starts from its defaults."""
    if llm is None or settings.llm.get("provider") == llm:
        return settings
    return settings.model_copy(update={"llm": {"provider": llm}})


async def _until_ready(client: httpx.AsyncClient, seconds: float) -> None:
    """Until the index and the model are: an answer of a model that still loads would measure something else.

    Raises ``Unavailable``.
    """
    deadline = time.monotonic() + seconds
    while waiting := _missing(await client.get("/readyz")):
        if time.monotonic() >= deadline:
            raise Unavailable(
                f"not ready after {seconds:.0f} s: {waiting}; see the log, or use --llm extractive "
                "to measure without a model"
            )
        await asyncio.sleep(_POLL_SECONDS)


def _missing(response: httpx.Response) -> str:
    """What the service waits for; "" when it is ready."""
    try:
        parts = response.json()["parts"]
        missing = [name for name in _NEEDED if not parts.get(name, True)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"/readyz says {response.status_code}"
    return ", ".join(missing) or ("" if response.status_code == 200 else f"/readyz says {response.status_code}")
