"""The plant graph's answers as sentences, in English and Chinese. Every word can be found on the sheet's passages."""

from collections.abc import Iterable, Sequence

from retrieval.graph import Isolation, IsolationPoint, Neighbour, Route
from retrieval.models import Item, Language
from retrieval.pid_words import class_words, class_zh, service_zh, shown

DISCLAIMER: dict[Language, str] = {
    "en": "Verify in the field; this is not a permit to work.",
    "zh": "请在现场核实；本信息不构成作业许可。",
}
_DIRECTIONS = {
    "upstream": ("Upstream of", "上游"),
    "downstream": ("Downstream of", "下游"),
    "either": ("Joined to", "相连"),
    "signal": ("Instruments on", "仪表"),
}


def kind(item: Item, language: Language) -> str:
    """``gate valve`` or ``闸阀``."""
    return (class_zh(item.item_class) if language == "zh" else "") or class_words(item.item_class)


def isolation(found: Isolation, language: Language) -> str:
    """The whole boundary in one sentence."""
    points = [_with_service(point, language) for point in found.close]
    if not points:
        return (
            f"图纸上没有可用于隔离 {found.target} 的手动阀。"
            if language == "zh"
            else f"The drawing shows no manual valve that isolates {shown(found.target)}."
        )
    if language == "zh":
        return f"要隔离 {shown(found.target)}，请关闭 {_list(points, language)}。"
    return f"To isolate {shown(found.target)}, close {_list(points, language)}."


def close_point(point: IsolationPoint, item: Item, language: Language) -> str:
    if language == "zh":
        return f"关闭 {shown(point.tag)}（{kind(item, language)}，位于{_line(point, language)}）。"
    return f"Close {shown(point.tag)}, {kind(item, language)}, on {_line(point, language)}."


def drain_point(point: IsolationPoint, item: Item, language: Language) -> str:
    if language == "zh":
        return f"排净或放空：{shown(point.tag)}（{kind(item, language)}，位于{_line(point, language)}）。"
    return f"Drain or vent: {shown(point.tag)}, {kind(item, language)}, on {_line(point, language)}."


def warnings(found: Isolation, language: Language) -> list[str]:
    """What the valves leave open: said whether or not anyone asks."""
    target, out = shown(found.target), []
    for end in found.not_isolable:
        if end.why == "no_process_lines":
            out.append(
                f"图纸上 {target} 没有工艺管线。"
                if language == "zh"
                else f"The drawing shows no process line at {target}."
            )
        elif language == "zh":
            out.append(f"{target} 与 {shown(end.tag)} 之间没有截止阀，无法就地隔断{_on(end.line, language)}。")
        else:
            out.append(f"There is no block valve between {target} and {shown(end.tag)}{_on(end.line, language)}.")
    if found.open_ends:
        ends = _list([shown(tag) for tag in found.open_ends], language)
        out.append(
            f"{target} 经无截止阀的管路通向开口端 {ends}。"
            if language == "zh"
            else f"{target} stays open to {ends} without a block valve."
        )
    return out


def neighbours(tag: str, found: Sequence[Neighbour], language: Language) -> list[str]:
    out = []
    for direction, (english, chinese) in _DIRECTIONS.items():
        tags = [shown(one.tag) for one in found if one.direction == direction]
        if tags and language == "zh":
            out.append(f"{shown(tag)} 的{chinese}：{_list(tags, language)}。")
        elif tags:
            out.append(f"{english} {shown(tag)}: {_list(tags, language)}.")
    return out


def route(query: str, found: Route, language: Language) -> str:
    first, last, between = shown(found.tags[0]), shown(found.tags[-1]), [shown(tag) for tag in found.tags[1:-1]]
    if language == "zh":
        via = f"，途经 {_list(between, language)}" if between else ""
        return {"path": f"{first} 与 {last} 相通{via}。", "upstream": f"{first} 的上游是 {last}{via}。"}.get(
            query, f"{first} 的下游是 {last}{via}。"
        )
    via = f" through {_list(between, language)}" if between else ""
    if query == "path":
        return f"{first} is connected to {last}{via}."
    return f"{query.capitalize()} of {first} is {last}{via}."


def nothing(query: str, tag: str, language: Language) -> str:
    if language == "zh":
        what = {"path": "通路", "upstream": "上游设备", "downstream": "下游设备"}.get(query, "相邻设备")
        return f"图纸上没有找到 {shown(tag)} 的{what}。"
    return f"The drawings show no {query} for {shown(tag)}."


def _with_service(point: IsolationPoint, language: Language) -> str:
    service = (service_zh(point.service) if language == "zh" else "") or point.service
    if not service:
        return shown(point.tag)
    return f"{shown(point.tag)}（{service}）" if language == "zh" else f"{shown(point.tag)} ({service})"


def _line(point: IsolationPoint, language: Language) -> str:
    if language == "zh":
        return f"{service_zh(point.service) or point.service}管线 {point.line}"
    return f"the {point.service} line {point.line}" if point.service else f"line {point.line}"


def _on(line: str, language: Language) -> str:
    if not line:
        return ""
    return f"（管线 {line}）" if language == "zh" else f" on line {line}"


def _list(parts: Iterable[str], language: Language) -> str:
    parts = list(parts)
    if language == "zh":
        return "、".join(parts)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
