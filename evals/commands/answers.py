"""``python -m evals answers --dataset FILE.jsonl``: the service against golden questions."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.console import finish, progress, say, warn
from evals.record import Clock
from evals.report import answers_table, modes_line
from evals.settings import EvalSettings, eval_settings
from evals.targets.base import TargetVariant
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings


class Answers:
    name = "answers"
    help = "the service against golden questions"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dataset", type=Path, required=True, metavar="FILE.jsonl")
        parser.add_argument("--split", default="", choices=("train", "test"), help="all questions where left out")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers and answers there")
        parser.add_argument("--fresh", action="store_true", help="forget what an unfinished run has answered")
        variants = targets()
        parser.add_argument(
            "--target", choices=sorted(variants), default="plantwright", help="whose answers are scored"
        )
        for variant in variants.values():
            variant.add_arguments(parser)

    def run(self, chosen: argparse.Namespace) -> int:
        return asyncio.run(_run(chosen, *eval_settings()))


def targets() -> dict[str, TargetVariant]:
    """By the name that --target takes."""
    return {variant.name: variant for variant in discover("evals.targets", "TARGET").values()}


async def _run(chosen: argparse.Namespace, settings: EvalSettings, retrieval: RetrievalSettings) -> int:
    from evals.dataset import load_golden, of_split
    from evals.jsonl import sha256_of
    from evals.runner import ask_all, kept_file, load_kept
    from evals.scoring import score_all, summarise

    clock = Clock()
    questions, sha256 = of_split(load_golden(chosen.dataset), chosen.split), sha256_of([chosen.dataset])
    async with targets()[chosen.target].open(chosen, settings, retrieval) as target:
        kept = kept_file(retrieval.data_dir / "evals" / sha256[:16], target.name)
        if chosen.fresh:
            kept.unlink(missing_ok=True)
        elif count := len(load_kept(kept, questions)):
            warn(f"{count} of {len(questions)} were answered in an unfinished run; --fresh asks them again")
        names = await target.documents()
        with progress() as start:
            asked = await ask_all(target.ask, questions, kept, start("questions"))
            rows = await asyncio.to_thread(score_all, asked, names, settings, start("scores"), target.unscored)
    summary = summarise(rows)
    about = {
        "kind": "answers",
        "dataset": {"name": chosen.dataset.name, "split": chosen.split, "sha256": sha256},
        "target": target.name,
        "notes": list(target.notes),
        "gold_evidence": chosen.gold_evidence,
        **getattr(target, "about", {}),
        **_models(sorted({row["got"]["model"] for row in rows if row["got"]}), retrieval),
        "run": clock.record(_settings(settings, retrieval), chosen.arguments),
    }
    finish({**about, "summary": summary, "questions": rows}, answers_table(summary, _title(about, rows)), chosen.json)
    for line in (modes_line(summary), *target.notes):
        say(line)
    if warn_of_failures(rows):
        return 1
    kept.unlink(missing_ok=True)
    return 0


def _models(models: Sequence[str], retrieval: RetrievalSettings) -> dict[str, Any]:
    """Names, with the hashes of those that are pinned; and the legs' identities, which hold their models' hashes."""
    from retrieval.legs._chosen import chosen_legs
    from retrieval.model_files import CATALOGUE

    return {
        "models": list(models),
        "model_files": {name: CATALOGUE[name].sha256 for name in models if name in CATALOGUE},
        "legs": {name: leg.identity() for name, leg in chosen_legs(retrieval).items()},
    }


def _settings(settings: EvalSettings, retrieval: RetrievalSettings) -> dict[str, Any]:
    from app.settings import app_settings

    return {
        "evals": settings.model_dump(),
        "retrieval": retrieval.model_dump(),
        "app": app_settings().model_dump(),
    }


def _title(about: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    models = ", ".join(about["models"]) or "no model"
    return f"{about['dataset']['name']}: {len(rows)} questions, {about['target']}, {models}"


def warn_of_failures(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Say which metrics and which questions failed; True where questions did."""
    for name, reason in dict(pair for row in rows for pair in row["unscored"].items()).items():
        count = sum(name in row["unscored"] for row in rows)
        warn(f"{name} failed on {count} of {len(rows)} questions, left unscored: {reason}")
    failed = [row for row in rows if row["error"]]
    if failed:
        warn(
            f"{len(failed)} of {len(rows)} questions got no answer and are unscored, first "
            f"{failed[0]['id']}: {failed[0]['error']}; the same command asks them again"
        )
    return bool(failed)


COMMAND = Answers()
