"""P&ID files that are broken or ill-meant: one clear line, or read around and told."""

from pathlib import Path
from random import Random
from xml.etree.ElementTree import tostring

import dexpi_kit as kit
import pytest
from defusedxml.ElementTree import fromstring
from dexpi_kit import component, equipment, items, link, nozzle, parse, pipes, proteus, segment

from demo.pid import write_pid
from demo.plant import build
from ingestion.parsers.dexpi import PARSER
from retrieval.errors import BadDocument
from retrieval.graph import PlantGraph
from retrieval.sheets.png import sheet_png

BAD: dict[str, tuple[str | bytes, str]] = {
    "cut off": ("<PlantModel>\n<Equipment", "line 2"),
    "empty": ("", "not well-formed"),
    "external entity": (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>\n<PlantModel>&e;</PlantModel>',
        "external",
    ),
    "bomb": ('<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><PlantModel>&b;</PlantModel>', "document type"),
    "external DTD": ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><PlantModel/>', "document type"),
    "hidden in GBK": (
        '<?xml version="1.0" encoding="gbk"?><!DOCTYPE x [<!ENTITY e "图">]><PlantModel/>',
        "document type",
    ),
    "too deep": ("<PlantModel>" + "<a>" * 5000 + "</a>" * 5000 + "</PlantModel>", "nested deeper"),
    "another root": ("<html/>", "<html>"),
    "2.0 without a plant": ('<Model><Object type="Core/EngineeringModel"/></Model>', "no plant model"),
    "2.0 library": ('<Model name="Plant"><Package name="Diagram"/></Model>', "library of classes"),
    "no UTF-8": ('<PlantModel><Drawing Name="冷却水泵"/></PlantModel>'.encode("gb18030"), "not in UTF-8"),
    "unknown encoding": ('<?xml version="1.0" encoding="klingon"?><PlantModel/>', "not readable as XML"),
    "NUL bytes": (b"<PlantModel>\0</PlantModel>", "not well-formed"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_by_name_and_spot(tmp_path: Path, case: str) -> None:
    text, says = BAD[case]
    path = tmp_path / "x.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("gbk" if "gbk" in text else "utf-8"))
    with pytest.raises(BadDocument) as caught:
        PARSER.parse(path, "drawings/x.xml", ())
    assert "drawings/x.xml" in str(caught.value)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb2312", "shift_jis", "latin-1"])
def test_files_in_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    name = "café" if encoding == "latin-1" else "冷却"
    declared = "" if encoding.startswith("utf-8") else f'<?xml version="1.0" encoding="{encoding}"?>'
    text = declared + proteus(equipment("E1", "P-1", f"<Description>{name}</Description>"))
    path = kit.write(tmp_path, text, encoding)
    parsed = PARSER.parse(path, "x.xml", ())
    assert any(name in span.text for block in parsed.blocks for span in block.spans)


def _pump(connection: str) -> str:
    return proteus(
        equipment("P1", "P-101", nozzle("N1"), cls="CentrifugalPump"),
        segment("S1", component("V1", "BallValve", "HV-102"), connection),
    )


@pytest.mark.parametrize(
    ("connection", "says"),
    [
        ('<Connection FromID="N1" ToID="Gone-7"/>', "Gone-7"),
        ('<Connection FromID="N1"/>', "ToID"),
        ('<Connection FromID="N1" ToID="S1"/>', "names the segment itself"),
        ("", "joined to nothing"),
    ],
)
def test_an_end_that_leads_nowhere_is_told_and_never_taken_for_closed(
    tmp_path: Path, connection: str, says: str
) -> None:
    parsed = parse(tmp_path, _pump(connection))
    assert any(says in warning for warning in parsed.warnings)
    ends = PlantGraph(parsed.items, parsed.connections).isolation("HV-102").not_isolable
    assert "off_page" in {end.why for end in ends}


def test_rings_of_segments_come_to_an_end(tmp_path: Path) -> None:
    ring = [segment(f"S{one}", link(f"S{(one - 1) % 3}", f"S{(one + 1) % 3}")) for one in range(3)]
    parsed = parse(tmp_path, proteus(*ring))
    assert len(parsed.warnings) >= 3


def test_an_id_that_stands_twice_is_told_and_both_are_read(tmp_path: Path) -> None:
    parsed = parse(
        tmp_path, proteus(equipment("E1", "T-1"), equipment("E1", "T-2"), equipment("", "T-3"), equipment("", "T-4"))
    )
    assert {"T-1", "T-2", "T-3", "T-4"} == set(items(parsed))
    told = " ".join(parsed.warnings)
    assert "its ID stands twice" in told
    assert "Equipment 2 has no ID" in told


def test_the_same_tag_drawn_twice_is_one_item_and_told(tmp_path: Path) -> None:
    parsed = parse(tmp_path, proteus(equipment("E1", "T-1"), equipment("E2", "T-1")))
    assert list(items(parsed)) == ["T-1"]
    assert "T-1: drawn 2 times on D-1; read as one item" in parsed.warnings


def test_several_drawings_in_one_file_are_told(tmp_path: Path) -> None:
    parsed = parse(tmp_path, proteus(equipment("E1", "T-1"), '<Drawing Name="D-2"/>'))
    assert any("holds 2 drawings (D-1, D-2)" in warning for warning in parsed.warnings)


def test_wild_numbers_stay_on_the_sheet(tmp_path: Path) -> None:
    spots = [(1e300, 5), (float("nan"), 5), (float("inf"), -1e18)]
    parsed = parse(tmp_path, proteus(*(equipment(f"E{i}", f"T-{i}", spot=spot) for i, spot in enumerate(spots))))
    assert len(items(parsed)) == 3
    assert all(0 <= part <= 1 for item in parsed.items for part in item.position)


def test_references_of_dexpi_2_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    valve = kit.obj("Plant/Piping.GateValve", "V1", kit.data(TagName="HV-1"))
    loop = kit.obj(
        "Plant/Instrumentation.InstrumentationLoopFunction", "L1", kit.refs("ProcessInstrumentationFunctions", "I9")
    )
    text = kit.model(
        kit.parts("TaggedPlantItems", kit.tank("T1", "T-1", "N1")),
        kit.parts(
            "PipingNetworkSystems",
            kit.system("S", kit.run("R1", kit.pipe("P1", "N1", "V1"), kit.pipe("P2", "V1", "N8"), held=(valve,))),
        ),
        kit.parts("InstrumentationLoopFunctions", loop),
    )
    parsed = parse(tmp_path, text)
    told = "\n".join(parsed.warnings)
    assert "InstrumentationLoopFunction L1: its ProcessInstrumentationFunctions I9 is not in the file" in told
    assert "its end names N8, which is not on the sheet; correct the TargetItem of its Pipe" in told
    assert ("T-1", "HV-1") in pipes(parsed)
    assert [one.why for one in PlantGraph(parsed.items, parsed.connections).isolation("HV-1").not_isolable].count(
        "off_page"
    ) == 1


def test_many_broken_references_are_counted_not_listed(tmp_path: Path) -> None:
    loops = [
        kit.obj(
            "Plant/Instrumentation.InstrumentationLoopFunction",
            f"L{i}",
            kit.refs("ProcessInstrumentationFunctions", "no"),
        )
        for i in range(1000)
    ]
    parsed = parse(tmp_path, kit.model(kit.parts("InstrumentationLoopFunctions", *loops)))
    assert len(parsed.warnings) < 300
    assert any("and 800 more references" in warning for warning in parsed.warnings)


def test_associations_of_proteus_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    loop = '<InstrumentationLoopFunction ID="L1"><Association Type="is a collection including" ItemID="I9"/>'
    parsed = parse(tmp_path, proteus(equipment("E1", "T-1"), f"{loop}</InstrumentationLoopFunction>"))
    assert "D-1: L1: is a collection including I9, which is not in the file" in parsed.warnings


@pytest.mark.parametrize("seed", range(24))
def test_a_damaged_file_is_read_around_or_refused(tmp_path: Path, seed: int) -> None:
    path, chance = write_pid(build(1), tmp_path), Random(seed)
    root = fromstring(path.read_bytes())
    elements = list(root.iter())
    for element in chance.choices(elements, k=chance.choice((5, 50, 500))):
        if len(element) and chance.random() < 0.4:
            element.remove(chance.choice(list(element)))
        elif element.attrib:
            element.set(
                chance.choice(list(element.attrib)), chance.choice(("", "nan", "-1e308", "inf", "图", "P-101A"))
            )
    path.write_bytes(tostring(root))
    try:
        parsed = PARSER.parse(path, "damaged.xml", ())
        sheet_png(path, ["P-101A"], width=200)
    except BadDocument:
        return
    assert all(0 <= part <= 1 for item in parsed.items for part in item.position)
    tags = {item.tag for item in parsed.items}
    assert all({one.source, one.target} <= tags for one in parsed.connections)
