"""docutils' tree -> prose, with the lines of the file."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.html_plain import alt_of
from ingestion.parsers._prose.marks import NOTE_NAMES, WARNING_NAMES, is_warning
from ingestion.parsers._prose.spans import as_line, lines_at
from ingestion.parsers._prose.table import Cell, Row
from ingestion.parsers._prose.text import read_lines
from ingestion.parsers._tables.numbers import enumerator
from ingestion.parsers._text import clean
from ingestion.parsers.base import Span
from ingestion.parsers.rst._words import LONGEST_LINE, SETTINGS, is_cell_part, shown_text
from retrieval.models import Locator

if TYPE_CHECKING:
    from docutils import nodes

_SILENT = frozenset(
    """comment target substitution_definition pending raw decoration meta transition colspec label""".split()
)
_FILE_WIDE = frozenset("github_url orphan tocdepth nocomments nosearch no-search hide-toc html_theme.sidebar".split())
_FORMS = {
    "loweralpha": "lowerLetter",
    "upperalpha": "upperLetter",
    "lowerroman": "lowerRoman",
    "upperroman": "upperRoman",
}


def read_rst(source: str, prose: Prose, name: str) -> None:
    """Feed a file. One with lines too long for markup is read as plain text."""
    lines = source.split("\n")
    if long := next((i for i, line in enumerate(lines, 1) if len(line) > LONGEST_LINE), 0):
        prose.warnings.append(f"{name}, line {long}: too long for markup; the file is read as plain text")
        read_lines(source, prose)
        return
    from docutils.core import publish_doctree

    from ingestion.parsers.rst._tolerant import tolerate

    tolerate(source)
    tree = publish_doctree(source, source_path=name, settings_overrides={**SETTINGS, "warning_stream": io.StringIO()})
    _Reader(prose, name, lines).children(tree)


class _Reader:
    """Nodes tell lines, near enough; the file's own lines are looked up from there, always forward."""

    def __init__(self, prose: Prose, name: str, lines: list[str]) -> None:
        self._prose, self._name, self._lines = prose, name, lines
        self._at = 1  # the latest line that was found
        self._depth = 0
        self._label = ""  # in front of the next paragraph: a footnote's mark, a field's name
        self._handlers: dict[str, Callable[[Any], None]] = {
            "section": self._section,
            "title": self._title,
            "bullet_list": self._list,
            "enumerated_list": self._list,
            "literal_block": self._literal,
            "doctest_block": self._literal,
            "math_block": self._literal,
            "line_block": self._line_block,
            "table": self._table,
            "image": self._image,
            "figure": self._figure,
            "footnote": self._note,
            "citation": self._note,
            "field": self._field,
            "option_list_item": self._option,
            "topic": self._topic,
            "sidebar": self._topic,
            "container": self._box,
            "system_message": self._message,
            "problematic": self._paragraph,
            **dict.fromkeys(("paragraph", "term", "attribution", "rubric", "caption", "subtitle"), self._paragraph),
        }

    def children(self, node: "nodes.Element") -> None:
        """All that an element holds, in order."""
        for child in node.children:
            self._node(child)

    def _node(self, node: Any) -> None:
        tag = getattr(node, "tagname", "#text")
        if tag in _SILENT or tag == "#text":
            return
        if handler := self._handlers.get(tag):
            handler(node)
        elif tag == "admonition" or tag in WARNING_NAMES | NOTE_NAMES:
            self._admonition(tag, node)
        else:
            self.children(node)

    def _section(self, node: Any) -> None:
        self._depth += 1
        self.children(node)
        self._depth -= 1

    def _title(self, node: Any) -> None:
        if lines := self._spans(node):
            line = as_line(lines)
            self._prose.heading(max(self._depth, 1), line.text, line.locator)

    def _paragraph(self, node: Any) -> None:
        lines = self._spans(node)
        if lines and self._label:
            lines[0] = Span(f"{self._label} {lines[0].text}", lines[0].locator)
            self._label = ""
        self._prose.paragraph(lines)
        for image in node.findall(lambda one: getattr(one, "tagname", "") == "image"):
            self._image(image, lines[-1].locator if lines else None)

    def _spans(self, node: Any) -> list[Span]:
        text = shown_text(node)
        source = node.rawsource or text
        first = self._find(source, node.line)
        shown, count = text.split("\n"), source.count("\n") + 1
        exact = len(shown) == count
        spans = [
            Span(clean(line), lines_at(first + i) if exact else lines_at(first, first + count - 1))
            for i, line in enumerate(shown)
            if clean(line)
        ]
        self._at = max(self._at, min(first + count - 1, len(self._lines)))
        return spans

    def _find(self, source: str, hint: int | None) -> int:
        """The line of the file, from the latest on, that the source begins in."""
        first = next((line.strip() for line in source.split("\n") if line.strip()), "")
        if hint and self._at <= hint <= len(self._lines) and first in self._lines[hint - 1]:
            return hint
        start = max(self._at, (hint or 0) - 3)
        for number in range(start, min(start + (40 if hint else 400), len(self._lines)) + 1):
            if first and first in self._lines[number - 1]:
                return number
        return min(max(self._at, hint or 0), len(self._lines))

    def _find_whole(self, line: str) -> int:
        """The next line of the file that says this and nothing else: docutils doesn't tell where a literal begins."""
        for number in range(self._at + 1, len(self._lines) + 1):
            if self._lines[number - 1].strip() == line.strip():
                return number
        return self._find(line, None)

    def _list(self, node: Any) -> None:
        ordered = node.tagname == "enumerated_list"
        start = int(node.get("start", 1))
        self._prose.begin_list(ordered=ordered, start=start)
        for number, item in enumerate(node.children, start):
            marker = ""
            if ordered and node.get("enumtype", "arabic") != "arabic":
                marker = (
                    f"{node.get('prefix', '')}{enumerator(number, _FORMS[node['enumtype']])}{node.get('suffix', '.')}"
                )
            elif ordered:
                marker = f"{node.get('prefix', '')}{number}{node.get('suffix', '.')}"
            self._prose.begin_item(marker)
            self.children(item)
        self._prose.end_list()

    def _literal(self, node: Any) -> None:
        lines = node.astext().split("\n")
        first = self._find_whole(lines[0])
        self._prose.preformatted([Span(line, self._line_at(first + i)) for i, line in enumerate(lines)])
        self._at = max(self._at, min(first + len(lines) - 1, len(self._lines)))

    def _line_at(self, number: int) -> Any:
        return lines_at(min(number, len(self._lines)))

    def _line_block(self, node: Any) -> None:
        spans = []
        for line in node.findall(lambda one: getattr(one, "tagname", "") == "line"):
            spans += [Span(span.text + "\n", span.locator) for span in self._spans(line)]
        self._prose.paragraph(spans)

    def _admonition(self, tag: str, node: Any) -> None:
        title = next((child for child in node.children if getattr(child, "tagname", "") == "title"), None)
        line = self._find(f"{tag}::", node.line)
        label = [Span(tag.capitalize(), lines_at(line))] if title is None else self._spans(title)
        warns = tag in WARNING_NAMES or bool(label and is_warning(label[0].text))
        self._prose.begin_frame(label, warns=warns)
        for child in node.children:
            if child is not title:
                self._node(child)
        self._prose.end_frame()

    def _box(self, node: Any) -> None:
        name, label = node.get("directive", ""), node.get("label", "")
        if not name:
            self.children(node)
            return
        line = self._find(f"{name}::", node.get("line"))
        self._at = max(self._at, line)
        shown = label or (name.capitalize() if name in WARNING_NAMES else "")
        if name in WARNING_NAMES or (shown and name in NOTE_NAMES):
            self._prose.begin_frame([Span(shown, lines_at(line))] if shown else [], warns=name in WARNING_NAMES)
            self.children(node)
            self._prose.end_frame()
            return
        if shown:
            self._prose.paragraph([Span(shown, lines_at(line))])
        if name == "literalinclude":
            self._prose.warnings.append(f"{self._name}, line {line}: the file {label} that it shows is not read")
        self.children(node)

    def _image(self, node: Any, place: Locator | None = None) -> None:
        """``place`` is its paragraph's where it stands in one."""
        if alt := alt_of(node):
            self._prose.figure([Span(alt, place or lines_at(self._find(alt, node.line)))])

    def _figure(self, node: Any) -> None:
        for child in node.children:
            if getattr(child, "tagname", "") == "caption":
                self._prose.figure(self._spans(child))
            else:
                self._node(child)

    def _table(self, node: Any) -> None:
        caption: list[Span] = []
        rows: list[Row] = []
        for child in node.children:
            if child.tagname == "title":
                caption = self._spans(child)
        for row in node.findall(lambda one: getattr(one, "tagname", "") == "row"):
            if row.parent.parent.parent is node:
                rows.append(self._row(row))
        self._prose.table(rows, caption)

    def _row(self, row: Any) -> Row:
        cells: list[Cell] = []
        first = last = 0
        for entry in row.children:
            texts = []
            for part in entry.findall(is_cell_part):
                spans = self._cell_lines(part)
                first = first or spans[0].locator.first if spans and spans[0].locator.kind == "text" else first
                last = max([last, *(span.locator.last for span in spans if span.locator.kind == "text")])
                bullet = "• " if part.parent.tagname == "list_item" and part.parent.index(part) == 0 else ""
                texts.append(bullet + as_line(spans).text if spans else "")
            cells.append(
                Cell(" ".join(filter(None, texts)), entry.get("morerows", 0) + 1, entry.get("morecols", 0) + 1)
            )
        first = first or self._at
        head = row.parent.tagname == "thead"
        return Row(tuple(cells), lines_at(first, max(first, last)), head)

    def _cell_lines(self, part: Any) -> list[Span]:
        """A cell beside another begins above where that one ended."""
        at, self._at = self._at, max(min(self._at, (part.line or self._at)), 1)
        spans = self._spans(part)
        self._at = max(at, self._at)
        return spans

    def _note(self, node: Any) -> None:
        label = next((child.astext() for child in node.children if child.tagname == "label"), "")
        self._label = f"[{label}]"
        self.children(node)
        self._label = ""

    def _field(self, node: Any) -> None:
        name = node.children[0].astext()
        if name.lower() in _FILE_WIDE:
            return
        self._label = f"{name}:"
        self.children(node.children[1])
        if self._label:
            line = self._find(f":{name}:", node.line)
            self._prose.paragraph([Span(self._label, lines_at(line))])
        self._label = ""

    def _option(self, node: Any) -> None:
        self._label = ", ".join(option.astext() for option in node.children[0].children)
        self.children(node.children[1])
        self._label = ""

    def _topic(self, node: Any) -> None:
        if "contents" in node.get("classes", ()):
            return  # a list of the headings that follow
        for child in node.children:
            if child.tagname == "title":
                self._paragraph(child)
            else:
                self._node(child)

    def _message(self, node: Any) -> None:
        """What docutils could not read: its text is kept as it stands, and said."""
        if node.get("level", 0) < 2:
            return
        kept = [child for child in node.children if child.tagname == "literal_block"]
        reason = " ".join(node.children[0].astext().split()) if node.children else ""
        line = self._find(kept[0].astext(), None) if kept else node.get("line", self._at)
        if "directive disabled" in reason:
            what = kept[0].astext().split("\n")[0].strip(". ") if kept else "a directive"
            self._prose.warnings.append(f"{self._name}, line {line}: what {what} would bring in is not read")
            return
        if kept or node["level"] > 2:
            self._prose.warnings.append(f"{self._name}, line {line}: {reason}")
        for child in kept:
            self._literal(child)
