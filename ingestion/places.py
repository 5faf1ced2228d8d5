"""Boxes of lines joined to boxes of passages."""

from collections.abc import Sequence

from retrieval.models import Region


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
