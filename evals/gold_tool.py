"""A search that finds the gold evidence: what the service makes of it is the ceiling that search can lift it to."""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from pydantic import BaseModel

from app.tools.base import Context, Outcome
from app.tools.search_documents import TOOL, Arguments
from evals.dataset import Evidence, GoldenQuestion
from evals.evidence import file_name, proves
from evals.golden_search import must_find
from retrieval.models import Caller, Hit, Passage
from retrieval.sql import catalogue, documents
from retrieval.sql.engine import Database


class GoldSearch:
    """See ``app.tools.base.Tool``. A question without gold evidence for search to find is searched as ever."""

    name = TOOL.name
    description = TOOL.description
    arguments: type[BaseModel] = Arguments

    def __init__(self, questions: Iterable[GoldenQuestion]) -> None:
        self._gold = {question.question.strip(): must_find(question) for question in questions}
        self._held: list[tuple[str, Passage, str]] = []  # file name, passage, title

    async def run(self, caller: Caller, arguments: Arguments, context: Context) -> Outcome:
        groups = self._gold.get(arguments.query.strip(), ())
        if not groups:
            return await TOOL.run(caller, arguments, context)
        if not self._held:
            self._held = await asyncio.to_thread(_read, context.database, caller)
        hits = self._hits(groups)[: arguments.limit]
        return Outcome(f"{len(hits)} gold passages", hits=hits)

    def _hits(self, groups: Sequence[Sequence[Evidence]]) -> list[Hit]:
        """One passage of each group, then the next of each: no group's alternatives crowd another group out."""
        columns = [self._shown(group) for group in groups]
        ordered = [hit for row in zip_longest(*columns) for hit in row if hit is not None]
        return list({hit.passage.id: hit for hit in ordered}.values())

    def _shown(self, group: Sequence[Evidence]) -> list[Hit]:
        return [
            Hit(passage=passage, title=title, score=1.0)
            for piece in group
            for file, passage, title in self._held
            if proves(passage, file, piece)
        ]


def _read(database: Database, caller: Caller) -> list[tuple[str, Passage, str]]:
    held = []
    for document in documents.list_documents(database, caller):
        last = catalogue.count_passages(database, caller, document.id)
        passages = catalogue.passages_of(database, caller, document.id, first=0, last=last)
        held += [(file_name(document.path), passage, document.title) for passage in passages]
    return held
