"""Signals of a sheet: what instruments look at, act on and pass to each other."""

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from retrieval.models import Connection
from retrieval.proteus.items import Items
from retrieval.proteus.sheet import walk

_FLOWS = frozenset({"InformationFlow", "SignalLine", "InstrumentConnection", "MeasuringLineFunction"})
_FUNCTIONS = frozenset({"ProcessSignalGeneratingFunction", "ActuatingFunction", "ActuatingElectricalFunction"})
_START = ("has logical start", "has start", "source")
_END = ("has logical end", "has end", "target")
_PLACE = ("is located in", "is fulfilled by", "fulfills", "is fulfilled by system", "refers to")


class _End(NamedTuple):
    tag: str
    port: str = ""  # the nozzle that is measured at


_Ends = tuple[_End | None, _End | None]


def signals(items: Items) -> list[Connection]:
    """One connection for each pair of items; the first that says so is its origin. Warns of flows that join nothing."""
    found: dict[tuple[str, str], Connection] = {}
    for flow in (one for one in walk(items.sheet.root) if one.tag in _FLOWS):
        whole = [(a, b) for a, b in _ends(items, flow) if a is not None and b is not None]
        if not whole:
            joins = "; ".join(_named(flow)) or "nothing"
            items.warnings.append(
                f"signal {flow.get('ID', '?')} of {items.sheet.number}: joins {joins}, which are not both on the sheet"
            )
        for a, b in whole:
            _add(found, a, b, flow.get("ID", "") or flow.tag)
    for function in (one for one in walk(items.sheet.root) if one.tag in _FUNCTIONS):
        instrument, there = _above(items, function), _meant(items, function)
        if instrument is None or there is None:
            continue
        measures = function.tag == "ProcessSignalGeneratingFunction"
        a, b = (there, instrument) if measures else (instrument, there)
        if (b.tag, a.tag) not in found:
            _add(found, a, b, function.get("ID", "") or function.tag)
    return list(found.values())


def _add(found: dict[tuple[str, str], Connection], a: _End, b: _End, origin: str) -> None:
    if a.tag != b.tag:
        one = Connection(
            source=a.tag, target=b.tag, kind="signal", origin=origin, source_port=a.port, target_port=b.port
        )
        found.setdefault((a.tag, b.tag), one)


def _ends(items: Items, flow: Element) -> Iterator[_Ends]:
    """Both ends as its connections say, else as its associations do."""
    links = flow.findall("Connection")
    stated = [(_item(items, one.get("FromID", "")), _item(items, one.get("ToID", ""))) for one in links]
    logical = (_end(items, flow, _START), _end(items, flow, _END))
    if any(a is not None and b is not None for a, b in stated):
        yield from stated
    elif stated and logical != (None, None):
        yield stated[0][0] or logical[0], stated[0][1] or logical[1]
    else:
        yield logical


def _end(items: Items, flow: Element, words: tuple[str, ...]) -> _End | None:
    links = [one for one in flow.findall("Association") if one.get("Type", "").strip().lower() in words]
    return next((end for link in links if (end := _item(items, link.get("ItemID", ""))) is not None), None)


def _item(items: Items, ident: str) -> _End | None:
    """The item that an end means: for a function of an instrument, what it is measured at or acts on."""
    element = items.elements.get(ident)
    if element is None:
        return None
    if element.tag in _FUNCTIONS:
        return _meant(items, element) or _above(items, element)
    tag = items.owner(ident)
    return _End(tag, items.port(ident)) if tag is not None else None


def _meant(items: Items, function: Element) -> _End | None:
    links = [one for one in function.findall("Association") if one.get("Type", "").strip().lower() in _PLACE]
    ids = [link.get("ItemID", "") for link in links]
    return next((_End(tag, items.port(ident)) for ident in ids if (tag := items.owner(ident)) is not None), None)


def _above(items: Items, element: Element) -> _End | None:
    above = items.parents.get(element)
    tag = items.owner(above.get("ID", "")) if above is not None and above.get("ID") else None
    return _End(tag) if tag is not None else None


def _named(flow: Element) -> list[str]:
    links = [f"{one.get('FromID', 'nothing')} and {one.get('ToID', 'nothing')}" for one in flow.findall("Connection")]
    return links or [one.get("ItemID", "nothing") for one in flow.findall("Association")]
