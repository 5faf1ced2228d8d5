"""``--watch``: folders are followed; what changes is ingested once it is whole, what is deleted is retired."""

import queue
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from ingestion.console import summary
from ingestion.discover import is_passing
from ingestion.reading import first_line
from ingestion.report import Report
from ingestion.session import STOPPED, Asked
from ingestion.settings import IngestionSettings
from ingestion.sidecars import spoken_for, target
from retrieval.errors import PlantwrightError

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

_LONGEST_WAIT_SECONDS = 30.0
_READING = frozenset({"opened", "closed_no_write"})  # our own reading makes these


class Runs(Protocol):
    """What a session offers."""

    def run(self, asked: Asked) -> Report: ...


class Pending:
    """Paths that have changed, until they have been quiet for ``seconds``."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._since: dict[Path, tuple[float, int]] = {}  # when it was last seen to change, and its size then

    def __bool__(self) -> bool:
        return bool(self._since)

    def add(self, path: Path) -> None:
        self._since[path] = (self._clock(), _size(path))

    def take(self) -> set[Path]:
        """Those that are whole by now: quiet, and of the size that they had when last looked at."""
        now, ready = self._clock(), set[Path]()
        for path, (since, size) in list(self._since.items()):
            if _size(path) != size:
                self.add(path)
            elif now - since >= self._seconds:
                ready.add(path)
                del self._since[path]
        return ready


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def watch(session: Runs, asked: Asked, own: IngestionSettings, out: TextIO, *, poll: bool) -> int:
    """Until it is stopped; 0 then. A run that fails is said, and tried again later."""
    told: queue.SimpleQueue[Path] = queue.SimpleQueue()
    try:
        with _observer(asked.paths, told, poll=poll):
            _follow(session, asked, own, out, told)
    except KeyboardInterrupt:
        print(f"ingestion: {STOPPED}", file=out, flush=True)
    return 0


def _follow(session: Runs, asked: Asked, own: IngestionSettings, out: TextIO, told: "queue.SimpleQueue[Path]") -> None:
    pending, failures, later = Pending(own.watch_seconds), 0, dict[Path, datetime]()
    changed: set[Path] | None = None  # all of them, at first
    while True:
        if changed is None or changed:
            try:
                report = session.run(replace(asked, only=changed))
                summary(report, out)
                later = {path: again for path, again in later.items() if changed is not None and path not in changed}
                later |= report.again
                changed, failures = set(), 0
            except PlantwrightError as error:
                failures += 1
                print(f"ingestion: {error}", file=out)
            except Exception as error:  # whatever it is, the next change is followed
                failures += 1
                print(f"ingestion: {type(error).__name__}: {first_line(error)}; it is tried again", file=out)
            print("watching", *asked.paths, file=out, flush=True)
        wait = min(_LONGEST_WAIT_SECONDS, own.watch_seconds * 2**failures) if failures else own.watch_seconds / 2
        time.sleep(wait)
        while not told.empty():
            path = told.get()
            pending.add(path)
            with suppress(OSError):  # a folder that went while we looked
                for meant in _meant(path):
                    pending.add(meant)
        ready = pending.take() | _due(later)
        if changed is not None:
            changed |= ready


def _meant(path: Path) -> Iterator[Path]:
    """The files, besides itself, whose documents a change bears on."""
    said = target(path.name)
    if said == "":
        yield from (below for below in path.parent.rglob("*") if below.is_file())
    elif said is not None:
        yield from spoken_for(path)
    elif path.is_dir():
        yield from (below for below in path.rglob("*") if below.is_file())


def _due(later: Mapping[Path, datetime]) -> set[Path]:
    """Files that met a fault which may have passed."""
    now = datetime.now(UTC)
    return {path for path, again in later.items() if again <= now}


@contextmanager
def _observer(paths: tuple[Path, ...], told: "queue.SimpleQueue[Path]", *, poll: bool) -> Iterator[None]:
    from watchdog.observers import Observer
    from watchdog.observers.polling import PollingObserver

    observer: BaseObserver = PollingObserver() if poll else Observer()
    try:
        _schedule(observer, paths, told)
    except OSError:  # no more watches to be had
        observer = PollingObserver()
        _schedule(observer, paths, told)
    try:
        yield
    finally:
        observer.stop()
        observer.join()


def _schedule(observer: "BaseObserver", paths: tuple[Path, ...], told: "queue.SimpleQueue[Path]") -> None:
    from watchdog.events import FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: "FileSystemEvent") -> None:
            if event.event_type in _READING or (event.is_directory and event.event_type == "modified"):
                return
            for raw in (event.src_path, event.dest_path):
                path = Path(_text(raw))
                if raw and not any(is_passing(part) for part in (path.name, path.parent.name)):
                    told.put(path.absolute())

    handler: Any = Handler()
    for path in paths:
        observer.schedule(handler, str(path), recursive=True)
    observer.start()


def _text(raw: bytes | str) -> str:
    return raw.decode("utf-8", "surrogateescape") if isinstance(raw, bytes) else raw
