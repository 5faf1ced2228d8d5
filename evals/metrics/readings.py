"""Readings: the share of the expected live readings that came with the answer. NaN where none is expected."""

from typing import Literal

from app.api.wire import Answer
from evals.metrics.base import UNSCORED, AnswerMetric, Case
from retrieval.tags import normalise


class Readings:
    kind: Literal["answer"] = "answer"
    name = "readings"

    def score(self, case: Case, answer: Answer) -> float:
        expected = {normalise(tag) for tag in case.question.expected_readings}
        got = {normalise(reading.tag) for reading in answer.readings}
        return len(expected & got) / len(expected) if expected else UNSCORED


METRIC: AnswerMetric = Readings()
