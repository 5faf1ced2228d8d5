"""Reading Proteus XML (the file format of DEXPI 1.x P&IDs): what the parser and the sheet picture both need.

Coordinates are the file's own (usually mm, y up). ``Sheet.fraction`` turns them into fractions of the sheet from the
top left corner, as every locator has them.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from retrieval.errors import BadDocument
from retrieval.tags import normalise

MAX_BYTES = 64 * 2**20  # the largest real exports are some 20 MB
MAX_DEPTH = 100
_REMEDY = "export the drawing again as DEXPI 1.3 (Proteus XML)"
_SUFFIXES = ("AssignmentClass", "Specialization")
Point = tuple[float, float]


@dataclass(frozen=True)
class Sheet:
    """A drawing that was read: its tree without namespaces, its extent and what its title block says."""

    root: Element
    low: Point
    high: Point
    number: str
    title: str
    revision: str
    date: str | None  # ISO 8601

    def fraction(self, point: Point) -> Point:
        """Where a point lies on the sheet, from the top left corner, kept within it."""
        x = (point[0] - self.low[0]) / (self.high[0] - self.low[0])
        y = (self.high[1] - point[1]) / (self.high[1] - self.low[1])
        return round(min(max(x, 0.0), 1.0), 5), round(min(max(y, 0.0), 1.0), 5)


def load(path: Path, name: str) -> Sheet:
    """Read a drawing. Raises ``BadDocument`` that names the line, also for DTDs and entities: none is followed."""
    if path.stat().st_size > MAX_BYTES:
        raise BadDocument(name, f"larger than {MAX_BYTES // 2**20} MB", remedy="split the drawing into sheets")
    root = _parse(path.read_bytes(), name)
    if root.tag == "Model" and any("EngineeringModel" in part.get("type", "") for part in root.iter("Object")):
        raise BadDocument(name, "a DEXPI 2.0 model, which is not read yet", remedy=_REMEDY)
    if root.tag != "PlantModel":
        raise BadDocument(name, f"its root is <{root.tag}>, not the <PlantModel> of a Proteus P&ID", remedy=_REMEDY)
    drawing, meta = root.find("Drawing"), root.find("MetaData")
    said = attributes(meta) if meta is not None else {}
    if drawing is not None:
        said = {**said, **attributes(drawing)}
    low, high = _extent(root)
    number = said.get("DrawingNumber") or (drawing.get("Name") if drawing is not None else None) or path.stem
    title = said.get("DrawingName") or (drawing.get("Title") if drawing is not None else None) or number
    revision = said.get("RevisionNumber") or (drawing.get("Revision") if drawing is not None else None) or "0"
    dates = (said.get("LastModificationDateRepresentation"), said.get("CreationDateRepresentation"))
    date = next((value[:10] for value in dates if value and len(value) >= 10 and value[4] == "-"), None)
    return Sheet(root, low, high, number, title, revision, date)


def _parse(data: bytes, name: str) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        what = type(error).__name__.removesuffix("Forbidden")
        raise BadDocument(
            name,
            f"holds a document type or external entity ({what}), which is never followed",
            remedy="remove the <!DOCTYPE ...> part",
        ) from None
    except ParseError as error:
        line, column = error.position
        raise BadDocument(
            name,
            f"not well-formed XML: {str(error).split(':')[0]}",
            where=f"line {line}, column {column}",
            remedy=_REMEDY,
        ) from None
    except (ValueError, LookupError) as error:  # an encoding that is unknown or does not fit
        raise BadDocument(name, f"not readable as XML: {error}", remedy=_REMEDY) from None
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise BadDocument(name, f"elements nested deeper than {MAX_DEPTH}", remedy=_REMEDY)
        for element in level:
            element.tag = str(element.tag).rpartition("}")[2]
        level = [child for element in level for child in element]
    return root


def number_of(element: Element | None, key: str, default: float = 0.0) -> float:
    """An attribute as a finite number, else ``default``."""
    try:
        value = float(element.get(key, "")) if element is not None else default
    except ValueError:
        return default
    return value if math.isfinite(value) else default


def xy(element: Element) -> Point:
    return number_of(element, "X"), number_of(element, "Y")


def place(element: Element) -> Point | None:
    """An element's own position, else its first node's or the first point of its line; None where it has none."""
    spots = (
        element.find("Position/Location"),
        element.find("ConnectionPoints/Node/Position/Location"),
        element.find(".//CenterLine/Coordinate"),
    )
    spot = next((found for found in spots if found is not None), None)
    return xy(spot) if spot is not None else None


def _extent(root: Element) -> tuple[Point, Point]:
    for extent in (root.find("Drawing/Extent"), root.find("Extent"), root.find("PlantInformation/Extent")):
        low, high = (extent.find("Min"), extent.find("Max")) if extent is not None else (None, None)
        if low is not None and high is not None and all(b > a for a, b in zip(xy(low), xy(high), strict=True)):
            return xy(low), xy(high)
    points = [xy(spot) for element in walk(root) for spot in element if spot.tag in ("Location", "Coordinate")]
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    margin = 0.03 * max(max(xs) - min(xs), max(ys) - min(ys), 1.0)
    return (min(xs) - margin, min(ys) - margin), (max(xs) + margin, max(ys) + margin)


def walk(root: Element) -> Iterator[Element]:
    """Every element in document order, less the catalogue of shapes, whose elements are drawn but not there."""
    stack = [root]
    while stack:
        element = stack.pop()
        yield element
        stack.extend(child for child in reversed(element) if child.tag != "ShapeCatalogue")


def attributes(element: Element) -> dict[str, str]:
    """Generic attributes by name without DEXPI's suffix. English stands under the name, others under ``name@zh``."""
    found: dict[str, str] = {}
    for one in element.findall("GenericAttributes/GenericAttribute"):
        name, value, language = one.get("Name", ""), one.get("Value", "").strip(), one.get("Language", "en")
        for suffix in _SUFFIXES:
            name = name.removesuffix(suffix)
        if value and name:
            found.setdefault(name if language == "en" else f"{name}@{language}", value)
    return found


def actuated(root: Element) -> dict[str, str]:
    """Valves that an actuating system drives: the valve's ID -> the system's number (PV4712.02)."""
    found: dict[str, str] = {}
    for system in root.iter("ActuatingSystem"):
        number = attributes(system).get("ActuatingSystemNumber", "")
        for part in system.iter("ActuatingSystemComponent"):
            if part.get("ComponentClass") == "OperatedValveReference":
                found |= {link.get("ItemID", ""): number for link in part.findall("Association")}
    return found


def tags(sheet: Sheet) -> dict[str, str]:
    """The tag of every equipment, piping component, connector and instrument function, by its ID.

    A piping component without a name of its own, or with one that others share (a catalogue code), is called
    ``drawing number:ID``: unique, and seen at once to be no tag.
    """
    driven, found = actuated(sheet.root), dict[str, str]()
    components = [e for e in walk(sheet.root) if e.tag in ("PipingComponent", "PipeOffPageConnector")]
    names = Counter(_component_name(one) for one in components)
    for element in walk(sheet.root):
        ident = element.get("ID", "")
        if element.tag in ("Equipment", "ProcessInstrumentationFunction"):
            tag = _equipment_tag(element) if element.tag == "Equipment" else _function_tag(element)
        elif element.tag in ("PipingComponent", "PipeOffPageConnector"):
            name = _component_name(element)
            tag = driven.get(ident) or (name if names[name] == 1 else "") or f"{sheet.number}:{ident}"
        else:
            continue
        if ident and tag:
            found[ident] = tag if ":" in tag else normalise(tag)
    return found


def _equipment_tag(element: Element) -> str:
    return attributes(element).get("TagName") or element.get("TagName") or ""


def _component_name(element: Element) -> str:
    said = attributes(element)
    return (
        said.get("TagName")
        or element.get("TagName")
        or said.get("PositionNumber")
        or said.get("PipingComponentName")
        or ""
    )


def _function_tag(element: Element) -> str:
    said = attributes(element)
    number = said.get("ProcessInstrumentationFunctionNumber", "")
    letters = said.get("ProcessInstrumentationFunctionCategory", "") + said.get("ProcessInstrumentationFunctions", "")
    return said.get("TagName") or element.get("TagName") or (f"{letters}-{number}" if number else "")
