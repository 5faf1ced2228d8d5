"""What readers of prose find, in reading order -> blocks: headings, paragraphs, lists, warnings, tables, figures."""

from collections.abc import Sequence
from dataclasses import replace

from ingestion.parsers._prose.marks import (
    gather_steps,
    is_figure_caption,
    is_signal,
    is_table_caption,
    is_warning,
)
from ingestion.parsers._prose.spans import OpenList, as_line, as_lines, bounded, on_one_page, place_of, through, usable
from ingestion.parsers._prose.table import Row, grid, typed
from ingestion.parsers.base import OPTIONS, Block, Options, Span
from retrieval.models import DataTable, Locator, PassageKind


class Prose:
    """Feed it in reading order, then take what ``finish`` gives. Lists may nest; a paragraph in one is its item's."""

    def __init__(self, name: str, options: Options = OPTIONS) -> None:
        self.first_heading = ""
        self.tables: list[DataTable] = []
        self.warnings: list[str] = []
        self._name, self._options = name, options
        self._blocks: list[Block] = []
        self._path: list[tuple[int, str]] = []
        self._heading: Span | None = None  # the latest, while nothing followed it
        self._caption: list[Span] = []
        self._lists: list[OpenList] = []
        self._items: list[Span] = []
        self._numbered = False  # the list at hand is, if it isn't marked as a whole
        self._steps = False  # an item of the list at hand is numbered
        self._warning: list[Span] | None = None
        self._frames: list[tuple[bool, int]] = []  # open containers: whether it warns, and the lists around it
        self._signal = False  # the warning at hand is a signal word that waits for what it says

    def heading(self, level: int, text: str, place: Locator) -> None:
        """``level`` 1 is the highest but one; 0 is the document's title."""
        if not (text := text.strip()):
            return
        if self._frames or self._lists:
            self.paragraph([Span(text, place)])
            return
        self._flush()
        latest = self._heading
        if latest and self._path[-1][0] >= level:
            self._keep(latest)
        self._heading = None
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, text))
        self._heading = Span(text, place)
        self.first_heading = self.first_heading or text

    def leave(self) -> None:
        """What follows stands under no heading: a new slide."""
        self._flush()
        if self._heading:
            self._keep(self._heading)
        self._path, self._heading = [], None

    def paragraph(self, lines: Sequence[Span]) -> None:
        """Lines of one paragraph; a line that ends with a line feed is a line of its own as shown."""
        lines = usable(lines)
        if not lines:
            return
        text = "".join(line.text for line in lines).strip()
        if self._frames:
            self._in_frame(lines)
        elif self._signal and not is_warning(text):
            self._extend_warning(lines)
            self._end_warning()
        elif self._lists and (not is_warning(text) or (self._lists[-1].ordered and self._lists[-1].marker)):
            self._in_item(lines)
        elif is_warning(text):
            self._flush()
            self._warning = list(lines)
            self._signal = is_signal(text)
            if not self._signal:
                self._end_warning()
        elif is_table_caption(text):
            self._flush()
            self._caption = list(lines)
        elif is_figure_caption(text):
            self.figure(lines)
        else:
            self._flush()
            self._put("text", lines)

    def preformatted(self, lines: Sequence[Span]) -> None:
        """Kept line by line, white space and all; an empty line follows as it stands."""
        kept: list[Span] = []
        last = max((i for i, line in enumerate(lines, 1) if line.text.strip()), default=0)
        for line in lines[:last]:
            if line.text.strip():
                kept += bounded(replace(line, text=line.text.rstrip()))
                kept[-1] = replace(kept[-1], text=kept[-1].text + "\n")
            elif kept and not kept[-1].text.endswith("\n\n"):
                kept[-1] = Span(kept[-1].text + "\n", through(kept[-1].locator, line.locator))
        if not kept:
            return
        if self._frames:
            self._in_frame(kept)
        elif self._lists:
            self._in_item(kept)
        else:
            self._flush()
            self._put("text", kept)

    def item(self, marker: str, lines: Sequence[Span], *, ordered: bool, nested: bool = False) -> None:
        """An item of a list that is not marked as a whole: it ends with the next paragraph, or one of another kind."""
        if lines := usable(lines):
            if self._warning is None and not (self._items and (nested or ordered is self._numbered)):
                self._flush()
            self._numbered = self._numbered if nested else ordered
            self._add_item(f"{marker} " if marker else "", lines, ordered)

    def go_on(self, lines: Sequence[Span]) -> bool:
        """The latest item of such a list has another paragraph; False where no list is open."""
        if not self._items or self._lists or not (lines := usable(lines)):
            return False
        last, line = self._items[-1], as_line(lines)
        self._items[-1] = Span(f"{last.text}\n{line.text}", through(last.locator, line.locator))
        return True

    def begin_list(self, *, ordered: bool, start: int = 1) -> None:
        if not self._lists and not self._frames and not self._signal:
            self._flush()
        self._lists.append(OpenList(ordered, start - 1))

    def begin_item(self, marker: str = "") -> None:
        """``marker`` where it isn't the list's next number or a bullet."""
        latest = self._lists[-1]
        latest.number += 1
        bullet = "•" if sum(not one.ordered for one in self._lists) < 2 else "◦"
        latest.marker = marker or (f"{latest.number}." if latest.ordered else bullet)
        latest.own = False

    def end_list(self) -> None:
        self._lists.pop()
        for one in self._lists:
            one.own = False
        if not self._lists:
            self._flush_items()
            if not self._frames:
                self._flush()

    def begin_frame(self, label: Sequence[Span], *, warns: bool) -> None:
        """All until ``end_frame`` is one warning, or a note that its label leads."""
        if warns and not self._warns():
            self._flush()
            self._warning = []
        self._frames.append((warns, len(self._lists)))
        if label := usable(label):
            self._in_frame(label)

    def end_frame(self) -> None:
        if self._frames.pop()[0] and not self._warns():
            self._end_warning()
        if not self._frames and not self._lists:
            self._flush()

    def figure(self, lines: Sequence[Span]) -> None:
        """A picture's words or caption; what stands side by side is one figure."""
        lines = usable(lines)
        if not lines or (self._frames or self._lists):
            self.paragraph(lines)
            return
        self._flush()
        last = self._blocks[-1] if self._blocks else None
        if (
            last
            and last.kind == "figure"
            and self._heading is None
            and on_one_page(last.spans[-1].locator, lines[0].locator)
        ):
            known = {span.text for span in last.spans}
            lines = [line for line in lines if line.text not in known]
            self._blocks[-1] = replace(last, spans=(*last.spans, *lines))
        else:
            self._put("figure", lines)

    def warning(self, lines: Sequence[Span]) -> None:
        """A whole warning."""
        self.begin_frame((), warns=True)
        for line in lines:
            self.paragraph([line])
        self.end_frame()

    def table(self, rows: Sequence[Row], caption: Sequence[Span] = ()) -> None:
        """Raises ``BadDocument`` for one beyond the limits."""
        made = grid(rows, self._name, self._options, place_of(rows[0].locator if rows else None))
        if not made.rows:
            return
        waiting = [*self._caption, *usable(caption)]
        self._caption = []
        inside = self._warning is not None
        self._end_warning()
        self._flush_items()
        caption_text = as_line(waiting).text if waiting else ""
        path = self._headings() + ((caption_text,) if caption_text else ())
        spans = tuple(Span(" | ".join(cells), locator) for cells, locator in made.rows)
        self._heading = None
        self._blocks.append(Block("table", spans, path, head=made.head))
        if len(made.rows) > max(made.head, 1):
            page_rows = [cells for cells, _ in made.rows[made.head :]]
            self.tables.append(typed(self.tables, made.names, page_rows, path, made.rows[0][1]))
        if inside and self._warns():
            self._warning = []

    def finish(self) -> list[Block]:
        """The blocks. The reader is at the end of the file."""
        self._lists.clear()
        self._frames.clear()
        self.leave()
        return gather_steps(self._blocks)

    def _in_frame(self, lines: Sequence[Span]) -> None:
        inside = len(self._lists) > self._frames[-1][1]
        if inside or (self._lists and self._warning is None):
            self._in_item(lines)
        elif self._warning is not None:
            self._extend_warning(lines)
        else:
            self._flush_items()
            self._put("text", lines)

    def _warns(self) -> bool:
        return any(warns for warns, _ in self._frames)

    def _extend_warning(self, lines: Sequence[Span]) -> None:
        warning = self._warning if self._warning is not None else []
        if warning and not (len(warning) == 1 and is_signal(warning[0].text)) and not warning[-1].text.endswith("\n"):
            warning[-1] = replace(warning[-1], text=warning[-1].text + "\n")
        warning += lines

    def _in_item(self, lines: Sequence[Span]) -> None:
        """Goes on with the open item of the innermost list, or begins it."""
        latest = self._lists[-1]
        sink = self._warning if self._warning is not None else self._items
        if latest.own and sink:
            joined = as_line(lines) if not lines[0].text.endswith("\n") else as_lines(lines)
            sink[-1] = Span(f"{sink[-1].text}\n{joined.text}", through(sink[-1].locator, joined.locator))
            return
        marker, latest.marker = latest.marker, ""
        self._add_item(f"{marker} " if marker else "", lines, latest.ordered)
        for one in self._lists:
            one.own = one is latest

    def _add_item(self, marker: str, lines: Sequence[Span], ordered: bool) -> None:
        line = as_line(lines) if not lines[0].text.endswith("\n") else as_lines(lines)
        span = replace(line, text=marker + line.text)
        if self._warning is not None:
            self._extend_warning([span])
        else:
            self._items.append(span)
            self._steps = self._steps or ordered

    def _flush(self) -> None:
        """Whatever is open becomes a block; containers stay open."""
        self._end_warning()
        self._flush_items()
        caption, self._caption = self._caption, []
        if caption:  # of a table that isn't one by its markup: it leads the text that follows
            self._put("text", caption)
        if self._warns():
            self._warning = []

    def _flush_items(self) -> None:
        items, self._items = self._items, []
        steps, self._steps = self._steps, False
        for one in self._lists:
            one.own = False
        if items:
            self._put("steps" if steps else "text", [part for item in items for part in bounded(item)])

    def _end_warning(self) -> None:
        warning, self._warning = self._warning, None
        self._signal = False
        if warning:
            self._put("warning", [part for line in warning for part in bounded(line)])

    def _put(self, kind: PassageKind, spans: Sequence[Span]) -> None:
        self._heading = None
        self._blocks.append(Block(kind, tuple(spans), self._headings()))

    def _keep(self, heading: Span) -> None:
        """A heading with nothing under it would be lost."""
        self._path.pop()
        self._put("text", [heading])

    def _headings(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._path)
