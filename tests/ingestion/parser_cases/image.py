"""Scans as PNG and TIFF, and a P&ID as a picture. OCR keeps the words; single spaces it may not."""

from pathlib import Path

from PIL import Image, ImageDraw
from scans import EN, INCH, ZH, needs_chinese, page

from parser_cases import ParserCase
from retrieval.pages._fonts import font


def _english(folder: Path) -> Path:
    path = folder / "start.png"
    lines = [("Feed Pump Manual", 20.0, 0.0), ("4 Operation", 15.0, 16.0), (EN[0], 11.0, 14.0)]
    page([*lines, *EN[1:5], (EN[5], 11.0, 8.0), (EN[6], 11.0, 8.0), *EN[7:9]]).save(path)
    return path


def _chinese(folder: Path) -> Path:
    needs_chinese()
    path = folder / "start.tiff"
    first = page([("进料泵操作手册", 20.0, 0.0), (ZH[0], 15.0, 14.0), *ZH[1:3]], size=(8.27, 4))
    second = page([ZH[3], (ZH[4], 11.0, 8.0), *ZH[5:7]], size=(8.27, 4)).rotate(90, expand=True)
    first.save(path, save_all=True, append_images=[second], compression="tiff_deflate")
    return path


def _drawing(folder: Path) -> Path:
    path = folder / "unit100.png"
    picture = Image.new("L", (9 * INCH, 6 * INCH), 255)
    draw = ImageDraw.Draw(picture)
    for x, y, text in (
        (1.0, 2.4, "T-101"),
        (3.0, 4.0, "P-101A"),
        (3.0, 5.2, "P-101B"),
        (2.2, 3.6, "HV-111A"),
        (4.3, 3.2, "HV-112A"),
        (6.0, 4.4, "E-105"),
        (4.9, 4.9, "100-P-1003-DN80"),
        (6.5, 5.7, "FEED UNIT 100"),
    ):
        draw.text((x * INCH, y * INCH), text, fill=0, font=font(32))
    for x, y, above, below in ((5.0, 1.0, "FIC", "101"), (7.2, 1.6, "TI", "115"), (3.4, 1.3, "PI", "112")):
        draw.ellipse((x * INCH - 60, y * INCH - 60, x * INCH + 60, y * INCH + 60), outline=0, width=3)
        for text, dy in ((above, -38), (below, 2)):
            draw.text((x * INCH - draw.textlength(text, font=font(30)) / 2, y * INCH + dy), text, fill=0, font=font(30))
        draw.line((x * INCH, y * INCH + 60, x * INCH, y * INCH + 160), fill=0, width=2)
    for y in (2.2, 3.9, 5.0):
        draw.line((1.0 * INCH, y * INCH, 8 * INCH, y * INCH), fill=0, width=4)
    picture.save(path)
    return path


CASES = (
    ParserCase(
        id="image-png-en",
        parser="image",
        make=_english,
        kind="manual",
        language="en",
        texts=("sight glass. The pump may not run dry for more than 5 s.", EN[5], EN[6], EN[8]),
        tags=("HV-111A", "HV-112A", "PI-115A"),
        place="page",
        headings=("4 Operation", EN[0]),
    ),
    ParserCase(
        id="image-tiff-zh",
        parser="image",
        make=_chinese,
        kind="manual",
        language="zh",
        texts=("检查轴承箱油位，油位应在视镜中部。", ZH[3], ZH[4], ZH[6]),
        tags=("P-101A", "HV-111A", "HV-112A", "PI-115A"),
        place="page",
    ),
    ParserCase(
        id="image-drawing",
        parser="image",
        make=_drawing,
        kind="pid",
        language="en",
        texts=(),
        tags=("T-101", "P-101A", "P-101B", "HV-111A", "HV-112A", "E-105", "FIC-101", "TI-115", "PI-112"),
        place="sheet",
    ),
)
