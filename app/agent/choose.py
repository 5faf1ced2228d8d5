"""One bounded round in which the model may pick a tool that code did not; a JSON schema constrains the choice."""

from collections.abc import Mapping
from typing import Any

from app.agent.gather import Planned, plan
from app.agent.known import Known
from app.agent.resolve import Resolved
from app.llm.base import LanguageModel, Message
from app.tools.base import Tool
from retrieval.errors import Transient

_SYSTEM = (
    "You pick the tool that would answer a technician's question, or none. Live values come from read_tags, past "
    "repairs from work_orders, piping from plant_graph."
)


def schema(tools: Mapping[str, Tool]) -> dict[str, Any]:
    """The object to be filled in; search_documents has been called already and is not offered."""
    names = [name for name in tools if name != "search_documents"]
    return {
        "type": "object",
        "properties": {"tool": {"type": "string", "enum": [*names, "none"]}},
        "required": ["tool"],
        "additionalProperties": False,
    }


async def choose(
    resolved: Resolved, known: Known, tools: Mapping[str, Tool], model: LanguageModel, *, deadline: float
) -> Planned | None:
    """The call to make, or None. The model picks the tool; its arguments come from what code resolved."""
    lines = [f"{name}: {tool.description}" for name, tool in tools.items() if name != "search_documents"]
    prompt = [
        Message("system", _SYSTEM),
        Message("user", "\n".join([*lines, "none: nothing above fits", "", resolved.question])),
    ]
    try:
        picked = (await model.choose(prompt, schema(tools), max_tokens=24)).get("tool")
    except Transient:
        return None
    kinds: dict[Any, Any] = {"read_tags": "live", "work_orders": "history", "plant_graph": "connectivity"}
    if picked not in kinds or not resolved.tags:
        return None
    again = resolved.model_copy(update={"kinds": frozenset({kinds[picked]})})
    return next(iter(plan(again, known, search_deadline=deadline, tool_deadline=deadline)), None)
