"""RAGAS ContextPrecision: the average precision of the cited quotes, in their order, each judged useful for the
reference or not."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._library import quiet
from evals.ragas.base import RagasMetric, Sample, Tools, need, value_of


class ContextPrecision:
    name = "ragas_context_precision"
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
            from ragas.metrics.collections import ContextPrecision as Ragas

            return value_of(await Ragas(llm=tools.model).ascore(**inputs))


RAGAS: RagasMetric = ContextPrecision()
