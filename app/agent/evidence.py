"""Numbered evidence for one question: few short pieces, each verbatim from its source."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.api.wire import Citation, PageLocation
from app.tools.base import Fact
from retrieval.models import Frozen, Hit, Language, PageLocator
from retrieval.regions import locate
from retrieval.sql.sections import announces
from retrieval.terms import language_of
from retrieval.wording.standing import shared, wanted_of

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])")


class Evidence(Frozen):
    """One numbered piece. ``quote`` is what the source says; a fact's own words stand in ``fact``."""

    number: int  # as the model cites it, from 1
    quote: str
    heading: str = ""
    hit: Hit | None = None
    fact: Fact | None = None
    continues: int | None = None  # the number of the piece that announces this one

    @property
    def citation_ids(self) -> list[str]:
        """``c3``, and ``c3.1``, ``c3.2`` for what is cited with it. None for a reading: its tag cites it."""
        also = self.fact.also if self.fact else ()
        return [f"c{self.number}", *(f"c{self.number}.{i}" for i in range(1, len(also) + 1))] if self.hit else []

    @property
    def said(self) -> str:
        """What the model reads and what a sentence is checked against."""
        return self.fact.text if self.fact else self.quote

    @property
    def language(self) -> Language:
        """Of what is said: a fact's words are in the question's language, a quote in its passage's."""
        return self.hit.passage.language if self.hit and not self.fact else language_of(self.said)

    @property
    def ground(self) -> str:
        """All that this piece may support: its words, its heading and its source's."""
        return "\n".join(part for part in (self.heading, self.said, self.quote if self.fact else "") if part)

    def citations(self) -> list[Citation]:
        """One for each of ``citation_ids``."""
        if self.hit is None:
            return []
        also = self.fact.also if self.fact else ()
        sources = [(self.hit, self.quote), *((hit, hit.passage.text) for hit in also)]
        return [_citation(id_, hit, quote) for id_, (hit, quote) in zip(self.citation_ids, sources, strict=True)]


def _citation(id_: str, hit: Hit, quote: str) -> Citation:
    passage, where = hit.passage, locate(hit.passage, quote)
    locator = (
        PageLocation(page=where.page, regions=[region.as_list() for region in where.regions])
        if isinstance(where, PageLocator)
        else where
    )
    return Citation(
        id=id_,
        document_id=passage.document_id,
        title=hit.title,
        revision=passage.revision,
        quote=quote,
        score=round(hit.score, 4),
        locator=locator,
    )


def gather_evidence(
    question: str,
    facts: Sequence[Fact],
    hits: Sequence[Hit],
    *,
    count: int,
    chars: int,
    continuations: Mapping[str, Hit] = MappingProxyType({}),
) -> list[Evidence]:
    """Facts that code found first, then the best passages cut to what bears on the question; one number each.

    ``continuations``: by id of a passage that announces something, the passage with it, which then follows.
    """
    pieces: list[Evidence] = []
    for fact in facts:
        quote = cut(fact.hit, question, chars) if fact.hit else fact.text
        pieces.append(Evidence(number=len(pieces) + 1, quote=quote, hit=fact.hit, fact=fact))
    seen = {fact.hit.passage.id for fact in facts if fact.hit}
    for hit in hits[:count]:
        if hit.passage.id in seen:
            continue
        seen.add(hit.passage.id)
        first = _piece(len(pieces) + 1, hit, question, chars)
        pieces.append(first)
        after = continuations.get(hit.passage.id)
        if after and after.passage.id not in seen and announces(first.quote):
            seen.add(after.passage.id)
            pieces.append(
                _piece(first.number + 1, after, question, chars).model_copy(update={"continues": first.number})
            )
    return pieces


def _piece(number: int, hit: Hit, question: str, chars: int) -> Evidence:
    heading = " > ".join(hit.passage.heading_path[-2:]) or hit.title
    return Evidence(number=number, quote=cut(hit, question, chars), heading=heading, hit=hit)


def cut(hit: Hit, question: str, chars: int) -> str:
    """The part of a passage that bears on the question, verbatim, at most about ``chars`` characters.

    Step lists and warnings are never cut: half a procedure is worse than none.
    """
    passage = hit.passage
    text = passage.text.strip()
    if len(text) <= chars or passage.kind in ("steps", "warning", "record", "sheet"):
        return text
    wanted = wanted_of(question)
    if passage.kind == "table":
        return _rows(text.splitlines(), wanted, chars)
    return _window([part for part in _SENTENCE_END.split(text) if part.strip()], wanted, chars, text)


def _rows(lines: list[str], wanted: frozenset[str], chars: int) -> str:
    """The head row and the rows that share most terms with the question, in their order."""
    ranked = sorted(range(1, len(lines)), key=lambda i: (-shared(wanted, lines[i]), i))
    kept, used = {0}, len(lines[0])
    for index in ranked:
        if used + len(lines[index]) > chars and len(kept) > 1:
            break
        kept.add(index)
        used += len(lines[index])
    return "\n".join(lines[index] for index in sorted(kept))


def _window(sentences: list[str], wanted: frozenset[str], chars: int, text: str) -> str:
    """The contiguous run of sentences within ``chars`` that shares most terms with the question."""
    best, best_score = sentences[0], -1.0
    for start in range(len(sentences)):
        end = start + 1
        while end < len(sentences) and sum(map(len, sentences[start : end + 1])) <= chars:
            end += 1
        first = text.find(sentences[start])
        run = text[first : text.find(sentences[end - 1], first) + len(sentences[end - 1])]
        score = shared(wanted, run) - 0.01 * start
        if score > best_score:
            best, best_score = run, score
    return best
