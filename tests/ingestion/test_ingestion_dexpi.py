"""P&IDs are read whole: our own at ten seeds against the plant model, and the DEXPI reference drawing."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from demo.pid import write_pid
from demo.plant import Plant, build
from ingestion.parsers.base import Parsed
from ingestion.parsers.dexpi import PARSER
from retrieval.errors import BadDocument
from retrieval.graph import PlantGraph
from retrieval.models import SheetLocator

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "dexpi"
SAMPLE, NEXT = SAMPLES / "C01V04-VER.EX01.xml", SAMPLES / "C01-reference-dexpi2.0.xml"
SEEDS = [1, 7, 23, 2, 3, 5, 11, 42, 99, 1234]


@pytest.fixture(scope="module", params=SEEDS)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plant, Parsed]:
    plant = build(request.param)
    return plant, PARSER.parse(write_pid(plant, tmp_path_factory.mktemp("drawings")), "pid_unit.xml", ())


def _paths(plant: Plant, start: str) -> Iterator[tuple[str, ...]]:
    """Every way from ``start`` that visits nothing twice, to equipment, a connector, an open end or a dead end."""
    joined: dict[str, set[str]] = defaultdict(set)
    for pipe in plant.pipes:
        for a, b in zip(pipe.keys, pipe.keys[1:], strict=False):
            joined[a].add(b)
            joined[b].add(a)

    def walk(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        part = plant.part(path[-1])
        if len(path) > 1 and (
            part.role in ("off_page", "open_end") or (part.role == "equipment" and part.dexpi_class != "Strainer")
        ):
            yield path
            return
        for key in sorted(joined[path[-1]] - set(path)):
            yield from walk((*path, key))

    yield from walk((start,))


def _expected(plant: Plant, key: str) -> tuple[list[str], list[str], list[str], list[str]]:
    """close, drains, open ends, not isolable: from the enumerated paths alone."""
    behind: dict[str, set[str]] = defaultdict(set)
    ends, reached = set(), set()
    for path in _paths(plant, key):
        role = plant.part(path[-1]).role
        valve = next((k for k in path[1:] if plant.part(k).role == "block_valve"), None)
        if valve is not None:
            behind[valve].add(role)
        elif role == "open_end":
            ends.add(path[-1])
        else:
            reached.add(path[-1])
    drains = {valve for valve, roles in behind.items() if roles == {"open_end"}}
    close, shut, open_ends, not_isolable = (
        sorted(plant.tag(k) for k in keys) for keys in (set(behind) - drains, drains, ends, reached)
    )
    return close, shut, open_ends, not_isolable


def test_isolation_is_exact_from_the_file_to_the_graph(read: tuple[Plant, Parsed]) -> None:
    plant, parsed = read
    graph = PlantGraph(parsed.items, parsed.connections)
    targets = [
        part for part in plant.parts if part.role in ("equipment", "control_valve", "check_valve", "block_valve")
    ]
    assert len(targets) > 20
    for part in targets:
        found = graph.isolation(part.tag)
        assert (
            [one.tag for one in found.close],
            [one.tag for one in found.drains],
            list(found.open_ends),
            [one.tag for one in found.not_isolable],
        ) == _expected(plant, part.key), part.tag


def test_the_duty_pump_at_seed_1_is_as_known_by_heart(tmp_path: Path) -> None:
    parsed = PARSER.parse(write_pid(build(1), tmp_path), "pid_unit.xml", ())
    found = PlantGraph(parsed.items, parsed.connections).isolation("P-101A")
    assert [(one.tag, one.service) for one in found.close] == [
        ("HV-111A", "suction"),
        ("HV-113A", "discharge"),
        ("HV-116A", "recirculation"),
    ]
    assert [one.tag for one in found.drains] == ["HV-114A"]


def test_items_are_the_plants_with_role_class_and_normal_position(read: tuple[Plant, Parsed]) -> None:
    plant, parsed = read
    items = {item.tag: item for item in parsed.items}
    assert set(items) == {part.tag for part in plant.parts} | {one.tag for one in plant.instruments}
    for part in plant.parts:
        role = "other" if part.role in ("open_end", "tee") or part.dexpi_class == "Strainer" else part.role
        assert (items[part.tag].role, items[part.tag].normally) == (role, part.normally), part.tag
        if part.role.endswith("valve"):
            assert items[part.tag].item_class == part.dexpi_class
    assert all(items[one.tag].role == "instrument" for one in plant.instruments)
    assert all(0 < x < 1 and 0 < y < 1 for x, y in (item.position for item in parsed.items))
    assert parsed.warnings == ()


def test_pipes_are_the_plants_in_the_direction_of_flow(read: tuple[Plant, Parsed]) -> None:
    plant, parsed = read
    expected = {
        (plant.tag(a), plant.tag(b), pipe.line, pipe.service)
        for pipe in plant.pipes
        for a, b in zip(pipe.keys, pipe.keys[1:], strict=False)
    }
    assert {
        (one.source, one.target, one.line, one.service) for one in parsed.connections if one.kind == "process"
    } == expected
    measured = {(plant.tag(one.asset), one.tag) for one in plant.instruments}
    assert measured <= {(one.source, one.target) for one in parsed.connections if one.kind == "signal"}


def test_every_tagged_item_has_one_passage_that_names_it(read: tuple[Plant, Parsed]) -> None:
    plant, parsed = read
    told: dict[str, str] = {}
    for block in parsed.blocks:
        locator = block.spans[0].locator
        assert isinstance(locator, SheetLocator)
        assert locator.item not in told
        told[locator.item] = " ".join(span.text for span in block.spans)
    tees = {part.tag for part in plant.parts if part.role == "tee"}
    assert set(told) == {item.tag for item in parsed.items} - tees | {f"PID-{plant.unit}-001"}
    valve, pump = plant.part("HV-A-suc"), plant.part("P-A")
    for words in (
        valve.tag,
        "gate valve",
        "闸阀",
        valve.name,
        valve.name_zh,
        "normally open",
        f"serves {pump.tag}",
        next(pipe.line for pipe in plant.pipes if valve.key in pipe.keys),
    ):
        assert words in told[valve.tag]
    for tag in _expected(plant, "P-A")[0]:
        assert tag in told[pump.tag]
        assert pump.tag in told[tag]


def test_drawing_number_revision_and_date_are_read(tmp_path: Path) -> None:
    parsed = PARSER.parse(write_pid(build(1), tmp_path), "pid_unit.xml", ())
    assert (parsed.kind, parsed.revision, parsed.effective_date) == ("pid", "B", "2026-02-11")
    assert parsed.title.startswith("PID-100-001")


def _segment(connection: str) -> str:
    return f"""<PlantModel><Drawing Name="D-1"/><Equipment ID="P1" ComponentClass="CentrifugalPump" TagName="P-101">
        <Position><Location X="5" Y="5"/></Position><Nozzle ID="N1"/></Equipment>
        <PipingNetworkSystem ID="S"><PipingNetworkSegment ID="S1">
        <PipingComponent ID="V1" ComponentClass="BallValve" TagName="HV-102"/>{connection}
        </PipingNetworkSegment></PipingNetworkSystem></PlantModel>"""


@pytest.mark.parametrize(
    ("connection", "says"),
    [
        ('<Connection FromID="N1" ToID="Gone-7"/>', "Gone-7"),
        ('<Connection FromID="N1"/>', "ToID"),
        ("", "joined to nothing"),
    ],
)
def test_an_end_that_leads_nowhere_is_told_and_never_taken_for_closed(
    tmp_path: Path, connection: str, says: str
) -> None:
    path = tmp_path / "d.xml"
    path.write_text(_segment(connection))
    parsed = PARSER.parse(path, "d.xml", ())
    assert any(says in warning for warning in parsed.warnings)
    ends = PlantGraph(parsed.items, parsed.connections).isolation("HV-102").not_isolable
    assert "off_page" in {end.why for end in ends}


BAD = {
    "cut off": ("<PlantModel>\n<Equipment", "line 2"),
    "external entity": (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>\n<PlantModel>&e;</PlantModel>',
        "external",
    ),
    "DEXPI 2.0": ('<Model><Object type="Core/EngineeringModel"/></Model>', "DEXPI 2.0"),
    "another root": ("<html/>", "<html>"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_by_name_and_spot(tmp_path: Path, case: str) -> None:
    text, says = BAD[case]
    path = tmp_path / "x.xml"
    path.write_text(text)
    with pytest.raises(BadDocument) as caught:
        PARSER.parse(path, "drawings/x.xml", ())
    assert "drawings/x.xml" in str(caught.value)
    assert says in str(caught.value)


def test_what_is_a_drawing_is_judged_by_its_start(tmp_path: Path) -> None:
    assert PARSER.accepts(Path("a.xml"), b"<?xml version='1.0'?>\n<PlantModel>") == "yes"
    assert PARSER.accepts(Path("a.xml"), b"<?xml version='1.0'?><!DOCTYPE x") == "maybe"
    assert PARSER.accepts(Path("a.xml"), b"%PDF-1.7") == "no"
    assert PARSER.accepts(Path("a.csv"), b"Order,Asset\n") == "no"


@pytest.mark.skipif(not SAMPLE.exists(), reason="the DEXPI reference drawing is not here")
def test_nothing_of_the_reference_drawing_is_missed() -> None:
    parsed, root = PARSER.parse(SAMPLE, SAMPLE.name, ()), fromstring(SAMPLE.read_bytes())
    catalogue = root.find("ShapeCatalogue")
    assert catalogue is not None
    root.remove(catalogue)
    roles = defaultdict(list)
    for item in parsed.items:
        roles[item.role].append(item.tag)
    tagged = [
        e
        for e in root.iter("Equipment")
        if any(a.get("Name") == "TagNameAssignmentClass" for a in e.iterfind("GenericAttributes/GenericAttribute"))
    ]
    assert len(roles["equipment"]) == len(tagged) == 5
    valves = [e for e in root.iter("PipingComponent") if e.get("ComponentClass", "").endswith("Valve")]
    found = [tag for role, tags in roles.items() if role.endswith("valve") for tag in tags]
    assert len(found) == len(valves)
    driven = {
        a.get("Value") for a in root.iter("GenericAttribute") if a.get("Name") == "ActuatingSystemNumberAssignmentClass"
    }
    assert driven == set(roles["control_valve"])
    assert len(roles["instrument"]) == len(list(root.iter("ProcessInstrumentationFunction")))
    outlets = [tag for tag in roles["off_page"] if tag.split(":")[1].startswith("Flow")]
    assert len(outlets) == len(list(root.iter("PipeOffPageConnector")))
    assert len(parsed.warnings) == 4  # the four utility lines that end at the sheet's edge with nothing
    drawn = {tag for one in parsed.connections for tag in (one.source, one.target)}
    assert {item.tag for item in parsed.items} == drawn


@pytest.mark.skipif(not SAMPLE.exists(), reason="the DEXPI reference drawing is not here")
def test_isolation_on_the_reference_drawing() -> None:
    parsed = PARSER.parse(SAMPLE, SAMPLE.name, ())
    found = PlantGraph(parsed.items, parsed.connections).isolation("P-4712")
    assert [one.tag.split(":")[1] for one in found.close] == ["BallValve-1", "BallValve-4"]
    assert found.passed == ("SV 104.01",)  # past it the vessel is reached with nothing to close
    assert [one.tag for one in found.not_isolable] == ["T-4750"]


@pytest.mark.skipif(not NEXT.exists(), reason="the DEXPI 2.0 reference drawing is not here")
def test_dexpi_2_says_so() -> None:
    assert PARSER.accepts(NEXT, NEXT.read_bytes()[:4096]) == "yes"
    with pytest.raises(BadDocument, match=r"DEXPI 2\.0"):
        PARSER.parse(NEXT, NEXT.name, ())
