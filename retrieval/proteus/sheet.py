"""Reading a P&ID file (DEXPI 1.x as Proteus XML, DEXPI 2.0) into one tree, which parser and sheet picture share.

The tree is in the words of Proteus XML; DEXPI 2.0 is put into them first. Coordinates are the file's own (usually mm,
y up). ``Sheet.fraction`` turns them into fractions of the sheet from the top left corner, as every locator has them.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from retrieval.errors import BadDocument
from retrieval.proteus.dexpi2 import MOST_PROBLEMS, translate
from retrieval.xml_safe import parse_xml

MAX_BYTES = 64 * 2**20  # the largest real exports are some 20 MB
_REMEDY = "export the drawing again as DEXPI 1.3 (Proteus XML) or DEXPI 2.0"
_SUFFIXES = ("AssignmentClass", "Specialization")
# Elements that stand for a thing or a line: each needs an ID that nothing else has.
THINGS = frozenset(
    """
    Equipment Nozzle PipingNetworkSystem PipingNetworkSegment PipingComponent PipeOffPageConnector PipeConnectorSymbol
    PropertyBreak ProcessInstrument InstrumentComponent ProcessInstrumentationFunction SignalOffPageConnector
    SignalConnectorSymbol
""".split()
)
_NO_DATA = frozenset(
    {"GenericAttributes", "Label", "Text", "Connection", "Association", "PersistentID", "Presentation"}
)
_WILD = 1e12  # of any unit
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
    edition: str = "1"  # 1: Proteus XML, 2: DEXPI 2.0
    placed: bool = True  # the file carries positions
    problems: tuple[str, ...] = field(default=())  # what was wrong with the file and was read around

    def fraction(self, point: Point) -> Point:
        """Where a point lies on the sheet, from the top left corner, kept within it."""
        x = (point[0] - self.low[0]) / (self.high[0] - self.low[0])
        y = (self.high[1] - point[1]) / (self.high[1] - self.low[1])
        return round(min(max(x, 0.0), 1.0), 5), round(min(max(y, 0.0), 1.0), 5)

    @property
    def tolerance(self) -> float:
        """How far apart, in the file's unit, two points may lie and still be one: a thousandth of the diagonal."""
        return max(math.dist(self.low, self.high) / 1000, 1e-6)


def load(path: Path, name: str) -> Sheet:
    """Read a drawing. Raises ``BadDocument`` that names the line, also for DTDs and entities: none is followed."""
    if path.stat().st_size > MAX_BYTES:
        raise BadDocument(name, f"larger than {MAX_BYTES // 2**20} MB", remedy="split the drawing into sheets")
    root, edition, problems = parse_xml(path.read_bytes(), name, _REMEDY), "1", list[str]()
    if root.tag == "Model":
        (root, problems), edition = translate(root, name), "2"
    elif root.tag == "PlantModel":
        problems = _unmet(root)
    if root.tag != "PlantModel":
        raise BadDocument(name, f"its root is <{root.tag}>, not the <PlantModel> of a Proteus P&ID", remedy=_REMEDY)
    problems += _identify(root)
    drawings, meta = root.findall("Drawing"), root.find("MetaData")
    said = attributes(meta) if meta is not None else {}
    drawing = drawings[0] if drawings else Element("Drawing")
    said |= attributes(drawing)
    if len(drawings) > 1:
        names = ", ".join(one.get("Name", "?") for one in drawings)
        problems.append(f"holds {len(drawings)} drawings ({names}), read as one sheet")
    number = said.get("DrawingNumber") or drawing.get("Name") or path.stem
    low, high = _extent(root)
    return Sheet(
        root=root,
        low=low,
        high=high,
        number=number,
        title=_title(said, drawing, number),
        revision=said.get("RevisionNumber") or drawing.get("Revision") or "0",
        date=_date(root, said),
        edition=edition,
        placed=_placed(root),
        problems=tuple(problems),
    )


def _placed(root: Element) -> bool:
    things = [element for element in walk(root) if element.tag in THINGS]
    return not things or any(place(element) is not None for element in things)


def _title(said: dict[str, str], drawing: Element, number: str) -> str:
    title = said.get("DrawingName") or drawing.get("Title") or number
    below = said.get("DrawingSubTitle", "")
    return title if not below or below.casefold() in title.casefold() else f"{title}, {below}"


def _date(root: Element, said: dict[str, str]) -> str | None:
    """When the drawing was last changed, else made; the file's own export date where it says neither."""
    dates = [said.get("LastModificationDateRepresentation"), said.get("CreationDateRepresentation")]
    dates += [one.get("Date") for one in root.findall("PlantInformation")]
    return next((value[:10] for value in dates if value and len(value) >= 10 and value[4] == value[7] == "-"), None)


def _identify(root: Element) -> list[str]:
    """Give things without an ID one, and those with another's ID a fresh one; says which."""
    problems, seen, unnamed = [], set[str](), Counter[str]()
    for element in walk(root):
        ident = element.get("ID", "").strip()
        if element.tag in THINGS and not ident:
            unnamed[element.tag] += 1
            ident = f"{element.tag} {unnamed[element.tag]}"
            problems.append(f"{ident} has no ID; whatever refers to it cannot be followed")
        elif ident in seen and ident:
            if element.tag not in THINGS:
                continue
            fresh = next(f"{ident} ({count})" for count in range(2, 10**6) if f"{ident} ({count})" not in seen)
            problems.append(f"{element.tag} {ident}: its ID stands twice; read as {fresh}, references go to the first")
            ident = fresh
        if ident:
            element.set("ID", ident)
            seen.add(ident)
    return problems


def _unmet(root: Element) -> list[str]:
    """Associations with what is not in the file; beyond many they are counted."""
    idents = {element.get("ID", "") for element in walk(root)}
    unmet = [
        f"{above.get('ID', above.tag)}: {one.get('Type', 'refers to')} {one.get('ItemID')}, which is not in the file"
        for above in walk(root)
        for one in above.findall("Association")
        if one.get("ItemID", "") not in idents
    ]
    rest = len(unmet) - MOST_PROBLEMS
    return unmet if rest <= 0 else [*unmet[:MOST_PROBLEMS], f"and {rest} more references that lead nowhere"]


def number_of(element: Element | None, key: str, default: float = 0.0) -> float:
    """An attribute as a finite number, a wild one brought within what a drawing may hold; else ``default``."""
    try:
        value = float(element.get(key, "")) if element is not None else default
    except ValueError:
        return default
    return min(max(value, -_WILD), _WILD) if math.isfinite(value) else default


def xy(element: Element) -> Point:
    return number_of(element, "X"), number_of(element, "Y")


def point_of(element: Element | None) -> Point | None:
    """A point as the file states it; None where it states none, or nothing that can be on a drawing."""
    if element is None:
        return None
    x, y = number_of(element, "X", math.nan), number_of(element, "Y", math.nan)
    return (x, y) if abs(x) < _WILD and abs(y) < _WILD else None  # which a NaN is not either


def place(element: Element) -> Point | None:
    """An element's own position, else its first node's or the first point of its line; None where it has none."""
    spots = [element.find("Position/Location"), *element.findall("ConnectionPoints/Node/Position/Location")]
    for spot in spots:
        if (found := point_of(spot)) is not None:
            return found
    return point_of(element.find(".//CenterLine/Coordinate"))


def _extent(root: Element) -> tuple[Point, Point]:
    for extent in (root.find("Drawing/Extent"), root.find("Extent"), root.find("PlantInformation/Extent")):
        low = point_of(extent.find("Min")) if extent is not None else None
        high = point_of(extent.find("Max")) if extent is not None else None
        if low is not None and high is not None and high[0] > low[0] and high[1] > low[1]:
            return low, high
    tops = [element for element in walk(root) if element.tag in ("Location", "Coordinate")]
    points = [point for spot in tops if (point := point_of(spot)) is not None]
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
    """What an element says of itself, by name without DEXPI's suffix and without spaces.

    Generic attributes first, then what stands as an XML attribute or a child of its own (``<NominalDiameter
    Value="80"/>``). English stands under the name, others under ``name@zh``.
    """
    found: dict[str, str] = {}
    for one in (
        *element.iterfind("GenericAttributes/GenericAttribute"),
        *element.iterfind("GenericAttributes/Attribute"),
    ):
        name, value, language = bare(one.get("Name", "")), one.get("Value", "").strip(), one.get("Language", "en")
        if value and name:
            found.setdefault(name if language[:2].lower() in ("en", "") else f"{name}@{language[:2].lower()}", value)
    for name, value in element.attrib.items():
        if value.strip():
            found.setdefault(bare(name), value.strip())
    for child in element:
        if child.tag not in _NO_DATA and len(child) == 0:
            value = (child.get("Value") or child.text or "").strip()
            if value:
                found.setdefault(bare(child.tag), value)
    return found


def bare(name: str) -> str:
    """``TagNameAssignmentClass``, ``Tag Name`` and ``TagName`` are one."""
    name = "".join(name.split())
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name
