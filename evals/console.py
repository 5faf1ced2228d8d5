"""What commands show and leave: progress bars, tables, the JSON file."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from evals.report import write_json

_PIPE_WIDTH = 200  # columns of a table that no terminal limits


def finish(content: Mapping[str, Any], table: Table | None, file: Path | None) -> None:
    """Show the table, write the JSON. Raises ``BadSetting`` where the file can't be written."""
    if table is not None:
        show(table)
    if file:
        write_json(file, content)
        say(f"written: {file}")


def show(table: Table) -> None:
    """On standard output."""
    Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH).print(table)


def say(line: str) -> None:
    """A line on standard output."""
    sys.stdout.write(line + "\n")


def warn(line: str) -> None:
    """A line on standard error, by our name."""
    sys.stderr.write(f"evals: {line}\n")


@contextmanager
def progress() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """``start(name)`` begins a bar and gives the function that moves it: (done, in all)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def start(name: str) -> Callable[[int, int], None]:
            task = bars.add_task(name, total=None, visible=False)

            def tick(done: int, total: int) -> None:
                bars.update(task, completed=done, total=total, visible=True)

            return tick

        yield start
