"""The store's spare parts list as a workbook; the same list gives the same bytes."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

from demo.facts_spares import StoreItem, store
from demo.plant import Plant

FILE = "spare_parts_list.xlsx"
SHEET = "Spare parts 备件"
HEAD = ("Part number", "Description", "名称", "Fits", "Position", "Quantity installed", "Minimum stock", "Stock", "Location",
        "Supplier", "Lead time (d)")  # fmt: skip
_WIDTHS = (17, 28, 24, 18, 10, 19, 15, 8, 12, 22, 15)
_STAMP = datetime(2026, 10, 31)
_ZIP_STAMP = (2026, 10, 31, 0, 0, 0)


def write(plant: Plant, path: Path) -> None:
    """Write the list of the plant to ``path``: a title, an empty row, the head, a row a part."""
    from openpyxl import Workbook
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet.append([f"Spare parts list, unit {plant.unit} / {plant.unit} 单元备件清单"])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    sheet.append(HEAD)
    for cell in sheet[3]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E3EAF1")
    for item in store(plant):
        sheet.append(cells(item))
    for index, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A4"
    book.properties.created = book.properties.modified = _STAMP
    raw = io.BytesIO()
    book.save(raw)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_settled(raw.getvalue()))


def cells(item: StoreItem) -> list[str | int]:
    """An item's row, as ``HEAD`` names it."""
    return [item.number, item.name, item.name_zh, ", ".join(item.fits), item.position, item.installed, item.least, item.stock,
            item.place, item.supplier, item.lead_days]


def _settled(data: bytes) -> bytes:
    """The same archive with the hour of its making taken out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "docProps/core.xml":
                content = _same_day(content)
            new.writestr(zipfile.ZipInfo(info.filename, _ZIP_STAMP), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _same_day(core: bytes) -> bytes:
    """openpyxl writes the present as the day of the last change, whatever it is told."""
    import re

    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + _STAMP.isoformat().encode() + b"Z", core)
