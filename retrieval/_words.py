"""Words and stems that the term lists and the dictionary are looked up by."""

import csv
import re
import threading
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

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


class _Stemmer(threading.local):
    """One a thread: a Snowball stemmer keeps the word it works on in itself."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_stemmer = _Stemmer()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Of an English word in lower case."""
    return str(_stemmer.english.stemWord(word))
