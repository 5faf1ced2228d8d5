from pathlib import Path

import pytest
from prose_kit import everything, kinds, parse, places, refusal, texts

from ingestion.parsers._decode import decode
from ingestion.parsers.text import PARSER


def test_headings_are_underlined_numbered_or_in_capitals(tmp_path: Path) -> None:
    source = "Pump\n====\nText.\n\n1.2 Safety\n\nText.\n\nMAINTENANCE WORK\n\nText.\n\n第三章 维护\n\n正文。\n"
    parsed = parse(PARSER, tmp_path, "a.txt", source)
    assert [block.heading_path for block in parsed.blocks] == [
        ("Pump",),
        ("Pump", "1.2 Safety"),
        ("Pump", "MAINTENANCE WORK"),
        ("第三章 维护",),
    ]
    assert parsed.title == "Pump"


def test_wrapped_lines_run_on_and_short_ones_stay(tmp_path: Path) -> None:
    wrapped = (
        "The pump is self-priming and must be filled with the medium\nbefore its first start, as "
        "the data sheet tells in its\nthird part.\n"
    )
    parsed = parse(PARSER, tmp_path, "a.txt", wrapped + "\nType: KSP 32\nMade: 2019\nBy: Acme\n")
    assert not any(text.endswith("\n") for text in texts(parsed.blocks[0]))
    assert texts(parsed.blocks[1]) == ["Type: KSP 32\n", "Made: 2019\n", "By: Acme"]


def test_lists_steps_and_warnings_begin_at_their_marks(tmp_path: Path) -> None:
    source = (
        "Do this:\n1. Close it.\n2. Open it\n   slowly.\nWARNING: Hot.\n3) Wait.\n* one\n- two\n\n"
        "步骤1：关闭。\n步骤2：打开。\n注意：高温。\n"
    )
    parsed = parse(PARSER, tmp_path, "a.txt", source)
    assert kinds(parsed) == ["text", "steps", "warning", "steps", "text", "steps", "warning"]
    assert texts(parsed.blocks[1]) == ["1. Close it.", "2. Open it slowly."]
    assert texts(parsed.blocks[4]) == ["• one", "- two"]


def test_columns_stamps_and_quotations_stay_line_by_line(tmp_path: Path) -> None:
    source = "Item      Limit\nFlow      12\n\n2024-01-02 03:04 start\n2024-01-02 03:05 stop\n\n> said\n> so\n"
    parsed = parse(PARSER, tmp_path, "a.log", source)
    assert everything(parsed).replace("\n\n", "\n") == source.replace("\n\n", "\n")
    assert places(parsed)[-1] == ("> so", 8, 8)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("泵的压力为５巴，请定期检查隔膜。", "utf-8-sig"),
        ("泵的压力为５巴，请定期检查隔膜。", "utf-16"),
        ("泵的压力为５巴，请定期检查隔膜。\n阀门 HV-111A 12\n", "utf-16-le"),
        ("泵的压力为５巴，请定期检查隔膜。", "gb18030"),
        ("幫浦的壓力為五巴，請定期檢查隔膜。", "big5"),
        ("Pumpe für Öl: 5 µm, ±3 °C – „heiß“", "cp1252"),
        ("Pump for water, nothing else", "utf-16-be"),
        ("Насос перекачивает горячую воду, давление пять бар.", "cp1251"),
    ],
)
def test_encodings_are_told_apart(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


def test_a_declared_encoding_that_is_wrong_is_not_believed() -> None:
    assert decode("检查隔膜".encode(), "a.txt", "gb2312") == "检查隔膜"
    assert decode("检查隔膜镕".encode("gb18030"), "a.txt", "gb2312") == "检查隔膜镕"
    assert decode("für".encode("cp1252"), "a.txt", "no-such-code") == "für"


def test_binary_files_are_refused(tmp_path: Path) -> None:
    assert "byte 3 is zero; save it as text in UTF-8" in refusal(PARSER, tmp_path, "a.txt", b"ab\x00cd" + b"ef" * 900)
    assert "is no text" in refusal(PARSER, tmp_path, "a.txt", b"\x01\x02\x03\x04" * 99)
    assert "is empty" in refusal(PARSER, tmp_path, "a.txt", " \n")


def test_a_long_line_is_cut_where_it_can_be(tmp_path: Path) -> None:
    parsed = parse(PARSER, tmp_path, "a.txt", "ab cd " * 200_000)
    assert (everything(parsed).count("ab"), everything(parsed).count("cd")) == (200_000, 200_000)
    assert {span.locator for block in parsed.blocks for span in block.spans} == {parsed.blocks[0].spans[0].locator}


def test_only_text_is_claimed_and_never_surely(tmp_path: Path) -> None:
    assert PARSER.accepts(tmp_path / "a.txt", b"words") == "maybe"
    assert PARSER.accepts(tmp_path / "a.csv", b"words") == "no"
