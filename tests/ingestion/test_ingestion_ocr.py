"""Text read from pictures that are drawn here, whichever way they lie."""

import logging
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageDraw
from scans import EN, INCH, ZH, kept, needs_chinese, page

from ingestion.parsers._ocr import engine as _ocr
from ingestion.parsers._ocr import fit as _ocr_fit
from ingestion.parsers._ocr import lines as _ocr_lines
from ingestion.parsers._ocr.engine import Reading, read, read_page
from retrieval.errors import Unavailable


def texts(reading: Reading) -> list[str]:
    return [line.text for line in reading.lines]


def test_a_clean_page_keeps_its_characters() -> None:
    reading = read(page(EN[:6]))
    assert kept(texts(reading), EN[:6]) >= 0.98
    assert (reading.angle, reading.dropped) == (0.0, 0)


def test_a_clean_chinese_page_keeps_its_characters() -> None:
    needs_chinese()
    reading = read(page(ZH[:6]))
    assert kept(texts(reading), ZH[:6]) >= 0.98


def test_boxes_reach_from_ascender_to_descender() -> None:
    points, size = 20, (5.0, 3.0)
    boxes = []
    for text in ("Oily", "Cold", "and "):
        picture = page([(text, points, 0)], size=size)
        [line] = read_page(picture)
        left, top, right, bottom = picture.point(lambda shade: 255 - shade).getbbox() or (0, 0, 0, 0)
        x0, y0, x1, y1 = line.box
        assert (x0 * picture.width, x1 * picture.width) == pytest.approx((left, right), abs=7)
        assert y0 * picture.height <= top + 1
        assert y1 * picture.height >= bottom - 1
        assert (y1 - y0) * picture.height == pytest.approx(1.1 * points * INCH / 72, rel=0.12)
        assert 0.9 < line.confidence <= 1
        boxes.append(line.box)
    assert [box[1] for box in boxes] == pytest.approx([boxes[0][1]] * 3, abs=0.01)
    assert [box[3] for box in boxes] == pytest.approx([boxes[0][3]] * 3, abs=0.01)


def test_a_rule_under_a_line_is_no_part_of_its_letters() -> None:
    picture = page([("Cold water", 20, 0)], size=(5, 3))
    [plain] = read_page(picture)
    ImageDraw.Draw(picture).line((100, 228, 700, 228), fill=0, width=3)
    [ruled] = read_page(picture)
    assert ruled.box == pytest.approx(plain.box, abs=0.015)


@pytest.mark.parametrize(
    "turn", [90, pytest.param(180, marks=pytest.mark.slow), pytest.param(270, marks=pytest.mark.slow)]
)
def test_a_page_that_lies_on_its_side_or_head_is_read(turn: int) -> None:
    picture = page(EN[:6], size=(8.27, 5))
    turned = picture.rotate(turn, expand=True)
    reading = read(turned)
    assert kept(texts(reading), EN[:6]) >= 0.98  # in order, too
    assert reading.angle == 360 - turn
    assert (reading.width, reading.height) == pytest.approx(picture.size, abs=1)
    _assert_ink(turned, [reading.on_picture(line.box) for line in reading.lines])


@pytest.mark.parametrize("askew", [-2.5, pytest.param(1.2, marks=pytest.mark.slow)])
def test_a_page_that_lies_askew_is_levelled(askew: float) -> None:
    turned = page(EN[:6], size=(8.27, 5)).rotate(askew, fillcolor=255)
    reading = read(turned)
    assert kept(texts(reading), EN[:6]) >= 0.98
    assert reading.angle == pytest.approx(-askew, abs=0.4)
    tops = [line.box[1] for line in reading.lines]
    assert tops == sorted(tops)
    assert max(line.box[3] - line.box[1] for line in reading.lines) * reading.height < 42  # as if it were level
    _assert_ink(turned, [reading.on_picture(line.box) for line in reading.lines])


def _assert_ink(picture: Image.Image, boxes: Sequence[_ocr_lines.Box]) -> None:
    """All that is printed lies in the boxes, and something in each."""
    rest = picture.copy()
    for x0, y0, x1, y1 in boxes:
        box = (int(x0 * rest.width) - 2, int(y0 * rest.height) - 2, int(x1 * rest.width) + 3, int(y1 * rest.height) + 3)
        assert min(picture.crop(box).tobytes()) < 128
        rest.paste(255, box)
    assert sum(shade < 128 for shade in rest.tobytes()) < 30


@pytest.mark.slow
def test_full_pages_keep_their_characters_at_common_resolutions() -> None:
    needs_chinese()
    for lines in (EN, ZH):
        for points, scale in ((11, 1.0), (8, 1.0), (11, 0.5), (9, 1.5)):
            picture = page(lines * 2, points=points)
            picture = picture.resize((int(picture.width * scale), int(picture.height * scale)))
            assert kept(texts(read(picture)), lines * 2) >= 0.98, (points, scale)


def test_a_line_that_fills_its_picture_is_read() -> None:
    [line] = read_page(page([("HV-111A", 24, 0)], size=(3, 2)).crop((150, 165, 540, 250)))
    assert line.text == "HV-111A"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGBA", "CMYK", "I;16", "P"])
def test_any_mode_is_read(mode: str) -> None:
    grey = page([("Pump P-101A", 20, 0)], size=(3.5, 2)).crop((100, 120, 700, 300))
    if mode == "I;16":
        picture = Image.frombytes("I;16", grey.size, b"".join(bytes((0, shade // 4)) for shade in grey.tobytes()))
    elif mode in ("LA", "RGBA"):  # black all over, the letters being what is not see-through
        picture = Image.new("L", grey.size, 0).convert(mode)
        picture.putalpha(grey.point(lambda shade: 255 - shade))
    else:
        picture = grey.convert("RGB").convert(mode)
    assert [line.text for line in read_page(picture)] == ["Pump P-101A"]


@pytest.mark.parametrize("size", [(1, 1), (7, 900), (3000, 9), (20_000, 12), (300, 300)])
def test_where_nothing_is_written_nothing_is_read(size: tuple[int, int]) -> None:
    assert read_page(Image.new("L", size, 255)) == []


def test_a_huge_picture_is_read_at_a_smaller_scale() -> None:
    picture = page([("FLOW 42", 60, 0)], size=(6, 3)).resize((12_000, 6_000))
    reading = read(picture)
    assert texts(reading) == ["FLOW 42"]
    assert (reading.width, reading.height) == pytest.approx((12_000, 6_000), rel=0.001)


@pytest.mark.slow
def test_lines_that_cannot_be_read_are_dropped_and_counted() -> None:
    picture, chance = page(["Readable line of text"], size=(8, 6)), Random(5)
    draw = ImageDraw.Draw(picture)
    for row in range(6):
        for x in range(160, 900, 34):
            points = [(x + chance.randint(0, 30), 320 + 130 * row + chance.randint(0, 40)) for _ in range(5)]
            draw.line(points, fill=0, width=4)
    reading = read(picture)
    assert texts(reading)[0] == "Readable line of text"
    assert reading.dropped >= 1
    assert all(line.confidence >= _ocr.SURE for line in reading.lines)


def test_an_l_in_a_tag_is_an_i() -> None:
    assert _ocr_lines.text("Pl-115A and LlC-102, not Kl. 4 or el-2") == "PI-115A and LIC-102, not Kl. 4 or el-2"


def test_a_lost_space_is_put_back_where_the_page_has_one() -> None:
    gaps = [(0.30, 0.40, 0.4), (0.60, 0.62, 0.31)]
    assert _ocr_fit.spaced("Rev.3 bAB", (0.05, 0.1, 0.15, 0.2, 0.25, 0.45, 0.55, 0.7), gaps) == "Rev.3 bA B"
    assert _ocr_fit.spaced("Rev.3bAB", (0.05, 0.1, 0.15, 0.2, 0.25, 0.45, 0.55, 0.7), gaps) == "Rev.3 bA B"
    assert _ocr_fit.spaced("HV-111", (0.1, 0.2, 0.3, 0.4, 0.5, 0.6), [(0.44, 0.46, 0.4)]) == "HV-111"  # a 1 is thin
    assert (
        _ocr_fit.spaced(
            "DANGER", (0.1, 0.2, 0.3, 0.4, 0.5, 0.6), [(x / 10 + 0.04, x / 10 + 0.06, 0.6) for x in range(1, 6)]
        )
        == "DANGER"
    )
    assert _ocr_fit.spaced("打开阀", (0.1, 0.5, 0.9), [(0.2, 0.4, 0.6)]) == "打开阀"


def test_columns_of_a_table_are_parted_by_spaces() -> None:
    assert [line.text for line in read_page(page([("Rev 3      2024-05-17", 16, 0)], size=(5, 2)))] == [
        "Rev 3 2024-05-17"
    ]


def test_side_by_side_goes_before_below() -> None:
    boxes = [(0.5, 0.11, 0.9, 0.15), (0.1, 0.2, 0.9, 0.24), (0.1, 0.1, 0.4, 0.14)]
    assert _ocr_lines.natural_order(boxes, lambda box: box) == [boxes[2], boxes[0], boxes[1]]


def test_the_network_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("OCR opened a connection")

    _ocr._engine.cache_clear()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert read_page(page([("P-101A", 20, 0)], size=(3, 2)))


def test_a_missing_model_is_named_and_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import rapidocr

    _ocr._engine.cache_clear()
    monkeypatch.setattr(rapidocr, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(Unavailable, match=r"PP-OCRv6_det_small\.onnx is missing; reinstall rapidocr"):
        read_page(page(["P-101A"], size=(3, 2)))
    assert list(tmp_path.iterdir()) == []


def test_the_engine_says_nothing(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    _ocr._engine.cache_clear()
    with caplog.at_level(logging.DEBUG):
        read_page(page(["P-101A"], size=(3, 2)))
        read_page(Image.new("L", (300, 300), 255))
    assert capfd.readouterr() == ("", "")


def test_importing_it_loads_no_engine() -> None:
    heavy = "{'rapidocr', 'cv2', 'numpy', 'PIL.Image'}"
    code = (
        f"import sys, ingestion.parsers._ocr.engine, ingestion.parsers.image; print(sorted({heavy} & {{*sys.modules}}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
