"""Does a sentence stand in the evidence that it cites? Sentence by sentence, before it leaves the service."""

import re
from collections.abc import Sequence

from app.agent.evidence import Evidence
from app.agent.fits import misplaced, reversed_sense
from app.api.wire import Check, Sentence
from retrieval.models import Frozen, Language
from retrieval.tags import compact, find, fold, stem
from retrieval.terms import language_of, terms
from retrieval.wording.quantities import missing, quantities
from retrieval.wording.standing import standing, wanted_of, weight

CLAIM_SHARE = 0.6  # of a sentence's terms that must stand in its evidence or in the question
OWN_SHARE = 0.4  # that must stand in its evidence
_MARK = re.compile(r"\s*[\[【](\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)[\]】]")
_EMPTY_TALK = re.compile(
    r"\b(?:not (?:mentioned|stated|specified|provided|given|available|in the (?:evidence|documents))|no information"
    r"|i (?:don't|do not)|sorry|as an ai)\b"
    r"|没有(?:提到|提及|说明|给出|提供)|未(?:提到|提及|说明|给出|提供)|无法(?:确定|回答)|抱歉",
    re.I,
)


class Verified(Frozen):
    """A checked sentence; ``kept`` is False when a check failed and the sentence must not be shown."""

    text: str
    citation_ids: tuple[str, ...]
    reading_tags: tuple[str, ...]
    checks: tuple[Check, ...]
    kept: bool
    translated: bool = False  # says in one language what its evidence says in the other

    def sentence(self) -> Sentence:
        return Sentence(
            text=self.text,
            citation_ids=list(self.citation_ids),
            reading_tags=list(self.reading_tags),
            source="model",
            checks=list(self.checks),
        )


def verify(raw: str, evidence: Sequence[Evidence], question: str, language: Language) -> Verified:
    """Check one sentence. Where its marks are missing or wrong, the evidence that supports it is cited instead."""
    text = _MARK.sub("", raw).strip()
    marked = {int(n) for marks in _MARK.findall(raw) for n in re.split(r"\s*[,，、]\s*", marks)}
    cited = [piece for piece in evidence if piece.number in marked]
    checks = _check(text, cited, question, language)
    if not all(check.passed for check in checks):
        for candidate in _candidates(text, cited, evidence):
            again = _check(text, candidate, question, language)
            if all(check.passed for check in again):
                cited, checks = candidate, again
                break
    checks[2] = _placed(checks[2], text, question, evidence)
    cited = _needed(text, cited)
    return Verified(
        text=text,
        checks=tuple(checks),
        kept=all(check.passed for check in checks),
        citation_ids=tuple(id_ for piece in cited for id_ in piece.citation_ids),
        reading_tags=tuple(tag for piece in cited if piece.fact for tag in piece.fact.tags),
        translated=bool(cited) and all(piece.language != language for piece in cited),
    )


def _candidates(text: str, cited: list[Evidence], evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Other evidence that might carry the sentence: each piece alone, by shared terms, then pairs with those cited."""
    wanted = terms(text)
    ranked = sorted(evidence, key=lambda piece: -len(wanted & terms(piece.ground)))
    return (
        [[piece] for piece in ranked]
        + [[*cited, piece] for piece in ranked if cited and piece not in cited]
        + [ranked[:2], ranked[:3]]
    )


def _check(text: str, cited: Sequence[Evidence], question: str, language: Language) -> list[Check]:
    ground = "\n".join(piece.ground for piece in cited)
    applies = {tag for piece in cited if piece.hit for tag in piece.hit.passage.tags}
    return [
        _says_something(text, cited),
        _language(text, language),
        _numbers(text, [piece.ground for piece in cited]),
        _tags(text, ground, question, applies),
        _claim(text, cited, question),
    ]


def _says_something(text: str, cited: Sequence[Evidence]) -> Check:
    if not cited:
        return Check(name="citation", passed=False, detail="no evidence supports it")
    empty = (
        text.rstrip().endswith((":", "："))
        or _EMPTY_TALK.search(text)
        or not (quantities(text) or len(re.sub(r"[\W\d_]", "", text)) >= 2)
    )
    return Check(name="citation", passed=not empty, detail="says nothing" if empty else "")


def _language(text: str, language: Language) -> Check:
    spoken = language_of(text)
    words = len(re.findall(r"[A-Za-z]{3,}", text))
    passed = spoken == language or (language == "zh" and words < 2)  # "HV-111A, HV-113A" is any language's
    return Check(name="language", passed=passed, detail="" if passed else f"is {spoken}, asked in {language}")


def _numbers(text: str, grounds: Sequence[str]) -> Check:
    """The question is no evidence: a number of its own that the evidence doesn't hold is not confirmed."""
    wrong = missing(text, *grounds)
    return Check(name="numbers", passed=not wrong, detail=f"not in the evidence: {', '.join(wrong)}" if wrong else "")


def _placed(numbers: Check, text: str, question: str, evidence: Sequence[Evidence]) -> Check:
    """A number that stands in the evidence must stand there for what the sentence says of it."""
    wrong = misplaced(text, question, evidence) if numbers.passed else []
    detail = f"said of another thing: {'; '.join(wrong)}"
    return Check(name="numbers", passed=False, detail=detail) if wrong else numbers


def _tags(text: str, ground: str, question: str, applies: set[str]) -> Check:
    known = {mention.tag for mention in find(fold(ground))} | applies
    asked = {m.tag for m in find(fold(question)) if not any(stem(tag) == stem(m.tag) for tag in applies - {m.tag})}
    plain = {compact(fold(ground)), *(compact(tag) for tag in known | asked)}
    wrong = [m.tag for m in find(text) if m.tag not in known | asked and not any(compact(m.tag) in p for p in plain)]
    return Check(name="tags", passed=not wrong, detail=f"not in the evidence: {', '.join(wrong)}" if wrong else "")


def _claim(text: str, cited: Sequence[Evidence], question: str) -> Check:
    """Enough of the sentence's terms stand in the evidence, some of them not only in the question, and in the same
    sense. Across languages only concepts can be compared, and the shares that must agree are the same."""
    ground = "\n".join(piece.ground for piece in cited)
    said = wanted_of(text)
    across = all(piece.language != language_of(text) for piece in cited)
    weights = {term: (weight(term) if across else 1.0) for term in said}
    total = sum(weights.values())
    found = standing(said, ground)
    asked = dict.fromkeys(said & terms(question), 1.0)
    share = (
        sum(weights[term] * max(found.get(term, 0.0), asked.get(term, 0.0)) for term in said) / total if said else 1.0
    )
    own = sum(weights[term] * sure for term, sure in found.items()) / total if said else 1.0
    if share < CLAIM_SHARE or own < OWN_SHARE:
        return Check(name="claim", passed=False, detail=f"{min(share, own):.2f} of its terms are supported")
    turned = reversed_sense(text, cited)
    return Check(name="claim", passed=not turned, detail="its sense is turned round" if turned else "")


def _needed(text: str, cited: Sequence[Evidence]) -> list[Evidence]:
    """Of several citations, those that the sentence shares most with: a mark too many is dropped."""
    if len(cited) <= 1:
        return list(cited)
    wanted = terms(text) | {m.tag for m in find(text)}
    shares = [len(wanted & (terms(p.ground) | {m.tag for m in find(p.ground)})) for p in cited]
    tags = [frozenset(m.tag for m in find(text)) & frozenset(m.tag for m in find(p.said)) for p in cited]
    return [p for p, share, named in zip(cited, shares, tags, strict=True) if share >= 0.5 * max(shares) or named]
