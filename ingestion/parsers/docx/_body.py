"""The body of a Word file in reading order -> prose. Paragraphs and rows are counted as they are met."""

from collections.abc import Iterator
from typing import Any

from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.marks import is_figure_caption, is_table_caption, is_warning
from ingestion.parsers._prose.table import Cell, Row
from ingestion.parsers._tables.numbers import enumerator
from ingestion.parsers.base import Span
from ingestion.parsers.docx._names import MC, W, is_on, number, value
from ingestion.parsers.docx._runs import Inline, Runs, chosen
from ingestion.parsers.docx._styles import Label, Numbering, Style, Styles
from ingestion.parsers.pdf._marks import BULLET, heading_number, step_number
from retrieval.models import TextLocator

_INSIDE = frozenset(W + name for name in ("customXml", "ins", "moveTo", "smartTag", "sdtContent"))
_CODE = ("html preformatted", "code", "source code", "macro", "plain text")
_SAID_DEPTH = 7  # of headings that are only bold


class Body:
    """Feeds ``prose``. ``notes``: kind -> id -> the element of a footnote or endnote."""

    def __init__(
        self, prose: Prose, name: str, styles: Styles, numbering: Numbering, notes: dict[str, dict[str, Any]]
    ) -> None:
        self._prose, self._name = prose, name
        self._styles, self._numbering, self._notes = styles, numbering, notes
        self._runs = Runs(self._mark)
        self._marks: dict[tuple[str, str], str] = {}
        self._count = 0
        self._waiting: list[Inline] = []  # what cells of a table are anchored to

    def read(self, container: Any) -> None:
        """All blocks that an element holds."""
        for child in container:
            tag = child.tag
            if tag == W + "p":
                self._paragraph(child)
            elif tag == W + "tbl":
                self._table(child)
            elif tag == W + "sdt":
                if not _is_contents(child):
                    for content in child.iterchildren(W + "sdtContent"):
                        self.read(content)
            elif tag in _INSIDE:
                self.read(child)
            elif tag == MC + "AlternateContent":
                self.read(chosen(child))
            elif tag == W + "altChunk":
                self._prose.warnings.append(f"{self._name}, paragraph {self._count}: a file inside it is not read")

    def _place(self) -> TextLocator:
        self._count += 1
        return TextLocator(unit="paragraph", first=self._count, last=self._count)

    def _mark(self, kind: str, note: str) -> str:
        """A footnote counts 1, 2, an endnote i, ii, in the order of their marks."""
        if note not in self._notes.get(kind, {}):
            return ""
        if (kind, note) not in self._marks:
            count = 1 + sum(other == kind for other, _ in self._marks)
            form = "decimal" if kind == "footnote" else "lowerRoman"
            self._marks[kind, note] = f"[{enumerator(count, form)}]"
        return self._marks[kind, note]

    def _paragraph(self, paragraph: Any) -> None:
        properties = paragraph.find(W + "pPr")
        style = self._styles.of(properties)
        if style.name.startswith("toc "):
            self._runs.read(paragraph)
            return
        label = self._numbering.label(properties, style)
        inline = self._runs.read(paragraph)
        if text := inline.text:
            self._say(text, inline, properties, style, label)
        self._anchored(inline)

    def _say(self, text: str, inline: Inline, properties: Any, style: Style, label: Label | None) -> None:
        level = value(properties, "outlineLvl")
        outline = number(level, 9) if level is not None else style.outline
        place = self._place()
        lines = [Span(line + "\n", place) for line in text.split("\n")]
        lines[-1] = Span(lines[-1].text.rstrip("\n"), place)
        if style.name == "title" or (outline is not None and outline < 9):
            front = f"{label.text} " if label and label.ordered else ""
            depth = 0 if style.name == "title" else (outline or 0) + 1
            self._prose.heading(depth, front + text.replace("\n", " "), place)
        elif label is not None:
            self._prose.item(label.text, lines, ordered=label.ordered, nested=label.nested)
        elif style.name.startswith("list") and self._prose.go_on(lines):
            pass
        elif style.name.startswith(_CODE):
            self._prose.preformatted([Span(line, place) for line in inline.raw.split("\n")])
        elif BULLET.match(text) and len(lines) == 1:
            self._prose.item(text[0], [Span(text[1:].strip(), place)], ordered=False)
        elif _is_bold_heading(text, inline):
            self._prose.heading(heading_number(text) or _SAID_DEPTH, text, place)
        else:
            self._prose.paragraph(lines)

    def _anchored(self, inline: Inline) -> None:
        """What the paragraph holds besides its text: pictures, text boxes, notes."""
        if alts := [alt for alt in inline.alts if alt]:
            place = self._place()
            self._prose.figure([Span(alt, place) for alt in alts])
        for box in inline.boxes:
            self.read(box)
        for what in inline.unread:
            self._prose.warnings.append(f"{self._name}, paragraph {max(self._count, 1)}: a {what} is not read")
        for kind, note in inline.notes:
            element = self._notes.get(kind, {}).pop(note, None)
            if element is not None:
                mark = self._marks[kind, note]
                read = [self._runs.read(part) for part in element.iter(W + "p")]
                if text := " ".join(filter(None, (part.text for part in read))):
                    self._prose.paragraph([Span(f"{mark} {text}", self._place())])

    def _table(self, table: Any) -> None:
        rows = [row for row in _own(table, "tr") if row.find(f"{W}trPr/{W}del") is None]
        cells = [list(_own(row, "tc")) for row in rows]
        if all(len(row) <= 1 for row in cells):
            self._frame([cell for row in cells for cell in row])
            return
        made: list[Row] = []
        self._waiting = []
        merged = _merged(rows, cells)
        for at, row in enumerate(rows):
            place = self._place()
            head = is_on(row.find(W + "trPr"), "tblHeader")
            before = number(value(row.find(W + "trPr"), "gridBefore"))
            front = (Cell("", 1, before),) if before else ()
            texts = tuple(self._cell(cell, down, across) for cell, down, across in merged[at])
            made.append(Row((*front, *texts), place, head))
        waiting, self._waiting = self._waiting, []
        said = [cell.text for row in made for cell in row.cells if cell.text]
        if len(made) <= 3 and said and is_warning(said[0]):
            self._prose.warning([Span(cell.text, row.locator) for row in made for cell in row.cells if cell.text])
        else:
            self._prose.table(made)
        for inline in waiting:
            self._anchored(inline)

    def _frame(self, cells: list[Any]) -> None:
        """A table of one column is a frame around text."""
        first = next((text for cell in cells for text in _plain(cell) if text.strip()), "")
        if is_warning(first.strip()):
            self._prose.begin_frame([], warns=True)
            for cell in cells:
                self.read(cell)
            self._prose.end_frame()
            return
        for cell in cells:
            self.read(cell)

    def _cell(self, cell: Any, down: int, across: int) -> Cell:
        texts: list[str] = []
        plain = 0
        for paragraph in _paragraphs(cell):
            properties = paragraph.find(W + "pPr")
            label = self._numbering.label(properties, self._styles.of(properties))
            inline = self._runs.read(paragraph)
            plain += inline.plain
            boxed = [self._runs.read(one).text for box in inline.boxes for one in box.iter(W + "p")]
            inline.boxes.clear()
            for text in (inline.text, *boxed):
                if text:
                    front = f"{label.text} " if label and text is inline.text else ""
                    texts.append(front + text.replace("\n", " "))
            if inline.notes or inline.unread or any(inline.alts):
                self._waiting.append(inline)
        return Cell(" ".join(texts), down, across, bold=bool(texts) and not plain)


def _own(node: Any, name: str) -> Iterator[Any]:
    """Rows or cells, controls and tracked insertions around them looked through."""
    for child in node:
        if child.tag == W + name:
            yield child
        elif child.tag in _INSIDE or child.tag == W + "sdt":
            yield from _own(child, name)


def _paragraphs(node: Any) -> Iterator[Any]:
    """Of a cell, in order, those of tables in it too; none that lies in a text box."""
    for child in node:
        if child.tag == W + "p":
            yield child
        elif child.tag == MC + "AlternateContent":
            yield from _paragraphs(chosen(child))
        elif child.tag in _INSIDE or child.tag in (W + "sdt", W + "tbl", W + "tr", W + "tc"):
            yield from _paragraphs(child)


def _merged(rows: list[Any], cells: list[list[Any]]) -> list[list[tuple[Any, int, int]]]:
    """For each row its cells with how many rows and columns they cover; what a cell above covers is left out."""
    placed: list[list[tuple[int, Any, int, str | None]]] = []
    for row, own in zip(rows, cells, strict=True):
        column = number(value(row.find(W + "trPr"), "gridBefore"))
        line: list[tuple[int, Any, int, str | None]] = []
        for cell in own:
            properties = cell.find(W + "tcPr")
            across = max(number(value(properties, "gridSpan"), 1), 1)
            merging = value(properties, "vMerge")
            if value(properties, "hMerge") == "continue" and line:
                at, first, wide, merge = line[-1]
                line[-1] = (at, first, wide + across, merge)
            else:
                line.append((column, cell, across, "continue" if merging == "" else merging))
            column += across
        placed.append(line)
    continued = [{column for column, _, _, merge in line if merge == "continue"} for line in placed]
    out: list[list[tuple[Any, int, int]]] = []
    for at, line in enumerate(placed):
        kept = []
        for column, cell, across, merge in line:
            if merge == "continue" and at:
                continue
            down = 1
            while merge is not None and at + down < len(placed) and column in continued[at + down]:
                down += 1
            kept.append((cell, down, across))
        out.append(kept)
    return out


def _plain(cell: Any) -> Iterator[str]:
    return ("".join(text.text or "" for text in paragraph.iter(W + "t")) for paragraph in cell.iter(W + "p"))


def _is_contents(control: Any) -> bool:
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and "Contents" in (gallery.get(W + "val") or "")


def _is_bold_heading(text: str, inline: Inline) -> bool:
    if inline.plain or len(text) > 80 or "\n" in text or text.endswith(tuple(".。;；,，:：!！?？")):
        return False
    marked = is_warning(text) or is_table_caption(text) or is_figure_caption(text)
    numbered = step_number(text) is not None and heading_number(text) is None
    return not marked and not numbered and any(letter.isalpha() for letter in text)
