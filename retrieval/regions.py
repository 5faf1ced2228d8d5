"""Places of lines and rows joined to places of passages, and a quote's place within its passage."""

from collections.abc import Sequence

from retrieval.models import Locator, PageLocator, Passage, RecordLocator, Region, TextLocator


def locate(passage: Passage, quote: str) -> Locator:
    """Where the lines of ``quote`` stand, as finely as the passage knows; the whole passage where they aren't in it."""
    runs, end = [], 0
    for line in filter(None, map(str.strip, quote.splitlines())):
        start = passage.text.find(line, end)
        start = passage.text.find(line) if start < 0 else start
        if start < 0:
            return passage.locator
        end = start + len(line)
        runs.append((start, end))
    held = [part.locator for part in passage.parts if any(part.start < end and start < part.end for start, end in runs)]
    here = [place for place in held if _page(place) == _page(passage.locator)]  # a repeated head stands pages before
    return union(here) if here else passage.locator


def _page(place: Locator) -> int:
    return place.page if isinstance(place, PageLocator) else 0


def union(places: Sequence[Locator]) -> Locator:
    """The boxes on the first place's page, the run of its lines or of its rows; of at least one place."""
    first, last = places[0], places[-1]
    match first:
        case PageLocator():
            here = [place for place in places if isinstance(place, PageLocator) and place.page == first.page]
            return PageLocator(page=first.page, regions=merge_regions([box for place in here for box in place.regions]))
        case TextLocator() if isinstance(last, TextLocator):
            return first.model_copy(update={"last": max(first.last, last.last)})
        case RecordLocator() if isinstance(last, RecordLocator) and last.row > first.row:
            return first.model_copy(update={"last_row": last.last_row or last.row})
        case _:
            return first


def merge_regions(regions: Sequence[Region]) -> tuple[Region, ...]:
    """Lines below one another as one box; columns, and what stands apart, keep boxes of their own."""
    merged: list[Region] = []
    for box in regions:
        last = merged[-1] if merged else None
        if last and _adjacent(last, box):
            merged[-1] = Region(
                x0=min(last.x0, box.x0), y0=min(last.y0, box.y0), x1=max(last.x1, box.x1), y1=max(last.y1, box.y1)
            )
        elif box not in merged:
            merged.append(box)
    return tuple(merged)


def _adjacent(above: Region, below: Region) -> bool:
    beside = min(above.x1, below.x1) - max(above.x0, below.x0) <= 0
    gap, height = below.y0 - above.y1, below.y1 - below.y0
    return not beside and gap <= 1.2 * height and below.y1 >= above.y0
