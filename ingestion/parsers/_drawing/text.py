"""The passages of a traced drawing, in the words of those of a stated one, with where they come from."""

from collections.abc import Iterable, Sequence

from ingestion.parsers import _sheet_text as words
from retrieval.graph import IsolationPoint, PlantGraph
from retrieval.models import Connection, Item
from retrieval.pid_words import shown

_TRACED = "Traced from the lines of the drawing; check it there 按图线推断，请核对原图."
_ALONE = "No line could be traced to it 未能追踪到与其相连的管线."


def item_text(item: Item, written: str, graph: PlantGraph) -> list[str]:
    """One item, a span a statement. ``written`` is what the sheet writes behind its tag."""
    around = graph.neighbours(item.tag)
    line = next((one.line for one in around if one.line), "") if item.role != "equipment" else ""
    parts = [f"{shown(item.tag)} ({', '.join(words.kind(item, exact=False))})" + (f" {written}" if written else "")]
    signals = [one.tag for one in around if one.direction == "signal" and not _is_branch(graph, one.tag)]
    if line:
        parts[0] += f" on line {line}"
    if item.role == "instrument" and signals:
        parts[0] += " on " + ", ".join(shown(tag) for tag in signals)
    if item.role == "equipment" and around:
        parts += words.isolation(graph.isolation(item.tag), _point)
    parts += words.around(item, graph)
    if item.role != "instrument" and signals:
        parts.append("instruments 仪表: " + ", ".join(signals))
    same = [other.tag for other in graph.items.values() if item.loop and other.loop == item.loop]
    if len(same) > 1:
        parts.append(f"loop 回路 {item.loop}: {', '.join(same)}")
    return [*(f"{part}." for part in parts), _TRACED if around else _ALONE]


def _is_branch(graph: PlantGraph, tag: str) -> bool:
    return graph.items[tag].item_class == "PipeTee"


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
    return [*texts, *words.inventory(items, items, str)]
