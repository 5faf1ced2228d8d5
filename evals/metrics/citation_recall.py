"""Citation recall: gold evidence that some citation shows / all gold evidence. NaN where there is no gold evidence."""

from typing import Literal

from app.api.wire import Answer
from evals.evidence import cited, shows
from evals.metrics.base import UNSCORED, AnswerMetric, Case


class CitationRecall:
    kind: Literal["answer"] = "answer"
    name = "citation_recall"

    def score(self, case: Case, answer: Answer) -> float:
        gold = case.question.gold_evidence
        if not gold:
            return UNSCORED
        citations, _ = cited(answer)
        return sum(any(shows(citation, piece, case) for citation in citations) for piece in gold) / len(gold)


METRIC: AnswerMetric = CitationRecall()
