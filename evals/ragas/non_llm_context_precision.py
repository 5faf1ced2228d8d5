"""RAGAS NonLLMContextPrecisionWithReference, no judge: the average precision of the cited quotes, each one right where
it resembles a gold quote. Of a passage the line or sentence nearest to a gold quote stands for it."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._library import quiet
from evals.ragas._parts import nearest
from evals.ragas.base import RagasMetric, Sample, Tools, need, value_of


class NonLlmContextPrecision:
    name = "ragas_non_llm_context_precision"
    needs_judge, needs_embeddings = False, False

    def inputs(self, sample: Sample) -> dict[str, Any]:
        need(gold_quotes=sample.references, citations=sample.contexts)
        contexts = [nearest(context, sample.references) for context in sample.contexts]
        return {"retrieved_contexts": contexts, "reference_contexts": list(sample.references)}

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas import SingleTurnSample
            from ragas.metrics import NonLLMContextPrecisionWithReference as Ragas  # not in its collections yet

            return value_of(await Ragas().single_turn_ascore(SingleTurnSample(**inputs)))


RAGAS: RagasMetric = NonLlmContextPrecision()
