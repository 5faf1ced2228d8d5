"""Reads what failure a question means, and which orders show it."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from app.tools._failure_words import FAILS, LOG_PHRASES, LOG_WORDS, TERMS, UNTOLD, Term, TermKind
from retrieval._words import segmenter
from retrieval.models import Asset, Language, WorkOrder
from retrieval.tags import find, fold
from retrieval.terms import terms

_CLAUSE = re.compile(r"[,.;:，。；：、\n]| - ")
_LONG = 6  # letters from which a word may hold a slip: one letter wrong, missing, doubled, or two swapped


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """Latin alternatives as whole words, Chinese ones anywhere."""
    parts = _alternatives(words)
    latin, chinese = [part for part in parts if part.isascii()], [part for part in parts if not part.isascii()]
    whole = [rf"(?<![a-z0-9])(?:{'|'.join(latin)})(?![a-z0-9])"] if latin else []
    return re.compile("|".join(whole + chinese), re.IGNORECASE)


def _alternatives(words: str) -> list[str]:
    """Split at the bars outside parentheses."""
    found, depth, start = list[str](), 0, 0
    for index, sign in enumerate(words):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            found.append(words[start:index])
            start = index + 1
    return [*found, words[start:]]


class Failure(NamedTuple):
    """The failure that a question names: one term of each kind must show in an order."""

    terms: tuple[Term, ...]

    @classmethod
    def named_in(cls, question: str) -> "Failure":
        """Tags are no words. Where one name lies inside another the longer counts: ``密封垫`` is a gasket, no seal."""
        text = re.sub(FAILS, " failure ", _without_tags(question), flags=re.IGNORECASE)
        spans = [(match.start(), match.end(), term) for term in TERMS for match in _pattern(term.says).finditer(text)]
        kept = [
            term
            for start, end, term in sorted(spans, key=lambda span: span[:2])
            if not any(a <= start and end <= b and b - a > end - start for a, b, _ in spans)
        ]
        return cls(tuple(dict.fromkeys(kept)))

    def of(self, kind: TermKind) -> list[Term]:
        return [term for term in self.terms if term.kind == kind]

    @property
    def types(self) -> tuple[str, ...]:
        """Order types that the question confines itself to; () = all."""
        return tuple(sorted({kind for term in self.of("type") for kind in term.types}))

    @property
    def needs_reading(self) -> bool:
        """Whether orders must be looked at one by one: a mode, a part or an action is named."""
        return any(term.kind != "type" for term in self.terms)

    def shown_by(self, order: WorkOrder) -> bool:
        """Whether ``order`` is one of these."""
        modes, parts, actions = self.of("mode"), self.of("part"), self.of("action")
        text = _without_tags(order.text)
        if modes and not any(self._mode_shown(term, order, text) for term in modes):
            return False
        if parts and not any(_shows(term, text) for term in parts):
            return False
        # With a mode named, an action is how people speak of it: "cleaned because it was blocked".
        return not actions or bool(modes) or any(_done(action, parts, text) for action in actions)

    def _mode_shown(self, term: Term, order: WorkOrder, text: str) -> bool:
        code = (order.failure_mode or "").strip().upper()
        if code not in UNTOLD:
            return code in term.modes
        # A planned order that speaks of vibration is a check, no failure, unless checks are asked for.
        return (order.type == "corrective" or order.type in self.types) and _shows(term, text)

    def name(self, language: Language) -> str:
        """``seal leakage``, ``密封泄漏``; '' where nothing is named."""
        kinds: tuple[TermKind, ...] = ("part", "mode") if self.of("mode") else ("part", "action")
        if not self.needs_reading:
            kinds = ("type",)
        joiner, gap = ("或", "") if language == "zh" else (" or ", " ")
        groups = [
            dict.fromkeys(term.name_zh if language == "zh" else term.name for term in self.of(kind)) for kind in kinds
        ]
        return gap.join(joiner.join(group) for group in groups if group)


def other_words(question: str, named: Sequence[Asset]) -> dict[str, str]:
    """The terms of a question that are no known failure, none of the equipment that is ``named``, no time and no word
    of every log, each as the question has it: ``{"forklift": "forklifts"}``."""
    text = re.sub(FAILS, " ", _without_tags(question), flags=re.IGNORECASE).lower()
    names = {fold(name).lower() for asset in named for name in (asset.name, asset.name_zh, *asset.nicknames)}
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        text = re.sub(rf"(?<![a-z]){re.escape(name)}s?(?![a-z])" if name.isascii() else re.escape(name), " ", text)
    text = re.sub(LOG_PHRASES, " ", text)
    kinds = {asset.kind for asset in named} | {"pump"}
    wanted = terms(text) - terms(LOG_WORDS).union(*map(terms, kinds))
    spoken: dict[str, str] = {}
    for part in re.findall(r"[a-z]+(?:[-'][a-z]+)*|[\u3400-\u9fff]+", text):
        for word in [part] if part.isascii() else segmenter().cut(part, HMM=False):
            if not Failure.named_in(word).terms:
                spoken |= {term: word for term in terms(word) & wanted if term not in spoken}
    return spoken


def _without_tags(text: str) -> str:
    folded = fold(text)
    for mention in reversed(find(folded)):
        folded = folded[: mention.start] + " " + folded[mention.end :]
    return folded


def _shows(term: Term, text: str) -> bool:
    if _pattern(term.shows).search(text):
        return True
    words = [word for word in re.findall(r"[a-z]+", text.lower()) if len(word) >= _LONG]
    return any(
        word[0] == right[0] and OSA.distance(word, right, score_cutoff=1) <= 1 for word in words for right in term.spelt
    )


def _done(action: Term, parts: list[Term], text: str) -> bool:
    """Whether it was done to one of ``parts``: in the clause that names it, or in a later one that names no part."""
    earlier = False
    for clause in _CLAUSE.split(text):
        named = [term for term in TERMS if term.kind == "part" and _shows(term, clause)]
        mine = not parts or any(term in parts for term in named)
        if _shows(action, clause) and (mine or (earlier and not named)):
            return True
        earlier = earlier or mine
    return False
