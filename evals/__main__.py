"""``python -m evals COMMAND``: one file a command in ``evals/commands``; see --help."""

import argparse
import sys

from evals.commands.base import Command
from retrieval.errors import PlantwrightError
from retrieval.plugins import discover


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 something is wrong (one line on standard error), 130 stopped."""
    commands: list[Command] = list(discover("evals.commands", "COMMAND").values())
    parser = argparse.ArgumentParser(prog="python -m evals", description="Measure search and answers.")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in commands:
        command.add_arguments(choices.add_parser(command.name, help=command.help, description=command.help))
    chosen = parser.parse_args(arguments)
    chosen.arguments = sys.argv[1:] if arguments is None else arguments  # for the run's record
    try:
        return next(command for command in commands if command.name == chosen.command).run(chosen)
    except PlantwrightError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("evals: stopped; the same command goes on where this one ended", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
