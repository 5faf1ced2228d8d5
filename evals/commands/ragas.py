"""``ragas --run ANSWERS.json``: RAGAS over a run of answers; what was judged once is never asked again."""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from evals.commands import _judge
from evals.commands.base import Command
from evals.console import finish, progress, say, warn
from evals.jsonl import read_text, sha256_of
from evals.judging import spent_line
from evals.kept import Kept
from evals.ragas._merge import merged
from evals.ragas._run import Scored, score_run
from evals.ragas.base import RagasMetric, sample_of
from evals.record import Clock
from evals.settings import EvalSettings, eval_settings
from retrieval.errors import BadDocument, BadInput, BadSetting
from retrieval.plugins import discover


class RagasCommand:
    name = "ragas"
    help = "RAGAS metrics over a run of answers, with any OpenAI-compatible judge"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--run", type=Path, required=True, metavar="ANSWERS.json", dest="answers")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the run with the scores added there")
        parser.add_argument("--metrics", metavar="NAME,NAME", help=f"of: {', '.join(_metrics())}; all where left out")
        _judge.add_judge(parser)

    def run(self, chosen: argparse.Namespace) -> int:
        clock = Clock()
        settings, retrieval = eval_settings()
        settings = _judge.with_judge(settings, chosen)
        answers = _read(chosen.answers)
        metrics = _chosen(chosen.metrics, settings)
        samples = [sample_of(row) for row in answers["questions"]]
        kept = Kept(retrieval.data_dir / "evals" / "judgements.jsonl")
        with progress() as start:
            work = score_run(samples, metrics, settings, kept, start("judgements"), again=chosen.again)
            scored = _judge.run(work)
        content = merged(answers, scored, metrics, settings, retrieval)
        content["ragas"]["answers"] = {"name": chosen.answers.name, "sha256": sha256_of([chosen.answers])}
        content["ragas"]["run"] = clock.record({"evals": settings.model_dump(mode="json")}, chosen.arguments)
        finish(content, _table(content["summary"], metrics, chosen.answers.name), chosen.json)
        say(spent_line(content["ragas"]["usage"]))
        failed = _failures(scored)
        for line in failed:
            warn(line)
        return 1 if any(one.judgement.cause == "unavailable" for one in scored) else 0


def _metrics() -> dict[str, RagasMetric]:
    """By the names that --metrics takes: without "ragas_"."""
    return {one.name.removeprefix("ragas_"): one for one in discover("evals.ragas", "RAGAS").values()}


def _chosen(names: str | None, settings: EvalSettings) -> list[RagasMetric]:
    known = _metrics()
    if names is None:
        if not settings.has_judge:
            warn("no judge is set: only the metrics that need none; see --judge-base-url and --judge-model")
        return [metric for metric in known.values() if settings.has_judge or not metric.needs_judge]
    wanted = [name.strip().removeprefix("ragas_") for name in names.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in known]:
        raise BadSetting(f'--metrics "{unknown[0]}" is unknown; there are: {", ".join(known)}')
    return [known[name] for name in dict.fromkeys(wanted)]


def _read(path: Path) -> dict[str, Any]:
    """A run of ``answers --json``. Raises ``BadDocument``."""
    try:
        content = json.loads(read_text(path))
        rows = content["questions"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
            raise TypeError
    except json.JSONDecodeError as error:
        raise BadDocument(str(path), f"not JSON: {error.msg}", where=f"line {error.lineno}") from None
    except (KeyError, TypeError):
        remedy = "give what python -m evals answers --json wrote"
        raise BadDocument(str(path), "not a run of answers", remedy=remedy) from None
    if not rows:
        raise BadInput(f"{path}: the run has no question")
    if "ragas" in content:
        raise BadDocument(str(path), "carries scores of RAGAS already", remedy="give the run of answers itself")
    return dict(content)


def _table(summary: Mapping[str, Any], metrics: Sequence[RagasMetric], name: str) -> Table:
    table = Table(title=f"RAGAS over {name}", caption="mean of what was scored; unscored is never 0")
    columns = ("metric", "mean", "scored", "not applicable", "unreadable", "unavailable", "en", "zh")
    for column in columns:
        table.add_column(column, justify="left" if column == "metric" else "right")
    for metric in metrics:
        spread = summary["all"]["metrics"][metric.name]
        causes = [str(spread["causes"].get(cause, 0)) for cause in ("not_applicable", "unreadable", "unavailable")]
        languages = (summary["by_language"].get(language) for language in ("en", "zh"))
        means = [_cell(group["metrics"][metric.name]["mean"]) if group else "-" for group in languages]
        table.add_row(metric.name, _cell(spread["mean"]), str(spread["scored"]), *causes, *means)
    return table


def _cell(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"


def _failures(scored: Sequence[Scored]) -> list[str]:
    """One line a metric that the judge failed: how often, and the first reason."""
    lines = []
    for name in dict.fromkeys(one.metric for one in scored):
        failed = [one for one in scored if one.metric == name and one.judgement.cause in ("unreadable", "unavailable")]
        if failed:
            first = failed[0]
            lines.append(f"{name} is unscored on {len(failed)} rows, first {first.sample}: {first.judgement.reason}")
    return lines


COMMAND: Command = RagasCommand()
