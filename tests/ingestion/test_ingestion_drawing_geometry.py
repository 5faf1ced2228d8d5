"""What counts as joined and what does not, on sheets of a few lines each."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing_kit import Poly, Primitive, Round, Words, new_dxf, write_dxf

from ingestion.parsers.base import Parsed
from ingestion.parsers.dxf import PARSER

Point = tuple[float, float]


def _line(*points: Point, dashed: bool = False) -> Poly:
    return Poly(points, 0.5, dashed)


def _valve(x: float, y: float, tag: str = "") -> list[Primitive]:
    bow = tuple((x + dx, y + dy) for dx, dy in ((-6, 3.4), (-6, -3.4), (6, 3.4), (6, -3.4), (-6, 3.4)))
    return [Poly(bow, 0.35), *([Words(tag, (x, y + 8), 4)] if tag else [])]


def _pump(x: float, y: float, tag: str) -> list[Primitive]:
    return [Round((x, y), 12), Words(tag, (x, y + 18), 4)]


def _four() -> list[Primitive]:
    """P-101 left, P-102 right, P-103 above and P-104 below of a crossing at (150, 150)."""
    at = {"P-101": (60, 150), "P-102": (240, 150), "P-103": (150, 240), "P-104": (150, 60)}
    return [part for tag, (x, y) in at.items() for part in _pump(x, y, tag)]


def _read(folder: Path, sheet: Sequence[Primitive]) -> Parsed:
    return PARSER.parse(write_dxf(sheet, folder / "sheet.dxf"), "sheet.dxf", ())


def _pairs(parsed: Parsed) -> set[tuple[str, str]]:
    """Ends of each connection in order, branches by the word."""
    names = {item.tag: item.tag.partition(":")[2] or item.tag for item in parsed.items}
    pairs = [sorted((names[one.source], names[one.target])) for one in parsed.connections]
    return {(one[0], one[1]) for one in pairs}


ACROSS, UP = _line((72, 150), (228, 150)), _line((150, 72), (150, 228))
CROSSING = {("P-101", "P-102"), ("P-103", "P-104")}
JOINED = {("P-101", "tee 1"), ("P-102", "tee 1"), ("P-103", "tee 1"), ("P-104", "tee 1")}


def test_lines_that_cross_are_not_joined(tmp_path: Path) -> None:
    assert _pairs(_read(tmp_path, [*_four(), ACROSS, UP])) == CROSSING


def test_a_dot_joins_lines_that_cross(tmp_path: Path) -> None:
    dot = Round((150, 150), 1.1, filled=True)
    assert _pairs(_read(tmp_path, [*_four(), ACROSS, UP, dot])) == JOINED


def test_four_ends_without_a_dot_are_a_crossing_and_said_to_be(tmp_path: Path) -> None:
    ends: list[Point] = [(72, 150), (228, 150), (150, 72), (150, 228)]
    parsed = _read(tmp_path, [*_four(), *[_line(end, (150, 150)) for end in ends]])
    assert _pairs(parsed) == CROSSING
    assert any("lines cross on page 1 at 50 %" in said and "read as no branch" in said for said in parsed.warnings)


def test_a_line_that_breaks_off_to_let_another_pass_goes_on(tmp_path: Path) -> None:
    broken = [_line((150, 72), (150, 146)), _line((150, 154), (150, 228))]
    assert _pairs(_read(tmp_path, [*_four(), ACROSS, *broken])) == CROSSING


def test_a_line_that_hops_over_another_goes_on(tmp_path: Path) -> None:
    hop: list[Primitive] = [_line((150, 72), (150, 147)), Round((150, 150), 3, -90, 90), _line((150, 153), (150, 228))]
    assert _pairs(_read(tmp_path, [*_four(), ACROSS, *hop])) == CROSSING


def test_a_gap_that_nothing_explains_is_no_pipe(tmp_path: Path) -> None:
    parsed = _read(tmp_path, [*_pump(60, 150, "P-101"), *_pump(240, 150, "P-102"), _line((72, 150), (140, 150)),
                              _line((160, 150), (228, 150))])  # fmt: skip
    assert _pairs(parsed) == {("P-101", "open end 1"), ("P-102", "open end 2")}
    assert sum("ends at nothing; what lies behind it is not known" in said for said in parsed.warnings) == 2
    ends = [item for item in parsed.items if item.item_class == "UnconnectedEnd"]
    assert {item.role for item in ends} == {"off_page"}  # an isolation must not take it for closed


def test_a_line_goes_on_behind_its_own_number(tmp_path: Path) -> None:
    parsed = _read(tmp_path, [*_pump(60, 150, "P-101"), *_pump(240, 150, "P-102"), _line((72, 150), (128, 150)),
                              _line((172, 150), (228, 150)), Words('4"-CWS-101', (150, 150), 4)])  # fmt: skip
    assert _pairs(parsed) == {("P-101", "P-102")}
    assert [one.line for one in parsed.connections] == ['4"-CWS-101']


def test_an_end_on_a_line_is_a_branch(tmp_path: Path) -> None:
    sheet = [*_four(), ACROSS, _line((150, 150), (150, 228))]
    assert _pairs(_read(tmp_path, sheet)) == JOINED - {("P-104", "tee 1")}


def test_a_pipe_drawn_through_a_valve_ends_on_both_sides(tmp_path: Path) -> None:
    sheet = [*_pump(60, 150, "P-101"), *_pump(240, 150, "P-102"), *_valve(150, 150, "HV-101"), ACROSS]
    assert _pairs(_read(tmp_path, sheet)) == {("HV-101", "P-101"), ("HV-101", "P-102")}


def test_a_tag_between_two_valves_names_neither(tmp_path: Path) -> None:
    sheet = [*_pump(60, 150, "P-101"), *_pump(240, 150, "P-102"), *_valve(140, 150), *_valve(160, 150), ACROSS,
             Words("HV-101", (150, 158), 4)]  # fmt: skip
    parsed = _read(tmp_path, sheet)
    assert _pairs(parsed) == {("P-101", "valve 1"), ("valve 1", "valve 2"), ("P-102", "valve 2")}
    assert any(said.startswith("sheet.dxf: HV-101 on page 1 at") and "not clear" in said for said in parsed.warnings)
    assert {item.tag: item.role for item in parsed.items}["sheet:valve 1"] == "other"  # not known to be a hand valve


def test_what_no_line_leads_to_is_named(tmp_path: Path) -> None:
    parsed = _read(tmp_path, [*_pump(60, 150, "P-101"), *_pump(240, 150, "P-102"), ACROSS, *_pump(150, 60, "P-103"),
                              Words("HV-102", (60, 40), 4)])  # fmt: skip
    assert "sheet.dxf: P-103 on page 1: no line could be traced to it" in parsed.warnings or any(
        "P-103 on page 1" in said for said in parsed.warnings
    )
    assert any(said.startswith("sheet.dxf: HV-102 on page 1") for said in parsed.warnings)


def test_plotted_dashes_are_one_signal_line(tmp_path: Path) -> None:
    dashes = [_line((150, 161 + 5 * n), (150, 164 + 5 * n)) for n in range(13)]
    balloon: list[Primitive] = [Round((150, 233), 9), Words("FIC", (150, 236), 4), Words("101", (150, 229), 4)]
    pipe = [*_pump(60, 150, "P-101"), *_pump(240, 150, "P-102"), ACROSS, *_valve(150, 150, "FV-101")]
    stem: list[Primitive] = [_line((150, 150), (150, 156)), _line((145, 156), (155, 156)), Round((150, 156), 5, 0, 180)]
    parsed = _read(tmp_path, [*pipe, *stem, *dashes, *balloon])
    signals = [(one.source, one.target) for one in parsed.connections if one.kind == "signal"]
    assert signals == [("FV-101", "FIC-101")]


def test_frames_notes_and_tables_make_no_items(tmp_path: Path) -> None:
    grid = [_line((300, y), (400, y)) for y in (20, 30, 40, 50)] + [_line((x, 20), (x, 50)) for x in (300, 350, 400)]
    words = [Words("P-101", (325, 45), 3), Words("see P-999 on the next sheet, please.", (100, 20), 3)]
    parsed = _read(tmp_path, [*_pump(60, 150, "P-101"), *_pump(240, 150, "P-102"), ACROSS, *grid, *words])
    assert {item.tag for item in parsed.items} == {"P-101", "P-102"}
    assert _pairs(parsed) == {("P-101", "P-102")}
    assert {item.tag: item.position for item in parsed.items}["P-101"][1] < 0.6  # the pump, not the table


@pytest.mark.parametrize(
    ("block", "tag", "role"),
    [("GATE_VALVE", "HV-101", "block_valve"), ("VALVE", "XV-101", "control_valve"), ("止回阀", "V-101", "check_valve"),
     ("BALL-VALVE", "", "block_valve"), ("VLV-STD", "", "other")],
)  # fmt: skip
def test_blocks_are_read_by_name_and_attributes(tmp_path: Path, block: str, tag: str, role: str) -> None:
    document = new_dxf()
    shape = document.blocks.new(block)
    shape.add_lwpolyline([(-6, -3), (6, 3), (6, -3), (-6, 3), (-6, -3)])
    shape.add_attdef("TAG", (0, 6), dxfattribs={"height": 4})
    space = document.modelspace()
    for x, name in ((60, "P-101"), (240, "P-102")):
        space.add_circle((x, 150), 12)
        space.add_text(name, height=4).set_placement((x - 8, 166))
    space.add_line((72, 150), (144, 150))
    space.add_line((156, 150), (228, 150))
    placed = space.add_blockref(block, (150, 150))
    if tag:
        placed.add_auto_attribs({"TAG": tag})
    path = tmp_path / "sheet.dxf"
    document.saveas(path)
    parsed = PARSER.parse(path, "sheet.dxf", ())
    valve = next(item for item in parsed.items if item.item_class.endswith("Valve"))
    assert (valve.role, valve.tag) == (role, tag or f"sheet:{'ball valve' if 'BALL' in block else 'valve'} 1")
    ends = {frozenset((one.source, one.target)) for one in parsed.connections}
    assert ends == {frozenset(("P-101", valve.tag)), frozenset((valve.tag, "P-102"))}
