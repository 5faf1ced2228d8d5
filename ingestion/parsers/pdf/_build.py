"""What stands on the pages, in reading order -> blocks: paragraphs, steps, warnings, tables, figures under headings."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingestion.parsers._text import join_lines
from ingestion.parsers.base import Block
from ingestion.parsers.pdf._blocks import Open, block_of, figure_block
from ingestion.parsers.pdf._geometry import Box, Figure, Line, Page, Table
from ingestion.parsers.pdf._layout import Placed
from ingestion.parsers.pdf._ledgers import Ledgers, OpenTable, table_block
from ingestion.parsers.pdf._marks import BULLET, CAPTION, NOTE, WARNING, Headings, is_contents, step_number
from retrieval.models import PassageKind

_END = re.compile(r"[.。!！?？:：;；]['\"”’）)]?$")
_HAN = re.compile("[\u3400-\u9fff]")
_GOES_ON = re.compile(r"^[a-z\u3400-\u9fff]")
_NOTE_SIZE, _NOTE_FROM = 0.93, 0.6  # of the body's letters; of the page's height


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
        self._margins: dict[int, float] = {}  # where lines that begin at a place end at most
        self._open: Open | None = None
        self._table: OpenTable | None = None  # the latest, while nothing followed it
        self._caption: list[Line] = []  # that waits for its table
        self._note: list[Line] = []  # a footnote in the making
        self.tables = Ledgers()
        self.blocks: list[Block] = []

    def page(self, page: Page, items: Sequence[Placed], frames: Sequence[Box]) -> None:
        """The items of one page in reading order; frames are boxes that something is printed in."""
        self._pages[page.number] = page
        self._lines = [item for item in items if isinstance(item, Line)]
        self._margins = {}
        for i, item in enumerate(items):
            if not isinstance(item, Line):
                self._end_note()
            if isinstance(item, Table):
                self._add_table(item, first=not any(isinstance(other, Table | Figure) for other in items[:i]))
            elif isinstance(item, Figure):
                self._add_figure(item)
            elif not is_contents(item.text):
                self._add_line(item, items[i + 1 : i + 14], frames)
        self._end_note()

    def finish(self) -> list[Block]:
        self._end_note()
        latest = self._heading
        self._flush()
        if latest:
            self._keep(latest)
        return self.blocks

    def _add_line(self, line: Line, following: Sequence[Placed], frames: Sequence[Box]) -> None:
        if self._add_note(line):
            return
        framed = (
            self._open is not None
            and self._open.frame is not None
            and self._open.frame.holds(line.box)
            and self._open.lines[-1].page == line.page
        )
        if framed and self._open:
            self._open.lines.append(line)
        elif CAPTION.match(line.text) and len(line.text) < 150:
            self._add_caption(line, following)
        elif self._caption and self._same_heading(self._caption[-1], line) and line.bold == self._caption[-1].bold:
            self._caption.append(line)
        elif WARNING.match(line.text):
            self._start("warning", line)
            if self._open:
                self._open.frame = next((frame for frame in frames if frame.holds(line.box)), None)
        elif self._headings.is_heading(line):
            self._add_heading(line)
        elif not self._add_step(line, following):
            self._add_text(line)

    def _add_note(self, line: Line) -> bool:
        """Takes a footnote's lines: small, at the foot of the page, after a raised number. What it stands under goes on
        overleaf, so it is put before that."""
        last = self._note[-1] if self._note else None
        small = line.size < _NOTE_SIZE * self._headings.body
        begins = small and NOTE.match(line.text) and line.box.y0 > _NOTE_FROM * self._pages[line.page].height
        goes_on = (
            last
            and last.page == line.page
            and abs(last.size - line.size) < 0.3
            and line.box.y1 - last.box.y1 < 2 * line.size
        )
        if last and (begins or not goes_on):
            self._end_note()
        if begins or goes_on:
            self._note.append(line)
        return bool(begins or goes_on)

    def _end_note(self) -> None:
        if not self._note:
            return
        note = self._block(Open("text", self._note))
        self._note = []
        table = self._table
        if table and table.at == len(self.blocks) - 1:
            self.blocks.insert(table.at, note)
            table.at += 1
        else:
            self.blocks.append(note)

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
        self.blocks.append(self._block(Open("text", heading)))

    def _same_heading(self, latest: Line, line: Line) -> bool:
        """Whether a heading goes on in the next line."""
        close = 0 < line.box.y1 - latest.box.y1 < 1.6 * line.size
        numbered = re.match(r"^(?:\d|第|[A-Z]\.)", line.text)
        return latest.page == line.page and close and abs(latest.size - line.size) < 0.3 and not numbered

    def _add_caption(self, line: Line, following: Sequence[Placed]) -> None:
        """It waits for its table, or belongs to the one that it stands closely under."""
        table = self._table
        over = table.rows[-1][1].box if table else None
        under = over is not None and 0 <= line.box.y0 - over.y1 < 2 * line.size
        awaited = following and isinstance(following[0], Table)
        if table and under and not table.caption and not awaited and table.rows[-1][0] == line.page:
            table.caption = line.text
            self.blocks[table.at] = table_block(table, self._pages)
            return
        self._flush()
        self._caption, self._table = [line], table

    def _add_step(self, line: Line, following: Sequence[Placed]) -> bool:
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
            or any(step_number(other.text) == tight + 1 for other in following if isinstance(other, Line))
        ):
            self._start("steps", line, number=tight)
            return True
        loose = step_number(line.text, loose=True)
        if (
            tight is None
            and loose == 1
            and any(step_number(other.text, loose=True) == 2 for other in following if isinstance(other, Line))
        ):
            self._start("steps", line, number=1, loose=True)
            return True
        return False

    def _latest_step(self) -> int | None:
        """The last step of the list above in the same section: one that a warning interrupted."""
        path = self._headings_above()
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

    def _goes_on(self, block: Open, line: Line, bullet: bool) -> bool:
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
        margin = self._margins.get(at := int(last.box.x0))
        if margin is None:
            margin = max(other.box.x1 for other in self._lines if abs(other.box.x0 - last.box.x0) < 2 * last.size)
            self._margins[at] = margin
        letter = (line.box.x1 - line.box.x0) / max(len(line.text), 1)
        word = 1 if _HAN.match(line.text) else len(line.text.split()[0])
        return last.box.x1 + letter * (word + 2) < margin - 0.05 * (margin - last.box.x0)

    def _start(self, kind: PassageKind, line: Line, *, number: int = 0, loose: bool = False) -> None:
        self._flush()
        self._open = Open(kind, [line], loose, number)

    def _add_table(self, table: Table, *, first: bool) -> None:
        """``first`` of the page's tables and figures: it may go on from the page before."""
        before = self._table
        caption = join_lines([line.text for line in self._caption])
        if first and before and not self._open and before.goes_on_with(table, caption):
            before.add(table)
            self._caption = []
        else:
            self._caption = []
            self._flush()
            before = self.tables.open(table, caption, self._headings_above(), len(self.blocks))
            self.blocks.append(table_block(before, self._pages))
        self._heading = None
        self.blocks[before.at] = table_block(before, self._pages)
        self._table = before

    def _add_figure(self, figure: Figure) -> None:
        self._flush()
        self.blocks.append(figure_block(figure, self._headings_above(), self._pages))

    def _flush(self) -> None:
        self._table, self._heading = None, None
        caption, self._caption = self._caption, []
        if caption:  # of a table that is none to us: it leads the text that follows
            self.blocks.append(self._block(Open("text", caption)))
        if self._open:
            block, self._open = self._open, None
            self.blocks.append(self._block(block))

    def _block(self, block: Open) -> Block:
        return block_of(block, self._headings_above(), self._words, self._pages)

    def _headings_above(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._path)


def _usual_pitch(lines: Sequence[Line]) -> float:
    """From baseline to baseline within paragraphs, in letter sizes: the least that is common."""
    seen: Counter[float] = Counter()
    for above, line in pairwise(lines):
        pitch = (line.box.y1 - above.box.y1) / max(line.size, 1)
        if above.page == line.page and above.size == line.size and 0.9 < pitch < 2.2:
            seen[round(pitch, 1)] += 1
    common = max(2, 0.15 * max(seen.values(), default=0))
    return min((pitch for pitch, times in seen.items() if times >= common), default=1.3)
