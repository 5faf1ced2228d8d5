"""A run of ingestion as it is told: its request, how far it is, and which files failed and why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from app.api.wire import Wire
from retrieval.sql.ingestions import Action, Ingestion, IngestionEvent, Status


class FileFailure(Wire):
    """``reason`` is one line that names the file, the spot and what to do."""

    file: str
    reason: str


class Progress(Wire):
    """Counts so far. ``files`` is None until they are counted; ``file`` and ``stage`` say what is worked on now.

    ``failed`` holds ``quarantined`` (the file itself is at fault) and ``waiting`` (a fault that may pass). Pages,
    passages, tables and rows are counted once the run is over.
    """

    files: int | None = None
    done: int = 0
    published: int = 0
    unchanged: int = 0
    retired: int = 0
    deleted: int = 0
    failed: int = 0
    quarantined: int = 0
    waiting: int = 0
    skipped: int = 0  # of kinds that no parser takes
    pages: int = 0
    passages: int = 0
    tables: int = 0
    rows: int = 0
    file: str | None = None
    stage: str | None = None  # read | encode | write


class IngestionOut(Wire):
    """A run. ``files`` are the names that were sent, or ids of the documents to delete; ``error``: why it failed."""

    id: str
    action: Action
    status: Status
    created: datetime
    finished: datetime | None
    files: list[str]
    progress: Progress
    failures: list[FileFailure]
    warnings: list[str]
    error: str | None = None


_GOOD = ("published", "unchanged", "retired", "deleted")
_COUNTS = ("files", *_GOOD, "quarantined", "waiting", "skipped", "pages", "passages", "tables", "rows")


def told(run: Ingestion, names: Sequence[str], events: Iterable[IngestionEvent] = ()) -> IngestionOut:
    """``names``: what was sent; ``events``: those so far, of a run that is not over. Its report says all once it is."""
    report = run.report or {}
    progress, failures = (_reported(report), _failures(report)) if run.finished else _so_far(events)
    asked = [PurePath(path).name for path in run.request.get("paths") or ()]
    return IngestionOut(
        id=run.id,
        action=run.action,
        status=run.status,
        created=run.created,
        finished=run.finished,
        files=list(names) or asked or list(run.request.get("document_ids") or ()),
        progress=progress,
        failures=failures,
        warnings=[str(line) for line in report.get("warnings") or ()],
        error=str(report["error"]) if report.get("error") else None,
    )


def _failures(report: Mapping[str, Any]) -> list[FileFailure]:
    return [FileFailure(file=each["file"], reason=each["reason"]) for each in report.get("failures") or ()]


def _reported(report: Mapping[str, Any]) -> Progress:
    counts = {name: int(report[name]) for name in _COUNTS if name in report}
    failed = len(report.get("failures") or ())
    done = sum(counts.get(name, 0) for name in _GOOD) + failed
    return Progress(**counts, failed=failed, done=done)


def _so_far(events: Iterable[IngestionEvent]) -> tuple[Progress, list[FileFailure]]:
    progress, failures = Progress(), list[FileFailure]()
    for event in events:
        data = event.data
        if event.event in ("started", "lost"):  # again, where a run is repeated
            progress, failures = Progress(files=data.get("files")), []
        elif event.event == "file":
            progress.file, progress.stage = data.get("name"), data.get("stage")
        elif event.event == "finished":
            _finished(progress, failures, data)
    return progress, failures


def _finished(progress: Progress, failures: list[FileFailure], data: Mapping[str, Any]) -> None:
    progress.done += 1
    progress.file = progress.stage = None
    outcome = data.get("outcome")
    if outcome in _GOOD:
        setattr(progress, outcome, getattr(progress, outcome) + 1)
        return
    progress.failed += 1
    progress.quarantined += outcome == "quarantined"
    progress.waiting += outcome == "waiting"
    failures.append(FileFailure(file=str(data.get("name", "")), reason=str(data.get("reason") or "")))
