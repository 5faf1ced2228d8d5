"""Weights of signals, fitted to labelled questions, and what they gain where they were not fitted.

A softmax over each question's candidates (ListNet's top-one probability, Cao et al. 2007): the probability that it
gives to all right ones together is to be high, whichever of them it is. Nothing is sampled or left to chance.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from evals.bootstrap import intervals, paired
from evals.ranking import score
from retrieval.errors import BadSetting
from retrieval.relevance.signals import NAMES

if TYPE_CHECKING:
    import torch

L2 = 1e-4  # beside a mean loss a question in nats, of weights a standard deviation of their signal
METRICS = ("recall@5", "ndcg@10")
SEED = 20260101
_STEPS = 500
_DIGITS = 4  # of a weight that are written
_NOTHING = 1e-6  # a weight a standard deviation that is rounding


class Pool(NamedTuple):
    """The candidates of one search, best fused first. ``values``: (candidate, signal) in the order of ``NAMES``;
    ``right``: (candidate,), whether it holds what was asked."""

    values: NDArray[np.float32]
    right: NDArray[np.bool_]

    @property
    def teaches(self) -> bool:
        """There are right ones and wrong ones."""
        return bool(self.right.any()) and not bool(self.right.all())


class Group(NamedTuple):
    """Pools that count ``share`` together, however many they are."""

    share: float
    pools: Sequence[Pool]


class Compared(NamedTuple):
    """What was found for each question, before and after, and what of it is relevant. ``cluster``: what it varies
    with."""

    relevant: Mapping[str, int]
    before: Sequence[Sequence[str]]
    after: Sequence[Sequence[str]]
    cluster: str


def fit(groups: Sequence[Group], l2: float = L2) -> dict[str, float]:
    """Raw weights by signal, without those of 0. Raises ``BadSetting`` where no question can teach anything."""
    taught = [(group.share, [pool for pool in group.pools if pool.teaches]) for group in groups if group.share > 0]
    taught = [(share, pools) for share, pools in taught if pools]
    if not taught:
        raise BadSetting("nothing to fit: for no question are there both right and wrong candidates")
    whole = sum(share for share, _ in taught)
    pools = [pool for _, own in taught for pool in own]
    counts = [share / whole / len(own) for share, own in taught for _ in own]
    mean, spread = _scale(pools, counts)
    found = _least_loss(pools, counts, mean, spread, l2)
    raw = {name: weight / by for name, weight, by in zip(NAMES, found, spread, strict=True) if abs(weight) > _NOTHING}
    return {name: float(f"{weight:.{_DIGITS}g}") for name, weight in raw.items()}


def _scale(pools: Sequence[Pool], counts: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each signal, each pool counted as it counts in the fit; 1 for one that is the same
    everywhere."""
    mean = sum(count * pool.values.mean(axis=0, dtype=np.float64) for count, pool in zip(counts, pools, strict=True))
    square = sum(count * ((pool.values - mean) ** 2).mean(axis=0) for count, pool in zip(counts, pools, strict=True))
    spread = np.sqrt(square)
    return np.asarray(mean), np.where(spread < _NOTHING, 1.0, spread)


def _least_loss(
    pools: Sequence[Pool],
    counts: Sequence[float],
    mean: NDArray[np.float64],
    spread: NDArray[np.float64],
    l2: float,
) -> list[float]:
    """By L-BFGS, from 0: logsumexp over all candidates less that over the right ones, plus ``l2`` times the squares."""
    import torch

    shape = (len(pools), max(len(pool.right) for pool in pools))
    values = torch.zeros((*shape, len(NAMES)), dtype=torch.float64)
    there, right = torch.zeros(shape, dtype=torch.bool), torch.zeros(shape, dtype=torch.bool)
    for row, pool in enumerate(pools):
        size = len(pool.right)
        values[row, :size] = torch.from_numpy((pool.values - mean) / spread)
        there[row, :size], right[row, :size] = True, torch.from_numpy(pool.right)
    counted = torch.tensor(counts, dtype=torch.float64)
    weights = torch.zeros(len(NAMES), dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS(
        [weights],
        max_iter=_STEPS,
        max_eval=4 * _STEPS,
        tolerance_grad=1e-7,
        tolerance_change=1e-10,
        history_size=20,
        line_search_fn="strong_wolfe",
    )

    def loss() -> "torch.Tensor":
        solver.zero_grad()
        scores = values @ weights
        of_all = scores.masked_fill(~there, -torch.inf).logsumexp(1)
        of_right = scores.masked_fill(~right, -torch.inf).logsumexp(1)
        lost = (counted * (of_all - of_right)).sum() + l2 * (weights * weights).sum()
        lost.backward()  # type: ignore[no-untyped-call]
        return lost

    with _one_thread():
        solver.step(loss)  # type: ignore[no-untyped-call]
    return [float(weight) for weight in weights.detach()]


@contextmanager
def _one_thread() -> Iterator[None]:
    """So that sums come out the same whatever the machine's cores."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def order(pool: Pool, weights: Mapping[str, float]) -> list[int]:
    """Places of the candidates, best first; equals as they were fused."""
    raw = np.array([weights.get(name, 0.0) for name in NAMES])
    return [int(place) for place in np.argsort(-(pool.values.astype(np.float64) @ raw), kind="stable")]


def is_fitted(document: str) -> bool:
    """Which half a query with this gold document is in: the one that is fitted or the one held back."""
    return sha256(document.encode()).digest()[0] % 2 == 0


def folds(facts: Sequence[str], number: int) -> dict[str, int]:
    """Which of ``number`` folds of about the same size each fact is in; fewer where there are fewer facts."""
    mixed = sorted(set(facts), key=lambda fact: sha256(fact.encode()).hexdigest())
    return {fact: place % number for place, fact in enumerate(mixed)}


def sampled(count: int, most: int) -> list[int]:
    """At most ``most`` of ``count`` places, always the same ones, ascending; all for 0."""
    if not most or most >= count:
        return list(range(count))
    return sorted(int(place) for place in np.random.default_rng(SEED).permutation(count)[:most])


def gains(compared: Sequence[Compared]) -> dict[str, Any]:
    """``{fused: {recall@5: {mean, low, high, ...}}, fitted: ..., gain: {recall@5: {difference, low, high, ...}}}``"""
    before = [score(one.relevant, one.before) for one in compared]
    after = [score(one.relevant, one.after) for one in compared]
    clusters = [one.cluster for one in compared]
    fused, fitted = ({name: [row[name] for row in rows] for name in METRICS} for rows in (before, after))
    return {
        "fused": {name: one._asdict() for name, one in intervals(fused, clusters).items()},
        "fitted": {name: one._asdict() for name, one in intervals(fitted, clusters).items()},
        "gain": {name: one._asdict() for name, one in paired(fused, fitted, clusters).items()},
    }


def write_weights(path: Path, weights: Mapping[str, float]) -> None:
    """As ``retrieval.relevance.order`` reads them. Raises ``BadSetting`` where the file can't be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("signal", "weight"))
            writer.writerows((name, f"{weight:.{_DIGITS}g}") for name, weight in weights.items())
    except OSError as error:
        raise BadSetting(f"{path}: {error.strerror}; give --out a file that can be written") from None


def fit_table(content: Mapping[str, Any]) -> Table:
    """One row a set: the fused order beside the fitted one, on what was held back."""
    table = Table(title="the second look, on what it was not fitted to", caption="[95 % interval by bootstrap]")
    for column in ("set", "fitted on", "measured on"):
        table.add_column(column, justify="left" if column == "set" else "right")
    for name in METRICS:
        for column in (f"{name} fused", "fitted", "gain", "p"):
            table.add_column(column, justify="right")
    for row in content["sets"]:
        cells = [cell for name in METRICS for cell in _cells(row["measured"], name)]
        table.add_row(row["name"], str(row["fitted_on"]), str(row["measured_on"]), *cells)
    return table


def _cells(measured: Mapping[str, Any], name: str) -> list[str]:
    gain = measured["gain"][name]
    if not gain["scored"]:
        return ["-"] * 4
    means = [f"{measured[way][name]['mean']:.3f}" for way in ("fused", "fitted")]
    told = f"{gain['difference']:+.3f} [{gain['low']:+.3f} {gain['high']:+.3f}]"
    return [*means, told, f"{gain['p_better']:.2f}"]
