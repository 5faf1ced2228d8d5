"""Our own P&IDs at ten seeds against the plant model, from the file to the graph."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.pid import write_pid
from demo.plant import Plant, build
from ingestion.parsers.base import Parsed
from ingestion.parsers.dexpi import PARSER
from retrieval.graph import PlantGraph
from retrieval.models import SheetLocator

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
    items = {item.tag: item for item in parsed.items if item.role != "nozzle"}
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
    silent = {part.tag for part in plant.parts if part.role == "tee"}
    silent |= {item.tag for item in parsed.items if item.role == "nozzle"}
    lines = {pipe.line for pipe in plant.pipes}
    assert set(told) == {item.tag for item in parsed.items} - silent | {f"PID-{plant.unit}-001"} | lines
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


@pytest.mark.parametrize(
    ("name", "start", "judged"),
    [
        ("a.xml", b"<?xml version='1.0'?>\n<PlantModel>", "yes"),
        ("a.dexpi", b"\xef\xbb\xbf<p:PlantModel xmlns:p='urn:x'>", "yes"),
        ("a.xml", "\ufeff<PlantModel>".encode("utf-16-le"), "yes"),
        ("a.xml", b"<Model name='m'><Import source='https://data.dexpi.org/models/2.0.0/Plant.xml'/>", "yes"),
        ("a.xml", b"<?xml version='1.0'?><!DOCTYPE x", "maybe"),
        ("a.md", b"# How DEXPI names a <PlantModel>", "no"),
        ("a.xml", b"%PDF-1.7", "no"),
        ("a.csv", b"Order,Asset\n", "no"),
    ],
)
def test_what_is_a_drawing_is_judged_by_its_start(name: str, start: bytes, judged: str) -> None:
    assert PARSER.accepts(Path(name), start) == judged


def test_every_nozzle_is_an_item_that_a_pipe_ends_at(read: tuple[Plant, Parsed]) -> None:
    _, parsed = read
    nozzles = {item.tag for item in parsed.items if item.role == "nozzle"}
    ports = {f"{one.source}/{one.source_port}" for one in parsed.connections if one.source_port}
    ports |= {f"{one.target}/{one.target_port}" for one in parsed.connections if one.target_port}
    assert nozzles == ports
    assert len(nozzles) > 10
    fixed = {(one.source, one.target) for one in parsed.connections if one.kind == "mechanical"}
    assert {tag.partition("/")[0] for tag in nozzles} == {source for source, _ in fixed}


def test_loops_are_those_of_isa_5_1(tmp_path: Path) -> None:
    parsed = PARSER.parse(write_pid(build(1), tmp_path), "pid_unit.xml", ())
    loops = {item.tag: item.loop for item in parsed.items if item.role == "instrument"}
    assert loops
    for tag, loop in loops.items():
        assert loop.partition("-")[0] in ("P", "T", "L", "F", "PD", "S", "I", "V", "Z", "Q", "A", "C", "X", "H"), tag
        assert loop.partition("-")[2].isalnum(), tag


def test_every_edge_says_where_it_comes_from(read: tuple[Plant, Parsed]) -> None:
    _, parsed = read
    assert all(one.origin != "drawn" and not one.inferred for one in parsed.connections)
    assert all(one.line and one.fluid and one.diameter for one in parsed.connections if one.kind == "process")
