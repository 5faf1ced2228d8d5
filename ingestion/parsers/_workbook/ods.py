"""ODS as a stream: each cell with its value and the text that it shows."""

import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingestion.parsers._packed import opened, part
from ingestion.parsers._workbook.sheet import MOST_CELL, Filled, Limits, Merge, Sheet, Value, letters
from ingestion.parsers.base import Options
from retrieval.errors import BadDocument

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})


def sheets(path: Path, name: str, options: Options, *, most_rows: int | None = None) -> Iterator[Sheet]:
    """As ``_xlsx.sheets``. Raises ``BadDocument``."""
    from lxml import etree

    try:
        with opened(path, name, options) as archive:
            if "content.xml" not in archive.namelist():
                raise BadDocument(name, "holds no workbook", remedy="save it again as ODS or XLSX")
            _refuse_encrypted(archive, name)
            yield from _read(archive, name, Limits(name, options), most_rows)
    except etree.XMLSyntaxError as error:
        raise BadDocument(
            name, f"holds broken XML ({' '.join(str(error.msg).split())})", remedy="save it again"
        ) from None
    except ValueError as error:
        raise BadDocument(name, f"holds a cell that cannot be read ({error})", remedy="save it again") from None


def _refuse_encrypted(archive: zipfile.ZipFile, name: str) -> None:
    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise BadDocument(name, "is encrypted", remedy="take the password off and save it again")


def _read(archive: zipfile.ZipFile, name: str, limits: Limits, most_rows: int | None) -> Iterator[Sheet]:
    from lxml import etree

    unseen, sheet, number = set[str](), Sheet(""), 0
    tags = [f"{_TABLE}table", f"{_TABLE}table-row", f"{_STYLE}style", f"{_TABLE}shapes"]
    with part(archive, "content.xml", name) as file:
        safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
        for event, element in etree.iterparse(file, events=("start", "end"), tag=tags, **safe):
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    hidden = element.get(f"{_TABLE}style-name") in unseen
                    sheet, number = Sheet(element.get(f"{_TABLE}name", ""), hidden=hidden), 0
                continue
            match element.tag.rpartition("}")[2]:
                case "style":
                    if element.find(f"{_STYLE}table-properties[@{_TABLE}display='false']") is not None:
                        unseen.add(element.get(f"{_STYLE}name"))
                case "table-row":
                    if most_rows is None or len(sheet.rows) < most_rows:
                        number = _row(sheet, element, number, limits)
                case "shapes":
                    sheet.charts += 1
                case "table":
                    yield sheet
            if element.tag != f"{_STYLE}style":
                element.clear(keep_tail=False)
                while element.getprevious() is not None and element.tag == f"{_TABLE}table-row":
                    del element.getparent()[0]


def _row(sheet: Sheet, element: Any, number: int, limits: Limits) -> int:
    """Add the row as often as it is repeated; the number of the last one."""
    repeated = max(1, int(element.get(f"{_TABLE}number-rows-repeated", "1")))
    cells: list[Filled] = []
    column = 0
    for one in element:
        if one.tag not in _CELLS:
            continue
        many = max(1, int(one.get(f"{_TABLE}number-columns-repeated", "1")))
        value = _value(one)
        if value is None and one.get(f"{_TABLE}formula") and one.get(f"{_OFFICE}value-type") is None:
            sheet.uncalculated.append(f"{letters(column + 1)}{number + 1}")
        if value is not None:
            limits.columns(sheet.name, column + many)
            _span(sheet, one, number + 1, column + 1)
            cells.extend([None] * (column - len(cells)))
            cells.extend([value] * many)
        column += many
    if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
        sheet.hidden_rows += repeated if cells else 0
    if cells:
        for at in range(number + 1, number + repeated + 1):
            limits.row(sheet.name, len(cells))
            sheet.rows.append((at, cells))
    return number + repeated


def _span(sheet: Sheet, cell: Any, row: int, column: int) -> None:
    rows = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
    columns = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
    if rows > 1 or columns > 1:
        sheet.merges.append(Merge(row, column, row + rows - 1, column + columns - 1))


def _value(cell: Any) -> Filled:
    if cell.tag == f"{_TABLE}covered-table-cell":
        return None
    shown = "\n".join("".join(_pieces(one)) for one in cell.iterchildren(f"{_TEXT}p"))
    if len(shown) > MOST_CELL:
        raise ValueError(f"a text of more than {MOST_CELL:,} characters")
    kind = cell.get(f"{_OFFICE}value-type")
    if shown.startswith(("#", "Err:")) and cell.get(f"{_TABLE}formula"):
        return Value("error", None, shown)
    match kind:
        case "float" | "currency" | "percentage":
            number = float(cell.get(f"{_OFFICE}value", "nan"))
            if not math.isfinite(number):
                return Value("error", None, shown)
            percent = kind == "percentage"
            return Value("percent", round(number * 100, 10), shown) if percent else Value("number", number, shown)
        case "date":
            iso = cell.get(f"{_OFFICE}date-value", "")
            return Value("date", iso.removesuffix("T00:00:00"), shown)
        case "time":
            return Value("date", shown, shown)
        case "boolean":
            return Value("boolean", cell.get(f"{_OFFICE}boolean-value") == "true", shown)
    return shown or None


def _pieces(paragraph: Any) -> Iterator[str]:
    """Its text; runs of spaces, tabs and line breaks are elements of their own, notes are left out."""
    yield paragraph.text or ""
    for child in paragraph:
        match child.tag.rpartition("}")[2] if isinstance(child.tag, str) else "":
            case "s":
                yield " " * min(1000, int(child.get(f"{_TEXT}c", "1")))
            case "tab":
                yield "\t"
            case "line-break":
                yield "\n"
            case "annotation" | "":
                pass
            case _:
                yield from _pieces(child)
        yield child.tail or ""
