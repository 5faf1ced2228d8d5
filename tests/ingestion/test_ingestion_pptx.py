import io
from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from prose_kit import everything, kinds, of_kind, parse, refusal, texts

from ingestion.parsers.base import Options, Parsed
from ingestion.parsers.pptx import PARSER
from ingestion.parsers.pptx._shapes import bands
from retrieval.models import PageLocator, Region


def saved(deck: Any) -> bytes:
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def read(tmp_path: Path, deck: Any) -> Parsed:
    return parse(PARSER, tmp_path, "a.pptx", saved(deck))


def blank(deck: Any, title: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[5 if title else 6])
    if title:
        slide.shapes.title.text = title
    return slide


def write(shapes: Any, text: str, x: float, y: float, width: float = 3, height: float = 1) -> Any:
    box = shapes.add_textbox(Inches(x), Inches(y), Inches(width), Inches(height))
    box.text_frame.text = text
    return box


def region_of(parsed: Parsed, text: str) -> tuple[int, list[float]]:
    for block in parsed.blocks:
        for span in block.spans:
            if span.text.strip() == text:
                assert isinstance(span.locator, PageLocator)
                return span.locator.page, span.locator.regions[0].as_list()
    raise AssertionError(text)


def test_shapes_are_read_by_row_then_from_the_left_whatever_their_order(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = blank(deck, "Layout")
    write(slide.shapes, "third", 1, 5)
    write(slide.shapes, "second", 5, 2)
    write(slide.shapes, "first", 1, 2.1)
    parsed = read(tmp_path, deck)
    assert [texts(block) for block in parsed.blocks] == [["first"], ["second"], ["third"]]
    assert {block.heading_path for block in parsed.blocks} == {("Layout",)}
    assert parsed.pages == 1


def test_regions_are_fractions_of_the_slide_groups_included(tmp_path: Path) -> None:
    deck = pptx.Presentation()  # 10 by 7.5 inches
    slide = blank(deck)
    write(slide.shapes, "plain", 1, 1.5, 4, 3)
    group = slide.shapes.add_group_shape()
    write(group.shapes, "grouped", 2, 3, 2, 1.5)
    group.left, group.top, group.width, group.height = Inches(5), Inches(3), Inches(4), Inches(3)  # twice as large
    write(slide.shapes, "beyond", 9, 7, 3, 3)
    parsed = read(tmp_path, deck)
    assert region_of(parsed, "plain") == (1, [0.1, 0.2, 0.5, 0.6])
    assert region_of(parsed, "grouped") == (1, [0.5, 0.4, 0.9, 0.8])
    assert region_of(parsed, "beyond") == (1, [0.9, 0.93333, 1.0, 1.0])


def test_tables_divide_their_frame_and_merged_cells_hold_on(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = blank(deck, "限值")
    frame = slide.shapes.add_table(3, 3, Inches(1), Inches(1.5), Inches(5), Inches(3))
    rows = (("量", "Min", "Max"), ("流量", "1", "2"), ("", "3", "−4"))
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            frame.table.cell(y, x).text = text
    frame.table.cell(1, 0).merge(frame.table.cell(2, 0))
    parsed = read(tmp_path, deck)
    (table,) = of_kind(parsed, "table")
    assert (table.head, texts(table)) == (1, ["量 | Min | Max", "流量 | 1 | 2", "流量 | 3 | −4"])
    assert region_of(parsed, "流量 | 3 | −4") == (1, [0.1, 0.46667, 0.6, 0.6])
    assert (parsed.tables[0].name, parsed.tables[0].page) == ("p1 t1", 1)


def test_bands_fill_their_box() -> None:
    found = bands(Region(x0=0.1, y0=0.2, x1=0.3, y1=0.6), [1, 3])
    assert [(band.y0, band.y1) for band in found] == [(0.2, 0.3), (0.3, 0.6)]
    assert len(bands(Region(x0=0, y0=0, x1=1, y1=1), [0, 0])) == 2


def test_notes_stand_under_their_slide(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = blank(deck, "启动")
    slide.notes_slide.notes_text_frame.text = "先检查液位。\n再启动。"
    blank(deck)
    parsed = read(tmp_path, deck)
    (notes,) = parsed.blocks
    assert texts(notes) == ["备注：\n", "先检查液位。\n", "再启动。\n"]
    assert notes.heading_path == ("启动",)
    assert region_of(parsed, "再启动。") == (1, [0, 0, 1, 1])


def test_numbers_bullets_and_signs(tmp_path: Path) -> None:
    from pptx.oxml.xmlchemy import OxmlElement

    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Start-up"
    frame = slide.placeholders[1].text_frame
    frame.text = "Close it"
    for text, level in (("slowly", 1), ("Open it", 0), ("no mark", 0), ("bullet", 0)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    for at in (0, 2):
        mark = OxmlElement("a:buAutoNum")
        frame.paragraphs[at]._p.get_or_add_pPr().append(mark)
        mark.set("type", "arabicParenR")
        mark.set("startAt", "4")
    frame.paragraphs[3]._p.get_or_add_pPr().append(OxmlElement("a:buNone"))
    raised = frame.paragraphs[3].add_run()
    raised.text = "3"
    raised._r.get_or_add_rPr().set("baseline", "30000")
    parsed = read(tmp_path, deck)
    assert [texts(block) for block in parsed.blocks] == [
        ["4) Close it", "◦ slowly", "5) Open it"],
        ["no mark³"],
        ["• bullet"],
    ]


def test_warnings_pictures_charts_and_footers(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = blank(deck, "Data")
    box = write(slide.shapes, "WARNING", 1, 2)
    box.text_frame.add_paragraph().text = "高温表面。"
    box._element.nvSpPr.cNvPr.set("descr", "Hot sign")
    make: Any = CategoryChartData
    data = make()
    data.categories = ["2023", "2024"]
    data.add_series("Hours", (1, 2.5))
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, Inches(1), Inches(4), Inches(4), Inches(3), data)
    parsed = read(tmp_path, deck)
    assert kinds(parsed) == ["warning", "figure", "table"]
    assert texts(parsed.blocks[0]) == ["WARNING", "高温表面。"]
    assert texts(parsed.blocks[2]) == [" | Hours", "2023 | 1", "2024 | 2.5"]


def test_hostile_and_foreign_files_are_refused(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    assert "has no slides" in refusal(PARSER, tmp_path, "a.pptx", saved(deck))
    blank(deck, "One")
    blank(deck, "Two")
    data = saved(deck)
    assert "max_pages = 1" in refusal(PARSER, tmp_path, "a.pptx", data, Options(max_pages=1))
    assert "max_unpacked_bytes = 10" in refusal(PARSER, tmp_path, "a.pptx", data, Options(max_unpacked_bytes=10))
    assert "rename it to .pptx" in refusal(PARSER, tmp_path, "a.zip", data)
    assert "is truncated or corrupt" in refusal(PARSER, tmp_path, "a.pptx", data[: len(data) // 2])
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    old = ole + "PowerPoint Document".encode("utf-16-le")
    assert "is an old PowerPoint file (.ppt); save it as .pptx" in refusal(PARSER, tmp_path, "a.ppt", old)


@pytest.mark.parametrize("suffix", [".pptx", ".zip"])
def test_content_tells_a_presentation(tmp_path: Path, suffix: str) -> None:
    deck = pptx.Presentation()
    blank(deck, "One")
    path = tmp_path / f"a{suffix}"
    path.write_bytes(saved(deck))
    assert PARSER.accepts(path, path.read_bytes()[:4096]) == "yes"


def test_a_title_alone_is_not_lost(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    blank(deck, "Only this")
    blank(deck, "And this")
    assert everything(read(tmp_path, deck)) == "Only this\nAnd this"
