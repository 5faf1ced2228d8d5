"""BM25: English words by stem, Chinese by overlapping pairs of characters, tags as one word each.

The sparse values are BM25's term weights (k 1.2, b 0.75, Robertson & Zaragoza 2009); the store multiplies by IDF.
Term ids are the engine's own hash of the stem, the same on every machine.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal

from retrieval import tags
from retrieval.errors import Unavailable
from retrieval.legs._text import clean
from retrieval.legs.base import ALL_PAIRS, Sparse, Vector

AVERAGE_LENGTH = 100.0  # words of a usual passage: what BM25's length normalisation compares with
_VERSION = "1"
_LOOSE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,6}[-_][0-9]{2,5}[A-Za-z]?(?![A-Za-z0-9])")  # p-101a, ISO-10816
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


def to_words(text: str) -> str:
    """What the engine's word tokenizer should see: ``泵P-101A轴承温度`` -> ``泵 P-101A 轴承 承温 温度 p101a``.

    Pairs need no dictionary, so no part name is unknown to them; a lone character stays one.
    """
    folded = tags.fold(clean(text))
    spaced = _HAN.sub(lambda run: f" {_pairs(run.group())} ", folded)
    named = [mention.tag for mention in tags.find(folded)] + _LOOSE.findall(folded)
    return " ".join([spaced, *dict.fromkeys(tags.compact(tag) for tag in named)])


def _pairs(run: str) -> str:
    return " ".join(run[start : start + 2] for start in range(max(len(run) - 1, 1)))


class Bm25:
    """Light: nothing is loaded but the engine's library."""

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Term weights without IDF; an empty text has no terms."""
        return [self._sparse(self._engine.embed_document(to_words(text))) for text in texts]

    def encode_query(self, text: str) -> Vector:
        """Weight 1 for each different term."""
        return self._sparse(self._engine.embed_query(to_words(text)))

    def count_pieces(self, text: str) -> int:
        """0: no limit."""
        return 0

    @staticmethod
    def _sparse(vector: Any) -> Sparse:
        return Sparse(tuple(vector.indices), tuple(vector.values))

    @cached_property
    def _engine(self) -> Any:
        from qdrant_edge import Bm25 as Engine
        from qdrant_edge import Bm25Config, TokenizerType

        return Engine(
            Bm25Config(
                k=1.2, b=0.75, avg_len=AVERAGE_LENGTH, tokenizer=TokenizerType.Word, language="english", lowercase=True
            )
        )


class KeywordLeg:
    """See ``retrieval.legs.base.Leg``."""

    kind: Literal["dense", "sparse"] = "sparse"
    dimensions = 0
    max_pieces = 0
    pairs = ALL_PAIRS  # across languages: tags, part numbers, Latin words in Chinese text
    over = ""

    def identity(self) -> str:
        return f"bm25 v{_VERSION} k=1.2 b=0.75 avg={AVERAGE_LENGTH:g} english-stems han-pairs tags"

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
