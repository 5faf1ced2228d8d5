"""A sheet's geometry -> items and connections, all inferred; and a line for everything that could not be joined."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingestion.parsers._drawing.arrows import find_heads
from ingestion.parsers._drawing.balloons import find_balloons
from ingestion.parsers._drawing.bodies import find_bodies
from ingestion.parsers._drawing.canvas import Canvas
from ingestion.parsers._drawing.gaps import bridge, prune
from ingestion.parsers._drawing.items import Maker
from ingestion.parsers._drawing.labels import Label, Labels, read_labels
from ingestion.parsers._drawing.lines import number_lines
from ingestion.parsers._drawing.model import Drawing, Near, Point, distance, grown
from ingestion.parsers._drawing.names import name_ends, name_symbols
from ingestion.parsers._drawing.network import build
from ingestion.parsers._drawing.shapes import join_dashes
from ingestion.parsers._drawing.stamps import find_stamps
from ingestion.parsers._drawing.stretches import End, Stretch, joints, settle, stretches
from ingestion.parsers._drawing.valves import find_valves
from retrieval.models import Connection, Item

_DASH = 1.6  # tag heights; of a dash that is drawn as a line of its own, at most

_MOST_SEGMENTS = 150_000
_MOST_PAIRS = 40_000_000  # of segments near each other


@dataclass
class Traced:
    """What geometry says. ``rest`` are the texts that name nothing: notes, descriptions, the title block."""

    items: list[Item] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    labels: Labels = field(default_factory=lambda: Labels(1.0))


def trace(drawing: Drawing, drawing_id: str) -> Traced:
    """Find symbols, name them, follow the lines between them."""
    return _Tracing(drawing, drawing_id).run()


class _Tracing:
    def __init__(self, drawing: Drawing, drawing_id: str) -> None:
        self.drawing, self.page = drawing, drawing.page
        self.labels = read_labels(drawing)
        strokes = tuple(join_dashes(drawing.strokes, _DASH * self.labels.unit))
        self.canvas = Canvas(replace(drawing, strokes=strokes), self.labels.unit)
        self.maker = Maker(drawing, drawing_id)
        self.warnings: list[str] = []
        self.connections: list[Connection] = []
        self.ends: dict[tuple[int, int], str] = {}  # where a stretch ends -> the item there

    def run(self) -> Traced:
        canvas, labels = self.canvas, self.labels
        if len(canvas.segments) > _MOST_SEGMENTS or canvas.near.crowd > _MOST_PAIRS:
            return self.tags_only()
        find_stamps(canvas, labels)
        self.warnings += find_balloons(canvas, labels, self.place)
        if said := find_valves(canvas):
            self.warnings.append(f"page {self.page}: {said}")
        heads = find_heads(canvas)
        find_bodies(canvas, labels)
        network = build(canvas, heads)
        bridge(network, canvas)
        prune(network, 1.6 * canvas.unit)
        found, crossings = stretches(network, heads, canvas.unit)
        found += self.touching(found)
        settle(found)
        joined = {id(end.symbol) for one in found for end in one.ends() if end.symbol is not None}
        self.warnings += name_symbols(canvas, labels, joined, self.place)
        found = self.of_named(found)
        free = self.free_ends(found, network.points)
        named = name_ends(labels, [network.points[node] for node in free], canvas.unit)
        self.warnings += number_lines(found, labels, self.place)
        self.items(found, {node: network.points[node] for node in free}, named, network.points)
        self.join(found)
        self.warnings += [f"lines cross {self.place(spot)} without a dot; read as no branch" for spot in crossings]
        self.report()
        return Traced(list(self.maker.items.values()), self.connections, self.warnings, labels)

    def tags_only(self) -> Traced:
        """Of a sheet with too many strokes to look at: hatched through and through, or letters drawn as lines."""
        for label in self.labels.tags:
            self.maker.lone(label)
        count = len(self.canvas.segments)
        said = f"page {self.page}: too many strokes to trace lines among ({count:,}); tags alone are read"
        self.labels.rest += [*self.labels.letters, *self.labels.numbers, *self.labels.states]
        return Traced(list(self.maker.items.values()), [], [f"{said}; plot it without hatches"], self.labels)

    def place(self, point: Point) -> str:
        """``on page 2 at 34 %, 56 %``: from the left and from the top."""
        x, y = self.drawing.fraction(point)
        return f"on page {self.page} at {100 * x:.0f} %, {100 * y:.0f} %"

    def touching(self, found: Sequence[Stretch]) -> list[Stretch]:
        """Valves bolted to what they serve: a port that no line leads to and that lies at another symbol."""
        unit, more = self.canvas.unit, list[Stretch]()
        tips = [tip for one in found for tip in (one.path[0], one.path[-1])]
        ends = Near([(*tip, *tip) for tip in tips], 4 * unit)
        symbols = Near([symbol.box for symbol in self.canvas.symbols], 8 * unit)
        for valve in self.canvas.symbols:
            for port in valve.ports:
                around = grown((*port, *port), unit)
                if any(distance(port, tips[number]) <= unit for number in ends.at(around)):
                    continue
                for other in (self.canvas.symbols[number] for number in symbols.at(around)):
                    known = any({id(one.a.symbol), id(one.b.symbol)} == {id(valve), id(other)} for one in more)
                    if other is not valve and other.kind != "balloon" and other.reach(port) <= 0.3 * unit and not known:
                        more.append(Stretch(End(valve, -1), End(other, -1), (port, port), signal=False))
                        break
        return more

    def of_named(self, found: Sequence[Stretch]) -> list[Stretch]:
        """Stretches of nets that reach something with a tag: tables, frames and notes have lines too."""
        at = joints(found)
        kept: set[int] = set()
        queue = [key for key, here in at.items() for end in here[0].ends() if end.key == key and _named(end)]
        seen = set(queue)
        while queue:
            for one in at[queue.pop()]:
                kept.add(id(one))
                for end in one.ends():
                    if end.key not in seen:
                        seen.add(end.key)
                        queue.append(end.key)
        return [one for one in found if id(one) in kept]

    def free_ends(self, found: Sequence[Stretch], points: Sequence[Point]) -> list[int]:
        at = joints(found)
        return [key[1] for key, here in at.items() if key[0] == 0 and len(here) == 1 and here[0].a.key != here[0].b.key]

    def items(
        self, found: Sequence[Stretch], free: dict[int, Point], named: dict[Point, Label], points: Sequence[Point]
    ) -> None:
        at = joints(found)
        for symbol in self.canvas.symbols:
            pipes = [one for one in at.get((1, id(symbol)), ()) if not one.signal]
            if symbol.tag or (1, id(symbol)) in at:
                self.ends[1, id(symbol)] = self.maker.symbol(symbol, len(pipes), self.canvas.unit)
        for key, here in at.items():
            if key[0] == 0 and key[1] in free:
                self.end(key[1], points[key[1]], here[0], named)
            elif key[0] == 0 and not all(one.signal for one in here):
                self.ends[key] = self.maker.tee(points[key[1]])
        for label in self.labels.tags:
            if not label.used and label.tag not in self.maker.items:  # else a mention of it: a table, a caption
                self.maker.lone(label)
                self.warnings.append(f"{label.tag} {self.place(label.at)}: no symbol could be told to be its own")

    def end(self, node: int, point: Point, one: Stretch, named: dict[Point, Label]) -> None:
        """What is at a line's loose end. A pipe's may lead anywhere: an isolation must not take it for closed."""
        label = named.get(point)
        if label is None and one.signal:
            self.warnings.append(f"a signal line {self.place(point)} ends at nothing")
            return
        self.ends[0, node] = self.maker.end(point, label)
        if label is None:
            self.warnings.append(f"a pipe {self.place(point)} ends at nothing; what lies behind it is not known")

    def join(self, found: Sequence[Stretch]) -> None:
        origin = f"traced on page {self.page}"
        for one in found:
            a, b = self.ends.get(one.a.key), self.ends.get(one.b.key)
            if one.signal or a is None or b is None or a == b:
                continue
            if one.flow < 0:
                a, b = b, a
            self.connections.append(
                Connection(source=a, target=b, line=one.line, directed=bool(one.flow), origin=origin, inferred=True)
            )
        for a, b in self.signals(found):
            self.connections.append(
                Connection(source=a, target=b, kind="signal", directed=False, origin=origin, inferred=True)
            )

    def signals(self, found: Sequence[Stretch]) -> list[tuple[str, str]]:
        """Signal lines branch without saying so: a net with one thing that is no instrument joins each instrument to
        it, one with one instrument joins that to each thing; any other says nothing sure."""
        pairs: list[tuple[str, str]] = []
        for net in _nets([one for one in found if one.signal], self.ends):
            tags = sorted({self.ends[key] for key in net if key in self.ends})
            instruments = [tag for tag in tags if self.maker.items[tag].role == "instrument"]
            others = [tag for tag in tags if tag not in instruments]
            if len(tags) == 2:
                pairs.append((others[0], instruments[0]) if len(others) == 1 else (tags[0], tags[1]))
            elif len(others) == 1:
                pairs += [(others[0], tag) for tag in instruments]
            elif len(instruments) == 1:
                pairs += [(instruments[0], tag) for tag in others]
            elif len(tags) > 2:
                self.warnings.append(f"{', '.join(tags)} on page {self.page}: signal lines join them; how is not clear")
        return pairs

    def report(self) -> None:
        joined = {end for one in self.connections for end in (one.source, one.target)}
        said = " ".join(self.warnings)
        for item in self.maker.items.values():
            if item.tag not in joined and f"{item.tag} on page" not in said:
                self.warnings.append(f"{item.tag} on page {self.page}: no line could be traced to it")
        drawn = Counter(symbol.tag for symbol in self.canvas.symbols if symbol.tag)
        self.warnings += [
            f"{tag} on page {self.page}: drawn {count} times; read as one item"
            for tag, count in drawn.items()
            if count > 1
        ]


def _named(end: End) -> bool:
    return end.symbol is not None and bool(end.symbol.tag)


def _nets(found: Sequence[Stretch], ends: dict[tuple[int, int], str]) -> list[set[tuple[int, int]]]:
    """Ends that signal lines join, passing through branches that no pipe comes to."""
    joined: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    for one in found:
        joined[one.a.key].add(one.b.key)
        joined[one.b.key].add(one.a.key)
    nets: list[set[tuple[int, int]]] = []
    for one in found:
        net, queue = {one.a.key, one.b.key}, [one.a.key, one.b.key]
        while queue:
            key = queue.pop()
            if key in ends:  # an item: signals that go on from it are another net
                continue
            queue += joined[key] - net
            net |= joined[key]
        if net not in nets:
            nets.append(net)
    return nets
