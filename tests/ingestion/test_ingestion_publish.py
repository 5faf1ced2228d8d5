"""SQL and the vector store in step: nothing half is shown, nothing is shown that is not on disk."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ingestion_kit import CALLER, LOG_HEAD, Ingest, by_path, ledger_of, points, state

from retrieval.errors import Unavailable
from retrieval.knowledge import Knowledge
from retrieval.sql import documents, encodings, epochs, holdings, records
from retrieval.stores.base import Point, VectorStore, Where
from retrieval.stores.edge import EdgeStore

WRITES: dict[Any, list[str]] = {
    encodings: ["put_vectors"],
    documents: ["begin", "add", "add_table_rows"],
    EdgeStore: ["upsert", "retire", "retire_points", "flush"],
    epochs: ["reserve", "publish"],
    holdings: ["end_order_passages"],
}


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
    whole = flushed = 0  # documents that are written, and those of them that are on disk
    for operation, shown in [*store.told, ("end", len(by_path(knowledge)))]:
        assert shown <= flushed
        whole += operation == "retire"
        flushed = whole if operation == "flush" else flushed
    assert (whole, flushed, len(by_path(knowledge))) == (3, 3, 3)
    assert [name for name, _ in store.told].count("upsert") == 3


def test_small_documents_are_shown_together_and_large_ones_at_once(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.ingest._SECONDS", 3600.0)
    monkeypatch.setattr("ingestion.ingest._PASSAGES", 4)
    (tmp_path / "files").mkdir()
    for number in range(10):
        (tmp_path / "files" / f"{number}.txt").write_text(f"text of {number}")
    (tmp_path / "files" / "4_long.txt").write_text("\n".join(f"line {number}" for number in range(9)))
    store = WatchedStore(knowledge)
    assert ingest(tmp_path / "files", store=store, parsers="hostile_parsers").published == 11
    assert [shown for name, shown in store.told if name == "flush"] == [0, 4, 6, 10]


def log(*orders: tuple[int, str]) -> str:
    rows = (f"WO-{n},P-101A,corrective,2,ELP,2025-03-04T07:30:00+01:00,,,,{text}\n" for n, text in orders)
    return f"{LOG_HEAD}\n{''.join(rows)}"


@pytest.mark.parametrize("call", range(1, 25))
def test_whatever_write_fails_the_old_state_shows_and_a_second_run_completes(
    call: int, tmp_path: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The n-th write to SQL or to the store fails while a file moves and another one states its order anew."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.csv").write_text(log((1, "leaks"), (2, "rattles")))
    (folder / "b.csv").write_text(log((3, "smells")))
    ingest(folder)
    (folder / "a.csv").rename(folder / "a2.csv")
    (folder / "b.csv").write_text(log((2, "rattles no more"), (3, "smells"), (4, "stuck")))
    with monkeypatch.context() as patch:
        calls = fail_at(call, patch)
        with contextlib.suppress(Unavailable):
            ingest(folder)
    if calls[0] < call:
        pytest.skip(f"a run has {calls[0]} writes")
    shown = by_path(knowledge)
    names = set(shown)
    assert names in ({"a.csv", "b.csv"}, {"a2.csv", "b.csv"})
    for document in shown.values():  # each is as it was or as it is to be, and all of its points are there
        assert points(knowledge, document) == len(holdings.shown_passages(knowledge.database, document.id)) > 0
    assert state(knowledge)[1] in (3, 4)
    assert records.count_orders(knowledge.database, CALLER) == state(knowledge)[1]
    assert ingest(folder, mode={"retry": True}).failures == []
    assert set(by_path(knowledge)) == {"a2.csv", "b.csv"}
    assert (state(knowledge)[1], records.count_orders(knowledge.database, CALLER)) == (4, 4)
    assert knowledge.store.count(CALLER, epochs.current(knowledge.database) + 1000, Where()) == 4
    assert ingest(folder).unchanged == 2


def fail_at(call: int, patch: pytest.MonkeyPatch) -> list[int]:
    """The given write breaks, before or after it was done by turns; those that mend it afterwards work."""
    calls = [0]

    def watched(function: Any) -> Any:
        def write(*arguments: Any, **named: Any) -> Any:
            calls[0] += 1
            if calls[0] == call and call % 2:
                raise Unavailable("the disk is gone")
            result = function(*arguments, **named)
            if calls[0] == call:
                raise Unavailable("the disk is gone")
            return result

        return write

    for owner, names in WRITES.items():
        for name in names:
            patch.setattr(owner, name, watched(getattr(owner, name)))
    return calls


def test_a_store_that_is_gone_between_two_files_is_no_fault_of_the_second(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.ingest._SECONDS", 3600.0)
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "b.csv").write_text(log((3, "smells")))
    ingest(folder)
    (folder / "a.csv").write_text(log((1, "leaks")))
    (folder / "b.csv.labels.yaml").write_text("groups: [safety]")  # what a.csv states is shown before b.csv is read
    with pytest.raises(Unavailable, match="no space"):
        ingest(folder, store=WatchedStore(knowledge, disk_full=True))
    assert {name: entry.status for name, entry in ledger_of(knowledge).items()} == {"b.csv": "published"}
    assert ingest(folder).failures == []
    assert set(by_path(knowledge)) == {"a.csv", "b.csv"}
