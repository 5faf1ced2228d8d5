"""RAGAS Faithfulness, with a judge: the share of the answer's statements that the cited quotes support.
NaN without a judge ([evals] judge_base_url and judge_model) and without citations; raises what judge or RAGAS raise."""

import asyncio
import os
import warnings
from typing import Literal

from app.api.wire import Answer
from evals.evidence import cited
from evals.metrics.base import UNSCORED, AnswerMetric, Case
from evals.settings import EvalSettings


class RagasFaithfulness:
    kind: Literal["answer"] = "answer"
    name = "ragas_faithfulness"

    def score(self, case: Case, answer: Answer) -> float:
        contexts = [citation.quote for citation in cited(answer)[0] if citation.quote.strip()]
        if not case.settings.has_judge or not contexts or not answer.answer.strip():
            return UNSCORED
        return asyncio.run(_judge(case.settings, case.question.question, answer.answer, contexts))


async def _judge(settings: EvalSettings, question: str, response: str, contexts: list[str]) -> float:
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # third parties' own deprecations
        from openai import AsyncOpenAI
        from ragas.llms import llm_factory
        from ragas.metrics.collections import Faithfulness

        key = settings.judge_api_key.get_secret_value() or "none"
        timeout = settings.judge_timeout_seconds
        async with AsyncOpenAI(base_url=settings.judge_base_url, api_key=key, timeout=timeout) as client:
            metric = Faithfulness(llm=llm_factory(settings.judge_model, client=client))
            result = await metric.ascore(user_input=question, response=response, retrieved_contexts=contexts)
            return float(result.value)


METRIC: AnswerMetric = RagasFaithfulness()
