"""What a person sees of a run: a live line on a terminal, plain lines elsewhere, and a table of failures."""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self, TextIO

from ingestion.report import Outcome, Progress, Report

_NAMED = 5  # of the files that were skipped


class PlainProgress(Progress):
    """One line for each file that something was done about, for logs and pipes; the summary counts the others."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._files, self._done = out, 0, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.flush()

    def started(self, files: int, size: int) -> None:
        self._files, self._done = files, 0

    def finished(self, name: str, outcome: Outcome, *, reason: str = "", seconds: float = 0.0, size: int = 0) -> None:
        self._done += 1
        if outcome == "unchanged":
            return
        print(f"[{self._done}/{max(self._files, self._done)}] {name}: {outcome}", file=self._out, flush=True)


class LiveProgress(PlainProgress):
    """A bar over the bytes to be read, with files done, pages and passages a second, time left and the current file."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            SpinnerColumn(),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[files]}"),
            TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("{task.description}", markup=False),
            console=Console(file=out),
            transient=True,
        )
        self._task = self._bar.add_task("looking for files", total=None, files="")
        self._pages = self._passages = self._size = 0
        self._begun = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def started(self, files: int, size: int) -> None:
        super().started(files, size)
        self._size, self._begun = size, time.monotonic()
        self._bar.reset(self._task, total=max(size, 1), files=self._counts(), description="")

    def stage(self, name: str, stage: str) -> None:
        self._bar.update(self._task, description=f"{name} ({stage})", files=self._counts())

    def counted(self, pages: int, passages: int) -> None:
        self._pages += pages
        self._passages += passages
        self._bar.update(self._task, files=self._counts())

    def finished(self, name: str, outcome: Outcome, *, reason: str = "", seconds: float = 0.0, size: int = 0) -> None:
        self._done += 1
        if outcome == "published" or seconds:
            self._bar.update(self._task, advance=size, files=self._counts())
        else:  # took no time, so it says nothing about the time left
            self._size -= size
            self._bar.update(self._task, total=max(self._size, 1), files=self._counts())

    def _counts(self) -> str:
        seconds = max(time.monotonic() - self._begun, 0.001)
        rates = f"{self._pages / seconds:.1f} pages/s, {self._passages / seconds:.1f} passages/s"
        return f"{self._done}/{self._files} files, {rates}"


def summary(report: Report, out: TextIO) -> None:
    """Counts in a line, warnings, then what failed with one line each."""
    seconds = sum(report.seconds.values())
    done = "would be published" if report.dry_run else "published"
    more = {
        "retired": report.retired,
        "deleted": report.deleted,
        "failed": len(report.failures),
        "of them in quarantine": report.quarantined,
        "waiting": report.waiting,
    }
    counts = [f"{report.published} {done}", f"{report.unchanged} unchanged"]
    counts += [f"{number} {name}" for name, number in more.items() if number or name == "failed"]
    skipped = f"; {report.skipped} of other kinds skipped{_some(report.skipped_files)}" if report.skipped else ""
    print(
        f"{report.files} files: {', '.join(counts)}{skipped}"
        f"; {report.pages} pages, {report.tables} tables, {report.passages} passages in {seconds:.1f} s",
        file=out,
    )
    for warning in report.warnings:
        print(f"warning: {warning}", file=out)
    if report.failures and out.isatty():
        _table(report, out)
    else:
        for failure in report.failures:
            print(f"failed: {failure.reason}", file=out)


def _some(names: Sequence[str]) -> str:
    more = ", ..." if len(names) > _NAMED else ""
    return f" ({', '.join(names[:_NAMED])}{more})" if names else ""


def _table(report: Report, out: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Not ingested", title_justify="left")
    table.add_column("File", style="bold")
    table.add_column("Why, and what to do")
    for failure in report.failures:
        table.add_row(Text(failure.file), Text(failure.reason.removeprefix(f"{failure.file}: ")))
    Console(file=out).print(table)
