"""The passages of a P&ID: what the sheet shows of an item, in words of both languages, so that either finds it."""

from collections.abc import Iterable, Mapping, Sequence

from ingestion.parsers import _sheet_text as words
from retrieval.graph import IsolationPoint, PlantGraph
from retrieval.models import Item
from retrieval.pid_words import service_zh, shown
from retrieval.proteus.lines import Line, Specification
from retrieval.proteus.names import Named
from retrieval.proteus.read import Drawing


def isolated_by(items: Iterable[Item], graph: PlantGraph) -> dict[str, list[str]]:
    """The equipment that each block valve isolates, by the valve's tag."""
    found: dict[str, list[str]] = {}
    for item in items:
        if item.role == "equipment":
            for point in graph.isolation(item.tag).close:
                found.setdefault(point.tag, []).append(item.tag)
    return found


def item_text(item: Item, drawing: Drawing, graph: PlantGraph, isolates: Sequence[str] = ()) -> list[str]:
    """One item, a span a statement: what it is and on which line, for equipment the valves that isolate it, what is
    next to it, its instruments, nozzles and design data. ``isolates`` is the equipment that a valve is closed for."""
    names = drawing.names
    parts = [f"{_called(item.tag, names)} ({', '.join(words.kind(item, exact=True))}){_on_line(item, graph)}"]
    named = names.get(item.tag, Named("", "", ""))
    if named.serves:
        parts[0] += f"; serves {_called(named.serves, names)}"
    if item.refers_to:
        parts[0] += f"; continues on 接续 {item.refers_to}"
    if isolates:
        parts.append(f"closed to isolate 隔离时关闭: {', '.join(shown(tag) for tag in isolates)}")
    if item.role == "equipment":
        parts += words.isolation(graph.isolation(item.tag), _point)
    parts += words.around(item, graph)
    signals = [one.tag for one in graph.neighbours(item.tag) if one.direction == "signal"]
    if item.role == "instrument" and signals:
        parts[0] += " on " + ", ".join(_called(tag, names) for tag in signals)
    elif signals:
        parts.append("instruments 仪表: " + ", ".join(signals))
    if item.loop and item.loop != item.tag:
        parts.append(f"loop 回路 {item.loop}: {', '.join(drawing.loops[item.loop])}")
    parts += _nozzles(item, drawing)
    parts += drawing.data.get(item.tag, ())
    return [f"{part}." for part in parts]


def _nozzles(item: Item, drawing: Drawing) -> list[str]:
    """Each nozzle with the line that is joined to it, or that nothing is."""
    told = []
    for nozzle in drawing.nozzles.get(item.tag, ()):
        line = drawing.ports.get((item.tag, nozzle), "")
        bare = "not connected 未连接" if nozzle in drawing.open_nozzles.get(item.tag, ()) else ""
        told.append(" ".join(part for part in (nozzle, f"({line or bare})" if line or bare else "") if part))
    return ["nozzles 管口: " + ", ".join(told)] if told else []


def line_text(line: Line, drawing: Drawing) -> list[str]:
    """A line number: what the drawing states of it, and what it joins in the direction of flow."""
    texts = [f"Line 管线 {line.number}: {'; or '.join(_specified(one) for one in line.said)}".rstrip(": ")]
    for chain in line.chains:
        joined = [_called(tag, drawing.names) for tag in chain]
        if len(joined) > 1:
            texts.append(f"from 从 {joined[0]} to 至 {joined[-1]}" + _by_way_of(joined[1:-1]))
    return [f"{text}." for text in texts]


def _by_way_of(tags: Sequence[str]) -> str:
    return f" through 经 {', '.join(tags)}" if tags else ""


def _specified(said: Specification) -> str:
    pairs = (
        ("fluid 介质", said.fluid),
        ("nominal diameter 公称直径", said.diameter),
        ("pipe class 管道等级", said.pipe_class),
        ("insulation 保温", said.insulation),
        ("heat tracing 伴热", "" if said.tracing.startswith("No") else said.tracing),
        ("service 用途", f"{said.service} {service_zh(said.service)}".strip()),
    )
    return ", ".join(f"{label} {value}" for label, value in pairs if value)


def sheet_text(drawing: Drawing, items: Sequence[Item]) -> list[str]:
    """The sheet as a whole: its head, then its equipment, connectors and loops, a span each."""
    sheet, names = drawing.sheet, drawing.names
    dated = f", {sheet.date}" if sheet.date else ""
    texts = [f"P&ID 管道仪表图 {sheet.number} {sheet.title}, revision {sheet.revision}{dated}."]
    return [*texts, *words.inventory(items, drawing.items.values(), lambda tag: _called(tag, names))]


def _on_line(item: Item, graph: PlantGraph) -> str:
    if item.role == "equipment":
        return ""
    near = next((one for one in graph.neighbours(item.tag) if one.line), None)
    if near is None:
        return ""
    chinese = service_zh(near.service)
    service = f"the {near.service} line {chinese}{'管线 ' if chinese else ''}" if near.service else "line "
    return f" on {service}{near.line}"


def _point(point: IsolationPoint) -> str:
    return f"{shown(point.tag)} ({point.service} {service_zh(point.service)})".replace(" )", ")").replace(" ()", "")


def _called(tag: str, names: Mapping[str, Named]) -> str:
    named = names.get(tag, Named("", "", ""))
    return " ".join(part for part in (shown(tag), named.name, named.name_zh) if part)
