"""What a run of ingestion did, for people, for the record and for ``--json``."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ingestion.memory import peak_rss_mb

SKIPPED_NAMED = 100
Outcome = Literal["published", "unchanged", "failed", "quarantined", "waiting", "retired", "deleted"]


class Progress:
    """Told of each step of a run; this one says nothing."""

    def started(self, files: int, size: int) -> None:
        """So many files with so many bytes were found."""

    def file(self, name: str) -> None:
        """Work on a file begins."""

    def stage(self, name: str, stage: str) -> None:
        """The file is now in this stage: read, encode or write."""

    def counted(self, pages: int, passages: int) -> None:
        """So many more pages were read and passages cut."""

    def encoded(self, vectors: int) -> None:
        """So many more vectors are there."""

    def finished(self, name: str, outcome: Outcome, *, reason: str = "", seconds: float = 0.0, size: int = 0) -> None:
        """The file is done with; ``reason`` where it stands not in the index."""

    def warned(self, text: str) -> None:
        """Something was read around."""


class Together(Progress):
    """Tells several."""

    def __init__(self, *members: Progress) -> None:
        self._members: Sequence[Progress] = members

    def started(self, files: int, size: int) -> None:
        for member in self._members:
            member.started(files, size)

    def file(self, name: str) -> None:
        for member in self._members:
            member.file(name)

    def stage(self, name: str, stage: str) -> None:
        for member in self._members:
            member.stage(name, stage)

    def counted(self, pages: int, passages: int) -> None:
        for member in self._members:
            member.counted(pages, passages)

    def encoded(self, vectors: int) -> None:
        for member in self._members:
            member.encoded(vectors)

    def finished(self, name: str, outcome: Outcome, *, reason: str = "", seconds: float = 0.0, size: int = 0) -> None:
        for member in self._members:
            member.finished(name, outcome, reason=reason, seconds=seconds, size=size)

    def warned(self, text: str) -> None:
        for member in self._members:
            member.warned(text)


def printable(name: str) -> str:
    """A name that is no Unicode, with each odd byte as a backslash and its code: SQL and terminals refuse it raw."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Failure:
    file: str
    reason: str  # one line that names the file and the spot


@dataclass
class Report:
    """Counts of a run. ``files`` are those that a parser took or should have taken.

    ``quarantined`` and ``waiting`` are among the failures: files at fault themselves, and files that met a fault which
    may pass and whose time to be tried again has not come.
    """

    id: str = ""  # of the run
    files: int = 0
    published: int = 0
    unchanged: int = 0
    skipped: int = 0  # files in folders that no parser takes
    skipped_files: list[str] = field(default_factory=list)  # their names, the first hundred
    retired: int = 0
    deleted: int = 0
    quarantined: int = 0
    waiting: int = 0
    pages: int = 0
    passages: int = 0
    tables: int = 0
    rows: int = 0  # typed rows: orders, and rows of tables
    size: int = 0  # bytes of the files that were read
    tiers: dict[str, int] = field(default_factory=dict)  # pages by how they were read
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    dry_run: bool = False
    reader_peak_mb: float = 0.0  # of the process that reads files
    again: dict[Path, datetime] = field(default_factory=dict)  # when what met a passing fault is tried again

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what runs in it."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent({name: time.perf_counter() - start})

    def spent(self, seconds: Mapping[str, float]) -> None:
        for name, value in seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + value

    @property
    def exit_code(self) -> int:
        """0 all files stand in the index, 2 some failed, 1 nothing could be done."""
        if self.published + self.unchanged + self.retired + self.deleted == 0:
            return 1
        return 2 if self.failures else 0

    def to_json(self) -> dict[str, Any]:
        mine = peak_rss_mb()
        counts = ("published", "unchanged", "skipped", "retired", "deleted", "quarantined", "waiting")
        return {
            "id": self.id,
            "files": self.files,
            **{name: getattr(self, name) for name in counts},
            "pages": self.pages,
            "passages": self.passages,
            "tables": self.tables,
            "rows": self.rows,
            "bytes": self.size,
            "tiers": self.tiers,
            "skipped_files": self.skipped_files[:SKIPPED_NAMED],
            "dry_run": self.dry_run,
            "failures": [{"file": failure.file, "reason": failure.reason} for failure in self.failures],
            "warnings": self.warnings,
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "peak_rss_mb": round(max(mine, self.reader_peak_mb), 1),
            "run_peak_rss_mb": round(mine, 1),
            "reader_peak_rss_mb": round(self.reader_peak_mb, 1),
        }
