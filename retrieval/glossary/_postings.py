"""Which entries of the dictionary hold an English word, in any of its forms."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count, islice

import numpy as np
from numpy.typing import NDArray

from retrieval._words import stem

_TOKEN = re.compile(r"[a-z]+|\n")
_AT_ONCE = 2000  # entries; all tokens at once would take 40 MB

Numbers = NDArray[np.int32]


class Postings:
    """Words in order, and for each the numbers of the entries that hold it."""

    def __init__(self, texts: Iterable[str]) -> None:
        """``texts``: in lower case, one an entry."""
        number: defaultdict[str, int] = defaultdict(count().__next__)
        end, parts, rest = number["\n"], [], iter(texts)
        while some := list(islice(rest, _AT_ONCE)):
            tokens = _TOKEN.findall("\n".join([*some, ""]))
            parts.append(np.fromiter(map(number.__getitem__, tokens), np.int32, len(tokens)))
        found = np.concatenate(parts) if parts else np.empty(0, np.int32)
        entries = np.cumsum(found == end, dtype=np.int32)[found != end]
        self._words = sorted(number.keys() - {"\n"})
        place = np.empty(len(number), np.int32)
        place[[number[word] for word in self._words]] = np.arange(len(self._words))
        held = place[found[found != end]]
        order = np.argsort(held, kind="stable")
        self._entries: Numbers = entries[order]
        self._starts = np.searchsorted(held[order], np.arange(len(self._words) + 1)).astype(np.int32)
        self._of = lru_cache(maxsize=5_000)(self._find)

    def of(self, words: Sequence[str]) -> list[int]:
        """Entries that hold a form of each, in order."""
        found = self._of(words[0])
        for word in words[1:]:
            found = np.intersect1d(found, self._of(word), assume_unique=True)
        return [int(at) for at in found]

    def _find(self, word: str) -> Numbers:
        held = [self._entries[self._starts[at] : self._starts[at + 1]] for at in self._forms(stem(word))]
        return np.unique(np.concatenate(held)) if held else self._entries[:0]

    def _forms(self, wanted: str) -> list[int]:
        """A stem begins all its forms but for an e or i that Snowball puts at the end (``rate``: rating)."""
        beginning = wanted[:-1] if wanted[-1:] in "ei" and len(wanted) > 2 else wanted
        at, found = bisect_left(self._words, beginning), []
        while at < len(self._words) and self._words[at].startswith(beginning):
            if stem(self._words[at]) == wanted:
                found.append(at)
            at += 1
        return found
