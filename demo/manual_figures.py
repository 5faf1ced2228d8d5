"""Vector figures of the manuals."""

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib import colors

from demo.facts import FeedPump

_INK, _FILL = colors.HexColor("#16324f"), colors.HexColor("#dfe8f0")


def curve_points(facts: FeedPump) -> list[tuple[float, float, float]]:
    """Flow in m³/h, head in m and NPSHr in m at six points; the fifth is the rated one."""
    shut_off = facts.head_m * 1.22
    points = []
    for share in (0, 0.25, 0.5, 0.75, 1, 1.2):
        head = shut_off - (shut_off - facts.head_m) * share**2
        npsh = facts.npshr_m * (0.62 + 0.38 * share**2)
        points.append((round(facts.flow_m3h * share, 1), round(head, 1), round(npsh, 1)))
    return points


def curve(facts: FeedPump) -> Drawing:
    """Head over flow as a line plot, drawn to scale."""
    drawing, (left, bottom, width, height) = Drawing(460, 190), (60, 34, 370, 140)
    points = curve_points(facts)
    most_flow, most_head = points[-1][0] * 1.05, points[0][1] * 1.15
    def at(flow: float, head: float) -> tuple[float, float]:
        return left + width * flow / most_flow, bottom + height * head / most_head
    drawing.add(Rect(left, bottom, width, height, fillColor=None, strokeColor=_INK, strokeWidth=0.8))
    for i in range(5):
        x, y = left + width * i / 4, bottom + height * i / 4
        drawing.add(Line(x, bottom, x, bottom + height, strokeColor=_FILL))
        drawing.add(Line(left, y, left + width, y, strokeColor=_FILL))
        drawing.add(String(x, bottom - 11, f"{most_flow * i / 4:.0f}", fontSize=7, textAnchor="middle"))
        drawing.add(String(left - 5, y - 3, f"{most_head * i / 4:.0f}", fontSize=7, textAnchor="end"))
    fine = [at(f, points[0][1] - (points[0][1] - facts.head_m) * (f / facts.flow_m3h) ** 2)
            for f in (facts.flow_m3h * i / 20 for i in range(25))]
    drawing.add(PolyLine([xy for point in fine for xy in point], strokeColor=_INK, strokeWidth=1.6))
    drawing.add(Circle(*at(facts.flow_m3h, facts.head_m), 4, fillColor=None, strokeColor=colors.HexColor("#b00020"),
                       strokeWidth=1.4))
    drawing.add(String(left + width / 2, 6, "Flow (m³/h)", fontSize=8, textAnchor="middle"))
    drawing.add(String(4, bottom + height + 6, "Head (m)", fontSize=8))
    return drawing


def section(font: str) -> Drawing:
    """The pump from the side: casing, seal, bearings, coupling, motor, with part numbers."""
    drawing = Drawing(460, 165)
    def box(x: float, y: float, w: float, h: float) -> None:
        drawing.add(Rect(x, y, w, h, fillColor=_FILL, strokeColor=_INK, strokeWidth=1))
    def label(x: float, y: float, text: str, to: tuple[float, float]) -> None:
        drawing.add(Line(x, y - 2 if y > to[1] else y + 8, *to, strokeColor=_INK, strokeWidth=0.5))
        drawing.add(String(x, y, text, fontName=font, fontSize=8, textAnchor="middle"))
    box(40, 45, 70, 75)  # casing
    box(62, 120, 26, 20)  # discharge nozzle
    box(18, 72, 22, 22)  # suction nozzle
    drawing.add(Circle(75, 83, 26, fillColor=colors.white, strokeColor=_INK))
    box(110, 70, 24, 26)  # seal chamber
    box(134, 58, 104, 50)  # bearing housing
    box(146, 64, 16, 38)
    box(212, 64, 16, 38)
    drawing.add(Line(75, 83, 300, 83, strokeColor=_INK, strokeWidth=3))
    box(250, 66, 18, 34)
    box(274, 66, 18, 34)
    box(300, 48, 120, 70)  # motor
    box(20, 24, 412, 12)  # base plate
    for x in (60, 150, 310, 390):
        box(x, 36, 16, 12)
    label(75, 150, "230", (75, 100))
    label(122, 130, "433", (122, 90))
    label(154, 150, "321.2", (154, 95))
    label(220, 150, "321.1", (220, 95))
    label(271, 130, "867", (271, 95))
    drawing.add(String(360, 80, "Motor", fontName=font, fontSize=9, textAnchor="middle"))
    return drawing


def dosing_head(font: str) -> Drawing:
    """The head of the diaphragm pump, with numbers."""
    drawing = Drawing(460, 165)
    def box(x: float, y: float, w: float, h: float, fill: colors.Color = _FILL) -> None:
        drawing.add(Rect(x, y, w, h, fillColor=fill, strokeColor=_INK, strokeWidth=1))
    def mark(x: float, y: float, text: str, to: tuple[float, float]) -> None:
        drawing.add(Line(x, y + 3, *to, strokeColor=_INK, strokeWidth=0.5))
        drawing.add(Circle(x, y + 3, 8, fillColor=colors.white, strokeColor=_INK, strokeWidth=0.8))
        drawing.add(String(x, y, text, fontName=font, fontSize=8, textAnchor="middle"))
    box(110, 45, 60, 80)
    box(127, 125, 26, 30)
    box(127, 15, 26, 30)
    for y in (30, 140):
        drawing.add(Circle(140, y, 7, fillColor=colors.white, strokeColor=_INK))
    drawing.add(PolyLine([170, 50, 178, 66, 174, 85, 178, 104, 170, 120], strokeColor=colors.HexColor("#b00020"),
                         strokeWidth=2.5))
    box(178, 55, 80, 60)
    drawing.add(Line(176, 85, 300, 85, strokeColor=_INK, strokeWidth=4))
    box(258, 40, 80, 95)
    box(338, 60, 70, 50)
    mark(60, 60, "1", (174, 60))
    mark(60, 27, "2", (133, 30))
    mark(60, 137, "3", (133, 140))
    mark(220, 140, "4", (220, 88))
    mark(298, 150, "5", (298, 110))
    mark(430, 130, "6", (385, 95))
    return drawing
