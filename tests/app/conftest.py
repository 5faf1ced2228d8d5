"""A service on real knowledge: the demo plant of seed 3, ingested once, with scripted live data and a scripted model."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.settings import AppSettings
from demo.generate import generate
from demo.plant import Plant, build
from ingestion.__main__ import main as ingest
from retrieval.settings import RetrievalSettings

SEED = 3
CHEAP = RetrievalSettings(legs=("keyword",), weights={"en": {"keyword": 1.0}, "zh": {"keyword": 1.0}})


@dataclass(frozen=True)
class Demo:
    plant: Plant
    files: Path
    data: Path


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Generated and ingested once a session; tests that write take a copy (``knowledge_copy``)."""
    folder = tmp_path_factory.mktemp("demo")
    generate(SEED, folder / "files")
    config = folder / "plantwright.toml"
    config.write_text(f'[retrieval]\ndata_dir = "{(folder / "data").as_posix()}"\nlegs = ["keyword"]\n'
                      "weights = { en = { keyword = 1.0 }, zh = { keyword = 1.0 } }\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANTWRIGHT_CONFIG", str(config))
        sources = ["asset_register.csv", "drawings/pid_unit.xml", "logs", "manuals"]
        assert ingest([str(folder / "files" / name) for name in sources]) == 0
    yield Demo(build(SEED), folder / "files", folder / "data")


@pytest.fixture
def data_dir(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the ingested knowledge that a test may hold and write to."""
    return Path(shutil.copytree(demo.data, tmp_path / "data"))


def live(plant: Plant) -> list[dict[str, Any]]:
    """The plant's instruments as scripted readings at their normal values."""
    return [{"tag": i.tag, "description": f"{plant.tag(i.asset)} {i.name}", "unit": i.unit, "asset": plant.tag(i.asset),
             "low_low": i.low_low, "low": i.low, "high": i.high, "high_high": i.high_high, "value": i.normal, "simulated": True}
            for i in plant.instruments]


@asynccontextmanager
async def served(data: Path, model: Plant, **app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service in this process, ready to be asked."""
    settings = AppSettings.model_validate(
        {"llm": {"provider": "extractive"}, "plant": {"source": "scripted", "readings": live(model)}} | app)
    service = create_app(settings, CHEAP.model_copy(update={"data_dir": data}))
    transport = httpx.ASGITransport(app=service)
    async with service.router.lifespan_context(service), httpx.AsyncClient(transport=transport, base_url="http://test",
                                                                         timeout=60) as client:
        await service.state.service.warming
        yield client
