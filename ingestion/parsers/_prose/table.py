"""Cells that span rows and columns -> rows of equal width, and which rows at the front are heads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.parsers.base import Options
from retrieval.errors import BadDocument
from retrieval.models import DataTable, Locator, PageLocator
from retrieval.tags import find

_MOST_CELLS = 5_000_000  # of one table, its merged and empty ones included
_NUMBER = re.compile(r"^[<>≤≥±~≈+\-−–]?\s*\d[\d\s.,/:×x%°-]*\S{0,8}$")


@dataclass(frozen=True, slots=True)
class Cell:
    """``rows`` and ``columns`` are how many it covers, itself included."""

    text: str
    rows: int = 1
    columns: int = 1
    bold: bool = False  # or a head cell by its markup


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    locator: Locator
    head: bool = False  # by its markup


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows as shown: a cell's text holds for each row that it covers, and stands in the first of its columns."""

    rows: tuple[tuple[tuple[str, ...], Locator], ...]
    head: int
    names: tuple[str, ...]  # of the columns, where head rows tell them: what stands over one another, joined


def grid(rows: Sequence[Row], name: str, options: Options, where: str = "") -> Grid:
    """Raises ``BadDocument`` for a table beyond the limits. Rows and columns without text are left out."""
    if len(rows) > options.max_rows:
        raise _too_large(name, where, f"{len(rows):,} rows", f"max_rows = {options.max_rows:,}")
    laid, width = _lay(rows, name, options, where)
    if width * len(rows) > _MOST_CELLS:
        raise BadDocument(name, f"has a table of {width * len(rows):,} cells", where=where, remedy="split the table")
    shown = [
        (tuple(texts.get(i, ("", False))[0] for i in range(width)), row.locator, texts, row)
        for row, texts in zip(rows, laid, strict=True)
        if any(text for text, _ in texts.values())
    ]
    marked = 0
    while marked < len(shown) and shown[marked][3].head:
        marked += 1
    if marked == len(shown):
        marked = min(marked, 1)
    head = marked or int(_looks_like_head([cells for cells, *_ in shown], shown[0][3]) if shown else False)
    names = _names([texts for _, _, texts, _ in shown[:head]], [row for *_, row in shown[:head]], width)
    return Grid(tuple((cells, locator) for cells, locator, *_ in shown), head, names)


def typed(
    before: Sequence[DataTable],
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    path: Sequence[str],
    place: Locator,
) -> DataTable:
    """The typed table after those before it: ``t2``, or ``p12 t1`` where there are pages."""
    from ingestion.parsers._tables.typed import typed_table

    page = place.page if isinstance(place, PageLocator) else None
    number = 1 + sum(table.page == page for table in before)
    title = path[-1] if path else ""
    tags = tuple(dict.fromkeys(mention.tag for mention in find(title)))
    name = f"p{page} t{number}" if page else f"t{number}"
    return typed_table(name, names, list(enumerate(rows, 1)), title=title, page=page, tags=tags)


def _lay(rows: Sequence[Row], name: str, options: Options, where: str) -> tuple[list[dict[int, tuple[str, bool]]], int]:
    """Each row's texts by column, with whether they are the row's own, and the columns there are."""
    laid: list[dict[int, tuple[str, bool]]] = []
    below: dict[int, tuple[str, int]] = {}  # column -> text and rows still covered by a cell above
    width = 0
    for row in rows:
        texts = {column: (text, False) for column, (text, left) in below.items() if left > 0}
        covered = {column: (text, left - 1) for column, (text, left) in below.items() if left > 1}
        column = 0
        for cell in row.cells:
            while column in texts:
                column += 1
            span = min(max(cell.columns, 1), options.max_columns)
            if column + 1 > options.max_columns:
                raise _too_large(name, where, "more columns", f"max_columns = {options.max_columns:,}")
            texts[column] = (cell.text, True)
            width = max(width, column + 1 if cell.text else 0)
            for place in range(column, column + span):
                texts.setdefault(place, ("", False))
                if cell.rows > 1:
                    covered[place] = (cell.text if place == column else "", cell.rows - 1)
            column += span
        below = covered
        laid.append(texts)
    return laid, width


def _names(heads: Sequence[dict[int, tuple[str, bool]]], rows: Sequence[Row], width: int) -> tuple[str, ...]:
    """A head cell over several columns names each of them."""
    columns: list[list[str]] = [[] for _ in range(width)]
    for texts, row in zip(heads, rows, strict=True):
        spans = iter(row.cells)
        for column in sorted(texts):
            text, own = texts[column]
            for place in range(column, min(column + (next(spans).columns if own else 1), width)):
                if text and text not in columns[place]:
                    columns[place].append(text)
    return tuple(" ".join(column) for column in columns)


def _looks_like_head(rows: Sequence[tuple[str, ...]], first: Row) -> bool:
    """Bold cells over others that are not; or names in each column, over numbers in one of them at least."""
    if len(rows) < 2:
        return False
    filled = [cell for cell in first.cells if cell.text]
    if len(filled) > 1 and all(cell.bold for cell in filled):
        return True
    names = rows[0]
    if not all(names) or any(_NUMBER.match(text) for text in names) or len(set(names)) < len(names):
        return False
    below = [[row[i] for row in rows[1:] if row[i]] for i in range(len(names))]
    return len(names) > 2 or any(column and all(_NUMBER.match(text) for text in column) for column in below[1:])


def _too_large(name: str, where: str, what: str, setting: str) -> BadDocument:
    reason = (
        f"has a table of {what} than [ingestion] {setting}"
        if what.startswith("more")
        else (f"has a table of {what}, more than [ingestion] {setting}")
    )
    return BadDocument(name, reason, where=where, remedy="split the table or raise the setting")
