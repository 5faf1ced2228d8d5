import re
from pathlib import Path

import pytest
from ingestion_kit import Paper, on_page

from ingestion.parsers.base import Block, Parsed
from ingestion.parsers.pdf import PARSER
from retrieval.errors import BadDocument
from retrieval.models import PageLocator


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory, paper: Paper) -> Parsed:
    return PARSER.parse(paper.manual(tmp_path_factory.mktemp("pdf") / "manual.pdf"), "manual.pdf", ())


def of_kind(parsed: Parsed, kind: str) -> list[Block]:
    return [block for block in parsed.blocks if block.kind == kind]


def lines(block: Block) -> list[str]:
    return [span.text for span in block.spans]


def test_the_title_page_names_title_revision_date_and_equipment(manual: Parsed) -> None:
    assert (manual.title, manual.revision, manual.effective_date) == ("Feed pump KSP", "C", "2024-05-01")
    assert manual.asset_tags == ("P-101A", "P-101B")
    assert (manual.kind, manual.language) == ("manual", "en")


def test_running_feet_and_page_numbers_are_left_out(manual: Parsed) -> None:
    text = "\n".join(span.text for block in manual.blocks for span in block.spans)
    assert "Feed pump manual Rev. C" not in text
    assert "Page 2" not in text


def test_a_table_over_a_page_break_is_one_block_with_exact_rows(manual: Parsed) -> None:
    (table,) = of_kind(manual, "table")
    assert table.head == 1
    assert table.heading_path == ("2 Data", "Table 1. Limits")
    assert lines(table) == ["Quantity | Limit | Unit", *[f"Item {i} | {3 * i} | bar" for i in range(60)]]
    assert {on_page(span.locator).page for span in table.spans} == {2, 3, 4}
    assert all(len(on_page(span.locator).regions) == 1 for span in table.spans)


def test_text_of_a_table_is_not_doubled_as_prose(manual: Parsed) -> None:
    assert not any("Item" in line for block in manual.blocks if block.kind != "table" for line in lines(block))


def test_warnings_are_blocks_of_their_own(manual: Parsed) -> None:
    texts = [" ".join(lines(block)) for block in of_kind(manual, "warning")]
    assert texts == [
        "WARNING Hot surface. Let it cool before you touch the bearing housing.",
        "CAUTION: Pressure may remain.",
        "警告：拆卸泵头前必须泄压。",
    ]


def test_steps_are_one_span_each_and_go_on_after_a_warning(manual: Parsed) -> None:
    first, second, chinese = of_kind(manual, "steps")
    assert lines(first) == [f"{i}. Close valve HV-11{i}A and lock it." for i in range(1, 4)]
    assert lines(second) == ["4. Open drain 4.", "5. Open drain 5."]
    assert first.heading_path == second.heading_path == ("1 Safety", "1.1 Lockout")
    assert lines(chinese) == ["1. 关闭吸入阀。", "2. 打开排放阀。"]
    assert chinese.heading_path == ("第三章 维护",)


def test_hyphens_at_line_ends_are_mended_by_the_documents_own_words(manual: Parsed) -> None:
    text = next(" ".join(lines(block)) for block in of_kind(manual, "text") if "Words are" in lines(block)[0])
    assert text.replace("  ", " ") == "Words are lubricated and the self-priming pump is P-101A."


def test_regions_are_fractions_from_the_top_left_in_reading_order(manual: Parsed) -> None:
    title = next(block for block in manual.blocks if lines(block) == ["Revision: C"] or "Revision: C" in lines(block))
    locator = title.spans[0].locator
    assert isinstance(locator, PageLocator)
    assert locator.page == 1
    region = locator.regions[0]
    assert 0.05 < region.x0 < 0.2
    assert 0.08 < region.y0 < region.y1 < 0.25  # near the top of the page


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_has_regions_as_it_is_shown(tmp_path: Path, rotation: int) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "turned.pdf"), pagesize=(400, 600))
    canvas.setPageRotation(rotation)
    x, y = {90: (20, 30), 180: (370, 20), 270: (580, 370)}[rotation]  # top left as shown; reportlab turns the sheet
    canvas.translate(x, y)
    canvas.rotate(rotation)
    canvas.drawString(0, 0, "Check the oil level.")
    canvas.save()
    (block,) = PARSER.parse(tmp_path / "turned.pdf", "turned.pdf", ()).blocks
    (region,) = on_page(block.spans[0].locator).regions
    assert block.spans[0].text == "Check the oil level."
    assert region.x0 < 0.15
    assert region.y1 < 0.1
    assert region.x1 - region.x0 > 3 * (region.y1 - region.y0)


def test_text_that_runs_up_the_page_is_kept_in_words(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "up.pdf"))
    canvas.translate(100, 200)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Check the oil level.")
    canvas.save()
    (block,) = PARSER.parse(tmp_path / "up.pdf", "up.pdf", ()).blocks
    assert [span.text for span in block.spans] == ["Check the oil level."]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path, paper: Paper) -> None:
    from reportlab.platypus import BalancedColumns, Paragraph

    words = [f"Sentence {i} is long enough to fill most of a narrow column of this page." for i in range(12)]
    story = BalancedColumns([Paragraph(text, paper.sheet["BodyText"]) for text in words], innerPadding=20)
    path = paper.write(tmp_path / "columns.pdf", [story])
    text = " ".join(span.text for block in PARSER.parse(path, "columns.pdf", ()).blocks for span in block.spans)
    assert [int(number) for number in re.findall(r"Sentence (\d+)", text)] == list(range(12))


def test_a_merged_cell_holds_for_each_of_its_rows(tmp_path: Path, paper: Paper) -> None:
    rows = [["Symptom", "Cause"], ["No flow", "Valve closed"], ["", "Air inside"], ["Noise", "Cavitation"]]
    path = paper.write(tmp_path / "spans.pdf", [paper.table(rows, ("SPAN", (0, 1), (0, 2)))])
    (table,) = of_kind(PARSER.parse(path, "spans.pdf", ()), "table")
    assert lines(table) == ["Symptom | Cause", "No flow | Valve closed", "No flow | Air inside", "Noise | Cavitation"]


def test_a_page_without_text_is_a_warning_that_names_it(tmp_path: Path, paper: Paper) -> None:
    from reportlab.graphics.shapes import Drawing, Rect
    from reportlab.platypus import PageBreak

    drawing = Drawing(200, 200)
    drawing.add(Rect(0, 0, 200, 200))
    path = tmp_path / "scan.pdf"
    from reportlab.platypus import SimpleDocTemplate

    SimpleDocTemplate(str(path)).build([drawing, PageBreak(), paper.text("Some text.")])
    parsed = PARSER.parse(path, "scan.pdf", ())
    assert parsed.warnings == ("scan.pdf, page 1: no usable text; make a scan searchable (OCR) first",)


def bad(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(BadDocument) as caught:
        PARSER.parse(path, path.name, ())
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(path.name)
    return str(caught.value)


def test_bad_files_are_one_clear_line_each(tmp_path: Path, paper: Paper) -> None:
    whole = paper.manual(tmp_path / "whole.pdf").read_bytes()
    assert "truncated" in bad(tmp_path / "half.pdf", whole[: len(whole) // 2])
    assert "truncated" in bad(tmp_path / "nearly.pdf", whole[:-60])
    assert "corrupt" in bad(tmp_path / "noise.pdf", b"%PDF-1.4\n" + b"\x93\x01 nonsense " * 300 + b"\n%%EOF")
    assert "empty" in bad(tmp_path / "empty.pdf", b"")
    assert "no PDF by its content" in bad(tmp_path / "text.pdf", b"hello")
    assert "rename it to .pdf" in bad(tmp_path / "manual.csv", whole)


def test_a_password_is_asked_to_be_removed(tmp_path: Path, paper: Paper) -> None:
    path = paper.write(tmp_path / "locked.pdf", [paper.text("secret")], password="s3cret")
    with pytest.raises(BadDocument, match=r"locked.pdf: is protected by a password; remove the password"):
        PARSER.parse(path, "locked.pdf", ())
