"""What a person sees of a run: a live line on a terminal, plain lines elsewhere, and a table of failures."""

from types import TracebackType
from typing import Self, TextIO

from ingestion.report import Progress, Report


class PlainProgress(Progress):
    """One line a file, for logs and pipes."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._files, self._done = out, 0, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.flush()

    def started(self, files: int) -> None:
        self._files = files

    def finished(self, name: str, outcome: str) -> None:
        self._done += 1
        print(f"[{self._done}/{self._files}] {name}: {outcome}", file=self._out, flush=True)


class LiveProgress(PlainProgress):
    """A bar with files done, encodings and time."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("files, {task.fields[encoded]} encodings"),
            TimeElapsedColumn(),
            console=Console(file=out),
            transient=True,
        )
        self._task = self._bar.add_task("looking for files", total=None, encoded=0)
        self._encoded = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def started(self, files: int) -> None:
        self._bar.update(self._task, total=files)

    def file(self, name: str) -> None:
        self._bar.update(self._task, description=name)

    def encoded(self, passages: int) -> None:
        self._encoded += passages
        self._bar.update(self._task, encoded=self._encoded)

    def finished(self, name: str, outcome: str) -> None:
        self._bar.advance(self._task)


def summary(report: Report, out: TextIO) -> None:
    """Counts in a line, warnings, then what failed with one line each."""
    seconds = sum(report.seconds.values())
    done = "would be published" if report.dry_run else "published"
    failed, skipped = len(report.failures), f"; {report.skipped} of other kinds skipped" if report.skipped else ""
    print(
        f"{report.files} files: {report.published} {done}, {report.unchanged} unchanged, {failed} failed{skipped}"
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
