"""``validate FILE|DIR``: every error of a dataset on a line of its own."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from evals.commands.base import Command
from evals.console import say
from evals.indexed import Indexed, read_index
from evals.settings import eval_settings
from evals.validation import Finding, check_cases, check_golden, is_cases
from retrieval.errors import BadDocument


class Validate:
    name = "validate"
    help = "check golden questions, judge cases or a BEIR folder: every error on its own line"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE|DIR")
        parser.add_argument("--index", action="store_true", help="look the gold quotes up in the index of this plant")
        parser.add_argument("--strict", action="store_true", help="warnings count as errors")

    def run(self, chosen: argparse.Namespace) -> int:
        index = read_index(eval_settings()[1]) if chosen.index else None
        findings: list[Finding] = []
        for path, sound, found in _checked(chosen.path, index):
            for one in found:
                say(str(one))
            findings += found
            errors = sum(one.level == "error" for one in found)
            say(f"{path}: {sound} sound, {errors} errors, {len(found) - errors} warnings")
        bad = findings if chosen.strict else [one for one in findings if one.level == "error"]
        return 1 if bad else 0


def _checked(path: Path, index: list[Indexed] | None) -> Iterator[tuple[Path, int, list[Finding]]]:
    """Raises ``BadDocument`` where there is nothing to check."""
    from evals.validation_beir import check_beir

    if path.is_dir():
        if (path / "corpus.jsonl").exists() or (path / "qrels").exists():
            yield path, *check_beir(path)
            return
        files = sorted(path.glob("*.jsonl"))
        if not files:
            raise BadDocument(str(path), "no *.jsonl and no BEIR layout in it", remedy="name a dataset")
    else:
        files = [path]
    for file in files:
        yield file, *(check_cases(file) if is_cases(file) else check_golden(file, index))


COMMAND: Command = Validate()
