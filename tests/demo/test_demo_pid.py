"""The demo P&ID as written: complete, orthogonal, inside its frame, with no label over another, at any seed."""

from itertools import combinations, pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from demo.pid import write_pid
from demo.pid_frame import date, number, revision
from demo.plant import build

SEEDS = [1, 7, 23, 2, 3, 5, 11, 42, 99, 1234]


@pytest.fixture(scope="module", params=SEEDS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    return request.param, write_pid(build(request.param), tmp_path_factory.mktemp("drawings"))


def _attributes(root: Element, name: str) -> list[str]:
    return [one.get("Value", "") for one in root.iter("GenericAttribute") if one.get("Name") == name]


def test_every_part_pipe_and_instrument_is_on_it_once(written: tuple[int, Path]) -> None:
    plant, root = build(written[0]), fromstring(written[1].read_bytes())
    named = _attributes(root, "TagNameAssignmentClass") + _attributes(root, "PipingComponentNameAssignmentClass")
    assert sorted(named) == sorted(part.tag for part in plant.parts)
    assert sorted(_attributes(root, "LineNumberAssignmentClass")) == sorted(pipe.line for pipe in plant.pipes)
    assert len(root.findall("ProcessInstrumentationFunction")) == len(plant.instruments)
    texts = {text.get("String") for text in root.iter("Text")}
    tees = {part.tag for part in plant.parts if part.role == "tee"}
    assert {part.tag for part in plant.parts} - tees <= texts


def test_ids_are_unique_and_every_reference_is_there(written: tuple[int, Path]) -> None:
    root = fromstring(written[1].read_bytes())
    ids = [element.get("ID", "") for element in root.iter() if element.get("ID")]
    assert len(ids) == len(set(ids))
    for link in root.iter("Connection"):
        assert {link.get("FromID"), link.get("ToID")} <= set(ids)
    assert {link.get("ItemID") for link in root.iter("Association")} <= set(ids)
    shapes = {shape.get("ComponentName") for shape in root.iterfind("ShapeCatalogue/*")}
    used = {e.get("ComponentName") for e in root.iter() if e.get("ComponentName")}
    assert used <= shapes


def test_the_head_names_drawing_and_revision(written: tuple[int, Path]) -> None:
    plant, root = build(written[0]), fromstring(written[1].read_bytes())
    assert _attributes(root, "DrawingNumberAssignmentClass") == [number(plant)]
    assert _attributes(root, "RevisionNumberAssignmentClass") == [revision(plant)]
    assert {number(plant), date(plant), plant.site} <= {text.get("String") for text in root.iter("Text")}


def test_lines_are_orthogonal_and_inside_the_frame(written: tuple[int, Path]) -> None:
    for line in fromstring(written[1].read_bytes()).iter("CenterLine"):
        points = [(float(spot.get("X", "")), float(spot.get("Y", ""))) for spot in line.findall("Coordinate")]
        for (x0, y0), (x1, y1) in pairwise(points):
            assert x0 == x1 or y0 == y1, points
        assert all(10 < x < 831 and 10 < y < 584 for x, y in points)


def test_no_label_lies_on_another_or_on_a_bubble(written: tuple[int, Path]) -> None:
    root = fromstring(written[1].read_bytes())
    boxes = [_box(text) for text in root.iter("Text")]
    for (a, first), (b, second) in combinations(boxes, 2):
        assert not _overlap(first, second), f"{a} lies on {b}"
    bubbles = {element.get("ID"): element for element in root.findall("ProcessInstrumentationFunction")}
    for ident, bubble in bubbles.items():
        spot = bubble.find("Position/Location")
        assert spot is not None
        x, y = float(spot.get("X", "")), float(spot.get("Y", ""))
        own = {text.get("String") for text in bubble.iter("Text")}
        inside = [words for words, box in boxes if _overlap(box, (x - 9, y - 9, x + 9, y + 9))]
        assert set(inside) == own, ident


def _box(text: Element) -> tuple[str, tuple[float, float, float, float]]:
    words, height, spot = text.get("String", ""), float(text.get("Height", "")), text.find("Position/Location")
    assert spot is not None
    width = sum(1.0 if ord(letter) > 0x2E7F else 0.58 for letter in words) * height
    x, y, how = float(spot.get("X", "")), float(spot.get("Y", "")), text.get("Justification", "")
    tall = height * 0.85
    if float(text.get("TextAngle", "0")):
        width, tall = tall, width
    left = x if "Left" in how else x - width if "Right" in how else x - width / 2
    return words, (left, y - tall / 2, left + width, y + tall / 2)


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_the_picture_stands_beside_it(written: tuple[int, Path]) -> None:
    with Image.open(written[1].with_suffix(".png")) as picture:
        assert picture.size == (3000, 2119)
        dark = sum(picture.convert("L").histogram()[:128])
    assert 0.005 < dark / (3000 * 2119) < 0.2


def test_the_same_seed_writes_the_same_file(tmp_path: Path) -> None:
    first, second = (write_pid(build(7), tmp_path / name).read_bytes() for name in ("a", "b"))
    assert first == second != write_pid(build(8), tmp_path / "c").read_bytes()
