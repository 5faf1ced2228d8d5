"""Words of a question and of a passage as comparable terms, in both languages.

An English word is its Snowball stem, a Chinese one its jieba segment, and either becomes a concept (``=bearing``)
where the bilingual term list knows it: so a Chinese question can be held against an English passage.
"""

import csv
import logging
import re
import threading
from functools import cache
from importlib.resources import files

import jieba
import snowballstemmer

from retrieval.models import Language
from retrieval.tags import find, fold

jieba.setLogLevel(logging.WARNING)

_ENGLISH = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


@cache
def _stop_words() -> frozenset[str]:
    rows = csv.DictReader(files("retrieval").joinpath("stop_words.csv").read_text(encoding="utf-8").splitlines())
    return frozenset(row["word"] for row in rows)


def language_of(text: str) -> Language:
    """Chinese where at least two Chinese characters make up a sixth of the letters, tags left out."""
    folded = fold(text)
    for mention in reversed(find(folded)):
        folded = folded[: mention.start] + folded[mention.end :]
    chinese = sum(len(run) for run in _CHINESE.findall(folded))
    latin = sum(len(word) for word in re.findall(r"[A-Za-z]+", folded)) / 4  # a word is about four letters to one
    return "zh" if chinese >= 2 and chinese >= latin / 3 else "en"


@cache
def _list() -> tuple[dict[str, str], dict[str, str], dict[str, tuple[str, str]]]:
    english: dict[str, str] = {}
    chinese: dict[str, str] = {}
    glosses: dict[str, tuple[str, str]] = {}
    text = files("retrieval").joinpath("terms.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for word in row["english"].split(";"):
            english.setdefault(_stem(word), row["concept"])
        for word in row["chinese"].split(";"):
            chinese.setdefault(word, row["concept"])
            if len(word) > 1:
                jieba.add_word(word, freq=20000)
        glosses[row["concept"]] = (row["english"].replace(";", " "), row["chinese"].replace(";", " "))
    return english, chinese, glosses


class _Stemmer(threading.local):
    """One a thread: a Snowball stemmer keeps the word it works on in itself."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_stemmer = _Stemmer()


def _stem(word: str) -> str:
    return str(_stemmer.english.stemWord(word))


def terms(text: str) -> frozenset[str]:
    """The content terms of a text: concepts as ``=concept``, other stems and segments as they are.

    Tags, numbers and stop words are left out: tags and numbers are compared elsewhere, exactly.
    """
    folded = fold(text)
    for mention in reversed(find(folded)):
        folded = folded[: mention.start] + " " + folded[mention.end :]
    return frozenset(_english(folded.lower()) | _chinese(folded))


def _english(text: str) -> set[str]:
    known = _list()[0]
    found = set()
    for word in _ENGLISH.findall(text):
        if _stem(word) in known:
            found.add("=" + known[_stem(word)])
            continue
        for part in word.replace("'s", "").split("-"):
            stem = _stem(part)
            if part not in _stop_words() and len(part) > 1:
                found.add("=" + known[stem] if stem in known else stem)
    return found


def _chinese(text: str) -> set[str]:
    known = _list()[1]
    found = set()
    for run in _CHINESE.findall(text):
        for word in jieba.cut(run, HMM=False):
            if word in known:
                found.add("=" + known[word])
            elif word not in _stop_words():
                found.add(word)
    return found


def gloss(text: str, language: Language) -> str:
    """The other language's words for the concepts of ``text``: what a keyword search across languages needs."""
    other = 0 if language == "zh" else 1
    concepts = sorted(term[1:] for term in terms(text) if term.startswith("="))
    return " ".join(_list()[2][concept][other] for concept in concepts)
