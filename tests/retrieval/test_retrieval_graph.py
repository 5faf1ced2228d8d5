"""The plant graph on small drawings by hand."""

import pytest

from retrieval.errors import NotFound
from retrieval.graph import PlantGraph
from retrieval.models import Connection, Item

ROLES = {
    "P": "equipment",
    "T": "equipment",
    "HV": "block_valve",
    "NRV": "check_valve",
    "FV": "control_valve",
    "PSV": "relief_valve",
    "OPC": "off_page",
    "TI": "instrument",
    "FIC": "instrument",
    "TEE": "other",
    "DR": "other",
    "BL": "other",
}
CLASSES = {"TEE": "PipeTee", "DR": "Funnel", "BL": "BlindFlange"}


def graph(*pipes: str, signals: str = "", closed: str = "", directed: bool = True) -> PlantGraph:
    """``"T-1 HV-1 P-1"`` is a pipe from T-1 to P-1."""
    links = [
        Connection(source=a, target=b, line=f"L{number}", service="s", directed=directed)
        for number, pipe in enumerate(pipes, 1)
        for a, b in zip(pipe.split(), pipe.split()[1:], strict=False)
    ]
    links += [
        Connection(source=a, target=b, kind="signal") for a, b in (pair.split("-to-") for pair in signals.split())
    ]
    names = dict.fromkeys(end for link in links for end in (link.source, link.target))
    items = [
        Item.model_validate(
            {
                "tag": tag,
                "item_class": CLASSES.get(tag.split("-")[0], "Thing"),
                "role": ROLES[tag.split("-")[0]],
                "drawing_id": "D",
                "position": (0.5, 0.5),
                "normally": "closed" if tag in closed.split() else "open",
            }
        )
        for tag in names
    ]
    return PlantGraph(items, links)


def close(found: PlantGraph, tag: str) -> list[str]:
    return [point.tag for point in found.isolation(tag).close]


def test_the_first_manual_valve_on_every_path_and_no_other_kind() -> None:
    plant = graph("T-1 HV-1 HV-2 P-1", "P-1 TEE-1 NRV-1 HV-3 T-2", "TEE-1 FV-1 HV-4 T-3")
    found = plant.isolation("P-1")
    assert [(point.tag, point.line) for point in found.close] == [("HV-2", "L1"), ("HV-3", "L2"), ("HV-4", "L3")]
    assert found.passed == ("FV-1", "NRV-1")
    assert not found.not_isolable
    assert not found.open_ends


def test_direction_does_not_matter_to_isolation() -> None:
    pipes = ("T-1 HV-1 P-1", "P-1 HV-2 T-2")
    assert close(graph(*pipes), "P-1") == close(graph(*pipes, directed=False), "P-1") == ["HV-1", "HV-2"]


def test_a_valve_before_an_open_end_is_a_drain_and_an_open_end_is_told() -> None:
    found = graph("T-1 HV-1 P-1", "P-1 HV-2 HV-3 DR-1", "P-1 PSV-1 DR-2", "P-1 HV-4 BL-1").isolation("P-1")
    assert [point.tag for point in found.close] == ["HV-1"]
    assert [point.tag for point in found.drains] == ["HV-2", "HV-4"]
    assert found.open_ends == ("DR-2",)
    assert found.passed == ("PSV-1",)


def test_a_blind_end_is_closed() -> None:
    assert graph("T-1 HV-1 P-1", "P-1 BL-1").isolation("P-1").open_ends == ()


def test_equipment_or_another_page_without_a_valve_between_is_told() -> None:
    found = graph("OPC-1 NRV-1 T-1", "T-1 T-2", "T-2 HV-1 T-3").isolation("T-1")
    assert [(end.tag, end.why) for end in found.not_isolable] == [("OPC-1", "off_page"), ("T-2", "equipment")]
    assert found.close == ()  # HV-1 lies behind T-2


def test_a_bypass_that_lies_within_the_boundary_is_closed_too() -> None:
    plant = graph("T-1 HV-1 TEE-1 FV-1 TEE-2 HV-2 T-2", "TEE-1 HV-3 TEE-2")
    assert close(plant, "FV-1") == ["HV-1", "HV-2", "HV-3"]


def test_what_has_no_pipe_cannot_be_isolated() -> None:
    found = graph("T-1 HV-1 P-1", signals="P-1-to-TI-1").isolation("TI-1")
    assert [end.why for end in found.not_isolable] == ["no_process_lines"]


def test_unknown_tags_are_not_found() -> None:
    plant = graph("T-1 HV-1 P-1")
    for ask in (plant.isolation, plant.neighbours, plant.upstream, plant.downstream, plant.loop):
        with pytest.raises(NotFound, match="P-9"):
            ask("P-9")
    with pytest.raises(NotFound, match="P-9"):
        plant.path("T-1", "P-9")


def test_neighbours_look_through_tees_and_keep_the_direction() -> None:
    plant = graph("T-1 TEE-1 HV-1 P-1", "TEE-1 HV-2 P-2", signals="P-1-to-TI-1")
    assert {(one.tag, one.direction) for one in plant.neighbours("HV-1")} == {
        ("T-1", "upstream"),
        ("HV-2", "beside"),
        ("P-1", "downstream"),
    }
    assert ("TI-1", "signal") in {(one.tag, one.direction) for one in plant.neighbours("P-1")}
    assert {one.tag for one in plant.neighbours("T-1")} == {"HV-1", "HV-2"}


def test_upstream_and_downstream_end_at_the_next_equipment_and_pass_no_closed_valve() -> None:
    plant = graph("OPC-1 T-1", "T-1 HV-1 P-1", "P-1 TEE-1 HV-2 T-2", "TEE-1 HV-3 T-3", closed="HV-3")
    assert [route.tags for route in plant.upstream("P-1")] == [("P-1", "HV-1", "T-1")]
    assert [route.tags for route in plant.downstream("P-1")] == [("P-1", "HV-2", "T-2")]


def test_a_path_prefers_the_flow_and_open_valves() -> None:
    plant = graph("T-1 TEE-1 HV-1 P-1 HV-2 TEE-2 T-2", "TEE-1 HV-3 TEE-2", closed="HV-3")
    there, back = plant.path("T-1", "T-2"), plant.path("T-2", "T-1")
    assert there is not None
    assert there.tags == ("T-1", "HV-1", "P-1", "HV-2", "T-2")
    assert back is not None
    assert back.tags == there.tags[::-1]
    assert graph("T-1 P-1", "T-2 P-2").path("T-1", "T-2") is None


def test_a_loop_is_what_looks_at_the_same_thing() -> None:
    plant = graph("T-1 FV-1 T-2", signals="FV-1-to-FIC-1 FV-1-to-TI-1 T-2-to-TI-2")
    assert plant.loop("FV-1") == ("FIC-1", "TI-1")
    assert plant.loop("FIC-1") == ("TI-1",)
