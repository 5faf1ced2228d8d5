"""Page pictures of a PDF made here."""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, TiffImagePlugin
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches, Pt
from reportlab.pdfgen.canvas import Canvas

from retrieval.errors import BadDocument, BadInput, NotFound
from retrieval.models import EVERYTHING, Caller, Document, Region
from retrieval.pages import OUTLINE, page_png
from retrieval.pictures import drawing_picture, page_picture
from retrieval.plugins import discover
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


def test_a_page_that_is_very_long_is_drawn_narrower(tmp_path: Path) -> None:
    path = tmp_path / "strip.pdf"
    canvas = Canvas(str(path), pagesize=(100, 5000))
    canvas.showPage()
    canvas.save()
    assert _shown(path, 1, width=1200).size == pytest.approx((160, 8000), abs=1)
    assert _shown(path, 1, width=10**9).size == pytest.approx((160, 8000), abs=1)


def test_every_width_is_within_bounds(pdf: Path) -> None:
    assert _shown(pdf, 1, width=-5).width == 50
    assert _shown(pdf, 1, width=100_000).width == 4000


def _shown(path: Path, page: int, regions: Sequence[Region] = (), *, width: int = 400) -> Image.Image:
    picture = Image.open(BytesIO(page_png(path, page, regions, width=width)))
    assert (picture.format, picture.mode) == ("PNG", "RGB")
    return picture


def _marked(size: tuple[int, int], corner: str = "red") -> Image.Image:
    """White, its top left quarter coloured."""
    picture = Image.new("RGB", size, "white")
    picture.paste(corner, (0, 0, size[0] // 2, size[1] // 2))
    return picture


RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".JPEG", ".bmp", ".webp", ".tif"])
def test_a_picture_is_a_page(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"scan{suffix}"
    _marked((300, 200)).save(path)
    picture = _shown(path, 1, [Region(x0=0.6, y0=0.6, x1=0.9, y1=0.9)], width=600)
    assert picture.size == (600, 400)
    assert picture.getpixel((150, 100)) == pytest.approx(RED, abs=4)
    assert picture.getpixel((450, 100)) == pytest.approx(WHITE, abs=4)
    assert picture.getpixel((450, 300)) not in (OUTLINE, WHITE)  # tinted
    with pytest.raises(NotFound, match="no page 2; it has pages 1 to 1"):
        page_png(path, 2, [])


def test_each_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "scan.tiff"
    frames = [_marked((300, 200), colour) for colour in ("red", "green", "blue")]
    frames[0].save(path, save_all=True, append_images=[frames[1].convert("CMYK"), frames[2].resize((100, 300))])
    assert [_shown(path, page).getpixel((40, 40)) for page in (1, 2, 3)] == [RED, GREEN, BLUE]
    assert _shown(path, 3, width=200).size == (200, 600)
    with pytest.raises(NotFound, match="no page 4; it has pages 1 to 3"):
        page_png(path, 4, [])


@pytest.mark.parametrize(
    ("orientation", "size", "red"), [(1, (400, 200), (9, 9)), (6, (400, 800), (390, 9)), (3, (400, 200), (390, 190))]
)
def test_a_photo_is_shown_as_its_camera_was_held(
    tmp_path: Path, orientation: int, size: tuple[int, int], red: tuple[int, int]
) -> None:
    path, exif = tmp_path / "photo.jpg", Image.Exif()
    exif[0x0112] = orientation
    _marked((800, 400)).save(path, exif=exif, quality=95)
    picture = _shown(path, 1)
    assert picture.size == size
    assert picture.getpixel(red) == pytest.approx(RED, abs=12)


def test_what_is_see_through_is_white_and_deep_greys_are_spread(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 50, 50))
    clear.save(tmp_path / "clear.png")
    assert _shown(tmp_path / "clear.png", 1).getpixel((350, 350)) == WHITE
    assert _shown(tmp_path / "clear.png", 1).getpixel((50, 50)) == BLUE
    deep = Image.frombytes("I;16", (2, 1), bytes((0, 1, 0, 9)))  # 256 and 2304 of 65535
    deep.resize((100, 100), Image.Resampling.NEAREST).save(tmp_path / "deep.png")
    picture = _shown(tmp_path / "deep.png", 1)
    assert (picture.getpixel((10, 10)), picture.getpixel((390, 10))) == ((0, 0, 0), WHITE)


def test_a_broken_picture_is_named(tmp_path: Path) -> None:
    whole = BytesIO()
    Image.effect_noise((300, 200), 90).save(whole, "PNG")
    broken = {
        "cut.png": whole.getvalue()[:2000],
        "bytes.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "text.jpg": b"hello",
        "empty.tif": b"",
        "cut.tif": b"II*\x00\x08\x00\x00\x00\xff\xff",
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadDocument, match=name.replace(".", r"\.")):
            page_png(tmp_path / name, 1, [])


def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tif"
    head = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in {256: 60_000, 257: 60_000, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 60_000, 279: 1}.items():
        head[tag] = value
    with path.open("wb") as file:
        file.write(b"II*\x00\x08\x00\x00\x00")
        head.save(file)
    with pytest.raises(BadDocument, match="60,000 x 60,000 pixels"):
        page_png(path, 1, [])


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path, made = tmp_path / "training.pptx", Presentation()
    made.slide_width, made.slide_height = Inches(10), Inches(5)
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Shutdown 停机"
    slide.shapes.title.left, slide.shapes.title.top = Inches(1), Inches(0.2)
    slide.shapes.title.width, slide.shapes.title.height = Inches(8), Inches(1)
    picture = BytesIO()
    _marked((200, 200), "blue").save(picture, "PNG")
    slide.shapes.add_picture(picture, Inches(6), Inches(2), Inches(2), Inches(2))
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    table.cell(1, 1).text = "6.2 bar"
    group = slide.shapes.add_group_shape()
    group.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(1), Inches(4), Inches(2), Inches(0.5)).text_frame.text = "T-101"
    made.slides.add_slide(made.slide_layouts[6])
    made.save(str(path))
    return path


def _ink(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> int:
    """Dark pixels of a part of the slide, which is 10 x 5 inches."""
    inch = picture.width / 10
    part = picture.convert("L").crop((round(left * inch), round(top * inch), round(right * inch), round(bottom * inch)))
    return sum(shade < 100 for shade in part.tobytes())


def test_a_slide_is_sketched_in_place(deck: Path) -> None:
    picture = _shown(deck, 1, width=1000)
    assert picture.size == (1000, 500)
    assert _ink(picture, 1, 0.2, 9, 1.2) > 100  # the title
    assert picture.getpixel((650, 250)) == BLUE
    assert picture.getpixel((750, 350)) == WHITE
    assert _ink(picture, 3.05, 2.55, 4.9, 2.95) > 50  # the cell
    assert _ink(picture, 1.05, 2.05, 2.9, 2.4) == 0  # an empty one
    assert picture.getpixel((300, 220)) != WHITE  # the line between cells
    assert _ink(picture, 1, 4, 3, 4.5) > 50  # in a group
    assert _ink(picture, 8.2, 1.4, 9.9, 4.5) == 0  # nothing stands there


def test_an_empty_slide_is_white_with_its_mark(deck: Path) -> None:
    picture = _shown(deck, 2, width=1000)
    assert _ink(picture, 0.05, 0.05, 9.95, 4.6) == 0
    assert len(set(picture.crop((850, 470, 995, 495)).tobytes())) > 1  # "sketch"
    with pytest.raises(NotFound, match="no page 3; it has pages 1 to 2"):
        page_png(deck, 3, [])


def test_long_text_stays_in_its_box(tmp_path: Path) -> None:
    path, made = tmp_path / "long.pptx", Presentation()
    made.slide_width, made.slide_height = Inches(10), Inches(5)
    box = made.slides.add_slide(made.slide_layouts[6]).shapes.add_textbox(Inches(2), Inches(1), Inches(3), Inches(3))
    box.text_frame.text = "Close the valve slowly. 缓慢关闭排出阀。" * 12
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(24)
    made.save(str(path))
    picture = _shown(path, 1, width=1000)
    assert _ink(picture, 2, 1, 5, 4) > 1000
    assert _ink(picture, 0, 0, 10, 5) == _ink(picture, 2, 1, 5, 4.1)


def test_a_broken_deck_is_named(deck: Path) -> None:
    deck.write_bytes(deck.read_bytes()[:5000])
    with pytest.raises(BadDocument, match=r"training\.pptx: cannot be shown"):
        page_png(deck, 1, [])


def test_a_kind_without_pages_names_where_its_text_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# Notes")
    with pytest.raises(NotFound, match=r"notes\.md: this kind of document has no pages; .*/v1/documents/\{id\}/text"):
        page_png(path, 1, [])


def test_no_two_kinds_claim_a_suffix() -> None:
    suffixes = [suffix for kind in discover("retrieval.pages", "PAGES").values() for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert {".pdf", ".tiff", ".pptx"} <= set(suffixes)


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
