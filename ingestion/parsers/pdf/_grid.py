"""Rules that cross -> grids of cells, merged cells as one. Text comes later: a grid only knows places."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ingestion.parsers.pdf._geometry import Box, Rule
from ingestion.parsers.pdf._paths import Drawn, merged

SNAP = 3.0  # points: rules nearer than this are one, and so far apart they may end and still meet
_STUB = 6.0  # points that the rules of an open side stick out at least
_COVERED = 0.8  # of a cell's side that its border must be drawn on
_MOST_CELLS = 20_000
_MOST_CROSSINGS = 4_000_000  # of rules that are looked at; more is a drawing


@dataclass(frozen=True, slots=True)
class Grid:
    """``regions[j][i]`` numbers the cell that square i of row j is part of; merged squares share a number."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    regions: tuple[tuple[int, ...], ...]

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    @property
    def cells(self) -> int:
        return 1 + max(max(row) for row in self.regions)


def find_grids(drawn: Drawn) -> tuple[list[Grid], list[Rule], list[Box]]:
    """Grids of two cells or more, rules that run across and meet no other, and the boxes of single cells."""
    across = [rule for rule in merged(drawn.across, SNAP) if rule.end - rule.start > SNAP]
    down = [rule for rule in merged(drawn.down, SNAP) if rule.end - rule.start > SNAP]
    if len(across) * len(down) > _MOST_CROSSINGS:
        return [], [], []
    grids, frames, lone = list[Grid](), list[Box](), list[Rule]()
    for hs, vs in _meeting(across, down):
        xs, ys = _places(vs, hs), _places(hs, vs)
        if not vs or len(xs) < 2 or len(ys) < 2:
            lone += hs
        elif len(xs) == 2 or len(ys) == 2 or len(xs) * len(ys) > _MOST_CELLS:
            frames.append(Box(xs[0], ys[0], xs[-1], ys[-1]))
        else:
            grids.append(Grid(xs, ys, _regions(xs, ys, hs, vs)))
    return _outermost([grid for grid in grids if grid.cells > 1]), lone, frames


def _meeting(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules in groups that hang together."""
    if not down:
        return [([rule], []) for rule in across]
    if not across:
        return []
    h, v = np.array(across), np.array(down)
    meets = (
        (v[None, :, 0] >= h[:, None, 1] - SNAP)
        & (v[None, :, 0] <= h[:, None, 2] + SNAP)
        & (h[:, None, 0] >= v[None, :, 1] - SNAP)
        & (h[:, None, 0] <= v[None, :, 2] + SNAP)
    )
    group = np.arange(len(across))
    reach: dict[int, list[int]] = {}
    for column in range(len(down)):
        mine = np.flatnonzero(meets[:, column])
        if len(mine):
            joined = np.unique(group[mine])
            group[np.isin(group, joined)] = joined[0]
            reach[column] = [int(mine[0])]
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for row, rule in enumerate(across):
        groups.setdefault(int(group[row]), ([], []))[0].append(rule)
    for column, (row,) in reach.items():
        groups[int(group[row])][1].append(down[column])
    return list(groups.values())


def _places(rules: Sequence[Rule], crossing: Sequence[Rule]) -> tuple[float, ...]:
    """Where the rules are; and where the crossing ones end together beyond the last of them: an open side."""
    found = sorted({rule.at for rule in rules})
    if not found:
        return ()
    starts, ends = [rule.start for rule in crossing], [rule.end for rule in crossing]
    open_start = [start for start in starts if start < found[0] - _STUB]
    open_end = [end for end in ends if end > found[-1] + _STUB]
    enough = max(2, 0.6 * len(crossing))
    if len(open_start) >= enough:
        found.insert(0, min(open_start))
    if len(open_end) >= enough:
        found.append(max(open_end))
    return tuple(found)


def _regions(
    xs: Sequence[float], ys: Sequence[float], across: list[Rule], down: list[Rule]
) -> tuple[tuple[int, ...], ...]:
    columns, rows = len(xs) - 1, len(ys) - 1
    below = _drawn(ys[1:-1], xs, across)  # [j][i]: a border under square i of row j
    beside = _drawn(xs[1:-1], ys, down)  # [i][j]: a border to its right
    parent = list(range(columns * rows))

    def root(square: int) -> int:
        while parent[square] != square:
            parent[square] = parent[parent[square]]
            square = parent[square]
        return square

    for j in range(rows):
        for i in range(columns):
            if j + 1 < rows and not below[j][i]:
                parent[root((j + 1) * columns + i)] = root(j * columns + i)
            if i + 1 < columns and not beside[i][j]:
                parent[root(j * columns + i + 1)] = root(j * columns + i)
    squares: dict[int, list[int]] = {}
    for square in range(columns * rows):
        squares.setdefault(root(square), []).append(square)
    numbers, count = [0] * (columns * rows), 0
    for members in squares.values():
        js, is_ = {square // columns for square in members}, {square % columns for square in members}
        whole = len(members) == (max(js) - min(js) + 1) * (max(is_) - min(is_) + 1)
        for square in members:  # what is no rectangle lacks a rule somewhere: each square by itself
            numbers[square] = count
            count += 0 if whole else 1
        count += 1 if whole else 0
    return tuple(tuple(numbers[j * columns : (j + 1) * columns]) for j in range(rows))


def _drawn(at: Sequence[float], sides: Sequence[float], rules: Sequence[Rule]) -> list[list[bool]]:
    """For each place and each stretch between two sides: whether a rule is drawn there."""
    of_place: dict[float, list[Rule]] = {}
    for rule in rules:
        of_place.setdefault(rule.at, []).append(rule)
    out = []
    for place in at:
        here = of_place.get(place, ())
        row = []
        for start, end in pairwise(sides):
            length = sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in here)
            row.append(length >= _COVERED * (end - start) or length >= end - start - 2 * SNAP > 0)
        out.append(row)
    return out


def _outermost(grids: list[Grid]) -> list[Grid]:
    """Tables within a table's cell are that cell's text."""

    def inside(grid: Grid, other: Grid) -> bool:
        mine, its = grid.box, other.box
        return its.holds(mine) and mine.width * mine.height < its.width * its.height

    return [grid for grid in grids if not any(inside(grid, other) for other in grids if other is not grid)]
