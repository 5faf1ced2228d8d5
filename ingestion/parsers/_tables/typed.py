"""Tables as they are printed -> typed tables. What a cell shows is never lost: ``shown`` keeps it where it differs."""

from collections.abc import Sequence

from ingestion.parsers._tables.cells import Typed, shown, styles, typed
from ingestion.parsers._tables.heads import columns, is_code, role_of
from retrieval.models import DataTable, TableColumn, TableRow


def typed_table(
    name: str,
    head: Sequence[str],
    rows: Sequence[tuple[int, Sequence[str]]],
    *,
    title: str = "",
    page: int | None = None,
    tags: tuple[str, ...] = (),
) -> DataTable:
    """``rows``: (1-based row, its cells as printed). Short rows are filled up, columns beyond the head get names.

    A column is number, date or boolean where every cell that says something is one; a dash says nothing.
    """
    width = max(len(head), max((len(cells) for _, cells in rows), default=0))
    named = columns(head, width)
    printed = [[cells[i] if i < len(cells) else "" for _, cells in rows] for i in range(width)]
    style = styles([column for (name, _), column in zip(named, printed, strict=True) if not is_code(name)])
    found = [
        typed(column, unit=unit, style=style, code=is_code(label))
        for (label, unit), column in zip(named, printed, strict=True)
    ]
    return assemble(name, head, named, found, printed, [row for row, _ in rows], title=title, page=page, tags=tags)


def assemble(
    name: str,
    head: Sequence[str],
    named: Sequence[tuple[str, str]],
    found: Sequence[Typed],
    printed: Sequence[Sequence[str]],
    rows: Sequence[int],
    *,
    title: str = "",
    page: int | None = None,
    tags: tuple[str, ...] = (),
) -> DataTable:
    """The table of typed columns. ``named``: (name, unit); ``printed``: what the cells show, column by column."""
    return DataTable(
        name=name,
        title=title,
        columns=tuple(
            TableColumn(name=label, type=one.kind, unit=unit or one.unit)
            for (label, unit), one in zip(named, found, strict=True)
        ),
        rows=tuple(_row(row, at, found, printed) for at, row in enumerate(rows)),
        role=role_of(head, f"{title} {name}"),
        page=page,
        tags=tags,
    )


def row_shown(row: TableRow) -> tuple[str, ...]:
    """The cells of a row as the page shows them."""
    return row.shown or tuple(map(shown, row.cells))


def _row(row: int, at: int, found: Sequence[Typed], printed: Sequence[Sequence[str]]) -> TableRow:
    cells = tuple(one.cells[at] for one in found)
    texts = tuple(column[at] for column in printed)
    differs = any(shown(cell) != text for cell, text in zip(cells, texts, strict=True))
    return TableRow(row=row, cells=cells, shown=texts if differs else ())
