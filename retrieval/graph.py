"""The plant graph from P&IDs: what is beside, before and behind an item, ways between two, and what isolates one.

Pure: items and connections in, typed results out. Pipes are walked in either direction; ``directed`` connections tell
upstream from downstream. Tees and other fittings are passed through and not named.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from retrieval.errors import NotFound
from retrieval.models import Connection, Frozen, Item

PASSED = frozenset({"check_valve", "control_valve", "relief_valve"})  # they leak, move or open: they isolate nothing
_FITTINGS = frozenset(
    {
        "PipeTee",
        "PipeReducer",
        "Flange",
        "FlangedConnection",
        "PipeCoupling",
        "Nozzle",
        "PropertyBreak",
        "PipeConnectorSymbol",
    }
)
_CLOSED_ENDS = frozenset({"BlindFlange", "LineBlind", "PipeCap", "Plug"})


class IsolationPoint(Frozen):
    """A block valve, with the line and service it stands on, on the target's side."""

    tag: str
    line: str
    service: str
    normally: Literal["open", "closed", ""]


class NotIsolable(Frozen):
    """Equipment or an off-page connector that a path from the target reaches with no block valve between."""

    tag: str
    line: str
    service: str
    why: Literal["equipment", "off_page", "no_process_lines"]


class Isolation(Frozen):
    """What to close around ``target``. All tuples are sorted by tag."""

    target: str
    close: tuple[IsolationPoint, ...] = ()
    drains: tuple[IsolationPoint, ...] = ()  # behind these there is an open or blind end only
    open_ends: tuple[str, ...] = ()  # reached with no block valve between, e.g. a relief valve's outlet
    passed: tuple[str, ...] = ()  # check, control, relief and unknown valves within the boundary, which do not count
    not_isolable: tuple[NotIsolable, ...] = ()


class Neighbour(Frozen):
    """The next item that has a name. ``line`` is the line on the asker's side; "beside" is what a branch also joins."""

    tag: str
    item_class: str
    line: str
    service: str
    direction: Literal["upstream", "downstream", "either", "beside", "signal"]


class Route(Frozen):
    """A way through the plant: the named items on it from end to end, and its lines in order."""

    tags: tuple[str, ...]
    lines: tuple[str, ...]


class _Edge(NamedTuple):
    other: str
    connection: Connection
    flow: Literal["upstream", "downstream", "either"]


class PlantGraph:
    """Items by tag; an item on several sheets is one node."""

    def __init__(self, items: Iterable[Item], connections: Iterable[Connection]) -> None:
        connections = list(connections)
        piped = {end for one in connections if one.kind == "process" for end in (one.source, one.target)}
        self.items: dict[str, Item] = {}
        for item in items:
            if item.role != "nozzle" or item.tag in piped:  # a nozzle on an equipment counts as that equipment
                self.items.setdefault(item.tag, item)
        self._edges: dict[str, list[_Edge]] = defaultdict(list)
        self._signals: dict[str, set[str]] = defaultdict(set)
        for one in connections:
            if one.source not in self.items or one.target not in self.items or one.source == one.target:
                continue
            if one.kind == "signal":
                self._signals[one.source].add(one.target)
                self._signals[one.target].add(one.source)
            elif one.kind == "process":
                self._edges[one.source].append(_Edge(one.target, one, "downstream" if one.directed else "either"))
                self._edges[one.target].append(_Edge(one.source, one, "upstream" if one.directed else "either"))

    def item(self, tag: str) -> Item:
        """Raises ``NotFound``."""
        if tag not in self.items:
            raise NotFound(f"{tag}: on no drawing; ask with the tag as the P&ID shows it")
        return self.items[tag]

    def neighbours(self, tag: str) -> tuple[Neighbour, ...]:
        """The next named items along every pipe, and what signals join. Raises ``NotFound``."""
        self.item(tag)
        found: dict[str, Neighbour] = {}
        Walk = tuple[Connection, _Edge, Literal["upstream", "downstream", "either", "beside"]]
        first: list[Walk] = [(edge.connection, edge, edge.flow) for edge in self._edges[tag]]
        seen, queue = {tag}, deque(first)
        while queue:
            near, edge, direction = queue.popleft()
            if edge.other in seen:
                continue
            seen.add(edge.other)
            if self._unnamed(edge.other):  # a branch: what flows on keeps the direction, what flows otherwise is beside
                queue.extend(
                    (near, step, direction if step.flow in (direction, "either") else "beside")
                    for step in self._edges[edge.other]
                )
            else:
                found[edge.other] = Neighbour(
                    tag=edge.other,
                    item_class=self.items[edge.other].item_class,
                    line=near.line,
                    service=near.service,
                    direction=direction,
                )
        for other in sorted(self._signals[tag]):
            found.setdefault(
                other,
                Neighbour(tag=other, item_class=self.items[other].item_class, line="", service="", direction="signal"),
            )
        return tuple(found.values())

    def upstream(self, tag: str) -> tuple[Route, ...]:
        """Ways against the flow to the next equipment, connector or end, nearest first, through no normally closed
        valve. Raises ``NotFound``."""
        return self._to_equipment(tag, "upstream")

    def downstream(self, tag: str) -> tuple[Route, ...]:
        """Ways with the flow to the next equipment, connector or end, nearest first, through no normally closed
        valve. Raises ``NotFound``."""
        return self._to_equipment(tag, "downstream")

    def path(self, a: str, b: str) -> Route | None:
        """The shortest way from ``a`` to ``b``: with the flow if there is one, else against, else either way; through a
        normally closed valve only where there is no other. Raises ``NotFound``."""
        self.item(a), self.item(b)
        for closed in (False, True):
            for flows in ({"downstream", "either"}, {"upstream", "either"}, {"downstream", "upstream", "either"}):
                for route in self._walk(a, flows, lambda tag: tag == b, closed=closed):
                    return route
        return None

    def loop(self, tag: str) -> tuple[str, ...]:
        """Instruments on an item; for an instrument, those on what it looks at or acts on. Raises ``NotFound``."""
        item = self.item(tag)
        around = self._signals[tag] if item.role == "instrument" else {tag}
        found = {other for one in around for other in self._signals[one] if self.items[other].role == "instrument"}
        return tuple(sorted(found - {tag}))

    def isolation(self, tag: str) -> Isolation:
        """The first manual block valve on every process path from ``tag``, both ways.

        Check, control and relief valves are walked through. A valve behind which there is only an open or blind end is
        a drain; what is reached with no block valve between is an open end or can't be isolated. Raises ``NotFound``.
        """
        self.item(tag)
        inside, ends = {tag}, set[str]()
        valves, beyond = dict[str, IsolationPoint](), dict[str, NotIsolable]()
        queue = deque(self._edges[tag])
        if not queue:
            beyond[tag] = NotIsolable(tag=tag, line="", service="", why="no_process_lines")
        while queue:
            edge = queue.popleft()
            item, line, service = self.items[edge.other], edge.connection.line, edge.connection.service
            if edge.other in inside:
                continue
            if item.role == "block_valve":
                valves.setdefault(
                    item.tag, IsolationPoint(tag=item.tag, line=line, service=service, normally=item.normally)
                )
            elif item.role == "equipment" or item.role == "off_page":
                beyond.setdefault(item.tag, NotIsolable(tag=item.tag, line=line, service=service, why=item.role))
            else:
                inside.add(item.tag)
                queue.extend(self._edges[item.tag])
                if self._open_end(item):
                    ends.add(item.tag)
        points = [valves[name] for name in sorted(valves)]
        drains = [point for point in points if not self._feeds(point.tag, inside)]
        return Isolation(
            target=tag,
            close=tuple(point for point in points if point not in drains),
            drains=tuple(drains),
            open_ends=tuple(sorted(ends)),
            passed=tuple(sorted(one for one in inside - {tag} if self._passed(self.items[one]))),
            not_isolable=tuple(beyond[name] for name in sorted(beyond)),
        )

    def _feeds(self, valve: str, inside: set[str]) -> bool:
        """Whether anything but open and blind ends lies behind a valve, seen from ``inside``.

        A valve with both its sides inside (a bypass that the boundary holds whole) counts as one to close.
        """
        behind = [edge.other for edge in self._edges[valve] if edge.other not in inside]
        if not behind and len(self._edges[valve]) > 1:
            return True
        seen, queue = {valve}, deque(behind)
        while queue:
            tag = queue.popleft()
            if tag in inside or self.items[tag].role in ("equipment", "off_page"):
                return True
            if tag not in seen:
                seen.add(tag)
                queue.extend(edge.other for edge in self._edges[tag] if edge.other != valve)
        return False

    @staticmethod
    def _passed(item: Item) -> bool:
        """Valves that isolate nothing; one of a class that nobody knows is among them."""
        return item.role in PASSED or (item.role == "other" and "valve" in item.item_class.lower())

    def _open_end(self, item: Item) -> bool:
        ends = len(self._edges[item.tag]) == 1 and item.role in ("other", *PASSED)
        return ends and item.item_class not in _CLOSED_ENDS

    def _unnamed(self, tag: str) -> bool:
        item = self.items[tag]
        return item.role in ("other", "nozzle") and item.item_class in _FITTINGS

    def _to_equipment(self, tag: str, flow: str) -> tuple[Route, ...]:
        self.item(tag)

        def stop(other: str) -> bool:
            return self.items[other].role in ("equipment", "off_page") or len(self._edges[other]) == 1

        return tuple(self._walk(tag, {flow, "either"}, stop, closed=False))

    def _walk(self, start: str, flows: set[str], stop: Callable[[str], bool], *, closed: bool) -> list[Route]:
        """Shortest ways from ``start`` to each item at which ``stop`` holds; none goes on behind such an item.
        ``closed`` lets them through normally closed valves."""
        came: dict[str, tuple[str, str]] = {start: ("", "")}
        queue, routes = deque([start]), []
        while queue:
            tag = queue.popleft()
            for edge in self._edges[tag]:
                shut = self.items[edge.other].normally == "closed" and not closed and not stop(edge.other)
                if edge.other in came or edge.flow not in flows or shut:
                    continue
                came[edge.other] = (tag, edge.connection.line)
                if stop(edge.other):
                    routes.append(self._route(came, edge.other))
                else:
                    queue.append(edge.other)
        return routes

    def _route(self, came: dict[str, tuple[str, str]], end: str) -> Route:
        tags: list[str] = []
        lines: list[str] = []
        tag = end
        while tag:
            before, line = came[tag]
            if not before or tag == end or not self._unnamed(tag):
                tags.append(tag)
            if line and (not lines or lines[-1] != line):
                lines.append(line)
            tag = before
        return Route(tags=tuple(reversed(tags)), lines=tuple(reversed(lines)))
