"""``python -m retrieval info``: what stands in the index, and what keeps it."""

import argparse
import json
import sys
from typing import Any

from retrieval.knowledge import Knowledge, open_knowledge
from retrieval.models import Caller
from retrieval.settings import retrieval_settings
from retrieval.sql import epochs
from retrieval.stores.base import Compactable, Where


class Info:
    """See ``retrieval.commands.base.Command``."""

    name = "info"
    help = "say what stands in the index: store, legs, passages, what waits for a compaction"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def run(self, chosen: argparse.Namespace) -> int:
        """Asks a running service where one holds the store."""
        knowledge = open_knowledge(retrieval_settings(), holder="retrieval info")
        try:
            found = about(knowledge)
        finally:
            knowledge.close()
        if chosen.json:
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        else:
            sys.stdout.writelines(f"{name}: {value}\n" for name, value in found.items())
        return 0


def about(knowledge: Knowledge) -> dict[str, Any]:
    epoch = epochs.current(knowledge.database)
    found: dict[str, Any] = {
        "store": "remote" if knowledge.remote else knowledge.settings.store,
        "data_dir": str(knowledge.settings.data_dir),
        "legs": list(knowledge.legs),
        "epoch": epoch,
        "passages": knowledge.store.count(Caller.local(), epoch, Where()),
    }
    if isinstance(knowledge.store, Compactable):
        found["compaction_due"] = knowledge.compaction_due()
    return found


COMMAND = Info()
