"""XLSX and XLSM as a stream: values, number formats, merged ranges and what is hidden, in one pass over each sheet.

openpyxl gives formats and merges together only where it holds the whole sheet; calamine gives no formats.
"""

import math
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from ingestion.parsers._packed import opened, part
from ingestion.parsers._workbook import number_formats as formats
from ingestion.parsers._workbook.sheet import MOST_CELL, Filled, Limits, Merge, Sheet, Value, letters
from ingestion.parsers.base import Options
from retrieval.errors import BadDocument

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_LOCALE_DATES = {14: "yyyy-mm-dd", 22: "yyyy-mm-dd hh:mm"}  # which every reader's Excel shows in another way
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_MOST_PEEKED = 3  # sheets
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class _Format:
    code: str
    kind: str  # number, percent, date, span (of time)


@dataclass
class _Book:
    archive: zipfile.ZipFile
    name: str
    formats: Sequence[_Format]
    strings: Sequence[str]
    epoch: datetime
    limits: Limits
    dates: dict[tuple[str, int], Value] = field(default_factory=dict)


def sheets(path: Path, name: str, options: Options, *, most_rows: int | None = None) -> Iterator[Sheet]:
    """The workbook's sheets in order; of the first ``most_rows`` rows each where that is given. ``BadDocument``."""
    from lxml import etree

    try:
        with opened(path, name, options) as archive:
            listed, old_epoch = _listed(archive, name)
            listed = listed if most_rows is None else listed[:_MOST_PEEKED]
            used = None if most_rows is None else _used(archive, name, listed, most_rows)
            book = _Book(
                archive,
                name,
                _formats(archive, name),
                _strings(archive, name, used),
                datetime(1904, 1, 1) if old_epoch else datetime(1899, 12, 30),
                Limits(name, options),
            )
            for title, member, hidden in listed:
                yield _sheet(book, title, member, hidden, most_rows)
    except etree.XMLSyntaxError as error:
        raise BadDocument(
            name, f"holds broken XML ({' '.join(str(error.msg).split())})", remedy="save it again"
        ) from None
    except ValueError as error:
        raise BadDocument(name, f"holds a cell that cannot be read ({error})", remedy="save it again") from None


def local(element: Any) -> str:
    """Its name without the namespace: strict files have other ones."""
    tag: str = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def elements(archive: zipfile.ZipFile, member: str, name: str, *tags: str) -> Iterator[Any]:
    """The part's elements of these names as they end; each is emptied afterwards, so memory stays small."""
    from lxml import etree

    with part(archive, member, name) as file:
        wanted = [f"{{*}}{tag}" for tag in tags]
        safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
        for _, element in etree.iterparse(file, events=("end",), tag=wanted, **safe):
            yield element
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]


def _listed(archive: zipfile.ZipFile, name: str) -> tuple[list[tuple[str, str, bool]], bool]:
    """(title, part, hidden) of each worksheet, and whether dates count from 1904."""
    book = _main_part(archive, name)
    folder, file = posixpath.split(book)
    targets = {
        one.get("Id"): one.get("Target", "")
        for one in elements(archive, f"{folder}/_rels/{file}.rels", name, "Relationship")
        if one.get("Type", "").endswith("/worksheet")
    }
    found, old_epoch = [], False
    for one in elements(archive, book, name, "sheet", "workbookPr"):
        if local(one) == "workbookPr":
            old_epoch = one.get("date1904") in ("1", "true")
        elif target := targets.get(one.get(_OFFICE) or one.get(_STRICT)):
            member = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
            found.append((one.get("name") or member, member, one.get("state", "visible") != "visible"))
    return found, old_epoch


def _main_part(archive: zipfile.ZipFile, name: str) -> str:
    for one in elements(archive, "_rels/.rels", name, "Relationship"):
        if one.get("Type", "").endswith("/officeDocument"):
            return posixpath.normpath(str(one.get("Target", ""))).lstrip("/")
    raise BadDocument(name, "holds no workbook", remedy="save it again as XLSX")


def _strings(archive: zipfile.ZipFile, name: str, used: frozenset[int] | None) -> Sequence[str]:
    """The shared texts; only as far as ``used`` goes, where that is given."""
    found: list[str] = []
    if "xl/sharedStrings.xml" not in archive.namelist() or used == frozenset():
        return found
    last = None if used is None else max(used)
    for one in elements(archive, "xl/sharedStrings.xml", name, "si"):
        found.append(_text(one))
        if last is not None and len(found) > last:
            break
    return found


def _text(element: Any) -> str:
    """Runs of a text without the phonetic ones."""
    texts = []
    for child in element:
        kind = local(child)
        if kind == "t":
            texts.append(child.text or "")
        elif kind in ("r", "is"):
            texts.append(_text(child))
    text = "".join(texts)
    if len(text) > MOST_CELL:
        raise ValueError(f"a text of more than {MOST_CELL:,} characters")
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _formats(archive: zipfile.ZipFile, name: str) -> list[_Format]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

    if "xl/styles.xml" not in archive.namelist():
        return []
    own, ids = dict[int, str](), list[int]()
    for one in elements(archive, "xl/styles.xml", name, "numFmt", "cellXfs"):
        if local(one) == "numFmt":
            own[int(one.get("numFmtId", "0"))] = one.get("formatCode", "")
        else:
            ids = [int(each.get("numFmtId", "0")) for each in one if local(each) == "xf"]
    found = []
    for id in ids:
        code = own.get(id) or _LOCALE_DATES.get(id) or BUILTIN_FORMATS.get(id, "General")
        spans = is_timedelta_format(code)
        dated = "General" not in code and is_date_format(code)
        kind = "span" if spans else "date" if dated else "percent" if formats.is_percent(code) else "number"
        found.append(_Format(code, kind))
    return found


def _used(
    archive: zipfile.ZipFile, name: str, listed: Sequence[tuple[str, str, bool]], most_rows: int
) -> frozenset[int]:
    """Which shared texts the first rows use."""
    found = set()
    for _, member, _ in listed:
        for count, row in enumerate(elements(archive, member, name, "row"), 1):
            found |= {int(cell.findtext("{*}v") or 0) for cell in row if cell.get("t") == "s"}
            if count >= most_rows:
                break
    return frozenset(found)


def _sheet(book: _Book, title: str, member: str, hidden: bool, most_rows: int | None) -> Sheet:
    sheet, number = Sheet(title, hidden=hidden), 0
    for one in elements(book.archive, member, book.name, "row", "mergeCell", "col", "drawing"):
        match local(one):
            case "row":
                number = max(number + 1, int(one.get("r") or 0))
                sheet.hidden_rows += one.get("hidden") in ("1", "true")
                cells = _cells(book, sheet, one, number)
                if cells:
                    book.limits.row(title, len(cells))
                    sheet.rows.append((number, cells))
                    if most_rows is not None and len(sheet.rows) >= most_rows:
                        break
            case "mergeCell":
                if match := _RANGE.fullmatch(one.get("ref", "")):
                    sheet.merges.append(Merge(int(match[2]), _column(match[1]), int(match[4]), _column(match[3])))
            case "col" if one.get("hidden") in ("1", "true"):
                sheet.hidden_columns += int(one.get("max", "1")) - int(one.get("min", "1")) + 1
            case "drawing":
                sheet.charts += 1
    return sheet


def _cells(book: _Book, sheet: Sheet, row: Any, number: int) -> list[Filled]:
    cells: list[Filled] = []
    column = 0
    for element in row:
        reference = _REFERENCE.match(element.get("r") or "")
        column = _column(reference[1]) if reference else column + 1
        value = _value(book, element)
        if value is None and element.find("{*}f") is not None and element.get("t") != "str":
            sheet.uncalculated.append(f"{letters(column)}{number}")
        if value is None:
            continue
        if column > len(cells) + 1:
            cells.extend([None] * (column - 1 - len(cells)))
        if column > len(cells):
            cells.append(value)
        else:
            cells[column - 1] = value
    return cells


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def _value(book: _Book, element: Any) -> Filled:
    kind = element.get("t") or "n"
    if kind == "inlineStr":
        return _text(element) or None
    raw = element.findtext("{*}v")
    if not raw:
        return None
    match kind:
        case "s":
            at = int(raw)
            return (book.strings[at] or None) if 0 <= at < len(book.strings) else None
        case "str":
            return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), raw)
        case "b":
            return Value("boolean", raw == "1", "TRUE" if raw == "1" else "FALSE")
        case "e":
            return Value("error", None, raw)
        case "d":
            return Value("date", raw, raw)
    return _number(book, raw, int(element.get("s") or 0))


def _number(book: _Book, raw: str, style: int) -> Filled:
    shape = book.formats[style] if style < len(book.formats) else _Format("General", "number")
    value = float(raw)
    if not math.isfinite(value):
        return Value("error", None, raw)
    if shape.kind == "number":
        shown = formats.general(value) if shape.code == "General" else formats.number(value, shape.code)
        return Value("number", value, shown)
    if shape.kind == "percent":
        return Value("percent", round(value * 100, 10), formats.number(value, shape.code))
    known = book.dates.get((raw, style))
    if known is None:
        known = book.dates[raw, style] = date_value(value, shape.code, shape.kind == "span", book.epoch)
    return known


def date_value(serial: float, code: str, span: bool, epoch: datetime) -> Value:
    """A date by its serial number, as ISO 8601. A time of day or a span of time is what it shows."""
    from openpyxl.utils.datetime import from_excel

    try:
        moment: object = from_excel(serial, epoch, timedelta=span)
    except (OverflowError, ValueError):
        return Value("error", None, "#####")
    if isinstance(moment, timedelta):
        minutes, seconds = divmod(round(moment.total_seconds()), 60)
        shown = f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
        return Value("date", shown, shown)
    if isinstance(moment, time):
        shown = formats.date(datetime.combine(epoch.date(), moment), code)
        return Value("date", shown, shown)
    assert isinstance(moment, datetime)
    whole_day = moment.time() == time() and not formats.shows_time(code)
    return Value("date", moment.date().isoformat() if whole_day else moment.isoformat(), formats.date(moment, code))
