"""The demo plant of seed 3, generated and ingested once."""

import shutil
from pathlib import Path

import pytest
from service_kit import SEED, Demo

from demo.generate import SOURCES, generate
from demo.plant import build
from ingestion.__main__ import main as ingest


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Generated and ingested once a session; tests that write take a copy (``knowledge_copy``)."""
    folder = tmp_path_factory.mktemp("demo")
    generate(SEED, folder / "files")
    config = folder / "plantwright.toml"
    config.write_text(
        f'[retrieval]\ndata_dir = "{(folder / "data").as_posix()}"\nlegs = ["keyword"]\n'
        "weights = { en = { keyword = 1.0 }, zh = { keyword = 1.0 } }\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANTWRIGHT_CONFIG", str(config))
        sources = list(SOURCES)
        assert ingest([str(folder / "files" / name) for name in sources]) == 0
    return Demo(build(SEED), folder / "files", folder / "data")


@pytest.fixture
def data_dir(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the ingested knowledge that a test may hold and write to."""
    return Path(shutil.copytree(demo.data, tmp_path / "data"))
