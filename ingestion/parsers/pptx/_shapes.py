"""The shapes of a slide with their places on it, groups resolved, in reading order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.models import Region

_BAND = 0.04  # tops this close, as a share of the slide's height, are one row
_DEEPEST = 50  # groups within groups
WHOLE = Region(x0=0, y0=0, x1=1, y1=1)


@dataclass(frozen=True, slots=True)
class _View:
    """From a group's own units to the slide's: ``slide = offset + scale * own``."""

    scale_x: float = 1.0
    scale_y: float = 1.0
    offset_x: float = 0.0
    offset_y: float = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A shape that says something, and its box as fractions of the slide."""

    shape: Any
    region: Region


def placed(shapes: Any, width: int, height: int) -> list[Placed]:
    """All shapes, those of groups in place of the group, rows of them from the top, each from the left."""
    found = list(_walk(shapes, _View(), width, height, 0))
    found.sort(key=lambda one: one.region.y0)
    rows: list[list[Placed]] = []
    for one in found:
        if rows and one.region.y0 - rows[-1][0].region.y0 <= _BAND:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [one for row in rows for one in sorted(row, key=lambda one: one.region.x0)]


def _walk(shapes: Any, view: _View, width: int, height: int, depth: int) -> Iterator[Placed]:
    from pptx.shapes.group import GroupShape

    for shape in shapes:
        if isinstance(shape, GroupShape):
            if depth < _DEEPEST:
                yield from _walk(shape.shapes, _inner(shape, view), width, height, depth + 1)
        else:
            yield Placed(shape, _region(shape, view, width, height))


def _inner(group: Any, view: _View) -> _View:
    """A group's children are placed in a frame of its own (chOff, chExt) that is drawn to its box."""
    transform = group._element.grpSpPr.find("{http://schemas.openxmlformats.org/drawingml/2006/main}xfrm")
    if transform is None:
        return view
    numbers = {child.tag.rpartition("}")[2]: dict(child.attrib) for child in transform}

    def of(name: str, key: str) -> float:
        try:
            return float(numbers.get(name, {}).get(key, 0))
        except ValueError:
            return 0.0

    scale_x = of("ext", "cx") / of("chExt", "cx") if of("chExt", "cx") else 1.0
    scale_y = of("ext", "cy") / of("chExt", "cy") if of("chExt", "cy") else 1.0
    return _View(
        view.scale_x * scale_x,
        view.scale_y * scale_y,
        view.offset_x + view.scale_x * (of("off", "x") - scale_x * of("chOff", "x")),
        view.offset_y + view.scale_y * (of("off", "y") - scale_y * of("chOff", "y")),
    )


def _region(shape: Any, view: _View, width: int, height: int) -> Region:
    """The whole slide where the shape has no place of its own."""
    sides = (shape.left, shape.top, shape.width, shape.height)
    if any(side is None for side in sides) or not width or not height:
        return WHOLE
    left, top = view.offset_x + view.scale_x * sides[0], view.offset_y + view.scale_y * sides[1]
    right, bottom = left + view.scale_x * sides[2], top + view.scale_y * sides[3]
    x0, x1 = sorted(_share(value / width) for value in (left, right))
    y0, y1 = sorted(_share(value / height) for value in (top, bottom))
    return Region(x0=x0, y0=y0, x1=x1, y1=y1)


def _share(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 5)


def bands(region: Region, heights: Sequence[float]) -> list[Region]:
    """A box cut across into rows of the given heights, in any unit."""
    total = sum(heights) or float(len(heights) or 1)
    parts = [height / total if sum(heights) else 1 / total for height in heights]
    out, at = [], region.y0
    for part in parts:
        end = min(at + part * (region.y1 - region.y0), 1.0)
        out.append(Region(x0=region.x0, y0=round(at, 5), x1=region.x1, y1=round(max(at, end), 5)))
        at = end
    return out
