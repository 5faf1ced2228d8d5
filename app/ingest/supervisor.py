"""Runs of ingestion that the service starts: one at a time, each in a process of its own, followed to its end.

A run whose process is lost, because the service was stopped or killed, waits again: what it published stays, and a
second process goes on from there.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from app.ingest import inbox
from retrieval.errors import PlantwrightError
from retrieval.models import Caller
from retrieval.settings import PREFIX, RetrievalSettings, environment
from retrieval.sql import ingestions
from retrieval.sql.engine import Database
from retrieval.sql.ingestions import Action, Ingestion
from retrieval.sql.resume import requeue

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "ingestion", "--ingestion-id")
_ROOT = Path(__file__).resolve().parents[2]
_LOCK = "ingestion.lock"  # in data_dir: whoever writes the index holds it, the command line too
_POLL_SECONDS = 2.0  # while a run waits for another process to be done
_END_SECONDS = 10.0
_MAX_LOST = 5  # a run whose process was lost so often is given up
_KEPT_LOGS = 100
QUEUED = "queued"  # the first event of a run that the service was asked for
_ALL = Caller.local()  # runs are the service's own work, whoever asked for them


class Supervisor:
    """``command``: what a run's id is appended to. Use ``opened``."""

    def __init__(self, database: Database, settings: RetrievalSettings, command: Sequence[str] = COMMAND) -> None:
        self._db, self._settings, self._command = database, settings, tuple(command)
        self._data = settings.data_dir.resolve()
        self._wake = asyncio.Event()
        self.inbox = self._data / "inbox"
        self.logs = self._data / "log"
        self.pid: int | None = None  # of the process that runs

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator["Supervisor"]:
        """Takes up what waits until the context ends; the process that runs then is ended and its run waits again."""
        task = asyncio.create_task(self._run(), name="ingestions")
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def submit(self, caller: Caller, action: Action, request: Mapping[str, Any], names: Sequence[str]) -> Ingestion:
        """A run that waits for its turn; ``names``: what people call its files. Blocking; ``wake`` on the loop then."""
        run = ingestions.create(self._db, caller=caller.name, action=action, request=request)
        ingestions.append(self._db, run.id, QUEUED, {"names": list(names)})
        return run

    def wake(self) -> None:
        self._wake.set()

    async def _run(self) -> None:
        await asyncio.to_thread(self._tidy)
        while True:
            self._wake.clear()
            waiting = False
            try:
                waiting = await self._take_up()
            except PlantwrightError as error:  # the database is busy or full: it may not be so later
                log.error("ingestions wait: %s", error)
                waiting = True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS if waiting else None):
                    await self._wake.wait()

    async def _take_up(self) -> bool:
        """Carry out all that waits. True where some has to wait for another process."""
        while True:
            if not await asyncio.to_thread(self._is_free):
                return True
            await asyncio.to_thread(self._recover)
            runs = await asyncio.to_thread(ingestions.queued, self._db)
            ours = [run for run in runs if await asyncio.to_thread(self._is_ours, run)]
            if not ours:
                return False
            await self._carry_out(ours[0])
            if await asyncio.to_thread(self._waits, ours[0].id):
                return True  # another process was faster; let it finish

    def _is_free(self) -> bool:
        """Whether no process writes the index now."""
        lock = FileLock(self._data / _LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return False
        lock.release()
        return True

    def _recover(self) -> None:
        """Runs whose process is gone wait again; one that loses its process each time is given up."""
        for run in [*ingestions.running(self._db), *self._declared_dead()]:
            if not self._is_ours(run):
                continue  # the command line says itself what became of its own
            lost = sum(event.event == "lost" for event in ingestions.events(self._db, _ALL, run.id, limit=100_000))
            if lost < _MAX_LOST:
                ingestions.append(self._db, run.id, "lost", {"times": lost + 1})
                requeue(self._db, run.id)
            elif run.finished is None:
                self._fail(run.id, f"its process was lost {lost + 1} times; see {self.logs}")

    def _declared_dead(self) -> list[Ingestion]:
        """Runs that the command line, having found their process gone, has ended meanwhile."""
        recent = ingestions.list_runs(self._db, _ALL, limit=100)
        return [run for run in recent if run.report is not None and run.report.get("error") == ingestions.DIED]

    def _is_ours(self, run: Ingestion) -> bool:
        first = ingestions.events(self._db, _ALL, run.id, limit=1)
        return bool(first) and first[0].event == QUEUED

    def _waits(self, id: str) -> bool:
        return any(run.id == id for run in ingestions.queued(self._db))

    async def _carry_out(self, run: Ingestion) -> None:
        """One process from its start to its end."""
        out, errors = self._log_files(run.id)
        child = await self._spawn(run.id, out, errors)
        self.pid = child.pid
        try:
            code = await child.wait()
        except asyncio.CancelledError:
            await _end(child)
            await asyncio.to_thread(self._interrupted, run.id)
            raise
        finally:
            self.pid = None
        await asyncio.to_thread(self._finished, run, code, errors)

    async def _spawn(self, id: str, out: Path, errors: Path) -> asyncio.subprocess.Process:
        first, *rest = self._command
        guarded = [sys.executable, "-m", "app.ingest._child", str(os.getpid()), *rest, id]
        command = guarded if first == sys.executable else [*self._command, id]
        self.logs.mkdir(parents=True, exist_ok=True)
        with out.open("ab") as standard, errors.open("ab") as other:
            starting = asyncio.ensure_future(
                asyncio.create_subprocess_exec(
                    *command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=standard,
                    stderr=other,
                    env=self._environment(),
                    start_new_session=True,  # Ctrl-C goes to the service alone, which ends its child in its turn
                )
            )
            try:
                return await asyncio.shield(starting)
            except asyncio.CancelledError:
                await _end(await starting)
                raise

    def _environment(self) -> dict[str, str]:
        """The settings that this service runs with, whatever file they came from."""
        settings = self._settings.model_copy(update={"data_dir": self._data})
        kept = {name: value for name, value in os.environ.items() if not name.startswith(f"{PREFIX}RETRIEVAL__")}
        path = os.pathsep.join(filter(None, (str(_ROOT), kept.get("PYTHONPATH"))))
        return kept | environment("retrieval", settings) | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}

    def _finished(self, run: Ingestion, code: int, errors: Path) -> None:
        """Its last word stands; a process that ended without one has failed."""
        after = ingestions.get(self._db, _ALL, run.id)
        if after.finished is None:
            if code and after.status == "queued" and not self._is_free():
                return  # another process holds the index: it waits for its turn
            self._fail(run.id, _why(code, errors))
            after = ingestions.get(self._db, _ALL, run.id)
        folder = inbox.folder_of(self.inbox, run.request)
        report = after.report or {}
        if folder is not None and after.status == "done" and not report.get("failures"):
            inbox.remove(folder)  # the originals are kept by their content

    def _interrupted(self, id: str) -> None:
        run = ingestions.get(self._db, _ALL, id)
        if run.status != "done":
            requeue(self._db, id)

    def _fail(self, id: str, line: str) -> None:
        log.warning("ingestion %s failed: %s", id, line)
        ingestions.append(self._db, id, "done", {"status": "failed", "error": line})
        ingestions.finish(self._db, id, status="failed", report={"error": line})

    def _log_files(self, id: str) -> tuple[Path, Path]:
        return self.logs / f"ingestion-{id}.log", self.logs / f"ingestion-{id}.err"

    def _tidy(self) -> None:
        """What earlier runs left on the disk."""
        waiting = [*ingestions.queued(self._db), *ingestions.running(self._db)]
        inbox.sweep(self.inbox, [folder for run in waiting if (folder := inbox.folder_of(self.inbox, run.request))])
        if self.logs.is_dir():
            written = sorted(self.logs.glob("ingestion-*"), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in written[_KEPT_LOGS:]:
                path.unlink(missing_ok=True)


def _why(code: int, errors: Path) -> str:
    """The last line that the process wrote to stderr, or how it ended."""
    if code < 0:
        name = signal.Signals(-code).name if -code in signal.Signals.__members__.values() else str(-code)
        return f"its process was ended by {name}; what it published stays, send the files again to go on"
    try:
        lines = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        lines = []
    said = lines[-1].strip().removeprefix("ingestion: ")[:500] if lines else f"it ended with exit code {code}"
    return said


async def _end(child: asyncio.subprocess.Process) -> None:
    """SIGTERM, and SIGKILL to what is left of its process group."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(_END_SECONDS):
                await child.wait()
        except TimeoutError:
            log.warning("ingestion's process %d does not end; it is killed", child.pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    await child.wait()
