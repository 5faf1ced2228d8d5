"""What speaks for a passage, in numbers: how the legs found it, which words of the question stand in it and how close
together, whether it can hold an answer of the form that is asked for, and whose it is.

A word stands in a passage in either language (``retrieval.wording.standing``). Words are weighed by what they say in
any text and, for the ``rare`` signals, also by how few of the candidates hold them (IDF over the candidates).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import NamedTuple

from retrieval.legs._identifiers import identifiers
from retrieval.models import Language, PassageKind
from retrieval.relevance.asked import Asked
from retrieval.tags import find, fold, stem
from retrieval.terms import counterparts, sequence, terms
from retrieval.wording.quantities import CELLS, held
from retrieval.wording.standing import standing, weight
from retrieval.wording.units import fits

LEGS = ("dense", "multilingual", "gloss_dense", "keyword", "gloss")
_SPARSE = ("keyword", "gloss")  # their scores mean something only beside each other
_TIMES = frozenset("h min s d week month year".split())
_SYMPTOMS = frozenset({"=symptom", "=damage", "problem", "现象"})  # heads of the columns of a table of faults
_LISTING = re.compile(r"^\s*\(?\d{1,3}[.)、．）]\s*")


# What counts differently in a table, and in a passage of the other language.
IN_A_TABLE = ("fused", "line", "line, rare", "line alone, rare", "passage, rare", "lines")
ACROSS = ("fused", "line", "line, rare", "passage, rare", "cell", "keyword", "multilingual")
# Of every row, in their order.
NAMES = (
    "fused",
    "place",
    *(name for leg in LEGS for name in (f"found by {leg}", leg)),
    "line",
    "line, rare",
    "line alone",
    "line alone, rare",
    "passage",
    "passage, rare",
    "headings",
    "headings, rare",
    "title, rare",
    "line that names it",
    "pairs",
    "cell",
    "column named",
    "cell and column",
    "heading named",
    "number asked and held",
    "number held",
    "unit asked and held",
    "code asked and held",
    "time asked and held",
    "steps asked and told",
    "steps told",
    "cause asked, among symptoms",
    "fault told, among symptoms",
    "symptoms",
    "cause asked, in a warning",
    "table",
    "warning",
    "length",
    "lines",
    "same language",
    "names it",
    "names its twin",
    "names others",
    "for it",
    "for what it serves",
    "of a document named",
    *(f"{name}, in a table" for name in IN_A_TABLE),
    *(f"{name}, across languages" for name in ACROSS),
)


class Candidate(NamedTuple):
    """What was found. ``score`` is the fused one, ``legs`` the raw ones."""

    id: str
    title: str
    headings: Sequence[str]
    text: str
    kind: PassageKind
    language: Language
    tags: Sequence[str]
    named: bool  # the question names its document
    score: float
    legs: Mapping[str, float]


class _Read(NamedTuple):
    """A candidate with where the question's words stand in it."""

    top: str  # its table's head row
    around: Mapping[str, float]  # in its headings
    head: Mapping[str, float]  # in its table's head row
    lines: Sequence[tuple[str, Mapping[str, float]]]
    whole: Mapping[str, float]  # anywhere in it, the document's title included


Standing = Callable[[str], Mapping[str, float]]
Shares = Callable[[Mapping[str, float]], float]


def signals(asked: Asked, candidates: Sequence[Candidate]) -> list[dict[str, float]]:
    """One row a candidate, in their order, best fused first; each with all ``NAMES``."""
    stands: Standing = lru_cache(maxsize=None)(lambda text: standing(asked.wanted, text) if text else {})
    read = [_read(one, stands) for one in candidates]
    rare = _rarity(asked, [one.whole for one in read])
    telling, scarce = _share(asked.weights), _share({term: asked.weights[term] * rare[term] for term in asked.wanted})
    best = {leg: max((one.legs.get(leg, 0.0) for one in candidates), default=0.0) for leg in LEGS}
    first = max((one.score for one in candidates), default=0.0) or 1.0
    found = []
    for place, (one, own) in enumerate(zip(candidates, read, strict=True)):
        row = {"fused": one.score / first, "place": -log(1 + place)}
        row |= dict(_of_legs(one, best))
        row |= _of_words(asked, one, own, telling, scarce, stands)
        row |= dict(_of_kind(asked, one, own))
        row |= dict(_of_equipment(asked, one))
        table, across = row["table"], 1.0 - row["same language"]
        row |= {f"{name}, in a table": row[name] * table for name in IN_A_TABLE}
        row |= {f"{name}, across languages": row[name] * across for name in ACROSS}
        found.append(row)
    return found


def _read(one: Candidate, stands: Standing) -> _Read:
    lines = [line for line in one.text.split("\n") if line.strip()]
    head = lines.pop(0) if one.kind == "table" and len(lines) > 1 else ""
    around, on_top = stands(" > ".join(one.headings)), stands(head)
    stood = [(line, stands(line)) for line in lines or [""]]
    return _Read(
        head, around, on_top, stood, _joined(stands(one.title), around, on_top, *(found for _, found in stood))
    )


def _joined(*stood: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in stood:
        for term, sure in one.items():
            found[term] = max(found.get(term, 0.0), sure)
    return found


def _rarity(asked: Asked, wholes: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """IDF over the candidates, a term that is not sure counted in part (Spärck Jones 1972)."""
    held_by = dict.fromkeys(asked.wanted, 0.0)
    for whole in wholes:
        for term, sure in whole.items():
            held_by[term] += sure
    return {term: log((len(wholes) + 1) / (count + 0.5)) for term, count in held_by.items()}


def _share(weights: Mapping[str, float]) -> Shares:
    total = sum(weights.values()) or 1.0
    return lambda stood: sum(weights[term] * sure for term, sure in stood.items()) / total


def _of_legs(one: Candidate, best: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    for leg in LEGS:
        score = one.legs.get(leg)
        yield f"found by {leg}", float(score is not None)
        if leg in _SPARSE:
            yield leg, score / best[leg] if score is not None and best[leg] > 0 else 0.0
        else:
            yield leg, score or 0.0


def _of_words(
    asked: Asked, one: Candidate, own: _Read, telling: Shares, scarce: Shares, stands: Standing
) -> dict[str, float]:
    under = _joined(own.around, own.head)
    lines = [(_joined(under, stood), stood) for _, stood in own.lines]
    named = [
        (line, among)
        for (line, _), (among, _) in zip(own.lines, lines, strict=True)
        if not asked.tags.isdisjoint(_tags(line))
    ]
    cell = max((_named(asked, cell) for line, _ in own.lines for cell in _cells(line, one.kind)), default=0.0)
    column = max((_named(asked, cell) for cell in _cells(own.top, one.kind)), default=0.0)
    return {
        "line": max(telling(among) for among, _ in lines),
        "line, rare": max(scarce(among) for among, _ in lines),
        "line alone": max(telling(stood) for _, stood in lines),
        "line alone, rare": max(scarce(stood) for _, stood in lines),
        "passage": telling(own.whole),
        "passage, rare": scarce(own.whole),
        "headings": telling(own.around),
        "headings, rare": scarce(own.around),
        "title, rare": scarce(stands(one.title)),
        "line that names it": max((telling(among) for line, among in named), default=0.0),
        "pairs": max((_pairs(asked, line) for line, _ in own.lines), default=0.0),
        "cell": cell,
        "column named": column,
        "cell and column": cell * column,
        "heading named": max((_named(asked, heading) for heading in one.headings[-1:]), default=0.0),
    }


def _pairs(asked: Asked, line: str) -> float:
    """The share of the question's pairs of neighbouring terms that are neighbours in the line, in that order."""
    if not asked.pairs:
        return 0.0
    held = _neighbours(line)
    return sum(weight for pair, weight in asked.pairs.items() if pair in held) / sum(asked.pairs.values())


@lru_cache(maxsize=8_192)
def _neighbours(line: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(sequence(line)))


def _cells(line: str, kind: PassageKind) -> list[str]:
    return line.split(CELLS) if kind == "table" else []


def _named(asked: Asked, label: str) -> float:
    """The share of a label's own words that the question says; a label of one everyday word counts little."""
    said = terms(label)
    total = sum(weight(term) for term in said)
    if not total:
        return 0.0
    return sum(weight(term) for term in said if _said(asked, term)) / max(total, 1.0)


def _said(asked: Asked, term: str) -> bool:
    return term in asked.wanted or term in asked.reached or not asked.wanted.isdisjoint(counterparts(term))


def _of_kind(asked: Asked, one: Candidate, own: _Read) -> Iterator[tuple[str, float]]:
    """Of the line that shares most with the question, and among equals of any of them: can it be the answer?"""
    most = max(len(stood) for _, stood in own.lines)
    near = [_bare(line) for line, stood in own.lines if len(stood) == most]
    yield "number asked and held", float(asked.number and any(_numbers(line) for line in near))
    yield "number held", float(any(_numbers(line) for line in near))
    yield (
        "unit asked and held",
        float(any(fits(unit, held) for line in near for held in _units(line) for unit in asked.units)),
    )
    yield "code asked and held", float(asked.code and any(_codes(line) for line in near))
    yield "time asked and held", float(asked.time and any(_times(line) for line in near))
    yield "steps asked and told", float(asked.steps and one.kind == "steps")
    yield "steps told", float(one.kind == "steps")
    symptoms = one.kind == "table" and not _SYMPTOMS.isdisjoint(terms(own.top))
    yield "cause asked, among symptoms", float(asked.cause and symptoms)
    yield "fault told, among symptoms", float(asked.fault and symptoms)
    yield "symptoms", float(symptoms)
    yield "cause asked, in a warning", float(asked.cause and one.kind == "warning")
    yield "table", float(one.kind == "table")
    yield "warning", float(one.kind == "warning")
    yield "length", log(1 + len(one.text))
    yield "lines", log(len(own.lines))
    yield "same language", float(one.language == asked.language)


def _of_equipment(asked: Asked, one: Candidate) -> Iterator[tuple[str, float]]:
    """``for``: its document applies to it, or its text names it."""
    own = _tags(" ".join([*one.headings, one.text]))
    kinds, stems = {tag.partition("-")[0] for tag in asked.tags}, {stem(tag) for tag in asked.tags}
    yield "names it", float(not asked.tags.isdisjoint(own))
    yield "names its twin", float(asked.tags.isdisjoint(own) and any(stem(tag) in stems for tag in own))
    yield "names others", float(asked.tags.isdisjoint(own) and any(tag.partition("-")[0] in kinds for tag in own))
    yield "for it", float(not asked.tags.isdisjoint(one.tags))
    yield "for what it serves", float(not asked.related.isdisjoint(one.tags))
    yield "of a document named", float(one.named)


def _bare(line: str) -> str:
    return _LISTING.sub("", line)


@lru_cache(maxsize=8_192)
def _numbers(line: str) -> bool:
    return bool(held(line))


@lru_cache(maxsize=8_192)
def _units(line: str) -> frozenset[str]:
    return frozenset(unit for units in held(line).values() for unit in units)


@lru_cache(maxsize=8_192)
def _times(line: str) -> bool:
    return not _TIMES.isdisjoint(_units(line))


@lru_cache(maxsize=8_192)
def _codes(line: str) -> bool:
    return any(any(char.isalpha() for char in word) for word in identifiers(fold(line)))


@lru_cache(maxsize=8_192)
def _tags(text: str) -> frozenset[str]:
    return frozenset(mention.tag for mention in find(text))
