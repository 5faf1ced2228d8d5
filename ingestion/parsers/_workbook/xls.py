"""XLS and XLSB through calamine: values as they are stored; number formats are not read."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from ingestion.parsers._packed import is_encrypted, opened
from ingestion.parsers._workbook import number_formats as formats
from ingestion.parsers._workbook.sheet import Filled, Limits, Merge, Sheet, Value
from ingestion.parsers.base import Options
from retrieval.errors import BadDocument


def sheets(path: Path, name: str, options: Options, *, most_rows: int | None = None) -> Iterator[Sheet]:
    """As ``_xlsx.sheets``. Raises ``BadDocument``."""
    import python_calamine as calamine

    _check(path, name, options)
    limits = Limits(name, options)
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            for meta in book.sheets_metadata:
                if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                    continue
                hidden = meta.visible != calamine.SheetVisibleEnum.Visible
                yield _sheet(book.get_sheet_by_name(meta.name), Sheet(meta.name, hidden=hidden), limits, most_rows)
    except calamine.PasswordError:
        raise BadDocument(name, "is encrypted", remedy="take the password off and save it again") from None
    except (calamine.CalamineError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise BadDocument(name, f"is broken inside ({reason})", remedy="save it as XLSX") from None


def _check(path: Path, name: str, options: Options) -> None:
    with path.open("rb") as file:
        packed = file.read(2) == b"PK"
    if packed:
        with opened(path, name, options):
            return
    if is_encrypted(path):
        raise BadDocument(name, "is encrypted", remedy="take the password off and save it again")


def _sheet(source: object, sheet: Sheet, limits: Limits, most_rows: int | None) -> Sheet:
    import python_calamine as calamine

    assert isinstance(source, calamine.CalamineSheet)
    for number, row in enumerate(source.to_python(skip_empty_area=False, nrows=most_rows), 1):
        cells = [_value(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            limits.row(sheet.name, len(cells))
            sheet.rows.append((number, cells))
    for (top, left), (bottom, right) in source.merged_cell_ranges or ():
        sheet.merges.append(Merge(top + 1, left + 1, bottom + 1, right + 1))
    return sheet


def _value(cell: object) -> Filled:
    match cell:
        case bool():
            return Value("boolean", cell, "TRUE" if cell else "FALSE")
        case int() | float():
            return Value("number", float(cell), formats.general(float(cell)))
        case datetime():
            whole_day = cell.time() == time()
            iso = cell.date().isoformat() if whole_day else cell.isoformat()
            return Value("date", iso, iso.replace("T", " "))
        case date():
            return Value("date", cell.isoformat(), cell.isoformat())
        case time():
            return Value("date", f"{cell:%H:%M}", f"{cell:%H:%M}")
        case timedelta():
            minutes = round(cell.total_seconds() / 60)
            shown = f"{minutes // 60}:{minutes % 60:02}"
            return Value("date", shown, shown)
    text = str(cell) if cell is not None else ""
    return Value("error", None, text) if text.startswith("#") and text.endswith(("!", "?", "A")) else text or None
