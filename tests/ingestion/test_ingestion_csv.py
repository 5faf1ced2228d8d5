from datetime import UTC, datetime
from pathlib import Path

import pytest
from ingestion_kit import LOG, LOG_HEAD, REGISTER

from ingestion.discover import choose
from ingestion.parsers._abbreviations import expand
from ingestion.parsers.base import Parsed, Parser
from ingestion.parsers.register import PARSER as REGISTERS
from ingestion.parsers.worklog import PARSER as WORKLOGS
from ingestion.pipeline import parsers
from retrieval.errors import BadDocument
from retrieval.models import RecordLocator


def parse(parser: Parser, tmp_path: Path, text: str, name: str = "log.csv", encoding: str = "utf-8") -> Parsed:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return parser.parse(path, name, ())


def test_rows_become_typed_orders_and_a_passage_each(tmp_path: Path) -> None:
    parsed = parse(WORKLOGS, tmp_path, LOG)
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
    text += f"WO-1{delimiter}P-101A{delimiter}维修{delimiter}2025/3/4{delimiter}更换机械密封\n"
    (order,) = parse(WORKLOGS, tmp_path, text, encoding=encoding).orders
    assert (order.text, order.type, order.opened) == ("更换机械密封", "corrective", datetime(2025, 3, 4, tzinfo=UTC))


def test_missing_columns_are_named(tmp_path: Path) -> None:
    says = r"^log.csv, row 1: has no columns Type, Opened; rename .*\(it has Order, Asset, Text\)$"
    with pytest.raises(BadDocument, match=says):
        parse(WORKLOGS, tmp_path, "Order,Asset,Text\nWO-1,P-101A,leak\n")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("WO-1,,corrective,,,2025-03-04,,,,leak", "Asset is empty"),
        ("WO-1,P-101A,corrective,,,yesterday,,,,leak", "Opened 'yesterday' is no ISO 8601 time"),
        ("WO-1,P-101A,corrective,,,2025-03-04,2025-03-01,,,leak", "Closed '2025-03-01' is before Opened"),
        ("WO-1,P-101A,corrective,,,2025-03-04,,-2,,leak", "Hours '-2' is no number"),
        ("WO-1,P-101A,corrective,high,,2025-03-04,,,,leak", "Priority 'high' is no number"),
    ],
)
def test_a_bad_row_is_named_by_row_and_field_and_the_rest_kept(tmp_path: Path, row: str, says: str) -> None:
    parsed = parse(WORKLOGS, tmp_path, LOG + row + "\n")
    assert len(parsed.orders) == 2
    assert parsed.warnings[0].startswith(f"log.csv, row 4: {says}")
    with pytest.raises(BadDocument, match="no row can be read: row 2: "):
        parse(WORKLOGS, tmp_path, LOG_HEAD + "\n" + row + "\n")


def test_no_rows_and_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match="no orders below"):
        parse(WORKLOGS, tmp_path, LOG_HEAD + "\n")
    (tmp_path / "x.csv").write_bytes(b"\x00\x01\xff" * 50)
    with pytest.raises(BadDocument, match="no text in UTF-8 or GB18030"):
        WORKLOGS.parse(tmp_path / "x.csv", "x.csv", ())


def test_the_later_row_of_an_order_counts(tmp_path: Path) -> None:
    parsed = parse(WORKLOGS, tmp_path, LOG + "WO-100234,P-101A,corrective,,,2025-03-05,,,,again\n")
    assert [order.text for order in parsed.orders if order.order == "WO-100234"] == ["again"]
    assert "WO-100234 stands in row 2 too" in parsed.warnings[0]


def test_the_register_gives_assets_and_a_passage_each(tmp_path: Path) -> None:
    parsed = parse(REGISTERS, tmp_path, REGISTER, "asset_register.csv")
    row, pump = parsed.assets[0]
    assert (row, pump.tag, pump.nicknames, pump.duty, pump.manuals) == (
        2,
        "P-101A",
        ("big blue", "old lady"),
        "duty",
        ("manual.pdf",),
    )
    assert parsed.assets[2][1].parent == "P-101A"
    assert "进料泵A" in parsed.blocks[0].spans[0].text
    assert parsed.blocks[0].spans[0].locator == RecordLocator(table="assets", key="P-101A", row=2)


def test_columns_and_content_tell_which_file_is_which(tmp_path: Path) -> None:
    def chosen(name: str, data: bytes) -> str | None:
        return choose(tmp_path / name, data, parsers())

    assert chosen("a.csv", LOG.encode()) == "worklog"
    assert chosen("b.csv", REGISTER.encode()) == "register"
    assert chosen("register.csv", b"Tag,Area\nP-101A,U100\n") == "register"
    assert chosen("c.csv", b"a,b,c\n1,2,3\n") == "worklog"  # which says what columns it needs
    assert chosen("d.csv", b"%PDF-1.7\n") == "pdf"
    assert chosen("e.pdf", b"") == "pdf"
    assert chosen("f.csv", LOG.encode("gb18030")[:60]) == "worklog"
    assert chosen("notes.md", b"# Notes") is None


def test_short_forms_are_written_out_and_nothing_else() -> None:
    assert expand("Chk brg temp, o/h pmp") == "check bearing temperature, overhaul pump"
    assert expand("the temperature of the press-fit") == "the temperature of the press-fit"
