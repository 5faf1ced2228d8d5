"""Which legs are asked for which passages: each language is searched in its own right."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from retrieval.legs.base import LANGUAGES, Leg, Vector
from retrieval.models import Language
from retrieval.settings import RetrievalSettings
from retrieval.stores.base import Probe
from retrieval.tags import find, fold

_CODE = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        [A-Za-z0-9]+[_/:.\\@#=]+[A-Za-z0-9][A-Za-z0-9_/:.\\@#=-]*   # a/b, x_y, file.ini, 1.4571
        |[A-Za-z]+-?\d[A-Za-z0-9-]* | \d+-?[A-Za-z][A-Za-z0-9-]*     # G83, P-101, 6205-2RS
        |[A-Za-z]+-[A-Za-z-]*\d[\w-]* | \d{3,}                       # RUL-A-14, 4711
        |[a-z]+[A-Z][A-Za-z]*                                        # camelCase
    )(?![A-Za-z0-9])""",
    re.VERBOSE,
)
_ALONE = re.compile(r"\s*[A-Za-z0-9][\w.-]*\s*")


class Route(NamedTuple):
    """A leg that searches the passages of one language, and what it counts in the fusion."""

    leg: str
    language: Language
    weight: float


def names_code(question: str, tags: Sequence[str] = ()) -> bool:
    """Whether the question names something by its code: words find that exactly, and meanings don't.

    ``tags``: what was understood as equipment and is searched for as such, so it needs no finding by its letters.
    """
    folded = fold(question)
    for mention in reversed(find(folded, tags)):
        if mention.tag in tags:
            folded = folded[: mention.start] + folded[mention.end :]
    return bool(_CODE.search(folded) or _ALONE.fullmatch(folded))


def routes(
    legs: Mapping[str, Leg], settings: RetrievalSettings, question: str, asked: Language, tags: Sequence[str] = ()
) -> list[Route]:
    """All that count for a question in ``asked``. A leg that nobody weighed counts 1 where it can score at all."""
    weights = settings.code_weights if names_code(question, tags) else settings.weights
    return [
        Route(name, found, weight)
        for found in LANGUAGES
        for name, leg in legs.items()
        if (weight := weights.get(f"{asked}-{found}", {}).get(name, float((asked, found) in leg.pairs))) > 0
    ]


def probes(legs: Mapping[str, Leg], taken: Sequence[Route], vectors: Mapping[str, Vector]) -> list[Probe]:
    """The routes with the question's vector in each leg."""
    return [
        Probe(route.leg, vectors[route.leg], route.language, route.weight, legs[route.leg].over)
        for route in taken
        if route.leg in vectors
    ]
