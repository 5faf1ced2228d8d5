"""Passages without text for the bench of the stores: clustered vectors, Zipf terms, groups, areas, tags, epochs; made in blocks.

Centres lie in a space of few dimensions, as those of real encoders do, so that a cluster has neighbours that mean something;
passages scatter around theirs in all dimensions. Everything is derived from the seed and the block's number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from retrieval.legs.base import LANGUAGES, Leg, Sparse, Vector, reads
from retrieval.models import FOREVER, Caller, Language
from retrieval.stores.base import Point

BLOCK = 1000  # passages
CLUSTERS = 2000
VOCABULARY = 50_000  # words of a language
TERMS = 60  # of a passage, nearly
TAGS = 2000
EPOCH = 10  # the one that is asked for
_LATENT = 32  # dimensions of the centres
_SCATTER, _ASKED = 0.6, 0.4  # of a passage around its centre (length 1), of a question around its passage
_SHARE_CHINESE, _SHARE_RETIRED, _SHARE_GENERAL = 0.2, 0.05, 0.7
_GROUPS, _AREAS = (0.4, 0.3, 0.15, 0.1, 0.05), (0.6, 0.3, 0.1)
_OWN_WORDS, _OWN_SHARE = 40, 0.25  # words of a cluster, and how many of a passage's are of these
_LANGUAGE_GAP, _TAG_WORDS = 1_000_000, 2_000_000  # where the words of Chinese and the tags begin
_STOP_WORDS = 100  # that a question's words are never of
_SPREAD = 0x9E3779B97F4A7C15F39CC0605CEDC835  # odd: passage numbers to ids that aren't in order

Floats = npt.NDArray[np.float32]
USUAL = Caller(name="usual", groups=frozenset({"g0", "g1"}), areas=frozenset({"a0"}))
PARTIAL = Caller(name="partial", groups=frozenset({"g1"}), areas=frozenset({"a0"}))
NARROW = Caller(name="narrow", groups=frozenset({"g4"}), areas=frozenset({"a2"}))


@dataclass(frozen=True, slots=True)
class Fields:
    """One row a passage of a block."""

    numbers: npt.NDArray[np.int64]
    clusters: npt.NDArray[np.int64]
    chinese: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.int64]
    areas: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    general: npt.NDArray[np.bool_]

    def seen(self, caller: Caller, language: Language) -> npt.NDArray[np.bool_]:
        """Which of them this caller may search at ``EPOCH``, of one language."""
        mine = np.isin(self.groups, [int(one[1:]) for one in caller.groups]) & np.isin(self.areas, [int(one[1:]) for one in caller.areas])
        return np.asarray(mine & (self.ends > EPOCH) & (self.chinese == (language == "zh")))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its language, and its vector in each leg."""

    language: Language
    vectors: Mapping[str, Vector]


class Clusters:
    """``legs``: those of the settings, which say the dimensions and whose passages have vectors in which."""

    def __init__(self, legs: Mapping[str, Leg], seed: int = 1) -> None:
        self._legs, self._seed = legs, seed
        self.dense = {name: leg.dimensions for name, leg in legs.items() if leg.kind == "dense" and not leg.over}
        self._sparse = [name for name, leg in legs.items() if leg.kind == "sparse" and not leg.over]
        chance = np.random.default_rng(seed)
        latent = chance.standard_normal((CLUSTERS, _LATENT), dtype=np.float32)
        self._centres = {name: _unit(latent @ chance.standard_normal((_LATENT, size), dtype=np.float32)) for name, size in self.dense.items()}

    def fields(self, block: int, size: int = BLOCK) -> Fields:
        chance = np.random.default_rng((self._seed, block, 0))
        retired = chance.random(BLOCK) < _SHARE_RETIRED
        whole = Fields(
            numbers=np.arange(block * BLOCK, (block + 1) * BLOCK),
            clusters=chance.integers(0, CLUSTERS, BLOCK),
            chinese=chance.random(BLOCK) < _SHARE_CHINESE,
            groups=chance.choice(len(_GROUPS), BLOCK, p=_GROUPS),
            areas=chance.choice(len(_AREAS), BLOCK, p=_AREAS),
            ends=np.where(retired, chance.integers(2, EPOCH + 1, BLOCK), FOREVER),
            general=chance.random(BLOCK) < _SHARE_GENERAL,
        )
        return Fields(*(getattr(whole, name)[:size] for name in Fields.__slots__))

    def vectors(self, leg: str, block: int) -> Floats:
        """Of a whole block, each of length 1."""
        chance = np.random.default_rng((self._seed, block, 1 + list(self.dense).index(leg)))
        return self._near(chance, self._centres[leg][self.fields(block).clusters], _SCATTER)

    def points(self, count: int, start: int = 0) -> Iterator[list[Point]]:
        """Passages ``start`` (the first of a block) to ``count``, a block at a time."""
        for block in range(start // BLOCK, -(-count // BLOCK)):
            yield self._block(block, min(BLOCK, count - block * BLOCK))

    def questions(self, count: int, among: int, blocks: int = 20) -> list[Asked]:
        """Near passages of a few blocks of the first ``among`` passages, English and Chinese in turn."""
        chance = np.random.default_rng((self._seed, 0, 99))
        taken = chance.choice(max(among // BLOCK, 1), size=min(blocks, max(among // BLOCK, 1)), replace=False)
        of = {int(block): self.fields(int(block), min(BLOCK, among)) for block in taken}
        near = {leg: {block: self.vectors(leg, block) for block in of} for leg in self.dense}
        found = []
        for number in range(count):
            language, block = LANGUAGES[number % 2], int(chance.choice(taken))
            row = int(chance.integers(len(of[block].numbers)))
            vectors: dict[str, Vector] = {
                name: tuple(self._near(chance, near[leg.over or name][block][row : row + 1], _ASKED)[0].tolist())
                for name, leg in self._legs.items() if leg.kind == "dense"
            }
            cluster = int(of[block].clusters[row])
            for leg, one in self._legs.items():
                if one.kind == "sparse":
                    vectors[leg] = self._asked_words(chance, cluster, (language == "zh") != bool(one.over), 20 if one.over else 7)
            found.append(Asked(language, vectors))
        return found

    def _near(self, chance: np.random.Generator, of: Floats, scatter: float) -> Floats:
        noise = chance.standard_normal(of.shape, dtype=np.float32)
        return _unit(of + scatter / np.sqrt(of.shape[1], dtype=np.float32) * noise)

    def _block(self, block: int, size: int) -> list[Point]:
        fields, chance = self.fields(block, size), np.random.default_rng((self._seed, block, 50))
        dense = {leg: self.vectors(leg, block).tolist() for leg in self.dense}
        read = {leg: reads(self._legs[leg]) for leg in (*self.dense, *self._sparse)}
        found = []
        for row, number in enumerate(fields.numbers.tolist()):
            language: Language = "zh" if fields.chinese[row] else "en"
            tag = (number * 31) % TAGS
            vectors: dict[str, Vector] = {leg: tuple(dense[leg][row]) for leg in self.dense if language in read[leg]}
            words = self._words(chance, int(fields.clusters[row]), language == "zh", tag)
            vectors |= {leg: words for leg in self._sparse if language in read[leg]}
            found.append(Point(
                id=id_of(number), vectors=vectors, document_id=f"document {number // 200}", language=language,
                kind="text", tags=(f"P-{tag}",), groups=(f"g{fields.groups[row]}",), areas=(f"a{fields.areas[row]}",),
                from_epoch=1, to_epoch=int(fields.ends[row]), general=bool(fields.general[row]),
            ))
        return found

    @cached_property
    def _zipf(self) -> npt.NDArray[np.float64]:
        shares = 1.0 / np.arange(1, VOCABULARY + 1) ** 1.05
        return np.asarray(np.cumsum(shares / shares.sum()))

    def _drawn(self, chance: np.random.Generator, cluster: int, count: int, least: float = 0.0) -> npt.NDArray[np.int64]:
        own = int(count * _OWN_SHARE) + 1
        common = np.searchsorted(self._zipf, chance.uniform(least, 1.0, count - own))
        of_cluster = (cluster * 7919 + chance.integers(0, _OWN_WORDS, own)) % VOCABULARY
        return np.asarray(np.unique(np.minimum(np.concatenate([common, of_cluster]), VOCABULARY - 1)))

    def _words(self, chance: np.random.Generator, cluster: int, chinese: bool, tag: int) -> Sparse:
        words = self._drawn(chance, cluster, TERMS) + _LANGUAGE_GAP * chinese
        return Sparse((*words.tolist(), _TAG_WORDS + tag), tuple(chance.uniform(0.5, 2.0, len(words) + 1).round(3).tolist()))

    def _asked_words(self, chance: np.random.Generator, cluster: int, chinese: bool, count: int) -> Sparse:
        words = self._drawn(chance, cluster, count, float(self._zipf[_STOP_WORDS])) + _LANGUAGE_GAP * chinese
        return Sparse(tuple(words.tolist()), tuple(chance.uniform(0.3, 1.0, len(words)).round(3).tolist()))


def id_of(number: int) -> str:
    return str(UUID(int=(number + 1) * _SPREAD % 2**128))




def _unit(rows: Any) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
