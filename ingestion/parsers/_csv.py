"""Reading a CSV as people export it: any encoding, any delimiter, head names by alias."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import BadDocument

_DELIMITERS = ",;\t|"
_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields of a record set: for each the head names it goes by, and which are needed."""

    names: Mapping[str, tuple[str, ...]]  # field -> head names; the first is the one that errors call it
    needed: tuple[str, ...]

    def find(self, head: list[str]) -> dict[str, int]:
        """Field -> its column in ``head``."""
        places = {_fold(name): i for i, name in reversed(list(enumerate(head)))}
        found = {
            field: next((places[_fold(name)] for name in names if _fold(name) in places), None)
            for field, names in self.names.items()
        }
        return {field: place for field, place in found.items() if place is not None}

    def missing(self, head: list[str]) -> list[str]:
        """What the errors call the needed fields that ``head`` has not."""
        found = self.find(head)
        return [self.names[field][0] for field in self.needed if field not in found]

    def name(self, field: str) -> str:
        return self.names[field][0]


@dataclass(frozen=True, slots=True)
class Record:
    """One row. ``row`` is 1-based with the head row as 1; values are stripped, missing ones ''."""

    row: int
    values: Mapping[str, str]


def head_of(path: Path, start: bytes) -> list[str]:
    """The head row as far as the first bytes of a file show it; empty where it is no CSV."""
    if path.suffix.lower() not in _SUFFIXES or b"\x00" in start.lstrip(b"\xff\xfe")[:1] or start.startswith(b"%PDF"):
        return []
    try:
        text = _decode(start)
    except UnicodeDecodeError:
        text = start.decode("utf-8" if _mostly_utf8(start) else "gb18030", errors="ignore")
    return next(_rows(text), [])


def read(path: Path, name: str, columns: Columns) -> Iterator[Record]:
    """The rows that say anything. Raises ``BadDocument`` that names the missing columns."""
    data = path.read_bytes()
    if not data.strip():
        raise BadDocument(name, "is empty", remedy="export it again with its head row")
    try:
        text = _decode(data)
    except UnicodeDecodeError:
        raise BadDocument(name, "is no text in UTF-8 or GB18030", remedy="save it as CSV in UTF-8") from None
    rows = _rows(text)
    try:
        head = next(rows, [])
        if missing := columns.missing(head):
            plural = "s" if len(missing) > 1 else ""
            there = ", ".join(filter(None, head[:12])) or "none"
            raise BadDocument(
                name,
                f"has no column{plural} {', '.join(missing)}",
                where="row 1",
                remedy=f"rename or add what is missing (it has {there})",
            )
        places = columns.find(head)
        for row, cells in enumerate(rows, 2):
            if any(cell.strip() for cell in cells):
                yield Record(
                    row, {field: cells[place].strip() if place < len(cells) else "" for field, place in places.items()}
                )
    except csv.Error as error:
        raise BadDocument(name, f"is no valid CSV: {error}", remedy="save it as CSV in UTF-8") from None


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    if b"\x00" in data:
        raise UnicodeDecodeError("utf-8", data, data.index(b"\x00"), data.index(b"\x00") + 1, "a zero byte")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _mostly_utf8(start: bytes) -> bool:
    """Whether only the cut at the end of ``start`` breaks its UTF-8."""
    try:
        start[: max(0, len(start) - 4)].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(start) - 8
    return True


def _rows(text: str) -> Iterator[list[str]]:
    first = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
    return ([cell.strip() for cell in row] for row in rows)


def _fold(name: str) -> str:
    return re.sub(r"[\s_\-.]+", " ", name.strip().lower())
