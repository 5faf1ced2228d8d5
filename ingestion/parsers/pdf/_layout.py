"""Reading order of a page, and what repeats on every page."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from ingestion.parsers.pdf._read import Box, Line, Page, join_runs
from ingestion.parsers.pdf._tables import Table

_MARGIN = 0.12  # of the page's height, where running heads stand
_SHARE = 0.3  # of the pages, and three at least, that a running head is repeated on
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_CONTENTS = re.compile(r"(?:(?:\.\s?|…|·){4,}\s*(?:\d{1,4}|[ivxlc]+)|^(?:Table of )?contents|^目\s*录)$", re.IGNORECASE)
Placed = Line | Table


def body_size(lines: Sequence[Line]) -> float:
    """The letter size of most of the text, in points."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def running(pages: Sequence[Page]) -> frozenset[tuple[int, Line]]:
    """Running heads, feet and page numbers: the same line, numbers aside, at the same place of many pages."""
    body = body_size([run for page in pages for run in page.runs])
    seen: dict[tuple[str, int], list[tuple[int, Line]]] = {}
    for page in pages:
        for run in page.runs:
            middle = (run.box.y0 + run.box.y1) / 2 / page.height
            if middle < _MARGIN or middle > 1 - _MARGIN:
                # A heading in large letters may only repeat word for word: Chapter 1 and Chapter 2 differ.
                text = run.text if run.size > 1.1 * body else _DIGITS.sub("#", run.text)
                seen.setdefault((text, round(middle * 100)), []).append((page.number, run))
    enough = max(3 if len(pages) > 2 else 2, _SHARE * len(pages))
    return frozenset(
        item for items in seen.values() for item in items if len({number for number, _ in items}) >= enough
    )


def is_contents(line: Line) -> bool:
    """The head or an entry of a table of contents: the headings themselves say the same."""
    return bool(_CONTENTS.search(line.text))


def flow(page: Page, tables: Sequence[Table], left_out: frozenset[tuple[int, Line]]) -> list[Placed]:
    """Lines and tables of a page in reading order; text inside tables stands in them alone."""
    runs = [
        run
        for run in page.runs
        if (page.number, run) not in left_out and not any(table.box.holds(run.box) for table in tables)
    ]
    gutter = _gutter(runs, page)
    if gutter is None:
        return sorted([*join_runs(runs), *tables], key=_top)
    return _columns(runs, tables, gutter)


def _top(item: Placed) -> float:
    """A line by its middle: the box of a caption reaches a little into the table below it."""
    return (item.box.y0 + item.box.y1) / 2 if isinstance(item, Line) else item.box.y0


def _columns(runs: Sequence[Line], tables: Sequence[Table], gutter: float) -> list[Placed]:
    """Left column, then right, between the items that span both."""

    def side(test: Callable[[Box], bool]) -> list[Placed]:
        placed: list[Placed] = [
            *join_runs([run for run in runs if test(run.box)]),
            *(table for table in tables if test(table.box)),
        ]
        return sorted(placed, key=_top)

    left, right = side(lambda box: box.x1 <= gutter), side(lambda box: box.x0 >= gutter)
    across = side(lambda box: box.x0 < gutter < box.x1)
    order: list[Placed] = []
    for item in across:
        for column in (left, right):
            while column and _top(column[0]) < _top(item):
                order.append(column.pop(0))
        order.append(item)
    return [*order, *left, *right]


def _gutter(runs: Sequence[Line], page: Page) -> float | None:
    """Where two columns of prose part, or None. A list of names and values is no prose: its runs are short."""
    best: tuple[int, float] | None = None
    for x in range(int(page.width * 0.35), int(page.width * 0.65), 4):
        left = [run for run in runs if run.box.x1 <= x]
        right = [run for run in runs if run.box.x0 >= x]
        across = len(runs) - len(left) - len(right)
        if min(len(left), len(right)) >= 6 and across <= 0.2 * len(runs) and _prose(left) and _prose(right):
            best = min(best or (across, x), (across, x))
    return best[1] if best else None


def _prose(runs: Sequence[Line]) -> bool:
    width = max(run.box.x1 for run in runs) - min(run.box.x0 for run in runs)
    widths = sorted(run.box.x1 - run.box.x0 for run in runs)
    return widths[len(widths) * 3 // 4] > 0.7 * width and sum(len(run.text) for run in runs) > 20 * len(runs)
