"""Pipes of a sheet: what each segment joins, in the direction of flow, on which line, and who says so."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element

from retrieval.models import Connection
from retrieval.proteus.geometry import Geometry, arrows, free_end, leans
from retrieval.proteus.items import Items
from retrieval.proteus.lines import Line, Specification, specification
from retrieval.proteus.sheet import Point, walk
from retrieval.proteus.signals import signals

_SIDES = ("From", "To")
_BOTH_WAYS = ("dual", "bidirectional", "both")


class End(NamedTuple):
    """What a segment begins or ends at. ``how`` says how it was found, where the file does not name it."""

    tag: str
    port: str = ""
    how: str = ""


class Links:
    """Connections as they are found; ``items`` are the sheet's."""

    def __init__(self, items: Items) -> None:
        self.on, self.sheet = items, items.sheet
        self.connections: list[Connection] = []
        self.segments = [one for one in walk(self.sheet.root) if one.tag == "PipingNetworkSegment"]
        self.specifications: dict[Element, Specification] = {}
        self.chains: dict[Element, list[str]] = {}  # what a segment runs through, from end to end
        self.geometry = Geometry(items, self.segments)

    def read(self) -> None:
        for segment in self.segments:
            self.specifications[segment] = specification(self.system(segment), segment)
            self.segment(segment)
        self.branches()
        self.connectors()
        self.connections += signals(self.on)

    def lines(self) -> Iterator[Line]:
        """Every line number once, in the order of the file."""
        systems: dict[Element, list[Element]] = {}
        for segment in self.segments:
            systems.setdefault(self.system(segment), []).append(segment)
        for system, segments in systems.items():
            yield Line.of(
                system,
                [self.specifications[one] for one in segments],
                [self.chains.get(one, []) for one in segments],
                tuple(one.get("ID", "") for one in segments),
            )

    def system(self, segment: Element) -> Element:
        above: Element | None = segment
        while above is not None and above.tag != "PipingNetworkSystem":
            above = self.on.parents.get(above)
        return above if above is not None else segment

    def inner(self, segment: Element) -> list[str]:
        """IDs of what stands on the segment, in the order of flow."""
        return [one.get("ID", "") for one in segment if one.get("ID", "") in self.on.tags]

    def segment(self, segment: Element) -> None:
        links, inner = stated(segment), self.inner(segment)
        if len(links) > 1 or segment.get("Connections") == "explicit":
            self.explicit(segment, links, inner)
            return
        link = links[0] if links else None
        source, target = (self.end(segment, link, side) for side in _SIDES)
        if link is None:
            inner = self.geometry.in_order(segment, inner)
        between = [self.on.tags[ident] for ident in inner]
        chain = [source.tag, *(tag for tag in between if tag not in (source.tag, target.tag)), target.tag]
        self.join(segment, link, chain, source, target)
        if len(set(chain)) < 2:
            self.warn(segment, f"begins and ends at {chain[0]}, with nothing between")

    def explicit(self, segment: Element, links: Sequence[Element], inner: list[str]) -> None:
        """Connections that name each step. What a 1.x file leaves out joins by its place in the order."""
        tags = self.on.tags
        ends = [[self.end(segment, link, side) for side in _SIDES] for link in links]
        missing = [tags[one] for one in inner if not any(tags[one] == end.tag for pair in ends for end in pair)]
        order = list(dict.fromkeys(tags[one] for one in inner))
        for link, (source, target) in zip(links, ends, strict=True):
            between: list[str] = []
            if self.sheet.edition == "1" and missing:
                first = order.index(source.tag) + 1 if source.tag in order else 0
                last = order.index(target.tag) if target.tag in order else len(order)
                between = [tag for tag in order[first:last] if tag in missing]
                missing = [tag for tag in missing if tag not in between]
            self.join(segment, link, [source.tag, *between, target.tag], source, target)
        for tag in missing:
            self.warn(segment, f"has several connections, none to {tag}")

    def join(self, segment: Element, link: Element | None, chain: list[str], source: End, target: End) -> None:
        """A connection for each step; ends that geometry alone gave mark theirs as inferred."""
        ident, directed = segment.get("ID", ""), link is not None
        line = self.specifications[segment]
        against = self.against(segment, link)
        if link is None and against is not None:
            directed = True
            if against:
                chain, source, target = chain[::-1], target, source
        elif against or line.direction.lower().startswith(_BOTH_WAYS):
            directed = False
            if against:
                self.warn(segment, "its flow arrow points against its connection; the direction is left open")
        steps = [(a, b) for a, b in pairwise(chain) if a != b]
        for index, (a, b) in enumerate(steps):
            how = [end.how for end, at in ((source, 0), (target, len(steps) - 1)) if at == index and end.how]
            first, last = index == 0, index == len(steps) - 1
            self.connections.append(
                Connection(
                    source=a,
                    target=b,
                    directed=directed,
                    origin=f"{ident}: {', '.join(how)}" if how else ident,
                    inferred=bool(how),
                    source_port=source.port if first and a == source.tag else "",
                    target_port=target.port if last and b == target.tag else "",
                    **line.of_connection(),
                )
            )
        self.chains.setdefault(segment, []).extend(tag for tag in chain if tag not in self.chains.get(segment, ()))

    def against(self, segment: Element, link: Element | None) -> bool | None:
        """Whether the flow arrow on a segment points against it; None without an arrow, or where that can't be told."""
        found = arrows(segment, self.sheet.tolerance)
        if not found:
            return None
        ends: list[Point | None] = [None, None]
        if link is not None:
            ends = [self.geometry.spot(link.get(f"{side}ID", "")) for side in _SIDES]
            if ends[0] is None and ends[1] is None:
                return None
        verdicts = {leans(arrow, line, ends[0], ends[1]) for arrow, line in found}
        return verdicts.pop() < 0 if len(verdicts) == 1 and 0 not in verdicts else None

    def end(self, segment: Element, link: Element | None, side: str) -> End:
        """What is at one end of a segment. An end that leads nowhere becomes an off-page item, since what lies behind
        it is unknown: an isolation must not take it for closed."""
        ident = link.get(f"{side}ID", "") if link is not None else ""
        node = link.get(f"{side}Node", "") if link is not None else ""
        for name in (ident, node if not ident and node in self.on.elements else ""):
            tag = self.resolve(name, side, frozenset({segment.get("ID", "")}))
            if tag is not None:
                return End(tag, self.on.port(name))
        across = link.get("ToID" if side == "From" else "FromID", "") if link is not None else ""
        spot = free_end(segment, link, side, self.geometry.spot(across), self.sheet.tolerance)
        if not ident and spot is not None and (found := self.geometry.near(spot, segment, set(self.inner(segment)))):
            where = "start" if side == "From" else "end"
            return End(found.tag, found.port, f"{where} inferred from geometry, the line ends at {found.what}")
        return self.open_end(segment, side, ident, spot)

    def open_end(self, segment: Element, side: str, ident: str, spot: Point | None) -> End:
        where, name = ("start" if side == "From" else "end"), segment.get("ID", "segment")
        tag = f"{self.sheet.number}:{name} {where}"
        count = 2
        while tag in self.on.items:
            tag, count = f"{self.sheet.number}:{name} {where} {count}", count + 1
        field = f"{side}ID of its Connection"
        if self.sheet.edition == "2":
            field = f"{'SourceItem' if side == 'From' else 'TargetItem'} of its Pipe"
        if ident == name:
            cause = "names the segment itself"
        else:
            cause = f"names {ident}, which is not on the sheet" if ident else "is joined to nothing"
        self.warn(segment, f"its {where} {cause}; correct the {field}")
        self.on.add(tag, segment, role="off_page", spot=spot)
        self.on.items[tag] = self.on.items[tag].model_copy(update={"item_class": "UnconnectedEnd"})
        return End(tag)

    def resolve(self, ident: str, side: str, seen: frozenset[str]) -> str | None:
        """The item that an ID means; for another segment, the item at its facing end. Rings of segments end here."""
        if not ident or ident in seen:
            return None
        tag = self.on.owner(ident)
        element = self.on.elements.get(ident)
        while tag is None and element is not None and element.tag != "PipingNetworkSegment":
            element = self.on.parents.get(element)
        if tag is not None or element is None or element.get("ID", "") in seen:
            return tag
        seen |= {ident, element.get("ID", "")}
        links, inner = stated(element), self.inner(element)
        facing, other = ("To", "From") if side == "From" else ("From", "To")
        edge = self.on.tags[inner[-1 if side == "From" else 0]] if inner else None
        link = links[-1 if side == "From" else 0] if links else None
        if link is None:
            return edge
        near = self.resolve(link.get(f"{facing}ID", ""), side, seen)
        return near or edge or self.resolve(link.get(f"{other}ID", ""), side, seen)

    def branches(self) -> None:
        """Lines that end on another line, with no tee drawn: joined to what that line joins, either way."""
        for joint, segment, before, after in self.geometry.branches:
            chain = self.chains.get(segment, [])
            ends = [before or chain[:1], after or chain[-1:]]
            for tag in dict.fromkeys(tag for end in ends for tag in end):
                self.connections.append(
                    Connection(
                        source=joint,
                        target=tag,
                        directed=False,
                        inferred=True,
                        origin=f"{segment.get('ID', '')}: branch inferred from geometry, another line ends on this one",
                        **self.specifications[segment].of_connection(),
                    )
                )

    def connectors(self) -> None:
        """Off-page connectors that name each other within the file."""
        for ident, tag in self.on.tags.items():
            if self.on.items[tag].role != "off_page":
                continue
            for link in self.on.elements[ident].iter("Association"):
                other = self.on.tags.get(link.get("ItemID", ""))
                if link.get("Type", "") == "refers to" and other is not None and other != tag:
                    self.connections.append(
                        Connection(source=tag, target=other, directed=False, origin=f"{ident}: refers to {other}")
                    )

    def warn(self, segment: Element, what: str) -> None:
        self.on.warnings.append(f"segment {segment.get('ID', '?')} of {self.sheet.number}: {what}")


def stated(segment: Element) -> list[Element]:
    """The connections that a segment states, also as attributes or children of its own."""
    links = segment.findall("Connection")
    if links:
        return links
    ends = {key: segment.get(key, "") for key in ("FromID", "ToID")}
    for key, name in (("FromID", "SourceItem"), ("ToID", "TargetItem")):
        child = segment.find(name)
        if child is not None and not ends[key]:
            ends[key] = child.get("ItemID", "") or (child.text or "").strip()
    return [Element("Connection", {key: value for key, value in ends.items() if value})] if any(ends.values()) else []
