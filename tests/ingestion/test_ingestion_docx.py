import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import prose_kit
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from prose_kit import Piece, everything, kinds, of_kind, parse, places, refusal, texts

from ingestion.parsers._tables.numbers import enumerator
from ingestion.parsers.base import Options, Parsed
from ingestion.parsers.docx import PARSER

_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NOTES_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\x09\x00" + bytes(480)


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_parts(data: bytes, parts: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The package with some of its parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", compression) as new:
        for name in [*old.namelist(), *(name for name in parts if name not in old.namelist())]:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return buffer.getvalue()


def body(inner: str) -> bytes:
    """An empty document with this for its body."""
    xml = f"<w:document {nsdecls('w')} {_MC}><w:body>{inner}</w:body></w:document>"
    return with_parts(saved(docx.Document()), {"word/document.xml": xml.encode()})


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read(tmp_path: Path, document: Any, name: str = "a.docx") -> Parsed:
    return parse(PARSER, tmp_path, name, saved(document))


def test_headings_title_and_properties(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Pump manual"
    document.add_heading("进料泵", 0)
    document.add_heading("Safety", 1)
    document.add_heading("Lockout", 2)
    document.add_paragraph("Text.")
    document.add_paragraph().add_run("Bold words as heading").bold = True
    document.add_paragraph("More.")
    document.sections[0].header.paragraphs[0].text = "Doc 4711 Rev. D, 2023-02-01"
    parsed = read(tmp_path, document)
    assert (parsed.title, parsed.revision, parsed.effective_date) == ("Pump manual", "D", "2023-02-01")
    assert [block.heading_path for block in parsed.blocks] == [
        ("进料泵", "Safety", "Lockout"),
        ("进料泵", "Safety", "Lockout", "Bold words as heading"),
    ]
    assert "4711" not in everything(parsed)
    assert places(parsed) == [("Text.", 4, 4), ("More.", 6, 6)]


def test_automatic_numbers_are_shown_as_word_shows_them(tmp_path: Path) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text, start) in enumerate(
            [("decimal", "%1.", 3), ("decimal", "%1.%2", 1), ("lowerLetter", "%3)", 1), ("chineseCounting", "%4、", 1)]
        )
    )
    numbering = (
        f'<w:numbering {nsdecls("w")}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/>'
        "</w:lvlOverride></w:num></w:numbering>"
    )

    def item(text: str, level: int, number: int = 1) -> str:
        numbers = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        return f"<w:p>{numbers}{run(text)}</w:p>"

    inner = item("a", 0) + item("b", 1) + item("c", 2) + item("d", 2) + item("e", 1) + item("f", 3) + item("g", 0)
    inner += item("h", 1) + item("i", 0, 2) + item("j", 0, 2)
    document = docx.Document()
    document.add_paragraph("x", style="List Number")
    whole = with_parts(saved(document), {"word/numbering.xml": numbering.encode()})
    xml = f"<w:document {nsdecls('w')}><w:body>{inner}</w:body></w:document>"
    parsed = parse(PARSER, tmp_path, "a.docx", with_parts(whole, {"word/document.xml": xml.encode()}))
    shown = ["3. a", "3.1 b", "a) c", "b) d", "3.2 e", "一、 f", "4. g", "4.1 h", "9. i", "10. j"]
    assert (kinds(parsed), texts(parsed.blocks[0])) == (["steps"], shown)


def test_numbers_in_every_form() -> None:
    assert [enumerator(14, form) for form in ("lowerRoman", "upperLetter", "decimalZero", "decimalFullWidth")] == [
        "xiv",
        "N",
        "14",
        "１４",
    ]
    assert [enumerator(n, "chineseCounting") for n in (1, 10, 12, 20, 105, 110, 1005)] == [
        "一",
        "十",
        "十二",
        "二十",
        "一百零五",
        "一百一十",
        "一千零五",
    ]
    assert (enumerator(3, "decimalEnclosedCircleChinese"), enumerator(2, "ideographTraditional")) == ("③", "乙")
    assert enumerator(0, "lowerRoman") == "0"


def test_lists_of_two_kinds_are_two_blocks_and_hand_made_ones_are_lists_too(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Close it.", style="List Number")
    document.add_paragraph("sub", style="List Bullet 2")
    document.add_paragraph("Open it.", style="List Number")
    document.add_paragraph("Wait.", style="List Continue")
    document.add_paragraph("a", style="List Bullet")
    for text in ("1. 关闭阀门。", "警告：高温。", "2. 打开阀门。", "3. 启动。"):
        document.add_paragraph(text)
    parsed = read(tmp_path, document)
    assert [(block.kind, len(block.spans)) for block in parsed.blocks][-3:] == [
        ("steps", 1),
        ("warning", 1),
        ("steps", 2),
    ]
    assert texts(parsed.blocks[0])[0] == "1. Close it."
    assert "2. Open it.\nWait." in [text for block in parsed.blocks for text in texts(block)]
    assert "• a" in [text for block in parsed.blocks for text in texts(block)]


def test_deletions_comments_and_hidden_text_are_left_out(tmp_path: Path) -> None:
    raised = "<w:vertAlign w:val='superscript'/>"
    inner = (
        f"<w:p>{run('Torque ')}<w:del>{run('40').replace('w:t', 'w:delText')}</w:del><w:ins>{run('45')}</w:ins>"
        f"{run(' Nm')}{run('secret', '<w:vanish/>')}"
        f"<w:commentRangeStart w:id='1'/>{run(', then ')}{run('60', '<w:strike/>')}"
        f"{run(' m')}{run('3', raised)}{run('/h ')}{run('warm', '<w:caps/>')}"
        f"<w:moveFrom>{run('moved')}</w:moveFrom><w:r><w:sym w:font='Symbol' w:char='F0B1'/></w:r>{run('2')}"
        f"<w:hyperlink>{run(' link')}</w:hyperlink><w:r><w:noBreakHyphen/></w:r></w:p>"
    )
    assert everything(parse(PARSER, tmp_path, "a.docx", body(inner))) == "Torque 45 Nm, then ~~60~~ m³/h WARM±2 link‑"


def test_fields_show_their_result_and_contents_are_left_out(tmp_path: Path) -> None:
    def field(kind: str) -> str:
        return f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>"

    code = "<w:r><w:instrText>PAGEREF x</w:instrText></w:r>"
    toc = "<w:r><w:instrText>TOC \\o</w:instrText></w:r>"
    inner = (
        f"<w:p>{field('begin')}{toc}{field('separate')}{run('1 Safety 3')}</w:p>"
        f"<w:p>{run('2 Data 4')}{field('end')}</w:p>"
        f"<w:p>{run('See page ')}{field('begin')}{code}{field('separate')}{run('7')}{field('end')}.</w:p>"
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent><w:p>{run('Contents')}</w:p></w:sdtContent></w:sdt>"
        f"<w:sdt><w:sdtContent><w:p>{run('Controlled')}</w:p></w:sdtContent></w:sdt>"
    )
    assert everything(parse(PARSER, tmp_path, "a.docx", body(inner))) == "See page 7\nControlled"


def test_text_boxes_are_read_once_and_pictures_by_their_words(tmp_path: Path) -> None:
    def box(text: str) -> str:
        return f"<w:txbxContent><w:p>{run(text)}</w:p></w:txbxContent>"

    drawing = (
        '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="1" name="Picture 1" descr="泵的剖面"/>{box("In the box")}</wp:inline></w:drawing>'
    )
    inner = (
        f"<w:p>{run('Before.')}<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{drawing}</mc:Choice>"
        f"<mc:Fallback><w:pict>{box('In the box')}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        f"<w:p>{run('After.')}</w:p>"
    )
    parsed = parse(PARSER, tmp_path, "a.docx", body(inner))
    assert everything(parsed) == "Before.\n泵的剖面\nIn the box\nAfter."
    assert texts(of_kind(parsed, "figure")[0]) == ["泵的剖面"]


def test_footnotes_follow_their_paragraph(tmp_path: Path) -> None:
    mark = "<w:r><w:footnoteReference w:id='5'/></w:r>"
    inner = f"<w:p>{run('At 5 bar')}{mark}{run('.')}</w:p><w:p>{run('Next.')}</w:p>"
    notes = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:type='separator' w:id='0'><w:p/></w:footnote>"
        f"<w:footnote w:id='5'><w:p><w:r><w:footnoteRef/></w:r>{run(' 表压。')}</w:p></w:footnote></w:footnotes>"
    )
    data = body(inner)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
        types = archive.read("[Content_Types].xml").decode()
    link = f'<Relationship Id="rId99" Type="{_NOTES_RELATION}" Target="footnotes.xml"/></Relationships>'
    part = f'<Override PartName="/word/footnotes.xml" ContentType="{_NOTES_TYPE}"/></Types>'
    parts = {
        "word/footnotes.xml": notes.encode(),
        "word/_rels/document.xml.rels": relations.replace("</Relationships>", link).encode(),
        "[Content_Types].xml": types.replace("</Types>", part).encode(),
    }
    parsed = parse(PARSER, tmp_path, "a.docx", with_parts(data, parts))
    assert everything(parsed) == "At 5 bar[1].\n[1] 表压。\nNext."


def test_merged_cells_and_nested_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("表 1 限值", style="Caption")
    table = document.add_table(rows=4, cols=3)
    rows = (("量", "限值", ""), ("", "min", "max"), ("流量", "1", "2"), ("", "3", "4"))
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    for row in table.rows[:2]:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    table.cell(3, 2).add_table(1, 1).cell(0, 0).text = "inner"
    parsed = read(tmp_path, document)
    (block,) = parsed.blocks
    assert (block.heading_path, block.head) == (("表 1 限值",), 2)
    assert texts(block) == ["量 | 限值 | ", "量 | min | max", "流量 | 1 | 2", "流量 | 3 | 4 inner"]
    assert [column.name for column in parsed.tables[0].columns] == ["量", "限值 min", "限值 max"]
    assert places(parsed)[0][1:] == (2, 2)


def test_frames_and_boxes_of_warnings(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_table(rows=1, cols=2).cell(0, 1).text = "CAUTION: wet floor"
    framed = document.add_table(rows=1, cols=1).cell(0, 0)
    framed.text = "警告"
    framed.add_paragraph("高温表面。")
    framed.add_paragraph("请勿触摸。")
    document.add_paragraph("NOTICE")
    document.add_paragraph("Keep dry.")
    document.add_paragraph("After.")
    parsed = read(tmp_path, document)
    assert kinds(parsed) == ["warning", "warning", "warning", "text"]
    assert texts(parsed.blocks[1]) == ["警告", "高温表面。\n", "请勿触摸。"]
    assert texts(parsed.blocks[2]) == ["NOTICE", "Keep dry."]


def test_wrong_names_old_files_and_locks_are_told(tmp_path: Path) -> None:
    data = saved(docx.Document())
    assert "is a Word document by its content; rename it to .docx" in refusal(PARSER, tmp_path, "a.pdf", data)
    assert "is no Word document by its content" in refusal(PARSER, tmp_path, "a.docx", "hello")
    old = OLE + "WordDocument".encode("utf-16-le")
    assert "is an old Word file (.doc); save it as .docx" in refusal(PARSER, tmp_path, "a.doc", old)
    locked = OLE + "EncryptedPackage".encode("utf-16-le")
    assert "is protected by a password; remove the password" in refusal(PARSER, tmp_path, "a.docx", locked)
    assert "is rich text (RTF); save it as .docx" in refusal(PARSER, tmp_path, "a.doc", rb"{\rtf1 x}")
    sheet = with_parts(b"PK\x05\x06" + bytes(18), {"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"})
    assert "is an Excel workbook by its content" in refusal(PARSER, tmp_path, "b.docx", sheet)


def test_who_takes_which_file(tmp_path: Path) -> None:
    data = saved(docx.Document())
    (tmp_path / "a.bin").write_bytes(data)
    assert PARSER.accepts(tmp_path / "a.bin", data[:4096]) == "yes"
    assert PARSER.accepts(tmp_path / "gone.docx", b"") == "maybe"
    assert PARSER.accepts(tmp_path / "a.txt", b"words") == "no"
    assert PARSER.accepts(tmp_path / "a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")) == "no"
    assert PARSER.accepts(tmp_path / "a.xls", OLE + "Workbook".encode("utf-16-le")) == "no"


def test_macros_templates_and_strict_files_are_read(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Words.")
    data = saved(document)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macro = parts["[Content_Types].xml"].replace(main, b"application/vnd.ms-word.document.macroEnabled.main+xml")
    assert everything(parse(PARSER, tmp_path, "a.docm", with_parts(data, {"[Content_Types].xml": macro}))) == "Words."
    strict = {
        name: part.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, part in parts.items()
    }
    assert everything(parse(PARSER, tmp_path, "a.docx", with_parts(data, strict))) == "Words."


def test_bombs_entities_and_torn_files_are_refused(tmp_path: Path) -> None:
    data = saved(docx.Document())
    (tmp_path / "secret.txt").write_text("secret")
    entity = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret.txt">]><w:document {nsdecls("w")}>&e;</w:document>'
    )
    for encoding in ("utf-8", "utf-16"):
        said = refusal(PARSER, tmp_path, "a.docx", with_parts(data, {"word/document.xml": entity.encode(encoding)}))
        assert "part word/document.xml: declares a DTD" in said
    bomb = with_parts(data, {"word/media/a.png": bytes(30_000_000)})
    assert "max_ratio = 200" in refusal(PARSER, tmp_path, "a.docx", bomb)
    large = Options(max_unpacked_bytes=10_000)
    assert "max_unpacked_bytes = 10,000" in refusal(PARSER, tmp_path, "a.docx", data, large)
    assert "is truncated or corrupt" in refusal(PARSER, tmp_path, "a.docx", data[:-2000])
    assert "is truncated or corrupt" in refusal(
        PARSER, tmp_path, "a.docx", with_parts(data, {"word/document.xml": b"<w"})
    )
    deep = body("<w:sdt><w:sdtContent>" * 1000 + "</w:sdtContent></w:sdt>" * 1000)
    assert "truncated or corrupt" in refusal(PARSER, tmp_path, "a.docx", deep)
    span = "<w:tcPr><w:gridSpan w:val='99999999'/></w:tcPr>"
    cells = f"<w:tc>{span}<w:p>{run('a')}</w:p></w:tc><w:tc><w:p>{run('b')}</w:p></w:tc>"
    wide = body(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")
    assert "max_columns = 2,000" in refusal(PARSER, tmp_path, "a.docx", wide)


def test_pictures_are_not_unpacked(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Words.")
    media = with_parts(saved(document), {"word/media/a.png": b"no picture at all"})
    assert everything(parse(PARSER, tmp_path, "a.docx", media)) == "Words."


def _document(pieces: list[Piece]) -> Any:
    document = docx.Document()
    for kind, said in pieces:
        if kind == "heading":
            document.add_heading(said[0], 2)
        elif kind == "table":
            table = document.add_table(rows=3, cols=2)
            for at, text in enumerate(said):
                table.cell(at // 2, at % 2).text = text
        elif kind == "paragraph":
            document.add_paragraph("\n".join(said))
        else:
            style = {"bullets": "List Bullet", "steps": "List Number"}.get(kind)
            for text in said:
                document.add_paragraph(text, style=style)
    return document


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prose_kit.documents())
def test_no_text_is_lost_or_doubled(tmp_path: Path, document: list[Piece]) -> None:
    prose_kit.assert_whole(document, read(tmp_path, _document(document)))


@pytest.mark.parametrize("rows", [3000])
def test_long_tables_are_read_whole(tmp_path: Path, rows: int) -> None:
    cells = "".join(
        f"<w:tr><w:tc><w:p>{run(str(i))}</w:p></w:tc><w:tc><w:p>{run(f'泵 {i}')}</w:p></w:tc></w:tr>"
        for i in range(rows)
    )
    parsed = parse(PARSER, tmp_path, "a.docx", body(f"<w:tbl>{cells}</w:tbl>"))
    assert len(parsed.blocks[0].spans) == rows
    assert len(parsed.tables[0].rows) == rows
