"""Line numbers: a number belongs to the pipe that it is written along, and to that pipe's way through valves."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from ingestion.parsers._drawing.labels import Labels
from ingestion.parsers._drawing.model import Box, Near, Point, Text, bounds, distance, gap, grown, middle
from ingestion.parsers._drawing.stretches import Stretch, joints

_NEAR, _BESIDE = 2.6, 1.6  # letter heights: along a line, and end on to it
_CLEARLY = 1.3


def number_lines(found: Sequence[Stretch], labels: Labels, place: Callable[[Point], str]) -> list[str]:
    """Give line numbers to stretches. Returns a warning for every number whose pipe is not clear."""
    pipes = [one for one in found if not one.signal]
    warnings = []
    index = Near([bounds(one.path) for one in pipes], 8 * labels.unit)
    around = [[pipes[number] for number in index.at(grown(text.box, 4 * text.height))] for _, text in labels.lines]
    near = [
        (sorted(_near(text, some), key=lambda one: one[0]), line, text)
        for (line, text), some in zip(labels.lines, around, strict=True)
    ]
    for choice, line, text in sorted(near, key=lambda one: one[0][0][0] if one[0] else 0.0):
        where = f"line {line} {place(middle(text.box))}"
        if not choice:
            warnings.append(f"{where}: no pipe could be traced beside it")
            continue
        far, best = choice[0]
        rivals = [one for other, one in choice[1:] if other <= _CLEARLY * far + 0.1 * text.height]
        if any(not _same_run(best, one) for one in rivals):
            warnings.append(f"{where}: stands between pipes; which it names is not clear")
        elif best.line and best.line != line:
            warnings.append(f"{where}: its pipe also bears {best.line}")
        else:
            best.line = line
    _spread(pipes, found)
    return warnings


def _near(text: Text, pipes: Sequence[Stretch]) -> list[tuple[float, Stretch]]:
    found = []
    for one in pipes:
        steps = [_step(text, a, b) for a, b in pairwise(one.path) if a != b]
        far = min((step for step in steps if step is not None), default=None)
        if far is not None:
            found.append((far, one))
    return found


def _step(text: Text, a: Point, b: Point) -> float | None:
    """How far a text is from a straight step that it may name; what is written along it counts as nearer."""
    box, at = text.box, middle(text.box)
    level = abs(a[1] - b[1]) <= 0.02 * distance(a, b)
    upright = abs(a[0] - b[0]) <= 0.02 * distance(a, b)
    if (level and not text.vertical) or (upright and text.vertical):
        axis = 0 if level else 1
        shared = min(box[axis + 2], max(a[axis], b[axis])) - max(box[axis], min(a[axis], b[axis]))
        off = abs(at[1 - axis] - a[1 - axis])
        written = box[axis + 2] - box[axis]
        if off <= _NEAR * text.height and shared >= 0.3 * min(written, distance(a, b)):
            # Of two stretches of a run the one that more of the text stands along.
            return off + 0.5 * text.height * (1 - min(1.0, shared / written))
    far = gap(box, _box(a, b))
    # A line that runs through the text is in its way, not its own.
    return far + 1.5 * text.height if 0 < far <= _BESIDE * text.height else None


def _box(a: Point, b: Point) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def _same_run(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches meet: at a valve, a fitting or a branch."""
    return one is other or any(a.key == b.key for a in one.ends() for b in other.ends())


def _spread(pipes: Sequence[Stretch], found: Sequence[Stretch]) -> None:
    """A number goes on through a valve, and past where an instrument is joined; at a branch, at equipment and at a
    dot it may change."""
    at, whole = joints(pipes), joints(found)
    changed = True
    while changed:
        changed = False
        for key, here in at.items():
            end = next(end for end in here[0].ends() if end.key == key)
            passes = end.symbol.kind == "valve" if end.symbol is not None else len(whole[key]) > 2
            if len(here) == 2 and passes and bool(here[0].line) != bool(here[1].line):
                here[0].line = here[1].line = here[0].line or here[1].line
                changed = True
