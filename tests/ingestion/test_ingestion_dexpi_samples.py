"""Drawings that others exported: nothing of them is missed, and both editions of one drawing say the same.

The counts come from the XML alone, by a way of their own.
"""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from dexpi_kit import (
    component,
    data,
    equipment,
    link,
    model,
    nozzle,
    obj,
    parts,
    pipe,
    proteus,
    run,
    segment,
    system,
    tank,
    write,
)

from demo.pid import write_pid
from demo.plant import build
from ingestion.parsers.base import Parsed
from ingestion.parsers.dexpi import PARSER
from retrieval.graph import PlantGraph
from retrieval.models import Item

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "dexpi"
FIRST, SECOND = SAMPLES / "C01V04-VER.EX01.xml", SAMPLES / "C01-reference-dexpi2.0.xml"
here = pytest.mark.skipif(not FIRST.exists(), reason="the DEXPI reference drawings are not here")


def _demo(folder: Path) -> Path:
    return write_pid(build(7), folder)


def _broken(folder: Path) -> Path:
    """With a spare nozzle, an end that leads nowhere, a pump that nothing is joined to, and an unknown valve."""
    body = proteus(
        equipment("E1", "T-1", nozzle("N1"), nozzle("N2"), equipment("E1.1", "", cls="Chamber")),
        equipment("E2", "P-2", cls="CentrifugalPump"),
        segment("S1", component("V1", "GateValve"), component("V2", "OddValve", "XV-3"), link("N1", "gone")),
        segment("S2", link("S2", "S2")),
    )
    return write(folder, body)


def _broken_second(folder: Path) -> Path:
    valve = obj("Plant/Piping.GateValve", "V1", data(TagName="HV-1"))
    chamber = parts("Chambers", obj("Plant/ProcessEquipment.Chamber", "C1"))
    text = model(
        parts("TaggedPlantItems", tank("T1", "T-1", "N1", "N9", inner=chamber)),
        parts(
            "PipingNetworkSystems",
            system("S", run("R1", pipe("P1", "N1", "V1"), pipe("P2", "V1", "gone"), held=(valve,))),
        ),
    )
    return write(folder, text)


FILES: dict[str, Callable[[Path], Path]] = {
    "DEXPI 1.3 reference": lambda _: FIRST,
    "DEXPI 2.0 reference": lambda _: SECOND,
    "own writer": _demo,
    "broken 1.3": _broken,
    "broken 2.0": _broken_second,
}


def _proteus_things(root: Element) -> dict[str, list[str]]:
    """IDs by kind, less the catalogue of shapes."""
    for catalogue in root.findall("ShapeCatalogue"):
        root.remove(catalogue)
    found = {tag: [e.get("ID", "") for e in root.iter(tag)] for tag in ("Nozzle", "PipingNetworkSegment")}
    found["piping"] = [e.get("ID", "") for e in root.iter("PipingComponent")]
    found["off_page"] = [e.get("ID", "") for e in root.iter("PipeOffPageConnector")]
    found["instrument"] = [e.get("ID", "") for e in root.iter("ProcessInstrumentationFunction")]
    found["equipment"] = [e.get("ID", "") for e in root.findall("Equipment")]
    found["part"] = [e.get("ID", "") for e in root.findall(".//Equipment/Equipment")]
    return found


def _second_things(root: Element) -> dict[str, list[str]]:
    def held(name: str) -> list[Element]:
        return [part for group in root.iter("Components") if group.get("property") == name for part in group]

    def ids(objects: list[Element], pattern: str) -> list[str]:
        return [one.get("id", "") for one in objects if re.search(pattern, one.get("type", ""))]

    inside = [part for name in ("Chambers", "TubeBundle", "Impellers", "Displacers") for part in held(name)]
    return {
        "Nozzle": ids(held("Nozzles"), r"\.Nozzle$"),
        "PipingNetworkSegment": ids(held("Segments"), "Segment"),
        "piping": ids(held("Items"), r"\.(?!Flow(In|Out)PipeOffPage)\w+$"),
        "off_page": ids(held("Items"), "OffPageConnector$"),
        "instrument": ids(held("ProcessInstrumentationFunctions"), "ProcessInstrumentationFunction$"),
        "equipment": ids(held("TaggedPlantItems"), "ProcessEquipment"),
        "part": ids(inside, "ProcessEquipment"),
    }


@pytest.mark.parametrize("name", FILES)
def test_every_thing_in_the_file_is_read_or_told(name: str, tmp_path: Path) -> None:
    path = FILES[name](tmp_path)
    if not path.exists():
        pytest.skip("the DEXPI reference drawings are not here")
    parsed, root = PARSER.parse(path, path.name, ()), fromstring(path.read_bytes())
    things = _proteus_things(root) if root.tag == "PlantModel" else _second_things(root)
    assert sum(map(len, things.values())) >= 4
    own = [item for item in parsed.items if item.item_class != "UnconnectedEnd" and not item.tag.count(":joint ")]
    roles = Counter(item.role for item in own)
    valves = sum(count for role, count in roles.items() if role.endswith("valve"))
    assert roles["nozzle"] == len(things["Nozzle"])
    assert roles["equipment"] == len(things["equipment"])
    assert roles["instrument"] == len(things["instrument"])
    assert roles["off_page"] == len(things["off_page"])
    assert roles["other"] + valves == len(things["piping"])
    text = "\n".join(span.text for block in parsed.blocks for span in block.spans)
    assert text.count("part 部件") == len(things["part"])
    origins = {one.origin.partition(":")[0] for one in parsed.connections}
    told = "\n".join(parsed.warnings)
    for ident in things["PipingNetworkSegment"]:
        assert ident in origins or ident in told, ident
    joined = {end for one in parsed.connections if one.kind != "mechanical" for end in (one.source, one.target)}
    assert all(item.tag in joined or item.tag in told for item in own if item.role != "nozzle")
    ports = {(one.source, one.source_port) for one in parsed.connections}
    ports |= {(one.target, one.target_port) for one in parsed.connections}
    for item in (item for item in own if item.role == "nozzle"):
        tag, _, port = item.tag.rpartition("/")
        assert (tag, port) in ports or any(one.startswith(f"{tag}: ") and port in one for one in parsed.warnings), item


def _read(path: Path) -> Parsed:
    return PARSER.parse(path, path.name, ())


def _plain(tag: str) -> str:
    """IDs are GlobeValve-1 in the one file and GlobeValve1 in the other."""
    return re.sub(r"-(?=\d+( |$))", "", tag) if ":" in tag else tag


@here
def test_both_editions_of_the_reference_drawing_say_the_same() -> None:
    first, second = _read(FIRST), _read(SECOND)

    def items(parsed: Parsed) -> dict[str, Item]:
        return {_plain(item.tag): item.model_copy(update={"tag": _plain(item.tag)}) for item in parsed.items}

    def edges(parsed: Parsed) -> Counter[tuple[object, ...]]:
        said = (one.model_dump(exclude={"source", "target", "origin"}) for one in parsed.connections)
        ends = ((_plain(one.source), _plain(one.target)) for one in parsed.connections)
        return Counter((*end, *values.items()) for end, values in zip(ends, said, strict=True))

    assert items(first) == items(second)
    assert edges(first) == edges(second)
    assert (first.title, first.revision, first.effective_date) == (second.title, second.revision, second.effective_date)
    assert (first.title, first.revision, first.effective_date) == ("123/A93 DEXPI example PID", "R2.2", "2016-04-02")
    assert len(first.warnings) == len(second.warnings)


@here
@pytest.mark.parametrize("path", [FIRST, SECOND])
def test_the_reference_drawing_is_read_as_it_is_drawn(path: Path) -> None:
    """Known from looking at the drawing."""
    parsed = _read(path)
    items = {item.tag: item for item in parsed.items}
    assert {tag for tag, item in items.items() if item.role == "equipment"} == {
        *("H-1007", "H-1008", "P-4711", "P-4712", "T-4750"),
    }
    assert {tag for tag, item in items.items() if item.role == "control_valve"} == {
        "PV4712.02",
        "HV4750.01",
        "TV4750.03",
    }
    assert items["PICSA-4712.02"].loop == "P-4712.02"
    into = {one.target_port: one for one in parsed.connections if one.target == "T-4750"}
    assert into["N6"].source == "PV4712.02"
    assert (into["N6"].line, into["N6"].insulation) == ("MNc 47127 75HB13 50 Q 80", "Q 80 mm")
    assert (into["N6"].fluid, into["N6"].diameter, into["N6"].pipe_class) == ("MNc", "DN 50", "75HB13")
    unconnected = [warning for warning in parsed.warnings if "joined to nothing" in warning]
    assert len(unconnected) == 4  # the four utility lines that end at the sheet's edge
    assert [warning for warning in parsed.warnings if warning not in unconnected] == [
        "T-4750: nothing is drawn to nozzle N3, N8 on 123/A93"
    ]


@here
@pytest.mark.parametrize("path", [FIRST, SECOND])
def test_isolation_on_the_reference_drawing(path: Path) -> None:
    parsed = _read(path)
    found = PlantGraph(parsed.items, parsed.connections).isolation("P-4712")
    assert [_plain(one.tag).split(":")[1] for one in found.close] == ["BallValve1", "BallValve4"]
    assert found.passed == ("SV 104.01",)  # past it the vessel is reached with nothing to close
    assert [one.tag for one in found.not_isolable] == ["T-4750"]
