"""A run of answers with RAGAS's scores in its rows and its summary, and what is known of the judge."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from evals.bootstrap import Interval, intervals
from evals.calibrations import find_calibration, judge_block
from evals.judges.ragas_faithfulness import JUDGE
from evals.judging import spent
from evals.ragas._embeddings import embeddings_name
from evals.ragas._library import ragas_version
from evals.ragas._run import Scored
from evals.ragas.base import RagasMetric
from evals.settings import EvalSettings
from retrieval.settings import RetrievalSettings

_MEASURED_BY = "ragas_faithfulness"  # the judge that calibrate measures is the metric of that name


def merged(
    answers: Mapping[str, Any],
    scored: Sequence[Scored],
    metrics: Sequence[RagasMetric],
    settings: EvalSettings,
    retrieval: RetrievalSettings,
) -> dict[str, Any]:
    """The run with these scores in its rows and in its summary, and what is known of the judge."""
    by_row: dict[str, list[Scored]] = {}
    for one in scored:
        by_row.setdefault(one.sample, []).append(one)
    rows = [_row(row, by_row.get(str(row["id"]), [])) for row in answers["questions"]]
    judged = [metric.name for metric in metrics if metric.needs_judge]
    thresholds = JUDGE.thresholds(settings)
    record = find_calibration(retrieval.data_dir, _MEASURED_BY, settings.judge_model, ragas_version(), thresholds)
    block = judge_block(record, _MEASURED_BY, settings.judge_model) | {"metrics": judged, "measured": [_MEASURED_BY]}
    return {
        **answers,
        "questions": rows,
        "summary": _summary(answers.get("summary") or {}, rows, metrics),
        **({"judge": block} if judged else {}),
        "ragas": {
            "version": ragas_version(),
            "judge_model": settings.judge_model if judged else None,
            "embeddings": embeddings_name(settings) if any(metric.needs_embeddings for metric in metrics) else None,
            "usage": spent([one.judgement for one in scored], settings),
        },
    }


def _row(row: Mapping[str, Any], scored: Sequence[Scored]) -> dict[str, Any]:
    scores = {one.metric: one.score for one in scored}
    unscored = {one.metric: f"{one.judgement.cause}: {one.judgement.reason}" for one in scored if one.judgement.cause}
    earlier = {name: why for name, why in (row.get("unscored") or {}).items() if name not in scores}
    return {**row, "scores": {**(row.get("scores") or {}), **scores}, "unscored": {**earlier, **unscored}}


def _summary(
    summary: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], metrics: Sequence[RagasMetric]
) -> dict[str, Any]:
    """The summary of the run with these metrics in every group that it has."""

    def group(known: Mapping[str, Any], chosen: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        names = [metric.name for metric in metrics]
        columns = {name: [row["scores"].get(name, math.nan) for row in chosen] for name in names}
        found = intervals(columns, [(row.get("expected") or {}).get("fact_id") or row["id"] for row in chosen])
        spreads = {name: _spread(name, one, chosen) for name, one in found.items()}
        return {**known, "questions": len(chosen), "metrics": {**(known.get("metrics") or {}), **spreads}}

    def groups(field: str) -> dict[str, Any]:
        names = dict.fromkeys(str(row.get(field, "")) for row in rows)
        known = summary.get(f"by_{field}") or {}
        return {
            name: group(known.get(name, {}), [row for row in rows if str(row.get(field, "")) == name]) for name in names
        }

    everything = group(summary.get("all") or {}, rows)
    return {**summary, "all": everything, "by_kind": groups("kind"), "by_language": groups("language")}


def _spread(name: str, one: Interval, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """``causes``: why rows are unscored, counted."""
    causes = Counter(row["unscored"][name].partition(":")[0] for row in rows if name in row["unscored"])
    spread = {"mean": one.mean, "low": one.low, "high": one.high, "scored": one.scored}
    return {**spread, "unscored": len(rows) - one.scored, "causes": dict(causes)}
