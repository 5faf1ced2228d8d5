"""Page pictures of a PDF made here."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from retrieval.errors import BadDocument, BadInput, NotFound
from retrieval.models import EVERYTHING, Caller, Document, Region
from retrieval.pages import OUTLINE, page_png
from retrieval.pictures import drawing_picture, page_picture
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.sql.engine import Database


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


@pytest.fixture
def shown(db: Database, pdf: Path, tmp_path: Path) -> RetrievalSettings:
    """A manual and a drawing of the group operations, with the manual's original."""
    settings = RetrievalSettings(data_dir=tmp_path / "data")
    settings.originals_dir.mkdir(parents=True)
    shutil.copyfile(pdf, settings.originals_dir / f"{'a' * 64}.pdf")
    epoch = epochs.reserve(db)
    for id, kind, path, sha256 in (("m", "manual", "Manual.PDF", "a" * 64), ("d", "pid", "d.xml", "b" * 64)):
        document = Document.model_validate(
            {"id": id, "kind": kind, "title": id, "path": path, "sha256": sha256, "groups": ("operations",)}
        )
        documents.stage(db, epoch, documents.Content(document))
    epochs.publish(db, epoch)
    return settings


def test_pictures_are_for_those_who_may_see_the_document(db: Database, shown: RetrievalSettings) -> None:
    everywhere = frozenset({EVERYTHING})
    ours, other = (Caller(name=group, groups=frozenset({group}), areas=everywhere) for group in ("operations", "plant"))
    assert page_picture(db, shown, ours, "m", 1, [], width=200).startswith(b"\x89PNG")
    with pytest.raises(NotFound, match="no document"):
        page_picture(db, shown, other, "m", 1, [], width=200)
    for id in ("d", "m"):  # nor is said which is a drawing
        with pytest.raises(NotFound, match="no document"):
            drawing_picture(db, shown, other, id, [], width=200)
    with pytest.raises(BadInput, match="m is no drawing"):
        drawing_picture(db, shown, ours, "m", [], width=200)
    with pytest.raises(NotFound, match=r"the original of d\.xml is gone"):
        drawing_picture(db, shown, ours, "d", [], width=200)


def test_a_region_turned_round_is_refused() -> None:
    for box in ((0.9, 0.1, 0.1, 0.9), (0.1, 0.9, 0.9, 0.1)):
        with pytest.raises(ValueError, match="x0 <= x1 and y0 <= y1"):
            Region(x0=box[0], y0=box[1], x1=box[2], y1=box[3])
