"""Where the tables of a sheet are: titles above, head rows, rows, notes below; tables beside and below one another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingestion.parsers._tables.cells import number, plain
from ingestion.parsers._tables.dates import ORDERS, moment
from ingestion.parsers._tables.heads import is_unit
from ingestion.parsers._workbook.sheet import Filled, Merge, Row, Sheet, Value, text_of

Copies = frozenset[tuple[int, int]]  # (row, column) of cells that show another one's value beside it

_HEAD_WITHIN = 15  # rows
_FILLED = 0.6  # of a head row's columns
_LONGEST_NAME = 80  # characters of a column's name
_LONG_NOTE = 30
_TITLE_LINES = 3
_NOTES = ("note", "remark", "source", "*", "注", "备注", "说明", "※")
_FILLS = 4  # merged ranges may fill as many cells as this times what the sheet holds


@dataclass
class Part:
    """A table of a sheet, or lines of text. ``columns``: 1-based columns of the sheet that it has."""

    columns: list[int]
    rows: list[Row] = field(default_factory=list)  # cells of ``columns`` only
    head: list[Row] = field(default_factory=list)
    above: list[Row] = field(default_factory=list)  # titles and particulars
    below: list[Row] = field(default_factory=list)  # notes
    pairs: bool = False  # Name: value
    units: bool = False  # the second head row holds units

    @property
    def top(self) -> int:
        return next(iter([*self.head, *self.rows, *self.above]))[0]


def parts(sheet: Sheet) -> tuple[list[Part], Copies]:
    """The sheet's tables in natural order."""
    copies = fill_merged(sheet)
    found: list[Part] = []
    for band in _bands(sheet.rows):
        for part in _beside(band):
            last = found[-1] if found else None
            if last and _goes_on(last, part):
                last.rows += [*last.below, *part.above, *part.rows]
                last.below = part.below
                continue
            if last and _is_head_of(last, part):
                part.head, part.above = last.rows, last.above
                found.pop()
            elif last and _is_title(last, part):
                part.above = [*last.rows, *part.above]
                found.pop()
            found.append(part)
    for part in found:
        _second_head(part, sheet.merges)
    return found, copies


def fill_merged(sheet: Sheet) -> Copies:
    """Give every cell of a merged range its value, but for ranges over the whole width: those are lines of text."""
    if not sheet.merges:
        return frozenset()
    places = dict(sheet.rows)
    width = max(map(len, places.values()), default=0)
    left_over, copies = _FILLS * sum(map(len, places.values())), set[tuple[int, int]]()
    for merge in sheet.merges:
        value = _at(places.get(merge.top, []), merge.left)
        right = min(merge.right, width)
        if value is None or (right > merge.left and right - merge.left + 1 >= width):
            continue
        for row in _rows_of(merge, places):
            cells = places[row]
            left_over -= right - merge.left + 1
            if left_over < 0:
                return frozenset(copies)
            cells.extend([None] * (right - len(cells)))
            for column in range(merge.left, right + 1):
                if cells[column - 1] is None:
                    cells[column - 1] = value
                    if column > merge.left:
                        copies.add((row, column))
    return frozenset(copies)


def _rows_of(merge: Merge, places: dict[int, list[Filled]]) -> Iterator[int]:
    if merge.bottom - merge.top > len(places):
        yield from (row for row in places if merge.top <= row <= merge.bottom)
    else:
        yield from (row for row in range(merge.top, merge.bottom + 1) if row in places)


def _at(cells: Sequence[Filled], column: int) -> Filled:
    return cells[column - 1] if column <= len(cells) else None


def _bands(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Runs of rows without an empty one between them."""
    band: list[Row] = []
    for number_, cells in rows:
        if not any(map(_says, cells)):
            continue
        if band and number_ > band[-1][0] + 1:
            yield band
            band = []
        band.append((number_, cells))
    if band:
        yield band


def _says(cell: Filled) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _beside(band: list[Row]) -> Iterator[Part]:
    """The tables that an empty column parts, or all as one where not each of them looks like a table."""
    used = sorted({at for _, cells in band for at, cell in enumerate(cells, 1) if _says(cell)})
    runs: list[list[int]] = []
    for column in used:
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    split = [_part(band, run) for run in runs] if len(runs) > 1 else []
    if split and all(part.pairs or (part.head and len(part.columns) > 1) for part in split):
        yield from split
    else:
        yield _part(band, used)


def _part(band: list[Row], columns: list[int]) -> Part:
    rows = [(row, [_at(cells, column) for column in columns]) for row, cells in band]
    rows = [(row, cells) for row, cells in rows if any(map(_says, cells))]
    part = Part(columns)
    if len(columns) == 1:
        part.rows = rows
        return part
    at = _head_at(rows, len(columns))
    if len(columns) == 2 and _are_pairs(rows if at is None else rows[at:], at is not None):
        start = next((i for i, (_, cells) in enumerate(rows) if _filled(cells) > 1), 0)
        part.pairs, part.above, part.rows = True, rows[:start], rows[start:]
        return part
    start = 0 if at is None else at + 1
    if at is None:
        start = next((i for i, (_, cells) in enumerate(rows) if _filled(cells) > 1 or not _is_text(cells)), 0)
    part.above = rows[: start if at is None else at]
    part.head = [] if at is None else [rows[at]]
    end = len(rows)
    while end > start + 1 and len(columns) > 2 and _is_note(rows[end - 1][1]):
        end -= 1
    part.rows, part.below = rows[start:end], rows[end:]
    return part


def _head_at(rows: Sequence[Row], width: int) -> int | None:
    for i, (_, cells) in enumerate(rows[: min(_HEAD_WITHIN, len(rows) - 1)]):
        if _filled(cells) >= max(2, _FILLED * width):
            return _fuller(rows, i, width) if _is_head(cells) else None
    return None


def _fuller(rows: Sequence[Row], at: int, width: int) -> int:
    """A row of particulars may stand above the head: a full row of names over the first values is surer."""
    for later in range(at + 1, min(at + 3, len(rows) - 1)):
        full = _filled(rows[later][1]) == width > _filled(rows[at][1])
        values = any(is_value(cell) for _, cells in rows[later + 1 : later + 3] for cell in cells)
        if full and _is_head(rows[later][1]) and values:
            return later
    return at


def _is_head(cells: Sequence[Filled]) -> bool:
    """Names: short texts that are no values."""
    said = [cell for cell in cells if _says(cell)]
    return all(isinstance(cell, str) and len(cell) <= _LONGEST_NAME and not is_value(cell) for cell in said)


def is_value(cell: Filled) -> bool:
    """Whether it is a number, a date or the like, typed or as text. A year may name a column."""
    if not isinstance(cell, str):
        return cell is not None
    text = plain(cell)
    if not any(character.isdecimal() for character in text) or (len(text) == 4 and text.isdecimal()):
        return False
    return any(number(text, style) is not None for style in ("point", "comma")) or any(
        moment(text, order) is not None for order in ORDERS
    )


def _filled(cells: Sequence[Filled]) -> int:
    return sum(map(_says, cells))


def _is_text(cells: Sequence[Filled]) -> bool:
    return all(isinstance(cell, str) for cell in cells if cell is not None)


def _is_note(cells: Sequence[Filled]) -> bool:
    if _filled(cells) != 1:
        return False
    said = next(cell for cell in cells if _says(cell))
    return isinstance(said, str) and (len(said) > _LONG_NOTE or said.strip().lower().startswith(_NOTES))


def _are_pairs(rows: Sequence[Row], headed: bool) -> bool:
    """Name and value side by side: names end in a colon, or no head stands above and values are of several kinds."""
    full = [cells for _, cells in rows if _filled(cells) == 2]
    names = [cells[0] for cells in full]
    if not full or not all(isinstance(name, str) for name in names):
        return False
    colons = sum(str(name).rstrip().endswith((":", "：")) for name in names)
    if 2 * colons >= len(full):
        return True
    kinds = {cells[1].kind if isinstance(cells[1], Value) else is_value(cells[1]) for cells in full}
    return not headed and len(kinds) > 1 and len(set(map(str, names))) == len(names)


def _goes_on(last: Part, part: Part) -> bool:
    """Whether an empty row parts rows of one table: no head of its own, and no column more."""
    if last.pairs or part.pairs or not last.head or part.head or not set(part.columns) <= set(last.columns):
        return False
    if len(part.columns) == 1 or not any(is_value(cell) for _, cells in part.rows for cell in cells):
        return False
    for rows in (part.rows, part.above, part.below):
        for i, (row, cells) in enumerate(rows):
            by_column = dict(zip(part.columns, cells, strict=True))
            rows[i] = (row, [by_column.get(column) for column in last.columns])
    return True


def _is_head_of(last: Part, part: Part) -> bool:
    """Whether a row of names stands over rows without any, an empty row between them."""
    if len(last.rows) != 1 or last.head or part.head or part.pairs or part.above or last.columns != part.columns:
        return False
    return len(part.columns) > 1 and _filled(last.rows[0][1]) == len(part.columns) and _is_head(last.rows[0][1])


def _is_title(last: Part, part: Part) -> bool:
    """Whether a few lines of text stand over a table, an empty row between them."""
    few = len(last.columns) == 1 and len(last.rows) <= _TITLE_LINES
    near = few and 0 < part.top - last.rows[-1][0] <= _TITLE_LINES
    return near and (bool(part.head) or part.pairs) and all(_is_text(cells) for _, cells in last.rows)


def _second_head(part: Part, merges: Sequence[Merge]) -> None:
    """A row of units, or of names under a name that spans several columns, belongs to the head."""
    if not part.head or len(part.rows) < 2:
        return
    top, (_, cells) = part.head[0][0], part.rows[0]
    said = [text_of(cell).strip(" ()[]（）") for cell in cells if _says(cell)]
    units = all(map(is_unit, said)) and _is_text(cells)
    spans = any(
        merge.top == merge.bottom == top and part.columns[0] <= merge.left < merge.right <= part.columns[-1]
        for merge in merges
    )
    if units or (spans and _is_head(cells)):
        part.head.append(part.rows.pop(0))
        part.units = units


def head_names(part: Part) -> list[str]:
    """One name a column, of one or two head rows: ``Pressure min``, ``Flow (m3/h)``."""
    names = [text_of(cell) for cell in part.head[0][1]] if part.head else [""] * len(part.columns)
    for _, cells in part.head[1:]:
        for i, cell in enumerate(cells):
            below = text_of(cell).strip()
            bare = below.strip("()[]（）")
            if not below or below == names[i].strip():
                continue
            names[i] = f"{names[i]} ({bare})" if names[i] and part.units else f"{names[i]} {below}".strip()
    return names
