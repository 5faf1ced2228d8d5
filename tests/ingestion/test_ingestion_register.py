from pathlib import Path

import pytest
from ingestion_kit import REGISTER
from openpyxl import Workbook

from ingestion.parsers.base import Parsed
from ingestion.parsers.register import PARSER as REGISTERS
from ingestion.pipeline import parsers
from ingestion.sorting import choose
from retrieval.errors import BadDocument
from retrieval.models import RecordLocator


def parse(tmp_path: Path, text: str, name: str = "register.csv", encoding: str = "utf-8") -> Parsed:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return REGISTERS.parse(path, name, ())


def test_the_register_gives_assets_and_a_passage_each(tmp_path: Path) -> None:
    parsed = parse(tmp_path, REGISTER)
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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_chinese_register(tmp_path: Path, encoding: str) -> None:
    text = (
        "设备台账,,,,,\n位号,设备名称,别名,制造厂,型号,主备,手册,量程\n"
        "Ｐ－１０１Ａ,进料泵A,大蓝、老太太,上海水泵厂,KSP 32,主用,手册.pdf、p101.pdf,0~100 m³/h\n"
    )
    parsed = parse(tmp_path, text, "台账.csv", encoding)
    ((row, pump),) = parsed.assets
    assert (row, pump.tag, pump.name, pump.nicknames) == (3, "P-101A", "进料泵A", ("大蓝", "老太太"))
    assert (pump.manufacturer, pump.model, pump.duty, pump.manuals) == (
        "上海水泵厂",
        "KSP 32",
        "duty",
        ("手册.pdf", "p101.pdf"),
    )
    assert "量程 0~100 m³/h" in parsed.blocks[0].spans[0].text  # no field has it
    assert parsed.language == "zh"


def test_nicknames_and_manuals_between_any_marks(tmp_path: Path) -> None:
    text = (
        'Tag,Name,Nicknames,Manuals\nP-101A,Pump,"big blue, old lady","a, b.pdf; c.pdf"\nP-102,Pump,,"a.pdf, b.docx"\n'
    )
    (_, first), (_, second) = parse(tmp_path, text).assets
    assert (first.nicknames, first.manuals) == (("big blue", "old lady"), ("a, b.pdf", "c.pdf"))
    assert second.manuals == ("a.pdf", "b.docx")


def test_a_workbook_with_further_sheets(tmp_path: Path) -> None:
    book, path = Workbook(), tmp_path / "assets.xlsx"
    sheet = book.active
    assert sheet is not None
    for line in (
        [],
        ["Asset register"],
        [],
        ["Tag", "Name", "Serial no", "Location"],
        ["P101A", "Feed pump", 12345, "Hall 2"],
    ):
        sheet.append(line)
    other = book.create_sheet("lubricants")
    other.append(["Oil", "Viscosity (mm²/s)"])
    other.append(["VG 46", 46])
    book.save(path)
    assert choose(path, path.read_bytes()[:4096], parsers()) == "register"
    parsed = REGISTERS.parse(path, "assets.xlsx", ())
    ((row, pump),) = parsed.assets
    assert (row, pump.tag, pump.serial, pump.location) == (5, "P-101A", "12345", "Hall 2")
    assert [(table.name, table.columns[1].unit) for table in parsed.tables] == [("lubricants", "mm²/s")]


def test_bad_rows_are_named_and_the_rest_kept(tmp_path: Path) -> None:
    parsed = parse(tmp_path, REGISTER + "P-103,,,,,,,,,\nP-104,Pump,,,,,,,maybe,\nP-101A,Again,,,,,,,,\n")
    assert [asset.name for _, asset in parsed.assets if asset.tag == "P-101A"] == ["Again"]
    assert parsed.warnings == (
        "register.csv, row 5: Name is empty; row left out",
        "register.csv, row 6: Duty 'maybe' is neither duty nor standby; left empty",
        "register.csv, row 7: tag P-101A stands in row 2 too; the later row counts",
    )
    with pytest.raises(BadDocument, match=r"register.csv, row 1: has no column Name; rename"):
        parse(tmp_path, "Tag,Area\nP-101A,U100\n")


def test_a_list_with_several_rows_a_tag_is_a_table(tmp_path: Path) -> None:
    rows = "".join(f"P-10{i},alarm {kind},{i * 10}\n" for i in range(1, 5) for kind in ("high", "low"))
    parsed = parse(tmp_path, "Tag,Description,Limit (bar)\n" + rows, "alarms.csv")
    assert (parsed.kind, parsed.assets, len(parsed.tables[0].rows)) == ("table", (), 8)
    assert "read as a table" in parsed.warnings[-1]
