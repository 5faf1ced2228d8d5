"""The demo sheet, drawn as PDF and as DXF, is read back and compared with the plant model it came from."""

from collections.abc import Callable
from pathlib import Path

import pytest
from drawing_kit import A1, Point, Words, write_dxf, write_pdf
from drawing_plant import Expected, expected, places, primitives

from demo.plant import build
from ingestion.parsers.base import Parsed
from ingestion.parsers.drawing_pdf import PARSER as PDF
from ingestion.parsers.dxf import PARSER as DXF
from retrieval.graph import PlantGraph
from retrieval.sheets.dxf_files import extent, layouts, open_dxf

SEEDS = (1, 7, 11)
_WRITERS: dict[str, Callable[[int, Path], Path]] = {
    "pdf": lambda seed, folder: write_pdf(primitives(seed), folder / "sheet.pdf"),
    "dxf": lambda seed, folder: write_dxf(primitives(seed), folder / "sheet.dxf"),
    "dxf-r12-exploded": lambda seed, folder: write_dxf(
        primitives(seed), folder / "sheet.dxf", version="R12", exploded=True
    ),
    "dxf-r2018-binary": lambda seed, folder: write_dxf(
        primitives(seed), folder / "sheet.dxf", version="R2018", binary=True
    ),
}
Case = tuple[int, Expected, Parsed, dict[str, str]]


@pytest.fixture(scope="module", params=[(seed, kind) for seed in SEEDS for kind in _WRITERS], ids=str)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The seed, what is expected, what was read, and what ``expected`` calls each item."""
    seed, kind = request.param
    path = _WRITERS[kind](seed, tmp_path_factory.mktemp("drawings"))
    low, high = _corners(path)
    parsed = (PDF if kind == "pdf" else DXF).parse(path, path.name, ())
    return seed, expected(seed), parsed, places(parsed.items, low, high)


def _corners(path: Path) -> tuple[Point, Point]:
    if path.suffix == ".pdf":
        return (0.0, 0.0), A1
    document, _ = open_dxf(path, path.name)
    area = extent(layouts(document)[0])
    return area.low, area.high


def test_every_tag_is_found_and_no_other(case: Case) -> None:
    _, want, parsed, _ = case
    assert {item.tag for item in parsed.items if ":" not in item.tag} == want.tags


def test_pipes_are_traced_exactly(case: Case) -> None:
    _, want, parsed, names = case
    traced = [frozenset((names[one.source], names[one.target])) for one in parsed.connections if one.kind == "process"]
    assert set(traced) - set(want.process) == set()  # no false edge
    assert set(want.process) - set(traced) == set()  # none missed
    assert len(traced) == len(set(traced))


def test_signals_are_traced_exactly(case: Case) -> None:
    _, want, parsed, names = case
    traced = {frozenset((names[one.source], names[one.target])) for one in parsed.connections if one.kind == "signal"}
    assert traced == want.signals


def test_arrows_give_the_direction_and_nothing_else_does(case: Case) -> None:
    _, want, parsed, names = case
    directed = [one for one in parsed.connections if one.directed]
    assert len(directed) >= 0.8 * len(want.process)
    for one in directed:
        source, target = names[one.source], names[one.target]
        assert want.process[frozenset((source, target))][:2] == (source, target)


def test_no_line_number_is_wrong_and_what_is_not_clear_is_reported(case: Case) -> None:
    seed, want, parsed, names = case
    lines = {one.line for one in parsed.connections if one.line}
    for one in parsed.connections:
        if one.line:
            assert one.line == want.process[frozenset((names[one.source], names[one.target]))][2]
    for pipe in build(seed).pipes:
        assert pipe.line in lines or any(f"line {pipe.line} on page 1" in said for said in parsed.warnings), pipe.line


def test_everything_says_that_it_is_inferred_and_whence(case: Case) -> None:
    _, _, parsed, _ = case
    assert all(item.inferred for item in parsed.items)
    assert {(one.origin, one.inferred) for one in parsed.connections} == {("traced on page 1", True)}


def test_roles_are_those_that_letters_and_looks_prove(case: Case) -> None:
    seed, _, parsed, _ = case
    items = {item.tag: item for item in parsed.items}
    for part in build(seed).parts:
        if part.role == "tee":
            continue
        in_line = part.role == "open_end" or part.dexpi_class == "Strainer"
        assert items[part.tag].role == ("other" if in_line else part.role), part.tag
        assert (items[part.tag].normally == "closed") == (part.normally == "closed"), part.tag
    for instrument in build(seed).instruments:
        assert items[instrument.tag].role == "instrument"
        assert items[instrument.tag].loop.endswith(instrument.tag.partition("-")[2])


def test_isolation_of_the_pumps_is_the_models(case: Case) -> None:
    seed, _, parsed, _ = case
    plant, graph = build(seed), PlantGraph(parsed.items, parsed.connections)
    for letter in "AB":
        close = {point.tag for point in graph.isolation(plant.tag(f"P-{letter}")).close}
        assert {plant.tag(f"HV-{letter}-suc"), plant.tag(f"HV-{letter}-dis")} <= close
        assert [point.tag for point in graph.isolation(plant.tag(f"P-{letter}")).drains] == [
            plant.tag(f"HV-{letter}-drain")
        ]


def test_title_block_is_read(case: Case) -> None:
    seed, _, parsed, _ = case
    plant = build(seed)
    assert parsed.title == f"PID-{plant.unit}-001 P&ID Unit {plant.unit}: feed, heating and dosing"
    assert parsed.revision == "ABCD"[seed % 4]
    assert parsed.effective_date == f"2026-0{1 + seed % 6}-{10 + seed % 18}"


def test_every_text_of_the_sheet_stands_in_a_passage(case: Case) -> None:
    seed, _, parsed, _ = case
    said = "\n".join(span.text for block in parsed.blocks for span in block.spans)
    halves = {text for one in build(seed).instruments for text in one.tag.split("-")} | {
        "NC"
    }  # of balloons; NC is told
    for one in primitives(seed):
        if isinstance(one, Words) and one.text not in halves:
            assert one.text.replace("  ", " ") in said, one.text


def test_a_set_of_sheets_is_read_page_by_page(tmp_path: Path) -> None:
    path = write_pdf(primitives(1), tmp_path / "set.pdf", A1, primitives(7))
    parsed = PDF.parse(path, "set.pdf", ())
    assert parsed.pages == 2
    assert {(item.drawing_id, item.page) for item in parsed.items} == {("PID-100-001", 1), ("PID-600-001", 2)}
    assert {one.origin for one in parsed.connections} == {"traced on page 1", "traced on page 2"}
    assert "set.pdf: its sheets are of revisions B, D; the first one's stands for all" in parsed.warnings
    assert {item.tag for item in parsed.items if item.page == 2 and ":" not in item.tag} == expected(7).tags
