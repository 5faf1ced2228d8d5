"""Is this enough to answer from? Decided by what the evidence covers of the question, never by the model."""

import re
from collections.abc import Iterable, Sequence

from app.agent.resolve import Resolved
from app.tools.base import Fact
from retrieval.models import Frozen, Hit
from retrieval.tags import find, fold, stem
from retrieval.terms import shown
from retrieval.wording.quantities import CELLS
from retrieval.wording.standing import LITTLE, standing, wanted_of, weight

_ABSENT = 2.5  # times as much, of a known concept that nothing found holds
_OTHERS = 0.5  # of what is said of other things of the same kind: P-101A is asked about, P-104 is not it


class Verdict(Frozen):
    """``coverage``: the largest weighted share of the question's terms that stands in one parent (0 to 1).
    ``missing``: words of the question, or tags, that no hit holds. ``hits``: those worth showing, best first."""

    enough: bool
    coverage: float
    missing: tuple[str, ...]
    hits: tuple[Hit, ...]
    reason: str = ""


def judge(resolved: Resolved, facts: Sequence[Fact], hits: Sequence[Hit], *, sufficiency: float) -> Verdict:
    """Facts that code computed suffice for what they answer; text suffices when one parent covers the question."""
    unknown = [tag for tag in resolved.unknown if not any(_names(hit, tag) for hit in hits)]
    if unknown:
        return Verdict(enough=False, coverage=0.0, missing=tuple(unknown), hits=tuple(hits[:3]), reason="unknown_tag")
    wanted = wanted_of(resolved.words or resolved.question)  # the equipment is held against tags, not against words
    held = standing(wanted, "\n".join(_text(hit) for hit in hits))
    absent = wanted - held.keys()
    telling = sorted((term for term in absent if weight(term) > LITTLE), key=lambda term: (-weight(term), term))
    missing = tuple(dict.fromkeys(shown(term, resolved.question) for term in telling))
    shares = {
        hit.passage.id: coverage(wanted, _own_rows(resolved, _parent_text(hit, hits)), absent=absent)
        * _applies(resolved, hit)
        for hit in hits
    }
    best = max(shares.values(), default=0.0)
    useful = tuple(hit for hit in hits if shares[hit.passage.id] >= max(0.5 * best, 0.25))
    if "documents" in resolved.kinds and best >= sufficiency:
        return Verdict(enough=True, coverage=best, missing=missing, hits=useful)
    if facts:  # they answer; text that covers less may still add to them
        more = useful if "documents" in resolved.kinds and best >= 0.5 * sufficiency else ()
        return Verdict(enough=True, coverage=best, missing=missing, hits=more)
    return Verdict(enough=False, coverage=best, missing=missing, hits=tuple(hits[:3]), reason="not_covered")


def coverage(wanted: frozenset[str], text: str, *, absent: frozenset[str] = frozenset()) -> float:
    """Weighted share of ``wanted`` that stands in ``text``; 1 when nothing is wanted.

    ``absent``: terms that nothing found holds. A known concept that is absent altogether ("warranty") is what the
    question is about and counts more; another word may only be another way to say it.
    """
    if not wanted:
        return 1.0  # the question names nothing but tags and numbers
    weights = {term: weight(term) * (_ABSENT if term in absent and term.startswith("=") else 1.0) for term in wanted}
    least = 0.0 if any(term.startswith("=") for term in wanted) else 1.0  # "what is left?" names no matter
    return sum(weights[term] * sure for term, sure in standing(wanted, text).items()) / max(
        sum(weights.values()), least
    )


def _names(hit: Hit, tag: str) -> bool:
    """Whether a passage names a tag that no register has: a model (DMX-310), a standard (HW-ST-790)."""
    letters, _, number = tag.partition("-")
    spelled = re.compile(rf"(?<![A-Za-z0-9]){re.escape(letters)}[-_ ]?{re.escape(number)}(?![A-Za-z0-9])", re.I)
    return tag in hit.passage.tags or bool(number and spelled.search(fold(_text(hit))))


def _applies(resolved: Resolved, hit: Hit) -> float:
    """Less than 1 where a passage names things of the kind that is asked about, and none of those that are."""
    return _OTHERS if _of_others(resolved, hit.passage.tags) else 1.0


def _of_others(resolved: Resolved, tags: Iterable[str]) -> bool:
    asked, named = {stem(tag) for tag in resolved.tags}, {stem(tag) for tag in tags}
    kinds = {tag.partition("-")[0] for tag in asked}
    return asked.isdisjoint(named) and any(tag.partition("-")[0] in kinds for tag in named)


def _own_rows(resolved: Resolved, text: str) -> str:
    """A text without the rows of tables that are about other things: what fits P-101A is no part of P-104."""
    return "\n".join(
        line
        for line in text.splitlines()
        if CELLS not in line or not _of_others(resolved, (mention.tag for mention in find(line)))
    )


def _text(hit: Hit) -> str:
    return f"{hit.title}\n{hit.passage.index_text}"


def _parent_text(hit: Hit, hits: Sequence[Hit]) -> str:
    return "\n".join(_text(other) for other in hits if other.passage.parent_id == hit.passage.parent_id)
