"""The demo plant's P&ID as DEXPI 1.3 (Proteus XML 4.1.1) with its geometry, and as a picture of that file."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, indent

from demo.pid_frame import border, catalogue, meta
from demo.pid_layout import BUBBLES, CONTROL, LINES, PLACE, Label, Point, anchor, centre, corners, tag_label
from demo.pid_symbols import BUBBLE, HALF
from demo.pid_xml import add, custom, generic, locate, nodes, polyline, text
from demo.plant import Instrument, Part, Pipe, Plant
from retrieval.sheets.png import sheet_png

_BLUE, _BLACK = (0.0, 0.15, 0.7), (0.0, 0.0, 0.0)
_ENDS = {"drain": ("Funnel", "FunnelShape"), "to-fl": ("VentilationDevice", "VentShape")}


def write_pid(plant: Plant, folder: Path) -> Path:
    """Write ``pid_unit.xml`` and ``pid_unit.png`` into ``folder``; returns the XML's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pid_unit.xml"
    root = _Writer(plant).write()
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    (folder / "pid_unit.png").write_bytes(sheet_png(path, width=3000))
    return path


class _Writer:
    """The tree as it grows: IDs count up within a class, as exporters number them."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.root = Element("PlantModel")
        self.ids: dict[str, str] = {}
        self.elements: dict[str, Element] = {}
        self.counts: Counter[str] = Counter()

    def write(self) -> Element:
        meta(self.root, self.plant)
        for part in self.plant.parts:
            if part.role == "equipment" and part.dexpi_class != "Strainer":
                self.equipment(part)
        for pipe in self.plant.pipes:
            self.system(pipe)
        for instrument in self.plant.instruments:
            self.instrument(instrument)
        for instrument in self.plant.instruments:
            self.loop(instrument)
        border(self.root, self.plant)
        catalogue(self.root)
        return self.root

    def new(self, parent: Element, tag: str, cls: str, shape: str = "") -> Element:
        self.counts[cls] += 1
        shaped = {"ComponentName": shape} if shape else {}
        return add(parent, tag, ID=f"{cls}-{self.counts[cls]}", ComponentClass=cls,
                   ComponentClassURI=f"http://sandbox.dexpi.org/rdl/{cls}", **shaped)

    def keep(self, key: str, element: Element) -> Element:
        self.ids[key], self.elements[key] = element.get("ID", ""), element
        return element

    def equipment(self, part: Part) -> None:
        one = self.keep(part.key, self.new(self.root, "Equipment", part.dexpi_class, f"{part.dexpi_class}Shape"))
        locate(one, PLACE[part.key])
        if part.key == "T-P":
            add(one, "Scale", X="0.88", Y="1")
        label = self.new(one, "Label", "EquipmentTagNameLabel")
        text(label, part.tag, tag_label(part.key, part.role), 6)
        if part.kind == "tank":
            x, y = PLACE[part.key]
            text(label, part.name, Label(x, y - 6), 4)
            text(label, part.name_zh, Label(x, y - 14), 4.5)
        prefix, _, sequence = part.tag.partition("-")
        generic(one, TagNameAssignmentClass=part.tag, TagNamePrefixAssignmentClass=prefix,
                TagNameSequenceNumberAssignmentClass=sequence.rstrip("AB"),
                TagNameSuffixAssignmentClass=sequence.lstrip("0123456789"))
        custom(one, Duty=part.duty, Model=part.model, Description=part.name, **{"Description@zh": part.name_zh})

    def nozzle(self, key: str, neighbour: str) -> str:
        """A new nozzle on a piece of equipment, towards a neighbour; returns its ID."""
        spot = anchor(key, neighbour)
        one = self.new(self.elements[key], "Nozzle", "Nozzle", "NozzleShape")
        # How far off the middle a nozzle lies that points up or down.
        shell = 35 if self.plant.part(key).kind == "tank" else 12
        locate(one, spot, (0, 1) if abs(spot[1] - PLACE[key][1]) > shell else (1, 0))
        nodes(one, [spot])
        generic(one, SubTagNameAssignmentClass=f"N{len(self.elements[key].findall('Nozzle'))}")
        return one.get("ID", "")

    def system(self, pipe: Pipe) -> None:
        """One line number: a system, with a segment from branch to branch."""
        system = self.new(self.root, "PipingNetworkSystem", "PipingNetworkSystem")
        text(self.new(system, "Label", "PipingNetworkSystemLabel"), pipe.line, LINES[pipe.keys[0], pipe.keys[1]], 3.6)
        generic(system, LineNumberAssignmentClass=pipe.line, FluidCodeAssignmentClass=pipe.line.split("-")[1],
                NominalDiameterRepresentationAssignmentClass=pipe.line.rsplit("-", 1)[1].replace("DN", "DN "))
        custom(system, Service=pipe.service)
        last = len(pipe.keys) - 1
        cuts = [0, *(i for i in range(1, last) if self.plant.part(pipe.keys[i]).role == "tee"), last]
        for start, end in pairwise(cuts):
            self.segment(system, pipe, start, end)

    def segment(self, system: Element, pipe: Pipe, start: int, end: int) -> None:
        segment = self.new(system, "PipingNetworkSegment", "PipingNetworkSegment")
        generic(segment, SegmentNumberAssignmentClass=f"S{len(system.findall('PipingNetworkSegment'))}")
        source, source_node = self.end(segment, pipe, start, outwards=True)
        longest: tuple[Point, Point] | None = None
        for index in range(start, end):
            if index > start:
                self.component(segment, pipe, index)
            points = self.route(pipe, index)
            polyline(segment, points, 0.7 if "-P-" in pipe.line or "-HW-" in pipe.line else 0.45, tag="CenterLine")
            for a, b in pairwise(points):
                if longest is None or _length(a, b) > _length(*longest):
                    longest = a, b
        target, target_node = self.end(segment, pipe, end, outwards=False)
        if longest is not None and _length(*longest) > 14:
            self.arrow(segment, *longest)
        add(segment, "Connection", FromID=source, FromNode=source_node, ToID=target, ToNode=target_node)

    def arrow(self, segment: Element, a: Point, b: Point) -> None:
        self.counts["PipeFlowArrow"] += 1
        arrow = add(segment, "PipeFlowArrow", ID=f"PipeFlowArrow-{self.counts['PipeFlowArrow']}",
                    ComponentName="FlowArrowShape")
        locate(arrow, (a[0] + (b[0] - a[0]) * 0.8, a[1] + (b[1] - a[1]) * 0.8), _towards(a, b))

    def route(self, pipe: Pipe, index: int) -> list[Point]:
        """The drawn line from a part's outlet to the next part's inlet."""
        a, b = pipe.keys[index], pipe.keys[index + 1]
        points = [anchor(a, b), *corners(pipe, index), anchor(b, a)]
        for place, towards, key in ((0, 1, a), (-1, -2, b)):
            if self.inline(key):
                (x, y), (dx, dy) = points[place], _towards(points[place], points[towards])
                points[place] = (x + HALF * dx, y + HALF * dy)
        return points

    def inline(self, key: str) -> bool:
        part = self.plant.part(key)
        return part.role.endswith("valve") or part.dexpi_class == "Strainer"

    def end(self, segment: Element, pipe: Pipe, index: int, outwards: bool) -> tuple[str, str]:
        """The ID and node that a segment begins or ends at."""
        key = pipe.keys[index]
        if key in self.ids and self.elements[key].tag == "Equipment":
            return self.nozzle(key, pipe.keys[index + 1 if outwards else index - 1]), "1"
        if key not in self.ids:
            self.component(segment, pipe, index)
        points = self.elements[key].find("ConnectionPoints")
        if self.plant.part(key).role != "tee" or points is None:
            return self.ids[key], "2" if outwards and self.inline(key) else "1"
        taken = len(points)  # a tee's nodes are numbered as segments come to it; 0 is the default node
        node = add(points, "Node", ID=f"{self.ids[key]}-Node-{taken}", Type="process")
        locate(node, PLACE[key])
        points.set("NumPoints", str(taken + 1))
        return self.ids[key], str(taken)

    def component(self, segment: Element, pipe: Pipe, index: int) -> None:
        part = self.plant.part(pipe.keys[index])
        cls, shape = _classes(part, index)
        tag = "PipeOffPageConnector" if part.role == "off_page" else "PipingComponent"
        one = self.keep(part.key, self.new(segment, tag, cls, shape))
        spot = PLACE[part.key]
        before = self.route(pipe, index - 1)[-2:] if index else self.route(pipe, 0)[:2]
        turned = (1.0, 0.0) if part.role in ("open_end", "tee") else _towards(*before)
        ends = [spot]
        if self.inline(part.key):
            ends = [self.route(pipe, index - 1)[-1], self.route(pipe, index)[0]]
        nodes(one, [] if part.role == "tee" else ends)
        locate(one, spot, turned)
        if part.role != "tee":
            self.labels(one, part, turned)
        generic(one, PipingComponentNameAssignmentClass=part.tag)
        serves = self.plant.part(part.parent).tag if part.parent else ""
        custom(one, NormalPosition=part.normally, ServedEquipment=serves, Description=part.name,
               **{"Description@zh": part.name_zh})
        if part.role == "control_valve":
            self.actuator(part)

    def labels(self, one: Element, part: Part, turned: Point) -> None:
        connector = part.role == "off_page"
        label = self.new(one, "Label", "PipeOffPageConnectorLabel" if connector else "PipingComponentLabel")
        if connector:
            x, y = centre(part.key)
            text(label, part.tag, Label(x, y), 4)
            text(label, part.name, Label(x + (8 if x < 100 else -8), y - 11), 3.4)
            text(label, part.name_zh, Label(x + (8 if x < 100 else -8), y - 16.5), 4)
            return
        at = tag_label(part.key, part.role)
        if part.key == "to-flare":
            text(label, part.name, Label(at.x, at.y - 8), 3.4)
        text(label, part.tag, at, 4.2 if part.role != "open_end" else 3.4)
        if part.normally == "closed":
            x, y = PLACE[part.key]
            upright = abs(turned[1]) > 0.5
            left = at.x > x  # the other side of the tag's
            text(label, "NC", Label(x + (-7 if left else 7), y) if upright else Label(x, y + (7 if at.y < y else -7)),
                 3.2)

    def actuator(self, part: Part) -> None:
        system = self.keep(f"{part.key}/system", self.new(self.root, "ActuatingSystem", "ActuatingSystem"))
        generic(system, ActuatingSystemNumberAssignmentClass=part.tag)
        dome = self.new(system, "ActuatingSystemComponent", "ControlledActuator", "ActuatorShape")
        locate(self.keep(f"{part.key}/actuator", dome), PLACE[part.key],
               next(turned for valve, _, turned in CONTROL.values() if valve == part.key))
        nodes(dome, [PLACE[part.key]], "signal")
        valve = self.new(system, "ActuatingSystemComponent", "OperatedValveReference")
        add(valve, "Association", Type="refers to", ItemID=self.ids[part.key])

    def instrument(self, instrument: Instrument) -> None:
        at, line = BUBBLES[instrument.key]
        letters, _, digits = instrument.tag.partition("-")
        split = 2 if letters.startswith("PD") else 1
        one = self.keep(instrument.key, self.new(self.root, "ProcessInstrumentationFunction",
                                                 "ProcessInstrumentationFunction", "BubbleShape"))
        locate(one, at)
        label = self.new(one, "Label", "ProcessInstrumentationFunctionLabel")
        text(label, letters, Label(at[0], at[1] + 3.6), 4.2)
        text(label, digits, Label(at[0], at[1] - 3.8), 4.2)
        generic(one, ProcessInstrumentationFunctionCategoryAssignmentClass=letters[:split],
                ProcessInstrumentationFunctionsAssignmentClass=letters[split:],
                ProcessInstrumentationFunctionNumberAssignmentClass=digits, LocationSpecialization="CentralLocation")
        custom(one, Unit=instrument.unit, Description=instrument.name, **{"Description@zh": instrument.name_zh})
        nodes(one, [at], "signal")
        self.flow(one, "MeasuringLineFunction", (*line, _edge(line[-1], at)), self.ids[instrument.asset],
                  one.get("ID", ""))
        sensor = self.new(one, "ProcessSignalGeneratingFunction", "ProcessSignalGeneratingFunction")
        add(sensor, "Association", Type="is located in", ItemID=self.ids[instrument.asset])
        if instrument.key in CONTROL:
            valve, points, _ = CONTROL[instrument.key]
            self.flow(one, "SignalConveyingFunction", points, one.get("ID", ""), self.ids[f"{valve}/actuator"])

    def flow(self, one: Element, cls: str, points: tuple[Point, ...], source: str, target: str) -> None:
        flow = self.new(one, "InformationFlow", cls)
        polyline(flow, points, 0.25, tag="CenterLine", colour=_BLUE if cls.startswith("Signal") else _BLACK,
                 line_type=2 if cls.startswith("Signal") else 0)
        add(flow, "Connection", FromID=source, FromNode="1", ToID=target, ToNode="1")

    def loop(self, instrument: Instrument) -> None:
        """A controller's loop holds what else looks at its valve; any other instrument is a loop of its own."""
        valve = CONTROL[instrument.key][0] if instrument.key in CONTROL else ""
        if not valve and instrument.asset in {valve for valve, _, _ in CONTROL.values()}:
            return
        loop = self.new(self.root, "InstrumentationLoopFunction", "InstrumentationLoopFunction")
        generic(loop, InstrumentationLoopFunctionNumberAssignmentClass=instrument.tag)
        for other in self.plant.instruments:
            if other.key == instrument.key or other.asset == valve:
                add(loop, "Association", Type="is a collection including", ItemID=self.ids[other.key])


def _classes(part: Part, index: int) -> tuple[str, str]:
    """DEXPI class and shape of a piping component; ``index`` 0 is where a pipe begins."""
    if part.role == "open_end":
        return _ENDS[part.key[:5]]
    if part.role == "off_page":
        way, shape = ("In", "InletShape") if index == 0 else ("Out", "OutletShape")
        return f"Flow{way}PipeOffPageConnector", shape
    return part.dexpi_class, f"{part.dexpi_class}Shape"


def _length(a: Point, b: Point) -> float:
    return abs(b[0] - a[0]) + abs(b[1] - a[1])


def _towards(a: Point, b: Point) -> Point:
    """The unit vector of an orthogonal line."""
    length = _length(a, b) or 1.0
    return round((b[0] - a[0]) / length, 6), round((b[1] - a[1]) / length, 6)


def _edge(start: Point, bubble: Point) -> Point:
    """Where a line towards a bubble's centre meets its circle."""
    dx, dy = _towards(bubble, start)
    return bubble[0] + BUBBLE * dx, bubble[1] + BUBBLE * dy


