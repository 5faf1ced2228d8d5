"""Words and stems that the term lists and the dictionary are looked up by."""

import csv
import logging
import re
import threading
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import snowballstemmer

ENGLISH = re.compile(r"[a-z]+(?:[-'][a-z]+)*")  # on lower-case text
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


def fold(text: str) -> str:
    """NFKC: full-width letters, digits and hyphens become plain ones."""
    return unicodedata.normalize("NFKC", text)


@cache
def stop_words() -> frozenset[str]:
    """Words of either language that say nothing of what a question is about."""
    return frozenset(row["word"] for row in table("stop_words.csv"))


def table(name: str) -> list[dict[str, str]]:
    """The rows of a word list of this package."""
    text = files("retrieval").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


_segmenting = threading.Lock()


def segmenter() -> Any:
    """jieba, with the concepts and the technical words as words of its own."""
    with _segmenting:
        return _taught()


@cache
def _taught() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    tables = map(table, ("terms.csv", "technical.csv"))
    lists = ([word for row in rows for word in row["chinese"].split(";")] for rows in tables)
    concepts, technical = ([word for word in words if len(word) > 1] for words in lists)
    known = frozenset(concepts)
    for word in [*concepts, *(one for one in technical if not _holds(one, known))]:
        jieba.add_word(word, freq=20000)
    return jieba


def _holds(word: str, known: frozenset[str]) -> bool:
    """Whether one of ``known`` is a part of it: 最低库存 speaks of 库存."""
    parts = (word[at:end] for at in range(len(word)) for end in range(at + 2, len(word) + 1))
    return any(part in known for part in parts)


class _Stemmer(threading.local):
    """One a thread: a Snowball stemmer keeps the word it works on in itself."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_stemmer = _Stemmer()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Of an English word in lower case."""
    return str(_stemmer.english.stemWord(word))
