"""Workbooks and plain CSV tables."""

from datetime import date
from pathlib import Path

from openpyxl import Workbook

from parser_cases import ParserCase


def _xlsx(folder: Path) -> Path:
    book, path = Workbook(), folder / "pumps.xlsx"
    sheet = book.active
    assert sheet is not None
    sheet.title = "Pump data"
    rows: list[list[object]] = [
        ["Design data of the feed pumps"],
        [],
        ["Tag", "Flow (m³/h)", "Pressure", None, "Efficiency", "Commissioned"],
        [None, None, "min", "max"],
        ["P-101A", 1250.5, 1, 6, 0.82, date(2025, 3, 4)],
        ["P-101B", 75, -1.5, 6.25, 0.8, date(2025, 3, 5)],
        ["Note: all values at 20 °C, measured at the works test stand"],
    ]
    for row in rows:
        sheet.append(row)
    for merged in ("A3:A4", "B3:B4", "C3:D3"):
        sheet.merge_cells(merged)
    for at in (5, 6):
        sheet.cell(at, 2).number_format = "#,##0.00"
        sheet.cell(at, 5).number_format = "0%"
    spares = book.create_sheet("Spare parts")
    parts: list[list[object]] = [
        ["Item", "Part No.", "Description", "Qty"],
        [1, "00123", "Mechanical seal", 2],
        [2, 6205, "Bearing", 4],
    ]
    for row in parts:
        spares.append(row)
    book.save(path)
    return path


def _xlsx_zh(folder: Path) -> Path:
    book, path = Workbook(), folder / "备件.xlsx"
    sheet = book.active
    assert sheet is not None
    sheet.title = "备件清单"
    chinese: list[list[object]] = [
        ["进料泵 P-101A 备件清单"],
        ["序号", "备件号", "名称", "数量（个）", "单价", "到货日期"],
        [1, "00123", "机械密封", 2, 1250.5, date(2025, 3, 4)],
        [2, "6205", "轴承", 4, 99, date(2025, 12, 31)],
    ]
    for row in chinese:
        sheet.append(row)
    for at in (3, 4):
        sheet.cell(at, 5).number_format = '"¥"#,##0.00'
        sheet.cell(at, 6).number_format = 'yyyy"年"m"月"d"日"'
    facts = book.create_sheet("参数")
    for name, value in (("位号：", "P-101A"), ("流量（m³/h）：", 75), ("介质：", "软化水")):
        facts.append([name, value])
    book.save(path)
    return path


def _csv(folder: Path) -> Path:
    path = folder / "limits.csv"
    path.write_text("Tag;Limit (°C);High\nTI-115A;75,5;−3\nTI-115B;1.080,0;5\n", encoding="utf-8")
    return path


def _tsv_zh(folder: Path) -> Path:
    path = folder / "润滑.tsv"
    path.write_bytes("位号\t油品\t数量/L\nP-101A\t汽轮机油 46 号\t3.5\nP-101B\t汽轮机油 46 号\t4\n".encode("gb18030"))
    return path


CASES = (
    ParserCase(
        id="xlsx",
        parser="spreadsheet",
        make=_xlsx,
        kind="table",
        language="en",
        texts=(
            "Tag | Flow (m³/h) | Pressure |  | Efficiency | Commissioned",
            "P-101A | 1,250.50 | 1 | 6 | 82% | 2025-03-04",
            "P-101B | 75.00 | -1.5 | 6.25 | 80% | 2025-03-05",
            "Note: all values at 20 °C",
            "00123 | Mechanical seal | 2",
            "6205 | Bearing | 4",
        ),
        tags=("P-101A", "P-101B"),
        place="record",
        headings=("Pump data", "Design data of the feed pumps", "Spare parts"),
        tables=2,
    ),
    ParserCase(
        id="xlsx-zh",
        parser="spreadsheet",
        make=_xlsx_zh,
        kind="table",
        language="zh",
        texts=(
            "00123 | 机械密封 | 2 | ¥1,250.50 | 2025年3月4日",
            "6205 | 轴承 | 4 | ¥99.00 | 2025年12月31日",
            "位号：P-101A",
            "流量（m³/h）：75",
        ),
        tags=("P-101A",),
        place="record",
        headings=("备件清单", "进料泵 P-101A 备件清单", "参数"),
        tables=2,
    ),
    ParserCase(
        id="csv",
        parser="spreadsheet",
        make=_csv,
        kind="table",
        language="en",
        texts=("Tag | Limit (°C) | High", "TI-115A | 75,5 | −3", "TI-115B | 1.080,0 | 5"),
        tags=("TI-115A", "TI-115B"),
        place="record",
        tables=1,
    ),
    ParserCase(
        id="tsv-zh",
        parser="spreadsheet",
        make=_tsv_zh,
        kind="table",
        language="zh",
        texts=("位号 | 油品 | 数量/L", "P-101A | 汽轮机油 46 号 | 3.5"),
        tags=("P-101A", "P-101B"),
        place="record",
        tables=1,
    ),
)
