"""Ask the plant graph of the P&IDs: what isolates an item, what lies before, behind or between."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.tools import _graph_words as words
from app.tools.base import Context, Fact, GiveUp, Outcome, TryAgain
from retrieval.errors import PlantwrightError
from retrieval.graph import IsolationPoint, PlantGraph, Route
from retrieval.models import Caller, Hit, Language
from retrieval.sql.documents import get_titles
from retrieval.sql.engine import Database
from retrieval.sql.graph_rows import list_connections, list_items, sheet_passages
from retrieval.tags import normalise, stem

Query = Literal["isolation", "neighbours", "upstream", "downstream", "path"]


class Arguments(BaseModel):
    """``other`` is the far end of a path; the other queries do without it."""

    model_config = ConfigDict(extra="forbid")

    query: Query
    tag: str = Field(min_length=1, max_length=64)
    other: str | None = Field(None, max_length=64)
    language: Language = "en"


@dataclass(frozen=True)
class _Sheets:
    """The graph that a caller may see, and the passages to cite from it."""

    graph: PlantGraph
    cite: Callable[[Sequence[str]], dict[str, Hit]]


class PlantGraphTool:
    """See ``app.tools.base.Tool``. Facts are cited by the sheet passage of the item that they speak of."""

    name = "plant_graph"
    description = "From the P&IDs: which valves isolate an item, what is beside, upstream, downstream or between."
    arguments = Arguments

    async def run(self, caller: Caller, arguments: Arguments, context: Context) -> Outcome:
        return await asyncio.to_thread(self._run, caller, arguments, context.database)

    def _run(self, caller: Caller, arguments: Arguments, database: Database) -> Outcome:
        try:
            sheets = _load(caller, database)
        except PlantwrightError as error:
            raise GiveUp(f"the P&IDs can't be read now: {error}") from error
        if not sheets.graph.items:
            raise GiveUp("no P&ID is indexed that you may see; ingest one with python -m ingestion FILE.xml")
        tag = _known(arguments.tag, sheets.graph)
        if arguments.query == "isolation":
            return _isolation(tag, sheets, arguments.language)
        if arguments.query == "neighbours":
            return _neighbours(tag, sheets, arguments.language)
        if arguments.query == "path":
            if arguments.other is None:
                raise TryAgain("a path needs its other end; try again with a tag in other")
            route = sheets.graph.path(tag, _known(arguments.other, sheets.graph))
            return _routes("path", tag, [route] if route else [], sheets, arguments.language)
        found = sheets.graph.upstream(tag) if arguments.query == "upstream" else sheets.graph.downstream(tag)
        return _routes(arguments.query, tag, found, sheets, arguments.language)


def _load(caller: Caller, database: Database) -> _Sheets:
    graph = PlantGraph((item for _, item in list_items(database, caller)), list_connections(database, caller))

    def cite(tags: Sequence[str]) -> dict[str, Hit]:
        passages = sheet_passages(database, caller, tags)
        titles = get_titles(database, caller, [passage.document_id for passage in passages.values()])
        return {
            tag: Hit(passage=passage, title=titles.get(passage.document_id, ""), score=1.0)
            for tag, passage in passages.items()
        }

    return _Sheets(graph, cite)


def _known(raw: str, graph: PlantGraph) -> str:
    """The tag as the drawings have it. Raises ``TryAgain`` that names tags near it."""
    tag = normalise(raw)
    for name in (tag, raw):
        if name in graph.items:
            return name
    named = [name for name in graph.items if ":" not in name]
    near = [name for name in named if stem(name) == stem(tag)] or get_close_matches(tag, named, 5, 0.6)
    hint = f"did you mean {', '.join(sorted(near))}?" if near else "try again with a tag as the P&ID shows it"
    raise TryAgain(f"{raw} is on no P&ID; {hint}")


def _isolation(tag: str, sheets: _Sheets, language: Language) -> Outcome:
    graph = sheets.graph
    if graph.items[tag].role == "instrument":
        on = [one.tag for one in graph.neighbours(tag) if one.direction == "signal"]
        raise TryAgain(f"{tag} is an instrument with no pipe of its own; try again with what it is on: {', '.join(on)}")
    found = graph.isolation(tag)
    hits = sheets.cite([tag, *(point.tag for point in (*found.close, *found.drains))])
    facts = [Fact(text=words.isolation(found, language), hit=hits.get(tag))]
    facts += [
        Fact(text=words.close_point(point, graph.items[point.tag], language), hit=hits.get(point.tag))
        for point in found.close
    ]
    facts += [Fact(text=text, hit=hits.get(tag)) for text in words.warnings(found, language)]
    facts += [
        Fact(text=words.drain_point(point, graph.items[point.tag], language), hit=hits.get(point.tag), must_state=False)
        for point in found.drains
    ]
    disclaimer = words.DISCLAIMER[language]
    facts.append(Fact(text=disclaimer, must_state=False))
    result = {
        "kind": "isolation",
        "target": tag,
        "close": [_point(point, graph, language) for point in found.close],
        "drains": [_point(point, graph, language) for point in found.drains],
        "open_ends": list(found.open_ends),
        "passed": list(found.passed),
        "not_isolable": [one.model_dump() for one in found.not_isolable],
        "disclaimer": disclaimer,
    }
    return Outcome(words.isolation(found, language), hits=tuple(hits.values()), facts=tuple(facts), results=(result,))


def _point(point: IsolationPoint, graph: PlantGraph, language: Language) -> dict[str, Any]:
    return {**point.model_dump(), "name": words.kind(graph.items[point.tag], language)}


def _neighbours(tag: str, sheets: _Sheets, language: Language) -> Outcome:
    found = sheets.graph.neighbours(tag)
    hits = sheets.cite([tag])
    facts = [Fact(text=text, hit=hits.get(tag)) for text in words.neighbours(tag, found, language)]
    result = {"kind": "neighbours", "tag": tag, "neighbours": [one.model_dump() for one in found]}
    summary = " ".join(fact.text for fact in facts) or words.nothing("neighbours", tag, language)
    return Outcome(summary, hits=tuple(hits.values()), facts=tuple(facts), results=(result,))


def _routes(query: Query, tag: str, routes: Sequence[Route], sheets: _Sheets, language: Language) -> Outcome:
    """A fact a route, cited by the passage of its far end, or of its near end where the far one has none."""
    hits = sheets.cite(list(dict.fromkeys(one for route in routes for one in route.tags)) or [tag])
    facts = [
        Fact(text=words.route(query, route, language), hit=hits.get(route.tags[-1]) or hits.get(tag))
        for route in routes
    ]
    result = {"kind": query, "tag": tag, "routes": [route.model_dump() for route in routes]}
    if not facts:
        return Outcome(words.nothing(query, tag, language), hits=tuple(hits.values()), results=(result,))
    return Outcome(
        " ".join(fact.text for fact in facts), hits=tuple(hits.values()), facts=tuple(facts), results=(result,)
    )


TOOL = PlantGraphTool()
