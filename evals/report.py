"""Tables for people and JSON for programs. What was not scored is NaN inside, "-" in a table, null in JSON."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from retrieval.errors import BadSetting


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest rank: the smallest value that ``percent`` % of all do not exceed. NaN of nothing."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Raises ``BadSetting`` where the file can't be written."""
    text = json.dumps(_plain(content), ensure_ascii=False, allow_nan=False, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BadSetting(f"{path}: {error.strerror}; give --json a file that can be written") from None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _cell(value: float, digits: int = 3) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def retrieval_table(content: Mapping[str, Any]) -> Table:
    """One row a way of searching; per language too where there is more than one."""
    sizes = ", ".join(f"{content[what]} {what}" for what in ("queries", "documents", "passages"))
    table = Table(title=f"{content['dataset']['name']}: {sizes}")
    ways = ("fused", *content["settings"]["legs"])
    columns = list(content["fused"])
    table.add_column("search")
    for column in columns:
        table.add_column(column, justify="right")
    groups = {"": content, **(content["by_language"] if len(content["by_language"]) > 1 else {})}
    for language, scores in groups.items():
        for way in ways:
            cells = [_cell(scores[way][column], 1 if "latency" in column else 3) for column in columns]
            table.add_row(f"{way} {language}".strip(), *cells)
        table.add_section()
    return table


def answers_table(summary: Mapping[str, Any], title: str) -> Table:
    """One row a kind and a language: the mean of each metric with how many were scored."""
    table = Table(title=title, caption="mean (scored); - = nothing to score")
    names = list(summary["all"]["metrics"])
    for column in ("questions", *names, "p50 s", "p99 s", "failed"):
        table.add_column(column.replace("_", " "), justify="left" if column == "questions" else "right")
    groups = [("all", summary["all"])]
    groups += [(f"kind {name}", group) for name, group in summary["by_kind"].items()]
    groups += [(f"language {name}", group) for name, group in summary["by_language"].items()]
    section = "all"
    for name, group in groups:
        if name.split()[0] != section:
            section = name.split()[0]
            table.add_section()
        scores = [group["metrics"][metric] for metric in names]
        latency = [group["latency_ms"][p] / 1000 for p in ("p50", "p99")]
        table.add_row(
            f"{name} ({group['questions']})",
            *(f"{_cell(s['mean'])} ({s['scored']})" if s["scored"] else "-" for s in scores),
            *(_cell(seconds, 2) for seconds in latency),
            str(group["failed"]),
        )
    return table


def modes_line(summary: Mapping[str, Any]) -> str:
    """``modes: generated 30, extractive 10; statuses: ...``"""
    parts = (
        f"{name}: " + ", ".join(f"{key} {count}" for key, count in summary["all"][name].items())
        for name in ("modes", "statuses")
        if summary["all"][name]
    )
    return "; ".join(parts)
