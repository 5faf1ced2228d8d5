"""``python -m evals compare A.json B.json``: what changed between two runs, and by how much for sure."""

import argparse
from pathlib import Path

from evals.compare import compare, tables
from evals.console import finish, show
from evals.runs import load_run


class Compare:
    name = "compare"
    help = "two runs over the same questions: paired intervals, and which questions flipped"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("a", type=Path, metavar="A.json")
        parser.add_argument("b", type=Path, metavar="B.json")
        parser.add_argument("--way", default="", help="of searching: fused (default), a leg's name, ...")
        parser.add_argument("--way-b", default="", help="of B, where it is another; A and B may then be one file")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all differences there")

    def run(self, chosen: argparse.Namespace) -> int:
        content = compare(load_run(chosen.a, chosen.way), load_run(chosen.b, chosen.way_b or chosen.way))
        for table in tables(content):
            show(table)
        finish(content, None, chosen.json)
        return 0


COMMAND = Compare()
