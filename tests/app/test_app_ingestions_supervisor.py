"""Runs and their processes: real ones, that end well, die, linger, or outlive a service that was killed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from service_kit import CHEAP

from app.ingest import supervisor as module
from app.ingest.supervisor import Supervisor
from retrieval.models import Caller
from retrieval.settings import RetrievalSettings
from retrieval.sql import ingestions
from retrieval.sql.engine import Database

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Caller.local()
BEGIN = """
import os, signal, subprocess, sys, time
from pathlib import Path
from retrieval.settings import retrieval_settings
from retrieval.sql import ingestions
from retrieval.sql.engine import Database
settings, id = retrieval_settings(), sys.argv[-1]
db = Database.open(settings.database)
note = Path(settings.data_dir, "said")
def say(text):
    with note.open("a") as file: file.write(text + "\\n")
say(f"begin {id} {os.getpid()}")
ingestions.start(db, id)
"""
WORKS = BEGIN + "say(' '.join(settings.legs)); ingestions.finish(db, id, status='done', report={'files': 1})\n"
DIES = BEGIN + "print('first', file=sys.stderr); sys.exit('ingestion: a.pdf: the last word')\n"
KILLED = BEGIN + "os.kill(os.getpid(), signal.SIGKILL)\n"
LINGERS = (
    BEGIN
    + """
def end(*_):
    ingestions.finish(db, id, status="failed", report={"error": "stopped"})
    sys.exit(1)
signal.signal(signal.SIGTERM, end)  # as ingestion does: no fault where the service stops or is killed
time.sleep(60)
"""
)
STUBBORN = (
    BEGIN
    + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    + 'say(f\'own {subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid}\'); time.sleep(60)\n'
)


@pytest.fixture
def settings(tmp_path: Path) -> RetrievalSettings:
    return CHEAP.model_copy(update={"data_dir": tmp_path})


@pytest.fixture
def db(settings: RetrievalSettings) -> Iterator[Database]:
    database = Database.open(settings.database)
    yield database
    database.close()


Start = Callable[[str], "Supervisor"]


@pytest.fixture
def start(db: Database, settings: RetrievalSettings, tmp_path: Path) -> Start:
    def make(script: str) -> Supervisor:
        file = tmp_path / "child.py"
        file.write_text(script, encoding="utf-8")
        return Supervisor(db, settings, (sys.executable, str(file)))

    return make


def ask(supervisor: Supervisor, *files: str) -> str:
    return supervisor.submit(LOCAL, "ingest", {"paths": list(files) or ["/x/a.txt"]}, ["a.txt"]).id


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(met):  # noqa: ASYNC110 -- another process sets it
            await asyncio.sleep(0.05)


def run_of(db: Database, id: str) -> ingestions.Ingestion:
    return ingestions.get(db, LOCAL, id)


def said(tmp_path: Path) -> list[str]:
    note = tmp_path / "said"
    return note.read_text(encoding="utf-8").splitlines() if note.exists() else []


def is_alive(pid: int) -> bool:
    """False also for one that has ended and was not yet waited for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@asynccontextmanager
async def running(supervisor: Supervisor, db: Database, id: str, tmp_path: Path) -> AsyncIterator[int]:
    """The pid of the process that has taken the run up."""
    async with supervisor.opened():
        await until(lambda: run_of(db, id).status == "running")
        yield int(said(tmp_path)[-1].split()[-1])


async def test_runs_are_carried_out_one_after_another_with_the_services_settings(
    start: Start, db: Database, tmp_path: Path
) -> None:
    supervisor = start(WORKS)
    folder = supervisor.inbox / "u1"
    folder.mkdir(parents=True)
    ids = [ask(supervisor, str(folder / "a.txt"))]
    async with supervisor.opened():
        ids.append(await asyncio.to_thread(ask, supervisor))
        supervisor.wake()
        await until(lambda: run_of(db, ids[1]).finished is not None)
    assert [run_of(db, id).status for id in ids] == ["done", "done"]
    lines = [line.rsplit(" ", 1)[0] if line.startswith("begin") else line for line in said(tmp_path)]
    assert lines == [f"begin {ids[0]}", "keyword", f"begin {ids[1]}", "keyword"]
    assert not folder.exists()


@pytest.mark.parametrize(("script", "line"), [(DIES, "a.pdf: the last word"), (KILLED, "ended by SIGKILL")])
async def test_a_process_that_dies_fails_its_run_with_the_reason(
    start: Start, db: Database, script: str, line: str
) -> None:
    supervisor = start(script)
    id = ask(supervisor)
    async with supervisor.opened():
        await until(lambda: run_of(db, id).finished is not None)
    run = run_of(db, id)
    assert (run.status, line in (run.report or {})["error"]) == ("failed", True)
    last = ingestions.events(db, LOCAL, id)[-1]
    assert (last.event, last.data["status"]) == ("done", "failed")


async def test_a_service_that_stops_ends_the_process_and_the_next_one_goes_on(
    start: Start, db: Database, tmp_path: Path
) -> None:
    supervisor = start(LINGERS)
    id = ask(supervisor)
    async with running(supervisor, db, id, tmp_path) as pid:
        assert is_alive(pid)
    assert not is_alive(pid)
    assert (run_of(db, id).status, run_of(db, id).finished) == ("queued", None)
    async with start(WORKS).opened():
        await until(lambda: run_of(db, id).status == "done")


async def test_a_process_that_does_not_end_is_killed_with_its_own(
    start: Start, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_END_SECONDS", 0.5)
    supervisor = start(STUBBORN)
    id = ask(supervisor)
    async with supervisor.opened():
        await until(lambda: any(line.startswith("own") for line in said(tmp_path)))
        pids = [int(line.split()[-1]) for line in said(tmp_path)]
        assert all(map(is_alive, pids))
    await until(lambda: not any(map(is_alive, pids)))
    assert run_of(db, id).status == "queued"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent death signal")
async def test_a_service_that_is_killed_takes_its_process_along(start: Start, db: Database, tmp_path: Path) -> None:
    id = ask(start(LINGERS))
    service = f"""
import asyncio, sys
from pathlib import Path
from app.ingest.supervisor import Supervisor
from retrieval.settings import RetrievalSettings
from retrieval.sql.engine import Database
async def main():
    settings = RetrievalSettings(data_dir=Path({str(tmp_path)!r}))
    db = Database.open(settings.database)
    async with Supervisor(db, settings, (sys.executable, {str(tmp_path / "child.py")!r})).opened():
        await asyncio.sleep(60)
asyncio.run(main())
"""
    process = subprocess.Popen([sys.executable, "-c", service], cwd=ROOT)  # noqa: ASYNC220
    try:
        await until(lambda: run_of(db, id).status == "running")
        pid = int(said(tmp_path)[-1].split()[-1])
        assert is_alive(pid)
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)
    await until(lambda: not is_alive(pid))
    assert run_of(db, id).status == "running"
    async with start(WORKS).opened():
        await until(lambda: run_of(db, id).status == "done")
    assert [event.event for event in ingestions.events(db, LOCAL, id)] == ["queued", "lost"]


async def test_a_run_that_loses_its_process_each_time_is_given_up(start: Start, db: Database) -> None:
    supervisor = start(WORKS)
    id = ask(supervisor)
    for _ in range(module._MAX_LOST):
        ingestions.append(db, id, "lost", {})
    ingestions.start(db, id)
    async with supervisor.opened():
        await until(lambda: run_of(db, id).finished is not None)
    assert "lost 6 times" in (run_of(db, id).report or {})["error"]


async def test_a_run_that_the_command_line_declared_dead_goes_on(start: Start, db: Database) -> None:
    supervisor = start(WORKS)
    id = ask(supervisor)
    ingestions.start(db, id)
    assert ingestions.mark_dead(db) == [id]
    async with supervisor.opened():
        await until(lambda: run_of(db, id).status == "done")
    assert run_of(db, id).report == {"files": 1}


async def test_runs_of_the_command_line_are_left_alone(start: Start, db: Database) -> None:
    theirs = ingestions.create(db, caller="local", action="ingest", request={"paths": ["/theirs"]}).id
    ingestions.start(db, theirs)
    waits = ingestions.create(db, caller="local", action="ingest", request={"paths": ["/theirs"]}).id
    supervisor = start(WORKS)
    id = ask(supervisor)
    async with supervisor.opened():
        await until(lambda: run_of(db, id).status == "done")
    assert (run_of(db, theirs).status, run_of(db, waits).status) == ("running", "queued")


async def test_a_run_waits_while_another_process_writes(
    start: Start, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL_SECONDS", 0.1)
    supervisor = start(WORKS)
    id = ask(supervisor)
    with FileLock(tmp_path / "ingestion.lock"):
        async with supervisor.opened():
            await asyncio.sleep(0.5)
            assert run_of(db, id).status == "queued"
            assert said(tmp_path) == []
    async with supervisor.opened():
        await until(lambda: run_of(db, id).status == "done")


def test_the_child_does_not_begin_when_its_parent_is_gone(tmp_path: Path) -> None:
    target = tmp_path / "ran"
    command = [sys.executable, "-m", "app.ingest._child", "1", "-c", f"open({str(target)!r}, 'w')"]
    done = subprocess.run(command, cwd=ROOT, check=False)
    assert (done.returncode, target.exists()) == (1, False)
    command[3] = str(os.getpid())
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    assert target.exists()
