"""Reading order of a page: columns one after the other, between what spans them."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from ingestion.parsers.pdf._geometry import Box, Figure, Line, Page, Table
from ingestion.parsers.pdf._lines import join_runs
from ingestion.parsers.pdf._marks import INDEX_ENTRY

Placed = Line | Table | Figure
_FEWEST = 4  # lines of each of two columns that stand beside one another
_MOST_RUNS = 2_000  # of a page of text; more is a drawing
_GUTTER = 6  # points of white at least
_DEPTH = 3  # gutters within columns


class _Column(NamedTuple):
    runs: list[Line]
    others: list[Placed]  # tables and figures


def flow(page: Page, placed: Sequence[Table | Figure], runs: Sequence[Line]) -> list[Placed]:
    """Lines, tables and figures of a page in reading order. ``runs`` are those that stand in no table or figure."""
    return _ordered(_Column(list(runs), list(placed)), (0.0, page.width), _DEPTH)


def _ordered(column: _Column, between: tuple[float, float], depth: int) -> list[Placed]:
    gutter = _gutter(column.runs, between) if depth else None
    if gutter is None:
        return sorted([*join_runs(column.runs), *column.others], key=_top)
    across = _side(column, lambda box: box.x0 < gutter < box.x1)
    left, right = _side(column, lambda box: box.x1 <= gutter), _side(column, lambda box: box.x0 >= gutter)
    order: list[Placed] = []
    top = float("-inf")
    for item in [*sorted([*join_runs(across.runs), *across.others], key=_top), None]:
        end = _top(item) if item else float("inf")
        for side, edges in ((left, (between[0], gutter)), (right, (gutter, between[1]))):
            order += _ordered(_band(side, top, end), edges, depth - 1)
        order += [item] if item else []
        top = end
    return order


def _side(column: _Column, test: Callable[[Box], bool]) -> _Column:
    return _Column([run for run in column.runs if test(run.box)], [item for item in column.others if test(item.box)])


def _band(column: _Column, top: float, end: float) -> _Column:
    return _side(column, lambda box: top <= (box.y0 + box.y1) / 2 < end)


def _top(item: Placed) -> float:
    """A line by its middle: the box of a caption reaches a little into the table below it."""
    return (item.box.y0 + item.box.y1) / 2 if isinstance(item, Line) else item.box.y0


def _gutter(runs: Sequence[Line], between: tuple[float, float]) -> float | None:
    """Where two columns of prose part, or None. A list of names and values is no prose: its runs are short."""
    if not 2 * _FEWEST <= len(runs) <= _MOST_RUNS:
        return None
    left, right = between
    best: tuple[int, float, float] | None = None
    for x in _gaps(runs, left + 0.15 * (right - left), right - 0.15 * (right - left)):
        beside = _beside(runs, x)
        if beside and (best is None or beside > best[0]):
            best = (beside, x, 0.0)
    return best[1] if best else None


def _gaps(runs: Sequence[Line], start: float, end: float) -> list[float]:
    """Middles of stretches of the width where runs end and others begin, from the left."""
    ends = sorted(run.box.x1 for run in runs)
    found = []
    for x0 in sorted({round(run.box.x0) for run in runs}):
        before = bisect_right(ends, x0 + 0.5)
        if before and x0 - ends[before - 1] >= _GUTTER:
            x = (ends[before - 1] + x0) / 2
            if start <= x <= end:
                found.append(x)
    return found


def _beside(runs: Sequence[Line], x: float) -> int:
    """How many runs of prose stand on either side of ``x`` with others level with them on the other side."""
    left = [run for run in runs if run.box.x1 <= x]
    right = [run for run in runs if run.box.x0 >= x]
    if min(len(left), len(right)) < _FEWEST:
        return 0
    across = sorted((run.box.y0 + run.box.y1) / 2 for run in runs if run.box.x0 < x < run.box.x1)
    count = 0
    for top, end in pairwise([float("-inf"), *across, float("inf")]):
        one = [run for run in left if top <= run.box.y0 + run.box.height / 2 < end]
        other = [run for run in right if top <= run.box.y0 + run.box.height / 2 < end]
        if min(len(one), len(other)) >= _FEWEST and (
            (_columnar(one) and _columnar(other)) or (_index(one) and _index(other))
        ):
            count += len(one) + len(other)
    return count if count >= 0.3 * len(runs) else 0


def _columnar(runs: Sequence[Line]) -> bool:
    """Prose, or columns of prose."""
    if _prose(runs):
        return True
    left, right = min(run.box.x0 for run in runs), max(run.box.x1 for run in runs)
    return len(runs) >= 2 * _FEWEST and any(_beside(runs, x) for x in _gaps(runs, left, right))


def _prose(runs: Sequence[Line]) -> bool:
    width = max(run.box.x1 for run in runs) - min(run.box.x0 for run in runs)
    widths = sorted(run.box.width for run in runs)
    letters = sum(len(run.text) + sum(1 for c in run.text if "\u3400" <= c <= "\u9fff") for run in runs)
    return widths[len(widths) * 3 // 4] > 0.7 * width and letters > 20 * len(runs)


def _index(runs: Sequence[Line]) -> bool:
    return sum(1 for run in runs if INDEX_ENTRY.search(run.text)) >= 0.5 * len(runs)
