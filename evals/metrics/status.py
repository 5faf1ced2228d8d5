"""Status accuracy: the answer has the expected status."""

from typing import Literal

from app.api.wire import Answer
from evals.metrics.base import AnswerMetric, Case


class Status:
    kind: Literal["answer"] = "answer"
    name = "status"

    def score(self, case: Case, answer: Answer) -> float:
        return float(answer.status == case.question.expected_status)


METRIC: AnswerMetric = Status()
