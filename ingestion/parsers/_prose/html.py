"""HTML -> prose, with the lines of the file. Nothing is fetched, no entity of a file's own is followed."""

import re
from collections.abc import Iterator
from typing import Any

from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.front import Said
from ingestion.parsers._prose.html_plain import (
    BLOCKS,
    Plain,
    alt_of,
    anchored,
    is_skipped,
    name_of,
    raised_text,
    warning_name,
)
from ingestion.parsers._prose.marks import is_warning
from ingestion.parsers._prose.spans import as_line, lines_at
from ingestion.parsers._prose.table import Cell, Row
from ingestion.parsers._text import clean
from ingestion.parsers.base import Span
from retrieval.errors import BadDocument

_DEEPEST = 200  # elements within elements
_STRUCK = frozenset({"del", "s", "strike"})
_PRE = frozenset({"pre", "listing", "xmp", "plaintext"})
_MOST_SPAN = 1000  # rows that a cell covers
_DATES = frozenset("date dc.date dcterms.date dcterms.modified dcterms.issued last-modified revised".split())
_REVISIONS = frozenset({"revision", "version", "dc.revision", "docversion"})


def read_html(source: str, prose: Prose, name: str, *, first_line: int = 1) -> Said:
    """Feed a page, or a piece of one that begins in ``first_line``. Raises ``BadDocument`` where it nests too deep."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # nothing but comments or white space
        return Said()
    if root is None:
        return Said()
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log) or _too_deep(root):
        raise BadDocument(name, f"nests elements more than {_DEEPEST} deep", remedy="save it again from its source")
    reader = _Reader(prose, first_line - 1, source.split("\n"))
    reader.flow(root)
    reader.flush()
    return _said(root)


def _too_deep(root: Any) -> bool:
    from lxml import etree

    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


def _said(root: Any) -> Said:
    metas = {
        (meta.get("name") or meta.get("property") or meta.get("http-equiv") or "").lower(): meta.get("content") or ""
        for meta in root.iter("meta")
    }
    titles = (clean("".join(title.itertext())) for title in root.iterfind("head/title"))
    return Said(
        title=next(titles, ""),
        revision=next((metas[key] for key in sorted(_REVISIONS) if metas.get(key)), ""),
        date=next((metas[key] for key in sorted(_DATES) if metas.get(key)), ""),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
    )


class _Reader:
    """Walks the tree. The parser tells the line where each start tag ends; line feeds are counted from there."""

    def __init__(self, prose: Prose, before: int, lines: list[str]) -> None:
        self._prose, self._before, self._lines = prose, before, lines
        self._line = 1
        self._run: list[tuple[str | None, int]] = []  # text and its line; None: a break that was meant
        self._alts: list[Span] = []
        self._raw = 0

    def flow(self, node: Any) -> None:
        """The content of an element."""
        self._text(node.text)
        for child in node:
            self._line = max(self._line, child.sourceline or 0)
            if is_skipped(child):
                self._pass(child)
            else:
                self._child(child)
            self._text(child.tail)

    def flush(self) -> None:
        """The text gathered so far is a paragraph."""
        lines, alts = self._take(), self._alts
        self._alts = []
        if lines:
            if self._raw:
                self._prose.preformatted(lines)
            else:
                self._prose.paragraph(lines)
        if alts:
            self._prose.figure(alts)

    def _child(self, node: Any) -> None:
        tag = name_of(node)
        if tag == "br":
            self._run.append((None, self._line))
        elif tag == "img":
            self._picture(alt_of(node))
        elif tag == "sup":
            self._run.append((raised_text(node), self._line))
            self._pass(node)
        elif tag in _STRUCK:
            self._run.append(("~~", self._line))
            self.flow(node)
            self._run.append(("~~", self._line))
        elif tag == "input":
            if node.get("type") == "checkbox":
                self._run.append(("☑ " if node.get("checked") is not None else "☐ ", self._line))
        elif tag in BLOCKS:
            self.flush()
            self._block(tag, node)
            self.flush()
        else:
            self.flow(node)

    def _block(self, tag: str, node: Any) -> None:
        if signal := warning_name(node):
            self._warning(signal, tag, node)
        elif tag[0] == "h" and tag[1:].isdigit():
            self.flow(node)
            lines = self._take()
            if lines:
                line = as_line(lines)
                self._prose.heading(int(tag[1:]), clean(line.text), line.locator)
        elif tag in ("ul", "ol", "menu", "dir"):
            start = node.get("start") or ""
            self._prose.begin_list(ordered=tag == "ol", start=int(start) if re.fullmatch(r"-?\d{1,9}", start) else 1)
            self._list(node)
            self.flush()
            self._prose.end_list()
        elif tag in _PRE:
            self._raw += 1
            self.flow(node)
            self.flush()
            self._raw -= 1
        elif tag == "table":
            self._table(node)
        elif tag == "figcaption":
            self.flow(node)
            self._prose.figure(self._take())
        else:
            self.flow(node)

    def _warning(self, signal: str, tag: str, node: Any) -> None:
        said = Plain(node, self._line).text
        named = is_warning(said) or said.lower().startswith(signal.lower())
        self._prose.begin_frame([] if named else [Span(signal, self._at(self._line))], warns=True)
        if tag == "table":
            self._cells(node)
        else:
            self.flow(node)
        self.flush()
        self._prose.end_frame()

    def _list(self, node: Any) -> None:
        """Items; what stands between them goes on with the one before."""
        self._text(node.text)
        for child in node:
            self._line = max(self._line, child.sourceline or 0)
            if is_skipped(child):
                self._pass(child)
            elif name_of(child) == "li":
                self.flush()
                self._prose.begin_item()
                self.flow(child)
                self.flush()
            else:
                self._child(child)
            self._text(child.tail)

    def _table(self, table: Any) -> None:
        rows = list(_rows(table))
        single = all(len(row) <= 1 for _, row in rows)
        inner = next(table.iterdescendants("table", "h1", "h2", "h3", "h4", "h5", "h6"), None)
        code = len(rows) == 1 and next(table.iterdescendants("pre"), None) is not None
        if single or inner is not None or code or table.get("role") == "presentation":
            self._cells(table)
            return
        made, caption = [], []
        start = self._line
        for child in table.iterchildren("caption"):
            text = Plain(child, self._line, self._lines)
            caption.append(Span(text.text, self._at(self._line)))
            self._line = text.line
        for in_head, row in rows:
            made.append(self._row(in_head, row))
        self._line = max(self._line, start)
        said = [cell.text for row in made for cell in row.cells if cell.text]
        if len(made) <= 3 and said and is_warning(said[0]):
            self._prose.warning([Span(cell.text, row.locator) for row in made for cell in row.cells])
        else:
            self._prose.table(made, caption)

    def _row(self, in_head: bool, row: list[Any]) -> Row:
        cells, first, last = [], max(self._line, row[0].sourceline or 0), self._line
        for node in row:
            text = Plain(node, max(self._line, node.sourceline or 0), self._lines)
            self._line, last = text.line, max(last, text.last)
            cells.append(Cell(text.text, _span(node, "rowspan"), _span(node, "colspan"), name_of(node) == "th"))
        heads = in_head or all(name_of(node) == "th" for node in row)
        return Row(tuple(cells), lines_at(first + self._before, max(first, last) + self._before), heads)

    def _cells(self, table: Any) -> None:
        """A table that only lays out the page: its cells one after another."""
        for child in table.iterchildren("caption"):
            self.flow(child)
            self.flush()
        for _, row in _rows(table):
            for cell in row:
                self._line = max(self._line, cell.sourceline or 0)
                if not is_skipped(cell):
                    self.flow(cell)
                    self.flush()

    def _picture(self, alt: str) -> None:
        if len(alt) == 1:  # a sign in the line
            self._run.append((alt, self._line))
        elif alt:
            self._alts.append(Span(alt, self._at(self._line)))

    def _text(self, text: str | None) -> None:
        if text:
            self._line = anchored(self._lines, self._line, text)
            self._run.append((text, self._line))
            self._line += text.count("\n")

    def _pass(self, node: Any) -> None:
        self._line += sum(text.count("\n") for text in node.itertext(with_tail=False)) if name_of(node) else 0

    def _take(self) -> list[Span]:
        """The lines gathered so far, each with where it stands."""
        run, self._run = self._run, []
        lines: list[Span] = []
        text, first, last = "", 0, 0

        def close(end: str = "") -> None:
            nonlocal text, first
            said = text.expandtabs() if self._raw else clean(text)
            if said.strip():
                lines.append(Span(said + end, self._at(first, last)))
            elif self._raw and first:
                lines.append(Span("", self._at(first, last)))
            elif end and lines and not lines[-1].text.endswith("\n"):
                lines[-1] = Span(lines[-1].text + end, lines[-1].locator)
            text, first = "", 0

        for fragment, line in run:
            if fragment is None:
                close("\n")
                continue
            for i, part in enumerate(fragment.split("\n")):
                if i:
                    close()
                if part.strip() or self._raw:
                    first, last = first or line + i, line + i
                text += part
        close()
        return lines

    def _at(self, first: int, last: int | None = None) -> Any:
        return lines_at(first + self._before, (last or first) + self._before)


def _rows(table: Any) -> Iterator[tuple[bool, list[Any]]]:
    """The table's own rows with cells, and whether they stand in its head."""
    for child in table:
        tag = name_of(child)
        if tag in ("thead", "tbody", "tfoot"):
            for _, row in _rows(child):
                yield tag == "thead", row
        elif tag == "tr":
            cells = [cell for cell in child if name_of(cell) in ("td", "th")]
            if cells:
                yield False, cells


def _span(cell: Any, side: str) -> int:
    value = cell.get(side) or "1"
    return min(max(int(value), 1), _MOST_SPAN) if re.fullmatch(r"\d{1,9}", value.strip()) else 1
