"""The second look at what was found: a reranker under a deadline; where it fails, the fused order stands."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from pydantic import Field

from retrieval.errors import BadSetting, PlantwrightError
from retrieval.legs._text import clean
from retrieval.plugins import discover
from retrieval.rerankers.base import Reranker, RerankerType
from retrieval.settings import Section
from retrieval.stores.base import Scored

LEG = "reranker"  # the name of its score in ``Hit.legs``
_THREADS = 2
_log = logging.getLogger(__name__)


class Options(Section):
    """What ``[retrieval.reranker]`` says beside the type's own keys."""

    candidates: int = Field(30, ge=1, le=1000)  # of the fused order, from the top
    deadline_ms: int = Field(2000, ge=1, le=600_000)
    weight: float = Field(1.0, gt=0, le=1)  # of the reranker's order; the rest is the fused order's; 1 replaces it


class Reranking:
    """In threads of its own, so that a slow one holds up no search. ``failures``: how often it gave nothing."""

    def __init__(self, reranker: Reranker, options: Options) -> None:
        self.candidates, self._options, self._reranker = options.candidates, options, reranker
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="rerank")
        self._failing = False
        self.failures = 0

    async def scores(self, question: str, texts: Mapping[str, str], *, hurry: bool = True) -> dict[str, float]:
        """By id, as ``texts``. Empty where it failed or took too long, which is logged once until it works again.

        Without ``hurry`` there is no deadline: for loading the model before the first question.
        """
        if not texts:
            return {}
        loop, given = asyncio.get_running_loop(), [clean(text) for text in texts.values()]
        try:
            async with asyncio.timeout(self._options.deadline_ms / 1000 if hurry else None):
                found = await loop.run_in_executor(self._executor, self._reranker.score, clean(question), given)
        except TimeoutError:
            self._failed(f"no scores within {self._options.deadline_ms} ms")
            return {}
        except PlantwrightError as error:
            self._failed(str(error))
            return {}
        except Exception as error:  # a model's own fault may be of any kind, and must not end the search
            self._failed(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
            return {}
        if self._failing:
            _log.info("reranker: works again")
        self._failing = False
        return dict(zip(texts, found, strict=True))

    def order(self, fused: Sequence[Scored], scores: Mapping[str, float], rrf_k: int) -> list[Scored]:
        """What was scored in the blended order, then the rest as it was.

        The scores themselves keep their places, so they still say how good a first or second place is.
        """
        scored = [one for one in fused if one.id in scores]
        if not scored:
            return list(fused)
        by_score = sorted(scored, key=lambda one: -scores[one.id])  # stable: equal ones stay in the fused order
        places = {one.id: place for place, one in enumerate(by_score)}
        weight = self._options.weight
        blended = {
            one.id: weight / (rrf_k + places[one.id]) + (1 - weight) / (rrf_k + place)
            for place, one in enumerate(scored)
        }
        ordered = sorted(scored, key=lambda one: -blended[one.id]) + [one for one in fused if one.id not in scores]
        told = [replace(one, legs={**one.legs, LEG: scores[one.id]}) if one.id in scores else one for one in ordered]
        ranked = sorted((one.score for one in fused), reverse=True)
        return [replace(one, score=score) for one, score in zip(told, ranked, strict=True)]

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _failed(self, why: str) -> None:
        self.failures += 1
        if not self._failing:
            _log.warning("reranker: %s; passages stay in the fused order", why)
        self._failing = True


def chosen_reranking(table: Mapping[str, Any]) -> Reranking | None:
    """What ``[retrieval.reranker]`` names; None where it is empty. Loads nothing. Raises ``BadSetting``."""
    if not table:
        return None
    types: dict[str, RerankerType] = discover("retrieval.rerankers", "RERANKER_TYPE")
    if (kind := table.get("type")) not in types:
        raise BadSetting(f"[retrieval.reranker] type: one of {', '.join(types)}, not {kind!r}")
    common = {key: value for key, value in table.items() if key in Options.model_fields}
    rest = {key: value for key, value in table.items() if key != "type" and key not in common}
    options = Options.parse("retrieval.reranker", common)
    return Reranking(types[str(kind)].make(rest), options)
