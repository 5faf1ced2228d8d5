"""RAGAS ContextRecall: the share of the reference's sentences that the cited quotes carry."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._inputs import AgainstReference
from evals.ragas._library import quiet
from evals.ragas.base import RagasMetric, Tools, value_of


class ContextRecall(AgainstReference):
    name = "ragas_context_recall"

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas.metrics.collections import ContextRecall as Ragas

            return value_of(await Ragas(llm=tools.model).ascore(**inputs))


RAGAS: RagasMetric = ContextRecall()
