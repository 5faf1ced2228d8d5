"""What an HTML element is to a reader, and the text of a cell on one line."""

import re
from collections.abc import Sequence
from typing import Any

from ingestion.parsers._prose.marks import WARNING_NAMES
from ingestion.parsers._prose.spans import raised
from ingestion.parsers._text import clean

SKIPPED = frozenset(
    """script style template nav svg iframe object embed noscript canvas audio video map select datalist button rt rp
    annotation annotation-xml head footer""".split()
)
BLOCKS = frozenset(
    """address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure form
    h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu ol option p plaintext pre search section
    summary table tbody td tfoot th thead tr ul xmp caption""".split()
)
_SKIPPED_CLASSES = frozenset("headerlink sphinxsidebar related toc contents breadcrumbs linenos skip-link".split())
_BOXES = frozenset("admonition admonitionblock alert callout message box block custom markdown".split())
_WORD = re.compile(r"\w+")
_NEAR, _LONG = 8, 2000  # lines to look at, characters of one
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FILE_NAME = re.compile(
    r"^\S+\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)$|^\w*_\w*$|^(?:image|picture|img|图片)?\s*\d*$", re.IGNORECASE
)


def name_of(node: Any) -> str:
    """The tag in lower case; '' for a comment or instruction."""
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def is_skipped(node: Any) -> bool:
    """What a page shows of the site, not of the document; and what it doesn't show."""
    tag = name_of(node)
    if tag in SKIPPED or not tag:
        return True
    if tag in ("body", "html", "main", "article"):
        return False
    classes = set((node.get("class") or "").lower().split())
    hidden = node.get("hidden") is not None or node.get("aria-hidden") == "true"
    return (
        hidden
        or bool(_HIDDEN.search(node.get("style") or ""))
        or node.get("role") in ("navigation", "contentinfo", "search")
        or node.get("id") == "toc"
        or bool(classes & _SKIPPED_CLASSES)
    )


def warning_name(node: Any) -> str:
    """The signal word of a box by its class, '' where it is none."""
    classes = (node.get("class") or "").lower().split()
    words = {word for one in classes for word in re.split(r"[-_]+", one)}
    found = sorted(words & WARNING_NAMES)
    boxed = bool(words & _BOXES) or name_of(node) == "aside"
    sure = [word for word in found if word in ("warning", "danger", "caution") and word in classes]
    return (found[0] if boxed and found else sure[0] if sure else "").capitalize()


def alt_of(node: Any) -> str:
    """A picture's words, '' where it has none or only a file's name."""
    alt = clean(node.get("alt") or "")
    return "" if _FILE_NAME.match(alt) else alt


def raised_text(node: Any) -> str:
    """Of a superscript: a note's mark as ``[1]``, an exponent as the page shows it."""
    text = clean("".join(node.itertext()))
    linked = any((link.get("href") or "").startswith("#") for link in node.iter("a"))
    parent = node.getparent()
    linked = linked or (parent is not None and name_of(parent) == "a" and (parent.get("href") or "").startswith("#"))
    if linked and text and not text.startswith("["):
        return f"[{text}]"
    return raised(text)


def anchored(lines: Sequence[str], line: int, text: str) -> int:
    """The 1-based line that a text begins in: ``line``, or one of the next where an end tag took some of its own."""
    word = _WORD.search(text)
    if word is None:
        return line
    lead = text.count("\n", 0, word.start())
    for at in range(line + lead, min(line + lead + _NEAR, len(lines) + 1)):
        if len(lines[at - 1]) > _LONG:  # dear to search, and one of few
            return line
        if word[0] in lines[at - 1]:
            return at - lead
    return line


class Plain:
    """The text of an element on one line, and the lines of the file that it takes."""

    def __init__(self, element: Any, line: int, lines: Sequence[str] = ()) -> None:
        self._lines = lines
        self.line = line  # after the element
        self.last = line  # of its last text
        self._parts: list[str] = []
        self._read(element)
        self.text = clean("".join(self._parts))

    def _read(self, element: Any) -> None:
        from lxml import etree

        walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
        for event, node in walker:
            self.line = max(self.line, node.sourceline or 0)
            if event == "start":
                if is_skipped(node) and node is not element:
                    walker.skip_subtree()
                    continue
                if name_of(node) == "sup":
                    self._add(raised_text(node))
                    walker.skip_subtree()
                    continue
                self._start(node)
            else:
                if event == "end" and name_of(node) in BLOCKS:
                    self._parts.append(" ")
                if node is not element:
                    self._add(node.tail)

    def _start(self, node: Any) -> None:
        tag = name_of(node)
        if tag in BLOCKS or tag == "br":
            self._parts.append(" ")
        if tag == "li":
            self._parts.append("• ")
        if tag == "img":
            self._add(alt_of(node))
        self._add(node.text)

    def _add(self, text: str | None) -> None:
        if text:
            if text.strip():
                self.line = anchored(self._lines, self.line, text)
                lead = text[: len(text) - len(text.lstrip())].count("\n")
                self.last = max(self.last, self.line + lead + text.strip().count("\n"))
            self.line += text.count("\n")
            self._parts.append(text)
