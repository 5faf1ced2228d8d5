"""The items of a sheet, and whose an element is: a node's, a nozzle's, an actuator's."""

from xml.etree.ElementTree import Element

from retrieval.models import Item
from retrieval.proteus.names import (
    OFF_PAGE,
    Named,
    actuated,
    class_of,
    loops,
    named,
    normally,
    nozzle_name,
    refers_to,
    role_of,
    tags,
)
from retrieval.proteus.sheet import Point, Sheet, place, walk


class Items:
    """One sheet being read: items by tag as they are added, elements by ID, and what is to be warned of."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.tags, self.driven = sheet, tags(sheet), actuated(sheet.root)
        self.elements: dict[str, Element] = {}
        self.parents: dict[Element, Element] = {}
        for element in walk(sheet.root):
            self.parents |= dict.fromkeys(element, element)
            if element.get("ID"):
                self.elements.setdefault(element.get("ID", ""), element)
        self.loops = loops(sheet, self.tags)
        self.items: dict[str, Item] = {}
        self.names: dict[str, Named] = {}
        self.spots: dict[str, Point | None] = {}  # where the file puts an item
        self.warnings = [f"{sheet.number}: {problem}" for problem in sheet.problems]
        for ident, tag in self.tags.items():
            self.add(tag, self.elements[ident])

    def add(self, tag: str, element: Element, role: str | None = None, spot: Point | None = None) -> None:
        """An item for an element; one that stands already is kept."""
        if tag in self.items:
            return
        spot = spot or place(element) or next((at for child in element.iter() if (at := place(child))), None)
        self.spots[tag] = spot
        cls, sure = class_of(element)
        kind = role or role_of(element, self.driven)
        self.items[tag] = Item.model_validate(
            {
                "tag": tag,
                "item_class": cls,
                "role": kind,
                "drawing_id": self.sheet.number,
                "position": self.sheet.fraction(spot or self.sheet.low),
                "normally": normally(element),
                "loop": self.loops.get(tag, ""),
                "refers_to": refers_to(element) if element.tag in OFF_PAGE else "",
            }
        )
        self.names[tag] = named(element, tag)
        if not sure and "valve" in cls.lower() and kind == "other":
            self.warnings.append(
                f"{tag}: its class is not stated, only its symbol {cls}; not counted as a valve to close"
            )

    def owner(self, ident: str) -> str | None:
        """The tag of an element, or of the nearest around it: a nozzle's equipment, an actuator's valve."""
        element: Element | None = self.elements.get(ident)
        while element is not None:
            tag = self.tags.get(element.get("ID", ""))
            if tag is not None:
                return tag
            if element.tag == "ActuatingSystem":
                parts = element.iter("ActuatingSystemComponent")
                valves = [one.get("ItemID", "") for part in parts for one in part.findall("Association")]
                return next((self.tags[valve] for valve in valves if valve in self.tags), None)
            element = self.parents.get(element)
        return None

    def port(self, ident: str) -> str:
        """The name of the nozzle that an ID means, itself or by a node of it; empty for anything else."""
        element: Element | None = self.elements.get(ident)
        while element is not None and element.tag in ("Node", "ConnectionPoints"):
            element = self.parents.get(element)
        return nozzle_name(element) if element is not None and element.tag == "Nozzle" else ""
