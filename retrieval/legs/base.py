"""The contract of a leg: texts in, vectors out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from retrieval.models import Language


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse vector: ``values[i]`` at dimension ``indices[i]``. The store applies IDF."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


Vector = tuple[float, ...] | Sparse


class Encoder(Protocol):
    """Encodes texts. Loaded once and used from worker threads; ``encode_*`` may block."""

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """One vector a text, in order. Raises nothing on odd input: an empty text has a vector too."""

    def encode_query(self, text: str) -> Vector:
        """The question's vector."""

    def count_pieces(self, text: str) -> int:
        """Word pieces this leg reads ``text`` as; 0 where it has no limit."""


class Leg(Protocol):
    """The constant ``LEG`` of a variant: what the index must know of it, and how to load it."""

    kind: Literal["dense", "sparse"]
    dimensions: int  # 0 for a sparse leg
    max_pieces: int  # longest text that isn't truncated; 0 = no limit
    languages: frozenset[Language]  # of passages that it can score

    def identity(self) -> str:
        """Changes whenever the vectors would: model hash, tokenizer, version. Kept in the index manifest."""

    def load(self) -> Encoder:
        """Import what is heavy and load the model. Raises ``Unavailable``."""
