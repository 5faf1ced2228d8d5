"""What the passages of every drawing share, stated or traced: words for roles, directions, isolation and counts."""

from collections.abc import Callable, Iterable, Iterator

from retrieval.graph import Isolation, IsolationPoint, PlantGraph
from retrieval.models import Item
from retrieval.pid_words import NORMALLY, class_words, class_zh, shown

ROLES = {
    "equipment": "equipment 设备",
    "block_valve": "block valve 截断阀",
    "control_valve": "control valve 调节阀",
    "relief_valve": "relief valve 安全阀",
    "check_valve": "check valve 止回阀",
    "instrument": "instrument 仪表",
    "off_page": "off-page connector 跨页连接",
}
_TOLD_BY_CLASS = ("equipment", "block_valve")  # whose class says it
_AROUND = (("upstream", "upstream 上游"), ("downstream", "downstream 下游"), ("either", "joined to 相连"))
_COUNTED = (
    ("block valves", "block_valve"),
    ("control valves", "control_valve"),
    ("check valves", "check_valve"),
    ("relief valves", "relief_valve"),
    ("instruments", "instrument"),
)


def kind(item: Item, *, exact: bool) -> Iterator[str]:
    """Class, role and usual position in both languages; ``exact``: the file states the class, so it is named."""
    chinese = class_zh(item.item_class)
    if item.role not in ("instrument", "off_page"):
        stated = item.item_class if exact else ""
        yield " ".join(part for part in (stated, class_words(item.item_class), chinese) if part)
    role = "" if item.role in _TOLD_BY_CLASS else ROLES.get(item.role, "")
    if role and not (chinese and chinese in role):
        yield role
    if item.normally:
        yield NORMALLY[item.normally]


def around(item: Item, graph: PlantGraph) -> Iterator[str]:
    """What lies next to it, a statement a direction."""
    near = graph.neighbours(item.tag)
    for direction, label in _AROUND:
        tags = [shown(one.tag) for one in near if one.direction == direction]
        if tags:
            yield f"{label}: {', '.join(tags)}"


def isolation(found: Isolation, point: Callable[[IsolationPoint], str]) -> list[str]:
    """The valves that isolate it, its drains, and what nothing shuts off."""
    groups = (
        ("isolation valves 隔离阀", [point(one) for one in found.close]),
        ("drain valves 排净阀", [point(one) for one in found.drains]),
        ("open ends without a block valve 无截止阀的开口端", [shown(tag) for tag in found.open_ends]),
        (
            "no block valve towards 无截止阀隔断",
            [shown(end.tag) for end in found.not_isolable if end.why != "no_process_lines"],
        ),
    )
    return [f"{label}: {', '.join(texts)}" for label, texts in groups if texts]


def inventory(named: Iterable[Item], items: Iterable[Item], called: Callable[[str], str]) -> Iterator[str]:
    """Equipment and connectors of a sheet by name, and how many of the rest."""
    listed, roles = list(named), [item.role for item in items]
    for role, label in (("equipment", "Equipment 设备"), ("off_page", "Off-page connectors 跨页连接")):
        found = [called(item.tag) for item in listed if item.role == role]
        if found:
            yield f"{label}: {', '.join(found)}."
    counts = [f"{roles.count(role)} {word}" for word, role in _COUNTED if role in roles]
    if counts:
        yield f"On it: {', '.join(counts)}."
