"""RAGAS ContextPrecision: the average precision of the cited quotes, in their order, each judged useful for the
reference or not."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._inputs import AgainstReference
from evals.ragas._library import quiet
from evals.ragas.base import RagasMetric, Tools, value_of


class ContextPrecision(AgainstReference):
    name = "ragas_context_precision"

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas.metrics.collections import ContextPrecision as Ragas

            return value_of(await Ragas(llm=tools.model).ascore(**inputs))


RAGAS: RagasMetric = ContextPrecision()
