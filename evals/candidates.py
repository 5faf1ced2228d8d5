"""Labelled candidates: what the legs find for questions whose answer is known, as the second look sees it."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from evals.beir import Beir, Text
from evals.beir_search import Searcher
from evals.dataset import Evidence, GoldenQuestion
from evals.evidence import proves
from evals.fitting import Pool, is_fitted, sampled
from evals.golden_search import GoldenSearch, must_find
from evals.ranking import Tick
from evals.ways import Loaded
from retrieval.errors import Unavailable
from retrieval.knowledge import Knowledge
from retrieval.models import Caller, Hit, Language, Passage
from retrieval.relevance.asked import Asked
from retrieval.relevance.signals import NAMES, Candidate, signals
from retrieval.search import Search
from retrieval.sql import documents, epochs
from retrieval.stores.base import Where

_EVERYONE = Caller.local()
_ANYWHERE = Where()
_LANGUAGE = re.compile(r"/(?:en|zh)$")


class Query(NamedTuple):
    """A query of a folder. ``gold``: its best document, the first by id among equals, whichever language it is in.
    ``documents``: of each candidate."""

    text: Text
    gold: str
    relevant: Mapping[str, int]
    documents: Sequence[str]
    pool: Pool

    @property
    def fitted(self) -> bool:
        """In the half that is fitted, not in the one held back."""
        return is_fitted(self.gold)

    def found(self, places: Sequence[int]) -> list[tuple[str]]:
        """Documents, each at its best candidate."""
        return [(document,) for document in dict.fromkeys(self.documents[place] for place in places)]


def of_folder(dataset: Beir, searcher: Searcher, most: int, tick: Tick) -> list[Query]:
    """Those with a relevant document; at most ``most``, all for 0."""
    asked = [query for query in dataset.queries if _gold(dataset.qrels[query.id])]
    asked = [asked[place] for place in sampled(len(asked), most)]
    found = []
    for done, query in enumerate(asked, 1):
        grades, candidates = dataset.qrels[query.id], searcher.candidates_of(query)
        held = [searcher.index.documents[one.id] for one in candidates]
        right = [grades.get(document, 0) > 0 for document in held]
        pool = _pool(searcher.asked(query), candidates, right)
        found.append(Query(query, _gold(grades), grades, held, pool))
        tick(done, len(asked))
    return found


def _gold(grades: Mapping[str, int]) -> str:
    """Without the language at its end ("d1/en"): translations belong together. "" where nothing is relevant."""
    relevant = (document for document, grade in grades.items() if grade > 0)
    best = min(relevant, key=lambda document: (-grades[document], document), default="")
    return _LANGUAGE.sub("", best)


def _pool(asked: Asked, candidates: Sequence[Candidate], right: Sequence[bool]) -> Pool:
    rows = [[row[name] for name in NAMES] for row in signals(asked, candidates)]
    return Pool(np.array(rows, dtype=np.float32).reshape(-1, len(NAMES)), np.array(right, dtype=np.bool_))


class _Wanted(NamedTuple):
    """A search that the service's tool asked for."""

    question: str
    language: Language
    tags: Sequence[str]
    related: Sequence[str]
    where: Where


class _Listening(Search):
    """Finds nothing, but keeps what it was asked."""

    _heard: tuple[_Wanted, ...] = ()

    async def search(
        self,
        caller: Caller,
        question: str,
        *,
        language: Language,
        tags: Sequence[str] = (),
        related: Sequence[str] = (),
        where: Where = _ANYWHERE,
        limit: int = 8,
    ) -> list[Hit]:
        self._heard = (*self._heard, _Wanted(question, language, tags, related, where))
        return []

    def heard(self) -> tuple[_Wanted, ...]:
        """Since it was last asked for."""
        heard, self._heard = self._heard, ()
        return heard


async def of_golden(
    knowledge: Knowledge, golden: GoldenSearch, questions: Sequence[GoldenQuestion], tick: Tick
) -> list[list[Pool]]:
    """For each question a pool a search: the service's tool asks for texts and for rows. Raises ``Unavailable`` where a
    leg gave nothing."""
    legs = {name: Loaded(leg, partial(knowledge.search.encoder, name)) for name, leg in knowledge.legs.items()}
    search = _Listening(knowledge.database, knowledge.store, legs, knowledge.settings)
    found = []
    try:
        for done, question in enumerate(questions, 1):
            await golden.hits(question.question, search)
            pieces = [piece for group in must_find(question) for piece in group]
            found.append([await _of_search(knowledge, golden, search, one, pieces) for one in search.heard()])
            if failed := ", ".join(search.failures):
                raise Unavailable(f"the leg {failed} gave nothing, see the log; weights without it would mislead")
            tick(done, len(questions))
    finally:
        search.close()
    return found


async def _of_search(
    knowledge: Knowledge, golden: GoldenSearch, search: Search, wanted: _Wanted, pieces: Sequence[Evidence]
) -> Pool:
    asked, candidates = await search.candidates(
        _EVERYONE,
        wanted.question,
        language=wanted.language,
        tags=wanted.tags,
        related=wanted.related,
        where=wanted.where,
    )
    ids = [one.id for one in candidates]
    epoch = epochs.current(knowledge.database)
    passages = documents.get_passages(knowledge.database, _EVERYONE, ids, epoch=epoch)

    def is_right(passage: Passage) -> bool:
        return any(proves(passage, golden.files.get(passage.document_id, ""), piece) for piece in pieces)

    return _pool(asked, candidates, [is_right(passages[one.id]) for one in candidates])
