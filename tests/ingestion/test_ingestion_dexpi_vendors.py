"""Files as other exporters write them: other names, other shapes, less than the standard asks for."""

from pathlib import Path

import dexpi_kit as kit
import pytest
from dexpi_kit import component, equipment, generic, items, line, link, nozzle, parse, pipes, proteus, segment, signals

from retrieval.graph import PlantGraph


def _between(*inner: str, first: str = "T-1", second: str = "T-2") -> str:
    """Two tanks with a nozzle each, at (20, 50) and (80, 50)."""
    return proteus(
        equipment("E1", first, nozzle("N1", (20, 50)), spot=(10, 50)),
        equipment("E2", second, nozzle("N2", (80, 50)), spot=(90, 50)),
        *inner,
    )


@pytest.mark.parametrize(
    "said",
    [
        '<Equipment ID="E" ComponentClass="Tank" TagName="T-101"/>',
        f'<Equipment ID="E" ComponentClass="Tank">{generic(TagNameAssignmentClass="T-101")}</Equipment>',
        f'<Equipment ID="E" ComponentClass="Tank">{generic(TagName="T-101")}</Equipment>',
        f'<Equipment ID="E" ComponentClass="Tank">{generic(**{"Item Tag": "T-101"})}</Equipment>',
        '<Equipment ID="E" ComponentClass="Tank"><TagName>T-101</TagName></Equipment>',
        '<Equipment ID="E" ComponentClass="Tank"><GenericAttributes><Attribute Name="TagName" Value="Ｔ－１０１"/>'
        "</GenericAttributes></Equipment>",
        '<p:Equipment xmlns:p="urn:x" ID="E" ComponentClassURI="http://sandbox.dexpi.org/rdl/Tank" TagName="T101"/>',
        '<Equipment ID="E" ComponentClass="tank" ComponentName="TANK_SHAPE" TagName="T 101"/>',
    ],
)
def test_tags_stand_under_many_names(tmp_path: Path, said: str) -> None:
    found = items(parse(tmp_path, proteus(said)))
    assert list(found) == ["T-101"]
    assert found["T-101"].role == "equipment"
    assert found["T-101"].item_class.lower() == "tank"


def test_tags_that_differ_in_a_prefix_stay_apart(tmp_path: Path) -> None:
    text = _between(
        segment("S1", component("V1", "GateValve", "20-HV-101"), link("N1", "N2")),
        segment("S2", component("V2", "GateValve", "21-HV-101"), link("N1", "N2")),
    )
    assert {"20-HV-101", "21-HV-101"} <= set(items(parse(tmp_path, text)))


def test_a_tag_that_two_kinds_of_thing_bear_is_no_one_s(tmp_path: Path) -> None:
    instrument = '<ProcessInstrumentationFunction ID="I1" TagName="FV-101"/>'
    found = items(
        parse(tmp_path, _between(segment("S1", component("V1", "GateValve", "FV-101"), link("N1", "N2")), instrument))
    )
    assert found["FV-101"].role == "block_valve"
    assert found["D-1:I1"].role == "instrument"


@pytest.mark.parametrize(
    ("cls", "role"),
    [
        ("GateValve", "block_valve"),
        ("gate valve", "block_valve"),
        ("GATE_VALVE", "block_valve"),
        ("BALLVALVE", "block_valve"),
        ("WedgeGateValve", "block_valve"),
        ("AngleGlobeValve", "block_valve"),
        ("SwingCheckValve", "check_valve"),
        ("CustomCheckValve", "check_valve"),
        ("SpringLoadedGlobeSafetyValve", "relief_valve"),
        ("RuptureDisc", "relief_valve"),
        ("ThreeWayBallValve", "other"),
        ("OperatedValve", "other"),
        ("CustomOperatedValve", "other"),
        ("WonderValve", "other"),
        ("Strainer", "other"),
    ],
)
def test_only_a_known_manual_valve_counts_as_one_to_close(tmp_path: Path, cls: str, role: str) -> None:
    parsed = parse(tmp_path, _between(segment("S1", component("V1", cls, "XV-9"), link("N1", "N2"))))
    assert items(parsed)["XV-9"].role == role
    found = PlantGraph(parsed.items, parsed.connections).isolation("T-1")
    assert [one.tag for one in found.close] == (["XV-9"] if role == "block_valve" else [])
    assert [one.tag for one in found.not_isolable] == ([] if role == "block_valve" else ["T-2"])
    if role != "block_valve" and "Valve" in cls:
        assert found.passed == ("XV-9",)  # never as if it were not there


def test_a_symbol_s_name_does_not_make_a_valve_to_close(tmp_path: Path) -> None:
    valve = '<PipingComponent ID="V1" TagName="HV-1" ComponentName="GATE_VALVE_SHAPE"/>'
    parsed = parse(tmp_path, _between(segment("S1", valve, link("N1", "N2"))))
    assert (items(parsed)["HV-1"].role, items(parsed)["HV-1"].item_class) == ("other", "GateValve")
    assert any("HV-1: its class is not stated" in warning for warning in parsed.warnings)


@pytest.mark.parametrize("said", ["NormallyClosed", "closed", "NC", "Locked Closed", "LC"])
def test_the_normal_position_is_read_in_its_many_words(tmp_path: Path, said: str) -> None:
    valve = component("V1", "GateValve", "HV-1", extra=generic(ValvePosition=said))
    assert items(parse(tmp_path, _between(segment("S1", valve, link("N1", "N2")))))["HV-1"].normally == "closed"


def test_a_segment_may_name_its_ends_itself(tmp_path: Path) -> None:
    text = _between(
        '<PipingNetworkSegment ID="S1" FromID="N1" ToID="N2"/>',
        '<PipingNetworkSegment ID="S2"><SourceItem ItemID="N2"/><TargetItem ItemID="N1"/></PipingNetworkSegment>',
    )
    parsed = parse(tmp_path, text)
    assert pipes(parsed) == [("T-1", "T-2"), ("T-2", "T-1")]
    assert not parsed.warnings


def test_ends_may_be_nodes_nozzles_equipment_or_segments(tmp_path: Path) -> None:
    text = proteus(
        equipment("E1", "T-1", '<Nozzle ID="N1"><ConnectionPoints><Node ID="N1.1"/></ConnectionPoints></Nozzle>'),
        equipment("E2", "T-2"),
        segment("S1", component("V1", "GateValve", "HV-1"), link("N1.1", "S2")),
        segment("S2", component("V2", "GateValve", "HV-2"), link("S1", "E2")),
    )
    parsed = parse(tmp_path, text)
    assert set(pipes(parsed)) == {("T-1", "HV-1"), ("HV-1", "HV-2"), ("HV-2", "T-2")}
    assert parsed.warnings == ("D-1: the file carries no positions; items are laid out in order of flow",)
    assert next(one for one in parsed.connections if one.target == "HV-1").source_port == "N1"


def test_several_connections_keep_what_stands_between(tmp_path: Path) -> None:
    inner = [component("V1", "GateValve", "HV-1"), component("J", "PipeTee"), component("V2", "GateValve", "HV-2")]
    parsed = parse(tmp_path, _between(segment("S1", *inner, link("N1", "J"), link("J", "N2"))))
    assert pipes(parsed) == [("T-1", "HV-1"), ("HV-1", "D-1:J"), ("D-1:J", "HV-2"), ("HV-2", "T-2")]


def test_without_connections_geometry_joins_and_says_so(tmp_path: Path) -> None:
    valve = component("V1", "GateValve", "HV-1", (48, 50), (52, 50))
    parsed = parse(tmp_path, _between(segment("S1", line((20, 50), (48, 50)), valve, line((52, 50), (80, 50)))))
    assert pipes(parsed) == [("T-1", "HV-1"), ("HV-1", "T-2")]
    first, second = (one for one in parsed.connections if one.kind == "process")
    assert first.inferred
    assert first.origin == "S1: start inferred from geometry, the line ends at nozzle N1 of T-1"
    assert not first.directed  # nothing says which way it flows
    assert (first.source_port, second.target_port) == ("N1", "N2")
    assert not parsed.warnings


@pytest.mark.parametrize(("turned", "flow"), [((1, 0), ("T-1", "T-2")), ((-1, 0), ("T-2", "T-1"))])
def test_a_flow_arrow_gives_the_direction(tmp_path: Path, turned: kit.Spot, flow: tuple[str, str]) -> None:
    arrow = f'<PipeFlowArrow ID="A">{kit.at((50, 50), turned)}</PipeFlowArrow>'
    parsed = parse(tmp_path, _between(segment("S1", line((20, 50), (80, 50)), arrow)))
    assert pipes(parsed) == [flow]
    assert next(one for one in parsed.connections if one.kind == "process").directed


def test_an_arrow_against_the_connection_leaves_the_direction_open(tmp_path: Path) -> None:
    def drawn(turned: kit.Spot, points: tuple[kit.Spot, kit.Spot]) -> bool:
        arrow = f'<PipeFlowArrow ID="A">{kit.at((50, 50), turned)}</PipeFlowArrow>'
        parsed = parse(tmp_path, _between(segment("S1", line(*points), arrow, link("N1", "N2"))))
        assert any("arrow" in warning for warning in parsed.warnings) is (turned == (-1, 0))
        return next(one for one in parsed.connections if one.kind == "process").directed

    assert drawn((1, 0), ((20, 50), (80, 50)))
    assert drawn((1, 0), ((80, 50), (20, 50)))  # drawn backwards, which says nothing of the flow
    assert not drawn((-1, 0), ((20, 50), (80, 50)))


def test_where_two_things_lie_at_one_point_none_is_chosen(tmp_path: Path) -> None:
    text = _between(equipment("E3", "T-3", nozzle("N3", (80, 50))), segment("S1", line((20, 50), (80, 50))))
    parsed = parse(tmp_path, text)
    assert [source for source, _ in pipes(parsed)] == ["T-1"]
    assert items(parsed)["D-1:S1 end"].item_class == "UnconnectedEnd"
    assert any("two things lie where it ends (T-2, T-3)" in warning for warning in parsed.warnings)


def test_a_line_that_ends_on_another_is_a_branch_of_it(tmp_path: Path) -> None:
    text = _between(
        equipment("E3", "T-3", nozzle("N3", (50, 90))),
        segment("S1", line((20, 50), (80, 50)), link("N1", "N2")),
        segment("S2", line((50, 50), (50, 90)), '<Connection ToID="N3"/>'),
    )
    parsed = parse(tmp_path, text)
    graph = PlantGraph(parsed.items, parsed.connections)
    assert {one.tag for one in graph.isolation("T-3").not_isolable} == {"T-1", "T-2"}
    joint = next(item for item in parsed.items if item.inferred)
    assert joint.item_class == "PipeTee"
    assert all(one.inferred for one in parsed.connections if joint.tag in (one.source, one.target))


def test_two_lines_that_meet_end_to_end_are_one_way(tmp_path: Path) -> None:
    text = _between(segment("S1", line((20, 50), (50, 50))), segment("S2", line((50, 50), (80, 50))))
    parsed = parse(tmp_path, text)
    route = PlantGraph(parsed.items, parsed.connections).path("T-1", "T-2")
    assert route is not None
    assert route.tags == ("T-1", "T-2")


def test_parts_count_as_their_equipment_and_what_has_a_tag_as_itself(tmp_path: Path) -> None:
    shell = equipment("C1", "C-1", nozzle("N5"), cls="Chamber")
    motor, inner = equipment("M1", "M-4", cls="ElectricMotor"), equipment("E9", "E-9", cls="HeatExchanger")
    text = proteus(
        equipment("E1", "H-1", shell, motor, inner, cls="TubularHeatExchanger"),
        equipment("E2", "T-2", nozzle("N2")),
        segment("S1", link("N5", "N2")),
    )
    parsed = parse(tmp_path, text)
    assert [item.tag for item in parsed.items if item.role == "equipment"] == ["H-1", "M-4", "E-9", "T-2"]
    assert ("H-1", "T-2") in pipes(parsed)
    found = PlantGraph(parsed.items, parsed.connections).isolation("H-1")
    assert {one.tag for one in found.not_isolable} == {"T-2", "E-9"}  # the motor passes no fluid


@pytest.mark.parametrize(
    ("connector", "leads"),
    [
        (
            '<PipeOffPageConnector ID="O1" ComponentClass="FlowOutPipeOffPageConnector"><PipeOffPageConnectorReference '
            'ComponentClass="PipeOffPageConnectorReferenceByNumber">'
            f"{generic(ReferencedDrawingNumberAssignmentClass='PID-2', ReferencedConnectorNumberAssignmentClass='17')}"
            "</PipeOffPageConnectorReference></PipeOffPageConnector>",
            "drawing PID-2, connector 17",
        ),
        (
            '<PipeConnectorSymbol ID="O1"><CrossPageConnection DrawingName="PID-2" LinkLabel="B7"/>'
            "</PipeConnectorSymbol>",
            "drawing PID-2, connector B7",
        ),
        (f'<PipeConnectorSymbol ID="O1">{generic(PairedDrawingNumber="PID-2")}</PipeConnectorSymbol>', "drawing PID-2"),
    ],
)
def test_an_off_page_connector_says_where_it_leads(tmp_path: Path, connector: str, leads: str) -> None:
    parsed = parse(tmp_path, proteus(equipment("E1", "T-1", nozzle("N1")), segment("S1", connector, link("N1", "O1"))))
    found = items(parsed)["D-1:O1"]
    assert (found.role, found.refers_to) == ("off_page", leads)
    assert pipes(parsed) == [("T-1", "D-1:O1")]
    assert any(leads in span.text for block in parsed.blocks for span in block.spans)


def _instrument(ident: str, letters: str, number: str, *inner: str) -> str:
    said = generic(
        ProcessInstrumentationFunctionCategoryAssignmentClass=letters[:1],
        ProcessInstrumentationFunctionsAssignmentClass=letters[1:],
        ProcessInstrumentationFunctionNumberAssignmentClass=number,
    )
    return f'<ProcessInstrumentationFunction ID="{ident}">{said}{"".join(inner)}</ProcessInstrumentationFunction>'


def test_signals_follow_associations_where_no_connection_is_drawn(tmp_path: Path) -> None:
    measures = (
        '<ProcessSignalGeneratingFunction ID="G"><Association Type="is located in" ItemID="N1"/>'
        '</ProcessSignalGeneratingFunction><InformationFlow ID="F"><Association Type="has logical start" ItemID="G"/>'
        '<Association Type="has logical end" ItemID="I1"/></InformationFlow>'
    )
    acts = '<ActuatingFunction ID="A"><Association Type="is fulfilled by" ItemID="Y"/></ActuatingFunction>'
    drive = (
        '<ActuatingSystem ID="Y"><ActuatingSystemComponent ID="Y1" ComponentClass="OperatedValveReference">'
        '<Association Type="refers to" ItemID="V1"/></ActuatingSystemComponent></ActuatingSystem>'
    )
    loop = f'<InstrumentationLoopFunction ID="L">{generic(InstrumentationLoopFunctionNumberAssignmentClass="101")}'
    loop += '<Association Type="is a collection including" ItemID="I1"/></InstrumentationLoopFunction>'
    valve = segment("S1", component("V1", "GlobeValve", "FV-101"), link("N1", "N2"))
    wire = '<SignalLine ID="W"><Connection FromID="I1" ToID="I2"/></SignalLine>'
    parsed = parse(
        tmp_path,
        _between(
            valve, _instrument("I1", "FIC", "101", measures, acts), _instrument("I2", "FAH", "101"), drive, wire, loop
        ),
    )
    assert set(signals(parsed)) == {("T-1", "FIC-101"), ("FIC-101", "FV-101"), ("FIC-101", "FAH-101")}
    found = items(parsed)
    assert found["FV-101"].role == "control_valve"
    assert (found["FIC-101"].loop, found["FAH-101"].loop) == ("F-101", "F-101")
    assert {one.origin for one in parsed.connections if one.kind == "signal"} == {"F", "A", "W"}
    assert next(one for one in parsed.connections if one.target == "FIC-101").source_port == "N1"


@pytest.mark.parametrize(
    ("letters", "number", "loop"), [("PDIC", "7", "PD-7"), ("TICSA", "102A", "T-102A"), ("LSHH", "3", "L-3")]
)
def test_loops_follow_from_tags_where_the_file_has_none(tmp_path: Path, letters: str, number: str, loop: str) -> None:
    found = items(parse(tmp_path, proteus(_instrument("I1", letters, number))))
    assert [item.loop for item in found.values()] == [loop]


def test_old_instruments_on_a_pipe_let_it_through(tmp_path: Path) -> None:
    meter = '<ProcessInstrument ID="I1" TagName="FE-101" ComponentClass="OrificePlate"/>'
    parsed = parse(tmp_path, _between(segment("S1", meter, link("N1", "N2"))))
    assert pipes(parsed) == [("T-1", "FE-101"), ("FE-101", "T-2")]
    assert items(parsed)["FE-101"].role == "instrument"
    assert [one.tag for one in PlantGraph(parsed.items, parsed.connections).isolation("T-1").not_isolable] == ["T-2"]


def test_without_positions_items_are_laid_out_and_marked(tmp_path: Path) -> None:
    text = proteus(
        equipment("E1", "T-1", nozzle("N1")),
        equipment("E2", "T-2", nozzle("N2")),
        segment("S1", component("V1", "GateValve", "HV-1"), link("N1", "N2")),
        extent=None,
    )
    parsed = parse(tmp_path, text)
    assert all(item.inferred for item in parsed.items)
    assert any("the file carries no positions" in warning for warning in parsed.warnings)
    found = items(parsed)
    assert found["T-1"].position[0] < found["HV-1"].position[0] < found["T-2"].position[0]
    assert parse(tmp_path, text).items == parsed.items


def test_one_item_without_a_position_stands_beside_what_it_joins(tmp_path: Path) -> None:
    valve = component("V1", "GateValve", "HV-1", extra=kit.at((float("nan"), 5)))
    parsed = parse(tmp_path, _between(segment("S1", valve, link("N1", "N2"))))
    found = items(parsed)["HV-1"]
    assert found.inferred
    assert 0.05 < found.position[0] < 0.45
    assert any("gives no position for HV-1" in warning for warning in parsed.warnings)
    assert not items(parsed)["T-1"].inferred


def test_a_profile_s_names_count_in_dexpi_2(tmp_path: Path) -> None:
    """As Norwegian operators export: names of a profile, references without an ID, breaks between line numbers."""
    valve = kit.obj(
        "Plant/Piping.BallValve",
        "V1",
        kit.profile("ObjectDisplayName", "D-VB20-0004"),
        '<Data property="DiscProfile/ValvePosition"><DataReference data="DiscProfile/X.ValvePosition.NormallyOpen"/>'
        "</Data>",
    )
    reference = kit.obj(
        "Plant/Piping.PipeOffPageConnectorReferenceByNumber",
        "",
        kit.data(ReferencedConnectorNumber="123", ReferencedDrawingNumber="C01_NOA1"),
    )
    connector = kit.obj(
        "Plant/Piping.FlowOutPipeOffPageConnector",
        "O1",
        kit.parts("ConnectorReference", reference),
        kit.data(PipeConnectorNumber="123"),
    )
    gauge = kit.obj(
        "DiscProfile/InformationModel.LevelMeasuringInstrumentNuclear", "G1", kit.profile("ItemTag", "D-20LE0008")
    )
    change = kit.obj("Plant/Piping.PropertyBreak", "B1")
    text = kit.model(
        kit.parts("TaggedPlantItems", kit.tank("T1", "D-20HA002", "N01")),
        kit.parts(
            "PipingNetworkSystems",
            kit.system(
                "S1", kit.run("R1", kit.pipe("P1", "N01", "G1"), kit.pipe("P2", "G1", "B1"), held=(gauge, change))
            ),
            kit.system(
                "S2",
                kit.run("R2", kit.pipe("P3", "B1", "V1"), kit.pipe("P4", "V1", "O1"), held=(valve, connector)),
                said=kit.profile("LineDescription", "D-20L00004B-1400PL-AS200-") + kit.profile("ProductCode", "PL"),
            ),
        ),
    )
    parsed = parse(tmp_path, text)
    found = items(parsed)
    assert pipes(parsed) == [
        ("D-20HA002", "D-20LE0008"),
        ("D-20LE0008", "D-2:B1"),
        ("D-2:B1", "D-VB20-0004"),
        ("D-VB20-0004", "D-2:O1"),
    ]
    assert (found["D-VB20-0004"].role, found["D-VB20-0004"].normally) == ("block_valve", "open")
    assert found["D-2:O1"].refers_to == "drawing C01_NOA1, connector 123"
    assert {(one.line, one.fluid) for one in parsed.connections if one.target == "D-2:O1"} == {
        ("D-20L00004B-1400PL-AS200-", "PL")
    }


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_the_file_s_parts_is_no_matter(tmp_path: Path, turned: bool) -> None:
    """Some list all components first, and lines in any order."""
    valves = [
        component("V1", "GateValve", "HV-1", (38, 50), (42, 50)),
        component("V2", "GateValve", "HV-2", (58, 50), (62, 50)),
    ]
    drawn = [line((20, 50), (38, 50)), line((42, 50), (58, 50)), line((62, 50), (80, 50))]
    body = [*valves[:: -1 if turned else 1], *drawn]
    parsed = parse(tmp_path, _between(segment("S1", *body)))
    assert set(pipes(parsed)) == {("T-1", "HV-1"), ("HV-1", "HV-2"), ("HV-2", "T-2")}
    assert not parsed.warnings


def test_custom_attributes_of_dexpi_2_are_no_parts(tmp_path: Path) -> None:
    said = kit.obj("Core/CustomStringAttribute", "", kit.data(AttributeName="Description", Value="Buffer tank"))
    found = kit.tank("T1", "T-1", inner=kit.parts("CustomAttributes", said))
    parsed = parse(tmp_path, kit.model(kit.parts("TaggedPlantItems", found)))
    text = "\n".join(span.text for block in parsed.blocks for span in block.spans)
    assert "T-1 Buffer tank" in text
    assert "part 部件" not in text
