"""CommonMark's tokens -> prose. Each token knows the lines of the file that it stands in."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.html import read_html
from ingestion.parsers._prose.marks import NOTE_NAMES, WARNING_NAMES
from ingestion.parsers._prose.spans import as_line, lines_at
from ingestion.parsers._prose.table import Cell, Row
from ingestion.parsers.base import Span
from ingestion.parsers.markdown._inline import inline_lines
from ingestion.parsers.markdown._source import Box, Source
from retrieval.errors import BadDocument

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_DEEPEST = 100
_QUOTED = re.compile(r"^\[!(\w+)\][+-]?[ \t]*(.*)$")  # GitHub's and Obsidian's boxes
_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*")  # a footnote's text


def read_markdown(source: Source, prose: Prose, name: str) -> None:
    """Raises ``BadDocument`` where lists or quotations nest too deep."""
    lines = source.text.split("\n")
    text = (
        "\n".join("" if i in source.plain else line for i, line in enumerate(lines, 1)) if source.plain else source.text
    )
    tokens = _parser().parse(text)
    deepest = max(tokens, key=lambda token: token.level, default=None)
    if deepest is not None and deepest.level >= _DEEPEST - 2:
        where = f"line {deepest.map[0] + 1}" if deepest.map else ""
        raise BadDocument(name, f"nests lists or quotations {_DEEPEST} deep", where=where, remedy="make them flatter")
    reader = _Reader(prose, name, source)
    reader.read(tokens)
    reader.until(len(lines) + 1)


def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    rules = parser.block.ruler
    reference = next(rule for rule in rules.__rules__ if rule.name == "reference")
    rules.at("reference", _but_notes(reference.fn), {"alt": list(reference.alt)})
    return parser


def _but_notes(
    rule: Callable[["StateBlock", int, int, bool], bool],
) -> Callable[["StateBlock", int, int, bool], bool]:
    """``[^1]: text`` is a footnote that the page shows, no link's address."""

    def read(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        at = state.bMarks[start] + state.tShift[start]
        return not state.src.startswith("[^", at) and rule(state, start, end, silent)

    return read


class _Reader:
    def __init__(self, prose: Prose, name: str, source: Source) -> None:
        self._prose, self._name = prose, name
        self._events = _events(source)
        self._lines = source.text.split("\n")
        self._quotes: list[bool] = []  # open quotations: whether each is a box
        self._rows: list[Row] = []
        self._cells: list[Cell] = []
        self._row = lines_at(1)
        self._in_head = False

    def read(self, tokens: Sequence["Token"]) -> None:
        """Feed all tokens."""
        for i, token in enumerate(tokens):
            if token.map and token.nesting >= 0 and not self._cells:
                self.until(token.map[0] + 1)
            self._token(token, tokens[i + 1] if i + 1 < len(tokens) else None, tokens[i - 1] if i else None)

    def until(self, line: int) -> None:
        """What begins or ends before a line of the file."""
        while self._events and self._events[0][0] < line:
            at, box, opens = self._events.pop(0)
            if box is None:
                self._prose.preformatted([Span(self._lines[at - 1], lines_at(at))])
            elif opens:
                self._open(box.name, box.title, box.first)
            else:
                self._prose.end_frame()

    def _token(self, token: "Token", after: "Token | None", before: "Token | None") -> None:
        first = token.map[0] + 1 if token.map else 1
        match token.type:
            case "inline" if before is not None:
                self._inline(token, before)
            case "bullet_list_open":
                self._prose.begin_list(ordered=False)
            case "ordered_list_open":
                self._prose.begin_list(ordered=True, start=int(token.attrGet("start") or 1) if token.attrs else 1)
            case "list_item_open":
                self._prose.begin_item()
            case "bullet_list_close" | "ordered_list_close":
                self._prose.end_list()
            case "fence" | "code_block":
                self._code(token, first)
            case "html_block":
                read_html(token.content, self._prose, self._name, first_line=first)
            case "blockquote_open":
                self._quotes.append(False)
            case "blockquote_close":
                if self._quotes.pop():
                    self._prose.end_frame()
            case "table_open" | "table_close" | "thead_open" | "thead_close" | "tr_open" | "tr_close":
                self._table(token, first)
            case _:
                pass

    def _inline(self, token: "Token", before: "Token") -> None:
        lines, alts = inline_lines(token)
        kind = before.type
        if kind in ("th_open", "td_open"):
            text = as_line([*lines, *alts]).text if lines or alts else ""
            self._cells.append(Cell(text.replace("\n", " "), bold=kind == "th_open"))
        elif kind == "heading_open":
            if lines:
                line = as_line(lines)
                self._prose.heading(int(before.tag[1:]), line.text.replace("\n", " "), line.locator)
            self._prose.figure(alts)
        else:
            self._paragraph(lines)
            self._prose.figure(alts)

    def _paragraph(self, lines: list[Span]) -> None:
        match = _QUOTED.match(lines[0].text.strip()) if lines and self._quotes else None
        if match and match[1].lower() in WARNING_NAMES | NOTE_NAMES and not self._quotes[-1]:
            self._quotes[-1] = True
            first = lines[0].locator
            self._open(match[1].lower(), match[2], first.first if first.kind == "text" else 1)
            lines = lines[1:]
        part: list[Span] = []
        for line in lines:
            note = _NOTE.match(line.text)
            if note:
                self._prose.paragraph(part)
                part = []
            part.append(Span(f"[{note[1]}] {line.text[note.end() :]}", line.locator) if note else line)
        self._prose.paragraph(part)

    def _open(self, name: str, title: str, line: int) -> None:
        """A box with its title, or with its kind for one."""
        warns = name in WARNING_NAMES
        shown = title if title and (not warns or name not in NOTE_NAMES) else ""
        label = (
            [Span(shown or name.capitalize(), lines_at(line))] if shown or name in WARNING_NAMES | NOTE_NAMES else []
        )
        if warns and title and not title.lower().startswith(name):
            label = [Span(name.capitalize(), lines_at(line)), Span(title + "\n", lines_at(line))]
        self._prose.begin_frame(label, warns=warns)

    def _code(self, token: "Token", first: int) -> None:
        start = first + (token.type == "fence")
        lines = token.content.split("\n")
        self._prose.preformatted([Span(line, lines_at(start + i)) for i, line in enumerate(lines)])

    def _table(self, token: "Token", first: int) -> None:
        match token.type:
            case "table_open":
                self._rows = []
            case "thead_open" | "thead_close":
                self._in_head = token.type == "thead_open"
            case "tr_open":
                self._cells, self._row = [], lines_at(first)
            case "tr_close":
                self._rows.append(Row(tuple(self._cells), self._row, self._in_head))
                self._cells = []
            case _:
                self._prose.table(self._rows)


def _events(source: Source) -> list[tuple[int, Box | None, bool]]:
    """What stands between the tokens, by line: boxes that begin and end, lines that weren't parsed (no box)."""
    begins = [(box.first, 1, -box.last, box, True) for box in source.boxes]
    ends = [(box.last, 0, -box.first, box, False) for box in source.boxes]
    plain = [(line, 2, 0, None, True) for line in source.plain]
    ordered = sorted([*begins, *ends, *plain], key=lambda event: event[:3])
    return [(line, box, opens) for line, _, _, box, opens in ordered]
