"""Arrow heads: filled triangles and chevrons that lie on a line point where it flows."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise

from ingestion.parsers._drawing.canvas import Canvas
from ingestion.parsers._drawing.model import Point, along, bounds, distance, grown

Head = tuple[Point, Point]  # the middle of its base, its tip


def find_heads(canvas: Canvas) -> list[Head]:
    """Arrow heads that lie on a line of the sheet; what they are made of is taken."""
    found = []
    for number, stroke in enumerate(canvas.strokes):
        corners = list(dict.fromkeys(stroke.points))
        filled = stroke.filled and len(corners) == 3
        chevron = not stroke.closed and not stroke.curved and len(stroke.points) == 3 and len(corners) == 3
        box = bounds(stroke.points)
        side = max(box[2] - box[0], box[3] - box[1])
        if not (filled or chevron) or side > 2.5 * canvas.unit or not canvas.free(number):
            continue
        tips = [_turned(corners, tip) for tip in ((0, 1, 2) if filled else (1,))]
        heads = [head for head in tips if _even(*head)]
        lain = [(base, tip) for base, tip, _, _ in heads if _on_a_line(canvas, number, base, tip)]
        if len(lain) == 1:
            canvas.take_stroke(number)
            found.append(lain[0])
    return [*found, *_apart(canvas)]


def _apart(canvas: Canvas) -> list[Head]:
    """Chevrons drawn as two lines."""
    ends: dict[tuple[float, float], list[int]] = defaultdict(list)
    step = 0.1 * canvas.unit
    for number, one in enumerate(canvas.segments):
        if number not in canvas.used and not one.curved and not one.filled and one.size <= 2.5 * canvas.unit:
            for end in (one.a, one.b):
                ends[round(end[0] / step), round(end[1] / step)].append(number)
    found = []
    for numbers in ends.values():
        for first, second in combinations(numbers, 2) if len(numbers) <= 6 else ():
            one, two = canvas.segments[first], canvas.segments[second]
            tip = min((one.a, one.b), key=lambda end: min(distance(end, two.a), distance(end, two.b)))
            corners = [max((each.a, each.b), key=lambda end: distance(end, tip)) for each in (one, two)]
            base = ((corners[0][0] + corners[1][0]) / 2, (corners[0][1] + corners[1][1]) / 2)
            if {first, second} & canvas.used or distance(*corners) < 0.4 * canvas.unit:
                continue
            if _closed(canvas, *corners):  # a triangle: a funnel, a reducer
                continue
            if _even(base, tip, *corners) and _on_a_line(canvas, one.stroke, base, tip, two.stroke):
                canvas.used |= {first, second}
                found.append((base, tip))
    return found


def _closed(canvas: Canvas, a: Point, b: Point) -> bool:
    """Whether a line joins two points."""
    touch = 0.1 * canvas.unit
    for number in canvas.near.at(grown(bounds((a, b)), touch)):
        one = canvas.segments[number]
        if min(distance(one.a, a) + distance(one.b, b), distance(one.a, b) + distance(one.b, a)) <= 2 * touch:
            return True
    return False


def _turned(corners: Sequence[Point], tip: int) -> tuple[Point, Point, Point, Point]:
    """(middle of the base, tip, one corner of the base, the other)."""
    one, two = corners[tip - 1], corners[(tip + 1) % 3]
    return ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2), corners[tip], one, two


def _even(base: Point, tip: Point, one: Point, two: Point) -> bool:
    """Whether the two sides that meet at the tip are equal, and the head is neither flat nor a sliver."""
    a, b, high = distance(one, tip), distance(two, tip), distance(base, tip)
    return abs(a - b) <= 0.1 * max(a, b) and 0.4 * distance(one, two) <= high <= 6 * distance(one, two)


def _on_a_line(canvas: Canvas, own: int, base: Point, tip: Point, also: int = -1) -> bool:
    """Whether a line runs through both base and tip, or ends at one of them in the head's direction."""
    touch = 0.15 * canvas.unit
    for number in canvas.near.at(grown(bounds((base, tip)), 2 * touch)):
        one = canvas.segments[number]
        if one.stroke in (own, also) or number in canvas.used or one.filled or one.curved:
            continue
        (at_base, off_base), (at_tip, off_tip) = along(base, one.a, one.b), along(tip, one.a, one.b)
        slack = 2 * touch / (one.size or 1.0)
        reached = any(-slack <= at <= 1 + slack for at in (at_base, at_tip))
        if max(off_base, off_tip) <= touch and reached and one.size > 0.8 * distance(base, tip):
            return True
    return False


def direction(path: Sequence[Point], heads: Sequence[Head], touch: float) -> int:
    """Where heads on a line point: 1 along ``path``, -1 against it, 0 where none says or they disagree."""
    said = set()
    for base, tip in heads:
        spot = ((base[0] + tip[0]) / 2, (base[1] + tip[1]) / 2)
        for a, b in pairwise(path):
            at, off = along(spot, a, b)
            if off <= touch and 0 <= at <= 1:
                forward = (tip[0] - base[0]) * (b[0] - a[0]) + (tip[1] - base[1]) * (b[1] - a[1])
                size = distance(base, tip) * distance(a, b)
                if abs(forward) >= 0.9 * size:
                    said.add(1 if forward > 0 else -1)
    return said.pop() if len(said) == 1 else 0
