"""Is a sentence said of the right thing? Words and numbers that stand in the evidence may still belong to another.

The evidence is taken apart into statements that each hold a number: clauses of sentences, cells of tables with their
row and column. A number fails where another statement, with a number that is not named, shares more of what is asked
and said. A negation fails where the nearest sentence of the evidence has none, and the other way round.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.agent.evidence import Evidence
from app.agent.standing import weight
from app.agent.quantities import quantities
from retrieval.terms import terms

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|[。！？；\n]")
_CLAUSE = re.compile(r",\s+|，|\s+and\s+(?=the\b|then\b)|、?(?:并且|而且)")
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|cannot|without)\b|n't\b|不得|不要|不能|不可|不应|禁止|严禁|切勿|没有|无法|未", re.I
)
_LIMIT = "=limit"  # "the limit is 80 °C" says what "must not exceed 80 °C" says
_UNASKED = 0.1  # what a clause says beyond the question counts this much against it: it only breaks ties


class Statement(NamedTuple):
    """Something said of ``numbers``: ``terms`` in all, ``own`` by this clause or cell alone."""

    terms: frozenset[str]
    own: frozenset[str]
    numbers: frozenset[str]


class _Wanted(NamedTuple):
    said: frozenset[str]
    asked: frozenset[str]


def misplaced(text: str, question: str, evidence: Sequence[Evidence]) -> list[str]:
    """The numbers of ``text`` that another number of the quotes fits better, as ``90, not 80``.

    What code stated is left out: its numbers are stated again beside the sentence.
    """
    facts = {quantity.number for piece in evidence if piece.fact for quantity in quantities(piece.said)}
    asked = {quantity.number for quantity in quantities(question)}
    statements = [statement for piece in evidence if not piece.fact for statement in _statements(piece)]
    wrong = []
    for clause in _CLAUSE.split(text):
        named = {quantity.number for quantity in quantities(clause)}
        wanted = _Wanted(terms(clause), terms(question))
        others = [statement for statement in statements if not statement.numbers & (named | asked)]
        best = max(others, key=lambda statement: _share(statement, wanted), default=None)
        for number in sorted(named - facts - asked):
            own = max((_share(s, wanted) for s in statements if number in s.numbers), default=None)
            if own is not None and best is not None and _share(best, wanted) > own:
                wrong.append(f"{number}, not {'/'.join(sorted(best.numbers))}")
    return wrong


def reversed_sense(text: str, cited: Sequence[Evidence]) -> bool:
    """Whether the sentence denies what the nearest sentence of its evidence affirms, or affirms what that denies."""
    wanted = terms(text)
    parts = [part for piece in cited for part in _SENTENCE.split(piece.said) if part.strip()]
    nearest = max(parts, key=lambda part: sum(weight(term) for term in wanted & terms(part)), default="")
    if bool(_NEGATION.search(text)) == bool(_NEGATION.search(nearest)):
        return False
    return _LIMIT not in wanted or bool(_NEGATION.search(text))


def _share(statement: Statement, wanted: _Wanted) -> float:
    """What is said counts twice what is only asked: of several numbers one may answer a part of the question."""
    said = sum(2 * weight(term) for term in statement.terms & wanted.said)
    asked = sum(weight(term) for term in statement.terms & wanted.asked - wanted.said)
    return said + asked - _UNASKED * sum(weight(term) for term in statement.own - wanted.said - wanted.asked)


def _statements(piece: Evidence) -> list[Statement]:
    if piece.hit and piece.hit.passage.kind == "table":
        return _cells(piece.quote)
    return [statement for sentence in _SENTENCE.split(piece.quote) for statement in _clauses(sentence)]


def _clauses(sentence: str) -> list[Statement]:
    """A later clause says its own of what the earlier ones named: "change the oil after 300 h, then every 4000 h"."""
    found, before = [], frozenset[str]()
    for clause in _CLAUSE.split(sentence):
        own = terms(clause)
        before |= own
        if numbers := frozenset(quantity.number for quantity in quantities(clause)):
            found.append(Statement(before, own, numbers))
    return found


def _cells(table: str) -> list[Statement]:
    """A cell's number is said of its row's words under its column's head."""
    head, *rows = [line.split(" | ") for line in table.splitlines()]
    found = []
    for row in rows:
        label = terms(" ".join(cell for cell in row if not quantities(cell)))
        for column, cell in enumerate(row):
            if numbers := frozenset(quantity.number for quantity in quantities(cell)):
                own = terms(f"{head[column] if column < len(head) else ''} {cell}")
                found.append(Statement(label | own, own, numbers))
    return found
