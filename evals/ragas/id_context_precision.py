"""RAGAS IDBasedContextPrecision, no judge: the share of the cited places that are gold.
A place is a page of a file, an order, a drawn item."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._inputs import ByPlace
from evals.ragas._library import quiet
from evals.ragas.base import RagasMetric, Tools, value_of


class IdContextPrecision(ByPlace):
    name = "ragas_id_context_precision"

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas import SingleTurnSample
            from ragas.metrics import IDBasedContextPrecision as Ragas  # not in its collections yet

            return value_of(await Ragas().single_turn_ascore(SingleTurnSample(**inputs)))


RAGAS: RagasMetric = IdContextPrecision()
