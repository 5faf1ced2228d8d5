"""Places for items that a file gives none: columns in the order of flow, the same for the same drawing."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from retrieval.models import Connection, Item

Point = tuple[float, float]
_MARGIN = 0.07
_TOP = 0.14  # room for the title
_MOST_COLUMNS = 26  # then a further band below


def laid_out(
    items: Mapping[str, Item], connections: Iterable[Connection], known: Mapping[str, Point]
) -> dict[str, Point]:
    """A position for every item without one in ``known``, as fractions of the sheet from the top left corner.

    Where others have places, the middle of what an item joins; on an empty sheet, a column a step along the flow.
    """
    ahead, beside = dict[str, list[str]](), dict[str, list[str]]()
    for one in connections:
        if one.source in items and one.target in items and one.source != one.target:
            if one.kind == "process":
                ahead.setdefault(one.source, []).append(one.target)
            beside.setdefault(one.source, []).append(one.target)
            beside.setdefault(one.target, []).append(one.source)
    return _between(items, beside, known) if known else _columns(items, ahead, beside)


def _between(
    items: Mapping[str, Item], beside: Mapping[str, list[str]], known: Mapping[str, Point]
) -> dict[str, Point]:
    placed = dict(known)
    waiting = [tag for tag in items if tag not in placed]
    while waiting:
        ready = [tag for tag in waiting if any(other in placed for other in beside.get(tag, ()))]
        for tag in ready or waiting:
            near = [placed[other] for other in beside.get(tag, ()) if other in placed]
            spots = near or [(_MARGIN, 1 - _MARGIN)]
            x, y = (sum(spot[axis] for spot in spots) / len(spots) for axis in (0, 1))
            placed[tag] = (round(min(x + 0.01, 1.0), 5), round(min(y + 0.01, 1.0), 5))
        waiting = [tag for tag in waiting if tag not in placed]
    return {tag: placed[tag] for tag in items if tag not in known}


def _columns(
    items: Mapping[str, Item], ahead: Mapping[str, list[str]], beside: Mapping[str, list[str]]
) -> dict[str, Point]:
    """Pipes from left to right, straight on where they can; instruments and nozzles next to what they are on."""
    hung = {tag for tag, item in items.items() if item.role in ("instrument", "nozzle") and beside.get(tag)}
    steps = _steps([tag for tag in items if tag not in hung], ahead)
    lanes = _lanes(steps, ahead)
    bands = 1 + max(steps.values(), default=0) // _MOST_COLUMNS
    across = min(_MOST_COLUMNS, 1 + max(steps.values(), default=0))
    top, height = min(lanes.values(), default=0), 1 + max(lanes.values(), default=0) - min(lanes.values(), default=0)
    placed: dict[str, Point] = {}
    for tag, step in steps.items():
        band, column = divmod(step, _MOST_COLUMNS)
        row = band * height + lanes[tag] - top
        x, y = (column + 0.5) / across, (row + 0.5) / (height * bands)
        placed[tag] = (round(_MARGIN + (1 - 2 * _MARGIN) * x, 5), round(_TOP + (1 - _TOP - _MARGIN) * y, 5))
    hanging: dict[str, int] = defaultdict(int)
    for tag in (tag for tag in items if tag in hung):
        host = next((other for other in beside[tag] if other in placed), "")
        x, y = placed.get(host, (0.5, 1 - _MARGIN))
        hanging[host] += 1
        side = (-1) ** hanging[host] * (hanging[host] // 2)
        placed[tag] = (round(min(max(x + 0.03 * side, 0.0), 1.0), 5), round(max(y - 0.07, 0.0), 5))
    return placed


def _lanes(steps: Mapping[str, int], ahead: Mapping[str, list[str]]) -> dict[str, int]:
    """A row for each: that of what feeds it, or the nearest that is free at its step."""
    lanes: dict[str, int] = {}
    taken: set[tuple[int, int]] = set()
    feeds: dict[str, str] = {}
    for tag in steps:
        for other in ahead.get(tag, ()):
            feeds.setdefault(other, tag)
    for tag, step in sorted(steps.items(), key=lambda one: one[1]):
        wish = lanes.get(feeds.get(tag, ""), 0)
        lane = next(
            wish + sign * away
            for away in range(len(steps) + 1)
            for sign in (1, -1)
            if (step, wish + sign * away) not in taken
        )
        lanes[tag] = lane
        taken.add((step, lane))
    return lanes


def _steps(tags: list[str], ahead: Mapping[str, list[str]]) -> dict[str, int]:
    """How many steps along the flow each lies behind where the flow begins; each is counted once, loops included."""
    fed = {other for tag in tags for other in ahead.get(tag, ())}
    steps: dict[str, int] = {}
    for start in [*(tag for tag in tags if tag not in fed), *tags]:
        if start in steps:
            continue
        steps[start], queue = 0, deque([start])
        while queue:
            tag = queue.popleft()
            for other in ahead.get(tag, ()):
                if other not in steps:
                    steps[other] = steps[tag] + 1
                    queue.append(other)
    return steps
