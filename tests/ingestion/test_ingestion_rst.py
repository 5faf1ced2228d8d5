import re
from pathlib import Path

import pytest
from prose_kit import everything, kinds, of_kind, parse, places, refusal, texts

from ingestion.parsers.rst import PARSER

ROBOT_DOCS = Path(__file__).parents[2] / ".." / "shared" / "data" / "ur-robot-docs"


def test_every_line_tells_its_number(tmp_path: Path) -> None:
    source = (
        "Head\n====\n\nOne\ntwo\n\n* item\n  goes on\n\n.. code-block:: sh\n\n   code\n\n   more\n\n"
        "Sub\n---\n\nOne\n\n::\n\n   One\n\n=== ===\na   b\n=== ===\nc   d\n=== ===\n"
    )
    assert places(parse(PARSER, tmp_path, "a.rst", source)) == [
        ("One", 4, 4),
        ("two", 5, 5),
        ("• item goes on", 7, 8),
        ("code", 12, 13),
        ("more", 14, 14),
        ("One", 19, 19),
        ("One", 23, 23),
        ("a | b", 26, 26),
        ("c | d", 28, 28),
    ]


def test_unknown_directives_and_roles_keep_their_text(tmp_path: Path) -> None:
    source = (
        "See :ref:`the\nsetup <robot>`, :doc:`/usage`, :kbd:`Ctrl`, :made-up:`that`.\n\n"
        ".. tabs::\n\n   .. group-tab:: Linux\n\n      Do this.\n\n"
        ".. versionadded:: 1.2\n   It starts.\n\n.. toctree::\n   :maxdepth: 1\n"
        "   :caption: Contents\n\n   Usage <usage>\n\n"
        ".. literalinclude:: x.py\n\n.. code-block:: python\n   :emphasize-lines: 1\n   :caption: 示例\n\n   a = 1\n"
    )
    parsed = parse(PARSER, tmp_path, "a.rst", source)
    assert texts(parsed.blocks[0]) == ["See the", "setup, /usage, Ctrl, that."]
    said = everything(parsed)
    for text in ("Linux", "Do this.", "New in version 1.2", "It starts.", "Contents", "• Usage", "示例", "a = 1"):
        assert said.count(text) == 1, text
    assert parsed.warnings == ("a.rst, line 19: the file x.py that it shows is not read",)


def test_boxes_are_warnings_and_notes_are_text(tmp_path: Path) -> None:
    source = (
        ".. danger::\n   高压。\n\n   * 泄压\n\n.. note:: Once.\n\n.. admonition:: 警告\n\n   高温。\n\nWARNING: Hot.\n"
    )
    parsed = parse(PARSER, tmp_path, "a.rst", source)
    assert kinds(parsed) == ["warning", "text", "text", "warning", "warning"]
    assert [text.strip() for text in texts(parsed.blocks[0])] == ["Danger", "高压。", "• 泄压"]
    assert texts(parsed.blocks[3]) == ["警告", "高温。"]


def test_nothing_is_included_and_nothing_raw_is_run(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words")
    source = (
        ".. include:: secret.txt\n\n.. raw:: html\n\n   <b>bold</b>\n\n.. csv-table::\n   :file: secret.txt\n\n"
        ".. role:: shout(raw)\n   :format: html\n\nKept :shout:`<b>this</b>`.\n"
    )
    parsed = parse(PARSER, tmp_path, "a.rst", source)
    assert "secret words" not in everything(parsed)
    assert "Kept this." in everything(parsed)
    assert "a.rst, line 1: what include:: secret.txt would bring in is not read" in parsed.warnings


def test_broken_markup_is_kept_as_it_stands_and_told(tmp_path: Path) -> None:
    source = "Before.\n\n=== ===\na   b\n=== ===\nccccc d\n=== ===\n\nAfter `open.\n"
    parsed = parse(PARSER, tmp_path, "a.rst", source)
    assert "ccccc d" in everything(parsed)
    assert "After `open." in everything(parsed)
    assert any(warning.startswith("a.rst, line 3: Malformed table.") for warning in parsed.warnings)


def test_lists_show_their_numbers_and_fields_their_names(tmp_path: Path) -> None:
    source = (
        ":Revision: D\n:orphan:\n\nb) Close it.\nc) Open it.\n\n   Wait.\n\n-v, --verbose  Say "
        "more.\n\nterm\n   meaning\n\n| one\n| two\n"
    )
    parsed = parse(PARSER, tmp_path, "a.rst", source)
    assert parsed.revision == "D"
    assert [texts(block) for block in parsed.blocks] == [
        ["Revision: D"],
        ["b) Close it.", "c) Open it.\nWait."],
        ["-v, --verbose Say more."],
        ["term"],
        ["meaning"],
        ["one\n", "two\n"],
    ]


def test_merged_cells_footnotes_figures_and_substitutions(tmp_path: Path) -> None:
    source = (
        "+---+---+\n| a | b |\n+   +---+\n|   | c |\n+---+---+\n\nSee |it| [1]_, 10\\ :sup:`-3`.\n\n"
        ".. |it| replace:: 泵\n\n"
        ".. figure:: a.png\n   :alt: Section\n\n   图 1 泵\n\n.. [1] The note.\n"
    )
    parsed = parse(PARSER, tmp_path, "a.rst", source)
    assert texts(of_kind(parsed, "table")[0]) == ["a | b", "a | c"]
    assert texts(parsed.blocks[1]) == ["See 泵 [1], 10⁻³."]
    assert texts(of_kind(parsed, "figure")[0]) == ["Section", "图 1 泵"]
    assert texts(parsed.blocks[-1]) == ["[1] The note."]


def test_hostile_files_are_refused_or_bounded(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    deep = "".join(f"{'  ' * i}* x\n\n" for i in range(400))
    assert "nests lists" in refusal(PARSER, tmp_path, "a.rst", deep)
    parsed = parse(PARSER, tmp_path, "a.rst", "*a `b " * 100_000)
    assert "read as plain text" in parsed.warnings[0]
    assert everything(parsed).count("`b") == 100_000
    assert "is no text" in refusal(PARSER, tmp_path, "a.rst", b"\x00\x01" * 500)
    parse(PARSER, tmp_path, "a.rst", "Bad\n===\n\n.. nothing known\n   `\n\nOdd\n==\n\n:unknown:`x` `\n")
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not ROBOT_DOCS.is_dir(), reason="the robot documents are not beside the repository")
def test_real_manuals_keep_their_words(tmp_path: Path) -> None:
    files = sorted(ROBOT_DOCS.rglob("*.rst"))
    assert files
    for path in files:
        parsed = PARSER.parse(path, path.name, ())
        headings = " ".join(heading for block in parsed.blocks for heading in block.heading_path)
        said = set(re.findall(r"[A-Za-z]{4,}", everything(parsed) + headings))
        source = re.sub(r"^\.\. (?![\w-]+::).*\n(?:[ \t]+.*\n)*", "", path.read_text(), flags=re.MULTILINE)
        source = re.sub(r"<[^<>`]*>`|^\s*(?:\.\.|:).*$|https?:\S+", " ", source, flags=re.MULTILINE)
        words = set(re.findall(r"[A-Za-z]{4,}", re.sub(r":[\w-]+:`", "`", source)))
        assert len(words - said) <= 1 + 0.03 * len(words), (path.name, sorted(words - said))
