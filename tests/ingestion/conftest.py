"""Documents made on the spot, and an index with the keyword leg alone: real and cheap."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ingestion_kit import LOG, REGISTER, Ingest, Paper

from ingestion.labels import NONE, Labels
from ingestion.mode import Mode
from ingestion.pipeline import Pipeline
from ingestion.publish import Publisher
from ingestion.report import Report
from ingestion.settings import IngestionSettings
from retrieval.knowledge import Knowledge, open_knowledge
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings


@pytest.fixture(scope="session")
def paper() -> Paper:
    return Paper()


@pytest.fixture
def plant_files(tmp_path: Path, paper: Paper) -> Path:
    """A folder with a manual, a log and a register."""
    folder = tmp_path / "files"
    paper.manual(folder / "manuals" / "manual.pdf")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    (folder / "asset_register.csv").write_text(REGISTER, encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> RetrievalSettings:
    return RetrievalSettings(data_dir=tmp_path / "data", legs=("keyword",))


@pytest.fixture
def knowledge(settings: RetrievalSettings) -> Iterator[Knowledge]:
    opened = open_knowledge(settings, holder="test")
    yield opened
    opened.close()


@pytest.fixture
def ingest(settings: RetrievalSettings, knowledge: Knowledge) -> Ingest:
    """``ingest(*paths, rebuild=False, store=None, own=None, only=None, labels=NONE, mode={}, ...)``"""

    def run(
        *paths: Path,
        store: Any = None,
        own: IngestionSettings | None = None,
        only: Any = None,
        labels: Labels = NONE,
        mode: dict[str, bool] | None = None,
        rebuild: bool = False,
        **more: Any,
    ) -> Report:
        publisher = Publisher(knowledge.database, store or knowledge.store, settings)
        legs = {name: leg for name, leg in discover("retrieval.legs", "LEG").items() if name in settings.legs}
        how = Mode(rebuild=rebuild, labels=labels, **(mode or {}))
        return Pipeline(settings, own or IngestionSettings(), legs, publisher=publisher, mode=how, **more).run(
            paths, only
        )

    return run


@pytest.fixture
def remove(settings: RetrievalSettings, knowledge: Knowledge) -> Ingest:
    """``remove(retire=[...], delete=[...])``"""

    def run(**named: Any) -> Report:
        publisher = Publisher(knowledge.database, knowledge.store, settings)
        return Pipeline(settings, IngestionSettings(), {}, publisher=publisher).remove(**named)

    return run
