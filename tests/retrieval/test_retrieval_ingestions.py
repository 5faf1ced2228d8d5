"""Runs of ingestion on record: whose they are, what they told, and what became of those whose process died."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import NotFound, Permanent
from retrieval.models import Caller
from retrieval.sql import ingestions
from retrieval.sql.engine import Database

WANG, LI = Caller(name="王"), Caller(name="李")
ALL = Caller.local()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "test.sqlite")
    yield database
    database.close()


def test_a_run_from_its_queue_to_its_report(db: Database) -> None:
    run = ingestions.create(db, caller="王", action="ingest", request={"paths": ["手册.pdf"], "groups": ["a"]})
    assert (run.status, run.finished, run.report) == ("queued", None, None)
    assert ingestions.get(db, WANG, run.id) == run
    assert ingestions.queued(db) == [run]
    ingestions.start(db, run.id)
    assert (ingestions.queued(db), ingestions.running(db)[0].id) == ([], run.id)
    with pytest.raises(Permanent, match="does not wait"):
        ingestions.start(db, run.id)
    ingestions.finish(db, run.id, status="done", report={"files": 1})
    ingestions.finish(db, run.id, status="failed", report={})  # the first word stands
    done = ingestions.get(db, WANG, run.id)
    assert (done.status, done.report) == ("done", {"files": 1})
    assert done.finished is not None
    assert done.finished >= done.created


def test_events_are_numbered_and_followed(db: Database) -> None:
    run = ingestions.create(db, caller="王", action="ingest", request={})
    other = ingestions.create(db, caller="王", action="ingest", request={})
    assert [ingestions.append(db, run.id, "finished", {"name": f"{n}.pdf"}) for n in range(3)] == [1, 2, 3]
    now = run.created
    assert ingestions.append_all(db, run.id, [("file", now, {"name": "五"}), ("done", now, {})]) == 5
    assert ingestions.append_all(db, run.id, []) == 5
    assert ingestions.append(db, other.id, "done", {}) == 1
    assert [event.seq for event in ingestions.events(db, WANG, run.id)] == [1, 2, 3, 4, 5]
    assert [event.seq for event in ingestions.events(db, WANG, run.id, after=1, limit=2)] == [2, 3]
    fourth = ingestions.events(db, WANG, run.id, after=3)[0]
    assert (fourth.event, fourth.data, fourth.time) == ("file", {"name": "五"}, now)
    with pytest.raises(NotFound):
        ingestions.append(db, "none", "file", {})


def test_each_sees_their_own_and_who_may_do_all_sees_all(db: Database) -> None:
    mine = ingestions.create(db, caller="王", action="ingest", request={})
    ingestions.append(db, mine.id, "started", {})
    theirs = ingestions.create(db, caller="李", action="delete", request={"document_ids": ["1"]})
    with pytest.raises(NotFound):
        ingestions.get(db, LI, mine.id)
    assert ingestions.events(db, LI, mine.id) == []
    assert [run.id for run in ingestions.list_runs(db, LI)] == [theirs.id]
    assert [run.id for run in ingestions.list_runs(db, ALL)] == [theirs.id, mine.id]
    assert [run.id for run in ingestions.list_runs(db, ALL, before=theirs.created)] == [mine.id]
    assert [run.id for run in ingestions.list_runs(db, ALL, limit=1)] == [theirs.id]
    assert [run.id for run in ingestions.queued(db)] == [mine.id, theirs.id]


def test_a_run_whose_process_died_has_failed(db: Database) -> None:
    waits, died = (ingestions.create(db, caller="王", action="ingest", request={}) for _ in range(2))
    ingestions.start(db, died.id)
    assert ingestions.mark_dead(db) == [died.id]
    assert ingestions.mark_dead(db) == []
    found = ingestions.get(db, WANG, died.id)
    assert (found.status, found.report) == ("failed", {"error": ingestions.DIED})
    assert ingestions.events(db, WANG, died.id)[-1].event == "done"
    assert ingestions.get(db, WANG, waits.id).status == "queued"
