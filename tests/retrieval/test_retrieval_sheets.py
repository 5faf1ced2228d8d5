"""Sheets are drawn from what the file holds, ring what is asked for, and follow no entity."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from retrieval.errors import BadDocument
from retrieval.proteus.names import tags
from retrieval.proteus.sheet import load
from retrieval.sheets.png import sheet_png

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "dexpi"
SAMPLE, SECOND = SAMPLES / "C01V04-VER.EX01.xml", SAMPLES / "C01-reference-dexpi2.0.xml"


def _position(x: float, y: float, reference: str = 'X="1" Y="0"') -> str:
    return f'<Position><Location X="{x}" Y="{y}"/><Axis Z="1"/><Reference {reference}/></Position>'


def _sheet(folder: Path, body: str, low: tuple[float, float] = (0, 0), size: tuple[float, float] = (100, 50)) -> Path:
    path = folder / "sheet.xml"
    path.write_text(
        f"""<PlantModel><Drawing Name="D-1"><Extent><Min X="{low[0]}" Y="{low[1]}"/>
        <Max X="{low[0] + size[0]}" Y="{low[1] + size[1]}"/></Extent></Drawing>{body}</PlantModel>""",
        encoding="utf-8",
    )
    return path


def _picture(path: Path, *highlight: str, width: int = 400) -> Image.Image:
    return Image.open(BytesIO(sheet_png(path, highlight, width=width))).convert("RGB")


def _dark(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around all that is drawn."""
    return picture.convert("L").point(lambda value: 255 if value < 140 else 0).getbbox()


LINE = '<PolyLine><Presentation LineWeight="0.5" R="0" G="0" B="0"/>{}</PolyLine>'


@pytest.mark.parametrize("origin", [(0.0, 0.0), (1_000_000.0, -250_000.0)])
def test_the_y_axis_points_up_wherever_the_origin_is(tmp_path: Path, origin: tuple[float, float]) -> None:
    x, y = origin
    points = f'<Coordinate X="{x + 10}" Y="{y + 40}"/><Coordinate X="{x + 60}" Y="{y + 40}"/>'
    box = _dark(_picture(_sheet(tmp_path, LINE.format(points), origin)))
    assert box is not None
    assert box == pytest.approx((40, 40, 240, 40), abs=3)  # 4 pixels a mm; 10 mm below the top edge


def test_a_shape_of_the_catalogue_is_scaled_turned_and_moved(tmp_path: Path) -> None:
    body = f"""<Equipment ID="T" ComponentName="BAR">{_position(50, 25, 'X="0" Y="1"')}<Scale X="2" Y="1"/></Equipment>
        <ShapeCatalogue><Equipment ComponentName="BAR">
        {LINE.format('<Coordinate X="0" Y="0"/><Coordinate X="10" Y="0"/>')}</Equipment></ShapeCatalogue>"""
    box = _dark(_picture(_sheet(tmp_path, body)))
    assert box == pytest.approx((200, 20, 200, 100), abs=3)  # straight up from the middle, 20 mm long


def test_arcs_are_trimmed(tmp_path: Path) -> None:
    circle = f'<Circle Radius="20"><Presentation LineWeight="0.5"/>{_position(50, 25)}</Circle>'
    whole = _dark(_picture(_sheet(tmp_path, circle)))
    upper = _dark(_picture(_sheet(tmp_path, f'<TrimmedCurve StartAngle="0" EndAngle="180">{circle}</TrimmedCurve>')))
    assert whole == pytest.approx((120, 20, 280, 180), abs=3)
    assert upper == pytest.approx((120, 20, 280, 100), abs=3)


def test_chinese_and_latin_words_are_drawn_where_they_are_justified(tmp_path: Path) -> None:
    def words(text: str, how: str) -> tuple[int, int, int, int]:
        body = f'<Text String="{text}" Height="8" Justification="{how}"><Presentation/>{_position(50, 25)}</Text>'
        box = _dark(_picture(_sheet(tmp_path, body)))
        assert box is not None
        return box

    assert words("Feed tank", "LeftBottom")[0] >= 199
    assert words("原料罐", "RightTop")[2] <= 201
    left, top, right, bottom = words("原料罐", "CenterCenter")
    assert (left + right) / 2 == pytest.approx(200, abs=6)
    assert (top + bottom) / 2 == pytest.approx(100, abs=8)


def test_the_tag_asked_for_is_ringed_and_no_other(tmp_path: Path) -> None:
    def valve(tag: str, x: int) -> str:
        return f"""<PipingComponent ID="V{x}" ComponentClass="GateValve">{_position(x, 25)}<GenericAttributes>
            <GenericAttribute Name="PipingComponentNameAssignmentClass" Value="{tag}"/>
            </GenericAttributes></PipingComponent>"""

    path = _sheet(tmp_path, valve("HV-111A", 20) + valve("HV-111B", 80))
    plain, ringed = _picture(path), _picture(path, "hv-111a", "P-999")
    box = ImageChops.difference(plain, ringed).getbbox()
    assert box is not None
    assert (box[0] + box[2]) / 2 == pytest.approx(80, abs=3)
    assert box[2] < 160
    assert _picture(path, "P-999").tobytes() == plain.tobytes()


def test_wild_numbers_are_drawn_around(tmp_path: Path) -> None:
    points = '<Coordinate X="1e300" Y="nan"/><Coordinate X="10" Y="ten"/><Coordinate X="-1e18" Y="inf"/>'
    body = (
        LINE.format(points) + '<Circle Radius="1e12"><Presentation LineType="2"/></Circle>'
        '<Text String="x" Height="1e9" Justification="CenterCenter"><Position><Location X="5" Y="5"/></Position></Text>'
    )
    assert _picture(_sheet(tmp_path, body)).size == (400, 200)


BAD = {
    "external entity": (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><PlantModel>&e;</PlantModel>',
        "external",
    ),
    "bomb": ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><PlantModel>&b;</PlantModel>', "document type"),
    "external DTD": ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><PlantModel/>', "document type"),
    "cut off": ("<PlantModel>\n<Drawing>\n<Equip", "line 3"),
    "empty": ("", "not well-formed"),
    "another root": ("<svg/>", "<svg>"),
    "too deep": ("<PlantModel>" + "<a>" * 5000 + "</a>" * 5000 + "</PlantModel>", "nested"),
    "2.0 without a plant": ('<Model><Object type="Core/EngineeringModel"/></Model>', "no plant model"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_one_clear_line(tmp_path: Path, case: str) -> None:
    text, says = BAD[case]
    path = tmp_path / "bad.xml"
    path.write_text(text)
    with pytest.raises(BadDocument) as caught:
        sheet_png(path)
    assert "bad.xml" in str(caught.value)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


BARE = """<Equipment ID="E1" ComponentClass="Tank" TagName="T-101">{0}<Nozzle ID="N1"/></Equipment>
    <Equipment ID="E2" ComponentClass="CentrifugalPump" TagName="P-102">{1}<Nozzle ID="N2"/></Equipment>
    <PipingNetworkSystem ID="L"><GenericAttributes><GenericAttribute Name="LineNumber" Value="CW-1"/>
    </GenericAttributes><PipingNetworkSegment ID="S">{2}
    <Connection FromID="N1" ToID="N2"/></PipingNetworkSegment></PipingNetworkSystem>"""


def test_a_file_without_graphics_gives_a_schematic(tmp_path: Path) -> None:
    path = _sheet(tmp_path, BARE.format("", "", ""))
    plain = _picture(path, width=800)
    assert plain.size == (800, 496)
    dark = _dark(plain)
    assert dark is not None
    assert dark[2] - dark[0] > 400  # from one column to the next
    spots = []
    for tag in ("T-101", "P-102"):
        box = ImageChops.difference(plain, _picture(path, tag, width=800)).getbbox()
        assert box is not None
        spots.append((box[0] + box[2]) / 2)
    assert spots[0] < spots[1]
    assert _picture(path, "E2", width=800).tobytes() == _picture(path, "P-102", width=800).tobytes()


def test_places_without_graphics_are_kept(tmp_path: Path) -> None:
    path = _sheet(tmp_path, BARE.format(_position(20, 40), _position(80, 10), ""))
    plain = _picture(path)
    assert plain.size == (400, 200)
    box = ImageChops.difference(plain, _picture(path, "P-102")).getbbox()
    assert box is not None
    assert ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) == pytest.approx((320, 160), abs=3)


def test_an_item_whose_symbol_the_file_lacks_gets_a_mark(tmp_path: Path) -> None:
    pipe = LINE.replace("PolyLine", "CenterLine").format('<Coordinate X="20" Y="25"/><Coordinate X="80" Y="25"/>')
    drawn = _picture(_sheet(tmp_path, BARE.format(_position(20, 25), _position(80, 25), pipe)))
    box = _dark(drawn)
    assert box is not None
    assert box[3] - box[1] > 8  # more than the line itself


def test_a_line_number_asked_for_is_underlined(tmp_path: Path) -> None:
    pipe = LINE.replace("PolyLine", "CenterLine").format('<Coordinate X="20" Y="25"/><Coordinate X="80" Y="25"/>')
    path = _sheet(tmp_path, BARE.format(_position(20, 25), _position(80, 25), pipe))
    box = ImageChops.difference(_picture(path), _picture(path, "CW-1")).getbbox()
    assert box == pytest.approx((80, 98, 320, 102), abs=6)


def test_the_nozzle_of_a_tank_is_ringed_alone(tmp_path: Path) -> None:
    nozzle = f'<Nozzle ID="N5">{_position(60, 25)}</Nozzle>'
    path = _sheet(tmp_path, f'<Equipment ID="E" TagName="T-101">{_position(20, 25)}{nozzle}</Equipment>')
    box = ImageChops.difference(_picture(path), _picture(path, "T-101/N5")).getbbox()
    assert box is not None
    assert box[0] > 200


@pytest.mark.skipif(not SAMPLE.exists(), reason="the DEXPI reference drawing is not here")
def test_both_editions_of_the_reference_drawing_look_alike() -> None:
    first, second = (_picture(path, width=800).convert("L") for path in (SAMPLE, SECOND))
    assert first.size == second.size
    changed = sum(ImageChops.difference(first, second).histogram()[60:])
    assert changed / (first.width * first.height) < 0.004  # turned words stand a little apart


@pytest.mark.skipif(not SAMPLE.exists(), reason="the DEXPI reference drawing is not here")
@pytest.mark.parametrize("path", [SAMPLE, SECOND])
def test_the_reference_drawing_is_drawn_and_its_equipment_ringed(path: Path) -> None:
    plain, sheet = _picture(path, width=1600), load(path, path.name)
    assert plain.size == (1600, 1131)
    for ident in (ident for ident, tag in tags(sheet).items() if tag.startswith(("P-", "H-", "T-"))):
        box = ImageChops.difference(plain, _picture(path, tags(sheet)[ident], width=1600)).getbbox()
        assert box is not None, ident
