"""A run on record: its row in SQL, and what became of each file as numbered events that others may follow."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ingestion.report import Outcome, Progress, Report, printable
from retrieval.sql import ingestions
from retrieval.sql.engine import Database

_EVERY_SECONDS = 0.5


class RunLog(Progress):
    """Events: started, file (name, stage), finished (name, outcome, reason, seconds), warning, done.

    Written when a file begins to be read, else at most twice a second, in one transaction.
    """

    def __init__(self, db: Database, id: str) -> None:
        self._db, self.id = db, id
        self._waiting: list[tuple[str, datetime, Mapping[str, Any]]] = []
        self._written = time.monotonic()

    def started(self, files: int, size: int) -> None:
        self._tell("started", {"files": files, "bytes": size}, now=True)

    def stage(self, name: str, stage: str) -> None:
        self._tell("file", {"name": name, "stage": stage}, now=stage == "read")  # which may take long

    def finished(self, name: str, outcome: Outcome, *, reason: str = "", seconds: float = 0.0, size: int = 0) -> None:
        said = {"name": name, "outcome": outcome, "reason": reason, "seconds": round(seconds, 3), "bytes": size}
        self._tell("finished", said)

    def warned(self, text: str) -> None:
        self._tell("warning", {"text": text})

    def done(self, report: Report) -> None:
        """The run is over."""
        said = report.to_json()
        self._tell("done", {"status": "done", "report": said}, now=True)
        ingestions.finish(self._db, self.id, status="done", report=said)

    def failed(self, error: str, report: Report | None = None) -> None:
        """The run was broken off."""
        said = {"error": error} | (report.to_json() if report else {})
        self._tell("done", {"status": "failed", "error": error}, now=True)
        ingestions.finish(self._db, self.id, status="failed", report=said)

    def _tell(self, event: str, data: Mapping[str, Any], *, now: bool = False) -> None:
        said = {key: printable(value) if isinstance(value, str) else value for key, value in data.items()}
        self._waiting.append((event, datetime.now(UTC), said))
        if now or time.monotonic() - self._written >= _EVERY_SECONDS:
            told, self._waiting = self._waiting, []
            ingestions.append_all(self._db, self.id, told)
            self._written = time.monotonic()
