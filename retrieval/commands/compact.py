"""``python -m retrieval compact``: give every passage of the embedded store its place in the search graph."""

import argparse
import sys

from retrieval.errors import Held
from retrieval.knowledge import open_knowledge
from retrieval.settings import retrieval_settings
from retrieval.stores.base import Compactable


class Compact:
    """See ``retrieval.commands.base.Command``."""

    name = "compact"
    help = "rebuild the embedded store's search graph beside the store, then switch to it"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--if-due", action="store_true", help="only where enough was written since the last time")

    def run(self, chosen: argparse.Namespace) -> int:
        """Raises ``Held`` where a running service has the store: it compacts by itself."""
        knowledge = open_knowledge(retrieval_settings(), holder="retrieval compact")
        try:
            if knowledge.remote:
                raise Held("the store is held by a running service, which compacts it by itself; or stop it first")
            if not isinstance(knowledge.store, Compactable):
                say(f"the store {knowledge.settings.store!r} needs no compaction from here")
                return 0
            if chosen.if_due and not knowledge.compaction_due():
                say("not due")
                return 0
            ended = knowledge.compact()
            say(f"{ended.state} after {ended.seconds:.1f} s" + (f": {ended.reason}" if ended.reason else ""))
            return 1 if ended.state == "failed" else 0
        finally:
            knowledge.close()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


COMMAND = Compact()
