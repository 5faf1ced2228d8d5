"""Every chosen metric over every row of a run: what applies is judged, what fails is unscored with its reason."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from evals.endpoint import Endpoint, open_endpoint
from evals.judging import Job, Judgement, Judging
from evals.kept import Kept, key_of
from evals.ragas._embeddings import embeddings_name, open_embeddings
from evals.ragas._library import model, ragas_version
from evals.ragas.base import NotApplicable, RagasMetric, Sample, Tools
from evals.settings import EvalSettings

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Scored:
    """Of one row and metric."""

    sample: str
    metric: str
    judgement: Judgement

    @property
    def score(self) -> float:
        return math.nan if self.judgement.value is None else float(self.judgement.value["score"])


async def score_run(
    samples: Sequence[Sample],
    metrics: Sequence[RagasMetric],
    settings: EvalSettings,
    kept: Kept,
    tick: Tick,
    *,
    again: bool = False,
) -> list[Scored]:
    """Rows by metrics, in order. Raises ``BadSetting`` where a metric needs a judge and none is set."""
    async with AsyncExitStack() as stack:
        endpoint: Endpoint | None = None
        embeddings = None
        if any(metric.needs_judge for metric in metrics):
            endpoint = await stack.enter_async_context(open_endpoint(settings))
        if any(metric.needs_embeddings for metric in metrics):
            embeddings = await stack.enter_async_context(open_embeddings(settings))
        tools = Tools(settings, endpoint, model(endpoint, settings) if endpoint else None, embeddings)
        return await _score_all(samples, metrics, tools, Judging(kept, settings.judge_concurrency, again=again), tick)


async def _score_all(
    samples: Sequence[Sample], metrics: Sequence[RagasMetric], tools: Tools, judging: Judging, tick: Tick
) -> list[Scored]:
    found: list[tuple[Sample, RagasMetric, Job | Judgement]] = []
    for sample in samples:
        for metric in metrics:
            try:
                inputs = metric.inputs(sample)
            except NotApplicable as reason:
                found.append((sample, metric, Judgement(None, "not_applicable", str(reason))))
                continue
            found.append((sample, metric, Job(_key(metric, inputs, tools), partial(_ask, metric, inputs, tools))))
    judged = iter(await judging.run([job for _, _, job in found if isinstance(job, Job)], tick))
    return [
        Scored(sample.id, metric.name, next(judged) if isinstance(job, Job) else job) for sample, metric, job in found
    ]


async def _ask(metric: RagasMetric, inputs: Mapping[str, Any], tools: Tools) -> dict[str, Any]:
    return {"score": round(await metric.score(inputs, tools), 9)}  # RAGAS adds 1e-10 to what it divides by


def _key(metric: RagasMetric, inputs: Mapping[str, Any], tools: Tools) -> str:
    judge = tools.endpoint.name if metric.needs_judge and tools.endpoint else ""
    embeddings = embeddings_name(tools.settings) if metric.needs_embeddings else ""
    return key_of("ragas", ragas_version(), metric.name, inputs, judge, embeddings)
