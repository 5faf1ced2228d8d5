"""Tables: exact against pdfplumber as the reference, over pages, typed."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ingestion_kit import Paper, on_page
from pdf_kit import build, draw, lines, of_kind, parse

from demo import manual_en, manual_zh
from demo.plant import build as build_plant
from ingestion.parsers.base import Parsed

ROWS = [
    ["Part", "Material", "Mass (kg)"],
    ["Shaft", "1.4021", "12,5"],
    ["Impeller", "1.4408", "8"],
    ["Casing", "-", "41"],
]
Cells = list[list[str]]


def squeeze(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def reference(path: Path) -> list[Cells]:
    """pdfplumber's tables of two columns and rows or more; None of its cells is part of another, as '' here."""
    import pdfplumber

    found = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            for table in page.find_tables():
                rows = [[squeeze(cell) for cell in row] for row in table.extract() if any(row)]
                if len(rows) > 1 and sum(any(row[i] for row in rows) for i in range(len(rows[0]))) > 1:
                    found.append(rows)
    return found


def ours(parsed: Parsed) -> list[Cells]:
    return [
        [[squeeze(cell) for cell in line.split(" | ")] for line in lines(block)] for block in of_kind(parsed, "table")
    ]


def joined(tables: list[Cells]) -> list[list[str]]:
    """All rows of all tables, repeated heads left out, with what a merged cell says for later rows."""
    rows: list[list[str]] = []
    for table in tables:
        for row in table:
            if row not in rows:
                rows.append(row)
    return rows


@pytest.mark.parametrize("manual", [manual_en, manual_zh], ids=["en", "zh"])
def test_every_cell_of_the_demo_manuals_is_as_pdfplumber_reads_it(tmp_path: Path, manual: Any) -> None:
    path = tmp_path / manual.FILE
    manual.write(build_plant(11), path)
    assert joined(ours(parse(path))) == joined(reference(path))


@pytest.mark.parametrize(
    "style",
    [
        [("GRID", (0, 0), (-1, -1), 0.5, "black")],
        [("GRID", (0, 0), (-1, -1), 3, "black")],
        [("INNERGRID", (0, 0), (-1, -1), 0.25, "black"), ("BOX", (0, 0), (-1, -1), 2, "black")],
        [("GRID", (0, 0), (-1, -1), 0.5, "grey"), ("BACKGROUND", (0, 0), (-1, 0), "darkblue"),
         ("TEXTCOLOR", (0, 0), (-1, 0), "white")],
        [("GRID", (0, 0), (-1, -1), 0.5, "grey"), ("ROWBACKGROUNDS", (0, 1), (-1, -1), ["white", "lightgrey"])],
    ],
    ids=["thin", "thick", "box", "coloured-head", "zebra"],
)  # fmt: skip
def test_ruled_tables_of_any_look_are_as_pdfplumber_reads_them(tmp_path: Path, style: list[Any]) -> None:
    from reportlab.platypus import Table

    path = build(tmp_path / "table.pdf", [Table(ROWS, style=style)])
    assert ours(parse(path)) == reference(path) == [[[squeeze(cell) for cell in row] for row in ROWS]]


def test_cells_drawn_as_boxes_of_one_path_are_a_table(tmp_path: Path) -> None:
    def page(canvas: Any) -> None:
        path = canvas.beginPath()
        for j in range(3):
            for i in range(3):
                path.rect(100 + 80 * i, 600 + 20 * j, 80, 20)
                canvas.drawString(104 + 80 * i, 605 + 20 * j, f"c{j}{i}")
        canvas.drawPath(path)

    found = draw(tmp_path / "boxes.pdf", page)
    assert ours(parse(found)) == reference(found) == [[[f"c{j}{i}" for i in range(3)] for j in (2, 1, 0)]]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_table_on_a_turned_page_is_read_as_it_is_shown(tmp_path: Path, rotation: int) -> None:
    from reportlab.lib import colors
    from reportlab.platypus import Table

    def page(canvas: Any) -> None:
        x, y = {90: (100, 100), 180: (500, 100), 270: (500, 500)}[rotation]
        canvas.translate(x, y)
        canvas.rotate(rotation)
        table = Table(ROWS, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
        table.wrapOn(canvas, 400, 400)
        table.drawOn(canvas, 0, 0 if rotation == 90 else -100)

    path = draw(tmp_path / "turned.pdf", page, rotation=rotation)
    assert ours(parse(path)) == [[[squeeze(cell) for cell in row] for row in ROWS]]


def test_a_table_within_a_form_is_found(tmp_path: Path) -> None:
    from reportlab.lib import colors
    from reportlab.platypus import Table

    def page(canvas: Any) -> None:
        canvas.beginForm("sheet")
        table = Table(ROWS, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
        table.wrapOn(canvas, 400, 400)
        table.drawOn(canvas, 20, 30)
        canvas.endForm()
        canvas.translate(60, 500)
        canvas.scale(1.2, 1.2)
        canvas.doForm("sheet")

    path = draw(tmp_path / "form.pdf", page)
    assert ours(parse(path)) == [[[squeeze(cell) for cell in row] for row in ROWS]]


def test_merged_cells_and_two_head_rows(tmp_path: Path, paper: Paper) -> None:
    rows = [
        ["Size", "Pressure (bar)", "", "Note"],
        ["", "min", "max", ""],
        ["DN 25", "2", "16", "flanged"],
        ["DN 40", "2", "10", ""],
        ["DN 50", "2", "6", "threaded"],
    ]
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (3, 1)), ("SPAN", (3, 2), (3, 3))]
    path = paper.write(tmp_path / "merged.pdf", [paper.table(rows, *spans)])
    parsed = parse(path)
    (table,) = of_kind(parsed, "table")
    assert table.head == 2
    assert lines(table) == [
        "Size | Pressure (bar) |  | Note",
        "Size | min | max | Note",
        "DN 25 | 2 | 16 | flanged",
        "DN 40 | 2 | 10 | flanged",
        "DN 50 | 2 | 6 | threaded",
    ]
    (typed,) = parsed.tables
    assert [row.cells for row in typed.rows] == [
        ("DN 25", 2, 16, "flanged"),
        ("DN 40", 2, 10, "flanged"),
        ("DN 50", 2, 6, "threaded"),
    ]
    assert typed.columns[2].name.endswith("max")


def test_a_table_without_outer_rules_keeps_its_outer_columns(tmp_path: Path) -> None:
    from reportlab.lib import colors
    from reportlab.platypus import Table

    path = build(tmp_path / "open.pdf", [Table(ROWS, style=[("INNERGRID", (0, 0), (-1, -1), 0.5, colors.black)])])
    assert [row for table in ours(parse(path)) for row in table] == [[squeeze(cell) for cell in row] for row in ROWS]


def test_a_table_overleaf_is_one_and_its_head_is_said_once(tmp_path: Path, paper: Paper) -> None:
    head = ["Quantity", "压力/MPa", "Flow, m³/h"]
    rows = [head, *[[f"Point {i}", f"{i / 10:.1f}", str(i)] for i in range(90)]]
    drawn = [head[0], paper.text(head[1], "zh"), head[2]]
    path = paper.write(tmp_path / "long.pdf", [paper.text("Table 4. Points"), paper.table([drawn, *rows[1:]])])
    parsed = parse(path)
    (table,) = of_kind(parsed, "table")
    assert lines(table) == [" | ".join(row) for row in rows]
    (typed,) = parsed.tables
    assert (typed.name, typed.title, typed.page, len(typed.rows)) == ("p1 t1", "Table 4. Points", 1, 90)
    assert [(column.name, column.unit, column.type) for column in typed.columns] == [
        ("Quantity", "", "text"),
        ("压力", "MPa", "number"),
        ("Flow", "m³/h", "number"),
    ]
    assert typed.rows[41].cells == ("Point 41", 4.1, 41)


def test_a_caption_that_says_continued_does_not_part_a_table(tmp_path: Path, paper: Paper) -> None:
    from reportlab.platypus import PageBreak

    def part(numbers: range) -> Any:
        return paper.table([["Step", "Value"], *[[f"Item {i}", str(i)] for i in numbers]])

    for caption, more in [("Table 2. Values", "Table 2 (continued)"), ("表 2 数值", "续表 2")]:
        style = "zh" if "表" in caption else "BodyText"
        story = [paper.text(caption, style), part(range(3)), PageBreak(), paper.text(more, style), part(range(3, 6))]
        (table,) = of_kind(parse(paper.write(tmp_path / "continued.pdf", story)), "table")
        assert lines(table) == ["Step | Value", *[f"Item {i} | {i}" for i in range(6)]]
        assert table.heading_path == (caption,)


def test_another_table_on_the_next_page_is_another(tmp_path: Path, paper: Paper) -> None:
    from reportlab.platypus import PageBreak

    story = [
        paper.text("Table 1. One"), paper.table(ROWS), PageBreak(), paper.text("Table 2. Two"), paper.table(ROWS)
    ]  # fmt: skip
    parsed = parse(paper.write(tmp_path / "two.pdf", story))
    assert [table.title for table in parsed.tables] == ["Table 1. One", "Table 2. Two"]
    assert [table.name for table in parsed.tables] == ["p1 t1", "p2 t1"]


def test_a_tag_that_a_narrow_cell_breaks_is_whole(tmp_path: Path, paper: Paper) -> None:
    path = paper.write(
        tmp_path / "narrow.pdf", [paper.table([["Tag", "Name"], ["P-\n101A", "Feed pump"], ["TI-\n115A", "Temp."]])]
    )
    (table,) = of_kind(parse(path), "table")
    assert lines(table) == ["Tag | Name", "P-101A | Feed pump", "TI-115A | Temp."]


def test_rows_have_regions_below_one_another(tmp_path: Path, paper: Paper) -> None:
    (table,) = of_kind(parse(paper.write(tmp_path / "t.pdf", [paper.table(ROWS)])), "table")
    boxes = [on_page(span.locator).regions[0] for span in table.spans]
    assert all(above.y1 <= below.y0 + 0.001 for above, below in pairwise(boxes))
    assert all(box.x0 < 0.5 < box.x1 for box in boxes)
