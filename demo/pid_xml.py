"""The few elements of Proteus XML that the demo P&ID is made of."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from demo.pid_layout import Label, Point

_RDL = "http://sandbox.dexpi.org/rdl/"


def add(parent: Element, tag: str, **attributes: str) -> Element:
    return SubElement(parent, tag, attributes)


def show(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def locate(element: Element, at: Point, towards: Point = (1, 0)) -> None:
    """A position; ``towards`` is where the local x axis points."""
    position = add(element, "Position")
    add(position, "Location", X=show(at[0]), Y=show(at[1]), Z="0")
    add(position, "Axis", X="0", Y="0", Z="1")
    add(position, "Reference", X=show(towards[0]), Y=show(towards[1]), Z="0")


def presentation(element: Element, weight: float, colour: Sequence[float] = (0, 0, 0), line_type: int = 0) -> None:
    red, green, blue = map(show, colour)
    add(element, "Presentation", LineType=str(line_type), LineWeight=show(weight), R=red, G=green, B=blue)


def polyline(parent: Element, points: Sequence[Point], weight: float, *, tag: str = "PolyLine",
             colour: Sequence[float] = (0, 0, 0), line_type: int = 0, filled: bool = False) -> None:
    solid = {"Filled": "Solid"} if filled else {}
    line = add(parent, "Shape" if filled else tag, NumPoints=str(len(points)), **solid)
    presentation(line, weight, colour, line_type)
    for x, y in points:
        add(line, "Coordinate", X=show(x), Y=show(y))


def text(parent: Element, words: str, at: Label, height: float) -> None:
    one = add(parent, "Text", String=words, Font="Arial", Height=show(height), Width="0", Justification=at.justify,
              TextAngle=show(at.angle))
    add(one, "Presentation", R="0", G="0", B="0")
    locate(one, (at.x, at.y))


def generic(element: Element, **values: str) -> None:
    """Attributes of the DEXPI information model; empty ones are left out."""
    _attributes(element, "DexpiAttributes", values, uri=True)


def custom(element: Element, **values: str) -> None:
    """What DEXPI 1.3 has no attribute for. ``Name@zh`` is the Chinese value of ``Name``."""
    _attributes(element, "CustomAttributes", values, uri=False)


def _attributes(element: Element, name: str, values: dict[str, str], uri: bool) -> None:
    kept = {key: value for key, value in values.items() if value}
    if not kept:
        return
    group = add(element, "GenericAttributes", Set=name, Number=str(len(kept)))
    for key, value in kept.items():
        base, _, language = key.partition("@")
        one = add(group, "GenericAttribute", Name=base, Format="string", Value=value)
        if uri:
            one.set("AttributeURI", _RDL + base)
        elif base == "Description":
            one.set("Language", language or "en")


def nodes(element: Element, points: Sequence[Point], kind: str = "process") -> None:
    """Connection points: node 0 is the element itself, then inlet and outlet."""
    flow = {"FlowIn": "1", "FlowOut": "2"} if len(points) == 2 else {}
    group = add(element, "ConnectionPoints", NumPoints=str(len(points) + 1), **flow)
    ident = element.get("ID", "")
    add(group, "Node", ID=f"{ident}-DefaultNode")
    for index, point in enumerate(points, 1):
        locate(add(group, "Node", ID=f"{ident}-Node-{index}", Type=kind), point)
