"""``python -m evals report RUN.json ... --out report.html``: one self-contained page."""

import argparse
from pathlib import Path

from evals.console import say
from evals.html.build import report
from evals.runs import load_run
from retrieval.errors import BadSetting


class Report:
    name = "report"
    help = "runs as one HTML file: curves, slices, latencies, the worst questions with their evidence"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("runs", type=Path, nargs="+", metavar="RUN.json")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.html")

    def run(self, chosen: argparse.Namespace) -> int:
        text = report([load_run(path) for path in chosen.runs])
        try:
            chosen.out.parent.mkdir(parents=True, exist_ok=True)
            chosen.out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise BadSetting(f"{chosen.out}: {error.strerror}; give --out a file that can be written") from None
        say(f"written: {chosen.out}")
        return 0


COMMAND = Report()
