"""Calibration records: how well a judge agreed with labelled cases, kept beside the runs that rest on it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.agreement import Agreement, agreements
from evals.judges.base import Judge, JudgeCase, Verdict
from evals.report import write_json
from evals.settings import EvalSettings


def calibration(
    judge: Judge,
    model: str,
    cases: Sequence[JudgeCase],
    verdicts: Sequence[Verdict],
    settings: EvalSettings,
    dataset: Mapping[str, Any],
) -> dict[str, Any]:
    """The record, JSON-ready. ``calibrated`` only where every class that the judge claims reaches the bar."""
    found = agreements(cases, verdicts)
    lacking = [line for label in sorted(judge.labels) if (line := _lacks(label, found, settings))]
    return {
        "judge": judge.name,
        "model": model,
        "version": judge.version(),
        "thresholds": judge.thresholds(settings),
        "cases": {**dataset, "count": len(cases)},
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "bar": {
            "kappa_low": settings.calibration_kappa_low,
            "cases": settings.calibration_cases,
            "unscored_share": settings.calibration_unscored_share,
        },
        "classes": {one.label: asdict(one) for one in found},
        "languages": {language: _of_language(language, cases, verdicts) for language in ("en", "zh")},
        "confusion": confusion(cases, verdicts),
        "calibrated": not lacking,
        "lacking": lacking,
    }


def _lacks(label: str, found: Sequence[Agreement], settings: EvalSettings) -> str:
    """What keeps a class below the bar; "" where nothing does."""
    one = next((one for one in found if one.label == label), None)
    if one is None or one.scored < settings.calibration_cases:
        return f"{label}: {one.scored if one else 0} scored cases, {settings.calibration_cases} are needed"
    if one.cases - one.scored > settings.calibration_unscored_share * one.cases:
        return f"{label}: {one.cases - one.scored} of {one.cases} unscored"
    if not one.low >= settings.calibration_kappa_low:
        return f"{label}: kappa's lower end is {one.low:.2f}, {settings.calibration_kappa_low:.2f} is needed"
    return ""


def _of_language(language: str, cases: Sequence[JudgeCase], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    chosen = [(case, verdict) for case, verdict in zip(cases, verdicts, strict=True) if case.language == language]
    return {one.label: asdict(one) for one in agreements([case for case, _ in chosen], [v for _, v in chosen])}


def confusion(cases: Sequence[JudgeCase], verdicts: Sequence[Verdict]) -> dict[str, dict[str, int]]:
    """By class: how many the judge called right, wrong, and left unscored."""
    table: dict[str, dict[str, int]] = {}
    for case, verdict in zip(cases, verdicts, strict=True):
        row = table.setdefault(case.label, {"right": 0, "wrong": 0, "unscored": 0})
        row["unscored" if verdict.right is None else "right" if verdict.right else "wrong"] += 1
    return table


def write_calibration(record: Mapping[str, Any], data_dir: Path) -> Path:
    name = f"{record['judge']}-{record['model']}-{str(record['cases']['sha256'])[:8]}"
    path = _folder(data_dir) / f"{re.sub(r'[^A-Za-z0-9._]+', '-', name).strip('-')}.json"
    write_json(path, record)
    return path


def find_calibration(
    data_dir: Path, judge: str, model: str, version: str, thresholds: Mapping[str, float]
) -> dict[str, Any] | None:
    """The newest of this judge in this version with this model and these thresholds; None where it was never so
    measured."""
    found = []
    for path in sorted(_folder(data_dir).glob("*.json")):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            of = tuple(record[key] for key in ("judge", "model", "version", "thresholds"))
            if of == (judge, model, version, dict(thresholds)):
                found.append((str(record["date"]), record))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no record of ours
    return max(found, key=lambda pair: pair[0])[1] if found else None


def judge_block(record: Mapping[str, Any] | None, judge: str, model: str) -> dict[str, Any]:
    """What a run carries of its judge. One that was never measured is not calibrated."""
    if record is None:
        return {
            "name": judge,
            "model": model,
            "calibrated": False,
            "reason": "never measured: python -m evals calibrate",
        }
    keys = ("kappa", "low", "high", "scored")
    return {
        "name": judge,
        "model": model,
        "calibrated": bool(record["calibrated"]),
        "reason": "; ".join(record["lacking"]),
        "kappa": {label: {key: one[key] for key in keys} for label, one in record["classes"].items()},
        "date": record["date"],
        "cases": record["cases"],
    }


def _folder(data_dir: Path) -> Path:
    return data_dir / "evals" / "calibrations"
