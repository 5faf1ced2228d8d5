"""Running heads, feet and page numbers: what repeats in the margins of many pages."""

import re
from collections import defaultdict
from collections.abc import Sequence

from ingestion.parsers.pdf._geometry import Line, Page
from ingestion.parsers.pdf._lines import body_size

_MARGIN = 0.12  # of the page's height, where running heads stand
_SHARE = 0.3  # of the pages, and three at least, that a running head is repeated on
_SLOT_SHARE = 0.5  # of the pages that have something at a place: then it is the running heads' own
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_Seen = tuple[int, Line]


def running(pages: Sequence[Page]) -> frozenset[_Seen]:
    """The lines to leave out, with the number of their page: the same line, numbers aside, at the same place of many
    pages; or of three, where most pages have a line at that place (a head that names the chapter)."""
    body = body_size(run for page in pages for run in page.runs)
    seen: dict[tuple[str, int], list[_Seen]] = defaultdict(list)
    places: dict[tuple[int, float], set[int]] = defaultdict(set)
    for page in pages:
        for run in page.runs:
            middle = (run.box.y0 + run.box.y1) / 2 / page.height
            if middle < _MARGIN or middle > 1 - _MARGIN:
                # A heading in large letters may only repeat word for word: Chapter 1 and Chapter 2 differ.
                text = run.text if run.size > 1.1 * body else _DIGITS.sub("#", run.text)
                seen[text, round(middle * 100)].append((page.number, run))
                places[_place(middle, run)].add(page.number)
    fewest = 3 if len(pages) > 2 else 2
    enough = max(fewest, _SHARE * len(pages))
    found = set[_Seen]()
    for items in seen.values():
        count = len({number for number, _ in items})
        if count >= enough:
            found.update(items)
        elif count >= 3 and len(pages) >= 8:
            heights = {page.number: page.height for page in pages}
            found.update(
                (number, run)
                for number, run in items
                if len(places[_place((run.box.y0 + run.box.y1) / 2 / heights[number], run)]) >= _SLOT_SHARE * len(pages)
            )
    return frozenset(found)


def _place(middle: float, run: Line) -> tuple[int, float]:
    return round(middle * 200), round(run.size)
