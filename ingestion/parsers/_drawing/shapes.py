"""What readers of drawings share: polygons that are circles, and dashes that are one dashed line."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ingestion.parsers._drawing.model import Circle, Point, Stroke, bounds, distance

_CORNERS = 12  # from which on a polygon with equal radii is a circle


def as_circle(points: Sequence[Point], *, filled: bool = False) -> Circle | None:
    """The circle that a closed polyline is; None where it is none."""
    if len(points) < _CORNERS or distance(points[0], points[-1]) > 1e-6:
        return None
    x0, y0, x1, y1 = bounds(points)
    at, radius = ((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0 + y1 - y0) / 4
    if not radius or any(abs(distance(point, at) - radius) > 0.03 * radius for point in points):
        return None
    return Circle(at[0], at[1], radius, filled)


def as_rule(points: Sequence[Point], thin: float) -> tuple[Point, Point] | None:
    """The line that a filled rectangle no wider than ``thin`` is."""
    if len(set(points)) != 4:
        return None
    x0, y0, x1, y1 = bounds(points)
    wide, high = x1 - x0, y1 - y0
    if any(point[0] not in (x0, x1) or point[1] not in (y0, y1) for point in points):
        return None
    if high <= thin and wide >= 4 * high:
        return (x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2)
    if wide <= thin and high >= 4 * wide:
        return ((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1)
    return None


def join_dashes(strokes: Iterable[Stroke], longest: float) -> list[Stroke]:
    """Four and more short strokes in a row with gaps no longer than they become one dashed stroke, as plotters draw
    them apart."""
    kept: list[Stroke] = []
    rows: dict[tuple[int, int], list[Stroke]] = defaultdict(list)
    step = longest / 40
    for stroke in strokes:
        (x0, y0), (x1, y1) = stroke.points[0], stroke.points[-1]
        short = len(stroke.points) == 2 and 0 < distance(stroke.points[0], stroke.points[1]) <= longest
        if short and not stroke.dashed and not stroke.filled and abs(y0 - y1) <= step:
            rows[0, round(y0 / step)].append(stroke)
        elif short and not stroke.dashed and not stroke.filled and abs(x0 - x1) <= step:
            rows[1, round(x0 / step)].append(stroke)
        else:
            kept.append(stroke)
    for (axis, _), row in rows.items():
        kept += _row(row, axis)
    return kept


def _row(row: list[Stroke], axis: int) -> list[Stroke]:
    row.sort(key=lambda one: min(one.points[0][axis], one.points[1][axis]))
    groups: list[list[Stroke]] = []
    for one in row:
        low = min(point[axis] for point in one.points)
        if groups:
            last = max(point[axis] for point in groups[-1][-1].points)
            size = distance(*groups[-1][-1].points)
            if 0.05 * size < low - last <= 1.2 * size:
                groups[-1].append(one)
                continue
        groups.append([one])
    out: list[Stroke] = []
    for group in groups:
        if len(group) < 4 or not _regular([distance(*one.points) for one in group]):
            out += group
            continue
        points = sorted((point for one in group for point in one.points), key=lambda point: point[axis])
        out.append(Stroke((points[0], points[-1]), dashed=True, hint=group[0].hint))
    return out


def _regular(sizes: list[float]) -> bool:
    """Equal dashes, the last ones perhaps cut off; or a long and a short one in turn."""
    inner = sizes[1:-1]
    return all(math.isclose(a, b, rel_tol=0.1) for a, b in zip(inner, inner[2:], strict=False)) and (
        len(inner) > 2 or math.isclose(inner[0], inner[-1], rel_tol=0.1)
    )
