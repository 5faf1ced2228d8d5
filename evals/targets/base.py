"""The contract of a target: a system that answers golden questions."""

import argparse
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from evals.dataset import GoldenQuestion
from evals.runner import Asked
from evals.settings import EvalSettings
from retrieval.settings import RetrievalSettings


class Target(Protocol):
    """One system, opened. ``name`` tells it from others in files and reports. ``unscored``: metrics that say nothing
    of it, with the reason. ``notes``: what a reader of its scores must know, one line each."""

    name: str
    unscored: Mapping[str, str]
    notes: Sequence[str]

    async def ask(self, question: GoldenQuestion) -> Asked:
        """Its answer, or ``Asked.error``. Raises nothing for a system that fails on one question."""

    async def documents(self) -> dict[str, str]:
        """File name by document id, of what its citations name. Raises ``Unavailable``."""


class TargetVariant(Protocol):
    """The constant TARGET. ``name`` is what --target takes."""

    name: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of its own, beside those of ``answers``."""

    def open(
        self, chosen: argparse.Namespace, settings: EvalSettings, retrieval: RetrievalSettings
    ) -> AbstractAsyncContextManager[Target]:
        """Raises ``BadSetting`` or ``Unavailable``."""
