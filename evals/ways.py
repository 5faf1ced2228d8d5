"""Ways to search the plant's index: as the settings say, and with parts of it left out, to see what each part earns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from evals.ranking import FUSED, RELEVANCE_OFF, RERANKER_OFF
from retrieval.legs.base import ALL_PAIRS, Encoder, Leg, Pair
from retrieval.settings import RetrievalSettings

TAGS_OFF = "tags off"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of searching: the settings that make it, and whether tags count."""

    settings: RetrievalSettings
    tags: bool = True


def ways_of(settings: RetrievalSettings, legs: Mapping[str, Leg]) -> dict[str, Way]:
    """``fused``, each leg alone, pairs of legs, all but one, tags off. Where a reranker is configured, ``fused`` has it
    and the others, ``reranker off`` among them, do not. Legs alone and pairs have no second look, either."""
    first = settings.model_copy(update={"reranker": {}})
    plain = first.model_copy(update={"relevance": False})
    ways = {FUSED: Way(settings)}
    if settings.reranker:
        ways[RERANKER_OFF] = Way(first)
    if settings.relevance:
        ways[RELEVANCE_OFF] = Way(plain)
    ways |= {name: Way(_only(plain, legs, (name,))) for name in legs}
    if len(legs) > 2:
        ways |= {f"{a} + {b}": Way(_only(plain, legs, (a, b))) for a, b in combinations(legs, 2)}
        ways |= {f"all but {name}": Way(_only(first, legs, [leg for leg in legs if leg != name])) for name in legs}
    return {**ways, TAGS_OFF: Way(first, tags=False)}


def _only(settings: RetrievalSettings, legs: Mapping[str, Leg], chosen: Sequence[str]) -> RetrievalSettings:
    """The weights of the other legs are 0; a leg alone counts wherever it can score the languages."""

    def among(tables: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
        return {"-".join(pair): _weights(tables.get("-".join(pair), {}), legs, chosen, pair) for pair in ALL_PAIRS}

    weights = {"weights": among(settings.weights), "code_weights": among(settings.code_weights)}
    return settings.model_copy(update=weights)


def _weights(
    given: Mapping[str, float], legs: Mapping[str, Leg], chosen: Sequence[str], pair: Pair
) -> dict[str, float]:
    return {
        leg: (1.0 if len(chosen) == 1 else given.get(leg, 1.0)) * (leg in chosen and pair in legs[leg].pairs)
        for leg in legs
    }


class Loaded:
    """A leg whose encoder is loaded already. See ``retrieval.legs.base.Leg``."""

    def __init__(self, leg: Leg, encoder: Callable[[], Encoder]) -> None:
        self._leg, self._encoder = leg, encoder
        self.kind: Literal["dense", "sparse"] = leg.kind
        self.dimensions, self.max_pieces, self.over = leg.dimensions, leg.max_pieces, leg.over
        self.pairs: frozenset[Pair] = leg.pairs

    def identity(self) -> str:
        return self._leg.identity()

    def load(self) -> Encoder:
        return self._encoder()
