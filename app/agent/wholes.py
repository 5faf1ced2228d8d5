"""What is shown whole and verbatim: the steps of a procedure, the rows of a symptom."""

from collections.abc import Sequence

from app.agent.evidence import Evidence
from retrieval.models import Hit, Passage
from retrieval.wording.standing import shared


def best_of(hits: Sequence[Hit], wanted: frozenset[str]) -> Hit | None:
    """The hit that bears most on the question: a table by its best row's label, steps by all they say."""
    scored = [(_score(hit, wanted), -place, hit) for place, hit in enumerate(hits)]
    score, _, best = max(scored, default=(0.0, 0, None), key=lambda entry: entry[:2])
    return best if score else None


def whole(best: Hit, passages: Sequence[Passage], wanted: frozenset[str], first_number: int) -> list[Evidence]:
    """Evidence of the whole parent that ``best`` belongs to, numbered from ``first_number``: all steps, or of a table
    the rows whose label fits best, under their head."""
    quotes = [(passage, passage.text) for passage in passages]
    if best.passage.kind == "table":
        top = max((_fit(row, wanted) for passage in passages for row in _rows(passage)), default=0.0)
        quotes = [(passage, _part(passage, wanted, top)) for passage in passages]
    shown = [(passage, quote) for passage, quote in quotes if quote]
    return [
        Evidence(number=first_number + i, quote=quote, hit=best.model_copy(update={"passage": passage}))
        for i, (passage, quote) in enumerate(shown)
    ]


def _score(hit: Hit, wanted: frozenset[str]) -> float:
    if hit.passage.kind == "table":
        return max((_fit(row, wanted) for row in _rows(hit.passage)), default=0.0)
    return shared(wanted, hit.passage.index_text)


def _rows(passage: Passage) -> list[str]:
    return passage.text.splitlines()[1:]


def _fit(row: str, wanted: frozenset[str]) -> float:
    """A row is about what its first cell names."""
    return shared(wanted, row.split(" | ")[0])


def _part(passage: Passage, wanted: frozenset[str], top: float) -> str:
    rows = [row for row in _rows(passage) if top and _fit(row, wanted) == top]
    return "\n".join([passage.text.splitlines()[0], *rows]) if rows else ""
