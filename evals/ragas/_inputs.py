"""What metrics are given that come in pairs: a precision and a recall of the same things."""

from typing import Any

from evals.ragas.base import Sample, need


class AgainstReference:
    """The cited quotes against the reference, as a judge sees it."""

    needs_judge, needs_embeddings = True, False

    def inputs(self, sample: Sample) -> dict[str, Any]:
        need(reference=sample.reference, citations=sample.contexts)
        return {
            "user_input": sample.question,
            "reference": sample.reference,
            "retrieved_contexts": list(sample.contexts),
        }


class ByPlace:
    """The cited places against the gold ones; no judge."""

    needs_judge, needs_embeddings = False, False

    def inputs(self, sample: Sample) -> dict[str, Any]:
        need(gold_evidence=sample.reference_ids, citations=sample.context_ids)
        return {
            "retrieved_context_ids": list(sample.context_ids),
            "reference_context_ids": list(sample.reference_ids),
        }
