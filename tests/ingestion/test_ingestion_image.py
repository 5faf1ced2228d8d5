"""Pictures as documents: which files are taken, what is refused, and what OCR's lines become."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, TiffImagePlugin
from scans import EN, ZH, kept, needs_chinese, page

from ingestion.parsers.base import Options, Parsed
from ingestion.parsers.image import PARSER
from retrieval.errors import BadDocument
from retrieval.models import PageLocator
from retrieval.pages import page_png

LABEL = [("Pump P-101A", 24.0, 0.0)]


def label() -> Image.Image:
    return page(LABEL, size=(4, 2))


def parse(path: Path, options: Options | None = None) -> Parsed:
    return PARSER.parse(path, path.name, (), options or Options())


def texts(parsed: Parsed) -> list[str]:
    return [span.text for block in parsed.blocks for span in block.spans]


def places(parsed: Parsed) -> list[PageLocator]:
    return [span.locator for block in parsed.blocks for span in block.spans if isinstance(span.locator, PageLocator)]


@pytest.mark.parametrize("suffix", ["png", "jpg", "jpeg", "tif", "tiff", "bmp", "webp"])
def test_each_format_is_taken_by_its_content(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"label.{suffix}"
    label().convert("RGB").save(path)
    assert PARSER.accepts(path, path.read_bytes()[:4096]) == "yes"
    assert PARSER.accepts(Path("label"), path.read_bytes()[:4096]) == "yes"


def test_other_content_is_left_or_refused_by_name() -> None:
    assert PARSER.accepts(Path("a.txt"), b"BM is the company's sign, and this is plain text.") == "no"
    assert PARSER.accepts(Path("a.pdf"), b"%PDF-1.7") == "no"
    assert PARSER.accepts(Path("a.png"), b"%PDF-1.7") == "maybe"  # to say what is wrong with it


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_label_is_read_from_each_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"label.{suffix}"
    label().convert("RGB").save(path)
    parsed = parse(path)
    assert texts(parsed) == ["Pump P-101A"]
    assert (parsed.kind, parsed.pages, parsed.tiers, parsed.warnings) == ("manual", 1, {"ocr": 1}, ())


def test_a_page_becomes_paragraphs_steps_and_warnings_under_headings(tmp_path: Path) -> None:
    path = tmp_path / "start.png"
    head = [("Feed Pump Manual", 20.0, 0.0), ("Revision 3, issued 2024-05-17", 11.0, 4.0), ("4 Operation", 15.0, 16.0)]
    lines: list[str | tuple[str, float, float]] = [
        *head,
        (EN[0], 11.0, 14.0),
        *EN[1:5],
        (EN[5], 11.0, 8.0),
        (EN[6], 11.0, 8.0),
        *EN[7:10],
        (EN[10], 11.0, 12.0),
    ]
    page(lines).save(path)
    parsed = parse(path)
    assert (parsed.title, parsed.revision, parsed.effective_date) == ("Feed Pump Manual", "3", "2024-05-17")
    section = ("4 Operation", EN[0])
    found = [(block.kind, len(block.spans)) for block in parsed.blocks if block.heading_path == section]
    assert found == [("text", 4), ("warning", 1), ("steps", 4), ("text", 1)]
    assert kept(texts(parsed)[-10:], EN[1:]) >= 0.99


def test_a_chinese_page_becomes_paragraphs_steps_and_warnings(tmp_path: Path) -> None:
    needs_chinese()
    path = tmp_path / "start.png"
    head = [("进料泵操作手册", 20.0, 0.0), ("第四章 运行", 15.0, 16.0)]
    page([*head, (ZH[0], 11.0, 14.0), *ZH[1:3], (ZH[3], 11.0, 8.0), (ZH[4], 11.0, 8.0), *ZH[5:8]]).save(path)
    parsed = parse(path)
    assert (parsed.title, parsed.language) == ("进料泵操作手册", "zh")
    kinds = [block.kind for block in parsed.blocks if len(block.heading_path) == 2]
    assert kinds == ["text", "warning", "steps"]
    assert kept(texts(parsed)[-7:], ZH[1:8]) >= 0.98


def test_each_frame_is_a_page_and_what_has_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    second = page([("Tank T-101", 24.0, 0.0)], size=(4, 2)).rotate(180)
    label().convert("1").save(path, save_all=True, append_images=[Image.new("L", (300, 300), 255), second])
    parsed = parse(path)
    assert texts(parsed) == ["Pump P-101A", "Tank T-101"]
    assert [place.page for place in places(parsed)] == [1, 3]
    assert (parsed.pages, parsed.tiers) == (3, {"ocr": 2, "none": 1})
    assert parsed.warnings == ("scan.tif, page 2: no text could be read in it",)


@pytest.mark.parametrize("held", [6, pytest.param(3, marks=pytest.mark.slow), pytest.param(8, marks=pytest.mark.slow)])
def test_regions_stand_on_the_picture_as_it_is_shown(tmp_path: Path, held: int) -> None:
    """A photo whose camera was held aside: EXIF turns it upright both here and on the page picture."""
    path, exif = tmp_path / "photo.jpg", Image.Exif()
    exif[0x0112] = held
    turned = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[held]
    label().transpose(turned).save(path, exif=exif, quality=95)
    parsed = parse(path)
    assert texts(parsed) == ["Pump P-101A"]
    _assert_marked(tmp_path, path, parsed)


def test_regions_of_a_page_scanned_on_its_side_stand_on_the_scan(tmp_path: Path) -> None:
    path = tmp_path / "side.png"
    label().rotate(90, expand=True).save(path)
    parsed = parse(path)
    assert texts(parsed) == ["Pump P-101A"]
    _assert_marked(tmp_path, path, parsed)


def _assert_marked(folder: Path, path: Path, parsed: Parsed) -> None:
    """All ink of the page picture lies in the regions."""
    (folder / "shown.png").write_bytes(page_png(path, 1, [], width=800))
    with Image.open(folder / "shown.png") as shown:
        grey = shown.convert("L")
        for region in places(parsed)[0].regions:
            x0, y0, x1, y1 = region.as_list()
            box = (
                int(x0 * grey.width) - 4,
                int(y0 * grey.height) - 4,
                int(x1 * grey.width) + 5,
                int(y1 * grey.height) + 5,
            )
            assert min(grey.crop(box).tobytes()) < 100
            grey.paste(255, box)
        assert sum(shade < 100 for shade in grey.tobytes()) < 20


def test_an_animation_is_its_first_picture(tmp_path: Path) -> None:
    path = tmp_path / "label.webp"
    label().convert("RGB").save(path, save_all=True, append_images=[Image.new("RGB", (800, 400), "white")])
    parsed = parse(path)
    assert texts(parsed) == ["Pump P-101A"]
    assert parsed.warnings == ("label.webp: is animated; its first picture was read",)


def png(width: int, height: int) -> bytes:
    """A PNG that claims this size and holds next to nothing."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(9))
    chunks = ((len(part) - 4, part, zlib.crc32(part)) for part in (head, data))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", size) + part + struct.pack(">I", sum) for size, part, sum in chunks
    )


def looping_tiff() -> bytes:
    """Its one directory names itself as the next."""
    entries = {256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 8, 279: 64}
    head = b"II*\x00" + struct.pack("<I", 72) + bytes(64)
    listed = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries.items())
    return head + struct.pack("<H", len(entries)) + listed + struct.pack("<I", 72)


def cut(suffix: str, at: float) -> bytes:
    from io import BytesIO

    whole = BytesIO()
    label().convert("RGB").save(whole, {"jpg": "JPEG", "tif": "TIFF"}.get(suffix, suffix.upper()))
    return whole.getvalue()[: int(len(whole.getvalue()) * at)]


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.png", lambda: b"", r"a\.png: is empty \(0 bytes\)"),
    "a text named .png": ("a.png", lambda: b"hello", r"a\.png: is no PNG by its content; give it the suffix"),
    "a PNG named .jpg": ("a.jpg", lambda: cut("png", 1), r"a\.jpg: is a PNG by its content; rename it to \.png"),
    "a PNG without suffix": ("scan", lambda: cut("png", 1), r"scan: is a PNG by its content; rename it to \.png"),
    "a TIFF named .png": ("a.png", looping_tiff, r"a\.png: is a TIFF by its content; rename it to \.tif"),
    "a cut PNG": ("a.png", lambda: cut("png", 0.5), r"a\.png: is truncated or corrupt"),
    "a cut JPEG": ("a.jpg", lambda: cut("jpg", 0.5), r"a\.jpg: is truncated or corrupt"),
    "a cut TIFF": ("a.tif", lambda: cut("tif", 0.5), r"a\.tif: is (truncated or )?corrupt"),
    "a cut BMP": ("a.bmp", lambda: cut("bmp", 0.5), r"a\.bmp: is truncated or corrupt"),
    "a cut WebP": ("a.webp", lambda: cut("webp", 0.5), r"a\.webp: is (truncated or )?corrupt"),
    "a head alone": ("a.png", lambda: b"\x89PNG\r\n\x1a\n", r"a\.png: is corrupt"),
    "noise after the head": ("a.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, r"a\.png: is corrupt"),
    "a bomb": ("a.png", lambda: png(100_000, 100_000), r"100,000 x 100,000 pixels, more than \[ingestion\] max_pixels"),
    "no pixels": ("a.png", lambda: png(0, 5), r"a\.png: "),
    "a looping TIFF": ("a.tif", looping_tiff, r"a\.tif: no text could be read in it"),
    "less than it says": ("a.png", lambda: png(90, 90), r"a\.png: is truncated or corrupt"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, case: str) -> None:
    name, content, said = REFUSED[case]
    path = tmp_path / name
    path.write_bytes(content())
    with pytest.raises(BadDocument, match=said) as refused:
        parse(path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("size", [(1, 1), (300, 300), (2000, 3)])
def test_a_picture_without_text_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "blank.png"
    Image.new("L", size, 255).save(path)
    with pytest.raises(BadDocument, match=r"blank\.png: no text could be read in it; scan it at 200 dpi"):
        parse(path)


def test_limits_are_named(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    blank = Image.new("1", (20, 20), 1)
    blank.save(path, save_all=True, append_images=[blank] * 4)
    with pytest.raises(BadDocument, match=r"has 5 pages, more than 4; raise \[ingestion\] max_pages"):
        parse(path, Options(max_pages=4))
    with pytest.raises(BadDocument, match=r"20 x 20 pixels, more than \[ingestion\] max_pixels = 399"):
        parse(path, Options(max_pixels=399))
    with pytest.raises(BadDocument, match=r"set \[ingestion\] ocr = true"):
        parse(path, Options(ocr=False))


def test_a_later_frame_of_too_many_pixels_is_named(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    Image.new("1", (20, 20), 1).save(path, save_all=True, append_images=[Image.new("1", (900, 900), 1)])
    with pytest.raises(BadDocument, match=r"scan\.tif, page 2: has 900 x 900 pixels"):
        parse(path, Options(max_pixels=10_000))


def test_a_tiff_that_grumbles_is_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "label.tif"
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[282] = 200.0
    label().save(path, tiffinfo=info)
    content = bytearray(path.read_bytes())
    at = content.find(struct.pack("<HH", 282, 5))  # the resolution's value is put beyond the end
    content[at + 8 : at + 12] = struct.pack("<I", len(content) + 999)
    path.write_bytes(bytes(content))
    assert texts(parse(path)) == ["Pump P-101A"]


def test_a_drawing_says_that_its_lines_were_not_traced(tmp_path: Path) -> None:
    from parser_cases.image import CASES

    [case] = [case for case in CASES if case.kind == "pid"]
    path = case.make(tmp_path)
    parsed = parse(path)
    assert {item.tag for item in parsed.items} == set(case.tags)
    assert all(item.inferred for item in parsed.items)
    assert "lines between them were not traced" in parsed.warnings[0]
    assert (parsed.connections, parsed.pages) == ((), 1)
    x, y = next(item.position for item in parsed.items if item.tag == "E-105")
    assert (x, y) == pytest.approx((6.2 / 9, 4.5 / 6), abs=0.03)
    assert "100-P-1003-DN80" in texts(parsed)
    assert not {"FIC", "101", "P-101A"} & set(texts(parsed))  # each has its passage as a tag
