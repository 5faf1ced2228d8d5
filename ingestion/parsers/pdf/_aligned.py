"""Tables that aligned columns make: between rules that run across only, or without any rule. Rather none than a wrong
one: prose in columns, lists of contents, steps, forms of a label and a value each, and code are no tables."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingestion.parsers.pdf._geometry import Box, Line, Page, Row, Rule, Table
from ingestion.parsers.pdf._lines import join_cell, rows_of
from ingestion.parsers.pdf._marks import BULLET, CAPTION, INDEX_ENTRY, is_contents, step_number

_FEWEST_RUNS, _MOST_RUNS = 4, 2_000  # of a page that is looked at; more is a drawing
_GAP = 0.9  # letter sizes between two columns under rules
_WIDE_GAP = 1.6  # the same where no rule helps
_PITCH = 3.2  # letter sizes from a row to the next, where no rule helps
_TIGHT = 1.5  # a line so near under another goes on in the same cell
_ALIGNED = 0.7  # of a column's cells that begin, end or have their middle at one place
_FILLED = 0.6  # of the rows that have two cells or more
_LONG = 60  # characters of a cell where no rule helps
_SAME_PLACE = 4.0  # points
_FRONT = re.compile(
    r"\b(?:Rev(?:ision)?|Issue|Version|Edition|Date|Document|Doc|Part\s*No|Serial|Order|Author|Copyright|Prepared|Approved"
    r"|Checked)\b|版本|修订|日期|文件|编号|编制|审核|批准|密级",
    re.IGNORECASE,
)
_INDEX_SHARE = 0.25  # of the cells that end in a page number
_WORDY = 4.5  # words of a cell on average, where two columns with as many are prose
_HAN = re.compile("[\u3400-\u9fff]")
_LEADER = re.compile(r"^[.\s·…]{4,}$")
_NUMBER = re.compile(r"^[-+±−]?\d[\d.,\s]*$")
_PAGE_NUMBER = re.compile(r"^(?:\d{1,4}|[ivxlc]+|[A-Z]?\d*-\d+)$")
Columns = Sequence[tuple[float, float]]  # from, to
Cells = list[list[Line]]  # of one row, a list of runs for each column


def aligned_tables(page: Page, runs: Sequence[Line]) -> list[Table]:
    """Of runs that stand in no other table; running heads are left out before."""
    if not _FEWEST_RUNS <= len(runs) <= _MOST_RUNS:
        return []
    found = list(_between_rules(page, runs)) if len(page.graphics.across) > 2 else []
    free = [run for run in runs if not any(table.box.holds(run.box) for table in found)]
    return found + list(_without_rules(page, free))


def _between_rules(page: Page, runs: Sequence[Line]) -> Iterator[Table]:
    """Three rules or more from one place to another, with columns between them: the head stands over the second."""
    for rules in _alike(page.graphics.across):
        start, end = rules[0].start - _SAME_PLACE, rules[0].end + _SAME_PLACE
        inside = [run for run in runs if run.box.x1 > start and run.box.x0 < end]
        top = _over(rules, inside)
        inside = [run for run in inside if top <= _middle(run.box) <= rules[-1].at]
        if any(run.box.x0 < start or run.box.x1 > end for run in inside) or len(inside) < 4:
            continue
        columns = _columns(inside, _GAP)
        if len(columns) < 2 or _is_front(page, inside, columns):
            continue
        rows = _ruled_rows(inside, columns, rules)
        if _is_table(rows, columns) and not _is_prose(rows):
            yield _table(rows, page, Box(start, min(top, rules[0].at), end, rules[-1].at))


def _alike(across: Sequence[Rule]) -> Iterator[list[Rule]]:
    groups: list[list[Rule]] = []
    for rule in sorted(across):
        for group in groups:
            if abs(group[0].start - rule.start) < _SAME_PLACE and abs(group[0].end - rule.end) < _SAME_PLACE:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return (group for group in groups if len(group) >= 3 and group[0].end - group[0].start > 60)


def _over(rules: Sequence[Rule], runs: Sequence[Line]) -> float:
    """Where the table begins: at the first rule, or over it where a row in columns stands on that."""
    near = [run for run in runs if 0 <= rules[0].at - _middle(run.box) < 1.2 * run.size]
    if len(near) < 2 or len(_columns(near, _GAP)) < 2:
        return rules[0].at
    return min(run.box.y0 for run in near)


def _ruled_rows(runs: Sequence[Line], columns: Columns, rules: Sequence[Rule]) -> list[Cells]:
    """One row a line; a line that goes on in the cells over it, and the head's lines, are one row."""
    lines = rows_of(runs)
    bands = [sum(1 for rule in rules if rule.at < _middle(line[0].box)) for line in lines]
    every = len(set(bands)) >= 0.6 * len(lines)  # a rule under each row
    rows: list[Cells] = []
    for i, line in enumerate(lines):
        cells = _in_columns(line, columns)
        same_band = i > 0 and bands[i] == bands[i - 1]
        head = same_band and bands[i] == bands[0]
        near = i > 0 and line[0].box.y1 - lines[i - 1][0].box.y1 < _TIGHT * line[0].size
        if same_band and (every or head or (near and not cells[0])):
            _append(rows[-1], cells)
        else:
            rows.append(cells)
    return rows


def _append(row: Cells, more: Cells) -> None:
    for cell, runs in zip(row, more, strict=True):
        cell.extend(runs)


def _without_rules(page: Page, runs: Sequence[Line]) -> Iterator[Table]:
    """Three rows or more whose runs stand in columns with wide gaps between them."""
    rows = rows_of(runs)
    at = 0
    while at < len(rows):
        end, columns = _stretch(rows, at)
        if end - at >= 3:
            cells = _joined([_in_columns(row, columns) for row in rows[at:end]])
            inside = [run for row in rows[at:end] for run in row]
            if _is_plain_table(page, cells, columns, inside):
                box = inside[0].box
                for run in inside:
                    box = box.around(run.box)
                yield _table(cells, page, box.grown(1), guess=True)
        at = max(end, at + 1)  # what is no table as a whole has none in a part of it


def _stretch(rows: Sequence[Sequence[Line]], at: int) -> tuple[int, list[tuple[float, float]]]:
    """The row after the last that keeps the columns which begin in row ``at``, and these."""
    taken = list(rows[at])
    columns = _columns(taken, _WIDE_GAP)
    if len(columns) < 2 or len(columns) < len(rows[at]):
        return at + 1, columns
    most, end = len(columns), at + 1
    for row in rows[at + 1 :]:
        last = rows[end - 1][0]
        pitch = row[0].box.y1 - last.box.y1
        lone = len(row) == 1 and pitch > _TIGHT * row[0].size
        if pitch > _PITCH * row[0].size or lone or abs(row[0].size - last.size) > 1.5:
            break
        wider = _columns([*taken, *row], _WIDE_GAP)
        if len(wider) < max(most, len(row)):
            break
        taken += row
        columns, most, end = wider, max(most, len(row)), end + 1
    while end - at > 1 and len(rows[end - 1]) == 1 and rows[end - 1][0].box.x0 < columns[1][0]:
        end -= 1  # a line at the margin is what follows
    return end, _columns([run for row in rows[at:end] for run in row], _WIDE_GAP)


def _columns(runs: Sequence[Line], gap: float) -> list[tuple[float, float]]:
    """Stretches of the page's width that runs stand over, with gaps of so many letter sizes between them."""
    columns: list[tuple[float, float]] = []
    for run in sorted(runs, key=lambda run: run.box.x0):
        if columns and run.box.x0 - columns[-1][1] < gap * run.size:
            columns[-1] = (columns[-1][0], max(columns[-1][1], run.box.x1))
        else:
            columns.append((run.box.x0, run.box.x1))
    return columns


def _in_columns(row: Sequence[Line], columns: Columns) -> Cells:
    cells: Cells = [[] for _ in columns]
    for run in row:
        cells[max(i for i, column in enumerate(columns) if column[0] <= run.box.x0 + 0.1)].append(run)
    return cells


def _joined(rows: Sequence[Cells]) -> list[Cells]:
    """A line without a first cell close under another goes on in its cells."""
    out: list[Cells] = []
    for cells in rows:
        first = next(run for cell in cells for run in cell)
        if out and _goes_on(out[-1], cells, first):
            _append(out[-1], cells)
            continue
        out.append([list(cell) for cell in cells])
    return out


def _goes_on(row: Cells, more: Cells, first: Line) -> bool:
    """Whether a line that has not all cells is the rest of the row over it."""
    over = next(run for cell in reversed(row) for run in reversed(cell))
    if first.box.y1 - over.box.y1 >= _TIGHT * first.size:
        return False
    broken = any(cell and rest and cell[-1].text.endswith("-") for cell, rest in zip(row, more, strict=True))
    filled = sum(map(bool, more))
    return (broken and filled < len(more)) or (not more[0] and filled < len(more) - 1)


def _is_table(rows: Sequence[Cells], columns: Columns) -> bool:
    full = [row for row in rows if sum(map(bool, row)) >= 2]
    used = [sum(1 for row in rows if row[i]) for i in range(len(columns))]
    return len(rows) >= 2 and len(full) >= max(2, _FILLED * len(rows)) and min(used) >= 1


def _is_plain_table(page: Page, rows: Sequence[Cells], columns: Columns, runs: list[Line]) -> bool:
    if len(rows) < 3 or not _is_table(rows, columns) or _is_front(page, runs, columns):
        return False
    texts = [[_said(cell) for cell in row] for row in rows]
    if any(len(text) > _LONG or CAPTION.match(text) or _LEADER.match(text) for row in texts for text in row):
        return False
    said = [text for row in texts for text in row if text]
    entries = sum(1 for text in said if INDEX_ENTRY.search(text))
    if sum(1 for row in texts if is_contents(" ".join(row))) > 1 or entries > _INDEX_SHARE * len(said):
        return False
    first, last = [row[0] for row in texts if row[0]], [row[-1] for row in texts if row[-1]]
    marks = sum(1 for text in first if BULLET.match(text + " x") or step_number(text + " x") is not None)
    labels = sum(1 for text in first if text.endswith((":", "：")))
    if max(marks, labels) >= 0.5 * len(first) or (len(columns) == 2 and _is_list_of_pages(last)):
        return False
    code = sum(1 for run in runs if run.mono) > 0.5 * len(runs)
    wordy = sum(1 for i in range(len(columns)) if _words([row[i] for row in texts]) >= _WORDY)
    return not code and wordy < 2 and all(_is_aligned(rows, i) for i in range(len(columns)))


def _words(texts: Sequence[str]) -> float:
    """Of a column's cells on average; two Chinese characters say about a word."""
    said = [text for text in texts if text]
    return sum(len(text.split()) + len(_HAN.findall(text)) / 2 for text in said) / max(len(said), 1)


def _is_list_of_pages(last: Sequence[str]) -> bool:
    if not all(_PAGE_NUMBER.match(text) for text in last):
        return False
    numbers = [int(text) for text in last if text.isdigit()]
    return all(a <= b for a, b in pairwise(numbers)) and len(set(numbers)) > 1


def _is_aligned(rows: Sequence[Cells], column: int) -> bool:
    """Whether the column's cells begin, end or have their middle at one place. The head may stand otherwise."""
    cells = [row[column][0].box for row in rows[1:] if row[column]]
    size = next((row[column][0].size for row in rows if row[column]), 10.0)
    if len(cells) < 2:
        return True
    for places in ([b.x0 for b in cells], [b.x1 for b in cells], [(b.x0 + b.x1) / 2 for b in cells]):
        middle = sorted(places)[len(places) // 2]
        if sum(1 for place in places if abs(place - middle) < 0.5 * size) >= _ALIGNED * len(places):
            return True
    return False


def _is_prose(rows: Sequence[Cells]) -> bool:
    """Whether two columns hold lines of text that run on."""
    prose = 0
    for column in range(len(rows[0])):
        runs = [run for row in rows for run in row[column]]
        widest = max((run.box.width for run in runs), default=0.0)
        long = [run for run in runs if len(run.text.encode()) > 24 and run.box.width > 0.8 * widest]
        prose += len(runs) >= 4 and len(long) > 0.6 * len(runs)
    return prose >= 2


def _is_front(page: Page, runs: Sequence[Line], columns: Columns) -> bool:
    """The title block of a document: what it says is read as the document's own revision, date, ..."""
    if page.number > 2 or len(columns) > 2:
        return False
    return any(_FRONT.search(run.text) and run.box.x0 < columns[1][0] and len(run.text) < 40 for run in runs)


def _table(rows: Sequence[Cells], page: Page, box: Box, *, guess: bool = False) -> Table:
    out = []
    for cells in rows:
        runs = [run for cell in cells for run in cell]
        place = Box(box.x0, min(run.box.y0 for run in runs), box.x1, max(run.box.y1 for run in runs))
        out.append(Row(tuple(_said(cell) for cell in cells), place, bold=all(run.bold for run in runs)))
    return Table(tuple(out), box, page.number, _head_rows(out) if guess else 1)


def _head_rows(rows: Sequence[Row]) -> int:
    """Where no rule tells: none where the first row reads like the others."""
    first, rest = rows[0].cells, rows[1:]
    if rows[0].bold and not all(row.bold for row in rest):
        return 1
    like = any(cell == row.cells[i] for i, cell in enumerate(first) if cell for row in rest)
    wordy = any(_words([cell]) > _WORDY for cell in first)
    return 0 if like or wordy or any(_NUMBER.match(cell) for cell in first) else 1


def _said(cell: Sequence[Line]) -> str:
    text = ""
    for run in cell:
        text = join_cell(text, run.text)
    return text


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2
