"""Which legs are asked for which passages: each language is searched in its own right."""

from collections.abc import Mapping
from typing import NamedTuple

from retrieval.legs.base import LANGUAGES, Leg, Vector
from retrieval.models import Language
from retrieval.stores.base import Probe

Weights = Mapping[str, Mapping[str, float]]  # "zh-en": {leg: weight}: a Chinese question, English passages


class Route(NamedTuple):
    """A leg that searches the passages of one language, and what it counts in the fusion."""

    leg: str
    language: Language
    weight: float


def routes(legs: Mapping[str, Leg], weights: Weights, asked: Language) -> list[Route]:
    """All that count for a question in ``asked``. A leg that nobody weighed counts 1 where it can score at all."""
    return [
        Route(name, found, weight)
        for found in LANGUAGES
        for name, leg in legs.items()
        if (weight := weights.get(f"{asked}-{found}", {}).get(name, float((asked, found) in leg.pairs))) > 0
    ]


def probes(legs: Mapping[str, Leg], taken: list[Route], vectors: Mapping[str, Vector]) -> list[Probe]:
    """The routes with the question's vector in each leg."""
    return [
        Probe(route.leg, vectors[route.leg], route.language, route.weight, legs[route.leg].over)
        for route in taken
        if route.leg in vectors
    ]
