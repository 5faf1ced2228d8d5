"""Tables for people and JSON for programs. What was not scored is NaN inside, "-" in a table, null in JSON."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from retrieval.errors import BadSetting

_MANY = 8  # ways of searching from which slices show the fused one alone


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
    """One row a way of searching, recall with its interval; per language and pair of languages where there are more."""
    sizes = ", ".join(f"{content[what]} {what}" for what in ("queries", "documents", "passages"))
    table = Table(title=f"{content['dataset']['name']}: {sizes}", caption="[95 % interval by bootstrap]")
    columns = list(content["fused"])
    table.add_column("search")
    for column in columns:
        table.add_column(column, justify="right")
    groups = {"": (content, content["intervals"]["all"])}
    for name in ("language", "pair", "kind"):
        slices = content.get(f"by_{name}", {})
        told = name == "pair" and all(value == "-".join([value[:2]] * 2) for value in slices)  # the languages say it
        if len(slices) > 1 and not told:
            bounds = content["intervals"][f"by_{name}"]
            groups |= {value: (scores, bounds[value]) for value, scores in slices.items()}
    for value, (scores, bounds) in groups.items():
        for way in content["ways"] if not value or len(content["ways"]) < _MANY else ("fused",):
            cells = (_with_bounds(column, scores[way][column], bounds[way].get(column)) for column in columns)
            table.add_row(f"{way} {value}".strip(), *cells)
        table.add_section()
    return table


def _with_bounds(column: str, value: float, bounds: Sequence[float] | None) -> str:
    if bounds is None or math.isnan(value):
        return _cell(value, 1 if "latency" in column else 3)
    return f"{_cell(value)} [{_cell(bounds[0], 2)} {_cell(bounds[1], 2)}]"


def answers_table(summary: Mapping[str, Any], title: str) -> Table:
    """One row a kind and a language: the mean of each metric with how many were scored."""
    table = Table(title=title, caption="mean [95 % interval] (scored); - = nothing to score")
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
            *(_spread(one) for one in scores),
            *(_cell(seconds, 2) for seconds in latency),
            str(group["failed"]),
        )
    return table


def _spread(one: Mapping[str, Any]) -> str:
    """``.812 [.74 .88] (57)``; "-" where nothing was scored."""
    if not one["scored"]:
        return "-"
    bounds = f" [{_cell(one['low'], 2)} {_cell(one['high'], 2)}]" if "low" in one else ""
    return f"{_cell(one['mean'])}{bounds} ({one['scored']})"


def modes_line(summary: Mapping[str, Any]) -> str:
    """``modes: generated 30, extractive 10; statuses: ...; failed steps: ...``"""
    parts = (
        f"{name.replace('_', ' ')}: " + ", ".join(f"{key} {count}" for key, count in summary["all"][name].items())
        for name in ("modes", "statuses", "failed_steps")
        if summary["all"][name]
    )
    return "; ".join(parts)
