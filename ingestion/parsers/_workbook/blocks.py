"""The parts of a sheet as typed tables and as blocks: each row stands where it does in the sheet."""

import re
from collections.abc import Iterator, Sequence

from ingestion.parsers._long_text import pieces
from ingestion.parsers._tables.cells import Style, Typed, styles, typed
from ingestion.parsers._tables.heads import columns as named_columns
from ingestion.parsers._tables.heads import is_code
from ingestion.parsers._tables.typed import assemble
from ingestion.parsers._text import clean
from ingestion.parsers._workbook.layout import Copies, Part, head_names, parts
from ingestion.parsers._workbook.sheet import Filled, Row, Sheet, Value, letters, text_of
from ingestion.parsers.base import Block, Span
from retrieval.models import Cell, DataTable, RecordLocator

_ROWS_A_BLOCK = 200  # of one parent: a table of a hundred thousand rows is no one thing to show
_WIDE = 25  # columns from which on each cell is named by its head instead of by its place
_LONGEST_HEADING = 120
_PLAIN_NAME = re.compile(r"(?:sheet|tabelle|feuil|工作表|表)\s?\d+|", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:T.*)?")
_CURRENCY = re.compile(r"[€$¥£￥]")


def tables_and_blocks(sheet: Sheet) -> tuple[list[DataTable], list[Block]]:
    """Everything that the sheet says, in natural order. Empty the sheet's rows afterwards to free their memory."""
    found, copies = parts(sheet)
    tables, blocks = list[DataTable](), list[Block]()
    for part in found:
        name = sheet.name if len(found) == 1 else f"{sheet.name}!{letters(part.columns[0])}{part.top}"
        title, rest = _title(part)
        above = () if _PLAIN_NAME.fullmatch(sheet.name) else (sheet.name,)
        path = (*above, title) if title else above
        tables.append(_table(part, name, title))
        blocks += _lines(rest, name, path)
        blocks += _pairs(part, name, path) if part.pairs or len(part.columns) == 1 else _rows(part, name, path, copies)
        blocks += _lines(part.below, name, path)
    return tables, blocks


def _title(part: Part) -> tuple[str, list[Row]]:
    """The first line above a table where it is short, and the other lines."""
    if part.above:
        said = [text_of(cell) for cell in part.above[0][1] if cell is not None]
        if len(said) == 1 and len(said[0]) <= _LONGEST_HEADING:
            return clean(said[0]), part.above[1:]
    return "", part.above


def _locator(name: str, row: int) -> RecordLocator:
    return RecordLocator(table=name, key=str(row), row=row)


def _lines(rows: Sequence[Row], name: str, path: tuple[str, ...]) -> list[Block]:
    spans = [Span(text, _locator(name, row)) for row, cells in rows for text in pieces(_joined(cells, " "))]
    return [Block("text", tuple(spans), path)] if spans else []


def _pairs(part: Part, name: str, path: tuple[str, ...]) -> list[Block]:
    spans = []
    for row, cells in part.rows:
        said = [clean(text_of(cell)) for cell in cells if cell is not None]
        if part.pairs and len(said) > 1:
            colon = "" if said[0].endswith("：") else " " if said[0].endswith(":") else ": "
            text = said[0] + colon + said[1]
        else:
            text = " ".join(said)
        spans += [Span(f"{piece}\n", _locator(name, row)) for piece in pieces(text)]
    return [Block("text", tuple(spans[i : i + _ROWS_A_BLOCK]), path) for i in range(0, len(spans), _ROWS_A_BLOCK)]


def _joined(cells: Sequence[Filled], by: str) -> str:
    return by.join(filter(None, (clean(text_of(cell)) for cell in cells)))


def _rows(part: Part, name: str, path: tuple[str, ...], copies: Copies) -> Iterator[Block]:
    wide = len(part.columns) > _WIDE
    names = [clean(each) for each in head_names(part)]
    head = [] if wide else [span for row in part.head for span in _spans(part, row, name, copies)]
    for start in range(0, len(part.rows) or 1, _ROWS_A_BLOCK):
        rows = part.rows[start : start + _ROWS_A_BLOCK]
        spans = [
            span for row in rows for span in (_named(row, names, name) if wide else _spans(part, row, name, copies))
        ]
        yield Block("table", (*head, *spans), path, head=len(head))


def _spans(part: Part, row: Row, name: str, copies: Copies) -> Iterator[Span]:
    """The row as ``cell | cell``."""
    number, cells = row
    shown = [
        "" if (number, column) in copies else clean(text_of(cell))
        for column, cell in zip(part.columns, cells, strict=True)
    ]
    while shown and not shown[-1]:
        shown.pop()
    for piece in pieces(" | ".join(shown)):
        yield Span(piece, _locator(name, number))


def _named(row: Row, names: Sequence[str], name: str) -> Iterator[Span]:
    """The row as ``head: cell | head: cell``."""
    said = [
        f"{label or f'column {i}'}: {shown}"
        for i, (label, cell) in enumerate(zip(names, row[1], strict=True), 1)
        if (shown := clean(text_of(cell)))
    ]
    for piece in pieces(" | ".join(said)):
        yield Span(piece, _locator(name, row[0]))


def _table(part: Part, name: str, title: str) -> DataTable:
    names = ["Name", "Value"] if part.pairs else head_names(part)
    named = named_columns(names, len(part.columns))
    cells = [[row[i] for _, row in part.rows] for i in range(len(part.columns))]
    printed = [[text_of(cell) for cell in column] for column in cells]
    style = styles([shown for (label, _), shown in zip(named, printed, strict=True) if not is_code(label)])
    found = [
        _typed(column, shown, unit, style, is_code(label))
        for (label, unit), column, shown in zip(named, cells, printed, strict=True)
    ]
    return assemble(name, names, named, found, printed, [row for row, _ in part.rows], title=title)


def _typed(cells: Sequence[Filled], printed: Sequence[str], unit: str, style: Style | None, code: bool) -> Typed:
    """By what the cells hold; where they hold texts, by what those say."""
    kinds = {cell.kind if isinstance(cell, Value) else "text" for cell in cells if cell is not None} - {"error"}
    values: list[Cell] = [cell.cell if isinstance(cell, Value) else None for cell in cells]
    texts = ["" if isinstance(cell, Value) and cell.kind == "error" else text_of(cell) for cell in cells]
    if kinds == {"text"}:
        return typed(texts, unit=unit, style=style, code=code)
    if kinds in ({"number"}, {"percent"}) and not code:
        signs = {match[0] if (match := _CURRENCY.search(shown)) else "" for shown in printed if shown}
        sign = signs.pop() if len(signs) == 1 else ""
        return Typed("number", values, "%" if kinds == {"percent"} else sign)
    if kinds == {"date"} and all(value is None or _ISO.fullmatch(str(value)) for value in values):
        return Typed("date", values)
    if kinds == {"boolean"}:
        return Typed("boolean", values)
    if kinds == {"text", "number"} and not code:
        mixed = typed(texts, unit=unit, style="point")  # numbers, some of them stored as text
        if mixed.kind == "number":
            return mixed._replace(
                cells=[one if value is None else value for one, value in zip(mixed.cells, values, strict=True)]
            )
    return Typed("text", [text if text.strip() else None for text in texts])
