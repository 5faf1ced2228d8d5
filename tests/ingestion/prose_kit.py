"""Reading files of prose in tests, and random documents of which nothing may be lost or doubled."""

import re
from pathlib import Path

import pytest
from hypothesis import strategies as st

from ingestion.parsers.base import OPTIONS, Block, Options, Parsed, Parser
from retrieval.errors import BadDocument
from retrieval.models import TextLocator

Piece = tuple[str, list[str]]  # what it is, and its texts: each begins with a mark of its own
_LETTERS = "abcz é泵阀，。()°"
_KINDS = ("heading", "paragraph", "bullets", "steps", "table", "code")


def parse(parser: Parser, folder: Path, name: str, content: str | bytes, options: Options = OPTIONS) -> Parsed:
    """What the parser makes of a file of this name and content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return parser.parse(path, name, (), options)


def refusal(parser: Parser, folder: Path, name: str, content: str | bytes, options: Options = OPTIONS) -> str:
    """The one line that the parser refuses the file with."""
    with pytest.raises(BadDocument) as caught:
        parse(parser, folder, name, content, options)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(name)
    return str(caught.value)


def kinds(parsed: Parsed) -> list[str]:
    return [block.kind for block in parsed.blocks]


def texts(block: Block) -> list[str]:
    return [span.text for span in block.spans]


def everything(parsed: Parsed) -> str:
    return "\n".join(span.text for block in parsed.blocks for span in block.spans)


def of_kind(parsed: Parsed, kind: str) -> list[Block]:
    return [block for block in parsed.blocks if block.kind == kind]


def places(parsed: Parsed) -> list[tuple[str, int, int]]:
    """First words of each span with where it stands."""
    spans = [span for block in parsed.blocks for span in block.spans]
    return [
        (span.text.strip(), span.locator.first, span.locator.last)
        for span in spans
        if isinstance(span.locator, TextLocator)
    ]


@st.composite
def documents(draw: st.DrawFn) -> list[Piece]:
    """Pieces of a random document; a table has two columns."""
    made: list[Piece] = []
    number = 0
    for kind in draw(st.lists(st.sampled_from(_KINDS), min_size=1, max_size=8)):
        count = {"heading": 1, "paragraph": draw(st.integers(1, 3)), "table": 6}.get(kind, draw(st.integers(2, 3)))
        said = []
        for _ in range(count):
            number += 1
            words = draw(st.text(alphabet=_LETTERS, max_size=12)).split()
            said.append(" ".join([f"u{number}x", *words]))
        made.append((kind, said))
    return made


def assert_whole(document: list[Piece], parsed: Parsed) -> None:
    """Every text of the document stands once, in order: in a span, or in the heading paths."""
    shown: list[str] = []
    path: tuple[str, ...] = ()
    for block in parsed.blocks:
        shown += [
            heading for i, heading in enumerate(block.heading_path) if path[: i + 1] != block.heading_path[: i + 1]
        ]
        path = block.heading_path
        shown += texts(block)
    whole = re.sub(r"\s+", "", "\n".join(shown))
    at = 0
    for _, said in document:
        for text in said:
            plain = re.sub(r"\s+", "", text)
            mark = plain.split("x", 1)[0] + "x"
            assert len(re.findall(rf"(?<!\d){mark}", whole)) == 1, (text, whole)
            found = whole.find(plain, at)
            assert found >= 0, (text, whole[at : at + 200])
            at = found + len(plain)
