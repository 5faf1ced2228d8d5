"""DEXPI 2.0 (Core/Plant XML) put into the words of Proteus XML, so that one reader and one picture serve both.

An ``<Object type="Plant/Piping.BallValve" id="V1">`` becomes ``<PipingComponent ComponentClass="BallValve" ID="V1">``,
its data generic attributes, its references associations, its diagram positions, symbols and lines.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from retrieval.errors import BadDocument
from retrieval.proteus.dexpi2_data import component_class, custom_attribute, generic_attributes
from retrieval.proteus.dexpi2_diagram import Diagrams

MOST_PROBLEMS = 200  # beyond, they are counted
_REMEDY = "export the drawing as a DEXPI 2.0 plant model or as DEXPI 1.3 (Proteus XML)"
_SYSTEM_PARTS = {"ControlledActuator", "Positioner", "OperatedValveReference"}
_BY_CLASS = {
    "PipingNode": "Node",
    "PlantMetaData": "MetaData",
    "MetaData": "MetaData",
    "MeasuringLineFunction": "InformationFlow",
    "SignalConveyingFunction": "InformationFlow",
    "ActuatingElectricalSystem": "ActuatingSystem",
    "ActuatingElectricalFunction": "ActuatingFunction",
} | {
    name: name
    for name in (
        "Nozzle",
        "PipingNetworkSystem",
        "PipingNetworkSegment",
        "PropertyBreak",
        "ProcessInstrumentationFunction",
        "ProcessSignalGeneratingFunction",
        "ActuatingFunction",
        "ActuatingSystem",
        "InstrumentationLoopFunction",
    )
}
_BY_PROPERTY = {
    "TaggedPlantItems": "Equipment",
    "Nozzles": "Nozzle",
    "Items": "PipingComponent",
    "Nodes": "Node",
    "Connections": "Connection",
    "PipingNetworkSystems": "PipingNetworkSystem",
    "Segments": "PipingNetworkSegment",
    "ProcessInstrumentationFunctions": "ProcessInstrumentationFunction",
    "ProcessSignalGeneratingFunctions": "ProcessSignalGeneratingFunction",
    "SignalConveyingFunctions": "InformationFlow",
    "ActuatingFunctions": "ActuatingFunction",
    "ActuatingElectricalFunctions": "ActuatingFunction",
    "ActuatingSystems": "ActuatingSystem",
    "ActuatingElectricalSystems": "ActuatingSystem",
    "InstrumentationLoopFunctions": "InstrumentationLoopFunction",
    "PlantStructureItems": "PlantStructureItem",
}
# What a property of references is called among Proteus' associations.
_ASSOCIATIONS = {
    "SensingLocation": "is located in",
    "Systems": "is fulfilled by",
    "ActuatingElectricalLocation": "is fulfilled by",
    "Source": "has logical start",
    "Target": "has logical end",
    "Valve": "refers to",
    "ReferencedConnector": "refers to",
    "ProcessInstrumentationFunctions": "is a collection including",
}
_ENDS = {"SourceItem": "FromID", "TargetItem": "ToID", "SourceNode": "FromNode", "TargetNode": "ToNode"}


def translate(root: Element, name: str) -> tuple[Element, list[str]]:
    """The ``<PlantModel>`` of a DEXPI 2.0 ``<Model>``, and what in it could not be followed.

    Raises ``BadDocument`` where it holds no plant.
    """
    models = [one for one in root.iter("Object") if component_class(one) == "PlantModel"]
    if not models:
        what = "a DEXPI 2.0 library of classes" if root.find("Package") is not None else "a DEXPI 2.0 file"
        raise BadDocument(name, f"{what} with no plant model in it", remedy=_REMEDY)
    work = _Translation()
    for model in models:
        for part, property_name in _components(model):
            work.thing(part, property_name, work.plant)
    work.link()
    work.origin(root)
    Diagrams(work.plant, work.made, root).draw()
    if len(work.problems) > MOST_PROBLEMS:
        rest = len(work.problems) - MOST_PROBLEMS
        work.problems[MOST_PROBLEMS:] = [f"and {rest} more references that lead nowhere"]
    return work.plant, work.problems


def _components(element: Element) -> Iterator[tuple[Element, str]]:
    """The objects that one is made of, with the property that holds them, without prefix."""
    for group in element.findall("Components"):
        for part in group.findall("Object"):
            yield part, group.get("property", "").rpartition("/")[2]


class _Translation:
    """The tree as it grows. ``made`` has the element of every object with an ID, ``later`` the references to follow."""

    def __init__(self) -> None:
        self.plant = Element("PlantModel")
        self.made: dict[str, Element] = {}
        self.later: list[tuple[Element, str, str]] = []  # element, property, ID that it refers to
        self.problems: list[str] = []

    def thing(self, part: Element, property_name: str, parent: Element) -> None:
        cls = component_class(part)
        tag = _tag(part, cls, property_name, parent)
        if not tag:
            return
        ident = part.get("id", "")
        into = parent
        if tag == "Node":
            points = parent.find("ConnectionPoints")
            into = points if points is not None else SubElement(parent, "ConnectionPoints")
        element = SubElement(into, tag, {"ComponentClass": cls})
        if ident:
            element.set("ID", ident)
            if ident in self.made:
                self.problems.append(f"{cls} {ident}: its ID stands twice; references go to the first")
            self.made.setdefault(ident, element)
        generic_attributes(element, part)
        self.references(part, element)
        for child, name in _components(part):
            if child.get("type", "").startswith("Core/"):
                custom_attribute(element, child)
                continue
            self.thing(child, name, element)
        if tag == "PipingNetworkSegment":
            self.ends_of(part, element)

    def references(self, part: Element, element: Element) -> None:
        for one in part.findall("References"):
            name = one.get("property", "").rpartition("/")[2]
            if element.tag == "PipingNetworkSegment" and name in _ENDS:
                continue  # said again by its connections
            for target in one.get("objects", "").split():
                if target.startswith("#"):
                    self.later.append((element, name, target[1:]))

    def ends_of(self, part: Element, segment: Element) -> None:
        """Connections are said one by one, so order says nothing; without any, the segment's own ends count."""
        if segment.find("Connection") is not None:
            segment.set("Connections", "explicit")
            return
        said = {one.get("property", ""): one.get("objects", "") for one in part.findall("References")}
        if any(said.get(name) for name in ("SourceItem", "TargetItem", "SourceNode", "TargetNode")):
            link = SubElement(segment, "Connection")
            for name in _ENDS:
                if said.get(name, "").startswith("#"):
                    self.later.append((link, name, said[name].split()[0][1:]))

    def link(self) -> None:
        """Follow the references now that every object is known."""
        for element, name, target in self.later:
            if element.tag == "Connection" and name in _ENDS:
                # Kept though it leads nowhere: the reader tells of the end, and takes it for open.
                element.set(_ENDS[name], target)
            elif target in self.made:
                SubElement(element, "Association", Type=_ASSOCIATIONS.get(name, name), ItemID=target)
            else:
                who = f"{element.get('ComponentClass', element.tag)} {element.get('ID', '')}".strip()
                self.problems.append(f"{who}: its {name} {target} is not in the file")

    def origin(self, root: Element) -> None:
        """When the file was written, as Proteus has it."""
        for one in root.iter("Data"):
            if one.get("property") == "ExportDateTime" and len(one):
                SubElement(self.plant, "PlantInformation", Date=(one[0].text or "").strip()[:10])
                return


def _tag(part: Element, cls: str, property_name: str, parent: Element) -> str:
    """The Proteus element for an object; empty for what no reader needs."""
    package = part.get("type", "").rpartition("/")[2].partition(".")[0]
    if "OffPageConnector" in cls and "Reference" not in cls:
        return "SignalOffPageConnector" if "Signal" in cls else "PipeOffPageConnector"
    if cls in _SYSTEM_PARTS or (parent.tag == "ActuatingSystem" and package == "Instrumentation"):
        return "ActuatingSystemComponent"
    if cls in _BY_CLASS:
        return _BY_CLASS[cls]
    if property_name in _BY_PROPERTY:
        return _BY_PROPERTY[property_name]
    if package == "ProcessEquipment" or parent.tag == "Equipment":
        return "Equipment"
    if package == "Piping" and parent.tag in ("PipingNetworkSegment", "PipingNetworkSystem", "PlantModel"):
        return "PipingComponent"
    if package == "Instrumentation" and parent.tag == "PlantModel":
        return "ProcessInstrumentationFunction"
    return "Detail"
