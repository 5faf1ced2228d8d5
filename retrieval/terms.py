"""Words of a question and of a passage as comparable terms, in both languages.

An English word is its Snowball stem, a Chinese one its jieba segment, and either becomes a concept (``=bearing``)
where the bilingual term list knows it: so a Chinese question can be held against an English passage. Words that the
list doesn't know are held against each other by the dictionary.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from retrieval._words import CHINESE, ENGLISH, segmenter, stem, stop_words, table
from retrieval.glossary.dictionary import dictionary
from retrieval.glossary.plant import packaged_glossary
from retrieval.glossary.translate import parts
from retrieval.models import Language
from retrieval.tags import find, fold

_SENSES = 4  # of a word; what comes later in the dictionary is seldom what a plant means
_LONE_SENSES = 2  # of a lone character
_BY_DICTIONARY, _LATER = 0.9, 0.85  # what the first sense covers, and each later one of the one before
_LEAST = 3  # letters of an English stem that a gloss may cover


def language_of(text: str) -> Language:
    """Chinese where at least two Chinese characters make up a sixth of the letters, tags left out."""
    folded = _without_tags(text)
    chinese = sum(len(run) for run in CHINESE.findall(folded))
    latin = sum(len(word) for word in re.findall(r"[A-Za-z]+", folded)) / 4  # a word is about four letters to one
    return "zh" if chinese >= 2 and chinese >= latin / 3 else "en"


def terms(text: str) -> frozenset[str]:
    """The content terms of a text: concepts as ``=concept``, other stems and segments as they are.

    Tags, numbers and stop words are left out: tags and numbers are compared elsewhere, exactly.
    """
    return frozenset(sequence(text))


def shown(term: str, question: str) -> str:
    """The word of the question that became ``term``: "raised" for the stem "rais", "轴承" for "=bearing"."""
    return next((word for found, word in _said(question) if found == term), term.removeprefix("="))


def covers(wanted: frozenset[str], text: str) -> dict[str, float]:
    """Which of the ``terms`` of a question stand in ``text``, and how surely: 1 for the term itself, less where only
    the dictionary says that a word of the other language is the same. What isn't covered is left out.

    A concept stands only for itself: who asks for the warranty isn't answered by what is near to it.
    """
    held = terms(text)
    found = dict.fromkeys(wanted & held, 1.0)
    rest = [term for term in wanted - held if not term.startswith("=")]
    english = [term for term in rest if not CHINESE.match(term) and len(term) >= _LEAST]
    reached = _reached(held) if english else {}
    for term in rest:
        sure = _translated(term, held) if CHINESE.match(term) else reached.get(term, 0.0)
        if sure:
            found[term] = sure
    return found


@lru_cache(maxsize=8_192)
def sequence(text: str) -> tuple[str, ...]:
    """The content terms of a text in its order, English ones first; see ``terms``."""
    return tuple(term for term, _ in _said(text))


@lru_cache(maxsize=20_000)
def counterparts(term: str) -> frozenset[str]:
    """English stems and concepts that a Chinese word may stand for by itself; none for any other term."""
    return (
        frozenset(one for said, _ in _glosses(term) if len(said) == 1 for one in said)
        if CHINESE.match(term)
        else frozenset()
    )


def _said(text: str) -> Iterator[tuple[str, str]]:
    """Each term with the word that it comes from."""
    folded = _without_tags(text)
    yield from _english(folded)
    yield from _chinese(folded)


def _without_tags(text: str) -> str:
    folded = fold(text)
    for mention in reversed(find(folded)):
        folded = folded[: mention.start] + " " + folded[mention.end :]
    return folded


@cache
def _list() -> tuple[dict[str, str], dict[str, str]]:
    """Concepts by English stem and by Chinese word."""
    english: dict[str, str] = {}
    chinese: dict[str, str] = {}
    for row in table("terms.csv"):
        for word in row["english"].split(";"):
            english.setdefault(stem(word), row["concept"])
        for word in row["chinese"].split(";"):
            chinese.setdefault(word, row["concept"])
    return english, chinese


def _english(text: str) -> Iterator[tuple[str, str]]:
    known = _list()[0]
    for match in ENGLISH.finditer(text.lower()):
        word, written = match.group(), text[match.start() : match.end()]
        if stem(word) in known:
            yield "=" + known[stem(word)], written
            continue
        for part in word.replace("'s", "").split("-"):
            if part not in stop_words() and len(part) > 1:
                yield _term(part), written


def _term(word: str) -> str:
    """Of an English word in lower case."""
    known, root = _list()[0], stem(word)
    return "=" + known[root] if root in known else root


def _chinese(text: str) -> Iterator[tuple[str, str]]:
    known = _list()[1]
    for run in CHINESE.findall(text):
        for word in segmenter().cut(run, HMM=False):
            if word in known:
                yield "=" + known[word], word
            elif word not in stop_words():
                yield word, word


@lru_cache(maxsize=20_000)
def _glosses(word: str) -> tuple[tuple[frozenset[str], float], ...]:
    """The terms of each English gloss of a Chinese word, and how surely they mean it; rare senses are left out."""
    own = (frozenset(map(_term, gloss)) - stop_words() for gloss in packaged_glossary().english.get(word, ()))
    found, sure = [(said, _BY_DICTIONARY) for said in own if said], _BY_DICTIONARY
    for gloss, weight in dictionary().senses(word)[: _SENSES if len(word) > 1 else _LONE_SENSES]:
        said = frozenset(_term(one) for one in gloss if one not in stop_words())
        if said and weight >= 1:
            found.append((said, sure))
        sure *= _LATER
    return tuple(found)


def _translated(word: str, held: frozenset[str]) -> float:
    """A Chinese word in an English text: all words of a gloss stand there; of a compound, a gloss of each part."""
    if _glosses(word):
        return max((sure for said, sure in _glosses(word) if said <= held), default=0.0)
    pieces = [part for part in parts(word) if part not in stop_words()] if len(word) > 1 else []
    return min((_part_translated(part, held) for part in pieces), default=0.0)


def _part_translated(part: str, held: frozenset[str]) -> float:
    concept = _list()[1].get(part)
    if concept is not None and "=" + concept in held:
        return _BY_DICTIONARY
    return max((sure for said, sure in _glosses(part) if said <= held), default=0.0)


def _reached(held: frozenset[str]) -> dict[str, float]:
    """English stems that the Chinese words of a text are glossed by in one word."""
    found: dict[str, float] = {}
    for word in held:
        if CHINESE.match(word):
            for said, sure in _glosses(word):
                if len(said) == 1:
                    (term,) = said
                    found[term] = max(found.get(term, 0.0), sure)
    return found
