"""Record sets (logs, registers) as people export them: CSV or workbook, head names by alias, values as text."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.parsers import _csv
from ingestion.parsers._workbook.book import as_text, reader_of, sheets
from ingestion.parsers._workbook.layout import fill_merged
from ingestion.parsers._workbook.sheet import Limits, Sheet
from ingestion.parsers.base import Options
from retrieval.errors import BadDocument
from retrieval.tags import fold

Rows = Iterator[tuple[int, list[str]]]
HEAD_WITHIN = 20  # rows: titles stand above the head of an export
_BRACKETS = re.compile(r"\s*[(\[（［【]([^()\[\]（）［］【】]*)[)\]）］】]\s*$|\s+in\s+(\S+)$")


@dataclass(frozen=True, slots=True)
class Source:
    """A CSV (``name`` is ''), or a sheet of a workbook. ``rows`` may be read again and again."""

    name: str
    rows: Callable[[], Rows]
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields of a record set: for each the head names it goes by, and which are needed."""

    names: Mapping[str, Sequence[str]]  # field -> head names, the preferred first, by which errors call it
    needed: Sequence[str]

    def find(self, head: Sequence[str]) -> dict[str, list[int]]:
        """Field -> its columns in ``head``, the preferred first: where one is empty in a row, the next counts."""
        places: dict[str, int] = {}
        for i in reversed(range(len(head))):
            places[fold_name(split_head(head[i])[0])] = i
        for i in reversed(range(len(head))):
            places[fold_name(head[i])] = i
        found = {
            field: list(dict.fromkeys(places[key] for name in names if (key := fold_name(name)) in places))
            for field, names in self.names.items()
        }
        return {field: at for field, at in found.items() if at}

    def missing(self, head: Sequence[str]) -> list[str]:
        """What the errors call the needed fields that ``head`` has not."""
        found = self.find(head)
        return [self.name(field) for field in self.needed if field not in found]

    def name(self, field: str) -> str:
        return self.names[field][0]

    def head_at(self, rows: Sequence[Sequence[str]]) -> int | None:
        """Which of the first rows is the head."""
        return next((i for i, row in enumerate(rows[:HEAD_WITHIN]) if row and not self.missing(row)), None)

    def refuse(self, name: str, rows: Sequence[tuple[int, list[str]]]) -> BadDocument:
        """The error that says what is missing."""
        row, head = max(rows[:HEAD_WITHIN], key=lambda one: len(self.find(one[1])), default=(1, []))
        missing = self.missing(head)
        there = ", ".join(filter(None, head[:12])) or "none"
        return BadDocument(
            name,
            f"has no column{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
            where=f"row {row}",
            remedy=f"rename or add what is missing (it has {there})",
        )


def sources(path: Path, name: str, options: Options) -> Iterator[Source]:
    """Raises ``BadDocument``, beyond a limit as well."""
    with path.open("rb") as file:
        start = file.read(4096)
    if reader_of(path, start) is None:
        dialect = _csv.dialect_of(path, name)

        def rows() -> Rows:
            limits = Limits(name, options)
            for row, cells in _csv.rows(path, name, dialect):
                limits.row("", len(cells))
                yield row, cells

        yield Source("", rows)
        return
    for sheet in sheets(path, name, options):
        fill_merged(sheet)
        yield Source(sheet.name, _of(sheet), sheet)


def _of(sheet: Sheet) -> Callable[[], Rows]:
    return lambda: ((row, [as_text(cell) for cell in cells]) for row, cells in sheet.rows)


def split_head(head: str) -> tuple[str, str]:
    """``Total cost (EUR)`` -> its name, and what the brackets say."""
    match = _BRACKETS.search(head)
    return (head[: match.start()], (match[1] or match[2] or "").strip()) if match else (head, "")


def fold_name(name: str) -> str:
    return re.sub(r"[\s_\-./:：*]+", " ", fold(name).lower()).strip()


def value(cells: Sequence[str], places: Sequence[int]) -> str:
    """The first of these cells that says anything."""
    return next((cells[at] for at in places if at < len(cells) and cells[at]), "")
