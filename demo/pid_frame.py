"""What surrounds the demo P&ID: its head data, border, title block, notes and the catalogue of shapes."""

from xml.etree.ElementTree import Element

from demo.pid_layout import HEIGHT, WIDTH, Label
from demo.pid_symbols import SHAPES, Arc
from demo.pid_xml import add, generic, locate, polyline, presentation, show, text
from demo.plant import Plant

_BLOCK = (611.0, 10.0, 831.0, 58.0)  # the title block
NOTES = ("Notes", "1. Valves are normally open unless marked NC (normally closed).",
         "2. Control valves fail closed.  3. Instruments are shown on the control system.",
         "注：除标注 NC（常闭）的阀门外，手动阀正常为开启状态。")


def number(plant: Plant) -> str:
    """The drawing's number."""
    return f"PID-{plant.unit}-001"


def title(plant: Plant) -> str:
    return f"P&ID Unit {plant.unit}: feed, heating and dosing"


def revision(plant: Plant) -> str:
    return "ABCD"[plant.seed % 4]


def date(plant: Plant) -> str:
    """When the drawing was last changed, ISO 8601."""
    return f"2026-0{1 + plant.seed % 6}-{10 + plant.seed % 18}"


def meta(root: Element, plant: Plant) -> None:
    information = add(root, "PlantInformation", SchemaVersion="4.1.1", OriginatingSystem="Plantwright demo",
                      OriginatingSystemVendor="Plantwright", OriginatingSystemVersion="1", Application="Dexpi",
                      ApplicationVersion="1.3", Date=date(plant), Time="12:00:00", Discipline="PID", Is3D="no",
                      Units="mm")
    add(information, "UnitsOfMeasure")
    head = add(root, "MetaData", ID="MetaData-1", ComponentClass="MetaData")
    generic(head, DrawingNumberAssignmentClass=number(plant), DrawingNameAssignmentClass=title(plant),
            RevisionNumberAssignmentClass=revision(plant),
            LastModificationDateRepresentationAssignmentClass=date(plant),
            ProcessPlantNameAssignmentClass=plant.site, PlantSectionIdentificationCodeAssignmentClass=plant.area,
            SheetNumberAssignmentClass="1", TotalNumberOfSheets="1", SheetFormatAssignmentClass="A1")


def border(root: Element, plant: Plant) -> None:
    drawing = add(root, "Drawing", Name=number(plant), Type="PID", Revision=revision(plant), Title=title(plant))
    add(drawing, "Presentation", R="1", G="1", B="1")
    extent = add(drawing, "Extent")
    add(extent, "Min", X="0", Y="0")
    add(extent, "Max", X=show(WIDTH), Y=show(HEIGHT))
    frame = add(drawing, "DrawingBorder", Name="A1")
    for gap, weight in ((5, 0.25), (10, 0.7)):
        _rectangle(frame, gap, gap, WIDTH - gap, HEIGHT - gap, weight)
    _title_block(frame, plant)
    for line, words in enumerate(NOTES):
        text(frame, words, Label(18, 44 - 8 * line, "LeftCenter"), 5 if line == 0 else 4.2)
    text(frame, title(plant), Label(18, 571, "LeftCenter"), 8)


def _rectangle(frame: Element, x0: float, y0: float, x1: float, y1: float, weight: float) -> None:
    polyline(frame, [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], weight)


def _title_block(frame: Element, plant: Plant) -> None:
    x0, y0, x1, y1 = _BLOCK
    _rectangle(frame, x0, y0, x1, y1, 0.7)
    for y in (24.0, 41.0):
        polyline(frame, [(x0, y), (x1, y)], 0.35)
    columns = (x0, 700.0, 740.0, 800.0)
    for x in columns[1:]:
        polyline(frame, [(x, y0), (x, 24.0)], 0.35)
    text(frame, plant.site, Label(x0 + 4, 49.5, "LeftCenter"), 8)
    text(frame, f"Area {plant.area}", Label(x1 - 4, 49.5, "RightCenter"), 6)
    text(frame, title(plant), Label(x0 + 4, 32.5, "LeftCenter"), 6.5)
    cells = (("Drawing number", number(plant)), ("Revision", revision(plant)), ("Date", date(plant)),
             ("Sheet", "1 / 1"))
    for x, (name, value) in zip(columns, cells, strict=True):
        text(frame, name, Label(x + 3, 21, "LeftCenter"), 3)
        text(frame, value, Label(x + 3, 14.5, "LeftCenter"), 5.5)


def catalogue(root: Element) -> None:
    shapes = add(root, "ShapeCatalogue", Name="Shapes")
    for count, (name, (tag, parts)) in enumerate(SHAPES.items(), 1):
        shape = add(shapes, tag, ID=f"Shape-{count}", ComponentName=name)
        for part in parts:
            if isinstance(part, Arc):
                _arc(shape, part)
            else:
                polyline(shape, part.points, part.weight, filled=part.filled)


def _arc(shape: Element, arc: Arc) -> None:
    if arc.start is not None and arc.end is not None:
        shape = add(shape, "TrimmedCurve", StartAngle=show(arc.start), EndAngle=show(arc.end))
    circle = add(shape, "Circle", Radius=show(arc.radius), **({"Filled": "Solid"} if arc.filled else {}))
    presentation(circle, 0.35)
    locate(circle, (arc.x, arc.y))
