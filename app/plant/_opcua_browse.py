"""The address space of an OPC UA server as tags: every analog item under Objects (OPC 10000-8)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from app.plant.base import TagInfo
from retrieval.models import SITE_WIDE
from retrieval.tags import find, normalise

_BATCH = 200  # nodes in one request; servers limit it (OperationLimits)
_MOST_NODES = 200_000  # where to stop in an address space that has no end
# Names of a LimitAlarmType (OPC 10000-9), and the short ones that some servers use.
_LIMITS = {
    "low_low": ("LowLowLimit", "LowLow"),
    "low": ("LowLimit", "Low"),
    "high": ("HighLimit", "High"),
    "high_high": ("HighHighLimit", "HighHigh"),
}
_WANTED = {"EURange", "EngineeringUnits", "Asset", "Area", "Tag", "Simulated"}.union(*_LIMITS.values())


@dataclass
class _Found:
    """An object or variable, the properties that it has, and where it hangs."""

    node: Any
    name: str
    variable: bool
    parent: "_Found | None"
    properties: dict[str, Any] = field(default_factory=dict)  # node ids by name; values once they are read

    def inherited(self, name: str) -> Any:
        """The property's value here or at the nearest node above that has it."""
        here: _Found | None = self
        while here is not None:
            if (value := here.properties.get(name)) is not None:
                return value
            here = here.parent
        return None


async def browse(client: Any) -> dict[Any, TagInfo]:
    """Node ids of all analog items with their ``TagInfo``. Raises what asyncua raises. Reads and browses only."""
    from asyncua import ua

    found = await _walk(client)
    items = [it for it in found if it.variable and {"EURange", "EngineeringUnits"} & it.properties.keys()]
    carriers = [it for it in found if it.properties]
    places = [(it, name) for it in carriers for name in it.properties]
    values = await read(client, [it.properties[name] for it, name in places], ua.AttributeIds.Value)
    for (it, name), value in zip(places, values, strict=True):
        it.properties[name] = _plain(value)
    texts = await read(client, [it.node for it in items], ua.AttributeIds.Description)
    infos: dict[Any, TagInfo] = {}
    for it, text in zip(items, texts, strict=True):
        infos[it.node] = _info(it, getattr(_plain(text), "Text", None) or "")
    return infos


async def read(client: Any, nodes: Iterable[Any], attribute: Any) -> list[Any]:
    """One attribute of many nodes as DataValues, in the order of ``nodes``."""
    values: list[Any] = []
    for batch in _batches(nodes):
        values += await client.uaclient.read_attributes(batch, attribute)
    return values


async def _walk(client: Any) -> list[_Found]:
    from asyncua import ua

    seen: set[Any] = set()
    found: list[_Found] = []
    frontier = [_Found(ua.NodeId(ua.ObjectIds.ObjectsFolder), "Objects", False, None)]
    while frontier and len(found) < _MOST_NODES:
        following: list[_Found] = []
        for batch in _batches(frontier):
            for parent, references in zip(batch, await _references(client, [it.node for it in batch]), strict=True):
                for reference in references:
                    child = _child(parent, reference)
                    if child is not None and child.node not in seen:
                        seen.add(child.node)
                        following.append(child)
        found += following
        frontier = following
    return found


def _child(parent: _Found, reference: Any) -> _Found | None:
    """What a reference leads to; a property is noted with its parent, the standard's own nodes are left out."""
    from asyncua import ua

    node, name = reference.NodeId, reference.BrowseName.Name
    variable = reference.NodeClass == ua.NodeClass.Variable
    if variable and reference.TypeDefinition == ua.NodeId(ua.ObjectIds.PropertyType):
        if name in _WANTED:
            parent.properties[name] = node
        return None
    if node.NamespaceIndex == 0 or not (variable or reference.NodeClass == ua.NodeClass.Object):
        return None
    shown = reference.DisplayName.Text or name
    return _Found(ua.NodeId(node.Identifier, node.NamespaceIndex), shown, variable, parent)


async def _references(client: Any, nodes: list[Any]) -> list[list[Any]]:
    from asyncua import ua

    wanted = [
        ua.BrowseDescription(
            NodeId=node,
            BrowseDirection=ua.BrowseDirection.Forward,
            IncludeSubtypes=True,
            ReferenceTypeId=ua.NodeId(ua.ObjectIds.HierarchicalReferences),
            ResultMask=ua.BrowseResultMask.All,
        )
        for node in nodes
    ]
    results = await client.uaclient.browse(ua.BrowseParameters(NodesToBrowse=wanted))
    every: list[list[Any]] = []
    for result in results:
        references, point = list(result.References or ()), result.ContinuationPoint
        while point:
            more = ua.BrowseNextParameters(ReleaseContinuationPoints=False, ContinuationPoints=[point])
            (following,) = await client.uaclient.browse_next(more)
            references += following.References or ()
            point = following.ContinuationPoint
        every.append(references)
    return every


def _info(it: _Found, description: str) -> TagInfo:
    properties = it.properties
    span, unit = properties.get("EURange"), getattr(properties.get("EngineeringUnits"), "DisplayName", None)
    asset = it.inherited("Asset") or (it.parent.inherited("Tag") if it.parent else None)
    if asset is None and it.parent is not None and find(it.parent.name):
        asset = it.parent.name
    limits = {key: _number(properties, names) for key, names in _LIMITS.items()}
    return TagInfo(
        tag=normalise(it.name),
        description=description,
        unit=getattr(unit, "Text", None) or "",
        asset=normalise(str(asset)) if asset else None,
        area=str(it.inherited("Area") or SITE_WIDE),
        range_low=getattr(span, "Low", None),
        range_high=getattr(span, "High", None),
        simulated=bool(it.inherited("Simulated")),
        **limits,
    )


def _number(properties: Mapping[str, Any], names: Iterable[str]) -> float | None:
    return next((float(properties[name]) for name in names if isinstance(properties.get(name), int | float)), None)


def _plain(value: Any) -> Any:
    """What a DataValue holds; None when it is bad."""
    return None if value.Value is None or (value.StatusCode and value.StatusCode.is_bad()) else value.Value.Value


def _batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(things)
    while batch := list(islice(rest, _BATCH)):
        yield batch
