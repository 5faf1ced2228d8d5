"""Settings by values: each combination's scores, from one encoding and one search of each leg.

The grid is TOML: ``rrf_k = [5, 10, 60]``, ``candidates = [40, 80]``, ``[weights.zh-en]`` with ``gloss = [0.5, 1, 2]``.
``[code_weights.zh-en]`` likewise: of questions that name something by its code.
"""

import tomllib
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table

from evals.bootstrap import intervals, paired
from evals.jsonl import read_text
from evals.ranking import Ranking, Sought, score
from retrieval.errors import BadDocument, BadSetting
from retrieval.settings import RetrievalSettings

MOST_COMBINATIONS = 400  # all are resampled at once: about 200 MB
_ALONE = ("rrf_k", "candidates")
_TABLES = ("weights", "code_weights")
_GRID = "name rrf_k, candidates, [weights.zh-en] or [code_weights.zh-en] with lists of values"
_SHOWN = 20  # combinations in the table


class Tried(NamedTuple):
    """One combination: ``values`` by name ("rrf_k", "weights.zh-en.gloss") and what was found with it."""

    values: dict[str, float]
    settings: RetrievalSettings
    rankings: Sequence[Ranking]


def load_grid(path: Path) -> dict[str, list[float]]:
    """Values by name. Raises ``BadDocument``."""
    try:
        table = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BadDocument(str(path), f"not valid TOML: {error}") from None
    grid = {name: table.pop(name) for name in _ALONE if name in table}
    for name in _TABLES:
        pairs = table.pop(name, {})
        if not isinstance(pairs, dict) or not all(isinstance(legs, dict) for legs in pairs.values()):
            remedy = f"write [{name}.zh-en], then gloss = [1, 2]"
            raise BadDocument(str(path), f"{name}: tables are needed", remedy=remedy)
        grid |= {f"{name}.{pair}.{leg}": values for pair, legs in pairs.items() for leg, values in legs.items()}
    if table or not grid:
        extra = f"{', '.join(table)} can't be swept" if table else "nothing to sweep"
        raise BadDocument(
            str(path),
            extra,
            remedy="name rrf_k, candidates, [weights.zh-en] or [code_weights.zh-en] with lists of values",
        )
    for name, values in grid.items():
        if not isinstance(values, list) or not values or not all(_is_number(value) for value in values):
            raise BadDocument(str(path), f"{name}: a list of numbers is needed", remedy="write it like [0.5, 1, 2]")
    if (count := prod(map(len, grid.values()))) > MOST_COMBINATIONS:
        raise BadDocument(str(path), f"{count} combinations; at most {MOST_COMBINATIONS}", remedy="leave some out")
    return grid


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def combinations(grid: Mapping[str, Sequence[float]], base: RetrievalSettings) -> list[Tried]:
    """Every combination, without what it finds; the settings as they are come first. Raises ``BadSetting``."""
    found = [Tried({name: _value(base, name) for name in grid}, base, ())]
    for chosen in product(*grid.values()):
        values = dict(zip(grid, chosen, strict=True))
        if values != found[0].values:
            found.append(Tried(values, _settings(base, values), ()))
    return found


def _value(settings: RetrievalSettings, name: str) -> float:
    if name in _ALONE:
        return float(getattr(settings, name))
    table, pair, leg = name.split(".", 2)
    return float(getattr(settings, table).get(pair, {}).get(leg, 1.0))


def _settings(base: RetrievalSettings, values: Mapping[str, float]) -> RetrievalSettings:
    changed = base.model_dump()  # tables of its own
    for name, value in values.items():
        if name in _ALONE:
            changed[name] = int(value)
        else:
            table, pair, leg = name.split(".", 2)
            changed[table].setdefault(pair, {})[leg] = value
    return RetrievalSettings.parse("retrieval", changed)


def measured(tried: Sequence[Tried], questions: Sequence[Sought], metric: str) -> dict[str, Any]:
    """``{metric, settings_as_they_are: {...}, best: {...}, tried: [{values, scores: {metric: {mean, low, high}},
    gain: {difference, low, high, p_better, ...}}]}``, best first. Raises ``BadSetting`` for an unknown metric."""
    clusters = [question.cluster for question in questions]
    columns = [_columns(one, questions) for one in tried]
    if metric not in columns[0]:
        raise BadSetting(f'--metric "{metric}" is unknown; choose from {", ".join(columns[0])}')
    own = columns[0][metric]
    gains = paired(
        {str(i): own for i in range(len(tried))}, {str(i): c[metric] for i, c in enumerate(columns)}, clusters
    )
    named = {f"{i} {name}": values for i, column in enumerate(columns) for name, values in column.items()}
    found = intervals(named, clusters)
    rows: list[dict[str, Any]] = []
    for i, (one, column) in enumerate(zip(tried, columns, strict=True)):
        bounds = {name: found[f"{i} {name}"] for name in column}
        scores = {name: {"mean": b.mean, "low": b.low, "high": b.high} for name, b in bounds.items()}
        rows.append({"values": one.values, "scores": scores, "gain": gains[str(i)]._asdict()})
    ordered = sorted(rows, key=lambda row: -round(row["scores"][metric]["mean"], 9))  # the settings' own win a tie
    return {"metric": metric, "settings_as_they_are": rows[0], "best": ordered[0], "tried": ordered}


def _columns(one: Tried, questions: Sequence[Sought]) -> dict[str, list[float]]:
    scores = [score(question.relevant, found.found) for question, found in zip(questions, one.rankings, strict=True)]
    return {name: [row[name] for row in scores] for name in scores[0]}


def sweep_table(content: Mapping[str, Any]) -> Table:
    """The best combinations, and the settings as they are."""
    best, rows = content["best"], content["tried"]
    title = f"{len(rows)} combinations over {content['queries']} queries, by {content['metric']}"
    table = Table(title=title, caption="mean [95 % interval]; gain over the settings as they are (paired), p(better)")
    for column in (*best["values"], *best["scores"], "gain", "p"):
        table.add_column(column, justify="right")
    shown = rows[:_SHOWN]
    own = content["settings_as_they_are"]
    for row in [*shown, *([own] if own not in shown else [])]:
        scores = [f"{one['mean']:.3f} [{one['low']:.2f} {one['high']:.2f}]" for one in row["scores"].values()]
        gain = row["gain"]
        told = (
            f"{gain['difference']:+.3f} [{gain['low']:+.3f} {gain['high']:+.3f}]" if row is not own else "as they are"
        )
        table.add_row(*(f"{value:g}" for value in row["values"].values()), *scores, told, f"{gain['p_better']:.2f}")
    return table
