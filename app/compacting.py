"""The service's own care for its embedded store: compacted when enough was written and nobody waits for an answer."""

import asyncio
import logging
from collections.abc import Callable

from retrieval.errors import PlantwrightError
from retrieval.knowledge import Knowledge

log = logging.getLogger(__name__)
LOOK_SECONDS = 30.0


async def compact_when_idle(knowledge: Knowledge, busy: Callable[[], bool], look_seconds: float = LOOK_SECONDS) -> None:
    """Until cancelled. A compaction that runs then ends with the store: see ``Compactable``."""
    while True:
        await asyncio.sleep(look_seconds)
        if busy():
            continue
        try:
            if await asyncio.to_thread(knowledge.compaction_due):
                log.info("the vector store is compacted; answers and ingestion go on")
                await asyncio.to_thread(knowledge.compact)
        except PlantwrightError as error:  # the store may be held or closed for a while
            log.warning("the vector store could not be compacted now: %s", error)
