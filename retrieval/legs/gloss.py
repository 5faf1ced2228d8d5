"""A question in the other language's words, searched among the keyword leg's vectors.

``[retrieval.leg_options.gloss]`` with ``type = "gloss"`` and ``glossary = "site.csv"`` puts a site's own words first.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from retrieval.glossary.plant import Glossary, Pair, packaged, read_glossary
from retrieval.glossary.translate import to_chinese, to_english
from retrieval.legs.base import Pair as Languages
from retrieval.legs.base import Sparse, Vector
from retrieval.legs.keyword import LEG as KEYWORD
from retrieval.legs.keyword import Bm25
from retrieval.settings import Section
from retrieval.terms import language_of

_SHARE = 0.6  # each of a word's n terms counts n ** -_SHARE of its weight


class Glosses:
    """See ``retrieval.legs.base.Encoder``."""

    def __init__(self, words: Bm25, site: Iterable[Pair] = ()) -> None:
        self._words, self._site = words, tuple(site)
        self._own = Glossary((*self._site, *packaged()))
        self._ids = lru_cache(maxsize=20_000)(lambda word: _terms(words, word))

    def use(self, pairs: Iterable[Pair]) -> None:
        """Put these, such as the register's names, beside the site's and the packaged words."""
        self._own = Glossary((*self._site, *pairs, *packaged()))

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """None: the passages are the keyword leg's."""
        return [Sparse((), ()) for _ in texts]

    def encode_query(self, text: str) -> Vector:
        """Numbers, tags and Latin words are left to the keyword leg itself."""
        glosses = to_english(text, self._own) if language_of(text) == "zh" else to_chinese(text, self._own)
        weights: dict[int, float] = {}
        for word, weight in glosses.items():
            ids = self._ids(word)
            for id in ids:
                weights[id] = max(weights.get(id, 0.0), weight * len(ids) ** -_SHARE)
        return Sparse(tuple(weights), tuple(weights.values()))

    def count_pieces(self, text: str) -> int:
        """0: no limit."""
        return 0


def _terms(words: Bm25, word: str) -> tuple[int, ...]:
    vector = words.encode_query(word)
    return vector.indices if isinstance(vector, Sparse) else ()


class Options(Section):
    """``[retrieval.leg_options.NAME]`` with ``type = "gloss"``. ``glossary``: a CSV file, english and chinese."""

    glossary: Path | None = None


class GlossLeg:
    """See ``retrieval.legs.base.Leg``."""

    kind: Literal["dense", "sparse"] = "sparse"
    dimensions = 0
    max_pieces = 0
    pairs: frozenset[Languages] = frozenset({("en", "zh"), ("zh", "en")})
    over = "keyword"

    def __init__(self, glossary: Path | None = None) -> None:
        self._glossary = glossary

    def identity(self) -> str:
        return "gloss v2"

    def load(self) -> Glosses:
        """Raises ``Unavailable``; ``BadDocument`` where the site's glossary can't be read."""
        return Glosses(KEYWORD.load(), read_glossary(self._glossary) if self._glossary else ())


class _Type:
    def make(self, name: str, options: Mapping[str, Any]) -> GlossLeg:
        """See ``LegType``."""
        return GlossLeg(Options.parse(f"retrieval.leg_options.{name}", options).glossary)


LEG = GlossLeg()
LEG_TYPE = _Type()
