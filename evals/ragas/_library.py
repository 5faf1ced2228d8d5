"""RAGAS itself, imported where it is first used: quiet, and telling nobody."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from evals.endpoint import Endpoint
from evals.settings import EvalSettings


@contextmanager
def quiet() -> Iterator[None]:
    """Around every use: no telemetry, and third parties' own deprecations stay theirs."""
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def model(endpoint: Endpoint, settings: EvalSettings) -> Any:
    """The judge as RAGAS wants it."""
    with quiet():
        from ragas.llms import llm_factory

        return llm_factory(endpoint.name, client=endpoint.client, max_tokens=settings.judge_max_tokens)


def ragas_version() -> str:
    return f"ragas {version('ragas')}"
