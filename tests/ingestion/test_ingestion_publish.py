"""SQL and the vector store in step: nothing half is shown, nothing is shown that is not on disk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ingestion_kit import Ingest, by_path, points, state

from retrieval.errors import Unavailable
from retrieval.knowledge import Knowledge
from retrieval.stores.base import Point, VectorStore


class FailingStore:
    """The real store, which breaks down in the midst of writing points."""

    def __init__(self, store: VectorStore, allowed: int) -> None:
        self._store, self._allowed = store, allowed

    def upsert(self, points: Sequence[Point]) -> None:
        if self._allowed == 0:
            raise Unavailable("the store is gone")
        self._allowed -= 1
        self._store.upsert(points)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_a_breakdown_while_writing_shows_nothing_of_the_file_and_the_next_run_mends_it(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    with pytest.raises(Unavailable):
        ingest(plant_files, store=FailingStore(knowledge.store, 1))
    assert set(by_path(knowledge)) == {"asset_register.csv"}
    assert state(knowledge)[1] == 3
    assert ingest(plant_files).exit_code == 0
    assert len(by_path(knowledge)) == 3
    total = state(knowledge)[1]
    assert total == sum(points(knowledge, document) for document in by_path(knowledge).values())


class WatchedStore:
    """The real store; notes what it is told, and at a flush how much of SQL is shown and whether the flush fails."""

    def __init__(self, knowledge: Knowledge, *, disk_full: bool = False) -> None:
        self._knowledge, self._disk_full = knowledge, disk_full
        self.told: list[tuple[str, int]] = []  # operation, documents that SQL shows by then

    def flush(self) -> None:
        self.told.append(("flush", len(by_path(self._knowledge))))
        if self._disk_full:
            raise Unavailable("no space left on the disk")
        self._knowledge.store.flush()

    def upsert(self, points: Sequence[Point]) -> None:
        self.told.append(("upsert", len(by_path(self._knowledge))))
        self._knowledge.store.upsert(points)

    def retire(self, document_id: str, before: int, epoch: int) -> None:
        self.told.append(("retire", len(by_path(self._knowledge))))
        self._knowledge.store.retire(document_id, before, epoch)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._knowledge.store, name)


def test_points_are_on_disk_before_sql_shows_their_document(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    store = WatchedStore(knowledge)
    ingest(plant_files, store=store)
    assert store.told == [(name, shown) for shown in range(3) for name in ("upsert", "retire", "flush")]
    assert len(by_path(knowledge)) == 3


def test_a_document_whose_points_are_not_on_disk_is_not_shown(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    with pytest.raises(Unavailable, match="no space"):
        ingest(plant_files, store=WatchedStore(knowledge, disk_full=True))
    assert state(knowledge)[1:3] == (0, [])
