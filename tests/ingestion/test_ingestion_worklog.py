from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ingestion_kit import LOG, LOG_HEAD
from openpyxl import Workbook

from ingestion.chunk import chunk
from ingestion.encode import estimate
from ingestion.parsers._worklog.presets import shipped
from ingestion.parsers.base import OPTIONS, Options, Parsed
from ingestion.parsers.spreadsheet import PARSER as SPREADSHEETS
from ingestion.parsers.worklog import PARSER as WORKLOGS
from ingestion.pipeline import parsers
from ingestion.sorting import choose
from retrieval.errors import BadDocument, BadSetting
from retrieval.models import Document, RecordLocator

BERLIN = replace(OPTIONS, time_zone="Europe/Berlin")
SAP_EN = "\n".join(
    "\t".join(row)
    for row in (
        ["Maintenance orders", *[""] * 10],
        [""] * 11,
        "Order;Functional Loc.;Equipment;Order Type;Description;Bas. start date;Basic fin. date;Priority;"
        "System status;Total act.costs;Actual work".split(";"),
        "4000001;U100-P101A;10000123;PM01;mech seal lkg;04.03.2025;05.03.2025;2;TECO PRT NMAT;1.250,50 EUR;6,5".split(
            ";"
        ),
        ["", "", "", "", "replaced seal, see photo", *[""] * 6],
        "4000002;U100-P101B;10000124;PM02;grease bearings;01.04.2025;02.04.2025;3;REL  PRC;0,00 EUR;0,0".split(";"),
        "",
    )
)
SAP_DE = (
    "Auftrag;Technischer Platz;Auftragsart;Kurztext;Eckstarttermin;Eckendtermin;Priorität;Systemstatus;"
    "Summe Istkosten\n"
    "4000001;U100-P101A;PM01;Störung Lüfter, Lager erneuert;04.03.2025;04.03.2025;hoch;TABG;1.250,50\n"
)
SAP_ZH = """订单,功能位置,订单类型,描述,基本开始日期,基本完成日期,优先级,系统状态,总实际成本
4000001,U100-P101A,PM01,更换机封,2025年3月4日,2025年3月5日,高,TECO,"1,250.50"
"""
MAXIMO = (
    "WONUM,ASSETNUM,LOCATION,WORKTYPE,WOPRIORITY,STATUS,REPORTDATE,ACTFINISH,ACTLABHRS,ACTTOTALCOST,PROBLEMCODE,"
    "DESCRIPTION,DESCRIPTION_LONGDESCRIPTION\n"
    "1001,P-101A,U100,CM,2,COMP,2025-03-04T07:30:00+01:00,2025-03-04T14:00:00+01:00,6:30,1250.5,ELP,seal leaks,"
    "seal leaks badly at the drive end\n"
    "1002,,U100-P-101B,PM,3,WAPPR,2025-03-05T07:30:00+01:00,2025-03-09T14:00:00+01:00,,,,lubricate,\n"
)


def parse(
    tmp_path: Path, text: str, name: str = "log.csv", encoding: str = "utf-8", options: Options = OPTIONS
) -> Parsed:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return WORKLOGS.parse(path, name, (), options)


def test_rows_become_typed_orders_and_a_passage_each(tmp_path: Path) -> None:
    parsed = parse(tmp_path, LOG)
    first, second = parsed.orders
    assert (first.order, first.asset, first.type, first.priority, first.failure_mode) == (
        "WO-100234",
        "P-101A",
        "corrective",
        2,
        "ELP",
    )
    assert first.opened.astimezone(UTC) == datetime(2025, 3, 4, 6, 30, tzinfo=UTC)
    assert (first.hours, first.cost, first.row, first.language) == (6.5, 1250.0, 2, "en")
    assert (second.closed, second.failure_mode, second.hours, second.language) == (None, None, None, "zh")
    line, full = parsed.blocks[0].spans
    assert line.text == "WO-100234 P-101A corrective 2025-03-04: mech seal lkg, repl w/ new (failure mode ELP, 6.5 h)"
    assert full.text == "In full: mechanical seal leaking, replace with new"
    assert line.locator == RecordLocator(table="work_orders", key="WO-100234", row=2)
    assert parsed.blocks[0].tags == ("P-101A",)
    assert not parsed.warnings


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t"), ("utf-16", ",")]
)
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f"order{delimiter}EQUIPMENT{delimiter}Type{delimiter}Opened{delimiter}Description\n"
    text += f"ＷＯ－１{delimiter}Ｐ－１０１Ａ{delimiter}维修{delimiter}2025/3/4{delimiter}更换机械密封\n"
    (order,) = parse(tmp_path, text, encoding=encoding).orders
    assert (order.order, order.asset, order.text, order.type) == ("WO-1", "P-101A", "更换机械密封", "corrective")
    assert order.opened == datetime(2025, 3, 4, tzinfo=UTC)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    says = r"^log.csv, row 1: has no columns Type, Opened; rename .*\(it has Order, Asset, Text\)$"
    with pytest.raises(BadDocument, match=says):
        parse(tmp_path, "Order,Asset,Text\nWO-1,P-101A,leak\n")
    path = tmp_path / "log.csv"
    assert choose(path, path.read_bytes(), parsers()) == "spreadsheet"
    (told,) = SPREADSHEETS.parse(path, "log.csv", ()).warnings
    assert "to be a work log it lacks the columns Type, Opened" in told


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("WO-1,,corrective,,,2025-03-04,,,,leak", "Asset is empty; row left out"),
        ("WO-1,P-101A,corrective,,,yesterday,,,,leak", "Opened 'yesterday' is no time such as"),
        (",P-101A,corrective,,,2025-03-04,,,,leak", "Order is empty; row left out"),
    ],
)
def test_a_row_that_is_no_order_is_named_and_the_rest_kept(tmp_path: Path, row: str, says: str) -> None:
    parsed = parse(tmp_path, LOG + row + "\n")
    assert len(parsed.orders) == 2
    assert parsed.warnings[0].startswith(f"log.csv, row 4: {says}")
    with pytest.raises(BadDocument, match="no row can be read: row 2: "):
        parse(tmp_path, LOG_HEAD + "\n" + row + "\n")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("WO-1,P-101A,corrective,,,2025-03-04,2025-03-01,,,leak", "Closed '2025-03-01' is before Opened '2025-03-04'"),
        ("WO-1,P-101A,corrective,,,2025-03-04,soon,,,leak", "Closed 'soon' is no time such as"),
        ("WO-1,P-101A,corrective,,,2025-03-04,,-2,,leak", "Hours '-2' is no number of hours from 0 up"),
        ("WO-1,P-101A,corrective,,,2025-03-04,,,lots,leak", "Cost 'lots' is no number from 0 up"),
        ("WO-1,P-101A,corrective,asap,,2025-03-04,,,,leak", "Priority 'asap' is no number and no word"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_left_empty(tmp_path: Path, row: str, says: str) -> None:
    parsed = parse(tmp_path, LOG + row + "\n")
    order = parsed.orders[-1]
    assert (order.order, order.closed, order.hours, order.cost, order.priority) == ("WO-1", None, None, None, None)
    assert parsed.warnings[0].startswith(f"log.csv, row 4: {says}")
    assert parsed.warnings[0].endswith("; left empty")


def test_no_rows_and_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match="no orders below"):
        parse(tmp_path, LOG_HEAD + "\n")
    with pytest.raises(BadDocument, match="no text in UTF-8 or GB18030"):
        parse(tmp_path, "\x00\x01é" * 50, encoding="latin-1")
    with pytest.raises(BadDocument, match=r"more than \[ingestion\] max_rows = 2 rows"):
        parse(tmp_path, LOG, options=replace(OPTIONS, max_rows=2))


def test_the_later_row_of_an_order_counts(tmp_path: Path) -> None:
    parsed = parse(tmp_path, LOG + "WO-100234,P-101A,corrective,,,2025-03-05,,,,again\n")
    assert [order.text for order in parsed.orders if order.order == "WO-100234"] == ["again"]
    assert len(parsed.blocks) == 2
    assert "WO-100234 stands in row 2 too" in parsed.warnings[0]


def test_sap_lists_in_three_languages(tmp_path: Path) -> None:
    for name, text in (("en.csv", SAP_EN), ("de.csv", SAP_DE), ("zh.csv", SAP_ZH)):
        parsed = parse(tmp_path, text, name, options=BERLIN)
        first = parsed.orders[0]
        assert parsed.title == f"{name[:2]} (SAP PM)"
        assert (first.order, first.asset, first.type, first.priority) == ("4000001", "P-101A", "corrective", 2)
        assert (first.opened.isoformat(), first.cost) == ("2025-03-04T00:00:00+01:00", 1250.5)
        assert first.closed is not None
        assert choose(tmp_path / name, text.encode(), parsers()) == "worklog"


def test_sap_texts_go_on_in_rows_without_a_number_and_open_orders_have_no_end(tmp_path: Path) -> None:
    first, second = parse(tmp_path, SAP_EN, options=BERLIN).orders
    assert first.text == "mech seal lkg\nreplaced seal, see photo"
    assert (first.row, first.currency, first.hours, first.status) == (4, "EUR", 6.5, "TECO PRT NMAT")
    assert (second.row, second.closed, second.opened.isoformat()) == (6, None, "2025-04-01T00:00:00+02:00")


def test_maximo(tmp_path: Path) -> None:
    parsed = parse(tmp_path, MAXIMO)
    first, second = parsed.orders
    assert parsed.title == "log (IBM Maximo)"
    assert (first.type, first.hours, first.cost, first.failure_mode) == ("corrective", 6.5, 1250.5, "ELP")
    assert first.text == "seal leaks badly at the drive end"  # which begins with the short text
    assert (second.asset, second.type, second.closed) == ("P-101B", "preventive", None)


def _one(tmp_path: Path, opened: str, *more: str, options: Options = OPTIONS) -> Parsed:
    rows = "".join(f'W{i},P-101A,cm,"{time}",leak\n' for i, time in enumerate((opened, *more)))
    return parse(tmp_path, "Order,Asset,Type,Opened,Text\n" + rows, options=options)


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("2025-03-04 07:30", "2025-03-04T07:30:00+01:00"),
        ("04.03.2025 07:30", "2025-03-04T07:30:00+01:00"),
        ("04.07.2025", "2025-07-04T00:00:00+02:00"),
        ("2025年3月4日 7:30", "2025-03-04T07:30:00+01:00"),
        ("２０２５年３月４日", "2025-03-04T00:00:00+01:00"),
        ("45720.3125", "2025-03-04T07:30:00+01:00"),
        ("20250304 07:30", "2025-03-04T07:30:00+01:00"),
        ("2025-03-04T07:30:00Z", "2025-03-04T07:30:00+00:00"),
        ("3/14/2025 7:30 PM", "2025-03-14T19:30:00+01:00"),
        ("2025-03-30 02:30", "2025-03-30T03:30:00+02:00"),  # skipped by the clocks
        ("2025-10-26 02:30", "2025-10-26T02:30:00+02:00"),  # shown twice by them
    ],
)
def test_times_in_the_plant_s_zone(tmp_path: Path, said: str, iso: str) -> None:
    assert _one(tmp_path, said, options=BERLIN).orders[0].opened.isoformat() == iso


def test_what_was_assumed_of_times_is_told(tmp_path: Path) -> None:
    told = _one(tmp_path, "2025-03-30 02:30", "2025-10-26 02:30", "2025-03-04T07:30Z", options=BERLIN).warnings
    assert told == (
        "log.csv: 2 times without a zone are taken as Europe/Berlin ([ingestion] time_zone)",
        "log.csv: 1 times fall into the hour that the clocks of Europe/Berlin skip; read as an hour later",
        "log.csv: 1 times fall into the hour that Europe/Berlin has twice; the first is taken",
    )


def test_a_slash_date_is_read_as_the_column_shows_or_the_reading_told(tmp_path: Path) -> None:
    clear = _one(tmp_path, "03/04/2025", "03/14/2025")
    assert clear.orders[0].opened.date().isoformat() == "2025-03-04"
    assert len(clear.warnings) == 1
    open_ = _one(tmp_path, "03/04/2025", "05/06/2025")
    assert open_.orders[0].opened.date().isoformat() == "2025-04-03"
    assert "dates such as 03/04/2025 are read as day/month/year" in open_.warnings[0]


@pytest.mark.parametrize(
    ("hours", "cost", "read"),
    [
        ("6:30", "1.250,50", (6.5, 1250.5, "")),
        ('"6,5 h"', "€ 99", (6.5, 99, "EUR")),
        ("390 min", "1250.5 USD", (6.5, 1250.5, "USD")),
        ("6.5", "¥1250", (6.5, 1250, "CNY")),
    ],
)
def test_hours_and_money(tmp_path: Path, hours: str, cost: str, read: tuple[float, float, str]) -> None:
    quoted = f'"{cost}"'
    text = f"Order,Asset,Type,Opened,Hours,Cost,Text\nW1,P-101A,cm,2025-03-04,{hours},{quoted},leak\n"
    order = parse(tmp_path, text).orders[0]
    assert (order.hours, order.cost, order.currency) == read
    with_head = text.replace("Hours,Cost", "Hours,Total cost (CHF)")
    assert parse(tmp_path, with_head).orders[0].currency == read[2] or "CHF"


def _mapping(tmp_path: Path, text: str) -> Options:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return replace(OPTIONS, mappings=(path,))


OWN = """
name: Our book
columns: {order: [Nr], asset: [Gerät], opened: [wann], opened_time: [Uhr], text: [was, Maßnahme], type: [planned]}
types: {true: preventive, false: corrective}
dates: mdy
time_zone: Asia/Shanghai
"""


def test_a_mapping_of_one_s_own(tmp_path: Path) -> None:
    text = "Nr,Gerät,wann,Uhr,was,Maßnahme,planned\n7,P-101A,03/04/2025,07:30,leak,seal replaced,FALSE\n"
    options = _mapping(tmp_path, OWN)
    path = tmp_path / "book.csv"
    path.write_text(text, encoding="utf-8")
    chosen = parsers()[choose(path, text.encode(), parsers()) or ""]
    parsed = chosen.parse(path, "book.csv", (), options)
    (order,) = parsed.orders
    assert (parsed.kind, parsed.title, order.type) == ("worklog", "book (Our book)", "corrective")
    assert order.opened.isoformat() == "2025-03-04T07:30:00+08:00"
    assert order.text == "leak\nseal replaced"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "name: x\ncolumns: {order: [a], opened: [b], text: [c], colour: [d]}",
            "columns.colour is no field; the fields",
        ),
        ("name: x\ncolumns: {order: [a], opened: [b]}", "text needs the head name"),
        ("name: x\nformat: y\ncolumns: {order: [a], opened: [b], text: [c]}", "format is no key; the keys are name"),
        ("name: x\ndates: month first\ncolumns: {order: [a], opened: [b], text: [c]}", "dates: .* not 'month first'"),
        ("name: x\ntime_zone: Mars\ncolumns: {order: [a], opened: [b], text: [c]}", "no time zone 'Mars'"),
        ("- a", "is no mapping of columns"),
        ("a: [", "is no YAML"),
    ],
)
def test_a_mapping_that_is_wrong_is_named_by_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadSetting, match=rf"own.yaml: .*{says}"):
        parse(tmp_path, LOG, options=_mapping(tmp_path, text))


def test_a_workbook_of_logs_is_read_sheet_by_sheet_and_its_other_sheets_as_tables(tmp_path: Path) -> None:
    book, path = Workbook(), tmp_path / "log.xlsx"
    for year, sheet in ((2024, book.active), (2025, book.create_sheet("2025"))):
        assert sheet is not None
        sheet.append(["Work orders of the unit"])
        sheet.append([])
        sheet.append(["Order", "Asset", "Type", "Opened", "Closed", "Hours", "Cost", "Text"])
        opened = datetime(year, 3, 4, 7, 30)
        sheet.append([f"WO-{year}", "P-101A", "cm", opened, opened + timedelta(hours=7), 6.5, 1250.5, "mech seal lkg"])
        sheet.cell(4, 7).number_format = '#,##0.00 "€"'
    parts = book.create_sheet("spares")
    parts.append(["Part no", "Description", "Qty"])
    parts.append(["00123", "Seal", 2])
    book.save(path)
    assert choose(path, path.read_bytes()[:4096], parsers()) == "worklog"
    parsed = WORKLOGS.parse(path, "log.xlsx", (), BERLIN)
    first, second = parsed.orders
    assert [first.order, second.order, first.row, first.hours, first.cost] == ["WO-2024", "WO-2025", 4, 6.5, 1250.5]
    assert (first.currency, first.opened.isoformat()) == ("EUR", "2024-03-04T07:30:00+01:00")
    assert [table.role for table in parsed.tables] == ["spare_parts"]
    assert "00123 | Seal | 2" in [span.text for block in parsed.blocks for span in block.spans]


def test_a_long_text_keeps_its_order_in_every_passage(tmp_path: Path) -> None:
    lines = "\n".join(f"Step {i}: repl brg and checked the coupling of the pump again." for i in range(60))
    parsed = parse(tmp_path, f'{LOG_HEAD}\nWO-7,P-101A,corrective,2,ELP,2025-03-04,,,,"{lines}"\n')
    document = Document(id="d", kind="worklog", title="t", path="f", sha256="0" * 64)
    passages = chunk(document, parsed.blocks, count=estimate, limit=240)
    assert len(passages) > 2
    assert all(one.text.startswith("WO-7 P-101A corrective 2025-03-04") for one in passages)
    assert len({one.parent_id for one in passages}) == 1
    assert "brg = bearing" in passages[-1].text


def test_of_equipment_and_functional_location_the_tag_counts(tmp_path: Path) -> None:
    head = "Order,Equipment,Functional Location,Order Type,Basic start date,Description\n"
    rows = (
        "1,10000123,U100-P101A,PM01,2025-03-04,leak\n2,,P-101B,PM01,2025-03-04,leak\n3,P-102,U100,PM01,2025-03-04,a\n"
    )
    assert [order.asset for order in parse(tmp_path, head + rows).orders] == ["P-101A", "P-101B", "P-102"]


def test_an_unquoted_delimiter_in_the_last_column_and_a_short_row(tmp_path: Path) -> None:
    text = "Order,Asset,Type,Opened,Text,Hours\nW1,P-101A,cm,2025-03-04,leak\n"
    assert parse(tmp_path, text).orders[0].hours is None
    text = "Order,Asset,Type,Opened,Text\n" + "".join(
        f"W{i},P-101A,cm,2025-03-04,leak{', then dry' * (i == 1)}\n" for i in range(4)
    )
    assert parse(tmp_path, text).orders[1].text == "leak, then dry"


def test_a_head_that_every_page_repeats_is_no_order(tmp_path: Path) -> None:
    head = "|Order |Equipment|Type|Opened    |Description|\n"
    page = f"-----------------\n{head}-----------------\n|W{{0}}    |P-101A   |cm  |2025-03-0{{0}}|leak       |\n"
    parsed = parse(tmp_path, page.format(1) + page.format(2), "list.txt")
    assert [order.order for order in parsed.orders] == ["W1", "W2"]
    assert len(parsed.warnings) == 1  # on the zone


def test_columns_that_no_field_has_are_told(tmp_path: Path) -> None:
    told = parse(tmp_path, "Order,Asset,Type,Opened,Text,Planner\nW1,P-101A,cm,2025-03-04T00:00Z,leak,Li\n").warnings
    assert told == ("log.csv: columns that are not read: Planner",)


def test_the_shipped_presets_are_complete() -> None:
    presets = shipped()
    assert [preset.name for preset in presets] == ["IBM Maximo", "SAP PM", "CMMS"]
    for preset in presets:
        assert {"order", "asset", "opened", "closed", "text", "type", "priority", "hours", "cost"} <= set(
            preset.columns
        )


def test_assetopsbench_by_a_mapping(tmp_path: Path) -> None:
    source = Path(__file__).parents[2].parent / "shared" / "data" / "assetopsbench"
    path = source / "all_wo_with_code_component_events.csv"
    if not path.exists():
        pytest.skip("AssetOpsBench is not there")
    options = _mapping(
        tmp_path,
        "name: AssetOpsBench\n"
        "columns: {order: [wo_id], asset: [equipment_id], type: [preventive], opened: [actual_finish],"
        " hours: [actual_labor_hours], text: [wo_description], failure_mode: [primary_code]}\n"
        "types: {true: preventive, false: corrective}\n",
    )
    parsed = SPREADSHEETS.parse(path, path.name, (), options)
    assert len(parsed.orders) == len(parsed.blocks) > 4000
    assert {order.type for order in parsed.orders} == {"preventive", "corrective"}
    assert parsed.orders[0].opened.isoformat() == "2016-04-06T14:00:00+00:00"
