"""Numeric match: every gold fact stands in the answer, its number with its unit (or its wording where it has none).
NaN where the question has no gold fact."""

from typing import Literal

from app.api.wire import Answer
from evals.facts import states
from evals.metrics.base import UNSCORED, AnswerMetric, Case


class NumericMatch:
    kind: Literal["answer"] = "answer"
    name = "numeric_match"

    def score(self, case: Case, answer: Answer) -> float:
        facts = case.question.gold_facts
        if not facts:
            return UNSCORED
        text = "\n".join((answer.answer, *(sentence.text for sentence in answer.sentences)))
        return float(all(states(text, fact) for fact in facts))


METRIC: AnswerMetric = NumericMatch()
