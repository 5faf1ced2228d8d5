"""A sheet's items and connections, whole: what cannot be joined is told, never dropped."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from retrieval.models import Connection, Item
from retrieval.pid_layout import laid_out
from retrieval.proteus.items import Items
from retrieval.proteus.lines import Line
from retrieval.proteus.links import Links
from retrieval.proteus.names import Named, class_of, nozzle_name
from retrieval.proteus.sheet import Sheet
from retrieval.proteus.values import statements

_DRIVERS = ("Motor", "Engine", "Drive", "Turbine", "Gear", "Generator")  # no fluid passes to what they drive
Names = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Drawing:
    """What a sheet says. Keyed by tag, in the order of the file."""

    sheet: Sheet
    items: dict[str, Item]
    connections: tuple[Connection, ...]
    names: dict[str, Named]
    lines: tuple[Line, ...]
    nozzles: Names  # of an equipment: the names of its nozzles
    open_nozzles: Names  # those that nothing is joined to
    data: Names  # of an equipment and its parts: design data, a statement each
    warnings: tuple[str, ...]
    idents: dict[str, str]  # the tag of each thing, by its ID in the file
    elements: dict[str, Element]  # by ID

    @cached_property
    def ports(self) -> dict[tuple[str, str], str]:
        """The line at each nozzle that something is joined to, by equipment and nozzle; may have no number."""
        found: dict[tuple[str, str], str] = {}
        for one in self.connections:
            for end in ((one.source, one.source_port), (one.target, one.target_port)):
                if end[1]:
                    found[end] = found.get(end) or one.line
        return found

    @cached_property
    def loops(self) -> dict[str, tuple[str, ...]]:
        """The instruments of each loop."""
        found: dict[str, list[str]] = {}
        for item in self.items.values():
            if item.loop:
                found.setdefault(item.loop, []).append(item.tag)
        return _frozen(found)


def read(sheet: Sheet) -> Drawing:
    """Every item, connection and line number of a sheet."""
    items = Items(sheet)
    items.warnings += [
        f"{tag}: drawn {count} times on {sheet.number}; read as one item"
        for tag, count in Counter(items.tags.values()).items()
        if count > 1
    ]
    links = Links(items)
    links.read()
    nozzles, bare = _nozzles(items, links.connections)
    _nested(items, links.connections)
    joined = {end for one in links.connections if one.kind != "mechanical" for end in (one.source, one.target)}
    items.warnings += [
        f"{item.tag}: no pipe or signal is drawn to it on {sheet.number}"
        for item in items.items.values()
        if item.tag not in joined and item.role != "nozzle"
    ]
    _place(items, links.connections)
    told = {tag: tuple(statements(items.elements[ident])) for ident, tag in items.tags.items()}
    return Drawing(
        sheet=sheet,
        items=items.items,
        connections=tuple(links.connections),
        names=items.names,
        lines=tuple(links.lines()),
        nozzles=nozzles,
        open_nozzles=bare,
        data={tag: found for tag, found in told.items() if found},
        warnings=tuple(items.warnings),
        idents=items.tags,
        elements=items.elements,
    )


def _nozzles(items: Items, connections: list[Connection]) -> tuple[Names, Names]:
    """An item for every nozzle on an equipment, fixed to it; by equipment, all and those joined to nothing."""
    used = {(one.source, one.source_port) for one in connections} | {
        (one.target, one.target_port) for one in connections
    }
    every, bare = dict[str, list[str]](), dict[str, list[str]]()
    number = items.sheet.number
    for ident, element in items.elements.items():
        if element.tag != "Nozzle" or ident in items.tags:
            continue
        equipment = items.owner(ident)
        if equipment is None:
            items.warnings.append(f"nozzle {ident}: on no equipment of {number}")
            continue
        name = nozzle_name(element)
        tag = f"{equipment}/{name}"
        if tag in items.items:
            items.warnings.append(f"{equipment}: two nozzles are called {name}; {ident} is kept under its ID")
            tag = f"{equipment}/{ident}"
        items.add(tag, element, role="nozzle")
        connections.append(Connection(source=equipment, target=tag, kind="mechanical", directed=False, origin=ident))
        every.setdefault(equipment, []).append(name)
        if (equipment, name) not in used:
            bare.setdefault(equipment, []).append(name)
    items.warnings += [
        f"{tag}: nothing is drawn to nozzle {', '.join(names)} on {number}" for tag, names in bare.items()
    ]
    return _frozen(every), _frozen(bare)


def _nested(items: Items, connections: list[Connection]) -> None:
    """Equipment with a tag of its own within another: fluid may pass between them, so an isolation must know."""
    for ident, tag in items.tags.items():
        element = items.elements[ident]
        above: Element | None = items.parents.get(element)
        around = items.owner(above.get("ID", "")) if element.tag == "Equipment" and above is not None else None
        if around is None or around == tag:
            continue
        apart = class_of(element)[0].endswith(_DRIVERS)
        connections.append(
            Connection(
                source=around,
                target=tag,
                kind="mechanical" if apart else "process",
                directed=False,
                origin=f"{ident}: stands within {around}",
            )
        )


def _place(items: Items, connections: Iterable[Connection]) -> None:
    """Give items that the file puts nowhere a spot in the order of flow, marked as inferred."""
    missing = [tag for tag, spot in items.spots.items() if spot is None]
    if not missing:
        return
    sheet = items.sheet
    known = {tag: sheet.fraction(spot) for tag, spot in items.spots.items() if spot is not None}
    for tag, position in laid_out(items.items, list(connections), known).items():
        items.items[tag] = items.items[tag].model_copy(update={"position": position, "inferred": True})
    if known:
        items.warnings.append(
            f"{sheet.number}: the file gives no position for {', '.join(missing)}; shown beside what they join"
        )
    else:
        items.warnings.append(f"{sheet.number}: the file carries no positions; items are laid out in order of flow")


def _frozen(names: dict[str, list[str]]) -> Names:
    return {tag: tuple(found) for tag, found in names.items()}
