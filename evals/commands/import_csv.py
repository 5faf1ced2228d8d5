"""``import FILE.csv --out FILE.jsonl``: golden questions from a spreadsheet."""

import argparse
from pathlib import Path

from evals.commands.base import Command
from evals.console import say, warn
from evals.csv_import import read_csv, unknown_columns
from evals.jsonl import write_objects
from retrieval.errors import BadDocument


class Import:
    name = "import"
    help = "golden questions from a CSV, English or Chinese columns; bad rows are named, good ones kept"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("csv", type=Path, metavar="FILE.csv")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl")

    def run(self, chosen: argparse.Namespace) -> int:
        good, bad = read_csv(chosen.csv)
        for column in unknown_columns(chosen.csv):
            warn(f'{chosen.csv}, row 1: the column "{column}" is not known and was left out')
        for row in bad:
            warn(f"{chosen.csv}, row {row.row}: {row.reason}")
        if not good:
            raise BadDocument(str(chosen.csv), "no row is a question", remedy="correct the rows named above")
        write_objects(chosen.out, [question.model_dump(mode="json") for question in good])
        say(f"{len(good)} questions written to {chosen.out}, {len(bad)} rows left out")
        return 1 if bad else 0


COMMAND: Command = Import()
