"""Ruled tables: a grid of cells and the runs that stand in each."""

from collections.abc import Sequence

import numpy as np

from ingestion.parsers.pdf._characters import Characters, Ints
from ingestion.parsers.pdf._geometry import Box, Line, Row, Table
from ingestion.parsers.pdf._grid import Grid
from ingestion.parsers.pdf._lines import text_of

_SAYS_SOMETHING = 0.2  # of a table's cells at least; lines that cross on a drawing enclose little text
_SLIT = 6.0  # points: a narrower column without text is the space between double rules


def cells_of(characters: Characters, grids: Sequence[Grid]) -> Ints | None:
    """The cell that each character's middle stands in, counted through all grids; -1 for none."""
    if not grids or not len(characters.places):
        return None
    cells = np.full(len(characters.places), -1, np.int64)
    x, y = characters.middles
    first = 0
    for grid in grids:
        xs, ys, regions = np.array(grid.xs), np.array(grid.ys), np.array(grid.regions)
        inside = np.flatnonzero((x > xs[0]) & (x < xs[-1]) & (y > ys[0]) & (y < ys[-1]))
        if len(inside):
            column = np.clip(np.searchsorted(xs, x[inside]) - 1, 0, len(xs) - 2)
            row = np.clip(np.searchsorted(ys, y[inside]) - 1, 0, len(ys) - 2)
            cells[inside] = regions[row, column] + first
        first += grid.cells
    return cells


def tables_of(
    grids: Sequence[Grid], runs: Sequence[Line], owners: Sequence[int], number: int
) -> tuple[list[Table], list[Line], list[Box]]:
    """Tables of two columns and two rows or more, the runs outside them, and the boxes of lesser grids."""
    of_cell: dict[int, list[Line]] = {}
    for run, owner in zip(runs, owners, strict=True):
        of_cell.setdefault(owner, []).append(run)
    tables, frames, taken, first = list[Table](), list[Box](), set[int](), 0
    for grid in grids:
        mine = range(first, first + grid.cells)
        first = mine.stop
        table = _table(grid, [of_cell.get(cell, []) for cell in mine], number)
        if table is None:
            frames.append(grid.box)
        else:
            tables.append(table)
            taken.update(mine)
    return tables, [run for run, owner in zip(runs, owners, strict=True) if owner not in taken], frames


def _table(grid: Grid, cells: Sequence[Sequence[Line]], number: int) -> Table | None:
    texts = [text_of(runs) for runs in cells]
    rows = _rows(grid, texts, cells)
    kept = [
        i for i in range(len(grid.xs) - 1) if grid.xs[i + 1] - grid.xs[i] >= _SLIT or any(row.cells[i] for row in rows)
    ]
    said = [sum(1 for row in rows if row.cells[i]) for i in kept]
    if len(rows) < 2 or sum(map(bool, said)) < 2:
        return None
    form = all(rows[0].cells[i] for i in kept if i not in rows[0].wide)  # to be filled in: its head says all
    if not form and sum(said) < _SAYS_SOMETHING * len(rows) * len(kept):
        return None
    if len(kept) < len(grid.xs) - 1:
        rows = [
            row._replace(
                cells=tuple(row.cells[i] for i in kept),
                wide=tuple(at for at, i in enumerate(kept) if i in row.wide),
            )
            for row in rows
        ]
    return Table(tuple(rows), grid.box, number, head_rows(rows))


def _rows(grid: Grid, texts: Sequence[str], cells: Sequence[Sequence[Line]]) -> list[Row]:
    """A cell that covers several rows says its text in each; one that covers columns says it in the first."""
    rows: list[Row] = []
    for j, regions in enumerate(grid.regions):
        out, wide = list[str](), list[int]()
        for i, region in enumerate(regions):
            if i and regions[i - 1] == region:
                wide.append(i)
                out.append("")
            else:
                out.append(texts[region])
        if any(out):
            box = Box(grid.xs[0], grid.ys[j], grid.xs[-1], grid.ys[j + 1])
            runs = [run for region in set(regions) for run in cells[region]]
            rows.append(Row(tuple(out), box, tuple(wide), all(run.bold for run in runs)))
    return rows


def head_rows(rows: Sequence[Row]) -> int:
    """1; or 2 where a cell of the first row covers columns that the second row names one by one."""
    if len(rows) < 3 or not rows[0].wide:
        return 1
    named = [i for i in rows[0].wide if rows[1].cells[i]]
    plain_data = rows[0].bold and not rows[1].bold
    return 2 if named and not plain_data else 1
