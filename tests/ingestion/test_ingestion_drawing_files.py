"""Files that are odd, broken or hostile: each is read around or refused in one line that says where and what to do."""

import math
from pathlib import Path
from typing import Any

import pytest
from drawing_kit import A3, Poly, Primitive, Round, Words, chinese_sheet, new_dxf, write_dxf, write_pdf
from drawing_plant import primitives
from reportlab.pdfgen.canvas import Canvas

from demo.generate import generate
from ingestion.parsers.base import OPTIONS, Parsed
from ingestion.parsers.drawing_pdf import PARSER as PDF
from ingestion.parsers.dxf import PARSER as DXF
from retrieval.errors import BadDocument
from retrieval.sheets import dxf_files

PUMPS: list[Primitive] = [
    Round((60, 150), 12), Words("P-101", (60, 168), 4), Round((240, 150), 12), Words("P-102", (240, 168), 4),
    Poly(((72, 150), (228, 150)), 0.5),
]  # fmt: skip


def _read(path: Path) -> Parsed:
    return DXF.parse(path, path.name, ())


def _saved(folder: Path, document: Any) -> Path:
    path = folder / "sheet.dxf"
    document.saveas(path)
    return path


def _pairs(parsed: Parsed) -> list[tuple[str, str]]:
    return [(one.source, one.target) for one in parsed.connections]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", r"sheet\.dxf: is empty \(0 bytes\)"),
        (b"AC1032\x00\x00\x00", r"sheet\.dxf: is a DWG; save it as DXF"),
        (b"%PDF-1.4\n", r"sheet\.dxf: is no DXF by its content"),
        (b"\x00\x01\x02\x03" * 100, r"sheet\.dxf: is no DXF by its content"),
        (b"0\nSECTION\n2\nENT", r"sheet\.dxf: "),
        (b"0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n", r"sheet\.dxf: holds nothing that is drawn"),
    ],
)
def test_what_is_no_dxf_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "sheet.dxf"
    path.write_bytes(data)
    with pytest.raises(BadDocument, match=said):
        _read(path)


def test_a_dwg_is_taken_so_that_it_can_be_said_what_to_do() -> None:
    assert DXF.accepts(Path("plant.dwg"), b"AC1027\x00\x00") == "yes"
    assert DXF.accepts(Path("plant.dxf"), b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n") == "yes"
    assert DXF.accepts(Path("plant.txt"), b"0 SECTION of a text\n") == "no"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_mended_or_refused(tmp_path: Path, share: float) -> None:
    path = write_dxf(primitives(1), tmp_path / "sheet.dxf")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    try:
        warnings = _read(path).warnings
    except BadDocument as error:
        warnings = (str(error),)
    assert warnings[0].startswith("sheet.dxf: ")


def test_a_million_entities_are_refused_before_they_are_loaded(tmp_path: Path) -> None:
    path = tmp_path / "sheet.dxf"
    line = b"0\nLINE\n8\n0\n10\n0.0\n20\n0.0\n11\n1.0\n21\n1.0\n"
    path.write_bytes(b"0\nSECTION\n2\nENTITIES\n" + line * 1_000_000 + b"0\nENDSEC\n0\nEOF\n")
    with pytest.raises(BadDocument, match=r"holds more than 800,000 entities and objects; purge it"):
        _read(path)


def test_blocks_that_multiply_are_refused(tmp_path: Path) -> None:
    document = new_dxf()
    inner = document.blocks.new("B0")
    inner.add_line((0, 0), (1, 1))
    for level in range(1, 9):
        block = document.blocks.new(f"B{level}")
        for place in range(10):
            block.add_blockref(f"B{level - 1}", (place, level))
    document.modelspace().add_blockref("B8", (0, 0))
    with pytest.raises(BadDocument, match=r"holds more than 400,000 entities, those of placed blocks included"):
        _read(_saved(tmp_path, document))


def test_a_block_within_itself_is_cut_off(tmp_path: Path) -> None:
    document = new_dxf()
    block = document.blocks.new("LOOP")
    block.add_line((0, 0), (1, 1))
    block.add_blockref("LOOP", (1, 1))
    space = document.modelspace()
    space.add_blockref("LOOP", (0, 0))
    space.add_text("P-101", height=4)
    parsed = _read(_saved(tmp_path, document))
    assert [item.tag for item in parsed.items] == ["P-101"]
    assert any("block LOOP nested deeper than 12" in said for said in parsed.warnings)


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e300, -1e15])
def test_wild_coordinates_harm_nothing_else(tmp_path: Path, value: float) -> None:
    path = write_dxf(PUMPS, tmp_path / "sheet.dxf")
    wild = f"  0\nLINE\n  8\n0\n 10\n{value}\n 20\n1.0\n 30\n0.0\n 11\n2.0\n 21\n{value}\n 31\n0.0\n"
    text = path.read_text(encoding="utf-8")
    head, tail = text.split("ENTITIES\n", 1)
    path.write_text(head + "ENTITIES\n" + wild + tail, encoding="utf-8")
    parsed = _read(path)
    assert _pairs(parsed) == [("P-101", "P-102")]
    assert all(math.isfinite(part) for item in parsed.items for part in item.position)


def test_a_thing_far_away_does_not_shrink_the_sheet(tmp_path: Path) -> None:
    far = Poly(((500_000, 500_000), (500_010, 500_000)), 0.5)
    spread = {item.tag: item.position for item in _read(write_dxf([*primitives(1), far], tmp_path / "a.dxf")).items}
    assert max(x for x, _ in spread.values()) - min(x for x, _ in spread.values()) > 0.8


def test_layers_that_are_off_are_left_out_and_counted(tmp_path: Path) -> None:
    document = new_dxf()
    document.layers.add("OLD").off()
    space = document.modelspace()
    space.add_text("P-101", height=4)
    space.add_text("P-999", height=4, dxfattribs={"layer": "OLD"})
    parsed = _read(_saved(tmp_path, document))
    assert [item.tag for item in parsed.items] == ["P-101"]
    assert any("1 entities on layers that are off or frozen" in said for said in parsed.warnings)


def test_a_title_block_on_paper_names_the_sheet_in_modelspace(tmp_path: Path) -> None:
    document = new_dxf()
    document.modelspace().add_text("P-101", height=4)
    block = document.blocks.new("TITLE")
    for place, name in enumerate(("图号", "版本", "日期", "图名")):
        block.add_attdef(name, (0, 5 * place), dxfattribs={"height": 3})
    placed = document.paperspace().add_blockref("TITLE", (10, 10))
    placed.add_auto_attribs({"图号": "GY-7", "版本": "3", "日期": "2025/3/4", "图名": "加药流程图"})
    parsed = _read(_saved(tmp_path, document))
    assert (parsed.title, parsed.revision, parsed.effective_date) == ("GY-7 加药流程图", "3", "2025-03-04")
    assert {item.drawing_id for item in parsed.items} == {"GY-7"}


@pytest.mark.parametrize("how", ["escapes", "gbk-unnamed", "utf-8"])
def test_chinese_is_read_whichever_way_it_is_written(tmp_path: Path, how: str) -> None:
    path = write_dxf(chinese_sheet(), tmp_path / "sheet.dxf", version="R12" if how == "escapes" else "R2000")
    if how == "gbk-unnamed":  # Chinese bytes in a file that says it is Western
        document = new_dxf("R2000")
        document.modelspace().add_text("循环水罐", height=4)
        document.encoding = "gbk"
        path = _saved(tmp_path, document)
        path.write_bytes(path.read_bytes().replace(b"ANSI_936", b"ANSI_1252"))
    if how == "utf-8":
        path = write_dxf(chinese_sheet(), tmp_path / "sheet.dxf", version="R2018")
    said = "\n".join(span.text for block in _read(path).blocks for span in block.spans)
    assert "循环水罐" in said


def test_texts_of_several_lines_make_balloons(tmp_path: Path) -> None:
    document = new_dxf()
    space = document.modelspace()
    space.add_circle((50, 50), 9)
    space.add_mtext("FIC\\P101", dxfattribs={"char_height": 4, "insert": (50, 50), "attachment_point": 5})
    assert [(item.tag, item.role, item.loop) for item in _read(_saved(tmp_path, document)).items] == [
        ("FIC-101", "instrument", "F-101")
    ]


def test_a_pdf_without_text_says_so(tmp_path: Path) -> None:
    lines = [one for one in primitives(1) if not isinstance(one, Words)]
    path = write_pdf(lines, tmp_path / "sheet.pdf")
    assert PDF.accepts(path, path.read_bytes()[:4096]) == "no"
    with pytest.raises(BadDocument, match=r"sheet\.pdf: holds no text: its letters are drawn as lines"):
        PDF.parse(path, "sheet.pdf", ())


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_page_is_read_upright(tmp_path: Path, turned: int) -> None:
    import pypdfium2

    path = write_pdf(PUMPS, tmp_path / "flat.pdf", A3)
    flat = {item.tag: item.position for item in PDF.parse(path, "flat.pdf", ()).items}
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    page.set_rotation(turned)
    document.save(tmp_path / "turned.pdf")
    page.close()
    document.close()
    parsed = PDF.parse(tmp_path / "turned.pdf", "turned.pdf", ())
    (x, y), found = flat["P-101"], {item.tag: item.position for item in parsed.items}["P-101"]
    want = {90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x)}[turned]
    assert found == pytest.approx(want, abs=0.002)
    assert _pairs(parsed) == [("P-101", "P-102")] or _pairs(parsed) == [("P-102", "P-101")]


@pytest.mark.parametrize("share", [0.2, 0.7])
def test_a_truncated_pdf_is_refused(tmp_path: Path, share: float) -> None:
    path = write_pdf(primitives(1), tmp_path / "sheet.pdf")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert PDF.accepts(path, path.read_bytes()[:4096]) == "no"
    with pytest.raises(BadDocument, match=r"sheet\.pdf: is (truncated|corrupt)"):
        PDF.parse(path, "sheet.pdf", ())


def test_manuals_charts_and_slides_are_no_drawings(tmp_path: Path) -> None:
    generate(1, tmp_path / "demo")
    manuals = sorted((tmp_path / "demo" / "manuals").glob("*.pdf"))
    chart = tmp_path / "chart.pdf"
    canvas = Canvas(str(chart), pagesize=(842, 595))
    for place in range(80):  # a landscape page with many lines and a few tags in its text
        canvas.line(50, 50 + 5 * place, 700, 60 + 5 * place)
    canvas.drawString(50, 550, "Figure 3. Discharge pressure of P-101A and P-101B over the year, PI-119A to PI-120B")
    canvas.save()
    assert len(manuals) == 3
    for path in (*manuals, chart):
        assert PDF.accepts(path, path.read_bytes()[:4096]) == "no", path.name


def test_limits_of_pages_are_kept(tmp_path: Path) -> None:
    from dataclasses import replace

    path = write_pdf(PUMPS, tmp_path / "set.pdf", A3, PUMPS)
    with pytest.raises(BadDocument, match=r"has 2 pages, more than 1"):
        PDF.parse(path, "set.pdf", (), replace(OPTIONS, max_pages=1))


def test_a_binary_dxf_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_dxf(PUMPS, tmp_path / "sheet.dxf", binary=True)
    monkeypatch.setattr(dxf_files, "MAX_BINARY_BYTES", 100)
    with pytest.raises(BadDocument, match=r"bytes, more than 100"):
        _read(path)


def test_a_sheet_hatched_through_and_through_gives_its_tags_alone(tmp_path: Path) -> None:
    scribble = [Poly(((60, 150 + n / 200), (240, 150 - n / 200)), 0.1) for n in range(8_000)]
    parsed = _read(write_dxf([*PUMPS, *scribble], tmp_path / "sheet.dxf"))
    assert {item.tag for item in parsed.items} == {"P-101", "P-102"}
    assert parsed.connections == ()
    assert any("too many strokes to trace lines among" in said for said in parsed.warnings)
