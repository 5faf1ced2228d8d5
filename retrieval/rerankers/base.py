"""The contract of a reranker: a question and texts in, a score for each out."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Reranker(Protocol):
    """Made once, used from worker threads; loads what is heavy when first asked."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One a text, in order, of any scale; higher answers better. Blocks. Raises ``Unavailable``."""


class RerankerType(Protocol):
    """The constant ``RERANKER_TYPE`` of a variant: ``[retrieval.reranker] type = "..."``."""

    def make(self, options: Mapping[str, Any]) -> Reranker:
        """Loads and asks nothing. Raises ``BadSetting`` that names the key."""
