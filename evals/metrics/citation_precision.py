"""Citation precision: right citations / all cited. NaN where nothing is cited, or the question has no gold evidence."""

from typing import Literal

from app.api.wire import Answer
from evals.evidence import cited, is_right
from evals.metrics.base import UNSCORED, AnswerMetric, Case


class CitationPrecision:
    kind: Literal["answer"] = "answer"
    name = "citation_precision"

    def score(self, case: Case, answer: Answer) -> float:
        citations, dangling = cited(answer)
        total = len(citations) + dangling  # an id that refers to nothing is a wrong citation
        if not case.question.gold_evidence or not total:
            return UNSCORED
        return sum(is_right(citation, case) for citation in citations) / total


METRIC: AnswerMetric = CitationPrecision()
