"""The contract of a command: one file, one constant COMMAND."""

import argparse
from typing import Protocol


class Command(Protocol):
    """``python -m evals NAME``."""

    name: str
    help: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Its own options; ``chosen.command`` is taken."""

    def run(self, chosen: argparse.Namespace) -> int:
        """The exit status. Raises ``PlantwrightError`` where one line says what is wrong."""
