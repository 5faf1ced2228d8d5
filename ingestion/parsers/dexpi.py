"""P&IDs as DEXPI 1.3 (Proteus XML): items, connections and a passage for every tagged item and for the sheet.

A nozzle counts as its equipment. Tees and components without a tag stay as items of their own (called
``drawing number:ID``), so that pipes branch where they do on the drawing.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

from ingestion.parsers._dexpi_text import Named, isolated_by, item_text, sheet_text
from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed, Span
from retrieval.graph import PlantGraph
from retrieval.models import Connection, DocumentKind, Item, SheetLocator
from retrieval.proteus import Sheet, actuated, attributes, load, place, tags, walk

_RELIEF = ("SafetyValve", "ReliefValve", "BreatherValve", "VacuumBreaker")
# Valves that regulate or divert: shut, they may still let something through.
_NO_BLOCK = ("ThreeWay", "FourWay", "ControlValve", "PressureReducing", "AngleBall", "Float", "OperatedValve")


class _Parser:
    kind: DocumentKind = "pid"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        """Proteus files name PlantModel early; DEXPI 2.0 files are taken too, to say why they are not read."""
        head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
        if b"<PlantModel" in start or b"dexpi" in start.lower():
            return "yes"
        return "maybe" if path.suffix.lower() == ".xml" and head.startswith(b"<") else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        """Read one sheet. Raises ``BadDocument`` that names the line, also for DTDs and for DEXPI 2.0."""
        sheet = load(path, name)
        reading = _Reading(sheet)
        reading.read()
        graph = PlantGraph(reading.items.values(), reading.connections)
        named = [item for item in reading.items.values() if ":" not in item.tag and item.item_class != "PipeTee"]
        # A valve without a tag can still be one to close: it has a passage too, so that it can be cited.
        told = [item for item in reading.items.values() if item in named or item.role.endswith("valve")]
        isolates = isolated_by(told, graph)
        blocks = [
            self._block(sheet, item, item_text(item, reading.names, graph, isolates.get(item.tag, ()))) for item in told
        ]
        whole = Item(tag=sheet.number, item_class="Drawing", role="other", drawing_id=sheet.number, position=(0.5, 0.5))
        blocks.insert(0, self._block(sheet, whole, sheet_text(sheet, named, reading.names)))
        return Parsed(
            kind="pid",
            title=f"{sheet.number} {sheet.title}" if sheet.number not in sheet.title else sheet.title,
            language="en",
            blocks=tuple(blocks),
            revision=sheet.revision,
            effective_date=sheet.date,
            asset_tags=tuple(item.tag for item in named),
            items=tuple(reading.items.values()),
            connections=tuple(reading.connections),
            warnings=tuple(reading.warnings),
        )

    @staticmethod
    def _block(sheet: Sheet, item: Item, texts: list[str]) -> Block:
        locator = SheetLocator(drawing_id=sheet.number, item=item.tag, position=item.position)
        # The sheet's own passage carries no tags: it would stand before that of an item whenever one is asked for.
        return Block(
            kind="sheet",
            spans=tuple(Span(text, locator) for text in texts),
            heading_path=(sheet.title,),
            tags=() if item.item_class == "Drawing" else (item.tag,),
        )


class _Reading:
    """One sheet being read: items by tag, connections, and what could not be joined."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.tags, self.driven = sheet, tags(sheet), actuated(sheet.root)
        self.elements = {element.get("ID", ""): element for element in walk(sheet.root) if element.get("ID")}
        self.parents = {child: element for element in walk(sheet.root) for child in element}
        self.items: dict[str, Item] = {}
        self.names: dict[str, Named] = {}
        self.connections: list[Connection] = []
        self.warnings: list[str] = []

    def read(self) -> None:
        self.warnings += [
            f"{tag}: drawn {count} times on {self.sheet.number}; read as one item"
            for tag, count in Counter(self.tags.values()).items()
            if count > 1
        ]
        for ident, tag in self.tags.items():
            self.add(tag, self.elements[ident])
        for system in self.sheet.root.iter("PipingNetworkSystem"):
            for segment in system.iter("PipingNetworkSegment"):
                self.segment(system, segment)
        for flow in self.sheet.root.iter("InformationFlow"):
            self.signal(flow)
        joined = {end for one in self.connections for end in (one.source, one.target)}
        self.warnings += [
            f"{item.tag}: no pipe or signal is drawn to it on {self.sheet.number}"
            for item in self.items.values()
            if item.tag not in joined
        ]

    def add(self, tag: str, element: Element, role: str | None = None) -> None:
        said, spot = attributes(element), place(element)
        if spot is None:
            spot = next((found for child in element.iter() if (found := place(child)) is not None), self.sheet.low)
        normally = {"open": "open", "closed": "closed", "normallyopen": "open", "normallyclosed": "closed"}.get(
            said.get("NormalPosition", "").replace(" ", "").lower(), ""
        )
        self.items.setdefault(
            tag,
            Item.model_validate(
                {
                    "tag": tag,
                    "item_class": element.get("ComponentClass") or element.tag,
                    "role": role or self.role(element),
                    "drawing_id": self.sheet.number,
                    "position": self.sheet.fraction(spot),
                    "normally": normally,
                }
            ),
        )
        english = said.get("Description") or said.get("EquipmentDescription") or said.get("PipingComponentName", "")
        self.names.setdefault(
            tag,
            Named(english if english != tag else "", said.get("Description@zh", ""), said.get("ServedEquipment", "")),
        )

    def role(self, element: Element) -> str:
        cls = element.get("ComponentClass", "")
        simple = {
            "Equipment": "equipment",
            "ProcessInstrumentationFunction": "instrument",
            "PipeOffPageConnector": "off_page",
        }
        if element.tag in simple:
            return simple[element.tag]
        if cls.endswith("CheckValve"):
            return "check_valve"
        if any(part in cls for part in _RELIEF):
            return "relief_valve"
        if element.get("ID") in self.driven or any(cls.startswith(part) for part in _NO_BLOCK):
            return "control_valve"
        return "block_valve" if cls.endswith("Valve") else "other"

    def segment(self, system: Element, segment: Element) -> None:
        """Components of a segment stand in the order of flow between the two ends of its connection."""
        line = _line(system, segment)
        service = attributes(segment).get("Service") or attributes(system).get("Service", "")
        inner = [one.get("ID", "") for one in segment if one.get("ID", "") in self.tags]
        links = segment.findall("Connection")
        if len(links) > 1:
            chains = [[self.end(segment, link, "From"), self.end(segment, link, "To")] for link in links]
            missing = [self.tags[ident] for ident in inner if not any(self.tags[ident] in chain for chain in chains)]
            self.warnings += [
                f"{tag}: segment {segment.get('ID')} has several connections, none to it" for tag in missing
            ]
        else:
            source, target = (self.end(segment, links[0] if links else None, side) for side in ("From", "To"))
            between = [self.tags[ident] for ident in inner]
            chains = [[source, *(tag for tag in between if tag not in (source, target)), target]]
        for chain in chains:
            for a, b in pairwise(chain):
                if a != b:
                    self.connections.append(
                        Connection(source=a, target=b, line=line, service=service, origin=segment.get("ID") or "drawn")
                    )

    def end(self, segment: Element, link: Element | None, side: str) -> str:
        """The tag at one end of a segment. An end that leads nowhere becomes an off-page item, since what lies behind
        it is unknown: an isolation must not take it for closed."""
        ident = link.get(f"{side}ID", "") if link is not None else ""
        tag = self.owner(ident)
        if tag is None:
            where = "start" if side == "From" else "end"
            tag = f"{self.sheet.number}:{segment.get('ID', 'segment')} {where}"
            cause = f"names {ident}, which is not on the sheet" if ident else "is joined to nothing"
            self.warnings.append(
                f"segment {segment.get('ID', '?')} of {self.sheet.number}: its {where} {cause}; "
                f"correct the {side}ID of its Connection"
            )
            self.add(tag, segment, role="off_page")
            self.items[tag] = self.items[tag].model_copy(update={"item_class": "UnconnectedEnd"})
        return tag

    def owner(self, ident: str) -> str | None:
        """The tag of an element, or of the nearest around it: a nozzle's equipment, an actuator's valve."""
        if ident not in self.elements:
            return None
        element: Element | None = self.elements[ident]
        while element is not None:
            tag = self.tags.get(element.get("ID", ""))
            if tag is not None:
                return tag
            if element.tag == "ActuatingSystem":
                valves = [
                    link.get("ItemID", "")
                    for part in element.iter("ActuatingSystemComponent")
                    for link in part.findall("Association")
                    if link.get("ItemID", "") in self.tags
                ]
                return self.tags[valves[0]] if valves else None
            if element.tag in ("PropertyBreak", "PipeConnectorSymbol"):
                tag = self.tags[ident] = f"{self.sheet.number}:{ident}"
                self.add(tag, element)
                return tag
            element = self.parents.get(element)
        return None

    def signal(self, flow: Element) -> None:
        for link in flow.findall("Connection"):
            ends = [self.owner(link.get(side, "")) for side in ("FromID", "ToID")]
            if ends[0] is None or ends[1] is None:
                joins = " and ".join(link.get(side, "nothing") for side in ("FromID", "ToID"))
                self.warnings.append(
                    f"signal {flow.get('ID', '?')} of {self.sheet.number}: joins {joins}, "
                    "which are not both on the sheet"
                )
            elif ends[0] != ends[1]:
                self.connections.append(Connection(source=ends[0], target=ends[1], kind="signal"))


def _line(system: Element, segment: Element) -> str:
    """The line number as the drawing shows it: its label if that holds the number, else number alone."""
    number = attributes(segment).get("LineNumber") or attributes(system).get("LineNumber", "")
    for label in system.findall("Label"):
        words = " ".join(text.get("String", "") for text in label.findall("Text")).strip()
        if number and number in words:
            return words
    return number or system.get("TagName", "") or segment.get("TagName", "")


PARSER = _Parser()
