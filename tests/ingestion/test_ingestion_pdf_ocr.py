"""Scanned pages are read by OCR, and only these; the places are those of the page."""

from pathlib import Path
from typing import Any

import pytest
from ingestion_kit import on_page
from pdf_kit import build, draw, of_kind, parse, text_of

from ingestion.parsers.base import Options

SAID = ["Check the oil level of P-101A.", "Close valve HV-111A before work."]


def scanned(path: Path, source: Path, *, turn: int = 0, stamp: str = "") -> Path:
    """The first page of a file as a picture on a page."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader

    document = pypdfium2.PdfDocument(source)
    picture = document[0].render(scale=2.5).to_pil().rotate(turn, expand=True)
    document.close()
    width, height = picture.width / 2.5, picture.height / 2.5

    def page(canvas: Any) -> None:
        canvas.drawImage(ImageReader(picture), 0, 0, width, height)
        canvas.drawString(10, 10, stamp)

    def typed(canvas: Any) -> None:
        canvas.drawString(50, 100, "This page was typed and needs no OCR to be read.")

    return draw(path, page, typed, size=(width, height))


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def page(canvas: Any) -> None:
        canvas.setFont("Helvetica", 14)
        for i, line in enumerate(SAID):
            canvas.drawString(40, 250 - 30 * i, line)

    return draw(tmp_path_factory.mktemp("scan") / "letter.pdf", page, size=(420, 300))


@pytest.mark.parametrize("stamp", ["", "Copy 3"])
def test_a_scan_is_read_and_located(tmp_path: Path, letter: Path, stamp: str) -> None:
    parsed = parse(scanned(tmp_path / "scan.pdf", letter, stamp=stamp), options=Options())
    assert parsed.tiers == {"ocr": 1, "text": 1}
    assert not parsed.warnings
    text = text_of(parsed)
    assert all(line in text for line in [*SAID, "This page was typed and needs no OCR to be read."])
    first = next(span for block in parsed.blocks for span in block.spans if SAID[0] in span.text)
    region = on_page(first.locator).regions[0]
    assert on_page(first.locator).page == 1
    assert 0.05 < region.x0 < 0.15
    assert 0.08 < region.y0 < 0.2


def test_a_page_that_was_scanned_sideways_is_located_as_it_is_shown(tmp_path: Path, letter: Path) -> None:
    parsed = parse(scanned(tmp_path / "side.pdf", letter, turn=90), options=Options())
    assert all(line in text_of(parsed) for line in SAID)
    first = next(span for block in parsed.blocks for span in block.spans if SAID[0] in span.text)
    region = on_page(first.locator).regions[0]
    assert region.y1 - region.y0 > 3 * (region.x1 - region.x0)
    assert region.x0 < 0.3


def test_with_ocr_off_a_scan_is_a_warning(tmp_path: Path, letter: Path) -> None:
    parsed = parse(scanned(tmp_path / "scan.pdf", letter), options=Options(ocr=False))
    assert parsed.tiers == {"none": 1, "text": 1}
    assert parsed.warnings == ("scan.pdf, page 1: no usable text; make a scan searchable (OCR) first",)


def test_aligned_columns_of_a_scan_are_a_table(tmp_path: Path) -> None:
    from reportlab.platypus import Table

    rows = [
        ["Part", "Part number", "Stock"],
        ["Seal", "MS-4471", "1040"],
        ["Ring", "OR-2055", "2175"],
        ["Gasket", "GA-7001", "4690"],
    ]
    source = build(tmp_path / "source.pdf", [Table(rows, colWidths=[150, 150, 100])])
    parsed = parse(scanned(tmp_path / "scan.pdf", source), options=Options())
    (table,) = of_kind(parsed, "table")
    assert [span.text for span in table.spans][1:] == [" | ".join(row) for row in rows[1:]]
