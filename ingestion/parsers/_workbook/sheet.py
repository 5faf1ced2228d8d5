"""A sheet of a workbook, whatever its file format: cells with what they hold and what they show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from ingestion.parsers.base import Options
from retrieval.errors import BadDocument
from retrieval.models import Cell

MOST_CELL = 1_000_000  # characters


class Value(NamedTuple):
    """A cell that is no plain text. ``error``: #REF! and the like, or a formula that was never calculated."""

    kind: Literal["number", "percent", "date", "boolean", "error"]
    cell: Cell
    shown: str


Filled = str | Value | None  # a cell: plain text, another value, or empty
Row = tuple[int, list[Filled]]  # 1-based row of the sheet, and its cells from the first column on


class Merge(NamedTuple):
    """A merged range, rows and columns 1-based, both ends within it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """Rows that hold anything, in order."""

    name: str
    rows: list[Row] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: int = 0
    hidden_columns: int = 0
    uncalculated: list[str] = field(default_factory=list)  # cells with a formula and no value, e.g. B7
    charts: int = 0


Reader = Callable[[Path, str, Options], Iterator[Sheet]]


def text_of(cell: Filled) -> str:
    """What the cell shows."""
    return "" if cell is None else cell if isinstance(cell, str) else cell.shown


def letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Limits:
    """Counts what a workbook's sheets hold. Raises ``BadDocument`` that names the setting that it is beyond."""

    def __init__(self, name: str, options: Options) -> None:
        self._name, self._options, self._rows = name, options, 0

    def row(self, sheet: str, columns: int) -> None:
        """One more row that holds anything."""
        self._rows += 1
        if self._rows > self._options.max_rows:
            self._refuse(sheet, f"more than [ingestion] max_rows = {self._options.max_rows:,} rows")
        self.columns(sheet, columns)

    def columns(self, sheet: str, columns: int) -> None:
        if columns > self._options.max_columns:
            self._refuse(
                sheet, f"{columns:,} columns or more, more than [ingestion] max_columns = {self._options.max_columns:,}"
            )

    def _refuse(self, sheet: str, what: str) -> None:
        where = f"sheet {sheet}" if sheet else ""
        raise BadDocument(self._name, f"has {what}", where=where, remedy="split it or raise the setting")
