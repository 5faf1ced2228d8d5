"""``python -m evals gate RUN.json --thresholds FILE.toml``: exit status 1 where a run falls short."""

import argparse
from pathlib import Path

from evals.console import say
from evals.gate import check, load_thresholds


class Gate:
    name = "gate"
    help = "a run against thresholds in a file: exit status 0 or 1, one line for each that failed"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("run", type=Path, metavar="RUN.json")
        parser.add_argument("--thresholds", type=Path, required=True, metavar="FILE.toml")

    def run(self, chosen: argparse.Namespace) -> int:
        checked = check(chosen.run, load_thresholds(chosen.thresholds))
        failed = [one for one in checked if not one.passed]
        for one in failed:
            say(f"FAILED {one.line}")
        say(f"{len(checked) - len(failed)} of {len(checked)} thresholds passed")
        return 1 if failed else 0


COMMAND = Gate()
