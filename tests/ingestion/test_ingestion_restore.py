"""A store that lost its points, or was dropped for other settings, is filled again from SQL: no document is lost."""

import shutil
from pathlib import Path

from ingestion_kit import CALLER, Ingest, by_path, points, state

from ingestion.pipeline import Pipeline
from ingestion.publish import Publisher
from ingestion.settings import IngestionSettings
from retrieval.knowledge import open_knowledge
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.stores.base import Where


def _two_folders(tmp_path: Path) -> tuple[Path, Path]:
    for name, text in (("one", "The seal is cooled by water."), ("two", "The gearbox needs two litres of oil.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.md").write_text(f"# {name}\n\n{text}\n", encoding="utf-8")
    return tmp_path / "one", tmp_path / "two"


def _run(settings: RetrievalSettings, *paths: Path, rebuild: bool = False) -> list[str]:
    legs = {name: leg for name, leg in discover("retrieval.legs", "LEG").items() if name in settings.legs}
    knowledge = open_knowledge(settings, holder="test", rebuild=rebuild)
    try:
        publisher = Publisher(knowledge.database, knowledge.store, settings)
        report = Pipeline(settings, IngestionSettings(), legs, publisher=publisher).run(paths)
        assert not epochs.is_restoring(knowledge.database)
        epoch = epochs.current(knowledge.database)
        for document in documents.list_documents(knowledge.database, CALLER):
            assert knowledge.store.count(CALLER, epoch, Where(document_ids=(document.id,))) > 0
        assert len(by_path(knowledge)) == 2
        return report.warnings
    finally:
        knowledge.close()


def test_a_lost_store_is_filled_for_every_folder(tmp_path: Path, settings: RetrievalSettings) -> None:
    one, two = _two_folders(tmp_path)
    _run(settings, one, two)
    for shard in [path for path in settings.data_dir.iterdir() if path.is_dir() and path.name != "originals"]:
        shutil.rmtree(shard)
    assert any("written anew from the records" in warning for warning in _run(settings, one))
    assert _run(settings, two) == []


def test_other_legs_keep_the_documents_whose_files_are_not_given(tmp_path: Path, settings: RetrievalSettings) -> None:
    one, two = _two_folders(tmp_path)
    _run(settings, one, two)
    shutil.rmtree(two)
    other = settings.model_copy(update={"legs": ("keyword", "multilingual")})
    _run(other, one, rebuild=True)


def test_what_is_restored_is_what_was_there(tmp_path: Path, ingest: Ingest, knowledge: object) -> None:
    one, two = _two_folders(tmp_path)
    ingest(one, two)
    from retrieval.knowledge import Knowledge

    assert isinstance(knowledge, Knowledge)
    before = state(knowledge)
    epochs.set_restoring(knowledge.database, True)  # as a run leaves it that is killed while it restores
    ingest(one)
    after = state(knowledge)
    assert after[1:3] == before[1:3]
    assert all(points(knowledge, document) == 1 for document in by_path(knowledge).values())
