"""Thresholds against a run: which failed, one line each.

A TOML file: ``[[threshold]]`` with ``metric`` and ``at_least`` or ``at_most``; optional ``slice`` ("language zh",
"pair zh-en", "kind table"), ``way`` of searching, ``lower_end = true`` (the interval's end on the bad side counts, not
the mean) and ``scored_at_least`` (where left out, 1, and none of a run's answers may have failed: what a service that
fails leaves unscored would flatter the mean).
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.bootstrap import intervals
from evals.jsonl import read_text
from evals.report import percentile
from evals.runs import ANSWERS, RETRIEVAL, Row, Run, load_run
from retrieval.errors import BadDocument
from retrieval.plugins import discover

_LATENCIES = {"latency_ms_p50": 50.0, "latency_ms_p99": 99.0}


class Threshold(BaseModel):
    """One table of the file; see above."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str = Field(min_length=1)
    at_least: float | None = None
    at_most: float | None = None
    slice: str = ""
    way: str = ""
    lower_end: bool = False
    scored_at_least: int = Field(1, ge=1)

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give at_least or at_most, one of the two")
        return self

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.metric, self.way, self.slice) if part)


class Checked(NamedTuple):
    """``value``: the mean, or the interval's bad end where that was asked. ``line`` says it all."""

    threshold: Threshold
    value: float
    passed: bool
    line: str


def load_thresholds(path: Path) -> list[Threshold]:
    """Raises ``BadDocument`` that names the threshold by its number."""
    try:
        tables = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BadDocument(str(path), f"not valid TOML: {error}") from None
    listed = tables.pop("threshold", None)
    if tables or not isinstance(listed, list) or not listed:
        extra = f"; {', '.join(tables)} is unknown" if tables else ""
        raise BadDocument(str(path), f"no [[threshold]]{extra}", remedy="write one table [[threshold]] a threshold")
    found = []
    for place, table in enumerate(listed, 1):
        try:
            found.append(Threshold.model_validate(table))
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            reason = f"{key}: {first['msg']}" if key else first["msg"]
            raise BadDocument(str(path), reason, where=f"threshold {place}", remedy="correct it") from None
    return found


def check(path: Path, thresholds: Sequence[Threshold]) -> list[Checked]:
    """Every threshold against the run in ``path``. Raises ``BadDocument`` or ``BadInput``."""
    runs: dict[str, Run] = {}
    checked = []
    for one in thresholds:
        if one.way not in runs:
            runs[one.way] = load_run(path, one.way)
        checked.append(_check(runs[one.way], one))
    return checked


def _check(run: Run, one: Threshold) -> Checked:
    failed = sum(bool(row.raw.get("error")) for row in run.rows) if run.kind == ANSWERS else 0
    if failed and "scored_at_least" not in one.model_fields_set:
        reason = f"{failed} of {len(run.rows)} questions failed; run them again, or say scored_at_least"
        return Checked(one, math.nan, False, f"{one.name}: {reason}")
    if one.metric not in (*run.metrics, "right", *_LATENCIES):
        return Checked(one, math.nan, False, f"{one.name}: the run has no such metric; it has {', '.join(run.metrics)}")
    if rests_on_judge(run.content, one.metric) and not calibrated(run.content, one.metric):
        reason = "rests on a judge that is not calibrated, so it can't gate; run python -m evals calibrate"
        return Checked(one, math.nan, False, f"{one.name}: {reason}")
    rows = [row for row in run.rows if not one.slice or one.slice in _names(row)]
    if not rows:
        known = sorted({name for row in run.rows for name in _names(row)})
        return Checked(one, math.nan, False, f"{one.name}: no question is in that slice; there are {', '.join(known)}")
    value, spread, scored = _measured(run, rows, one)
    if scored < one.scored_at_least:
        line = f"{one.name}: {scored} questions are scored, {one.scored_at_least} are needed"
        return Checked(one, value, False, line)
    passed = value >= one.at_least if one.at_least is not None else value <= (one.at_most or 0.0)
    bound = f">= {one.at_least:g}" if one.at_least is not None else f"<= {one.at_most:g}"
    told = f"{one.name}: {spread} over {scored} questions, {bound} is needed"
    return Checked(one, value, passed, told)


def _names(row: Row) -> list[str]:
    return [f"{name} {value}" for name, value in row.slices.items()]


def _measured(run: Run, rows: Sequence[Row], one: Threshold) -> tuple[float, str, int]:
    """The value that counts, how it is told, and over how many questions."""
    if one.metric in _LATENCIES:
        times = [time for row in rows if not math.isnan(time := _latency(run, row))]
        value = percentile(times, _LATENCIES[one.metric])
        return value, f"{value:.1f}", len(times)
    values = [row.right if one.metric == "right" else row.scores.get(one.metric, math.nan) for row in rows]
    found = intervals({"": values}, [row.cluster for row in rows])[""]
    end = found.low if one.at_least is not None else found.high
    told = f"{found.mean:.3f} [{found.low:.3f} {found.high:.3f}]"
    return (end if one.lower_end else found.mean), told + (", whose end counts," if one.lower_end else ""), found.scored


def _latency(run: Run, row: Row) -> float:
    value = row.raw["latency_ms"][run.way] if run.kind == RETRIEVAL else row.raw["latency_ms"]
    return float(value) if run.kind == RETRIEVAL or row.raw["got"] else math.nan


def rests_on_judge(content: Mapping[str, Any], metric: str) -> bool:
    """As the run says, or the metric itself; a RAGAS metric that we don't know does."""
    known = {one.name: bool(one.needs_judge) for one in discover("evals.ragas", "RAGAS").values()}
    return metric in _judge(content).get("metrics", ()) or known.get(metric, metric.startswith("ragas_"))


def calibrated(content: Mapping[str, Any], metric: str) -> bool:
    """Whether the run's judge was measured at this very metric and reached the bar; no, where the run doesn't say."""
    judge = _judge(content)
    return judge.get("calibrated") is True and metric in judge.get("measured", ())


def _judge(content: Mapping[str, Any]) -> Mapping[str, Any]:
    judge = content.get("judge")
    return judge if isinstance(judge, Mapping) else {}
