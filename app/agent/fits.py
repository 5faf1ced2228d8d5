"""Is a sentence said of the right thing? Words and numbers that stand in the evidence may still belong to another.

The evidence is taken apart into statements that each hold a number: clauses of sentences, cells of tables with their
row and column. A number fails where another statement, with a number that is not named, shares more of what is asked
and said. A negation fails where the nearest sentence of the evidence has none, and the other way round.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.agent.evidence import Evidence
from retrieval.terms import terms
from retrieval.wording.quantities import CELLS, agree, cell_held, held, quantities, rows_of
from retrieval.wording.standing import weight

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|[。！？；\n]")
_CLAUSE = re.compile(r",\s+|，|\s+and\s+(?=the\b|then\b)|、?(?:并且|而且)")
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|cannot|without)\b|n't\b|不得|不要|不能|不可|不应|禁止|严禁|切勿|没有|无法|未", re.I
)
_LIMIT = "=limit"  # "the limit is 80 °C" says what "must not exceed 80 °C" says
_CARRIED = 0.5  # a sentence goes on about what the one before it named: "Fill the gearbox. Change it after 300 h."
_MARGIN = 2.0  # a number in another unit is seldom what was meant: it must fit better by a term that is said
_UNASKED = 0.1  # what a clause says beyond the question counts this much against it: it only breaks ties


class Statement(NamedTuple):
    """Something said of numbers: ``terms`` in all, ``own`` by this clause or cell alone, ``carried`` from the sentence
    before. ``held``: the numbers, each with the units that it has."""

    terms: frozenset[str]
    own: frozenset[str]
    held: Mapping[str, frozenset[str]]
    carried: frozenset[str] = frozenset()

    def fits(self, number: str, unit: str) -> bool:
        return number in self.held and (not unit or agree(unit, self.held[number]))

    def other_unit(self, unit: str) -> bool:
        """Whether all its numbers are measured in something else than ``unit``."""
        return bool(unit) and all(units and not agree(unit, units) for units in self.held.values())


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
        said = set(quantities(clause))
        named = {quantity.number for quantity in said}
        wanted = _Wanted(terms(clause), terms(question))
        others = [statement for statement in statements if statement.held.keys().isdisjoint(named | asked)]
        for number, unit in sorted(said):
            own = max((_share(s, wanted) for s in statements if s.fits(number, unit)), default=None)
            if number in facts | asked or own is None:
                continue
            rivals = ((_share(s, wanted) - (_MARGIN if s.other_unit(unit) else 0.0), s) for s in others)
            share, best = max(rivals, key=lambda rival: rival[0], default=(0.0, None))
            if best is not None and share > own:
                wrong.append(f"{number}, not {'/'.join(sorted(best.held))}")
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
    before = statement.carried - statement.terms
    said += _CARRIED * sum(2 * weight(term) for term in before & wanted.said)
    asked += _CARRIED * sum(weight(term) for term in before & wanted.asked - wanted.said)
    return said + asked - _UNASKED * sum(weight(term) for term in statement.own - wanted.said - wanted.asked)


def _statements(piece: Evidence) -> list[Statement]:
    """Line by line; of several rows of cells the first is their head."""
    if (piece.hit and piece.hit.passage.kind == "table") or CELLS in piece.quote:
        return _cells(piece.quote)
    found = []
    for line in piece.quote.splitlines():
        carried = frozenset[str]()
        for sentence in _SENTENCE.split(line):
            found += _clauses(sentence, carried)
            carried = terms(sentence) or carried
    return found


def _clauses(sentence: str, carried: frozenset[str]) -> list[Statement]:
    """A later clause says its own of what the earlier ones named: "change the oil after 300 h, then every 4000 h"."""
    found, before = [], frozenset[str]()
    for clause in _CLAUSE.split(sentence):
        own = terms(clause)
        before |= own
        if numbers := held(clause):
            found.append(Statement(before, own, numbers, carried))
    return found


def _cells(table: str) -> list[Statement]:
    """A cell's number is said of its row's words under its column's head."""
    head, rows = rows_of(table.splitlines())
    found = []
    for row in rows:
        label = terms(" ".join(cell for cell in row if not quantities(cell)))
        for column, cell in enumerate(row):
            if numbers := cell_held(row, column, head):
                own = terms(f"{head[column] if column < len(head) else ''} {cell}")
                found.append(Statement(label | own, own, numbers))
    return found
