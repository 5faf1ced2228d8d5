"""RAGAS ResponseRelevancy (AnswerRelevancy in its collections): how near questions that the judge makes up from the
answer come to the question that was asked, by their embeddings; 0 where the answer is noncommittal."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._library import quiet
from evals.ragas.base import RagasMetric, Sample, Tools, need, value_of


class ResponseRelevancy:
    name = "ragas_response_relevancy"
    needs_judge, needs_embeddings = True, True

    def inputs(self, sample: Sample) -> dict[str, Any]:
        need(answered=sample.answered, answer=sample.answer.strip())
        return {"user_input": sample.question, "response": sample.answer}

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas.metrics.collections import AnswerRelevancy as Ragas

            return value_of(await Ragas(llm=tools.model, embeddings=tools.embeddings).ascore(**inputs))


RAGAS: RagasMetric = ResponseRelevancy()
