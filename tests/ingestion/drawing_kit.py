"""Drawings as primitives in millimetres, y up, and from them the same sheet as DXF and as vector PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
A1, A3 = (841.0, 594.0), (420.0, 297.0)
MM = 72 / 25.4


@dataclass(frozen=True)
class Poly:
    points: tuple[Point, ...]
    weight: float
    dashed: bool = False
    filled: bool = False


@dataclass(frozen=True)
class Round:
    at: Point
    radius: float
    start: float = 0.0  # degrees, counter-clockwise
    end: float = 360.0
    filled: bool = False


@dataclass(frozen=True)
class Words:
    text: str
    at: Point
    height: float
    justify: str = "CenterCenter"
    angle: float = 0.0


Primitive = Poly | Round | Words


def write_pdf(sheet: Sequence[Primitive], path: Path, size: Point = A1, *more: Sequence[Primitive]) -> Path:
    """A vector PDF of true size; ``more`` sheets are pages of their own."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(size[0] * MM, size[1] * MM))
    for page in (sheet, *more):
        canvas.scale(MM, MM)
        for one in page:
            _draw(canvas, one)
        canvas.showPage()
    canvas.save()
    return path


def _draw(canvas: Any, one: Any) -> None:
    if isinstance(one, Words):
        _draw_words(canvas, one)
    elif isinstance(one, Round):
        canvas.setLineWidth(0.35)
        x, y, r = *one.at, one.radius
        if one.end - one.start == 360:
            canvas.circle(x, y, r, fill=int(one.filled))
        else:
            canvas.arc(x - r, y - r, x + r, y + r, one.start, one.end - one.start)
    else:
        canvas.setLineWidth(one.weight)
        canvas.setDash([3, 1.8] if one.dashed else [])
        line = canvas.beginPath()
        line.moveTo(*one.points[0])
        for point in one.points[1:]:
            line.lineTo(*point)
        if one.points[0] == one.points[-1]:
            line.close()
        canvas.drawPath(line, fill=int(one.filled))
        canvas.setDash([])


def _draw_words(canvas: Any, one: Words) -> None:
    canvas.saveState()
    canvas.translate(*one.at)
    canvas.rotate(one.angle)
    text, size = one.text, one.height / 0.72
    face = "Helvetica" if text.isascii() else _cjk_font()
    canvas.setFont(face, size)
    drop = -0.36 * size
    if one.justify.startswith("Right"):
        canvas.drawRightString(0, drop, text)
    elif one.justify.startswith("Left"):
        canvas.drawString(0, drop, text)
    else:
        canvas.drawCentredString(0, drop, text)
    canvas.restoreState()


@cache
def _cjk_font() -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


_ALIGN = {"LeftCenter": "MIDDLE_LEFT", "RightCenter": "MIDDLE_RIGHT", "CenterCenter": "MIDDLE_CENTER"}


def write_dxf(
    sheet: Sequence[Primitive], path: Path, *, version: str = "R2010", binary: bool = False, exploded: bool = False
) -> Path:
    """The sheet as DXF in modelspace. ``exploded`` draws every polyline as single lines, as exports often are."""
    document = new_dxf(version)
    add_dxf(document.modelspace(), sheet, exploded=exploded)
    document.saveas(path, fmt="bin" if binary else "asc")
    return path


def new_dxf(version: str = "R2010") -> Any:
    from ezdxf.filemanagement import new

    return new(version, setup=True, units=4 if version != "R12" else 6)


def add_dxf(space: Any, sheet: Sequence[Primitive], *, exploded: bool = False) -> None:
    from ezdxf.enums import TextEntityAlignment

    old = space.doc.dxfversion == "AC1009"
    for one in sheet:
        if isinstance(one, Words):
            text = space.add_text(one.text, height=one.height, rotation=one.angle)
            text.set_placement(one.at, align=TextEntityAlignment[_ALIGN[one.justify]])
        elif isinstance(one, Round):
            if one.end - one.start == 360:
                space.add_circle(one.at, one.radius)
            else:
                space.add_arc(one.at, one.radius, one.start, one.end)
            if one.filled and not old:
                hatch = space.add_hatch()
                hatch.paths.add_edge_path().add_arc(one.at, one.radius, 0, 360)
            elif one.filled:  # a doughnut: R12 knows no hatch
                (x, y), r = one.at, one.radius
                dot = [(x - r / 2, y, r, r, 1), (x + r / 2, y, r, r, 1)]
                space.add_polyline2d(dot, format="xyseb", close=True)
        elif one.filled and len(set(one.points)) == 3:
            space.add_solid([*one.points[:3], one.points[2]])
        else:
            look = {"linetype": "DASHED"} if one.dashed else {}
            if exploded:
                for a, b in pairwise(one.points):
                    space.add_line(a, b, dxfattribs=look)
            elif old:
                space.add_polyline2d(one.points, dxfattribs=look)
            else:
                space.add_lwpolyline(one.points, dxfattribs=look)


CHINESE_TEXTS = ("循环水罐", "注：除注明外，阀门均为常开。")


def chinese_sheet() -> list[Primitive]:
    """A small A3 sheet: OPC-201 -> HV-201 -> P-201A -> NRV-202 -> T-201 with FIC-201 on the line to the tank."""
    bow = ((-6, 3.4), (-6, -3.4), (6, 3.4), (6, -3.4), (-6, 3.4))
    sheet: list[Primitive] = [
        Poly(tuple((x + 100, y + 150) for x, y in bow), 0.35),
        Poly(((204, 153.4), (204, 146.6)), 0.35), Poly(((216, 153.4), (216, 146.6)), 0.35),
        Poly(((204, 153.4), (216, 146.6)), 0.35), Round((150, 150), 12), Round((250, 190), 9),
        Poly(((30, 156), (54, 156), (60, 150), (54, 144), (30, 144), (30, 156)), 0.35),
        Poly(((300, 180), (340, 180), (340, 120), (300, 120), (300, 180)), 0.5),
        Poly(((60, 150), (94, 150)), 0.7), Poly(((106, 150), (138, 150)), 0.7), Poly(((162, 150), (204, 150)), 0.7),
        Poly(((216, 150), (300, 150)), 0.7), Poly(((250, 150), (250, 181)), 0.25),
        Poly(((278, 151.7), (282.8, 150), (278, 148.3), (278, 151.7)), 0.3, filled=True),
        Words("ＨＶ－２０１", (100, 159), 4), Words("P-201A", (150, 168), 4), Words("循环水泵", (150, 130), 4),
        Words("NRV-202", (210, 159), 4), Words("T-201", (320, 155), 4), Words("循环水罐", (320, 145), 4),
        Words("OPC-201", (42, 150), 4), Words("FIC", (250, 193.5), 4), Words("201", (250, 186.5), 4),
        Words("200-CW-2001-DN80", (182, 154), 3), Words("注：除注明外，阀门均为常开。", (60, 30), 4),
        Poly(((5, 5), (415, 5), (415, 292), (5, 292), (5, 5)), 0.7), Poly(((300, 5), (300, 45)), 0.3),
        Poly(((300, 45), (415, 45)), 0.3), Poly(((300, 25), (415, 25)), 0.3), Poly(((360, 5), (360, 45)), 0.3),
        Words("图名", (310, 40), 3), Words("循环水工艺流程图", (330, 31), 4), Words("图号", (367, 40), 3),
        Words("GY-2024-015", (380, 31), 4), Words("版本", (310, 20), 3), Words("2", (310, 11), 4),
        Words("日期", (367, 20), 3), Words("2024年5月6日", (380, 11), 4),
    ]  # fmt: skip
    ticks: list[Primitive] = [Poly(((20.0 * n, 292.0), (20.0 * n, 297.0)), 0.2) for n in range(1, 20)]
    return sheet + ticks


def write_chinese_pdf(path: Path) -> Path:
    return write_pdf(chinese_sheet(), path, A3)


def write_chinese_dxf(path: Path) -> Path:
    """In the code page of Chinese Windows, as CAD there writes it."""
    document = new_dxf("R2000")
    document.encoding = "gbk"
    document.header["$DWGCODEPAGE"] = "ANSI_936"
    add_dxf(document.modelspace(), chinese_sheet())
    document.saveas(path)
    return path
