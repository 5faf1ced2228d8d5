"""Lines and tables in reading order -> blocks: paragraphs, steps, warnings, tables under their headings."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingestion.parsers._text import join_lines, mend
from ingestion.parsers.base import Block, Span
from ingestion.parsers.pdf._layout import Placed, is_contents
from ingestion.parsers.pdf._marks import BULLET, CAPTION, WARNING, Headings, step_number
from ingestion.parsers.pdf._read import Box, Line, Page, locator
from ingestion.parsers.pdf._tables import Row, Table
from retrieval.models import PassageKind

_END = re.compile(r"[.。!！?？:：;；]['\"”’）)]?$")
_HAN = re.compile("[\u3400-\u9fff]")
_GOES_ON = re.compile(r"^[a-z\u3400-\u9fff]")


@dataclass
class _Open:
    """A block in the making: lines, or lists of lines where a step is one span."""

    kind: PassageKind
    lines: list[Line]
    loose: bool = False  # steps numbered without a dot
    number: int = 0  # of the latest step
    frame: Box | None = None  # that a warning is printed in


@dataclass
class _OpenTable:
    caption: tuple[str, ...]
    head: tuple[str, ...]
    columns: int
    rows: list[tuple[int, Row]] = field(default_factory=list)


class Builder:
    """Feed it page by page, then take ``blocks``."""

    def __init__(self, headings: Headings, lines: Sequence[Line]) -> None:
        self._headings = headings
        self._words = frozenset(re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(line.text for line in lines).lower()))
        self._pitch = _usual_pitch(lines)
        self._path: list[tuple[int, str]] = []
        self._heading: list[Line] | None = None  # the latest, while nothing followed it
        self._pages: dict[int, Page] = {}
        self._lines: list[Line] = []  # of the page at hand
        self._open: _Open | None = None
        self._table: _OpenTable | None = None
        self._caption: Line | None = None
        self.blocks: list[Block] = []

    def page(self, page: Page, items: Sequence[Placed], frames: Sequence[Box]) -> None:
        """The items of one page in reading order; frames are boxes that something is printed in."""
        self._pages[page.number] = page
        self._lines = [item for item in items if isinstance(item, Line)]
        for i, item in enumerate(items):
            if isinstance(item, Table):
                self._add_table(item, first=i == 0)
            elif not is_contents(item):
                self._add_line(item, [other for other in items[i + 1 : i + 14] if isinstance(other, Line)], frames)

    def finish(self) -> list[Block]:
        latest = self._heading
        self._flush()
        if latest:
            self._keep(latest)
        return self.blocks

    def _add_line(self, line: Line, following: Sequence[Line], frames: Sequence[Box]) -> None:
        framed = (
            self._open is not None
            and self._open.frame is not None
            and self._open.frame.holds(line.box)
            and self._open.lines[-1].page == line.page
        )
        if framed and self._open:
            self._open.lines.append(line)
        elif CAPTION.match(line.text) and len(line.text) < 150:
            self._flush()
            self._caption = line
        elif WARNING.match(line.text):
            self._start("warning", line)
            if self._open:
                self._open.frame = next((frame for frame in frames if frame.holds(line.box)), None)
        elif self._headings.is_heading(line):
            self._add_heading(line)
        elif not self._add_step(line, following):
            self._add_text(line)

    def _add_heading(self, line: Line) -> None:
        latest = self._heading
        if latest and self._same_heading(latest[-1], line):
            level, text = self._path.pop()
            self._path.append((level, join_lines([text, line.text])))
            latest.append(line)
            return
        self._flush()
        level = self._headings.level(line)
        if latest and self._path[-1][0] >= level:  # a heading with nothing under it would be lost
            self._keep(latest)
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, line.text))
        self._heading = [line]

    def _keep(self, heading: list[Line]) -> None:
        self._path.pop()
        self.blocks.append(self._block(_Open("text", heading)))

    def _same_heading(self, latest: Line, line: Line) -> bool:
        """Whether a heading goes on in the next line."""
        close = 0 < line.box.y1 - latest.box.y1 < 1.6 * line.size
        numbered = re.match(r"^(?:\d|第|[A-Z]\.)", line.text)
        return latest.page == line.page and close and abs(latest.size - line.size) < 0.3 and not numbered

    def _add_step(self, line: Line, following: Sequence[Line]) -> bool:
        """Takes the line when it begins the next step of a list, or the first of one."""
        steps = self._open if self._open and self._open.kind == "steps" else None
        number = step_number(line.text, loose=steps.loose if steps else False)
        if steps and number == steps.number + 1:
            steps.lines.append(line)
            steps.number = number
            return True
        tight = step_number(line.text)
        if tight is not None and (
            (tight > 1 and self._latest_step() == tight - 1)
            or any(step_number(other.text) == tight + 1 for other in following)
        ):
            self._start("steps", line, number=tight)
            return True
        loose = step_number(line.text, loose=True)
        if tight is None and loose == 1 and any(step_number(other.text, loose=True) == 2 for other in following):
            self._start("steps", line, number=1, loose=True)
            return True
        return False

    def _latest_step(self) -> int | None:
        """The last step of the list above in the same section: one that a warning interrupted."""
        path = tuple(text for _, text in self._path)
        for block in reversed(self.blocks[-4:]):
            if block.kind == "steps" and block.heading_path == path:
                return max((step_number(span.text, loose=True) or 0 for span in block.spans), default=None)
        return None

    def _add_text(self, line: Line) -> None:
        bullet = bool(BULLET.match(line.text))
        if self._open and self._goes_on(self._open, line, bullet):
            self._open.lines.append(line)
        else:
            self._start("text", line)

    def _goes_on(self, block: _Open, line: Line, bullet: bool) -> bool:
        last = block.lines[-1]
        if abs(last.size - line.size) > 0.6 and block.kind != "warning":
            return False
        pitch = line.box.y1 - last.box.y1
        if last.page != line.page or pitch <= 0:  # the next page or column
            return not _END.search(last.text) and (block.kind == "steps" or bool(_GOES_ON.match(line.text)))
        limit = 1.3 * self._pitch * line.size
        if block.kind == "warning":  # its label often stands apart from what it says
            return pitch <= (2.2 * self._pitch * line.size if len(block.lines) == 1 and len(last.text) < 20 else limit)
        if bullet:
            return bool(BULLET.match(block.lines[0].text)) and pitch <= 2 * limit
        if block.kind == "steps":  # text that hangs under a step is its own, at the margin it may be what follows
            first = next(line for line in reversed(block.lines) if step_number(line.text, loose=block.loose))
            hangs = line.box.x0 > first.box.x0 + 0.5 * line.size
            return pitch <= limit and (hangs or not self._broken_off(last, line))
        indented = line.box.x0 - last.box.x0 > 1.5 * line.size and bool(_END.search(last.text))
        return pitch <= limit and line.bold == last.bold and not indented and not self._broken_off(last, line)

    def _broken_off(self, last: Line, line: Line) -> bool:
        """Whether the next line's first word had room on the line above: then its author ended that line."""
        margin = max(other.box.x1 for other in self._lines if abs(other.box.x0 - last.box.x0) < 2 * last.size)
        letter = (line.box.x1 - line.box.x0) / max(len(line.text), 1)
        word = 1 if _HAN.match(line.text) else len(line.text.split()[0])
        return last.box.x1 + letter * (word + 2) < margin - 0.05 * (margin - last.box.x0)

    def _start(self, kind: PassageKind, line: Line, *, number: int = 0, loose: bool = False) -> None:
        self._flush()
        self._open = _Open(kind, [line], loose, number)

    def _add_table(self, table: Table, *, first: bool) -> None:
        before, last = self._table, self.blocks[-1] if self.blocks else None
        caption, self._caption = self._caption, None
        head = table.rows[0].cells
        goes_on = (
            first
            and before
            and not caption
            and not self._open
            and last
            and last.kind == "table"
            and before.columns == table.columns
            and before.rows[-1][0] == table.page - 1
        )
        self._flush()
        if goes_on and before:
            self.blocks.pop()
            before.rows += [(table.page, row) for row in (table.rows[1:] if head == before.head else table.rows)]
        else:
            before = _OpenTable(
                (caption.text,) if caption else (), head, table.columns, [(table.page, row) for row in table.rows]
            )
        self._heading = None
        self.blocks.append(self._table_block(before))
        self._table = before

    def _table_block(self, table: _OpenTable) -> Block:
        path = tuple(text for _, text in self._path)
        spans = tuple(Span(" | ".join(row.cells), locator([row.box], self._pages[page])) for page, row in table.rows)
        return Block("table", spans, path + table.caption, head=1)

    def _flush(self) -> None:
        self._table, self._heading = None, None
        caption, self._caption = self._caption, None
        if caption:  # of a table without rules: it leads the text that follows
            self.blocks.append(self._block(_Open("text", [caption])))
        if self._open:
            block, self._open = self._open, None
            self.blocks.append(self._block(block))

    def _block(self, block: _Open) -> Block:
        lines = [line.text for line in block.lines]
        for i in range(len(lines) - 1):
            lines[i], lines[i + 1] = mend(lines[i], lines[i + 1], self._words)
        placed = [(text, line) for text, line in zip(lines, block.lines, strict=True) if text]
        path = tuple(text for _, text in self._path)
        if block.kind == "steps":
            return Block("steps", tuple(self._steps(placed, block.loose)), path)
        spans = (Span(text, locator([line.box], self._pages[line.page])) for text, line in placed)
        return Block(block.kind, tuple(spans), path)

    def _steps(self, placed: Sequence[tuple[str, Line]], loose: bool) -> list[Span]:
        """A span a step; a step that goes on overleaf has one on each page."""
        steps: list[list[tuple[str, Line]]] = []
        number = 0
        for text, line in placed:
            found = step_number(text, loose=loose)
            if not steps or found == number + 1 or steps[-1][-1][1].page != line.page:
                steps.append([])
                number = found if found is not None else number
            steps[-1].append((text, line))
        return [
            Span(
                join_lines([text for text, _ in step]),
                locator([line.box for _, line in step], self._pages[step[0][1].page]),
            )
            for step in steps
        ]


def _usual_pitch(lines: Sequence[Line]) -> float:
    """From baseline to baseline within paragraphs, in letter sizes: the least that is common."""
    seen: Counter[float] = Counter()
    for above, line in pairwise(lines):
        pitch = (line.box.y1 - above.box.y1) / max(line.size, 1)
        if above.page == line.page and above.size == line.size and 0.9 < pitch < 2.2:
            seen[round(pitch, 1)] += 1
    common = max(2, 0.15 * max(seen.values(), default=0))
    return min((pitch for pitch, times in seen.items() if times >= common), default=1.3)
