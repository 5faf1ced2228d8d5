"""RAGAS Faithfulness as a judge: right where (nearly) every statement of the answer follows from the evidence.
It says nothing of refusals, so it is not measured on them."""

import math

from evals.endpoint import Chooser, Endpoint, Unreadable
from evals.judges.base import LABELS, REFUSALS, Judge, JudgeCase, Label, Verdict
from evals.ragas._library import model, ragas_version
from evals.ragas.base import Tools
from evals.ragas.faithfulness import RAGAS
from evals.settings import EvalSettings
from retrieval.errors import BadSetting


class RagasFaithfulness:
    name = "ragas_faithfulness"
    labels: frozenset[Label] = frozenset(LABELS) - REFUSALS
    needs_model = True

    def version(self) -> str:
        return ragas_version()

    def thresholds(self, settings: EvalSettings) -> dict[str, float]:
        return {"faithful_from": settings.faithful_from}

    async def verdict(self, case: JudgeCase, chooser: Chooser | None, settings: EvalSettings) -> Verdict:
        if not isinstance(chooser, Endpoint):
            raise BadSetting("ragas_faithfulness asks an endpoint: give --judge-base-url and --judge-model")
        contexts = [
            (f"(applies to {', '.join(piece.tags)}) " if piece.tags else "") + piece.quote for piece in case.evidence
        ]
        inputs = {"user_input": case.question, "response": case.answer, "retrieved_contexts": contexts}
        score = await RAGAS.score(inputs, Tools(settings, chooser, model(chooser, settings)))
        if math.isnan(score):
            raise Unreadable("RAGAS found no statement in the answer")
        return Verdict(right=score >= settings.faithful_from, score=score)


JUDGE: Judge = RagasFaithfulness()
