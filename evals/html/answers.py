"""The report of answers runs."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from itertools import accumulate
from typing import Any

from evals.html.common import latencies, made, of_metric, slices, spread_of
from evals.html.page import card, entry, grid, heading, quote, spread, table, tag
from evals.html.plots import Dot, bars, dots, lines
from evals.html.retrieval import gold_text
from evals.runs import Row, Run, number

_STEPS = ("right", "not_retrieved", "wrongly_judged", "badly_phrased", "wrongly_verified", "untraced", "failed")
_WORST = 40
_BINS = 5
_STATUSES = ("answered", "abstained", "clarify", "refused", "failed")


def sections(runs: Sequence[Run]) -> list[str]:
    """HTML parts, in order."""
    parts = [_scores(runs), heading("Where it went wrong", _WHERE)]
    parts.append(grid(*(card(run.title, bars(_by_step(run), _STEPS, label="share of questions")) for run in runs)))
    parts.append(heading("When it answers, and whether it should", _WHEN))
    parts.append(grid(_risk(runs), _reliability(runs), *(_statuses(run) for run in runs), latencies(_times(runs))))
    names = [name for name in ("citation_recall", "numeric_match") if any(name in run.metrics for run in runs)]
    parts.append(slices(runs, {"right": lambda row: row.right, **{name: of_metric(name) for name in names}}))
    parts += [_worst(run) for run in runs]
    return [*parts, made(runs)]


_WHERE = (
    "not_retrieved: gold evidence (or a reading) was not found. wrongly_judged: it was, but the answer abstained, "
    "asked back or left it out; or it answered what it should not. badly_phrased: the evidence was before it, the fact "
    "is not in the answer. wrongly_verified: a right sentence was dropped, or a wrong one shown. untraced: the service "
    "does not tell what it found ([app] trace)."
)
_WHEN = "Confidence is the share of the question's terms that one passage covers, as the service's judge counts it."


def _scores(runs: Sequence[Run]) -> str:
    parts = []
    for run in runs:
        columns = {"right": lambda row: row.right, **{name: of_metric(name) for name in run.metrics}}
        found = spread_of(run.rows, columns)
        rows = [
            [
                name.replace("_", " "),
                spread(one.mean, one.low, one.high),
                str(one.scored),
                str(len(run.rows) - one.scored),
            ]
            for name, one in found.items()
        ]
        judge = run.content.get("judge")
        if judge:
            said = "calibrated" if judge.get("calibrated") else f"NOT calibrated ({judge.get('reason', '')})"
            rows.append([f"judge {judge.get('name')} {judge.get('model')}", said, "", ""])
            for label, one in (judge.get("kappa") or {}).items():
                low, high = (number(one.get(end)) for end in ("low", "high"))
                kappa = spread(number(one.get("kappa")), low, high)
                rows.append([f"judge's kappa, {label.replace('_', ' ')}", kappa, str(one.get("scored", "")), ""])
        parts.append(card(run.title, table(["metric", "mean [95 % interval]", "scored", "unscored"], rows)))
    return heading("Scores") + grid(*parts)


def _step(row: Row) -> str:
    return (
        "failed" if not row.raw["got"] else "right" if row.right == 1 else str(row.raw.get("failed_step") or "untraced")
    )


def _by_step(run: Run) -> dict[str, Counter[str]]:
    counts = {"all": Counter(_step(row) for row in run.rows)}
    for name in ("kind", "language"):
        for value in sorted({row.slices[name] for row in run.rows}):
            counts[f"{name} {value}"] = Counter(_step(row) for row in run.rows if row.slices[name] == value)
    return counts


def _confidence(row: Row) -> float:
    value = (row.raw.get("judged") or {}).get("coverage")
    return math.nan if value is None else float(value)


def _answered(run: Run) -> list[Row]:
    """Answers whose confidence is known, the surest first."""
    rows = [row for row in run.rows if row.raw["got"] and row.raw["got"]["status"] == "answered"]
    known = [row for row in rows if not math.isnan(_confidence(row)) and not math.isnan(row.right)]
    return sorted(known, key=lambda row: (-_confidence(row), row.id))


def _risk(runs: Sequence[Run]) -> str:
    """Selective risk over coverage (El-Yaniv & Wiener 2010)."""
    series = {}
    for run in runs:
        wrong = list(accumulate(1 - row.right for row in _answered(run)))
        series[run.title] = [(count / len(run.rows), total / count) for count, total in enumerate(wrong, 1)]
    note = "If only the surest answers were given: share of questions answered, and share of these that is wrong."
    return card("Risk and coverage", lines(series, x_label="coverage", y_label="risk: wrong answers"), note=note)


def _reliability(runs: Sequence[Run]) -> str:
    rows: dict[str, list[Dot | None]] = {}
    for low in range(_BINS):
        name = f"confidence {low / _BINS:g} to {(low + 1) / _BINS:g}"
        rows[name] = [_bin([row for row in _answered(run) if _in_bin(row, low)]) for run in runs]
    note = "Of answers given: the share that is right, by the judge's confidence."
    return card("Calibration", dots(rows, [run.title for run in runs], label="share that is right"), note=note)


def _in_bin(row: Row, low: int) -> bool:
    return low == min(int(_confidence(row) * _BINS), _BINS - 1)


def _bin(rows: Sequence[Row]) -> Dot | None:
    if not rows:
        return None
    found = spread_of(rows, {"right": lambda row: row.right})["right"]
    return Dot(found.mean, found.low, found.high, found.scored)


def _statuses(run: Run) -> str:
    rows = []
    for expected in _STATUSES[:-1]:
        got = Counter(
            row.raw["got"]["status"] if row.raw["got"] else "failed"
            for row in run.rows
            if row.raw["expected"]["expected_status"] == expected
        )
        if got:
            rows.append([f"{expected} is right", *(str(got[status] or "–") for status in _STATUSES)])
    return card(f"Status: {run.title}", table(["", *_STATUSES], rows))


def _times(runs: Sequence[Run]) -> dict[str, list[float]]:
    return {run.title: [float(row.raw["latency_ms"]) for row in run.rows if row.raw["got"]] for run in runs}


def _worst(run: Run) -> str:
    wrong = sorted((row for row in run.rows if row.right != 1), key=lambda row: (_STEPS.index(_step(row)), row.id))
    by_step: dict[str, list[Row]] = {}
    for row in wrong:
        by_step.setdefault(_step(row), []).append(row)
    share = max(1, _WORST // max(len(by_step), 1))
    shown = [row for rows in by_step.values() for row in rows[:share]]
    note = f"{len(shown)} of the {len(wrong)} questions that are not right, at most {share} a step."
    return heading(f"The worst questions: {run.title}", note) + card(
        "", *(_question(row, opened=row is shown[0]) for row in shown)
    )


def _question(row: Row, *, opened: bool) -> str:
    raw = row.raw
    tags = tag(_step(row), "bad") + "".join(tag(value) for value in row.slices.values()) + tag(row.id)
    expected = raw["expected"]
    facts = ", ".join(f"{fact['text']} {fact['unit']}".strip() for fact in expected["gold_facts"])
    wanted = quote("status", f"{expected['expected_status']}" + (f"; facts: {facts}" if facts else ""))
    wanted += "".join(quote("evidence", gold_text(piece)) for piece in expected["gold_evidence"][:4])
    got = raw["got"]
    told = quote(f"{got['status']}, {got['mode']}" if got else "failed", str(raw["answer"] or raw["error"] or ""))
    told += "".join(_citation(one) for one in raw["citations"][:4])
    told += "".join(quote("dropped", f"{one['text']}\n({one['failed']})") for one in raw.get("dropped", [])[:3])
    left, right = f"<p class=note>Wanted</p>{wanted}", f"<p class=note>Got</p>{told}"
    found = f'<p class="note">{escape(_found(raw))}</p>' if raw.get("found") is not None else ""
    return entry(f"{escape(row.question)} {tags}", left, right, found, opened=opened)


def _citation(one: Mapping[str, Any]) -> str:
    locator = one["locator"]
    place = locator.get("page") or locator.get("key") or locator.get("item") or locator.get("first")
    return quote(f"cites {one.get('document') or one['title']}, {locator['kind']} {place}", one["quote"][:400])


def _found(raw: Mapping[str, Any]) -> str:
    """Ranks at which gold evidence stood among what was found."""
    ranks = [str(rank) for rank, one in enumerate(raw["found"], 1) if one["evidence"]]
    said = f"gold evidence at {', '.join(ranks)}" if ranks else "no gold evidence among them"
    return f"{len(raw['found'])} passages found, {said}"
