"""Page pictures of a PDF made here."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from retrieval.errors import BadDocument, NotFound
from retrieval.models import Region
from retrieval.pages import OUTLINE, page_png


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "manual.pdf"
    canvas = Canvas(str(path), pagesize=(400, 600))
    for page in (1, 2):
        canvas.drawString(50, 500, f"Page {page}")
        canvas.showPage()
    canvas.save()
    return path


def test_a_region_is_outlined_where_it_stands(pdf: Path) -> None:
    region = Region(x0=0.25, y0=0.5, x1=0.75, y1=0.75)
    picture = Image.open(BytesIO(page_png(pdf, 2, [region], width=800)))
    assert picture.format == "PNG"
    assert picture.size == (800, 1200)
    marked = [(x, y) for x in range(0, 800) for y in range(0, 1200, 4) if picture.getpixel((x, y)) == OUTLINE]
    left, right = min(x for x, _ in marked), max(x for x, _ in marked)
    top, bottom = min(y for _, y in marked), max(y for _, y in marked)
    assert (left, right) == pytest.approx((200, 600), abs=8)
    assert (top, bottom) == pytest.approx((600, 900), abs=8)
    assert picture.getpixel((400, 750)) not in (OUTLINE, (255, 255, 255))  # tinted, and what is under it shows
    assert picture.getpixel((100, 300)) == (255, 255, 255)


def test_pages_count_from_one(pdf: Path) -> None:
    for page in (0, 3):
        with pytest.raises(NotFound, match=rf"manual\.pdf: no page {page}; it has pages 1 to 2"):
            page_png(pdf, page, [])


def test_what_cannot_be_shown_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="ingest the document again"):
        page_png(tmp_path / "gone.pdf", 1, [])
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 truncated")
    with pytest.raises(BadDocument, match=r"bad\.pdf"):
        page_png(tmp_path / "bad.pdf", 1, [])


def test_many_threads_may_ask(pdf: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        pictures = list(pool.map(lambda _: page_png(pdf, 1, [], width=200), range(12)))
    assert len(set(pictures)) == 1
