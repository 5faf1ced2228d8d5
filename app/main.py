"""The only wiring: settings in, a running service out."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fastapi import FastAPI

from app.agent.known import Names
from app.agent.runs import Runs
from app.agent.workflow import Parts
from app.api import answers, contents, documents, health, ingestions, plant, problems, store
from app.api.service import Service
from app.compacting import compact_when_idle
from app.ingest.supervisor import Supervisor
from app.llm.queue import Turnstile
from app.settings import AppSettings
from app.tools.base import Context, Tool
from retrieval.errors import BadSetting, PlantwrightError
from retrieval.knowledge import open_knowledge
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings, retrieval_settings

log = logging.getLogger(__name__)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def create_app(
    settings: AppSettings,
    retrieval: RetrievalSettings | None = None,
    *,
    url: str | None = None,
    tools: Mapping[str, Tool] | None = None,
) -> FastAPI:
    """The service. Nothing heavy is loaded before its lifespan begins; raises ``BadSetting``.

    ``url``: where it will be reached, which other processes on this machine are told; None in process.
    ``tools``: instead of those of the same names.
    """
    if settings.host not in _LOOPBACK and not settings.open_without_sign_in:
        raise BadSetting(
            f"[app] host: {settings.host} is reachable from elsewhere and there is no sign-in yet; use 127.0.0.1, "
            "or set open_without_sign_in = true behind a gateway that checks who asks"
        )

    knowledge = retrieval or retrieval_settings()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            try:
                opened = await _open(stack, settings, knowledge, tools or {})
                app.state.store_token = opened.knowledge.announce(url) if url else None
                await stack.enter_async_context(opened.ingestions.opened())  # its processes ask the announced store
            except PlantwrightError as error:
                app.state.failure = error  # for who started the service to say in one line
                raise
            app.state.service = opened
            yield

    app = FastAPI(
        title="Plantwright",
        version="1",
        summary="Answers from a plant's own documents and live data, with proof",
        lifespan=lifespan,
    )
    problems.install(app)
    app.state.store_token = None
    app.state.failure = None
    for router in (
        answers.router,
        ingestions.router,
        documents.router,
        contents.router,
        plant.router,
        health.router,
        store.router(lambda: app.state.service.knowledge.store, lambda: app.state.store_token),
    ):
        app.include_router(router)
    return app


async def _open(
    stack: contextlib.AsyncExitStack,
    settings: AppSettings,
    retrieval: RetrievalSettings,
    replaced: Mapping[str, Tool],
) -> Service:
    knowledge = await asyncio.to_thread(open_knowledge, retrieval, holder="service")
    stack.callback(knowledge.close)
    model = await stack.enter_async_context(
        _variant("app.llm", "LLM", settings.llm, "provider").open(
            _options(settings.llm, "provider"), retrieval.models_dir
        )
    )
    source = await stack.enter_async_context(
        _variant("app.plant", "PLANT", settings.plant, "source").open(_options(settings.plant, "source"))
    )
    tools: dict[str, Tool] = {tool.name: tool for tool in discover("app.tools", "TOOL").values()} | dict(replaced)
    parts = Parts(
        settings,
        model,
        Turnstile(model.width),
        tools,
        Context(knowledge.search, knowledge.database, source),
        Names(knowledge.database, source),
    )
    runs = Runs(parts)
    stack.push_async_callback(runs.close)
    warming = asyncio.create_task(knowledge.search.warm(), name="warm the encoders")
    warming.add_done_callback(_report)
    stack.callback(warming.cancel)
    compacting = asyncio.create_task(compact_when_idle(knowledge, lambda: runs.busy), name="compact the store")
    stack.callback(compacting.cancel)
    ingesting = Supervisor(knowledge.database, knowledge.settings)
    return Service(knowledge, source, model, runs, ingesting, settings, warming)


def _report(warming: asyncio.Task[None]) -> None:
    """Until the encoders are loaded /readyz says 503; where they can't be, the log says why."""
    if not warming.cancelled() and (error := warming.exception()):
        log.error("the encoders could not be loaded: %s", error)


def _variant(package: str, constant: str, table: Mapping[str, Any], key: str) -> Any:
    variants = discover(package, constant)
    name = table.get(key)
    if name not in variants:
        raise BadSetting(f"[{package}] {key}: no {name!r}; there are {', '.join(sorted(variants))}")
    return variants[name]


def _options(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != key}
