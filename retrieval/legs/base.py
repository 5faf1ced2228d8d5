"""The contract of a leg: texts in, vectors out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, Protocol, runtime_checkable

from retrieval.models import Language

Pair = tuple[Language, Language]  # language of the question, language of the passages
LANGUAGES: tuple[Language, ...] = ("en", "zh")
ALL_PAIRS: frozenset[Pair] = frozenset(product(LANGUAGES, LANGUAGES))


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse vector: ``values[i]`` at dimension ``indices[i]``. The store applies IDF."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


Vector = tuple[float, ...] | Sparse


class Encoder(Protocol):
    """Encodes texts. Loaded once and used from worker threads; ``encode_*`` may block."""

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """One vector a text, in order. Raises nothing on odd input: an empty text has a vector too.

        A leg that searches another's vectors (``Leg.over``) is never asked for these.
        """

    def encode_query(self, text: str) -> Vector:
        """The question's vector."""

    def count_pieces(self, text: str) -> int:
        """Word pieces this leg reads ``text`` as; 0 where it has no limit."""


@runtime_checkable
class Translating(Protocol):
    """An encoder that puts questions into the other language's words."""

    def use(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Put these (English, Chinese), such as the register's names, before the packaged words."""


class Leg(Protocol):
    """The constant ``LEG`` of a variant: what the index must know of it, and how to load it."""

    @property
    def kind(self) -> Literal["dense", "sparse"]: ...

    @property
    def dimensions(self) -> int:
        """0 for a sparse leg."""

    @property
    def max_pieces(self) -> int:
        """The longest text that isn't truncated, in word pieces; 0 = no limit."""

    @property
    def pairs(self) -> frozenset[Pair]:
        """Languages of question and passages that it can score against each other."""

    @property
    def over(self) -> str:
        """The leg whose stored vectors it searches; "" where it has its own."""

    def identity(self) -> str:
        """Changes whenever the vectors would: model hash, tokenizer, version. Kept in the index manifest."""

    def load(self) -> Encoder:
        """Import what is heavy and load the model. Raises ``Unavailable``."""


class LegType(Protocol):
    """The constant ``LEG_TYPE`` of a variant that makes legs from settings: ``[retrieval.leg_options.NAME]``."""

    def make(self, name: str, options: Mapping[str, Any]) -> Leg:
        """Raises ``BadSetting`` that names the key."""


def reads(leg: Leg) -> frozenset[Language]:
    """Languages of the passages that the leg has vectors of."""
    return frozenset(found for _, found in leg.pairs) if not leg.over else frozenset()
