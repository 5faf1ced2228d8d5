"""What a store should have found: exact search by numpy, block by block, under the same filter."""

from collections.abc import Sequence

import numpy as np

from demo.bench._clusters import BLOCK, Clusters, id_of
from retrieval.legs.base import Vector
from retrieval.models import Caller, Language

Ranked = list[tuple[str, float]]


def exact(clusters: Clusters, count: int, asked: Sequence[Vector], caller: Caller, leg: str, language: Language, limit: int) -> list[Ranked]:
    """For each vector the best (id, cosine) of the dense ``leg`` among the first ``count`` passages of ``language``."""
    wanted = np.array(asked, dtype=np.float32)
    scores = np.full((len(asked), limit), -np.inf, dtype=np.float32)
    numbers = np.zeros((len(asked), limit), dtype=np.int64)
    for block in range(-(-count // BLOCK)):
        fields = clusters.fields(block, min(BLOCK, count - block * BLOCK))
        rows = np.flatnonzero(fields.seen(caller, language))
        found = wanted @ clusters.vectors(leg, block)[rows].T
        scores = np.concatenate([scores, found], axis=1)
        numbers = np.concatenate([numbers, np.broadcast_to(fields.numbers[rows], found.shape)], axis=1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :limit]
        scores, numbers = np.take_along_axis(scores, best, axis=1), np.take_along_axis(numbers, best, axis=1)
    return [
        [(id_of(int(number)), float(score)) for number, score in zip(row, of_row, strict=True) if np.isfinite(score)]
        for row, of_row in zip(numbers, scores, strict=True)
    ]


def recall(found: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> float:
    """Mean share of the wanted that were found; questions that want nothing don't count."""
    return float(np.mean([len(set(ours) & set(theirs)) / len(theirs) for ours, theirs in zip(found, wanted, strict=True) if theirs]))
