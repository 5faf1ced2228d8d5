"""A service on real knowledge, with scripted live data and a scripted model."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

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
