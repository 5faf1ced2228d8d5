"""RAGAS NonLLMContextRecall, no judge: the share of gold quotes that some cited text resembles (normalised
Levenshtein similarity over 0.5). Passages are longer than gold quotes, so each line and sentence of them counts too."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._library import quiet
from evals.ragas._parts import parts
from evals.ragas.base import RagasMetric, Sample, Tools, need, value_of


class NonLlmContextRecall:
    name = "ragas_non_llm_context_recall"
    needs_judge, needs_embeddings = False, False

    def inputs(self, sample: Sample) -> dict[str, Any]:
        need(gold_quotes=sample.references, citations=sample.contexts)
        contexts = dict.fromkeys(part for context in sample.contexts for part in parts(context))
        return {"retrieved_contexts": list(contexts), "reference_contexts": list(sample.references)}

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas import SingleTurnSample
            from ragas.metrics import NonLLMContextRecall as Ragas  # not in its collections yet

            return value_of(await Ragas().single_turn_ascore(SingleTurnSample(**inputs)))


RAGAS: RagasMetric = NonLlmContextRecall()
