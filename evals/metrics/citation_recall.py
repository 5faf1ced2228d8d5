"""Citation recall: gold evidence that some citation shows / all gold evidence, alternatives counted as one piece.
NaN where there is no gold evidence."""

from typing import Literal

from app.api.wire import Answer
from evals.evidence import cited, shows
from evals.metrics.base import UNSCORED, AnswerMetric, Case


class CitationRecall:
    kind: Literal["answer"] = "answer"
    name = "citation_recall"

    def score(self, case: Case, answer: Answer) -> float:
        groups = case.question.evidence_groups
        if not groups:
            return UNSCORED
        citations, _ = cited(answer)
        shown = (any(shows(citation, piece, case) for citation in citations for piece in group) for group in groups)
        return sum(shown) / len(groups)


METRIC: AnswerMetric = CitationRecall()
