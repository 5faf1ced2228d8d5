"""BM25: English words by stem, Chinese by pairs of characters and by characters, tags and part numbers as one word.

The sparse values are BM25's term weights (k 1.2, b 0.75, Robertson & Zaragoza 2009); the store multiplies by IDF.
Term ids are the engine's own hash of the stem, the same on every machine.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

from retrieval import tags
from retrieval.errors import Unavailable
from retrieval.legs._identifiers import identifiers
from retrieval.legs._text import clean
from retrieval.legs.base import ALL_PAIRS, Sparse, Vector

# Words of a usual passage, with which BM25's length normalisation compares: in English, and in Chinese
AVERAGE_LENGTH, AVERAGE_LENGTH_HAN = 100.0, 200.0
_LONE = 0.7  # what a character of a question counts beside a pair
_LATIN = 3.0  # what a code, number or Latin word in a Chinese question counts: its few words stand against many pairs
_VERSION = "2"
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


# Characters that say little alone and stand in most passages. They stay in the pairs.
_SMALL = frozenset(
    "的了是在和与或及等对为以于把被其之所也都就还又很到从由将个一不有可能会要应当时后前上下中内外这那该如何怎么什哪些"
    "吗呢请问用使进行多少几次您你我他它们并而且则若果"
)


def to_words(text: str) -> str:
    """What the engine's word tokenizer should see: ``泵P-101A轴承`` -> ``泵 P-101A p101a 轴承 轴 承``.

    Pairs need no dictionary, so no part name is unknown to them; the characters find 泵 in 给料泵 and 阀 in 止回阀.
    """
    words = _split(text)
    return " ".join([words.latin, words.pairs, words.lone])


class _Words(NamedTuple):
    latin: str  # with the identifiers
    pairs: str  # of Chinese characters, and a character that stands alone
    lone: str  # each of the characters that make up a pair

    @property
    def mostly_han(self) -> bool:
        return len(self.pairs.split()) > len(self.latin.split())


def _split(text: str) -> _Words:
    folded = tags.fold(clean(text))
    runs = _HAN.findall(folded)
    pairs = [run[at : at + 2] for run in runs for at in range(max(len(run) - 1, 1))]
    lone = [one for run in runs if len(run) > 1 for one in run if one not in _SMALL]
    latin = " ".join([*_HAN.sub(" ", folded).split(), *identifiers(folded)])
    return _Words(latin, " ".join(pairs), " ".join(lone))


class Bm25:
    """Light: nothing is loaded but the engine's library."""

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Term weights without IDF; an empty text has no terms."""
        return [self._passage(_split(text)) for text in texts]

    def encode_query(self, text: str) -> Vector:
        """Weight 1 for each different term; in a Chinese question more for what isn't Chinese, less for a character."""
        words = _split(text)
        weights = dict.fromkeys(self._ids(words.lone), _LONE)
        weights |= dict.fromkeys(self._ids(words.pairs), 1.0)
        weights |= dict.fromkeys(self._ids(words.latin), _LATIN if words.pairs else 1.0)
        return Sparse(tuple(weights), tuple(weights.values()))

    def count_pieces(self, text: str) -> int:
        """0: no limit."""
        return 0

    def _passage(self, words: _Words) -> Vector:
        engine = self._han_engine if words.mostly_han else self._engine
        vector = engine.embed_document(" ".join(words))
        return Sparse(tuple(vector.indices), tuple(vector.values))

    def _ids(self, words: str) -> tuple[int, ...]:
        return tuple(self._engine.embed_query(words).indices)

    @cached_property
    def _engine(self) -> Any:
        return _engine(AVERAGE_LENGTH)

    @cached_property
    def _han_engine(self) -> Any:
        return _engine(AVERAGE_LENGTH_HAN)


def _engine(average: float) -> Any:
    from qdrant_edge import Bm25 as Engine
    from qdrant_edge import Bm25Config, TokenizerType

    return Engine(
        Bm25Config(k=1.2, b=0.75, avg_len=average, tokenizer=TokenizerType.Word, language="english", lowercase=True)
    )


class KeywordLeg:
    """See ``retrieval.legs.base.Leg``."""

    kind: Literal["dense", "sparse"] = "sparse"
    dimensions = 0
    max_pieces = 0
    pairs = ALL_PAIRS  # across languages: tags, part numbers, Latin words in Chinese text
    over = ""

    def identity(self) -> str:
        return (
            f"bm25 v{_VERSION} k=1.2 b=0.75 avg={AVERAGE_LENGTH:g} english-stems han-pairs han-characters identifiers"
        )

    def load(self) -> Bm25:
        """Raises ``Unavailable`` where the engine's library is missing."""
        try:
            import qdrant_edge  # noqa: F401
        except ImportError:
            raise Unavailable(
                "the package qdrant-edge-py is not installed; run: pip install qdrant-edge-py==0.9.0"
            ) from None
        return Bm25()


LEG = KeywordLeg()
