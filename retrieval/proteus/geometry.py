"""What geometry says where connections say nothing: which things lines end at, and where flow arrows point."""

import math
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element

from retrieval.models import Item
from retrieval.proteus.items import Items
from retrieval.proteus.sheet import Point, place, point_of

_MOST_ENDS = 400  # of a segment; real ones have a few dozen
_SURE = 0.7  # cosine of the angle between an arrow and its line, at least


class Met(NamedTuple):
    """What a line ends at. ``what`` is how a person would say it."""

    tag: str
    port: str
    what: str


class Geometry:
    """Nodes, positions and lines of one sheet, for looking up what lies at a point."""

    def __init__(self, items: Items, segments: Sequence[Element]) -> None:
        self.on, self.segments = items, segments
        self.near_by = items.sheet.tolerance
        self.joints: list[tuple[Point, str]] = []
        # Line ends that lie on another segment's line: the joint, that segment, what stands before and behind on it.
        self.branches: list[tuple[str, Element, list[str], list[str]]] = []
        self._anchors: dict[tuple[int, int], list[tuple[Point, str]]] | None = None
        self._drawn: list[tuple[Element, list[str], list[Point], list[str]]] | None = None
        self._boxes: dict[int, tuple[float, float, float, float]] = {}

    def spot(self, ident: str) -> Point | None:
        element = self.on.elements.get(ident)
        return place(element) if element is not None else None

    def in_order(self, segment: Element, inner: list[str]) -> list[str]:
        """What stands on a segment, turned round where the last of it lies nearest to where the line begins."""
        start = free_end(segment, None, "From", None, self.near_by)
        first, last = (self.spot(ident) for ident in (inner[0], inner[-1])) if len(inner) > 1 else (None, None)
        if start is None or first is None or last is None or math.dist(start, first) <= math.dist(start, last):
            return inner
        return inner[::-1]

    def anchors(self) -> dict[tuple[int, int], list[tuple[Point, str]]]:
        """Every point at which a pipe may end, with the ID of the nozzle or item there, by squares of the sheet."""
        if self._anchors is None:
            self._anchors = defaultdict(list)
            for ident, element in self.on.elements.items():
                if element.tag == "Nozzle" or (ident in self.on.tags and element.tag != "Equipment"):
                    for spot in ends_of(element):
                        self._anchors[self._square(spot)].append((spot, ident))
        return self._anchors

    def _square(self, spot: Point) -> tuple[int, int]:
        return math.floor(spot[0] / self.near_by), math.floor(spot[1] / self.near_by)

    def near(self, spot: Point, segment: Element, inner: set[str]) -> Met | None:
        """The one thing at a point, outside a segment; None where there is none or where two lie equally near."""
        (column, row), anchors = self._square(spot), self.anchors()
        around = [(column + right, row + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
        found = [(math.dist(spot, at), ident) for square in around for at, ident in anchors.get(square, ())]
        within = sorted(one for one in found if one[0] <= self.near_by and one[1] not in inner)
        owners = {self.on.owner(ident) for distance, ident in within if distance <= within[0][0] + 1e-9}
        if len(owners) > 1:
            self.on.warnings.append(
                f"segment {segment.get('ID', '?')} of {self.on.sheet.number}: two things lie where it ends "
                f"({', '.join(sorted(map(str, owners)))}); joined to neither"
            )
            return None
        if within and (tag := self.on.owner(within[0][1])) is not None:
            port = self.on.port(within[0][1])
            return Met(tag, port, f"nozzle {port} of {tag}" if port else tag)
        return self.joint(spot, segment)

    def drawn(self) -> list[tuple[Element, list[str], list[Point], list[str]]]:
        """Every line of every segment, with what stands before and behind it."""
        if self._drawn is None:
            self._drawn = [(one, *parts) for one in self.segments for parts in lines(one, self.on.tags) if parts[1]]
        return self._drawn

    def joint(self, spot: Point, segment: Element) -> Met | None:
        """Another line's end, or another line itself, with nothing drawn where they meet."""
        for at, tag in self.joints:
            if math.dist(at, spot) <= self.near_by:
                return Met(tag, "", "another line")
        x, y, gap = *spot, self.near_by
        for other, before, line, after in self.drawn():
            if other is segment or self._apart(spot, line):
                continue
            if min((_from((x, y), a, b) for a, b in pairwise(line)), default=math.inf) <= gap:
                ends = min(math.dist(spot, line[0]), math.dist(spot, line[-1])) <= gap
                return self._new(spot, segment, other, before, after, branch=not ends)
        return None

    def _new(
        self, spot: Point, segment: Element, other: Element, before: list[str], after: list[str], *, branch: bool
    ) -> Met:
        number = self.on.sheet.number
        tag = f"{number}:joint {segment.get('ID', '')} {other.get('ID', '')}"
        self.joints.append((spot, tag))
        self.on.items[tag] = Item(
            tag=tag,
            item_class="PipeTee" if branch else "PipeCoupling",
            role="other",
            drawing_id=number,
            position=self.on.sheet.fraction(spot),
            inferred=True,
        )
        if branch:
            self.branches.append((tag, other, before, after))
        return Met(tag, "", "another line")

    def _apart(self, spot: Point, line: list[Point]) -> bool:
        """Whether a point lies outside the box of a line: cheap, and true for nearly all."""
        key = id(line)
        if key not in self._boxes:
            xs, ys = [x for x, _ in line], [y for _, y in line]
            gap = self.near_by
            self._boxes[key] = (min(xs) - gap, min(ys) - gap, max(xs) + gap, max(ys) + gap)
        left, bottom, right, top = self._boxes[key]
        return not (left <= spot[0] <= right and bottom <= spot[1] <= top)


def lines(segment: Element, tags: dict[str, str]) -> Iterator[tuple[list[str], list[Point], list[str]]]:
    """The lines of a segment in order, each with the item before and the item behind it on the segment."""
    parts = [one for one in segment if one.tag == "CenterLine" or one.get("ID", "") in tags]
    at = [index for index, one in enumerate(parts) if one.tag != "CenterLine"]
    for index, part in enumerate(parts):
        if part.tag == "CenterLine":
            behind = bisect(at, index)
            before, after = at[:behind][-1:], at[behind : behind + 1]
            yield (
                [tags[parts[one].get("ID", "")] for one in before],
                coordinates(part),
                [tags[parts[one].get("ID", "")] for one in after],
            )


def coordinates(line: Element) -> list[Point]:
    """The points of a drawn pipe; none for anything else."""
    spots = line.findall("Coordinate") if line.tag == "CenterLine" else []
    return [spot for one in spots if (spot := point_of(one)) is not None]


def ends_of(element: Element) -> list[Point]:
    """The nodes of a thing that the file places, else its own position."""
    found = [point_of(one) for one in element.findall("ConnectionPoints/Node/Position/Location")]
    spots = [one for one in dict.fromkeys(found) if one is not None]
    own = place(element)
    return spots or ([own] if own is not None else [])


def free_end(segment: Element, link: Element | None, side: str, other: Point | None, near_by: float) -> Point | None:
    """Where what is drawn of a connection, else of its segment, begins or ends. ``other`` is its known end."""
    own = coordinates(link[0]) if link is not None and len(link) else []
    if own:  # DEXPI 2.0 draws each connection, from its source to its target
        return own[0 if side == "From" else -1]
    loose = _loose(segment, near_by)
    if not loose:
        return None
    if other is not None:
        return max(loose, key=lambda spot: math.dist(spot, other))
    pairs = [(math.dist(a, b), a, b) for index, a in enumerate(loose) for b in loose[index:]]
    _, first, last = max(pairs, key=lambda one: one[0])
    return first if side == "From" else last


def _loose(segment: Element, near_by: float) -> list[Point]:
    """Ends of lines and nodes on a segment that meet no other line or node of it, in the order of the file."""
    spots: list[tuple[int, Point]] = []
    for index, part in enumerate(segment):
        if line := coordinates(part):
            spots += [(index, line[0]), (index, line[-1])]
        elif part.find("ConnectionPoints") is not None or part.tag == "PipingComponent":
            spots += [(index, spot) for spot in ends_of(part)]
    spots = spots[:_MOST_ENDS]
    return [
        spot
        for index, spot in spots
        if not any(math.dist(spot, at) <= near_by for other, at in spots if other != index)
    ]


def arrows(segment: Element, near_by: float) -> list[tuple[Point, list[Point]]]:
    """Flow arrows on a segment: where each points, and the two points of the drawn line that it sits on.

    A line's points come as first, then last, then the pair around the arrow.
    """
    found: list[tuple[Point, list[Point]]] = []
    drawn = [spots for line in segment.iter("CenterLine") if len(spots := coordinates(line)) > 1]
    for arrow in segment.findall("PipeFlowArrow"):
        at, turned = place(arrow), point_of(arrow.find("Position/Reference"))
        if at is None or turned is None or not drawn:
            continue
        pairs = [(_from(at, a, b), a, b, line) for line in drawn for a, b in pairwise(line)]
        distance, a, b, _ = min(pairs, key=lambda one: one[0])
        if distance <= 4 * near_by and a != b:
            found.append((turned, [drawn[0][0], drawn[-1][-1], a, b]))
    return found


def leans(arrow: Point, line: list[Point], source: Point | None, target: Point | None) -> int:
    """1 where an arrow points from source to target, -1 where against, 0 where neither is clear.

    Lines may be drawn either way, so the drawn order counts only where it is known which end lies at the source.
    """
    first, last, a, b = line
    length = math.hypot(*arrow) * math.dist(a, b)
    if length == 0:
        return 0
    along = (arrow[0] * (b[0] - a[0]) + arrow[1] * (b[1] - a[1])) / length
    if abs(along) < _SURE:
        return 0
    turn = 0.0
    if source is not None:
        turn += math.dist(last, source) - math.dist(first, source)
    if target is not None:
        turn += math.dist(first, target) - math.dist(last, target)
    drawn = 1 if turn >= 0 else -1
    return drawn * (1 if along > 0 else -1)


def _from(spot: Point, a: Point, b: Point) -> float:
    """The distance of a point from a stretch."""
    (x, y), (x0, y0), (x1, y1) = spot, a, b
    length = math.dist(a, b)
    if length == 0:
        return math.dist(spot, a)
    part = min(max(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length**2, 0.0), 1.0)
    return math.dist(spot, (x0 + part * (x1 - x0), y0 + part * (y1 - y0)))
