"""Search manuals, logs, registers and drawings."""

import asyncio
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from app.tools.base import Context, GiveUp, Outcome, TryAgain
from retrieval.errors import PlantwrightError
from retrieval.models import Caller, Hit, Language, PassageKind
from retrieval.stores.base import Where
from retrieval.tags import normalise

_TEXTS: tuple[PassageKind, ...] = ("text", "table", "steps", "warning")
_ROWS: tuple[PassageKind, ...] = ("record", "sheet")


class Arguments(BaseModel):
    """``tags`` come first where passages name them, then ``related``; they do not shut out the rest."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(max_length=2000)
    tags: list[str] = Field(default=[], max_length=20)
    related: list[str] = Field(default=[], max_length=20)  # such as the equipment of an instrument
    language: Language = "en"
    limit: int = Field(8, ge=1, le=50)
    only_tags: list[str] = []  # these two shut out the rest
    only_documents: list[str] = []


class SearchDocuments:
    """See ``app.tools.base.Tool``. Makes no facts: passages speak for themselves."""

    name = "search_documents"
    description = "Find passages in manuals, logs and drawings: procedures, limits, causes, spare parts."
    arguments = Arguments

    async def run(self, caller: Caller, arguments: Arguments, context: Context) -> Outcome:
        query = arguments.query.strip()
        if not query:
            raise TryAgain("the query is empty; try again with the words of the question")
        tags = tuple(dict.fromkeys(map(normalise, arguments.tags)))
        try:
            hits = await _hits(caller, query, tags, arguments, context)
        except PlantwrightError as error:
            raise GiveUp(f"the search failed: {error}") from error
        titles = dict.fromkeys(hit.title for hit in hits)
        if arguments.language == "zh":
            return Outcome(f"找到 {len(hits)} 段" + (f"：{'、'.join(titles)}" if titles else ""), hits=hits)
        passages = "passage" if len(hits) == 1 else "passages"
        return Outcome(f"{len(hits)} {passages}" + (f" from {', '.join(titles)}" if titles else ""), hits=hits)


async def _hits(caller: Caller, query: str, tags: tuple[str, ...], arguments: Arguments, context: Context) -> list[Hit]:
    """What manuals say first, then a few rows and items: a long log of one pump must not hide its manual."""
    only = Where(tags=tuple(map(normalise, arguments.only_tags)), document_ids=tuple(arguments.only_documents))

    async def find(kinds: tuple[PassageKind, ...], limit: int) -> list[Hit]:
        where = replace(only, kinds=kinds)
        return await context.search.search(
            caller,
            query,
            language=arguments.language,
            tags=tags,
            related=tuple(map(normalise, arguments.related)),
            where=where,
            limit=limit,
        )

    few = max(arguments.limit // 4, 1)
    texts, rows = await asyncio.gather(find(_TEXTS, arguments.limit), find(_ROWS, few))
    return [*texts[: arguments.limit - min(few, len(rows))], *rows]


TOOL = SearchDocuments()
