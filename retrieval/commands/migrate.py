"""``migrate --to STORE``: all points of the store of the settings into another one."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from retrieval.commands.base import Command
from retrieval.errors import BadSetting
from retrieval.migration.run import Migrated, Plan, Told, migrate
from retrieval.settings import retrieval_settings, source

OVERLAP = 0.9  # two graphs, each searched nearly, agree about so well or better


class Migrate:
    name = "migrate"
    help = "copy all points into another store; stopped, the same command goes on; the source is only read"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--to", required=True, metavar="STORE", help="edge or server")
        parser.add_argument(
            "--option", action="append", default=[], metavar="KEY=VALUE", help="of the target, as in store_options"
        )
        parser.add_argument("--batch", type=int, default=500, metavar="N", help="points at a time; 500 by default")
        parser.add_argument("--questions", type=int, default=50, metavar="N", help="asked of both; 50 by default")
        parser.add_argument(
            "--overlap", type=float, default=OVERLAP, metavar="SHARE", help=f"of their best ten; {OVERLAP} by default"
        )
        parser.add_argument(
            "--replace", action="store_true", help="remove first what the target holds; to go on, leave it out"
        )

    def run(self, chosen: argparse.Namespace) -> int:
        if chosen.batch < 1 or chosen.questions < 0:
            raise BadSetting("--batch: 1 or more; --questions: 0 or more")
        options = dict(_option(text) for text in chosen.option)
        plan = Plan(retrieval_settings(), chosen.to, options, chosen.batch, chosen.questions, chosen.replace)
        with _bars() as tell:
            done = migrate(plan, tell)
        _show(done)
        if problems := done.problems(chosen.overlap):
            for line in problems:
                sys.stderr.write(f"retrieval: {line}\n")
            return 1
        _say(f"The target holds what the source holds. In {source()}, to use it:\n\n{_toml(plan)}")
        return 0


def _option(text: str) -> tuple[str, str | int | float | bool]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise BadSetting(f"--option {text}: write KEY=VALUE")
    try:
        read = json.loads(value)
    except ValueError:
        return key, value
    return key, read if isinstance(read, int | float | bool) else value


def _show(done: Migrated) -> None:
    compared, answered = done.compared, done.answered
    table = Table("language", "kind", "source", "target")
    for language, kind in sorted(compared.source | compared.target):
        counts = compared.source[language, kind], compared.target[language, kind]
        table.add_row(language, kind, *(f"{count:,}" for count in counts))
    table.add_row("all", "", f"{compared.source.total():,}", f"{compared.target.total():,}")
    Console().print(table)
    _say(f"Of all epochs ({len(compared.epochs)}); fields compared of every point, vectors of {len(compared.sample)}.")
    for leg in sorted(answered.silent):
        _say(f"The leg {leg} could not be asked.")
    if answered.overlap:
        _say(
            f"Passages' own texts as questions, {len(answered.overlap)} searches: mean overlap of the best ten "
            f"{answered.mean_overlap:.3f} (graphs are searched nearly, so less than 1 is no loss)."
        )
    if answered.exact:
        _say(f"{answered.exact} exact rankings among few documents: {answered.exact - len(answered.unlike)} the same.")
    else:
        _say("No exact ranking was compared: no question had a text, or no document is small enough.")


def _toml(plan: Plan) -> str:
    lines = ["[retrieval]", f"store = {json.dumps(plan.to)}", "", "[retrieval.store_options]"]
    return "\n".join([*lines, *(f"{key} = {json.dumps(value)}" for key, value in plan.options.items())])


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


@contextmanager
def _bars() -> Iterator[Told]:
    """On standard error, a bar for each thing that is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=None)
            bars.update(tasks[what], completed=done, total=total or None)

        yield tell


COMMAND: Command = Migrate()
