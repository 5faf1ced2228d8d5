"""RAGAS ToolCallAccuracy, order left open: the expected tools were called, and no others. Golden questions name no
arguments, so calls are compared by name alone; a tool called twice counts once."""

from collections.abc import Mapping
from typing import Any

from evals.ragas._library import quiet
from evals.ragas.base import RagasMetric, Sample, Tools, need, value_of


class ToolCallAccuracy:
    name = "ragas_tool_call_accuracy"
    needs_judge, needs_embeddings = False, False

    def inputs(self, sample: Sample) -> dict[str, Any]:
        need(expected_tools=sample.expected_tools)
        return {"tools": sorted(set(sample.tools)), "expected": sorted(set(sample.expected_tools))}

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        with quiet():
            from ragas.messages import AIMessage, ToolCall
            from ragas.metrics.collections import ToolCallAccuracy as Ragas

            called = [ToolCall(name=name, args={}) for name in inputs["tools"]]
            expected = [ToolCall(name=name, args={}) for name in inputs["expected"]]
            said: list[Any] = [AIMessage(content="", tool_calls=called)]
            return value_of(await Ragas(strict_order=False).ascore(user_input=said, reference_tool_calls=expected))


RAGAS: RagasMetric = ToolCallAccuracy()
