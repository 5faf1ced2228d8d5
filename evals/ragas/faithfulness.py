"""RAGAS Faithfulness: the share of the answer's statements that the cited quotes support."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._library import quiet
from evals.ragas.base import RagasMetric, Sample, Tools, need, value_of


class Faithfulness:
    name = "ragas_faithfulness"
    needs_judge, needs_embeddings = True, False

    def inputs(self, sample: Sample) -> dict[str, Any]:
        need(answered=sample.answered, answer=sample.answer.strip(), citations=sample.contexts)
        return {
            "user_input": sample.question,
            "response": sample.answer,
            "retrieved_contexts": list(sample.contexts),
        }

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas.metrics.collections import Faithfulness as Ragas

            return value_of(await Ragas(llm=tools.model).ascore(**inputs))


RAGAS: RagasMetric = Faithfulness()
