"""The passages of a P&ID: what the sheet shows of an item, in words of both languages, so that either finds it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from retrieval.graph import Isolation, IsolationPoint, PlantGraph
from retrieval.models import Item
from retrieval.pid_words import NORMALLY, class_words, class_zh, service_zh, shown
from retrieval.proteus import Sheet

_ROLES = {
    "control_valve": "control valve 调节阀",
    "relief_valve": "relief valve 安全阀",
    "check_valve": "check valve 止回阀",
    "instrument": "instrument 仪表",
    "off_page": "off-page connector 跨页连接",
}
_AROUND = (("upstream", "upstream 上游"), ("downstream", "downstream 下游"), ("either", "joined to 相连"))


class Named(NamedTuple):
    """What the file says of an item beside its class."""

    name: str
    name_zh: str
    serves: str


def isolated_by(items: Iterable[Item], graph: PlantGraph) -> dict[str, list[str]]:
    """The equipment that each block valve isolates, by the valve's tag."""
    found: dict[str, list[str]] = {}
    for item in items:
        if item.role == "equipment":
            for point in graph.isolation(item.tag).close:
                found.setdefault(point.tag, []).append(item.tag)
    return found


def item_text(item: Item, names: Mapping[str, Named], graph: PlantGraph, isolates: Sequence[str] = ()) -> list[str]:
    """One item, a span a statement: what it is and on which line, for equipment the valves that isolate it, what is
    next to it, its instruments. ``isolates`` is the equipment that a valve is closed for."""
    parts = [f"{_called(item.tag, names)} ({', '.join(_kind(item))}){_on_line(item, graph)}"]
    named = names.get(item.tag, Named("", "", ""))
    if named.serves:
        parts[0] += f"; serves {_called(named.serves, names)}"
    if isolates:
        parts.append(f"closed to isolate 隔离时关闭: {', '.join(isolates)}")
    if item.role == "equipment":
        parts += _isolation(graph.isolation(item.tag))
    around = graph.neighbours(item.tag)
    for direction, label in _AROUND:
        tags = [shown(one.tag) for one in around if one.direction == direction]
        if tags:
            parts.append(f"{label}: {', '.join(tags)}")
    signals = [one.tag for one in around if one.direction == "signal"]
    if item.role == "instrument" and signals:
        parts[0] += " on " + ", ".join(_called(tag, names) for tag in signals)
    elif signals:
        parts.append("instruments 仪表: " + ", ".join(signals))
    return [f"{part}." for part in parts]


def _isolation(found: Isolation) -> list[str]:
    groups = [
        ("isolation valves 隔离阀", [_point(point) for point in found.close]),
        ("drain valves 排净阀", [_point(point) for point in found.drains]),
        ("open ends without a block valve 无截止阀的开口端", [shown(tag) for tag in found.open_ends]),
        (
            "no block valve towards 无截止阀隔断",
            [shown(end.tag) for end in found.not_isolable if end.why != "no_process_lines"],
        ),
    ]
    return [f"{label}: {', '.join(texts)}" for label, texts in groups if texts]


def sheet_text(sheet: Sheet, items: Sequence[Item], names: Mapping[str, Named]) -> list[str]:
    """The sheet as a whole: its head, then its equipment, connectors and loops, a span each."""
    dated = f", {sheet.date}" if sheet.date else ""
    texts = [f"P&ID 管道仪表图 {sheet.number} {sheet.title}, revision {sheet.revision}{dated}."]
    for label, role in (("Equipment 设备", "equipment"), ("Off-page connectors 跨页连接", "off_page")):
        found = [_called(item.tag, names) for item in items if item.role == role]
        if found:
            texts.append(f"{label}: {', '.join(found)}.")
    counts = [
        (word, sum(item.role == role for item in items))
        for word, role in (
            ("block valves", "block_valve"),
            ("control valves", "control_valve"),
            ("check valves", "check_valve"),
            ("relief valves", "relief_valve"),
            ("instruments", "instrument"),
        )
    ]
    texts.append("On it: " + ", ".join(f"{count} {word}" for word, count in counts if count) + ".")
    return texts


def _kind(item: Item) -> Iterable[str]:
    chinese = class_zh(item.item_class)
    if item.role not in ("instrument", "off_page"):
        yield " ".join(part for part in (item.item_class, class_words(item.item_class), chinese) if part)
    role = _ROLES.get(item.role, "")
    if role and not (chinese and chinese in role):
        yield role
    if item.normally:
        yield NORMALLY[item.normally]


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
