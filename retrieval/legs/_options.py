"""What every leg made from settings may be told of its languages and prompts."""

from collections.abc import Sequence
from itertools import product
from typing import Literal, cast

from retrieval.errors import BadSetting
from retrieval.legs.base import ALL_PAIRS, Pair
from retrieval.models import Language

PairName = Literal["en-en", "en-zh", "zh-en", "zh-zh"]  # language of the question, then of the passages


def pairs_of(table: str, languages: Sequence[Language], pairs: Sequence[PairName]) -> frozenset[Pair]:
    """``languages``: each with each; ``pairs``: just these; neither: all. Both raise ``BadSetting``."""
    if languages and pairs:
        raise BadSetting(f"[{table}] pairs: give either languages or pairs, not both")
    if languages:
        return frozenset(product(languages, languages))
    found = frozenset(cast(Pair, tuple(pair.split("-"))) for pair in pairs)
    return found or ALL_PAIRS
