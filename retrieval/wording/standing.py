"""What of a question or a sentence stands in a text, word by word, whatever the language and the wording."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from retrieval._words import segmenter, stem, stop_words
from retrieval.terms import covers, terms
from retrieval.wording.quantities import held
from retrieval.wording.small_words import SMALL
from retrieval.wording.units import measured, spellings

# Concepts that nearly every passage of a manual could hold weigh less than those that name the matter.
_GENERIC = frozenset(
    "=pump =number =normal =limit =step =part =maintenance =frequency =repeat =check =valve =model =symptom =tank "
    "=capacity =liquid =motor".split()
)
LITTLE = 0.4  # of a generic concept
_SMALL = 0.25  # of a word of everyday talk
_LONE = 0.5  # of a single Chinese character: often half a word
_BY_UNIT = 0.9  # of what a unit says: "stop at 90 °C" speaks of a temperature
_WITHIN = 0.8  # of what a compound is made of: 整定压力 is a pressure
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_ASKS = re.compile(r"^几|多少|多大|多长|多久|多高|多重|多深")
_ALSO = {"=temperature": ("=hot", "=cold"), "=frequency": ("=repeat",)}  # "how hot", "response time"
_TALK = ("d", "r", "m", "q", "p", "c", "u", "y", "o", "e", "f", "t")  # adverbs, pronouns, ..., as jieba tags them
_ACTS = ("v", "a", "z")  # verbs and adjectives


def wanted_of(question: str) -> frozenset[str]:
    """The terms that an answer must cover: units and words that only ask for a number are left out."""
    return frozenset(term for term in terms(question) if term not in _unit_terms() and not _ASKS.search(term))


def standing(wanted: frozenset[str], text: str) -> dict[str, float]:
    """Which of ``wanted`` stand in ``text`` and how surely, as ``covers`` says; also what its units measure, and what
    its Chinese compounds are made of."""
    found = covers(wanted, text)
    rest = {term for term in wanted - found.keys() if term.startswith("=")}
    if rest & _measurable():
        for concept in _measured(text) & rest:
            found[concept] = _BY_UNIT
    if rest - found.keys() and (runs := _CHINESE.findall(text)):
        for concept in rest & _within("\n".join(runs)) - found.keys():
            found[concept] = _WITHIN
    return found


def shared(wanted: frozenset[str], text: str) -> float:
    """The weight of what of ``wanted`` stands in ``text`` in words: it ranks texts, and many have a number in °C."""
    return sum(weight(term) * sure for term, sure in covers(wanted, text).items())


@lru_cache(maxsize=20_000)
def weight(term: str) -> float:
    """How much a term says of what a question is about, 0 to 1."""
    if term.startswith("="):
        return LITTLE if term in _GENERIC else 1.0
    if not _CHINESE.match(term):
        return _SMALL if term in _small() else 1.0
    kind = _word_classes().get(term, "n")
    if kind.startswith(_TALK):
        return _SMALL
    return (LITTLE if kind.startswith(_ACTS) and kind != "vn" else 1.0) * (_LONE if len(term) == 1 else 1.0)


def _measured(text: str) -> set[str]:
    numbers = held(text)
    concepts = {measured(unit) for units in numbers.values() for unit in units}
    concepts |= {also for concept in concepts for also in _ALSO.get(concept, ())}
    return concepts | ({"=number"} if numbers else set())


@cache
def _measurable() -> frozenset[str]:
    names = {measured(unit) for unit in spellings().values()} | {"=flow", "=number"}
    return frozenset(names | {also for name in names for also in _ALSO.get(name, ())}) - {""}


@lru_cache(maxsize=500)
def _within(chinese: str) -> frozenset[str]:
    return terms(" ".join(segmenter().cut_for_search(chinese, HMM=False)))


@cache
def _unit_terms() -> frozenset[str]:
    return _terms_of(name for name in spellings() if len(name) > 1 or _CHINESE.match(name))


@cache
def _small() -> frozenset[str]:
    """Stems: "putting" says as little as "put", which is a stop word."""
    words = [word for word in stop_words() if word.isascii() and word.isalpha()]
    return _terms_of(SMALL.split()) | frozenset(stem(word) for word in words)


def _terms_of(words: Iterable[str]) -> frozenset[str]:
    return frozenset(term for word in words for term in terms(word) if not term.startswith("="))


@cache
def _word_classes() -> dict[str, str]:
    """Chinese words that are no nouns, by jieba's class: v verb, d adverb, r pronoun, ..."""
    found: dict[str, str] = {}
    with segmenter().get_dict_file() as lines:
        for line in lines:
            word, _, kind = line.decode("utf-8").split()
            if kind.startswith(_TALK) or kind.startswith(_ACTS):
                found[word] = kind
    return found
