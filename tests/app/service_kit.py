"""A service on real knowledge, with scripted live data and a scripted model."""

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.main import create_app
from app.settings import AppSettings
from demo.plant import Plant
from retrieval.settings import RetrievalSettings

SEED = 3
CHEAP = RetrievalSettings(legs=("keyword",), weights={"en": {"keyword": 1.0}, "zh": {"keyword": 1.0}})


@dataclass(frozen=True)
class Demo:
    plant: Plant
    files: Path
    data: Path


def live(plant: Plant) -> list[dict[str, Any]]:
    """The plant's instruments as scripted readings at their normal values."""
    return [
        {
            "tag": i.tag,
            "description": f"{plant.tag(i.asset)} {i.name}",
            "unit": i.unit,
            "asset": plant.tag(i.asset),
            "low_low": i.low_low,
            "low": i.low,
            "high": i.high,
            "high_high": i.high_high,
            "value": i.normal,
            "simulated": True,
        }
        for i in plant.instruments
    ]


@asynccontextmanager
async def served(data: Path, model: Plant, **app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service in this process, ready to be asked."""
    settings = AppSettings.model_validate(
        {"llm": {"provider": "extractive"}, "plant": {"source": "scripted", "readings": live(model)}} | app
    )
    service = create_app(settings, CHEAP.model_copy(update={"data_dir": data}))
    transport = httpx.ASGITransport(app=service)
    async with (
        service.router.lifespan_context(service),
        httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client,
    ):
        await service.state.service.warming
        yield client


@contextmanager
def listening(data: Path, model: Plant, **app: Any) -> Iterator[httpx.Client]:
    """A client of a service on a free loopback port, which other processes find by the store's lock file."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = AppSettings.model_validate(
        {"port": port, "llm": {"provider": "extractive"}, "plant": {"source": "scripted", "readings": live(model)}}
        | app
    )
    url = f"http://127.0.0.1:{port}"
    service = create_app(settings, CHEAP.model_copy(update={"data_dir": data}), url=url)
    server = uvicorn.Server(
        uvicorn.Config(service, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), service.state.failure
        time.sleep(0.01)
    try:
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(30)
