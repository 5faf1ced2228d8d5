"""How docutils is asked, and the words of its nodes."""

import re
from collections.abc import Iterator
from typing import Any

from ingestion.parsers._prose.spans import raised

LONGEST_LINE = 10_000  # docutils takes no longer one: markup is dear to look for
SETTINGS = {
    "report_level": 5,
    "halt_level": 6,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "input_encoding": "unicode",
    "doctitle_xform": False,
    "sectsubtitle_xform": False,
    "docinfo_xform": False,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "line_length_limit": LONGEST_LINE,
}
_CELL_PARTS = frozenset({"paragraph", "literal_block", "term", "line", "rubric"})
_UNREAD_ROLE = re.compile(r"^:[\w.+:-]+:`(.*)`$", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def is_cell_part(node: Any) -> bool:
    """Whether a node is text of a table's cell, and no complaint about one."""
    return getattr(node, "tagname", "") in _CELL_PARTS and node.parent.tagname != "system_message"


def shown_text(node: Any) -> str:
    """The words of a paragraph as the page shows them, its line feeds where the file has them."""
    return "".join(_parts(node))


def _parts(node: Any) -> Iterator[str]:
    for child in node.children:
        tag = getattr(child, "tagname", "#text")
        if tag == "#text":
            yield child.astext()
        elif tag == "superscript":
            yield raised(child.astext())
        elif tag in ("footnote_reference", "citation_reference"):
            yield f"[{child.astext()}]"
        elif tag == "problematic" and (match := _UNREAD_ROLE.match(child.astext())):
            yield _TAG.sub("", match[1])  # a raw role, which is not run
        elif tag not in ("image", "target") or child.children:
            yield from _parts(child)
