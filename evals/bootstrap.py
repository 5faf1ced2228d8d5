"""Intervals by the percentile bootstrap (Efron & Tibshirani 1993, ch. 13), over clusters that belong together.

Questions on one fact succeed and fail together, so whole facts are drawn, not questions (Cameron & Miller 2015, 2.4.3).
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
SEED = 20260101
LEVEL = 0.95
_AT_ONCE = 500  # resamples drawn at a time: bounds the memory
_TINY = 1e-12  # a difference of rounding
Numbers = NDArray[np.float64]


class Interval(NamedTuple):
    """A mean with its 95 % interval. NaN where nothing was scored; ``scored`` values of ``clusters`` clusters."""

    mean: float
    low: float
    high: float
    scored: int
    clusters: int


class Difference(NamedTuple):
    """Mean of B - A over what both scored, with its 95 % interval and the share of resamples in which B is better."""

    difference: float
    low: float
    high: float
    p_better: float
    scored: int
    clusters: int


def intervals(
    columns: Mapping[str, Sequence[float]], clusters: Sequence[Hashable], *, resamples: int = RESAMPLES
) -> dict[str, Interval]:
    """Of the mean of each column; NaN in it is left out. ``clusters[i]`` is what row i belongs to.

    All columns see the same resamples.
    """
    return {
        name: Interval(mean, low, high, scored, held)
        for name, (mean, low, high, _, scored, held) in _measured(columns, clusters, resamples).items()
    }


def paired(
    before: Mapping[str, Sequence[float]],
    after: Mapping[str, Sequence[float]],
    clusters: Sequence[Hashable],
    *,
    resamples: int = RESAMPLES,
) -> dict[str, Difference]:
    """``after`` - ``before``, row by row, of the columns that both have; a row that one of them left unscored is left
    out. A resample without a difference counts half as better."""
    columns = {
        name: [b - a for a, b in zip(before[name], after[name], strict=True)] for name in before if name in after
    }
    return {name: Difference(*row) for name, row in _measured(columns, clusters, resamples).items()}


def _measured(
    columns: Mapping[str, Sequence[float]], clusters: Sequence[Hashable], resamples: int
) -> dict[str, tuple[float, float, float, float, int, int]]:
    """Mean, low, high, share above 0, scored values and their clusters, by column."""
    if not columns or not clusters:
        return dict.fromkeys(columns, (math.nan, math.nan, math.nan, math.nan, 0, 0))
    place = {cluster: i for i, cluster in enumerate(dict.fromkeys(clusters))}
    rows = np.array([place[cluster] for cluster in clusters])
    values = np.array(list(columns.values()), dtype=np.float64).T  # row, column
    scored = ~np.isnan(values)
    sums, counts = np.zeros((len(place), len(columns))), np.zeros((len(place), len(columns)))
    np.add.at(sums, rows, np.where(scored, values, 0.0))
    np.add.at(counts, rows, scored.astype(np.float64))
    drawn = _resampled(sums, counts, resamples)
    return {name: _row(sums[:, i], counts[:, i], drawn[:, i]) for i, name in enumerate(columns)}


def _row(sums: Numbers, counts: Numbers, drawn: Numbers) -> tuple[float, float, float, float, int, int]:
    drawn = drawn[~np.isnan(drawn)]
    if not counts.sum():
        return math.nan, math.nan, math.nan, math.nan, 0, 0
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    better = float(np.mean(drawn > _TINY) + 0.5 * np.mean(np.abs(drawn) <= _TINY))
    mean = float(sums.sum() / counts.sum())
    return mean, round(float(low), 12), round(float(high), 12), better, int(counts.sum()), int((counts > 0).sum())


def _resampled(sums: Numbers, counts: Numbers, resamples: int) -> Numbers:
    """The mean of each column in each resample: as many clusters as there are, drawn with replacement. Seeded; NaN
    where none that was drawn is scored."""
    random = np.random.default_rng(SEED)
    chances = np.full(len(sums), 1.0 / len(sums))
    means = []
    for start in range(0, resamples, _AT_ONCE):
        times = random.multinomial(len(sums), chances, size=min(_AT_ONCE, resamples - start)).astype(np.float64)
        total = times @ counts
        means.append(np.divide(times @ sums, total, out=np.full_like(total, math.nan), where=total > 0))
    return np.concatenate(means)
