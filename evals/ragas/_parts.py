"""A quote and its lines and sentences."""

import re
from collections.abc import Sequence

_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")


def parts(quote: str) -> list[str]:
    """The whole first; none empty, each once."""
    found = (part.strip() for part in (quote, *_ENDS.split(quote)) if part)
    return list(dict.fromkeys(part for part in found if part))


def nearest(quote: str, references: Sequence[str]) -> str:
    """The part most like any reference, by normalised Levenshtein similarity."""
    from rapidfuzz.distance import Levenshtein

    def likeness(part: str) -> float:
        return max(Levenshtein.normalized_similarity(part, reference) for reference in references)

    return max(parts(quote), key=likeness)
