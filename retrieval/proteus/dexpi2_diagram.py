"""The diagram of a DEXPI 2.0 file as Proteus geometry: positions, symbols, lines and texts of what it represents.

In 2.0 y points down and angles turn clockwise; in Proteus y points up and they turn the other way. Several diagrams
are laid side by side, as one sheet.
"""

import math
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from retrieval.proteus.dexpi2_data import Point, component_class, datum, number, points, text

_LINE_TYPES = {"Solid": 0, "Dot": 1, "Dash": 2, "LongDash": 3, "DashDot": 4, "LongDashDot": 4, "DashDotDot": 5}
_GAP = 10.0


def show(value: float) -> str:
    return repr(value)


class Diagrams:
    """Draws into ``plant``. ``made`` has the elements of conceptual objects by ID."""

    def __init__(self, plant: Element, made: dict[str, Element], root: Element) -> None:
        self.plant, self.made = plant, made
        self.diagrams = [one for one in root.iter("Object") if component_class(one) == "Diagram"]
        self.catalogues = [one for one in root.iter("Object") if component_class(one) == "Shape"]
        self.spots: dict[str, Point] = {}  # node positions by ID
        self.left, self.top = 0.0, 0.0  # added to x; y is taken from it

    def draw(self) -> None:
        self.catalogue()
        corner, highest = 0.0, 0.0
        for diagram in self.diagrams:
            x0, x1 = number(diagram, "MinX"), number(diagram, "MaxX")
            y0, y1 = number(diagram, "MinY"), number(diagram, "MaxY")
            self.left, self.top = corner - x0, y1
            drawing = SubElement(self.plant, "Drawing", Name=text(diagram, "Name"))
            for part in diagram.iter("Object"):
                if component_class(part).endswith("NodePosition") and part.get("id"):
                    self.spots.update(
                        {part.get("id", ""): self.on_sheet(spot) for spot in points(part, "Position")[:1]}
                    )
            border = SubElement(drawing, "DrawingBorder")
            for group in _members(diagram, "Groups"):
                self.group(group, border)
            if x1 > x0 and y1 > y0:
                corner, highest = corner + x1 - x0 + _GAP, max(highest, y1 - y0)
        first = self.plant.find("Drawing")
        if first is not None and highest > 0:
            extent = SubElement(first, "Extent")
            SubElement(extent, "Min", X="0", Y="0")
            SubElement(extent, "Max", X=show(corner - _GAP), Y=show(highest))

    def on_sheet(self, point: Point) -> Point:
        return point[0] + self.left, self.top - point[1]

    def group(self, group: Element, owner: Element) -> None:
        """A group's own graphics go to what it represents, else to what the group around it does."""
        represents = next((one for one in group.findall("References") if one.get("property") == "Represents"), None)
        if represents is not None:
            owner = self.made.get(represents.get("objects", "").strip().lstrip("#"), owner)
        kind = component_class(group)
        into = owner
        if kind.endswith("Label"):
            into = SubElement(owner, "Label")
        elif kind.endswith(("FlowArrow", "Symbol")):  # beside what it is drawn on, not its own symbol
            into = SubElement(owner, kind)
        for part in _members(group, "NodePositions"):
            self.node(part, owner)
        for part in _members(group, "Elements"):
            self.primitive(part, into, sheet=True)
        for part in _members(group, "Groups"):
            self.group(part, into)

    def node(self, part: Element, owner: Element) -> None:
        spot = self.spots.get(part.get("id", "")) or next(map(self.on_sheet, points(part, "Position")), None)
        named = next(
            (one.get("objects", "") for one in part.findall("References") if one.get("property") == "Node"), ""
        )
        node = self.made.get(named.strip().lstrip("#"), owner)
        if spot is not None and node.find("Position") is None and node.tag not in ("Connection", "DrawingBorder"):
            _locate(node, spot, 0.0, fallback=node.tag != "Node")

    def primitive(self, part: Element, into: Element, *, sheet: bool) -> None:
        kind = component_class(part)
        if kind in ("PolyLine", "Polygon"):
            spots = points(part, "Points")
            self.line(part, into, [*spots, *spots[: kind == "Polygon"]], sheet=sheet)
        elif kind == "ConnectorLine":
            ends = {one.get("property", ""): one.get("objects", "").lstrip("#") for one in part.findall("References")}
            first, last = self.spots.get(ends.get("Source", "")), self.spots.get(ends.get("Target", ""))
            bends = map(self.on_sheet, points(part, "InnerPoints"))
            self.polyline(part, into, "CenterLine", [*([first] if first else []), *bends, *([last] if last else [])])
        elif kind in ("Ellipse", "EllipseArc", "Circle"):
            self.ellipse(part, into, sheet=sheet)
        elif kind == "Text":
            self.words(part, into, sheet=sheet)
        elif kind in ("ShapeUsage", "SymbolUsage"):
            self.symbol(part, into)

    def at(self, point: Point, *, sheet: bool) -> Point:
        return self.on_sheet(point) if sheet else (point[0], -point[1])

    def line(self, part: Element, into: Element, spots: list[Point], *, sheet: bool) -> None:
        self.polyline(part, into, "PolyLine", [self.at(spot, sheet=sheet) for spot in spots])

    def polyline(self, part: Element, into: Element, tag: str, spots: list[Point]) -> None:
        line = SubElement(into, tag, _filled(part))
        _look(line, datum(part, "Stroke"))
        for x, y in spots:
            SubElement(line, "Coordinate", X=show(x), Y=show(y))

    def ellipse(self, part: Element, into: Element, *, sheet: bool) -> None:
        centre = next(iter(points(part, "Center")), (0.0, 0.0))
        if component_class(part) == "EllipseArc":  # mirrored with y: it begins where it ended
            start, end = -number(part, "EndAngle"), -number(part, "StartAngle")
            into = SubElement(into, "TrimmedCurve", StartAngle=show(start % 360), EndAngle=show(end % 360))
        axes = {"PrimaryAxis": "HorizontalSemiAxis", "SecondaryAxis": "VerticalSemiAxis"}
        one = SubElement(into, "Ellipse", {key: show(number(part, name)) for key, name in axes.items()} | _filled(part))
        _look(one, datum(part, "Stroke"))
        _locate(one, self.at(centre, sheet=sheet), -number(part, "Rotation"))

    def words(self, part: Element, into: Element, *, sheet: bool) -> None:
        one = SubElement(
            into,
            "Text",
            String=text(part, "Text"),
            Height=show(number(part, "Size", 3.0)),
            Justification=text(part, "Alignment") or "LeftBottom",
            TextAngle=show(-number(part, "Rotation") % 360),
        )
        _colour(SubElement(one, "Presentation"), datum(part, "Color"))
        _locate(one, self.at(next(iter(points(part, "Position")), (0.0, 0.0)), sheet=sheet), 0.0)

    def symbol(self, part: Element, into: Element) -> None:
        spot = next(map(self.on_sheet, points(part, "Position")), None)
        if spot is None:
            return
        shape = next((one.get("objects", "") for one in part.findall("References")), "").lstrip("#/")
        one = SubElement(into, "Symbol", ComponentName=shape)
        mirrored = text(part, "IsMirrored").lower() == "true"
        _locate(one, spot, -number(part, "Rotation"), mirrored=mirrored)
        SubElement(one, "Scale", X=show(number(part, "ScaleX", 1.0)), Y=show(number(part, "ScaleY", 1.0)))
        own = into.find("Position")
        if into.tag not in ("Label", "DrawingBorder") and (own is None or own.get("Of") == "node"):
            if own is not None:
                into.remove(own)
            _locate(into, spot, -number(part, "Rotation"))

    def catalogue(self) -> None:
        catalogue = SubElement(self.plant, "ShapeCatalogue")
        for shape in self.catalogues:
            for name in {shape.get("id", ""), shape.get("name", "")} - {""}:
                one = SubElement(catalogue, "Symbol", ComponentName=name)
                for part in _members(shape, "Primitives"):
                    self.primitive(part, one, sheet=False)


def _members(element: Element, name: str) -> Iterator[Element]:
    for group in element.findall("Components"):
        if group.get("property") == name:
            yield from group.findall("Object")


def _locate(element: Element, spot: Point, degrees: float, *, mirrored: bool = False, fallback: bool = False) -> None:
    position = SubElement(element, "Position", {"Of": "node"} if fallback else {})
    SubElement(position, "Location", X=show(spot[0]), Y=show(spot[1]))
    SubElement(position, "Axis", Z="-1" if mirrored else "1")
    turned = math.radians(degrees)
    SubElement(position, "Reference", X=show(math.cos(turned)), Y=show(math.sin(turned)))


def _filled(part: Element) -> dict[str, str]:
    return {"Filled": "Solid"} if text(part, "FillStyle") == "Solid" else {}


def _look(line: Element, stroke: Element | None) -> None:
    look = SubElement(line, "Presentation")
    if stroke is not None:
        look.set("LineWeight", show(number(stroke, "Width", 0.25)))
        look.set("LineType", str(_LINE_TYPES.get(text(stroke, "DashStyle"), 2 if text(stroke, "DashStyle") else 0)))
        _colour(look, datum(stroke, "Color"))


def _colour(look: Element, colour: Element | None) -> None:
    for name in "RGB":
        look.set(name, show(number(colour, name) / 255))
