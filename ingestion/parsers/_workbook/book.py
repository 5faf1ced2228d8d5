"""Workbooks of any format: which reader takes a file, and what stands at the top of its first sheets."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from ingestion.parsers import _csv
from ingestion.parsers._workbook import ods, xls, xlsx
from ingestion.parsers._workbook.sheet import Filled, Limits, Sheet, Value
from ingestion.parsers.base import OPTIONS, Options
from retrieval.errors import BadDocument

_OLE_SUFFIXES = frozenset({".xls", ".xlt", ".xlsx", ".xlsm", ".et"})
_PEEKED_ROWS = 20
_START, _LONGER_START = 4096, 65_536  # bytes
_CURRENCY = re.compile(r"[€$¥£￥]|(?<![A-Za-z])(?:EUR|USD|CNY|GBP)(?![A-Za-z])")
_LARGEST_PEEKED_XLS = 50_000_000  # bytes: calamine reads a sheet whole


def reader_of(path: Path, start: bytes) -> str | None:
    """xlsx, ods or xls by what the file holds; None where it is no workbook."""
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls" if path.suffix.lower() in _OLE_SUFFIXES else None
    if not start.startswith(b"PK\x03\x04"):
        return None
    if b"application/vnd.oasis.opendocument.spreadsheet" in start[:200]:
        return "ods"
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return "xlsx" if path.suffix.lower() in (".xlsx", ".xlsm") else None  # whose reader says what is wrong
    if "xl/workbook.bin" in names:
        return "xls"
    return "xlsx" if any(name.startswith("xl/") and name.endswith(".xml") for name in names) else None


def sheets(path: Path, name: str, options: Options, *, most_rows: int | None = None) -> Iterator[Sheet]:
    """The sheets of a workbook, or the one of a CSV, each with a name of its own. Raises ``BadDocument``."""
    return _named_apart(_read(path, name, options, most_rows))


def _read(path: Path, name: str, options: Options, most_rows: int | None) -> Iterator[Sheet]:
    with path.open("rb") as file:
        start = file.read(4096)
    match reader_of(path, start):
        case "xlsx":
            yield from xlsx.sheets(path, name, options, most_rows=most_rows)
        case "ods":
            yield from ods.sheets(path, name, options, most_rows=most_rows)
        case "xls":
            yield from xls.sheets(path, name, options, most_rows=most_rows)
        case _:
            sheet, limits = Sheet(Path(name).stem), Limits(name, options)
            for row, cells in _csv.rows(path, name):
                limits.row("", len(cells))
                sheet.rows.append((row, [as_filled(cell) for cell in cells]))
            yield sheet


def _named_apart(found: Iterable[Sheet]) -> Iterator[Sheet]:
    """Programs other than Excel may name two sheets alike."""
    taken = set[str]()
    for sheet in found:
        name, count = sheet.name or "sheet", 1
        while name in taken:
            count += 1
            name = f"{sheet.name} ({count})"
        taken.add(name)
        sheet.name = name
        yield sheet


def as_filled(cell: str) -> Filled:
    return cell or None


def first_rows(path: Path, start: bytes) -> list[list[list[str]]]:
    """The first rows of the first sheets as text, for telling what a file is; none where it can't be read."""
    if not start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        if len(start) >= _START and path.suffix.lower() in _csv.SUFFIXES:  # a head may be longer
            with path.open("rb") as file:
                start = file.read(_LONGER_START)
        rows = _csv.start_rows(path, start)
        return [rows] if rows else []
    kind = reader_of(path, start)
    if kind is None:
        return []
    try:
        stat = path.stat()
        return _peeked(path, stat.st_mtime_ns, stat.st_size, kind)
    except OSError:
        return []


@lru_cache(maxsize=8)
def _peeked(path: Path, changed: int, size: int, kind: str) -> list[list[list[str]]]:
    if kind == "xls" and size > _LARGEST_PEEKED_XLS:
        return []
    found: list[list[list[str]]] = []
    try:
        for sheet in sheets(path, path.name, OPTIONS, most_rows=_PEEKED_ROWS):
            found.append([[as_text(cell) for cell in cells] for _, cells in sheet.rows[:_PEEKED_ROWS]])
            if len(found) >= 3:
                break
    except BadDocument:
        return []
    return found


def as_text(cell: Filled) -> str:
    """A cell for a reader of records: dates in ISO 8601, numbers without grouping, whatever the sheet shows."""
    if not isinstance(cell, Value):
        return (cell or "").strip()
    if cell.kind == "number" and isinstance(cell.cell, float) and not cell.shown.isdecimal():
        sign = _CURRENCY.search(cell.shown)
        return f"{sign[0] if sign else ''}{cell.cell!r}".removesuffix(".0")
    return str(cell.cell) if cell.kind == "date" else cell.shown
