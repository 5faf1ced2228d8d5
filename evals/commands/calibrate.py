"""``calibrate --cases FILE.jsonl --judge NAME``: how well a judge agrees with labelled cases, before it is believed."""

import argparse
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from rich.table import Table

from evals.calibrations import calibration, write_calibration
from evals.commands import _judge
from evals.commands.base import Command
from evals.console import finish, progress, say
from evals.endpoint import Chooser, open_endpoint
from evals.jsonl import sha256_of
from evals.judges.base import LABELS, Judge, JudgeCase, Verdict, load_cases
from evals.judging import Job, Judgement, Judging, spent, spent_line
from evals.kept import Kept, key_of
from evals.record import Clock
from evals.settings import EvalSettings, eval_settings
from retrieval.errors import BadSetting
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings

_COLUMNS = ("class", "cases", "said right", "said wrong", "unscored", "agreement", "kappa", "95 %", "en", "zh")


class Calibrate:
    name = "calibrate"
    help = "measure a judge on labelled cases: Cohen's kappa with its interval, class by class"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--cases", type=Path, required=True, metavar="FILE.jsonl", help="see docs/judges.md")
        parser.add_argument("--judge", default="code", metavar="NAME", help="code, llm or ragas_faithfulness")
        parser.add_argument("--embedded", action="store_true", help="ask the model of this machine, not an endpoint")
        parser.add_argument("--sample", type=int, metavar="N", help="the first N cases of each class and language only")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the record and each verdict there")
        _judge.add_judge(parser)

    def run(self, chosen: argparse.Namespace) -> int:
        clock = Clock()
        settings, retrieval = eval_settings()
        settings = _judge.with_judge(settings, chosen)
        judges: dict[str, Judge] = {one.name: one for one in discover("evals.judges", "JUDGE").values()}
        if chosen.judge not in judges:
            raise BadSetting(f'--judge "{chosen.judge}" is unknown; there are: {", ".join(sorted(judges))}')
        cases = _sampled(load_cases(chosen.cases), chosen.sample)
        judge = judges[chosen.judge]
        model, judgements = _judge.run(_ask(judge, cases, chosen, settings, retrieval))
        verdicts = [_verdict(one) for one in judgements]
        dataset = {"name": chosen.cases.name, "sha256": sha256_of([chosen.cases]), "sample": chosen.sample}
        record = calibration(judge, model, cases, verdicts, settings, dataset)
        record["run"] = clock.record({"evals": settings.model_dump(mode="json")}, chosen.arguments)
        rows = [_row(case, verdict) for case, verdict in zip(cases, verdicts, strict=True)]
        usage = spent(judgements, settings)
        finish({**record, "usage": usage, "verdicts": rows}, _table(record), chosen.json)
        say("calibrated" if record["calibrated"] else "not calibrated: " + "; ".join(record["lacking"]))
        if judge.needs_model:
            say(spent_line(usage))
        if chosen.sample is None:
            say(f"recorded: {write_calibration(record, retrieval.data_dir)}")
        else:
            say("not recorded: it is a sample")
        return 0


async def _ask(
    judge: Judge,
    cases: Sequence[JudgeCase],
    chosen: argparse.Namespace,
    settings: EvalSettings,
    retrieval: RetrievalSettings,
) -> tuple[str, list[Judgement]]:
    """The model's name, "" for a judge without one, and a judgement a case; refusals that it doesn't claim are left."""
    kept = Kept(retrieval.data_dir / "evals" / "judgements.jsonl")
    async with _chooser(judge, chosen.embedded, settings, retrieval) as chooser:
        model = chooser.name if chooser else ""
        judging = Judging(kept, 1 if chosen.embedded else settings.judge_concurrency, again=chosen.again)
        jobs = [
            Job(
                key_of("calibrate", judge.name, judge.version(), judge.thresholds(settings), model, case.model_dump()),
                partial(_one, judge, case, chooser, settings),
            )
            for case in cases
            if case.label in judge.labels
        ]
        with progress() as start:
            judged = iter(await judging.run(jobs, start(f"{judge.name} {model}".strip())))
    aside = Judgement(None, "not_applicable", "this judge does not claim this class")
    return model, [next(judged) if case.label in judge.labels else aside for case in cases]


async def _one(judge: Judge, case: JudgeCase, chooser: Chooser | None, settings: EvalSettings) -> dict[str, Any]:
    return (await judge.verdict(case, chooser, settings)).model_dump()


@asynccontextmanager
async def _chooser(
    judge: Judge, embedded: bool, settings: EvalSettings, retrieval: RetrievalSettings
) -> AsyncIterator[Chooser | None]:
    if not judge.needs_model:
        yield None
    elif embedded:
        async with _judge.embedded(settings, retrieval) as model:
            yield model
    else:
        async with open_endpoint(settings) as endpoint:
            yield endpoint


def _sampled(cases: Sequence[JudgeCase], count: int | None) -> list[JudgeCase]:
    """The first ``count`` of each class and language, different facts where there are; all for None."""
    if count is None:
        return list(cases)
    taken: dict[tuple[str, str], int] = {}
    found = []
    for case in cases:
        group = (case.label, case.language)
        taken[group] = taken.get(group, 0) + 1
        if taken[group] <= count:
            found.append(case)
    return found


def _verdict(judgement: Judgement) -> Verdict:
    if judgement.value is None:
        return Verdict(right=None, reason=f"{judgement.cause}: {judgement.reason}")
    return Verdict.model_validate(judgement.value)


def _row(case: JudgeCase, verdict: Verdict) -> dict[str, Any]:
    return {**case.model_dump(include={"id", "label", "language", "question", "answer"}), **verdict.model_dump()}


def _table(record: Mapping[str, Any]) -> Table:
    name = " ".join(part for part in (record["judge"], record["model"]) if part)
    table = Table(title=f"{name} on {record['cases']['count']} cases of {record['cases']['name']}")
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column == "class" else "right")
    for label in (label for label in LABELS if label in record["classes"]):
        one, counts = record["classes"][label], record["confusion"][label]
        languages = [_share(record["languages"][language].get(label)) for language in ("en", "zh")]
        interval = "-" if math.isnan(one["low"]) else f"{one['low']:.2f} to {one['high']:.2f}"
        said = [str(counts[key]) for key in ("right", "wrong", "unscored")]
        table.add_row(label, str(one["cases"]), *said, _share(one), _number(one["kappa"]), interval, *languages)
    return table


def _share(one: Mapping[str, Any] | None) -> str:
    return _number(one["agreement"]) if one else "-"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


COMMAND: Command = Calibrate()
