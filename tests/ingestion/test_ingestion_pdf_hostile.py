"""PDFs that are broken or made to break a reader: one clear line each, and what can be read is read."""

import random
from pathlib import Path

import pytest
from ingestion_kit import Paper
from pdf_kit import draw, parse, text_of

from ingestion.parsers.base import Options, Parsed
from retrieval.errors import BadDocument

FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
SAY = "BT /F1 12 Tf 20 20 Td (Check the oil level.) Tj ET"


def raw(objects: dict[int, str], *, trailer: str = "") -> bytes:
    """A file with these objects, object 1 being its root."""
    out, places = b"%PDF-1.7\n", {}
    for number, text in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {max(objects) + 1}\n0000000000 65535 f \n".encode()
    for number in range(1, max(objects) + 1):
        out += f"{places.get(number, 0):010d} 00000 {'n' if number in places else 'f'} \n".encode()
    return out + f"trailer << /Size {max(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()


def stream(text: str, head: str = "") -> str:
    return f"<< /Length {len(text)} {head}>>\nstream\n{text}\nendstream"


def one_page(
    box: str = "[0 0 300 200]", content: str = SAY, *, more: str = "", count: int = 1, kids: str = "3 0 R"
) -> dict[int, str]:
    return {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        3: f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents 4 0 R {more} "
        "/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
        4: stream(content),
        5: FONT,
        6: stream("/X Do", "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> "),
    }


def read(folder: Path, data: bytes, options: Options | None = None) -> Parsed:
    path = folder / "hostile.pdf"
    path.write_bytes(data)
    return parse(path, options=options)


def refusal(folder: Path, data: bytes, options: Options | None = None) -> str:
    with pytest.raises(BadDocument) as caught:
        read(folder, data, options)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("hostile.pdf")
    return str(caught.value)


def either(folder: Path, data: bytes) -> tuple[Parsed | None, str]:
    """What was read, or why it was refused."""
    try:
        return read(folder, data), ""
    except BadDocument as error:
        return None, str(error)


def test_the_maker_makes_a_file_that_reads(tmp_path: Path) -> None:
    assert text_of(read(tmp_path, raw(one_page()))) == "Check the oil level."


def test_no_pages(tmp_path: Path, paper: Paper) -> None:
    with pytest.raises(BadDocument, match="password"):
        parse(paper.write(tmp_path / "locked.pdf", [paper.text("secret")], password="s3cret"))
    # pdfium keeps the fault of the file before
    assert "has no pages" in refusal(tmp_path, raw(one_page(kids="", count=0)))


BOXES = [
    "[0 0 0 0]",
    "[0 0 -300 -200]",
    "[300 200 0 0]",
    "[nan nan 10 10]",
    "[0 0 1e12 1e12]",
    "[0 0 0.1 0.1]",
    "[]",
    "null",
    "(x)",
]


@pytest.mark.parametrize("box", BOXES)
def test_a_box_that_is_no_page(tmp_path: Path, box: str) -> None:
    """pdfium mends most of these to a page of the usual size; of the others the page is named."""
    parsed, refused = either(tmp_path, raw(one_page(box)))
    if parsed is None:
        assert refused.startswith("hostile.pdf")
        assert "\n" not in refused
        return
    assert text_of(parsed) == "Check the oil level." or any("page 1" in warning for warning in parsed.warnings)
    for block in parsed.blocks:
        for span in block.spans:
            assert span.locator.kind == "page"


def test_a_page_tree_that_loops(tmp_path: Path) -> None:
    looped = one_page(kids="2 0 R", count=1)
    with pytest.raises(BadDocument):
        read(tmp_path, raw(looped))
    looped = one_page(kids="3 0 R 2 0 R", count=2)
    parsed = read(tmp_path, raw(looped))
    assert text_of(parsed) == "Check the oil level."


def test_more_pages_promised_than_there_are(tmp_path: Path) -> None:
    parsed = read(tmp_path, raw(one_page(count=300)))
    assert text_of(parsed) == "Check the oil level."
    assert len(parsed.warnings) <= 21


def test_too_many_pages_name_the_setting(tmp_path: Path) -> None:
    path = draw(tmp_path / "many.pdf", *[lambda canvas: canvas.drawString(50, 50, "x")] * 4)
    with pytest.raises(BadDocument, match=r"many.pdf: has 4 pages, more than 3; raise \[ingestion\] max_pages"):
        parse(path, options=Options(max_pages=3))


def test_a_page_that_cannot_be_read_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    objects = one_page(kids="7 0 R 3 0 R", count=2)
    objects[7] = "(no page)"
    parsed = read(tmp_path, raw(objects))
    assert text_of(parsed) == "Check the oil level."
    assert parsed.warnings == ("hostile.pdf, page 1: cannot be read; export the file again from its source",)
    assert parsed.tiers == {"none": 1, "text": 1}


def test_a_form_that_draws_itself(tmp_path: Path) -> None:
    assert "Check the oil level." in text_of(read(tmp_path, raw(one_page(content=SAY + " /X Do /X Do"))))


@pytest.mark.parametrize(
    "content",
    [
        "q 1e38 0 0 1e38 0 0 cm 0 0 1 1 re f Q " + SAY,
        "BT /F1 1e30 Tf 0 0 Td (big) Tj ET " + SAY,
        "BT /F1 0 Tf 10 10 Td (none) Tj ET " + SAY,
        "0 0 m " + "1 1 l 2 2 l " * 20_000 + "S " + SAY,
        "q " * 5_000 + SAY,
        "0 0 m 10 0 l S " * 5_000 + SAY,
        SAY + " BT /F1 12 Tf 1 0 0 -1 20 100 Tm (\\000\\001\\002) Tj ET",
        SAY + " ] >> } garbage (((",
    ],
    ids=["huge-matrix", "huge-letters", "no-size", "long-path", "deep-state", "many-rules", "nul", "garbage"],
)
def test_a_page_that_draws_nonsense_still_says_its_text(tmp_path: Path, content: str) -> None:
    assert "Check the oil level." in text_of(read(tmp_path, raw(one_page(content=content))))


def test_scans_of_one_pixel_are_a_warning(tmp_path: Path) -> None:
    objects = one_page(content="q 300 0 0 200 0 0 cm /X Do Q")
    objects[6] = stream(
        "\x80", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray "
    )
    for options in (Options(), Options(ocr=False)):
        parsed = read(tmp_path, raw(objects), options)
        assert parsed.blocks == ()
        assert parsed.warnings == ("hostile.pdf, page 1: no usable text; make a scan searchable (OCR) first",)
        assert parsed.tiers == {"none": 1}


def test_letters_that_no_font_explains_are_no_text(tmp_path: Path) -> None:
    objects = one_page(content="BT /F1 12 Tf 20 20 Td <0001000200030004> Tj ET")
    objects[5] = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /ToUnicode 7 0 R /DescendantFonts ["
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        " /Supplement 0 >> >>] >>"
    )
    objects[7] = stream("1 beginbfrange <0001> <0004> <E001> endbfrange")
    parsed = read(tmp_path, raw(objects))
    assert parsed.tiers == {"none": 1}
    assert "no usable text" in parsed.warnings[0]


def test_an_encrypted_file_of_an_unknown_kind(tmp_path: Path) -> None:
    data = raw({**one_page(), 7: "<< /Filter /Odd /V 9 >>"}, trailer="/Encrypt 7 0 R ")
    assert "encrypted" in refusal(tmp_path, data) or "password" in refusal(tmp_path, data)


@pytest.mark.parametrize("seed", range(24))
def test_damaged_bytes_give_a_parse_or_one_line(tmp_path: Path, paper: Paper, seed: int) -> None:
    data = bytearray(
        paper.write(
            tmp_path / "whole.pdf", [paper.text("Check the oil."), paper.table([["a", "b"], ["c", "d"]])]
        ).read_bytes()
    )
    chance = random.Random(seed)
    for _ in range(chance.choice([1, 5, 40])):
        at = chance.randrange(len(data))
        data[at : at + chance.choice([1, 1, 9])] = bytes(chance.randrange(256) for _ in range(chance.choice([0, 1, 4])))
    parsed, refused = either(tmp_path, bytes(data))
    assert "\n" not in refused
    if parsed is not None:
        assert parsed.pages == sum(parsed.tiers.values()) > 0
