"""Pictures and drawings with a caption: a region, what the caption says, and the labels inside."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from ingestion.parsers.pdf._geometry import Box, Figure, Line, Page
from ingestion.parsers.pdf._lines import rows_of
from ingestion.parsers.pdf._marks import CAPTION

_CAPTION = re.compile(
    r"^(?:(?:Figure|Fig\.?|Diagram|Illustration)\s*(?:\d+|[A-Z](?=[-.–\d]))(?:[-.–]?\d+)*[a-z]?\b"
    r"(?!\s+(?:shows?|is|are|was|illustrates?|depicts?|describes?|gives?|lists?|below|above|and|to|can|may|on|in|for)\b)"
    r"|图\s*(?:\d+|[A-Z一二三四五六七八九十])(?:[-.–]\d+)*(?!\s*(?:所示|中|为|是|给出|表示|显示|和|、|，|,|与|及|\d)))",
    re.IGNORECASE,
)
_LEAST = 20.0  # points that a picture is wide and high
_NEAR = 16.0  # points that a label stands beside its drawing at most
_LABEL = 40  # characters of one beside its picture at most
_APART = 40.0  # points between two parts of one picture at most
_TIGHT = 1.4  # letter sizes to the caption's next line
_CAPTION_LINES = 4
_MOST_DRAWN = 20_000  # paths that are looked at
_SMALL = 0.93  # of the body's letters: those of labels


def is_caption(line: Line) -> bool:
    return bool(_CAPTION.match(line.text)) and len(line.text) < 200


def find_figures(page: Page, runs: Sequence[Line], body: float) -> tuple[list[Figure], list[Line]]:
    """Figures of the page, and the runs that are part of none. A caption without a picture is text."""
    captions = [run for run in runs if is_caption(run)]
    graphics = page.graphics
    if not captions or not (graphics.images or graphics.drawings):
        return [], list(runs)
    margins = _margins(runs, body)
    solid = [run for run in runs if run not in captions and _is_barrier(run, page, body, margins)]
    barriers = [run.box for run in solid] + [table.box for table in page.tables]
    drawn = [box for box in (*graphics.images, *graphics.drawings[:_MOST_DRAWN]) if not _is_long_rule(box, page)]
    pieces = _without(drawn, barriers)
    figures, rest = list[Figure](), list(runs)
    for caption in captions:
        if caption not in rest:
            continue
        lines = _caption_lines(caption, rest)
        picture = _picture(caption, lines, pieces, barriers, captions, page)
        if picture is None:
            continue
        taken = {*lines, *solid}
        free = [run for run in rest if run not in taken]
        labels = _labels(free, picture, caption.box, body)
        box = picture
        for run in (*labels, *lines):
            box = box.around(run.box)
        pieces = [piece for piece in pieces if not picture.holds(piece)]
        taken = {*labels, *lines}
        rest = [run for run in rest if run not in taken]
        texts = tuple(run.text for row in rows_of(labels) for run in row)
        figures.append(Figure(tuple(lines), texts, box, page.number))
    return figures, rest


def _without(pieces: Sequence[Box], barriers: Sequence[Box]) -> list[Box]:
    """The pieces that hold no barrier: what text stands in is its frame."""
    x0, y0, x1, y1 = np.array(pieces or np.empty((0, 4))).T
    free = np.ones(len(pieces), bool)
    for box in barriers:
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        free &= ~((x0 - 1 <= x) & (x <= x1 + 1) & (y0 - 1 <= y) & (y <= y1 + 1))
    return [pieces[i] for i in np.flatnonzero(free).tolist()]


def _margins(runs: Sequence[Line], body: float) -> list[float]:
    """Where lines of text begin."""
    starts = Counter(round(run.box.x0) for run in runs if run.size > _SMALL * body)
    return [start for start, times in starts.items() if times >= 3]


def _is_barrier(run: Line, page: Page, body: float, margins: Sequence[float]) -> bool:
    """Prose, a heading, code, a table's caption: no figure reaches over it."""
    if run.mono or CAPTION.match(run.text):
        return True
    wide = run.box.width > 0.4 * page.width or len(run.text.encode()) > 60
    return run.size > _SMALL * body and (wide or any(abs(run.box.x0 - margin) < 2 for margin in margins))


def _is_long_rule(box: Box, page: Page) -> bool:
    return min(box.width, box.height) < 2 and max(box.width / page.width, box.height / page.height) > 0.6


def _caption_lines(caption: Line, runs: Sequence[Line]) -> list[Line]:
    """The caption and what goes on under it, as close as lines of one paragraph are."""
    lines = [caption, *(run for run in runs if run is not caption and _follows(caption, run))]
    while len(lines) < _CAPTION_LINES:
        last = lines[-1]
        below = [
            run
            for run in runs
            if 0.5 * last.size < run.box.y1 - last.box.y1 < _TIGHT * last.size
            and abs(run.size - caption.size) < 0.3
            and run.bold == caption.bold
            and run.box.over(last.box) > 0
        ]
        if not below or is_caption(below[0]):
            break
        lines += below
    return lines


def _follows(caption: Line, run: Line) -> bool:
    """Whether a run stands on the caption's line, right of it."""
    return (
        run.box.level_with(caption.box) > 0.5
        and 0 <= run.box.x0 - caption.box.x1 < 4 * caption.size
        and not is_caption(run)
        and abs(run.size - caption.size) < 1
    )


def _picture(
    caption: Line,
    lines: Sequence[Line],
    pieces: Sequence[Box],
    barriers: Sequence[Box],
    captions: Sequence[Line],
    page: Page,
) -> Box | None:
    """The box of what is drawn over the caption, down from the prose above it; else of what is drawn under it."""
    near = [box for box in barriers if box.over(caption.box) > 0]
    near += [run.box for run in captions if run is not caption and run.box.over(caption.box) > 0]
    top, foot = caption.box.y0, lines[-1].box.y1
    ceiling = max((box.y1 for box in near if box.y1 <= top + 1), default=0.0)
    floor = min((box.y0 for box in near if box.y0 >= foot - 1), default=page.height)
    for y0, y1 in ((ceiling, top), (foot, floor)):
        left, right = _sides(caption, captions, [box for box in barriers if box.y1 > y0 and box.y0 < y1], page)
        inside = [box for box in pieces if _is_between(box, y0, y1) and left <= (box.x0 + box.x1) / 2 <= right]
        if inside:
            whole = _grown(inside, up=y1 == top)
            if whole.width >= _LEAST and whole.height >= _LEAST:
                return whole
    return None


def _sides(caption: Line, captions: Sequence[Line], level: Sequence[Box], page: Page) -> tuple[float, float]:
    """From where to where the caption's picture may reach: to the prose beside it, or half way to the next caption."""
    left = max((box.x1 for box in level if box.x1 <= caption.box.x0), default=0.0)
    right = min((box.x0 for box in level if box.x0 >= caption.box.x1), default=page.width)
    for other in captions:  # two figures side by side
        if other is not caption and other.box.level_with(caption.box) > 0.3:
            middle = (other.box.x0 + other.box.x1 + caption.box.x0 + caption.box.x1) / 4
            left, right = (left, min(right, middle)) if middle > caption.box.x0 else (max(left, middle), right)
    return left, right


def _grown(pieces: Sequence[Box], *, up: bool) -> Box:
    """From the piece next to the caption as far as no wide gap follows."""
    near = sorted(pieces, key=lambda box: -box.y1 if up else box.y0)
    whole = near[0]
    for box in near[1:]:
        if (whole.y0 - box.y1 if up else box.y0 - whole.y1) > _APART:
            break
        whole = whole.around(box)
    return whole


def _is_between(box: Box, y0: float, y1: float) -> bool:
    return box.y0 >= y0 - 3 and box.y1 <= y1 + 3


def _labels(runs: Sequence[Line], picture: Box, caption: Box, body: float) -> list[Line]:
    """What is written in the picture, between it and its caption, and in small letters close by."""
    low, high = (picture.y1, caption.y0) if caption.y0 >= picture.y1 - 3 else (caption.y1, picture.y0)
    left, found = list(runs), list[Line]()
    for near in (0.0, _NEAR, _NEAR):  # the last time beside what was found: the name of an axis beside its numbers
        apart = list[Line]()
        for run in left:
            between = low <= (run.box.y0 + run.box.y1) / 2 <= high and run.box.over(picture) > 0
            small = near and run.size <= _SMALL * body and len(run.text) < _LABEL
            mine = between or picture.holds(run.box, 2.0) or (small and _gap(run.box, picture) < near)
            (found if mine else apart).append(run)
        left = apart
        for run in found:
            picture = picture.around(run.box)
    return found


def _gap(box: Box, other: Box) -> float:
    """How far apart two boxes are, along or down the page."""
    return max(-box.over(other), max(box.y0, other.y0) - min(box.y1, other.y1))


def label_groups(figure: Figure, most_words: int) -> Iterator[str]:
    """The labels joined by semicolons, each time so many words of them."""
    group: list[str] = []
    words = 0.0
    for label in figure.labels:
        size = len(label.split()) + sum(0.5 for c in label if "\u3400" <= c <= "\u9fff")
        if group and words + size > most_words:
            yield "; ".join(group)
            group, words = [], 0.0
        group.append(label)
        words += size
    if group:
        yield "; ".join(group)
