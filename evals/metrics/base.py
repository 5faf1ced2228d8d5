"""The contract of a metric: one file, one constant METRIC. A metric that does not apply is NaN, never 0."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from app.api.wire import Answer
from evals.dataset import GoldenQuestion
from evals.settings import EvalSettings

UNSCORED = math.nan


@dataclass(frozen=True, slots=True)
class Case:
    """A golden question, and what a metric may know beside the answer. ``documents``: file name by document id."""

    question: GoldenQuestion
    documents: Mapping[str, str] = field(default_factory=dict)
    settings: EvalSettings = field(default_factory=EvalSettings)


class AnswerMetric(Protocol):
    """Scores one answer in [0, 1]."""

    kind: Literal["answer"]
    name: str

    def score(self, case: Case, answer: Answer) -> float:
        """NaN where there is nothing to score; what it raises leaves the answer unscored, with the reason kept.

        Blocks; called from a thread without an event loop.
        """


class RankingMetric(Protocol):
    """Scores one ranking in [0, 1], best document first, at each cut of ``cuts``."""

    kind: Literal["ranking"]
    name: str
    cuts: tuple[int, ...]

    def score(self, relevant: Mapping[str, int], ranked: Sequence[str], cut: int) -> float:
        """``relevant``: graded relevance by document id. NaN where no document is relevant."""


def mean(scores: Iterable[float]) -> float:
    """Of what was scored; NaN where nothing was."""
    scored = [score for score in scores if not math.isnan(score)]
    return math.fsum(scored) / len(scored) if scored else UNSCORED
