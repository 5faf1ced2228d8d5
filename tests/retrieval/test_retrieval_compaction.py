"""Compaction of the embedded store: nothing is lost, whoever is killed or fails at whatever step."""

import contextlib
import json
import logging
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import compaction_kit
import pytest
from compaction_kit import SCHEMA, STEPS, dump, folders, opened, points
from stores_kit import LOCAL, pid, probes

from retrieval.errors import BadSetting
from retrieval.legs.base import Sparse, Vector
from retrieval.models import FOREVER
from retrieval.stores import edge
from retrieval.stores._edge.journal import Journal
from retrieval.stores._edge.places import POINTER, Places
from retrieval.stores.base import Compactable, Where

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[edge.EdgeStore]:
    store = opened(tmp_path / "a")
    yield store
    store.close()


def found(store: edge.EdgeStore, epoch: int = 1) -> list[str]:
    vectors: dict[str, Vector] = {"d": (1.0,) * 8, "m": (1.0, 0.5, 0.2, 0.1), "k": Sparse((1, 5), (1.0, 1.0))}
    scored = store.query(LOCAL, epoch, probes(vectors), where=Where(), limit=20, candidates=20, rrf_k=10)
    return [one.id for one in scored]


def test_the_copy_that_takes_over_is_the_store_point_by_point(store: edge.EdgeStore) -> None:
    assert isinstance(store, Compactable)
    store.upsert(points(0, 500))
    store.retire("doc1", before=2, epoch=4)
    store.delete("doc2")
    before = dump(store)
    left = folders(store.places.folder)
    assert store.compact().state == "done"
    assert dump(store) == before
    assert len(folders(store.places.folder)) == 1
    assert folders(store.places.folder) != left


def test_what_is_written_meanwhile_is_in_the_copy_too(store: edge.EdgeStore, tmp_path: Path) -> None:
    """Every kind of write at every step, against a store that is not compacted."""
    other = opened(tmp_path / "b")
    seen: list[str] = []

    def write(name: str, process: int) -> None:
        seen.append(name)
        if name in ("switch", "switched"):  # nobody can write then: the lock is held
            return
        start = 1000 * len(seen)
        for one in (store, other):
            one.upsert(points(start, start + 60))
            one.upsert(points(start - 990, start - 960, tags=("X-100",)))  # overwrites some
            one.retire(f"doc{len(seen) % 7}", before=3, epoch=4)
            one.retire_points([pid(start + 1), pid(start + 2)], epoch=6)
            one.delete(f"doc{(len(seen) + 3) % 7}")
            one.upsert(points(start + 80, start + 90, from_epoch=9))
            one.sweep(8)

    for one in (store, other):
        one.upsert(points(0, 400))
    assert store.compact(write).state == "done"
    assert tuple(seen) == STEPS
    assert dump(store) == dump(other)
    other.close()


@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_step_loses_nothing(tmp_path: Path, step: str) -> None:
    command = [sys.executable, compaction_kit.__file__, str(tmp_path), step]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "retrieval")])}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    upserted = max(int(number) for number in re.findall(r"^upserted (\d+)$", ended.stdout, re.M))
    retired = {pid(int(number)) for number in re.findall(r"^retired (\d+)$", ended.stdout, re.M)}
    again = opened(tmp_path)
    there = dump(again)
    for one in points(0, upserted):
        vectors, payload = there[one.id]
        assert payload["document_id"] == one.document_id
        assert payload["to_epoch"] in ((5,) if one.id in retired else (5, FOREVER))
        assert set(vectors) == {"d", "m", "k"}
    assert len(there) <= upserted + 5  # what was being written, but nothing else
    assert len(folders(tmp_path)) == 1
    assert again.compact().state in ("done", "needless")
    assert dump(again) == there
    again.close()


@pytest.mark.parametrize("step", ["optimize", "check the copy", "flush the copy", "replay", "replay the rest"])
def test_a_child_that_is_killed_costs_only_the_compaction(
    store: edge.EdgeStore, step: str, caplog: pytest.LogCaptureFixture
) -> None:
    store.upsert(points(0, 400))
    before = dump(store)

    def kill(name: str, process: int) -> None:
        if name == step:
            os.kill(process, signal.SIGKILL)
            store.upsert(points(400, 410))

    with caplog.at_level(logging.ERROR, logger="retrieval.stores"):
        assert store.compact(kill).state == "failed"
    assert [record.message.count("\n") for record in caplog.records] == [0]
    assert len(folders(store.places.folder)) == 1
    assert dump(store) == before | {one.id: dump(store)[one.id] for one in points(400, 410)}
    assert not store.compaction_due()  # not at once again
    assert store.compact().state == "done"


def test_a_child_that_hangs_is_given_up(tmp_path: Path) -> None:
    store = opened(tmp_path, compaction_timeout_seconds=0.5)
    store.upsert(points(0, 400))
    ended = store.compact(lambda name, process: os.kill(process, signal.SIGSTOP) if name == "optimize" else None)
    assert (ended.state, ended.reason) == ("failed", "it was stopped or took too long")
    assert len(dump(store)) == 400
    store.close()


@contextlib.contextmanager
def small_files(limit: int) -> Iterator[None]:
    """A disk on which no file may grow beyond ``limit`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_without_room_leaves_the_store_as_it_was(store: edge.EdgeStore) -> None:
    store.upsert(points(0, 400))
    before = dump(store)
    with contextlib.ExitStack() as stack:

        def fill(name: str, process: int) -> None:
            if name == "copy":
                stack.enter_context(small_files(4096))

        ended = store.compact(fill)
    assert ended.state == "failed"
    assert "\n" not in ended.reason
    assert len(folders(store.places.folder)) == 1
    assert dump(store) == before


def test_a_journal_with_a_hole_says_so(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append("delete", ([],))
    with small_files(64):
        journal.append("upsert", ("x" * 1000,))
    assert journal.broken
    assert journal.next() == ("delete", ([],))
    assert journal.next() is None
    journal.close()


def test_closing_the_store_ends_a_compaction(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.upsert(points(0, 400))
    hanging = threading.Event()

    def hang(name: str, process: int) -> None:
        if name == "optimize":
            os.kill(process, signal.SIGSTOP)
            hanging.set()

    ended = []
    worker = threading.Thread(target=lambda: ended.append(store.compact(hang)))
    worker.start()
    assert hanging.wait(30)
    store.close()
    worker.join()
    assert ended[0].state == "failed"
    again = opened(tmp_path)
    assert len(dump(again)) == 400
    assert len(folders(tmp_path)) == 1
    again.close()


def test_it_is_due_when_enough_was_written_and_not_again(store: edge.EdgeStore) -> None:
    assert not store.compaction_due()
    store.upsert(points(0, 99))
    assert not store.compaction_due()
    store.upsert(points(99, 120))
    assert store.compaction_due()
    assert store.compact().state == "done"
    assert store.unindexed() < 100
    assert not store.compaction_due()
    assert store.compact().state == "needless"
    assert not store.compaction_due()


def test_an_engine_that_dies_is_started_again(store: edge.EdgeStore, caplog: pytest.LogCaptureFixture) -> None:
    store.upsert(points(0, 50))
    before, first = dump(store), store.engine_pid
    os.kill(first, signal.SIGKILL)
    assert dump(store) == before
    assert store.engine_pid != first
    assert "has ended" in caplog.text
    os.kill(store.engine_pid, signal.SIGKILL)
    store.upsert(points(50, 60))  # a write, too
    assert len(dump(store)) == 60


def test_queries_go_on_while_the_engine_is_replaced(store: edge.EdgeStore) -> None:
    store.upsert(points(0, 400))
    stop, answers, errors = threading.Event(), [], []

    def ask() -> None:
        while not stop.is_set():
            try:
                answers.append(found(store))
            except Exception as error:
                errors.append(error)

    workers = [threading.Thread(target=ask) for _ in range(3)]
    for worker in workers:
        worker.start()
    states = [store.compact().state]
    store.upsert(points(400, 800))
    states.append(store.compact().state)
    stop.set()
    for worker in workers:
        worker.join()
    assert errors == []
    assert answers
    assert states == ["done", "done"]


def test_a_store_of_before_there_was_a_pointer_opens(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.upsert(points(0, 10))
    store.close()
    (tmp_path / folders(tmp_path)[0]).rename(tmp_path / "shard")
    (tmp_path / POINTER).unlink()
    again = opened(tmp_path)
    assert len(dump(again)) == 10
    again.close()


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"folder": "../x"}), json.dumps({"folder": "x"})])
def test_a_pointer_that_leads_nowhere_never_becomes_an_empty_store(tmp_path: Path, text: str) -> None:
    store = opened(tmp_path)
    store.upsert(points(0, 10))
    store.close()
    (tmp_path / "shard.1ef71ef7").mkdir()
    kept = (tmp_path / POINTER).read_text(encoding="utf-8")
    (tmp_path / POINTER).write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting, match=r"shard\.json"):
        opened(tmp_path)
    (tmp_path / POINTER).write_text(kept, encoding="utf-8")
    again = opened(tmp_path)
    assert len(dump(again)) == 10
    assert "shard.1ef71ef7" not in folders(tmp_path)
    again.close()


def test_a_store_that_was_deleted_is_made_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    opened(tmp_path).close()
    (tmp_path / folders(tmp_path)[0]).rename(tmp_path / "shard.moved")
    again = opened(tmp_path)
    assert dump(again) == {}
    assert "folder is gone" in caplog.text
    assert "shard.moved" in folders(tmp_path)  # not at once, at least
    again.close()


def test_a_dropped_store_is_empty(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.upsert(points(0, 10))
    store.close()
    shutil.copytree(tmp_path / folders(tmp_path)[0], tmp_path / "shard.01d01d01")
    edge.STORE.drop(tmp_path, {})
    assert folders(tmp_path) == []
    again = edge.STORE.open(tmp_path, SCHEMA, {})
    assert dump(again) == {}
    again.close()


@pytest.mark.slow
def test_searches_and_writes_go_on_while_20_000_points_are_compacted(tmp_path: Path) -> None:
    store = opened(tmp_path, compact_after_points=10_000)
    for start in range(0, 20_000, 1000):
        store.upsert(points(start, start + 1000))
    store.flush()
    assert store.compaction_due()
    during: list[str] = []
    worker = threading.Thread(target=store.compact)
    worker.start()
    number = 20_000
    while worker.is_alive():
        assert len(found(store)) == 20
        during.append(store.compaction.step)
        if number < 20_500:
            store.upsert(points(number, number + 5))
            number += 5
    worker.join()
    assert store.compaction.state == "done"
    assert during.count("optimize") > 10  # it was searched all along, not only before and after
    assert set(dump(store)) == {pid(one) for one in range(number)}
    store.close()


def test_what_is_not_ours_is_never_swept(tmp_path: Path) -> None:
    """Nor is anything while the store itself is missing: it may be what somebody looks for."""
    places = Places(tmp_path)
    for name in ("shard.0a0b0c0d", "shard-backup", "shard.before-upgrade"):
        (tmp_path / name).mkdir()
    places.sweep()
    assert len(list(tmp_path.iterdir())) == 3
    (tmp_path / "shard").mkdir()
    places.sweep()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["shard", "shard-backup", "shard.before-upgrade"]
