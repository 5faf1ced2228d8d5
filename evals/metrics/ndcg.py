"""Normalised discounted cumulative gain at k, with the grade itself as gain (Järvelin & Kekäläinen 2002;
as trec_eval and BEIR count it): DCG = sum of grade / log2(rank + 1)."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from evals.metrics.base import UNSCORED, RankingMetric


class Ndcg:
    kind: Literal["ranking"] = "ranking"
    name = "ndcg"
    cuts: tuple[int, ...] = (10,)

    def score(self, relevant: Mapping[str, int], ranked: Sequence[str], cut: int) -> float:
        ideal = _dcg(sorted(relevant.values(), reverse=True)[:cut])
        return _dcg(relevant.get(id_, 0) for id_ in ranked[:cut]) / ideal if ideal else UNSCORED


def _dcg(grades: Iterable[int]) -> float:
    return math.fsum(max(grade, 0) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


METRIC: RankingMetric = Ndcg()
