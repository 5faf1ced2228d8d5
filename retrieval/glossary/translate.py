"""The words of a question in the other language, each with what it counts.

A word that has many translations counts no more for that: its weights are divided by a root of their sum.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import exp

from retrieval._words import CHINESE, ENGLISH, fold, segmenter, stem, stop_words
from retrieval.glossary._senses import Words
from retrieval.glossary.dictionary import Dictionary, dictionary
from retrieval.glossary.plant import Glossary

_SENSES = 6
_FALL = 0.4  # of a sense's weight with its rank
_OWN = 1.0  # the plant's own words have no rank among each other
_BESIDE = 0.6  # what the dictionary's words count beside the plant's own
_SHARE = 0.6  # a gloss of n words gives each n ** -_SHARE
_EVEN = 0.6  # root by which a word's weights are made to sum to about one
_JOINED = 4  # jieba's segments that may be one word of the dictionary
_PART = 5  # characters
_CANDIDATES = 8
_BEST = 2
_RUN = re.compile(rf"(?P<chinese>{CHINESE.pattern})|(?P<latin>[A-Za-z0-9][A-Za-z0-9_./:@#=+-]*)")


def to_english(text: str, own: Glossary) -> dict[str, float]:
    """English words in lower case for the Chinese of ``text``; its numbers, tags and Latin words are left out."""
    found: dict[str, float] = {}
    for run in CHINESE.findall(fold(text)):
        for word in cut(run, own):
            if word not in stop_words():
                _add(found, _english_for(word, own))
    return found


def in_english(text: str, own: Glossary) -> str:
    """The Chinese of ``text`` word for word, the best two English words each, with its Latin words and numbers in
    their places: no sentence, but what an English encoder can place. "" where there is nothing of either."""
    found: dict[str, None] = {}
    for match in _RUN.finditer(fold(text)):
        if match["latin"]:
            found[match["latin"]] = None
            continue
        for word in cut(match["chinese"], own):
            if word not in stop_words():
                weights = _english_for(word, own)
                found |= dict.fromkeys(sorted(weights, key=lambda one: -weights[one])[:_BEST])
    return " ".join(found)


def cut(run: str, own: Glossary) -> Iterator[str]:
    """Chinese characters as words: the plant's own, longest first; the dictionary's; the parts of a compound."""
    start = 0
    for at, end in _own_words(run, own):
        yield from _cut_rest(run[start:at])
        yield run[at:end]
        start = end
    yield from _cut_rest(run[start:])


def _own_words(run: str, own: Glossary) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(run):
        for end in range(min(at + own.longest, len(run)), at + 1, -1):
            if run[at:end] in own.english:
                yield at, end
                at = end - 1
                break
        at += 1


def _cut_rest(run: str) -> Iterator[str]:
    known, segments, at = dictionary(), list(segmenter().cut(run, HMM=False)), 0
    while at < len(segments):
        for count in range(min(_JOINED, len(segments) - at), 0, -1):
            word = _able("".join(segments[at : at + count]))
            if count == 1 or word in known:
                break
        at += count
        yield from (word,) if word in known or len(word) == 1 else parts(word)


def _able(word: str) -> str:
    """``打不开`` and ``打得开``, that it can't or can be opened, as ``打开``."""
    return word[0] + word[2] if len(word) == 3 and word[1] in "不得" and word not in dictionary() else word


@lru_cache(maxsize=5_000)
def parts(word: str) -> tuple[str, ...]:
    """The fewest words of the dictionary that make up ``word``; a lone character costs more than a longer part."""
    known = dictionary()
    best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
    for end in range(1, len(word) + 1):
        ways = []
        for start in range(max(0, end - _PART), end):
            part = word[start:end]
            if part in known or end - start == 1:
                cost = 1.0 + (1.5 if end - start == 1 else 0.0) + (0.0 if part in known else 3.0)
                ways.append((best[start][0] + cost, (*best[start][1], part)))
        best.append(min(ways))
    return best[-1][1]


def _english_for(word: str, own: Glossary) -> dict[str, float]:
    found: dict[str, float] = {}
    for gloss in own.english.get(word, ()):
        _add(found, _shared(gloss, _OWN))
    beside = _BESIDE if found else 1.0
    for at, (gloss, weight) in enumerate(dictionary().senses(word)[:_SENSES]):
        _add(found, _shared(gloss, beside * weight * (at + 1) ** -_FALL))
    return _evened(found)


def _shared(gloss: Words, weight: float) -> dict[str, float]:
    return dict.fromkeys(gloss, weight * len(gloss) ** -_SHARE)


def to_chinese(text: str, own: Glossary) -> dict[str, float]:
    """Chinese words for the English of ``text``: for two and three words together, and for each alone."""
    known, found = dictionary(), dict[str, float]()
    words = [
        part
        for word in ENGLISH.findall(fold(text).lower())
        for part in word.removesuffix("'s").split("-")
        if len(part) > 1 and part not in stop_words()
    ]
    for count in range(max(own.most, 3), 0, -1):
        for at in range(len(words) - count + 1):
            _add(found, _chinese_for(tuple(words[at : at + count]), own, known))
    return found


def _chinese_for(words: Words, own: Glossary, known: Dictionary) -> dict[str, float]:
    found = dict.fromkeys(own.chinese.get(tuple(map(stem, words)), ()), _OWN)
    beside = _BESIDE if found else 1.0
    if len(words) <= 3:
        ranked = known.words_for(words)[: _CANDIDATES if len(words) == 1 else 3]
        for at, one in enumerate(ranked):
            _add(found, {one.word: beside * exp(0.1 * (one.score - ranked[0].score)) * (at + 1) ** -0.25})
    return _evened(found)


def _evened(weights: dict[str, float]) -> dict[str, float]:
    total = sum(weights.values()) ** _EVEN
    return {word: weight / total for word, weight in weights.items()}


def _add(found: dict[str, float], more: Mapping[str, float]) -> None:
    """A word's weight is the largest that any of its sources gives."""
    for word, weight in more.items():
        found[word] = max(found.get(word, 0.0), weight)
