"""Tool choice: every expected tool was called. NaN where no tool is expected."""

from typing import Literal

from app.api.wire import Answer
from evals.metrics.base import UNSCORED, AnswerMetric, Case


class ToolChoice:
    kind: Literal["answer"] = "answer"
    name = "tool_choice"

    def score(self, case: Case, answer: Answer) -> float:
        expected = set(case.question.expected_tools)
        return float(expected <= {call.tool for call in answer.tool_calls}) if expected else UNSCORED


METRIC: AnswerMetric = ToolChoice()
