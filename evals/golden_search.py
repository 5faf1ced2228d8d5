"""Golden questions through the plant's own search, as the service plans it: tags resolved by the register, manuals
before rows, near-duplicates folded; and the same with parts of it left out."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from app.agent.gather import plan
from app.agent.known import Names
from app.agent.resolve import resolve
from app.plant.none import PLANT
from app.tools.base import Context
from app.tools.search_documents import TOOL
from evals.dataset import Evidence, GoldenQuestion, RecordEvidence, SheetEvidence
from evals.evidence import file_name, place_of, proves
from evals.kept import key_of
from evals.ranking import Ranking, Sought, Tick, pair_of
from evals.remembered import RememberedEncoder, RememberedStore
from evals.ways import Loaded, Way
from retrieval.errors import Unavailable
from retrieval.knowledge import Knowledge
from retrieval.legs.base import Encoder
from retrieval.models import Caller, Hit, Passage
from retrieval.search import Search
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.stores.base import VectorStore, Where

_EVERYONE = Caller.local()
_QUOTED = 300  # characters of a passage in the JSON


def must_find(question: GoldenQuestion) -> tuple[tuple[Evidence, ...], ...]:
    """The groups of gold evidence that search must find: what stands on pages, and rows and drawings where no other
    tool is expected to look them up. None where search is not expected at all."""
    if TOOL.name not in question.expected_tools:
        return ()
    others: list[type] = []
    if "work_orders" in question.expected_tools:
        others.append(RecordEvidence)
    if "plant_graph" in question.expected_tools:
        others.append(SheetEvidence)
    groups = (tuple(piece for piece in group if type(piece) not in others) for group in question.evidence_groups)
    return tuple(group for group in groups if group)


class GoldenSearch:
    """The plant's search, question by question. ``files``: file name by document id."""

    def __init__(self, knowledge: Knowledge, names: Names, most: int = 0) -> None:
        self._knowledge, self._names = knowledge, names
        self._encoders: dict[str, Callable[[], Encoder]] = {
            name: partial(knowledge.search.encoder, name) for name in knowledge.legs
        }
        self._store = knowledge.store
        if most:  # candidates: what was asked once is remembered
            self._store = cast(VectorStore, RememberedStore(knowledge.store, most))
            held = {name: RememberedEncoder(load) for name, load in self._encoders.items()}
            self._encoders = {name: partial(lambda one: one, one) for name, one in held.items()}
        listed = documents.list_documents(knowledge.database, _EVERYONE)
        self.files = {document.id: file_name(document.path) for document in listed}
        self._languages = {file_name(document.path): document.language for document in listed}

    def sought(self, questions: Sequence[GoldenQuestion]) -> list[Sought]:
        """Those that search must find something for."""
        return [self._sought(question) for question in questions if must_find(question)]

    def _sought(self, question: GoldenQuestion) -> Sought:
        groups = must_find(question)
        pieces = [piece for group in groups for piece in group]
        named = [question.evidence_language] if question.evidence_language else []
        pair = pair_of(
            question.language, named or {language for piece in pieces if (language := self._language(piece))}
        )
        evidence = [[piece.model_dump(mode="json") for piece in group] for group in groups]
        about = {"fact_id": question.fact_id, "split": question.split, "evidence": evidence}
        slices = {"language": question.language, "pair": pair, "kind": question.kind}
        relevant = {f"evidence {number}": 1 for number in range(1, len(groups) + 1)}
        return Sought(question.id, question.question, relevant, slices, question.fact_id or question.id, about)

    def _language(self, piece: Evidence) -> str:
        return self._languages.get(piece.document, "") if piece.kind == "page" else ""

    async def search_all(
        self, questions: Sequence[GoldenQuestion], ways: Mapping[str, Way], tick: Tick
    ) -> dict[str, list[Ranking]]:
        """By way of searching, in the questions' order. Raises what search raises."""
        await self._knowledge.search.warm()
        found: dict[str, list[Ranking]] = {}
        for name, way in ways.items():
            async with self._opened(way.settings) as search:
                found[name] = []
                for question in questions:
                    found[name].append(await self._rank(question, search, way.tags))
                    if failed := ", ".join(search.failures):
                        raise Unavailable(
                            f"the leg {failed} gave nothing, see the log; a measure without it says little"
                        )
                    tick(len(found) * len(questions) - len(questions) + len(found[name]), len(questions) * len(ways))
        return found

    @asynccontextmanager
    async def _opened(self, settings: RetrievalSettings) -> AsyncIterator[Search]:
        """A search of other settings over the same store, with the encoders that are loaded already."""
        knowledge = self._knowledge
        legs = {name: Loaded(leg, self._encoders[name]) for name, leg in knowledge.legs.items()}
        search = Search(knowledge.database, self._store, legs, settings)
        try:
            yield search
        finally:
            search.close()

    async def _rank(self, question: GoldenQuestion, search: Search, tags: bool) -> Ranking:
        start = time.perf_counter()
        hits = await self.hits(question.question, search, tags)
        elapsed = round((time.perf_counter() - start) * 1000, 3)
        groups, shown, found, about = (
            must_find(question),
            set[int](),
            list[tuple[str, ...]](),
            list[Mapping[str, Any]](),
        )
        for hit in hits:
            proved = [number for number, group in enumerate(groups, 1) if self._proves(hit.passage, group)]
            fresh = [number for number in proved if number not in shown]
            shown.update(fresh)
            found.append(tuple(f"evidence {number}" for number in fresh) or (hit.passage.id,))
            about.append(self._about(hit, proved))
        return Ranking(tuple(found), elapsed, tuple(about))

    async def hits(self, question: str, search: Search, tags: bool = True) -> list[Hit]:
        """As the service's tool finds them for a question that it looks up in the documents."""
        known = await self._names.known(_EVERYONE)
        resolved = resolve(question, known.register, now=datetime.now(UTC), measured=False)
        resolved = resolved.model_copy(update={"kinds": resolved.kinds | {"documents"}})
        deadline = 1.0  # nobody waits here
        planned = plan(resolved, known, search_deadline=deadline, tool_deadline=deadline)
        asked = next(call.arguments for call in planned if call.tool == TOOL.name)
        arguments = TOOL.arguments.model_validate(asked if tags else {**asked, "tags": []})
        async with PLANT.open({}) as plant:
            outcome = await TOOL.run(_EVERYONE, arguments, Context(search, self._knowledge.database, plant))
        return list(outcome.hits)

    def _proves(self, passage: Passage, group: Sequence[Evidence]) -> bool:
        return any(proves(passage, self.files.get(passage.document_id, ""), piece) for piece in group)

    def _about(self, hit: Hit, proved: Sequence[int]) -> dict[str, Any]:
        passage = hit.passage
        return {
            "id": passage.id,
            "document": self.files.get(passage.document_id),
            "place": place_of(passage),
            "text": passage.text[:_QUOTED],
            "score": round(hit.score, 6),
            "legs": {leg: round(score, 4) for leg, score in sorted(hit.legs.items())},
            "evidence": list(proved),
        }


@asynccontextmanager
async def open_golden_search(knowledge: Knowledge, *, most: int = 0) -> AsyncIterator[GoldenSearch]:
    """Over an open index. Live data is not asked. ``most``: candidates to remember of every search of a leg, where
    many settings are to be tried; 0 asks anew each time."""
    async with PLANT.open({}) as plant:
        yield GoldenSearch(knowledge, Names(knowledge.database, plant), most)


def described(knowledge: Knowledge) -> dict[str, Any]:
    """What was searched, and with which settings, for the JSON."""
    listed = documents.list_documents(knowledge.database, _EVERYONE)
    settings = knowledge.settings
    hashes = sorted(document.sha256 for document in listed)
    return {
        "documents": len(listed),
        "passages": knowledge.store.count(_EVERYONE, epochs.current(knowledge.database), Where()),
        "index": {"documents_sha256": key_of(hashes), "epoch": epochs.current(knowledge.database)},
        "settings": {
            "legs": {name: leg.identity() for name, leg in knowledge.legs.items()},
            "weights": settings.weights,
            "code_weights": settings.code_weights,
            "rrf_k": settings.rrf_k,
            "candidates": settings.candidates,
            "store": "remote" if knowledge.remote else settings.store,
        },
    }
