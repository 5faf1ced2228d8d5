"""The plant's own words in both languages: what stands before any dictionary."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from retrieval._words import CHINESE, ENGLISH, fold, stem, table
from retrieval.errors import BadDocument
from retrieval.glossary._senses import Words
from retrieval.models import Asset

Pair = tuple[str, str]  # what is the same in English and in Chinese


class Glossary:
    """``english``: English words by Chinese one; ``chinese``: Chinese words by English stems. Immutable."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        """Each side of a pair may give several ways to say it, parted by ``;``."""
        english: defaultdict[str, dict[Words, Words]] = defaultdict(dict)  # one form of each
        chinese: defaultdict[Words, dict[str, None]] = defaultdict(dict)
        for one, other in pairs:
            for words in filter(None, map(english_words, one.split(";"))):
                stems = tuple(map(stem, words))
                for word in _chinese_words(other):
                    english[word].setdefault(stems, words)
                    chinese[stems][word] = None
        self.english: Mapping[str, tuple[Words, ...]] = {word: tuple(found.values()) for word, found in english.items()}
        self.chinese: Mapping[Words, tuple[str, ...]] = {words: tuple(found) for words, found in chinese.items()}
        self.longest = max(map(len, self.english), default=0)  # characters
        self.most = max(map(len, self.chinese), default=0)  # words


def english_words(text: str) -> Words:
    """Lower-case words; what hyphens join is parted."""
    return tuple(part for word in ENGLISH.findall(fold(text).lower()) for part in word.removesuffix("'s").split("-"))


def _chinese_words(text: str) -> list[str]:
    """``给料泵A`` is taken without its letter: what tells twins apart is no word."""
    return [run for one in text.split(";") for run in CHINESE.findall(fold(one)) if run]


@cache
def packaged() -> tuple[Pair, ...]:
    """The term list, whose words are concepts, and the technical words that dictionaries lack."""
    return tuple((row["english"], row["chinese"]) for name in ("terms.csv", "technical.csv") for row in table(name))


@cache
def packaged_glossary() -> Glossary:
    return Glossary(packaged())


def of_assets(assets: Iterable[Asset]) -> list[Pair]:
    """Names of the register that are given in both languages."""
    return [(asset.name, asset.name_zh) for asset in assets if asset.name and asset.name_zh]


def read_glossary(path: Path) -> list[Pair]:
    """A CSV file with the columns ``english`` and ``chinese``. Raises ``BadDocument``."""
    remedy = "give a CSV file in UTF-8 with the columns english and chinese"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadDocument(path.name, " ".join(str(error).split()), remedy=remedy) from None
    for number, row in enumerate(rows, start=2):
        if not row.get("english") or not row.get("chinese"):
            raise BadDocument(path.name, "english or chinese is empty", where=f"row {number}", remedy=remedy)
    return [(row["english"], row["chinese"]) for row in rows]
