"""What the things on a sheet are called and what they are: tags, classes, roles, loops."""

import re
from collections import Counter
from typing import NamedTuple
from xml.etree.ElementTree import Element

from retrieval.proteus.sheet import Sheet, attributes, walk
from retrieval.tags import compact, fold, normalise

OFF_PAGE = frozenset({"PipeOffPageConnector", "SignalOffPageConnector", "PipeConnectorSymbol", "SignalConnectorSymbol"})
INSTRUMENTS = frozenset({"ProcessInstrumentationFunction", "ProcessInstrument", "InstrumentComponent"})
_ALWAYS = INSTRUMENTS | OFF_PAGE | {"PipingComponent"}
PIPING = frozenset({"PipingComponent", "PropertyBreak", "Component"})
# Within an equipment these are parts of it even where they bear a tag of their own.
_PARTS = ("Chamber", "TubeBundle", "Impeller", "Displacer", "Agitator", "Rotor", "Plate", "Tray", "Lamella", "Screw")
_TAGS = ("TagName", "ItemTag", "Tag", "TagNumber", "FullTag", "EquipmentTag", "ObjectDisplayName", "ItemName")
_CONNECTORS = ("PipeConnectorNumber", "SignalConnectorNumber", "ConnectorNumber", "OPCTag", "PipingComponentName")
_DESCRIPTIONS = (
    *("Description", "EquipmentDescription", "ItemDescription", "ShortDescription", "ObjectDescription"),
    *("Designation", "EquipmentName", "PipeConnectorDescription", "PipingComponentName"),
)
_RELIEF = ("SafetyValve", "ReliefValve", "BreatherValve", "VacuumBreaker", "RuptureDis", "BurstingDis")
_CHECK = ("CheckValve", "NonReturnValve", "NonreturnValve", "BackflowPreventer")
# Manual valves that close a pipe. A valve of another class may regulate, divert or leak: it isolates nothing.
_BLOCKS = frozenset(
    {
        *("Ball", "Butterfly", "Diaphragm", "Gate", "Globe", "Needle", "Plug", "Pinch"),
        *(
            "AngleGlobe",
            "AnglePlug",
            "FlangedBall",
            "KnifeGate",
            "ParallelGate",
            "SlabGate",
            "SlideGate",
            "SlidingGate",
        ),
        *(
            "StraightwayBall",
            "StraightwayButterfly",
            "StraightwayGate",
            "StraightwayGlobe",
            "StraightwayPlug",
            "WedgeGate",
        ),
        *("Sluice", "Stop", "Shutoff", "Isolation", "Block"),
    }
)
_SHAPE_WORDS = re.compile(r"[_ ]?(SHAPE|SYMBOL)\b.*$", re.IGNORECASE)
_LETTERS_NUMBER = re.compile(r"^(?P<letters>[A-Z]{1,6})[-_ ]?(?P<number>\d[\w./-]*)$")
_TWO_LETTERS = ("PD", "TD", "LD", "FD", "PF", "FF", "FQ", "WD")  # ISA-5.1: the variable with its modifier


class Named(NamedTuple):
    """What the file says of an item beside its class."""

    name: str
    name_zh: str
    serves: str


def class_of(element: Element) -> tuple[str, bool]:
    """The class of a thing, ``GateValve`` also for "gate valve", and whether the file says so.

    Not sure is what is taken from the name of its symbol, or from nothing but its element.
    """
    said = (
        element.get("ComponentClass", "").strip() or element.get("ComponentClassURI", "").rstrip("/").rpartition("/")[2]
    )
    said = said.rpartition("#")[2]
    if said and not re.fullmatch(r"RDS\d+", said):
        if said.startswith("Custom"):
            return said, True
        return _camel(said), True
    symbol = _SHAPE_WORDS.sub("", element.get("ComponentName", "").strip())
    return (_camel(symbol), False) if symbol else (element.tag, False)


def _camel(words: str) -> str:
    if words.isupper() and words.endswith("VALVE") and words.isalpha():  # BALLVALVE
        return f"{words[:-5].capitalize()}Valve"
    if not re.search(r"[\s_-]", words) and not (words.isupper() and len(words) > 3):
        return words
    return "".join(part[:1].upper() + part[1:].lower() for part in re.split(r"[\s_-]+", words) if part)


def role_of(element: Element, driven: dict[str, str]) -> str:
    """An item's role. Only a valve of a known class, with no actuator, counts as one to close by hand."""
    cls, sure = class_of(element)
    if element.tag == "Equipment":
        return "equipment"
    if element.tag in OFF_PAGE or cls.endswith("OffPageConnector"):
        return "off_page"
    if element.tag in INSTRUMENTS:
        return "instrument"
    if element.tag == "Nozzle":
        return "nozzle"
    if cls.endswith(_CHECK):
        return "check_valve"
    if any(part in cls for part in _RELIEF):
        return "relief_valve"
    if element.get("ID") in driven or "ControlValve" in cls or "PressureReducing" in cls:
        return "control_valve"
    if sure and cls.endswith("Valve") and cls.removesuffix("Valve") in _BLOCKS:
        return "block_valve"
    return "other"


def actuated(root: Element) -> dict[str, str]:
    """Valves that an actuating system drives: the valve's ID -> the system's number (PV4712.02), may be empty."""
    found: dict[str, str] = {}
    for system in root.iter("ActuatingSystem"):
        said = attributes(system)
        number = said.get("ActuatingSystemNumber") or said.get("TagName", "")
        for part in system.iter("ActuatingSystemComponent"):
            if (part.get("ComponentClass") or "OperatedValveReference") == "OperatedValveReference":
                links = [one.get("ItemID", "") for one in part.findall("Association")]
                links += [one.get("ItemID", "") for one in part.findall("OperatedValveReference")]
                found |= {ident: number for ident in links if ident}
    return found


def tags(sheet: Sheet) -> dict[str, str]:
    """The tag of every thing on the sheet that is an item of its own, by its ID.

    What has no name, or one that others share (a catalogue code), is called ``drawing number:ID``: unique, and seen
    at once to be no tag. A part of an equipment and a nozzle on one are not among them.
    """
    driven, found = actuated(sheet.root), dict[str, str]()
    things = list(_items(sheet.root))
    names = Counter(_name(one) for one in things if one.tag in PIPING | OFF_PAGE)
    kinds: dict[str, str] = {}  # by tag: no valve and instrument may share one
    for element in things:
        ident, name = element.get("ID", ""), _name(element)
        if element.tag in PIPING | OFF_PAGE:
            name = driven.get(ident) or (name if names[name] == 1 else "")
        tag = _normal(name)
        kind = element.tag if element.tag in ("Equipment", *INSTRUMENTS) else "piping"
        if not tag or ":" in tag or kinds.get(tag, kind) != kind:
            tag = f"{sheet.number}:{ident}"
        kinds.setdefault(tag, kind)
        found[ident] = tag
    return found


def _normal(name: str) -> str:
    """The normal form where it keeps every letter and digit: 20-PT-1001 and 21-PT-1001 are two."""
    tag = normalise(name) if name else ""
    return tag if compact(tag) == compact(fold(name)) else " ".join(fold(name).upper().split())


def _items(root: Element) -> list[Element]:
    """Things that are items of their own, in the order of the file."""
    found, inside = list[Element](), [(root, False, False)]
    while inside:
        element, in_equipment, in_segment = inside.pop()
        if element.tag == "Equipment":
            if not (in_equipment and is_part(element)):
                found.append(element)
            in_equipment = True
        elif element.tag in _ALWAYS or (element.tag == "Nozzle" and not in_equipment):
            found.append(element)
        elif element.get("ID") and (in_segment or element.tag == "PropertyBreak"):
            inline = element.find("ConnectionPoints") is not None
            if inline or (in_segment and (element.tag in PIPING or element.tag.startswith("Custom"))):
                found.append(element)
        in_segment = element.tag == "PipingNetworkSegment"
        inside += [(child, in_equipment, in_segment) for child in reversed(element) if child.tag != "ShapeCatalogue"]
    return found


def is_part(element: Element) -> bool:
    """Whether an equipment within another is but a part of it: a chamber, a tube bundle, anything without a tag."""
    return class_of(element)[0].endswith(_PARTS) or not _name(element)


def nozzle_name(element: Element) -> str:
    """``N3``; the ID where it has no name."""
    said = attributes(element)
    names = ("SubTagName", "NozzleName", *_TAGS, "NozzleNumber")
    return next((fold(said[one]) for one in names if said.get(one)), "") or element.get("ID", "")


def _name(element: Element) -> str:
    said = attributes(element)
    if element.tag in INSTRUMENTS:
        return _function_tag(said)
    found = next((said[one] for one in _TAGS if said.get(one)), "")
    if element.tag == "Equipment":
        return found
    if element.tag in OFF_PAGE:
        found = found or next((said[one] for one in _CONNECTORS if said.get(one)), "")
        return found if re.search(r"[^\W\d]", found) else ""  # 7 alone names no one thing in the plant
    return found or said.get("PositionNumber") or said.get("PipingComponentName", "")


def _function_tag(said: dict[str, str]) -> str:
    number = said.get("ProcessInstrumentationFunctionNumber", "")
    letters = said.get("ProcessInstrumentationFunctionCategory", "") + said.get("ProcessInstrumentationFunctions", "")
    own = next((said[one] for one in _TAGS if said.get(one)), "")
    return own or (f"{letters}-{number}" if number and letters else number)


def named(element: Element, tag: str) -> Named:
    """Its description, English and Chinese, and what it serves."""
    said = attributes(element)
    english = next((said[key] for key in _DESCRIPTIONS if said.get(key)), "")
    chinese = next((said[f"{key}@zh"] for key in _DESCRIPTIONS if said.get(f"{key}@zh")), "")
    kind = said.get("TypeName", "") if class_of(element)[0].startswith("Custom") else ""
    number = next((said[key] for key in _CONNECTORS if said.get(key)), "") if element.tag in OFF_PAGE else ""
    number = f"connector {number}" if number and _normal(number) != tag else ""
    english = " ".join(part for part in (kind, number, english if english != tag else "") if part)
    return Named(english, chinese, said.get("ServedEquipment", ""))


def normally(element: Element) -> str:
    """``open``, ``closed``, or empty where the file does not say."""
    said = attributes(element)
    keys = ("NormalPosition", "ValvePosition", "NormalStatus", "NormalState", "OperatingPosition")
    value = next((said[key] for key in keys if said.get(key)), "")
    value = re.sub(r"[^a-z]", "", value.lower())
    short = {"no": "open", "lo": "open", "cso": "open", "nc": "closed", "lc": "closed", "csc": "closed"}
    if value in short:
        return short[value]
    return next((state for state in ("open", "closed") if value in (state, f"normally{state}", f"locked{state}")), "")


def refers_to(element: Element) -> str:
    """Where an off-page connector leads, as the file says it: ``drawing P-102, connector 7``."""
    said: dict[str, str] = {}
    for part in element.iter():
        said = attributes(part) | said
        if part.tag == "LinkedPersistentID":
            said.setdefault("ObjectID", part.get("Identifier", ""))
    drawing = ("ReferencedDrawingNumber", "DrawingNumber", "DrawingName", "ReferencedDrawing", "PairedDrawingNumber")
    connector = ("ReferencedConnectorNumber", "LinkLabel", "LinkedConnector", "ReferencedConnector", "ObjectID")
    said = {name: value for name, value in said.items() if element.get(name) != value}  # its own name is no reference
    parts = [
        (word, next((said[key] for key in keys if said.get(key)), ""))
        for word, keys in (("drawing", drawing), ("connector", connector))
    ]
    return ", ".join(f"{word} {value}" for word, value in parts if value)


def loops(sheet: Sheet, names: dict[str, str]) -> dict[str, str]:
    """The loop of each instrument, by its tag: as the file collects them, else by ISA-5.1 from the tag itself."""
    elements = {element.get("ID", ""): element for element in walk(sheet.root) if element.get("ID")}
    found: dict[str, str] = {}
    for loop in (one for one in walk(sheet.root) if one.tag in ("InstrumentationLoopFunction", "InstrumentLoop")):
        said = attributes(loop)
        number = said.get("InstrumentationLoopFunctionNumber") or next((said[k] for k in _TAGS if said.get(k)), "")
        members = [link.get("ItemID", "") for link in loop.findall("Association")]
        members += [part.get("ID", "") for part in loop.iter() if part is not loop]
        for ident in members:
            if ident in names and ident in elements and elements[ident].tag in INSTRUMENTS and number:
                found.setdefault(names[ident], loop_name(number, names[ident]))
    for ident, tag in names.items():
        if ident in elements and elements[ident].tag in INSTRUMENTS and ":" not in tag:
            found.setdefault(tag, loop_name(tag, tag))
    return {tag: loop for tag, loop in found.items() if loop}


def loop_name(number: str, tag: str) -> str:
    """The loop's name by ISA-5.1: measured variable and number. FIC-101 -> F-101; 4712.01 of PI-4712.01 -> P-4712.01.

    Empty for a tag that has no such form.
    """
    said = _LETTERS_NUMBER.match(fold(number).strip().upper())
    letters, digits = (said["letters"], said["number"]) if said else ("", fold(number).strip())
    if not letters:
        own = _LETTERS_NUMBER.match(tag)
        if not re.match(r"\d", digits):
            return digits if digits != tag else ""
        letters = own["letters"] if own else ""
    if len(letters) > 2 and letters.startswith(_TWO_LETTERS):
        return f"{letters[:2]}-{digits}"
    return f"{letters[:1]}-{digits}" if letters else digits
