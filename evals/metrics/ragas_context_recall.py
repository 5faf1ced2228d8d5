"""RAGAS NonLLMContextRecall, without a judge: the share of gold quotes that some cited quote resembles
(normalised Levenshtein similarity over 0.5). NaN without gold quotes and without citations.

Passages are longer than gold quotes, so the contexts are the citations' quotes and each line and sentence of them.
"""

import asyncio
import os
import re
import warnings
from typing import Literal

from app.api.wire import Answer
from evals.dataset import PageEvidence
from evals.evidence import cited
from evals.metrics.base import UNSCORED, AnswerMetric, Case

_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")


class RagasContextRecall:
    kind: Literal["answer"] = "answer"
    name = "ragas_context_recall"

    def score(self, case: Case, answer: Answer) -> float:
        pages = [gold for gold in case.question.gold_evidence if isinstance(gold, PageEvidence)]
        references = [gold.quote for gold in pages if gold.quote.strip()]
        quotes = [citation.quote for citation in cited(answer)[0] if citation.quote.strip()]
        if not references or not quotes:
            return UNSCORED
        contexts = [part.strip() for quote in quotes for part in (quote, *_ENDS.split(quote)) if part and part.strip()]
        return _recall(list(dict.fromkeys(contexts)), references)


def _recall(contexts: list[str], references: list[str]) -> float:
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # this metric has not moved to ragas.metrics.collections yet
        from ragas import SingleTurnSample
        from ragas.metrics import NonLLMContextRecall

        sample = SingleTurnSample(retrieved_contexts=contexts, reference_contexts=references)
        return float(asyncio.run(NonLLMContextRecall().single_turn_ascore(sample)))


METRIC: AnswerMetric = RagasContextRecall()
