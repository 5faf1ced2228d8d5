import html
from pathlib import Path

import prose_kit
import pytest
from hypothesis import HealthCheck, given, settings
from prose_kit import Piece, everything, kinds, parse, places, refusal, texts

from ingestion.parsers.base import Options
from ingestion.parsers.html import PARSER


def test_lines_are_the_files_own(tmp_path: Path) -> None:
    source = (
        "<html>\n<body\n class='x'>\n<!-- a\n b -->\n<p>One\ntwo <b\n>three</b></p>\n<script>\n1\n"
        "</script>\n<p>Four</p>\n"
    )
    assert places(parse(PARSER, tmp_path, "a.html", source)) == [("One", 6, 6), ("two three", 7, 8), ("Four", 12, 12)]


def test_what_a_page_shows_of_its_site_is_left_out(tmp_path: Path) -> None:
    source = (
        "<title>Pump</title><nav>Home</nav><h1>Pump<a class='headerlink'>¶</a></h1><p>Text.<span hidden>no</span>"
        "<span style='display: none'>no</span></p><div role='navigation'>no</div><footer>no</footer>"
    )
    parsed = parse(PARSER, tmp_path, "a.html", source)
    assert (everything(parsed), parsed.blocks[0].heading_path, parsed.title) == ("Text.", ("Pump",), "Pump")


def test_headings_nest_and_none_is_lost(tmp_path: Path) -> None:
    parsed = parse(PARSER, tmp_path, "a.html", "<h1>A</h1><h2>B</h2><h2>C</h2><p>x</p><h1>D</h1>")
    assert [(texts(block), block.heading_path) for block in parsed.blocks] == [
        (["B"], ("A",)),
        (["x"], ("A", "C")),
        (["D"], ()),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "<div class='admonition warning'><p class='admonition-title'>Warning</p><p>Hot.</p></div>",
        "<div class='admonitionblock caution'><table><tr><td class='icon'>Caution</td><td>Hot.</td></tr></table></div>",
        "<p class='warning'>Hot.</p>",
        "<table><tr><td>WARNING</td><td>Hot.</td></tr></table>",
        "<p><b>警告</b></p><p>Hot.</p>",
    ],
)
def test_warnings_are_told_by_class_or_word(tmp_path: Path, source: str) -> None:
    parsed = parse(PARSER, tmp_path, "a.html", f"<p>Before.</p>{source}<p>After.</p>")
    assert kinds(parsed) == ["text", "warning", "text"]
    said = texts(parsed.blocks[1])
    assert len(said) == 2
    assert said[1] == "Hot."


def test_merged_cells_hold_for_each_row(tmp_path: Path) -> None:
    source = (
        "<table><tr><th rowspan=2>量</th><th colspan=2>Limit</th></tr><tr><th>min</th><th>max</th></tr>"
        "<tr><td rowspan=2>Flow</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    )
    parsed = parse(PARSER, tmp_path, "a.html", source)
    (table,) = parsed.blocks
    assert (table.head, texts(table)) == (
        2,
        ["量 | Limit | ", "量 | min | max", "Flow | 1 | 2", "Flow | 3 | 4"],
    )
    assert [column.name for column in parsed.tables[0].columns] == ["量", "Limit min", "Limit max"]


def test_tables_that_lay_out_the_page_are_read_through(tmp_path: Path) -> None:
    source = (
        "<table><tr><td><h2>Start</h2><p>One.</p></td><td><table><tr><td>a</td><td>b</td></tr></table>"
        "</td></tr></table>"
    )
    parsed = parse(PARSER, tmp_path, "a.html", source)
    assert kinds(parsed) == ["text", "table"]
    assert parsed.blocks[0].heading_path == ("Start",)


def test_lists_show_the_pages_numbers(tmp_path: Path) -> None:
    source = "<ol start=9><li>Close it.<p>Wait.</p><ul><li>long<ul><li>very</ul></ul><li>Open it.</ol>"
    parsed = parse(PARSER, tmp_path, "a.html", source)
    assert kinds(parsed) == ["steps"]
    assert texts(parsed.blocks[0]) == ["9. Close it.\nWait.", "• long", "◦ very", "10. Open it."]


def test_signs_stay_as_shown(tmp_path: Path) -> None:
    source = (
        "<p>10<sup>−3</sup> m<sup>3</sup>/h, 1<sup>st</sup>, note<sup><a href='#n'>2</a></sup>, "
        "&minus;5&nbsp;°C, <del>40</del> 45</p>"
    )
    assert everything(parse(PARSER, tmp_path, "a.html", source)) == "10⁻³ m³/h, 1st, note[2], −5 °C, ~~40~~ 45"


def test_figures_keep_words_and_caption(tmp_path: Path) -> None:
    source = (
        "<figure><img alt='Section of P-101A' src=a.png><figcaption>图 1 泵</figcaption></figure><p>x<img "
        "alt='img_01.png'></p>"
    )
    parsed = parse(PARSER, tmp_path, "a.html", source)
    assert [(block.kind, texts(block)) for block in parsed.blocks] == [
        ("figure", ["Section of P-101A", "图 1 泵"]),
        ("text", ["x"]),
    ]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=gb2312>", "gb18030"),
        ("<meta http-equiv=Content-Type content='text/html; charset=big5'>", "big5"),
        ("", "utf-16"),
        ("", "gb18030"),
    ],
)
def test_declared_and_undeclared_encodings(tmp_path: Path, head: str, encoding: str) -> None:
    source = f"<html><head>{head}</head><body><p>定期檢查與維護：閥門、壓力。</p></body></html>"
    assert everything(parse(PARSER, tmp_path, "a.html", source.encode(encoding))) == "定期檢查與維護：閥門、壓力。"


def test_entities_of_a_files_own_are_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    source = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{tmp_path / "secret.txt"}">]><html><body><p>a &x; b</p></body></html>'
    assert "secret" not in everything(parse(PARSER, tmp_path, "a.html", source)).replace("secret.txt", "")


def test_hostile_pages_are_refused_or_bounded(tmp_path: Path) -> None:
    assert "nests elements" in refusal(PARSER, tmp_path, "a.html", "<div>" * 5000 + "x")
    wide = "<table><tr>" + "<td>y</td>" * 3000 + "</tr><tr><td>y</table>"
    assert "max_columns" in refusal(PARSER, tmp_path, "a.html", wide)
    tall = "<table>" + "<tr><td>y<td>z</tr>" * 30 + "</table>"
    assert "max_rows = 20" in refusal(PARSER, tmp_path, "a.html", tall, Options(max_rows=20))
    merged = "<table><tr><td colspan=999999999 rowspan=999999999>x</td></tr><tr><td>y</td><td>z</td></tr></table>"
    assert "x" in everything(parse(PARSER, tmp_path, "a.html", merged))
    long = parse(PARSER, tmp_path, "a.html", "<p>" + "泵 " * 500_000)
    assert everything(long).count("泵") == 500_000
    assert max(len(span.text) for block in long.blocks for span in block.spans) <= 4000
    assert "is no text" in refusal(PARSER, tmp_path, "a.html", b"<p>a\x00b</p>" * 50)
    assert "no markup" in refusal(PARSER, tmp_path, "a.html", "plain words")


def test_content_and_name_tell_a_page(tmp_path: Path) -> None:
    assert PARSER.accepts(tmp_path / "a.html", b"<p>x") == "yes"
    assert PARSER.accepts(tmp_path / "a.txt", b"<!-- x -->\n<!DOCTYPE html>") == "maybe"
    assert PARSER.accepts(tmp_path / "a.xml", b"<?xml version='1.0'?><PlantModel>") == "no"
    assert PARSER.accepts(tmp_path / "a.md", b"# x <html>") == "no"


def _source(document: list[Piece]) -> str:
    parts = ["<html><body>"]
    for kind, given_texts in document:
        said = [html.escape(text) for text in given_texts]
        if kind == "heading":
            parts.append(f"<h2>{said[0]}</h2>")
        elif kind == "paragraph":
            parts.append("<p>" + "<br>\n".join(said) + "</p>")
        elif kind in ("bullets", "steps"):
            tag = "ul" if kind == "bullets" else "ol"
            parts.append(f"<{tag}>" + "".join(f"<li>{text}" for text in said) + f"</{tag}>")
        elif kind == "table":
            rows = [f"<tr><td>{left}<td>{right}</tr>" for left, right in zip(said[::2], said[1::2], strict=True)]
            parts.append("<table>\n" + "\n".join(rows) + "</table>")
        else:
            parts.append("<pre>\n" + "\n".join(said) + "</pre>")
    return "\n".join(parts)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prose_kit.documents())
def test_no_text_is_lost_or_doubled(tmp_path: Path, document: list[Piece]) -> None:
    prose_kit.assert_whole(document, parse(PARSER, tmp_path, "a.html", _source(document)))


def test_a_licence_is_no_revision(tmp_path: Path) -> None:
    path = tmp_path / "manual.html"
    path.write_text(
        "<h1>UPS manual</h1><p>This is free software under the GPL,<br>version 2. Please see the file COPYING.</p>",
        encoding="utf-8",
    )
    assert PARSER.parse(path, path.name, ()).revision == "0"
