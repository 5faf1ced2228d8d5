"""A question in the other language's words, searched among the keyword leg's vectors."""

from collections.abc import Sequence
from typing import Literal

from retrieval.legs.base import Pair, Sparse, Vector
from retrieval.legs.keyword import LEG as KEYWORD
from retrieval.legs.keyword import Bm25
from retrieval.terms import gloss, language_of


class Glosses:
    """See ``retrieval.legs.base.Encoder``."""

    def __init__(self, words: Bm25) -> None:
        self._words = words

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """None: the passages are the keyword leg's."""
        return [Sparse((), ()) for _ in texts]

    def encode_query(self, text: str) -> Vector:
        return self._words.encode_query(gloss(text, language_of(text)))

    def count_pieces(self, text: str) -> int:
        """0: no limit."""
        return 0


class GlossLeg:
    """See ``retrieval.legs.base.Leg``."""

    kind: Literal["dense", "sparse"] = "sparse"
    dimensions = 0
    max_pieces = 0
    pairs: frozenset[Pair] = frozenset({("en", "zh"), ("zh", "en")})
    over = "keyword"

    def identity(self) -> str:
        return "gloss v1"

    def load(self) -> Glosses:
        """Raises ``Unavailable``."""
        return Glosses(KEYWORD.load())


LEG = GlossLeg()
