"""``python -m retrieval COMMAND``: one file a command in ``retrieval/commands``; see --help."""

import argparse
import logging
import sys

from retrieval.commands.base import Command
from retrieval.errors import PlantwrightError
from retrieval.plugins import discover


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 something is wrong (one line on standard error), 130 stopped."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    commands: list[Command] = list(discover("retrieval.commands", "COMMAND").values())
    parser = argparse.ArgumentParser(prog="python -m retrieval", description="Look after the index.")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in commands:
        command.add_arguments(choices.add_parser(command.name, help=command.help, description=command.help))
    chosen = parser.parse_args(arguments)
    try:
        return next(command for command in commands if command.name == chosen.command).run(chosen)
    except PlantwrightError as error:
        print(f"retrieval: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("retrieval: stopped; run it again to go on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
