"""A Chinese question word for word in English, encoded and searched as an English one among the dense leg's vectors."""

from collections.abc import Iterable, Sequence
from typing import Literal

from retrieval.glossary.plant import Glossary, Pair, packaged
from retrieval.glossary.translate import in_english
from retrieval.legs.base import Encoder, Vector
from retrieval.legs.base import Pair as Languages
from retrieval.legs.dense import LEG as DENSE


class EnglishGlosses:
    """See ``retrieval.legs.base.Encoder``."""

    def __init__(self, english: Encoder) -> None:
        self._english, self._own = english, Glossary(packaged())

    def use(self, pairs: Iterable[Pair]) -> None:
        """Put these, such as the register's names, beside the packaged words."""
        self._own = Glossary((*pairs, *packaged()))

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """None that is used: the passages are the dense leg's."""
        return self._english.encode_passages(texts)

    def encode_query(self, text: str) -> Vector:
        """A unit vector, of the question as it stands where no word of it is known."""
        return self._english.encode_query(in_english(text, self._own) or text)

    def count_pieces(self, text: str) -> int:
        """0: no limit of its own."""
        return 0


class GlossDenseLeg:
    """See ``retrieval.legs.base.Leg``."""

    kind: Literal["dense", "sparse"] = "dense"
    dimensions = DENSE.dimensions
    max_pieces = 0
    pairs: frozenset[Languages] = frozenset({("zh", "en")})
    over = "dense"

    def identity(self) -> str:
        return "gloss-dense v1"

    def load(self) -> EnglishGlosses:
        """Raises ``Unavailable`` or ``ModelRejected``."""
        return EnglishGlosses(DENSE.load())


LEG = GlossDenseLeg()
