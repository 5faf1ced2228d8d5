import random
import zipfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.parsers._workbook import xls as _xls
from ingestion.parsers._workbook import xlsx as _xlsx
from ingestion.parsers._workbook.book import sheets
from ingestion.parsers.base import OPTIONS, Options, Parsed
from ingestion.parsers.spreadsheet import PARSER
from ingestion.pipeline import parsers
from ingestion.sorting import choose
from retrieval.errors import BadDocument
from retrieval.models import DataTable, RecordLocator

ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)


def workbook(path: Path, *rows: list[Any], title: str = "Sheet1") -> Worksheet:
    """The first sheet of a new workbook, saved by ``finish``."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return sheet


def put(sheet: Worksheet, place: str, *rows: list[Any]) -> None:
    """Rows from a cell on."""
    first = sheet[place]
    for at, row in enumerate(rows, first.row):
        for column, value in enumerate(row, first.column):
            sheet.cell(at, column, value)


def finish(sheet: Worksheet, path: Path) -> Parsed:
    assert sheet.parent is not None
    sheet.parent.save(path)
    return PARSER.parse(path, path.name, ())


def texts(parsed: Parsed) -> list[str]:
    return [span.text for block in parsed.blocks for span in block.spans]


def cells(table: DataTable) -> list[tuple[object, ...]]:
    return [row.cells for row in table.rows]


def ods(path: Path, content: str, manifest: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("content.xml", f"<office:document-content {_NAMES}>{content}</office:document-content>")
        if manifest:
            archive.writestr("META-INF/manifest.xml", manifest)
    return path


def test_cells_are_typed_by_what_they_hold_and_shown_by_their_formats(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = workbook(path, ["Tag", "Part no", "Cost", "Share", "On", "Seen", "At", "Ran"])
    values = ["P-101A", 6205, 1250.5, 0.825, True, datetime(2025, 3, 4, 7, 30), time(6, 30), timedelta(hours=30)]
    sheet.append(values)
    for column, code in ((3, "#,##0.00 [$€-407]"), (4, "0%"), (6, "dd.mm.yyyy hh:mm"), (7, "h:mm"), (8, "[h]:mm")):
        sheet.cell(2, column).number_format = code
    parsed = finish(sheet, path)
    (table,) = parsed.tables
    assert [one.type for one in table.columns] == [
        "text", "text", "number", "number", "boolean", "date", "text", "text",
    ]  # fmt: skip
    assert [one.unit for one in table.columns][2:4] == ["€", "%"]
    assert cells(table) == [("P-101A", "6205", 1250.5, 82.5, True, "2025-03-04T07:30:00", "6:30", "30:00")]
    assert texts(parsed)[1] == "P-101A | 6205 | 1,250.50 € | 83% | TRUE | 04.03.2025 07:30 | 6:30 | 30:00"
    assert parsed.blocks[0].spans[1].locator == RecordLocator(table="Sheet1", key="2", row=2)


def test_tables_beside_and_below_one_another_have_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = workbook(path, title="Data")
    put(sheet, "B3", ["Tag", "Flow (m3/h)"], ["P-101A", 75], ["P-101B", 80])
    put(sheet, "F3", ["Oil", "Grade"], ["Bearing", "VG 46"])
    sheet["B8"] = "Spare parts of the pump"
    put(sheet, "B10", ["Part no", "Name", "Qty"], ["00123", "Seal", 2])
    parsed = finish(sheet, path)
    assert [(one.name, one.title, one.role) for one in parsed.tables] == [
        ("Data!B3", "", ""),
        ("Data!F3", "", ""),
        ("Data!B10", "Spare parts of the pump", "spare_parts"),
    ]
    assert parsed.blocks[-1].heading_path == ("Data", "Spare parts of the pump")
    assert cells(parsed.tables[0]) == [("P-101A", 75), ("P-101B", 80)]


def test_titles_notes_and_a_gap_within_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = workbook(
        path,
        ["Torques of the feed pump"],
        ["Revision B", None, "of 2025"],
        ["Screw", "Torque", "Count"],
        [None, "(N·m)", None],
        ["M12", 75, 8],
        [],
        ["M16", 180, 4],
        ["* tighten crosswise in two steps, see the manual"],
    )
    parsed = finish(sheet, path)
    (table,) = parsed.tables
    assert (table.title, [(one.name, one.unit) for one in table.columns][1]) == (
        "Torques of the feed pump",
        ("Torque", "N·m"),
    )
    assert [row.row for row in table.rows] == [5, 7]
    assert texts(parsed) == [
        "Revision B of 2025",
        "Screw | Torque | Count",
        " | (N·m)",
        "M12 | 75 | 8",
        "M16 | 180 | 4",
        "* tighten crosswise in two steps, see the manual",
    ]


def test_a_merged_cell_holds_its_value_in_every_row(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = workbook(
        path, ["Unit", "Tag", "Low", "High"], ["U100", "P-101A", 1, 2], [None, "P-101B", 3, None], ["All pumps"]
    )
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("C3:D3")
    sheet.merge_cells("A4:D4")
    parsed = finish(sheet, path)
    assert cells(parsed.tables[0])[:2] == [("U100", "P-101A", 1, 2), ("U100", "P-101B", 3, 3)]
    assert texts(parsed)[2:] == ["U100 | P-101B | 3", "All pumps"]


def test_hidden_uncalculated_wrong_and_drawn_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = workbook(path, ["Tag", "Flow"], ["P-101A", 75], ["P-101B", "#REF!"], ["P-102", "=B2*2"], title="Flows")
    sheet["B3"].data_type = "e"
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2))
    sheet.add_chart(chart, "D2")
    assert sheet.parent is not None
    other = sheet.parent.create_sheet("旧表")
    other.append(["位号", "流量"])
    other.append(["P-103", 5])
    other.sheet_state = "hidden"
    parsed = finish(sheet, path)
    assert cells(parsed.tables[0]) == [("P-101A", 75), ("P-101B", None), ("P-102", None)]
    assert texts(parsed)[2] == "P-101B | #REF!"
    assert parsed.warnings == (
        "a.xlsx, sheet Flows: 1 hidden rows and 1 hidden columns are read too",
        "a.xlsx, sheet Flows: B4: formulas without a saved value are left empty; "
        "open it in a spreadsheet program and save it again",
        "a.xlsx, sheet Flows: B3 #REF!: cells that hold errors say nothing",
        "a.xlsx, sheet Flows: its charts and pictures are not read",
        "a.xlsx, sheet 旧表: is hidden in the workbook; read all the same",
    )


def test_names_with_values_are_pairs(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = workbook(path, ["Data sheet"], ["Tag:", "P-101A"], ["Flow (m³/h):", 75], ["Since:", date(2025, 3, 4)])
    parsed = finish(sheet, path)
    assert texts(parsed) == ["Tag: P-101A\n", "Flow (m³/h): 75\n", "Since: 2025-03-04\n"]
    assert parsed.blocks[0].heading_path == ("Data sheet",)
    assert cells(parsed.tables[0])[1] == ("Flow (m³/h):", "75")


def test_a_very_wide_table_names_each_cell_by_its_head(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = workbook(path, [f"Column {chr(65 + i)}" for i in range(26)] + ["Last"], [*range(26), "x"])
    parsed = finish(sheet, path)
    assert texts(parsed)[0].startswith("Column A: 0 | Column B: 1 |")
    assert len(parsed.tables[0].columns) == 27


def test_ods_shows_what_its_cells_show(tmp_path: Path) -> None:
    rows = (
        "<table:table-row><table:table-cell><text:p>位号</text:p></table:table-cell>"
        "<table:table-cell><text:p>流量 (m³/h)</text:p></table:table-cell><table:table-cell><text:p>日期</text:p>"
        "</table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>P-101A</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="1250.5"><text:p>1.250,50</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2025-03-04"><text:p>04.03.25</text:p>'
        "</table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="流量">{rows}</table:table>'
    path = ods(tmp_path / "a.ods", f"{body}</office:spreadsheet></office:body>")
    assert choose(path, path.read_bytes()[:4096], parsers()) == "spreadsheet"
    parsed = PARSER.parse(path, "a.ods", ())
    assert cells(parsed.tables[0]) == [("P-101A", 1250.5, "2025-03-04")] * 2
    assert texts(parsed)[1] == "P-101A | 1.250,50 | 04.03.25"
    assert [row.row for row in parsed.tables[0].rows] == [2, 3]


def test_ods_that_repeats_without_end_is_refused(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="{}"><text:p>x</text:p></table:table-cell>'
    row = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
    table = f'<table:table table:name="a">{row}</table:table>'
    wide = ods(tmp_path / "a.ods", table.format(1, cell.format(10_000_000)))
    with pytest.raises(
        BadDocument, match=r"sheet a: has 10,000,000 columns or more, more than \[ingestion\] max_columns"
    ):
        PARSER.parse(wide, "a.ods", ())
    long = ods(tmp_path / "b.ods", table.format(50_000_000, cell.format(2)))
    with pytest.raises(BadDocument, match=r"more than \[ingestion\] max_rows = 1,000 rows"):
        PARSER.parse(long, "b.ods", (), replace(OPTIONS, max_rows=1000))
    locked = ods(tmp_path / "c.ods", "", "<manifest:encryption-data/>")
    with pytest.raises(BadDocument, match=r"^c\.ods: is encrypted; take the password off"):
        PARSER.parse(locked, "c.ods", ())


def _changed(source: Path, target: Path, change: Any) -> Path:
    """A copy of the archive, each part as ``change(name, data)`` gives it; None leaves it out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            replace(OPTIONS, max_columns=100),
            r"x.xlsx, sheet Sheet1: has 10,000 columns or more, more than \[ingestion\]",
        ),
        (
            replace(OPTIONS, max_rows=2),
            r"x.xlsx, sheet Sheet1: has more than \[ingestion\] max_rows = 2 rows; split it",
        ),
        (
            replace(OPTIONS, max_unpacked_bytes=1000),
            r"x.xlsx: unpacks to [\d,]+ bytes, more than \[ingestion\] max_unp",
        ),
    ],
)
def test_limits_are_named(tmp_path: Path, options: Options, says: str) -> None:
    path = tmp_path / "x.xlsx"
    wide = ["x"] * (10_000 if options.max_columns == 100 else 2)
    workbook(path, wide, wide, wide)
    with pytest.raises(BadDocument, match=says):
        PARSER.parse(path, "x.xlsx", (), options)


def test_a_bomb_a_document_type_and_broken_files_are_refused(tmp_path: Path) -> None:
    good = tmp_path / "good.xlsx"
    workbook(good, ["a", "b"], [1, 2])

    def bomb(name: str, data: bytes) -> bytes:
        return data + b" " * 50_000_000 if name.endswith("sheet1.xml") else data

    def typed(name: str, data: bytes) -> bytes:
        entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        return data.replace(b"<worksheet", entity + b"<worksheet", 1) if name.endswith("sheet1.xml") else data

    def torn(name: str, data: bytes) -> bytes:
        return data[: len(data) // 2] if name.endswith("sheet1.xml") else data

    for change, says in (
        (bomb, "times its size, more than"),
        (typed, "declares a document type"),
        (torn, "broken XML"),
    ):
        path = _changed(good, tmp_path / f"{change.__name__}.xlsx", change)
        with pytest.raises(BadDocument, match=rf"^{path.name}: .*{says}"):
            PARSER.parse(path, path.name, ())
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(good.read_bytes()[:2000])
    assert choose(cut, cut.read_bytes()[:4096], parsers()) == "spreadsheet"
    with pytest.raises(BadDocument, match=r"^cut\.xlsx: is broken inside"):
        PARSER.parse(cut, "cut.xlsx", ())


def test_encrypted_and_empty_workbooks_are_refused(tmp_path: Path) -> None:
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert choose(locked, locked.read_bytes()[:4096], parsers()) == "spreadsheet"
    with pytest.raises(BadDocument, match=r"^locked\.xlsx: is encrypted; take the password off and save it again$"):
        PARSER.parse(locked, "locked.xlsx", ())
    broken = tmp_path / "old.xls"
    broken.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(BadDocument, match=r"^old\.xls: is broken inside"):
        PARSER.parse(broken, "old.xls", ())
    empty = tmp_path / "empty.xlsx"
    workbook(empty)
    with pytest.raises(BadDocument, match="has no cell that says anything"):
        PARSER.parse(empty, "empty.xlsx", ())


def test_a_cell_without_end_is_cut_and_one_beyond_the_limit_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Tag,Remark\nP-101A,{'pump ' * 20_000}\n", encoding="utf-8")
    parsed = PARSER.parse(path, "a.csv", ())
    assert max(map(len, texts(parsed))) <= 1500
    assert "".join(texts(parsed)[1:]).replace(" ", "") == "P-101A|" + "pump" * 20_000
    good = tmp_path / "good.xlsx"
    workbook(good, ["Tag", "Remark"], ["P-101A", "marker"])
    long = _changed(good, tmp_path / "b.xlsx", lambda name, data: data.replace(b"marker", b"x" * 10_000_000))
    with pytest.raises(BadDocument, match=r"^b\.xlsx: .*a text of more than 1,000,000 characters"):
        PARSER.parse(long, "b.xlsx", (), replace(OPTIONS, max_ratio=2000))


@pytest.mark.parametrize("raw", ["1e999", "nan", "-inf"])
def test_a_number_that_is_none_is_an_error_cell(tmp_path: Path, raw: str) -> None:
    good = tmp_path / "good.xlsx"
    workbook(good, ["Tag", "Flow"], ["P-101A", 4711])
    path = _changed(good, tmp_path / "a.xlsx", lambda name, data: data.replace(b"4711", raw.encode()))
    parsed = PARSER.parse(path, "a.xlsx", ())
    assert cells(parsed.tables[0]) == [("P-101A", None)]
    assert f"B2 {raw}: cells that hold errors" in parsed.warnings[0]


def test_whatever_breaks_within_a_workbook_costs_one_line(tmp_path: Path) -> None:
    good = tmp_path / "good.xlsx"
    workbook(good, ["Tag", "Flow", "Since"], ["P-101A", 75.5, date(2025, 3, 4)], ["P-101B", 80, None])
    chance, told = random.Random(7), list[tuple[str, str]]()
    bits = (b"9" * 30, b"-1", b"\xff", b"\x00", b"<", b"", b'"', b"A1:XFD1048576", b"1e999", b"&#0;")

    def spoilt(name: str, data: bytes) -> bytes:
        if chance.random() < 0.7:
            return data
        at = chance.randrange(len(data))
        return data[:at] + chance.choice(bits) + data[at + chance.choice((0, 1, 4, 20)) :]

    for i in range(60):
        path = _changed(good, tmp_path / f"{i}.xlsx", spoilt)
        if choose(path, path.read_bytes()[:4096], {"spreadsheet": PARSER}) is None:
            continue
        try:
            PARSER.parse(path, path.name, ())
        except BadDocument as error:
            told.append((path.name, str(error)))
    assert 10 < len(told) < 60
    assert all(line.startswith(name) and "\n" not in line for name, line in told)


def test_other_archives_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert PARSER.accepts(path, path.read_bytes()[:4096]) == "no"


def test_dates_that_count_from_1904(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = workbook(path)
    assert sheet.parent is not None
    sheet.parent.epoch = CALENDAR_MAC_1904
    for row in (["Tag", "Date"], ["P-101A", date(2025, 3, 4)]):
        sheet.append(row)
    assert cells(finish(sheet, path).tables[0]) == [("P-101A", "2025-03-04")]


def test_calamine_s_sheets_are_as_ours(tmp_path: Path) -> None:
    """Its reader takes XLS and XLSB, which nothing here writes, and XLSX alike."""
    path = tmp_path / "a.xlsx"
    sheet = workbook(path, [], ["Tag", "Flow", "On", "Since"], ["P-101A", 75.5, True, date(2025, 3, 4)], [None, 7])
    sheet.merge_cells("A3:A4")
    assert sheet.parent is not None
    sheet.parent.create_sheet("旧").sheet_state = "hidden"
    finish(sheet, path)
    ours, theirs = list(_xlsx.sheets(path, "a.xlsx", OPTIONS)), list(_xls.sheets(path, "a.xlsx", OPTIONS))
    assert [(one.name, one.hidden, one.merges, one.rows) for one in theirs] == [
        (one.name, one.hidden, one.merges, one.rows) for one in ours
    ]
    with pytest.raises(BadDocument, match="max_columns = 3"):
        list(_xls.sheets(path, "a.xlsx", replace(OPTIONS, max_columns=3)))


def test_a_csv_keeps_its_rows_and_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Tag,Remark,Flow\n\nP-101A,"two\nlines",7\nP-101B,—,"8"\n', encoding="utf-8")
    parsed = PARSER.parse(path, "a.csv", ())
    (table,) = parsed.tables
    assert [(row.row, row.cells) for row in table.rows] == [(3, ("P-101A", "two\nlines", 7)), (4, ("P-101B", "—", 8))]
    assert texts(parsed)[1] == "P-101A | two lines | 7"


_VALUE = st.one_of(
    st.none(),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=8),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9),
    st.booleans(),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
)


def _whole(cell: object) -> object:
    """Midnight as a day: a value alone does not tell which it is."""
    return cell.removesuffix("T00:00:00") if isinstance(cell, str) else cell


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(_VALUE, min_size=1, max_size=5), min_size=1, max_size=6))
def test_every_cell_comes_out_of_a_workbook_as_another_reader_sees_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    """calamine is the reference; openpyxl wrote the file."""
    import python_calamine

    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    workbook(path, *rows)
    (sheet,) = sheets(path, "a.xlsx", OPTIONS)
    ours = {
        (row, column): cell if isinstance(cell, str) else _whole(cell.cell)
        for row, line in sheet.rows
        for column, cell in enumerate(line, 1)
        if cell is not None and not (isinstance(cell, str) and cell.startswith("#"))
    }
    theirs: dict[tuple[int, int], Any] = {}
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        for row, line in enumerate(book.get_sheet_by_index(0).to_python(skip_empty_area=False), 1):
            for column, cell in enumerate(line, 1):
                if cell != "" and not (isinstance(cell, str) and cell.startswith("#")):
                    theirs[row, column] = _whole(cell.isoformat() if isinstance(cell, date) else cell)
    assert ours.keys() == theirs.keys()
    for place, value in ours.items():
        assert value == pytest.approx(theirs[place]) if isinstance(value, float) else value == theirs[place]
