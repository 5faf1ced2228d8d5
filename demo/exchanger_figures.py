"""Vector figures of the heat exchanger manual."""

from reportlab.graphics.shapes import Drawing, Line, Polygon, Rect, String
from reportlab.lib import colors

_INK, _FILL = colors.HexColor("#16324f"), colors.HexColor("#dfe8f0")
_WARM, _COLD = colors.HexColor("#c05a00"), colors.HexColor("#2a6f97")


def flow_plan(font: str) -> Drawing:
    """Plates from the side, with the two liquids in every other gap."""
    drawing = Drawing(460, 150)
    for i in range(11):
        drawing.add(Rect(110 + 24 * i, 25, 5, 100, fillColor=_FILL, strokeColor=_INK, strokeWidth=0.7))
    for i in range(10):
        middle = 110 + 24 * i + 14.5
        _arrow(drawing, middle, _COLD if i % 2 == 0 else _WARM, up=i % 2 == 0)
    for y, text, colour in ((138, "Hot water in", _WARM), (8, "Product in", _COLD)):
        drawing.add(String(60, y, text, fontName=font, fontSize=8, fillColor=colour, textAnchor="middle"))
    for y, text, colour in ((138, "Product out", _COLD), (8, "Hot water out", _WARM)):
        drawing.add(String(405, y, text, fontName=font, fontSize=8, fillColor=colour, textAnchor="middle"))
    return drawing


def _arrow(drawing: Drawing, x: float, colour: colors.Color, *, up: bool) -> None:
    tip, tail = (118, 32) if up else (32, 118)
    back = tip - 8 if up else tip + 8
    drawing.add(Line(x, tail, x, back, strokeColor=colour, strokeWidth=1.6))
    drawing.add(Polygon([x, tip, x - 4, back, x + 4, back], fillColor=colour, strokeColor=colour))


def frame(font: str) -> Drawing:
    """The exchanger from the side: frame plate, pack, pressure plate, bars, bolts, dimension A."""
    drawing = Drawing(460, 180)
    def box(x: float, y: float, w: float, h: float) -> None:
        drawing.add(Rect(x, y, w, h, fillColor=_FILL, strokeColor=_INK, strokeWidth=1))
    def mark(x: float, y: float, text: str, to: tuple[float, float]) -> None:
        drawing.add(Line(x, y + 3, *to, strokeColor=_INK, strokeWidth=0.5))
        drawing.add(String(x, y + 5 if y > to[1] else y - 6, text, fontName=font, fontSize=8, textAnchor="middle"))
    box(95, 30, 16, 125)  # frame plate
    box(245, 38, 16, 105)  # pressure plate
    for i in range(22):
        box(111 + 6.09 * i, 42, 6.09, 96)
    box(95, 143, 300, 8)  # carrying bar
    box(95, 30, 300, 5)  # guide bar
    box(395, 20, 10, 138)  # support column
    for y in (60, 118):
        drawing.add(Line(82, y, 285, y, strokeColor=_INK, strokeWidth=2.2))
        box(84, y - 4, 11, 8)
        box(261, y - 4, 11, 8)
    for x in (111, 245):
        drawing.add(Line(x, 8, x, 40, strokeColor=_INK, strokeWidth=0.5))
    drawing.add(Line(111, 14, 245, 14, strokeColor=_INK, strokeWidth=0.8))
    drawing.add(String(178, 17, "A", fontName=font, fontSize=9, textAnchor="middle"))
    mark(60, 130, "1", (100, 105))
    mark(178, 165, "2", (178, 100))
    mark(300, 110, "3", (255, 95))
    mark(345, 165, "4", (345, 148))
    mark(345, 55, "5", (345, 34))
    mark(60, 75, "6", (86, 61))
    return drawing
