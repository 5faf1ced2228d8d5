"""What the report of either suite shows: how the run was made, slices with intervals, latencies."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.bootstrap import intervals
from evals.html.page import card, grid, heading, table
from evals.html.plots import Dot, dots, lines
from evals.runs import Row, Run

_SLICES = ("kind", "language", "pair")
_PACKAGES = ("qdrant-edge-py", "qdrant-client", "torch", "sentence-transformers", "llama-index-core", "ragas", "numpy")


def made(runs: Sequence[Run]) -> str:
    """How each run was made."""
    facts = [_facts(run) for run in runs]
    names = list(dict.fromkeys(name for one in facts for name in one))
    rows = [[name, *(one.get(name, "–") for one in facts)] for name in names]
    return heading("How it was made") + card("", table(["", *(run.title for run in runs)], rows, numbers_from=99))


def _facts(run: Run) -> dict[str, str]:
    content = run.content
    record = content.get("run") or {}
    revision, machine = record.get("revision") or {}, record.get("machine") or {}
    packages = record.get("packages") or {}
    commit = str(revision.get("commit") or "unknown")[:12] + (", with changes" if revision.get("dirty") else "")
    facts = {
        "data": f"{content['dataset']['name']}, sha256 {str(content['dataset']['sha256'])[:12]}",
        "split": str(content["dataset"].get("split") or "all"),
        "questions": str(len(run.rows)),
        "command": str(record.get("command", "–")),
        "started": f"{record['started']}, took {record['duration_seconds']:.1f} s" if record else "–",
        "revision": commit,
        "machine": f"{machine.get('cpu', '–')}, {machine.get('cores', '–')} cores, {machine.get('memory_gb', '–')} GB",
        "packages": ", ".join(f"{name} {packages[name]}" for name in _PACKAGES if name in packages),
        **{name: str(content[name]) for name in ("target", "documents", "passages") if name in content},
    }
    if models := content.get("models"):
        facts["models"] = ", ".join(models)
    settings = content.get("settings") or {}
    if settings:
        facts["legs"] = "; ".join(f"{name}: {identity}" for name, identity in settings["legs"].items())
        facts["weights"] = "; ".join(f"{pair} {_weights(legs)}" for pair, legs in settings["weights"].items())
        facts["fusion"] = f"RRF, k = {settings['rrf_k']}, {settings['candidates']} candidates a leg"
    return facts


def _weights(legs: Mapping[str, float]) -> str:
    return ", ".join(f"{leg} {weight:g}" for leg, weight in legs.items())


def slices(runs: Sequence[Run], metrics: Mapping[str, Callable[[Row], float]], note: str = "") -> str:
    """A plot for each metric: each kind, language and pair of languages, a dot with its interval for each run."""
    names = [f"{name} {value}" for name in _SLICES for value in _values(runs, name)]
    cards = []
    for metric, value_of in metrics.items():
        rows = {"all": [_dot(run.rows, value_of) for run in runs]}
        for name in names:
            kind, _, value = name.partition(" ")
            rows[name] = [_dot([row for row in run.rows if row.slices.get(kind) == value], value_of) for run in runs]
        shown = {name: cells for name, cells in rows.items() if any(cell and cell.scored for cell in cells)}
        if shown:
            cards.append(card(metric, dots(shown, [run.title for run in runs], label=f"mean {metric}, 95 % interval")))
    return heading("By kind and language", note or "On the right: questions scored.") + grid(*cards)


def _values(runs: Sequence[Run], name: str) -> list[str]:
    values = sorted({row.slices[name] for run in runs for row in run.rows if name in row.slices})
    said = name == "pair" and all(len(set(value.split("-"))) == 1 for value in values)  # the languages say it already
    return [] if said else values


def _dot(rows: Sequence[Row], value_of: Callable[[Row], float]) -> Dot | None:
    if not rows:
        return None
    found = intervals({"": [value_of(row) for row in rows]}, [row.cluster for row in rows])[""]
    return Dot(found.mean, found.low, found.high, found.scored)


def latencies(times: Mapping[str, Sequence[float]]) -> str:
    """The share of questions that were done after so many milliseconds."""
    series = {
        name: [(time, (rank + 1) / len(values)) for rank, time in enumerate(sorted(values))]
        for name, values in times.items()
        if values
    }
    return card(
        "Latency",
        lines(series, x_label="milliseconds, log", y_label="share of questions done", log=True),
        note="Measured one question after the other, on the machine and under the load of the run.",
    )


def of_metric(name: str) -> Callable[[Row], float]:
    def value(row: Row) -> float:
        return row.scores.get(name, math.nan)

    return value


def spread_of(rows: Sequence[Row], columns: Mapping[str, Callable[[Row], float]]) -> dict[str, Any]:
    """The interval of each column over these rows."""
    found = {name: [value_of(row) for row in rows] for name, value_of in columns.items()}
    return dict(intervals(found, [row.cluster for row in rows]))
