"""Fetch what the question's kinds call for, all at once, each under its own deadline."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from app.agent.known import Known
from app.agent.resolve import Resolved, options
from app.api.wire import Filters, ToolCall
from app.plant.base import Reading
from app.tools.base import Context, Fact, GiveUp, Outcome, Tool, TryAgain
from retrieval.errors import PlantwrightError
from retrieval.models import Caller, Hit

MOST_TAGS = 20  # that a search puts in front
MOST_DRAWN = 6  # pieces of equipment that one question is answered for
log = logging.getLogger(__name__)
Emit = Callable[[str, Mapping[str, Any]], Awaitable[None]]


class Planned(NamedTuple):
    """A tool call to make: the tool's name, its arguments, and seconds it may take."""

    tool: str
    arguments: dict[str, Any]
    deadline: float


class Gathered(NamedTuple):
    """All that was found. ``failed``: one line for each tool that found nothing because it couldn't."""

    calls: tuple[ToolCall, ...] = ()
    hits: tuple[Hit, ...] = ()
    facts: tuple[Fact, ...] = ()
    readings: tuple[Reading, ...] = ()
    results: tuple[dict[str, Any], ...] = ()
    failed: tuple[str, ...] = ()

    def plus(self, other: "Gathered") -> "Gathered":
        return Gathered(
            self.calls + other.calls,
            self.hits + other.hits,
            self.facts + other.facts,
            self.readings + other.readings,
            self.results + other.results,
            self.failed + other.failed,
        )


def plan(
    resolved: Resolved,
    known: Known,
    *,
    search_deadline: float,
    tool_deadline: float,
    limit: int = 10,
    filters: Filters | None = None,
) -> list[Planned]:
    """Which tools to call, from the kinds of the question. No model is asked."""
    filters = filters or Filters()
    language = resolved.language
    planned = []
    if "documents" in resolved.kinds:
        named = [*resolved.tags, *options(resolved)]
        parents = [asset.parent for tag in named if (asset := known.register.assets.get(tag)) and asset.parent]
        arguments: dict[str, Any] = {
            "query": resolved.words or resolved.question,
            "tags": list(dict.fromkeys(named))[:MOST_TAGS],
            "related": list(dict.fromkeys(parents))[:MOST_TAGS],
            "only_tags": filters.tags,
            "only_documents": filters.document_ids,
            "language": language,
            "limit": limit,
        }
        planned.append(Planned("search_documents", arguments, search_deadline))
    if "live" in resolved.kinds:
        arguments = {
            "tags": [tag for tag in resolved.tags if tag in known.live],
            "assets": [tag for tag in resolved.tags if tag not in known.live],
            "measurement": resolved.question,
            "language": language,
        }
        planned.append(Planned("read_tags", arguments, tool_deadline))
    if "history" in resolved.kinds:
        arguments = {
            "query": resolved.history,
            "assets": [*resolved.tags, *resolved.unknown],
            "failure_words": resolved.question,
            "since": resolved.since,
            "until": resolved.until,
            "language": language,
        }
        planned.append(Planned("work_orders", arguments, tool_deadline))
    if "connectivity" in resolved.kinds:
        planned += [Planned("plant_graph", arguments, tool_deadline) for arguments in _graph(resolved, known)]
    return planned


def _graph(resolved: Resolved, known: Known) -> list[dict[str, Any]]:
    """One call a thing asked about: equipment where any is named, else valves and instruments. A path joins two."""
    common = {"query": resolved.graph, "language": resolved.language}
    drawn = [tag for tag in resolved.tags if tag in known.drawn] or list(resolved.tags)
    if resolved.graph == "path" and len(drawn) > 1:
        return [{**common, "tag": drawn[0], "other": drawn[1]}]
    equipment = [tag for tag in drawn if tag in known.equipment]
    return [{**common, "tag": tag} for tag in (equipment or drawn)[:MOST_DRAWN]]


async def gather(
    planned: Sequence[Planned], tools: Mapping[str, Tool], caller: Caller, context: Context, emit: Emit
) -> Gathered:
    """Run the calls side by side. One that fails or is late is reported in ``failed``; it never stops the rest."""
    parts = await asyncio.gather(*(_run(call, tools[call.tool], caller, context, emit) for call in planned))
    total = Gathered()
    for part in parts:
        total = total.plus(part)
    return total


async def _run(call: Planned, tool: Tool, caller: Caller, context: Context, emit: Emit) -> Gathered:
    started = time.perf_counter()
    outcome, failure = Outcome(summary=""), ""
    try:
        async with asyncio.timeout(call.deadline):
            outcome = await tool.run(caller, tool.arguments.model_validate(call.arguments), context)
    except TimeoutError:
        failure = f"{call.tool} took longer than {call.deadline:g} s"
    except (TryAgain, GiveUp, PlantwrightError) as error:
        failure = f"{call.tool}: {error}"
    except ValidationError as error:
        failure = f"{call.tool}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}"
    except Exception as error:  # a tool that breaks must not take the answer with it
        log.exception("%s failed", call.tool)
        failure = f"{call.tool}: {type(error).__name__}"
    duration = round((time.perf_counter() - started) * 1000, 1)
    record = ToolCall(
        tool=call.tool, arguments=_jsonable(call.arguments), summary=failure or outcome.summary, duration_ms=duration
    )
    await emit("tool_call", record.model_dump(mode="json"))
    for result in outcome.results:
        await emit("result", result)
    return Gathered(
        (record,),
        tuple(outcome.hits),
        tuple(outcome.facts),
        tuple(outcome.readings),
        tuple(outcome.results),
        (failure,) if failure else (),
    )


def _jsonable(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in arguments.items()
        if value not in (None, [], "")
    }
