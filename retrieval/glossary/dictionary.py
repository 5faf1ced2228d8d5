"""CC-CEDICT in memory: the senses of a Chinese word, and the Chinese words for English ones."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from retrieval._words import CHINESE, segmenter
from retrieval.glossary._cedict import Entry, parse, read_lines, word_of
from retrieval.glossary._postings import Postings
from retrieval.glossary._rank import Candidate, rank
from retrieval.glossary._senses import Words, read_sense

_LONGEST = 6  # characters of a Chinese word; what is longer is a name or explains


class Sense(NamedTuple):
    """``words``: lower-case English. ``weight``: 1, less for a rare one."""

    words: Words
    weight: float


class Dictionary:
    """Read in half a second; ``senses`` and ``words_for`` remember what was asked. Raises ``Unavailable``.

    The lines lie in one piece of bytes, in the order of their Chinese words: strings would take five times the memory.
    """

    def __init__(self) -> None:
        segmenter()  # what ranks words reads its frequencies
        lines = sorted((line for line in read_lines() if CHINESE.fullmatch(word_of(line))), key=word_of)
        self._starts, blob = array("I", [0]), bytearray()
        for line in lines:
            blob += line.encode()
            self._starts.append(len(blob))
        self._blob = bytes(blob)
        self._postings = Postings(map(_english, map(parse, lines)))
        self.senses = lru_cache(maxsize=20_000)(self._senses)
        self.words_for = lru_cache(maxsize=20_000)(self._words_for)

    def __contains__(self, word: str) -> bool:
        return bool(self.senses(word))

    def _senses(self, word: str) -> tuple[Sense, ...]:
        """Of a Chinese word, in the dictionary's order; a name's only where the word is nothing else."""
        plain: dict[Words, Sense] = {}
        names: dict[Words, Sense] = {}
        for entry in self._entries(word):
            kept = names if entry.name else plain
            for sense in entry.senses.split("/"):
                for words, weight in read_sense(sense):
                    kept.setdefault(words, Sense(words, weight))
        return tuple((plain or names).values())

    def _words_for(self, words: Words) -> tuple[Candidate, ...]:
        """Chinese words of which a sense is just these English words, in any form; the likeliest first."""
        return rank(words, [parse(self._line(at)) for at in self._postings.of(words)], self.senses)

    def _entries(self, word: str) -> Iterator[Entry]:
        lines = range(len(self._starts) - 1)
        at = bisect_left(lines, word, key=lambda number: word_of(self._line(number)))
        while at in lines and word_of(self._line(at)) == word:
            yield parse(self._line(at))
            at += 1

    def _line(self, at: int) -> str:
        return self._blob[self._starts[at] : self._starts[at + 1]].decode()


def _english(entry: Entry) -> str:
    return "" if entry.name or len(entry.word) > _LONGEST else entry.senses.lower()


@cache
def dictionary() -> Dictionary:
    """Read when it is first asked for. Raises ``Unavailable``."""
    return Dictionary()
