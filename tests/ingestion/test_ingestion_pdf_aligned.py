"""Tables that lack rules, or have them across only; and what only looks like a table."""

from pathlib import Path
from typing import Any

import pytest
from ingestion_kit import Paper
from pdf_kit import columns, draw, lines, of_kind, parse, text_of


def test_rules_that_run_across_only_make_a_table(tmp_path: Path) -> None:
    def page(canvas: Any) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 750, "The pump must be aligned before it runs; the values below hold for cold pumps.")
        for y in (700, 682, 610):
            canvas.line(72, y, 420, y)
        xs = (74, 200, 330)
        columns(canvas, 687, ["Bearing", "Limit", "Unit"], xs)
        for i, row in enumerate(
            [["Drive end", "80", "°C"], ["Other end", "75", "°C"], ["Casing", "60", "°C"], ["Oil", "70", "°C"]]
        ):
            columns(canvas, 667 - 16 * i, row, xs)
        canvas.drawString(72, 580, "After the first run check the alignment again and write it down.")

    parsed = parse(draw(tmp_path / "booktabs.pdf", page))
    (table,) = of_kind(parsed, "table")
    assert (table.head, lines(table)[0], lines(table)[-1]) == (1, "Bearing | Limit | Unit", "Oil | 70 | °C")
    assert parsed.tables[0].columns[1].type == "number"
    assert "Bearing" not in "".join(line for block in of_kind(parsed, "text") for line in lines(block))


def test_a_rule_under_each_row_joins_the_lines_of_a_cell(tmp_path: Path, paper: Paper) -> None:
    from reportlab.lib import colors
    from reportlab.platypus import Table

    rows = [
        ["Fault", "Cause", "Remedy"],
        ["No flow", "Valve is closed\nor line is blocked", "Open it"],
        ["Noise", "Cavitation", "Raise the level\nin the tank"],
    ]
    look = [("LINEABOVE", (0, 0), (-1, -1), 0.5, colors.black), ("LINEBELOW", (0, -1), (-1, -1), 0.5, colors.black)]
    path = paper.write(tmp_path / "rows.pdf", [Table(rows, style=look, colWidths=[120, 150, 150])])
    (table,) = of_kind(parse(path), "table")
    assert lines(table) == [" | ".join(cell.replace("\n", " ") for cell in row) for row in rows]


@pytest.mark.parametrize("chinese", [False, True], ids=["en", "zh"])
def test_aligned_columns_without_rules_are_a_table(tmp_path: Path, paper: Paper, chinese: bool) -> None:
    rows = [["Part", "Part number", "Qty"], ["Seal", "MS-4471", "1"], ["O-ring", "OR-20", "2"], ["Gasket", "G-7", "4"]]
    if chinese:
        rows = [["名称", "备件号", "数量"], ["机械密封", "MS-4471", "1"], ["O形圈", "OR-20", "2"], ["垫片", "G-7", "4"]]

    def page(canvas: Any) -> None:
        font = "STSong-Light" if chinese else "Helvetica"
        canvas.setFont(font, 10)
        canvas.drawString(
            72, 740, "订货时请注明型号和备件号。" if chinese else "Order spare parts by model and part number only."
        )
        for i, row in enumerate(rows):
            columns(canvas, 700 - 16 * i, row, (72, 230, 380), font=font)

    parsed = parse(draw(tmp_path / "aligned.pdf", page))
    (table,) = of_kind(parsed, "table")
    assert lines(table) == [" | ".join(row) for row in rows]
    assert parsed.tables[0].role == "spare_parts"
    assert [column.type for column in parsed.tables[0].columns] == ["text", "text", "number"]


NOT_TABLES = {
    "contents": [["1 Safety", "3"], ["2 Technical data", "7"], ["3 Maintenance", "12"], ["4 Spare parts", "19"]],
    "labels": [["Flow:", "27 m3/h"], ["Head:", "34 m"], ["Speed:", "2930 rpm"], ["Motor:", "15 kW"]],
    "steps": [["1.", "Close the valve"], ["2.", "Open the drain"], ["3.", "Lock it"], ["4.", "Sign the card"]],
    "bullets": [["•", "Close the valve"], ["•", "Open the drain"], ["•", "Lock it"], ["•", "Sign the card"]],
    "index": [["bearing, 12", "pump, 4, 18"], ["casing, 40", "seal, 22"], ["drain, 7", "shaft, 31"],
              ["oil, 15", "tank, 9"]],
    "title block": [["Document", "IOM-8387"], ["Revision", "B"], ["Date", "2019-12-05"], ["Model", "KSP 32"]],
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_TABLES)
def test_what_only_looks_aligned_is_no_table(tmp_path: Path, what: str) -> None:
    def page(canvas: Any) -> None:
        for i, row in enumerate(NOT_TABLES[what]):
            columns(canvas, 700 - 16 * i, row, (72, 250))

    parsed = parse(draw(tmp_path / "none.pdf", page))
    assert not of_kind(parsed, "table")
    assert not parsed.tables
    if what != "contents":  # whose entries the headings say
        assert all(cell in text_of(parsed) for row in NOT_TABLES[what] for cell in row)


def test_code_boxes_and_framed_warnings_are_no_tables(tmp_path: Path) -> None:
    def page(canvas: Any) -> None:
        canvas.setFillGray(0.94)
        for i in range(5):
            canvas.rect(60, 700 - 12 * i, 400, 12, stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.setFont("Courier", 9)
        for i in range(5):
            canvas.drawString(64, 703 - 12 * i, f"setp pin.{i}      {i}00      # comment {i}")
        canvas.rect(60, 500, 400, 40)
        canvas.setFont("Helvetica-Bold", 10)
        canvas.drawString(70, 525, "WARNING")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(70, 510, "Hot surface. Do not touch the housing while the pump is running.")

    parsed = parse(draw(tmp_path / "framed.pdf", page))
    assert not of_kind(parsed, "table")
    assert [lines(block)[0] for block in of_kind(parsed, "warning")] == ["WARNING"]
