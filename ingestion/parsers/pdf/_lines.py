"""Runs -> lines: what stands on one height of a column, as one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingestion.parsers._text import join_lines
from ingestion.parsers.pdf._geometry import Line


def rows_of(runs: Iterable[Line]) -> list[list[Line]]:
    """Runs that stand on the same height, from top to bottom, each from left to right."""
    rows: list[list[Line]] = []
    for run in sorted(runs, key=lambda run: (run.box.y1, run.box.x0)):
        if rows and rows[-1][0].box.level_with(run.box) > 0.5:
            rows[-1].append(run)
        else:
            rows.append([run])
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda run: run.box.x0)
    return rows


def join_runs(runs: Iterable[Line]) -> list[Line]:
    """Runs of one column as whole lines from top to bottom."""
    return [row[0] if len(row) == 1 else _whole(row) for row in rows_of(runs)]


def text_of(runs: Iterable[Line]) -> str:
    """What a cell says, as one line."""
    text = ""
    for line in join_runs(runs):
        text = join_cell(text, line.text)
    return text


def join_cell(text: str, more: str) -> str:
    """Two lines of a cell. What a hyphen breaks is joined with it: a narrow cell breaks tags and part numbers."""
    broken = len(text) > 1 and text[-1] == "-" and text[-2].isalnum() and more[:1].isalnum()
    return text + more if broken else join_lines([text, more])


def body_size(lines: Iterable[Line]) -> float:
    """The letter size of most of the text, in points."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _whole(runs: Sequence[Line]) -> Line:
    main = max(runs, key=lambda run: len(run.text))
    box = runs[0].box
    text = runs[0].text
    for left, right in pairwise(runs):
        box = box.around(right.box)
        text += ("" if right.box.x0 - left.box.x1 < 0.1 * main.size else " ") + right.text
    weight = sum(len(run.text) for run in runs if run.bold)
    return main._replace(text=text, box=box, bold=weight > 0.5 * len(text))
