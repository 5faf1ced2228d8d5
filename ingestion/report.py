"""What a run of ingestion did, for people and for ``--json``."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


class Progress:
    """Told of each step of a run; this one says nothing."""

    def started(self, files: int) -> None:
        """So many files were found."""

    def file(self, name: str) -> None:
        """Work on a file begins."""

    def encoded(self, passages: int) -> None:
        """So many more vectors are there."""

    def finished(self, name: str, outcome: str) -> None:
        """``published``, ``unchanged`` or ``failed``."""


@dataclass(frozen=True, slots=True)
class Failure:
    file: str
    reason: str  # one line that names the file and the spot


@dataclass
class Report:
    """Counts of a run. ``files`` are those that a parser took or should have taken."""

    files: int = 0
    published: int = 0
    unchanged: int = 0
    skipped: int = 0  # files in folders that no parser takes
    pages: int = 0
    passages: int = 0
    tables: int = 0
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    dry_run: bool = False

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what runs in it."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    @property
    def exit_code(self) -> int:
        """0 all files stand in the index, 2 some failed, 1 nothing could be done."""
        if self.published + self.unchanged == 0:
            return 1
        return 2 if self.failures else 0

    def to_json(self) -> dict[str, Any]:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        return {
            "files": self.files,
            "published": self.published,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "pages": self.pages,
            "passages": self.passages,
            "tables": self.tables,
            "dry_run": self.dry_run,
            "failures": [{"file": failure.file, "reason": failure.reason} for failure in self.failures],
            "warnings": self.warnings,
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "peak_rss_mb": round(peak, 1),
        }
