"""How far a judge agrees with labels: Cohen's kappa, with an interval by bootstrap over facts.

Kappa: Cohen, A coefficient of agreement for nominal scales, 1960: (observed - chance) / (1 - chance).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.judges.base import LABELS, REFUSALS, RIGHT, JudgeCase, Label, Verdict

_RESAMPLES = 10_000
_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Agreement:
    """A class as a task of its own: its cases and those it is told from. ``agreement`` is the share of this class's
    scored cases that the judge got; kappa and its 95 % interval are of the whole task. NaN where nothing is scored."""

    label: str
    cases: int
    scored: int
    agreement: float
    kappa: float
    low: float
    high: float


def agreements(cases: Sequence[JudgeCase], verdicts: Sequence[Verdict]) -> list[Agreement]:
    """One of each class that has cases: a wrong class is told from its right one (``faithful``, or for refusals
    ``rightly_refused``), a right class from all of its wrong ones."""
    present = [label for label in LABELS if any(case.label == label for case in cases)]
    return [_agreement(label, cases, verdicts) for label in present]


def _agreement(label: Label, cases: Sequence[JudgeCase], verdicts: Sequence[Verdict]) -> Agreement:
    mine = [verdict for case, verdict in zip(cases, verdicts, strict=True) if case.label == label]
    scored = [verdict for verdict in mine if verdict.right is not None]
    got = sum(verdict.right == (label in RIGHT) for verdict in scored)
    task = _task(label)
    pairs = [
        (case.fact_id or case.id, case.label in RIGHT, bool(verdict.right))
        for case, verdict in zip(cases, verdicts, strict=True)
        if case.label in task and verdict.right is not None
    ]
    value, low, high = kappa(pairs)
    return Agreement(label, len(mine), len(scored), got / len(scored) if scored else math.nan, value, low, high)


def _task(label: Label) -> frozenset[Label]:
    side = REFUSALS if label in REFUSALS else frozenset(LABELS) - REFUSALS
    return side if label in RIGHT else frozenset({label}) | (side & RIGHT)


def kappa(pairs: Sequence[tuple[str, bool, bool]]) -> tuple[float, float, float]:
    """(cluster, label, verdict) -> kappa and the ends of its 95 % interval; whole clusters are drawn. NaN where both
    sides say one and the same thing of all, or nothing is there."""
    clusters = {name: number for number, name in enumerate(dict.fromkeys(pair[0] for pair in pairs))}
    counts = np.zeros((len(clusters), 2, 2))
    for name, label, verdict in pairs:
        counts[clusters[name], int(label), int(verdict)] += 1
    if not clusters:
        return math.nan, math.nan, math.nan
    value = float(_kappa(counts.sum(axis=0)[None])[0])
    draws = np.random.default_rng(_SEED).multinomial(
        len(clusters), np.full(len(clusters), 1 / len(clusters)), _RESAMPLES
    )
    drawn = _kappa(np.einsum("rc,cij->rij", draws.astype(float), counts))
    drawn = drawn[~np.isnan(drawn)]
    if math.isnan(value) or not drawn.size:
        return value, math.nan, math.nan
    low, high = np.percentile(drawn, [2.5, 97.5])
    return value, float(low), float(high)


def _kappa(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of tables [resample, label, verdict]."""
    total = tables.sum(axis=(1, 2))
    observed = (tables[:, 0, 0] + tables[:, 1, 1]) / total
    chance = (tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1) / total**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance < 1, (observed - chance) / (1 - chance), np.nan)
