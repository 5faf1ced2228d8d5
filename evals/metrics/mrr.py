"""Reciprocal rank at k: 1 / rank of the first relevant document, 0 where none stands among the first k."""

from collections.abc import Mapping, Sequence
from typing import Literal

from evals.metrics.base import UNSCORED, RankingMetric


class ReciprocalRank:
    kind: Literal["ranking"] = "ranking"
    name = "mrr"
    cuts: tuple[int, ...] = (10,)

    def score(self, relevant: Mapping[str, int], ranked: Sequence[str], cut: int) -> float:
        if not any(grade > 0 for grade in relevant.values()):
            return UNSCORED
        return next((1 / rank for rank, id_ in enumerate(ranked[:cut], 1) if relevant.get(id_, 0) > 0), 0.0)


METRIC: RankingMetric = ReciprocalRank()
