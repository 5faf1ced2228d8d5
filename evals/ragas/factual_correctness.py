"""RAGAS FactualCorrectness: F1 over claims, the answer's that the reference supports and the other way round."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._library import quiet
from evals.ragas.base import RagasMetric, Sample, Tools, need, value_of


class FactualCorrectness:
    name = "ragas_factual_correctness"
    needs_judge, needs_embeddings = True, False

    def inputs(self, sample: Sample) -> dict[str, Any]:
        need(answered=sample.answered, answer=sample.answer.strip(), reference=sample.reference)
        return {"response": sample.answer, "reference": sample.reference}

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas.metrics.collections import FactualCorrectness as Ragas

            return value_of(await Ragas(llm=tools.model).ascore(**inputs))


RAGAS: RagasMetric = FactualCorrectness()
