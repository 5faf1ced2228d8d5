from pathlib import Path

import prose_kit
import pytest
from hypothesis import HealthCheck, given, settings
from prose_kit import Piece, everything, kinds, of_kind, parse, places, refusal, texts

from ingestion.parsers.markdown import PARSER


def test_front_matter_tells_title_revision_and_date(tmp_path: Path) -> None:
    parsed = parse(PARSER, tmp_path, "a.md", "---\ntitle: 进料泵手册\nrev: d\ndate: 2024-05-01\n---\n# Pump\n\nText.\n")
    assert (parsed.title, parsed.revision, parsed.effective_date) == ("进料泵手册", "D", "2024-05-01")
    assert places(parsed) == [("Text.", 8, 8)]
    toml = parse(PARSER, tmp_path, "b.md", '+++\ntitle = "Pump manual"\nversion = "1.2"\n+++\nText.\n')
    assert (toml.title, toml.revision) == ("Pump manual", "1.2")


def test_front_matter_that_is_none_stays_and_is_told(tmp_path: Path) -> None:
    parsed = parse(PARSER, tmp_path, "a.md", "---\na: [b\n---\n\nText.\n")
    assert parsed.warnings == ("a.md, line 1: the front matter is no valid YAML",)
    assert "a: [b" in " ".join([everything(parsed), *parsed.blocks[-1].heading_path])


def test_revision_and_date_come_from_the_first_lines_else(tmp_path: Path) -> None:
    parsed = parse(
        PARSER, tmp_path, "pump_manual.md", "Revision: C\n\nEffective date: 1 May 2024\n\nNeeds Version 3.\n"
    )
    assert (parsed.title, parsed.revision, parsed.effective_date) == ("pump manual", "C", "2024-05-01")


def test_every_line_tells_its_number(tmp_path: Path) -> None:
    source = (
        "# Head\n\nOne [two\nthree](x) `a\nb`\n\n- item\n  goes on\n\n```\ncode\n\nmore\n```\n\n| a | b "
        "|\n|---|---|\n| c | d |\n"
    )
    found = places(parse(PARSER, tmp_path, "a.md", source))
    assert ("• item goes on", 7, 8) in found
    assert ("code", 11, 12) in found
    assert ("more", 13, 13) in found
    assert ("c | d", 18, 18) in found


@pytest.mark.parametrize(
    "source",
    [
        "> [!WARNING]\n> Hot surface.\n> - cool it\n",
        ":::warning\nHot surface.\n\n- cool it\n:::\n",
        "::: danger 危险\nHot surface.\n\n- cool it\n:::\n",
        '!!! warning "Mind"\n    Hot surface.\n\n    - cool it\n',
        '<div class="alert alert-warning">Hot surface. <ul><li>cool it</ul></div>\n',
    ],
)
def test_boxes_of_every_dialect_are_one_warning(tmp_path: Path, source: str) -> None:
    parsed = parse(PARSER, tmp_path, "a.md", f"Before.\n\n{source}\nAfter.\n")
    assert kinds(parsed) == ["text", "warning", "text"]
    said = "".join(texts(parsed.blocks[1]))
    assert "Hot surface." in said
    assert "• cool it" in said
    assert texts(parsed.blocks[2]) == ["After."]


def test_a_note_is_no_warning_and_a_paragraph_may_be_one(tmp_path: Path) -> None:
    parsed = parse(PARSER, tmp_path, "a.md", "> [!NOTE]\n> Once a year.\n\n**警告：** 高温表面。\n\nDANGER\n\n带电。\n")
    assert kinds(parsed) == ["text", "text", "warning", "warning"]
    assert texts(parsed.blocks[2]) == ["警告： 高温表面。"]
    assert texts(parsed.blocks[3]) == ["DANGER", "带电。"]


def test_a_colon_fence_inside_code_is_code(tmp_path: Path) -> None:
    parsed = parse(PARSER, tmp_path, "a.md", "```\n:::warning\nx\n:::\n```\n")
    assert texts(parsed.blocks[0]) == [":::warning\n", "x\n", ":::\n"]


def test_steps_keep_numbers_and_a_warning_stands_between_them(tmp_path: Path) -> None:
    source = (
        "3. Close it.\n\n   Wait.\n\n   > [!CAUTION]\n   > Wet.\n\n4. Open it.\n   - slowly\n     1. or "
        "so\n\n- [x] done\n"
    )
    parsed = parse(PARSER, tmp_path, "a.md", source)
    assert kinds(parsed) == ["steps", "warning", "steps", "text"]
    assert texts(parsed.blocks[0]) == ["3. Close it.\nWait."]
    assert texts(parsed.blocks[2]) == ["4. Open it.", "• slowly", "1. or so"]
    assert texts(parsed.blocks[3]) == ["• ☑ done"]


def test_tables_are_blocks_and_typed(tmp_path: Path) -> None:
    source = "表 1 限值\n\n| 量 | Limit (bar) |\n|---|--:|\n| A \\| B | −3,5 |\n| C | 4 |\n"
    parsed = parse(PARSER, tmp_path, "a.md", source)
    (table,) = parsed.blocks
    assert (table.kind, table.head, table.heading_path) == ("table", 1, ("表 1 限值",))
    assert texts(table) == ["量 | Limit (bar)", "A | B | −3,5", "C | 4"]
    (typed,) = parsed.tables
    assert [(column.name, column.type, column.unit) for column in typed.columns] == [
        ("量", "text", ""),
        ("Limit", "number", "bar"),
    ]
    assert typed.rows[0].cells == ("A | B", -3.5)


def test_html_in_between_is_read_with_its_lines(tmp_path: Path) -> None:
    source = (
        "Before.\n\n<table>\n<tr><th>K</th><th>V</th></tr>\n<tr><td>x</td><td>1</td></tr>\n</table>\n\n"
        "<!-- hidden -->\n\nH<sub>2</sub>O 10<sup>−3</sup><br>m ~~40~~ 45\n"
    )
    parsed = parse(PARSER, tmp_path, "a.md", source)
    assert places(parsed)[1:3] == [("K | V", 4, 4), ("x | 1", 5, 5)]
    assert texts(parsed.blocks[-1]) == ["H2O 10⁻³\n", "m ~~40~~ 45"]
    assert "hidden" not in everything(parsed)


def test_footnotes_are_kept_and_links_addresses_are_not(tmp_path: Path) -> None:
    source = (
        "See [it][1] and ![Pump\nin section](a.png).[^n]\n\n[1]: https://example.invalid\n[^n]: word\n"
        "[^m]: Two words.\n"
    )
    parsed = parse(PARSER, tmp_path, "a.md", source)
    assert "[n] word" in everything(parsed)
    assert "[m] Two words." in everything(parsed)
    assert "example" not in everything(parsed)
    assert texts(of_kind(parsed, "figure")[0]) == ["Pump in section"]


@pytest.mark.parametrize(
    "source", [">" * 3000 + " x", "- " * 3000 + "x", "".join(f"{'  ' * i}- x\n" for i in range(300))]
)
def test_what_nests_too_deep_is_refused(tmp_path: Path, source: str) -> None:
    assert "nests lists or quotations" in refusal(PARSER, tmp_path, "a.md", source)


def test_a_line_of_a_million_characters_is_kept_as_it_stands(tmp_path: Path) -> None:
    parsed = parse(PARSER, tmp_path, "a.md", "# Head\n\n" + "*a " * 400_000 + "\n\nAfter.\n")
    assert "1,200,000 characters are read as they stand" in parsed.warnings[0]
    assert everything(parsed).count("*a") == 400_000
    assert texts(parsed.blocks[-1]) == ["After."]


def test_binary_data_is_no_markdown(tmp_path: Path) -> None:
    assert "is no text" in refusal(PARSER, tmp_path, "a.md", bytes(range(256)) * 20)
    assert "is empty" in refusal(PARSER, tmp_path, "a.md", "\n")


def _source(document: list[Piece]) -> str:
    parts = []
    for kind, said in document:
        if kind == "heading":
            parts.append(f"## {said[0]}")
        elif kind == "paragraph":
            parts.append("\n".join(said))
        elif kind == "bullets":
            parts.append("\n".join(f"- {text}" for text in said) + "\n\n<!-- -->")
        elif kind == "steps":
            parts.append("\n".join(f"{i}. {text}" for i, text in enumerate(said, 1)) + "\n\n<!-- -->")
        elif kind == "table":
            rows = [f"| {left} | {right} |" for left, right in zip(said[::2], said[1::2], strict=True)]
            parts.append("\n".join([rows[0], "|---|---|", *rows[1:]]))
        else:
            parts.append("```\n" + "\n".join(said) + "\n```")
    return "\n\n".join(parts) + "\n"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prose_kit.documents())
def test_no_text_is_lost_or_doubled(tmp_path: Path, document: list[Piece]) -> None:
    prose_kit.assert_whole(document, parse(PARSER, tmp_path, "a.md", _source(document)))
