"""Recall at k: the share of the relevant documents among the first k."""

from collections.abc import Mapping, Sequence
from typing import Literal

from evals.metrics.base import UNSCORED, RankingMetric


class Recall:
    kind: Literal["ranking"] = "ranking"
    name = "recall"
    cuts: tuple[int, ...] = (1, 5, 10)

    def score(self, relevant: Mapping[str, int], ranked: Sequence[str], cut: int) -> float:
        wanted = {document for document, grade in relevant.items() if grade > 0}
        return len(wanted.intersection(ranked[:cut])) / len(wanted) if wanted else UNSCORED


METRIC: RankingMetric = Recall()
