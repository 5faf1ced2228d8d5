"""The passages of a traced drawing, in the words of those of a stated one, with where they come from."""

from collections.abc import Iterable, Iterator, Sequence

from retrieval.graph import Isolation, IsolationPoint, PlantGraph
from retrieval.models import Connection, Item
from retrieval.pid_words import NORMALLY, class_words, class_zh, shown

_ROLES = {
    "control_valve": "control valve 调节阀",
    "relief_valve": "relief valve 安全阀",
    "check_valve": "check valve 止回阀",
    "instrument": "instrument 仪表",
    "off_page": "off-page connector 跨页连接",
}
_AROUND = (("upstream", "upstream 上游"), ("downstream", "downstream 下游"), ("either", "joined to 相连"))
_TRACED = "Traced from the lines of the drawing; check it there 按图线推断，请核对原图."
_ALONE = "No line could be traced to it 未能追踪到与其相连的管线."


def item_text(item: Item, words: str, graph: PlantGraph) -> list[str]:
    """One item, a span a statement. ``words`` is what the sheet writes behind its tag."""
    around = graph.neighbours(item.tag)
    line = next((one.line for one in around if one.line), "") if item.role != "equipment" else ""
    parts = [f"{shown(item.tag)} ({', '.join(_kind(item))})" + (f" {words}" if words else "")]
    signals = [one.tag for one in around if one.direction == "signal" and not _is_branch(graph, one.tag)]
    if line:
        parts[0] += f" on line {line}"
    if item.role == "instrument" and signals:
        parts[0] += " on " + ", ".join(shown(tag) for tag in signals)
    if item.role == "equipment" and around:
        parts += _isolation(graph.isolation(item.tag))
    for direction, label in _AROUND:
        tags = [shown(one.tag) for one in around if one.direction == direction]
        if tags:
            parts.append(f"{label}: {', '.join(tags)}")
    if item.role != "instrument" and signals:
        parts.append("instruments 仪表: " + ", ".join(signals))
    same = [other.tag for other in graph.items.values() if item.loop and other.loop == item.loop]
    if len(same) > 1:
        parts.append(f"loop 回路 {item.loop}: {', '.join(same)}")
    return [*(f"{part}." for part in parts), _TRACED if around else _ALONE]


def _is_branch(graph: PlantGraph, tag: str) -> bool:
    return graph.items[tag].item_class == "PipeTee"


def _kind(item: Item) -> Iterator[str]:
    chinese = class_zh(item.item_class)
    if item.role not in ("instrument", "off_page"):
        yield " ".join(part for part in (class_words(item.item_class), chinese) if part)
    role = _ROLES.get(item.role, "")
    if role and not (chinese and chinese in role):
        yield role
    if item.normally:
        yield NORMALLY[item.normally]


def _isolation(found: Isolation) -> list[str]:
    groups = (
        ("isolation valves 隔离阀", [_point(point) for point in found.close]),
        ("drain valves 排净阀", [_point(point) for point in found.drains]),
        ("open ends without a block valve 无截止阀的开口端", [shown(tag) for tag in found.open_ends]),
        (
            "no block valve towards 无截止阀隔断",
            [shown(end.tag) for end in found.not_isolable if end.why != "no_process_lines"],
        ),
    )
    return [f"{label}: {', '.join(texts)}" for label, texts in groups if texts]


def _point(point: IsolationPoint) -> str:
    return f"{shown(point.tag)} ({point.line})" if point.line else shown(point.tag)


def line_text(line: str, connections: Iterable[Connection]) -> str:
    """A line number and what was traced on it."""
    joined = [tag for one in connections if one.line == line for tag in (one.source, one.target)]
    tags = [shown(tag) for tag in dict.fromkeys(joined) if ":tee " not in tag]
    return f"Line 管线 {line}" + (f": {', '.join(tags)}." if tags else ".")


def sheet_text(number: str, title: str, revision: str, date: str | None, items: Sequence[Item]) -> list[str]:
    """The sheet as a whole: its head, its equipment and connectors, how many of the rest."""
    head = f"P&ID 管道仪表图 {number}"
    head += f" {title}" if title and title != number else ""
    texts = [head + (f", revision {revision}" if revision else "") + (f", {date}" if date else "") + "."]
    for label, role in (("Equipment 设备", "equipment"), ("Off-page connectors 跨页连接", "off_page")):
        found = [item.tag for item in items if item.role == role]
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
    if any(count for _, count in counts):
        texts.append("On it: " + ", ".join(f"{count} {word}" for word, count in counts if count) + ".")
    return texts
