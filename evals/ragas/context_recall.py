"""RAGAS ContextRecall: the share of the reference's sentences that the cited quotes carry."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._library import quiet
from evals.ragas.base import RagasMetric, Sample, Tools, need, value_of


class ContextRecall:
    name = "ragas_context_recall"
    needs_judge, needs_embeddings = True, False

    def inputs(self, sample: Sample) -> dict[str, Any]:
        need(reference=sample.reference, citations=sample.contexts)
        return {
            "user_input": sample.question,
            "reference": sample.reference,
            "retrieved_contexts": list(sample.contexts),
        }

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas.metrics.collections import ContextRecall as Ragas

            return value_of(await Ragas(llm=tools.model).ascore(**inputs))


RAGAS: RagasMetric = ContextRecall()
