"""What the plant's names are: the register, the drawings and the live tags as one thing to resolve against."""

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple

from app.plant.base import PlantSource, TagInfo
from retrieval.errors import Transient
from retrieval.models import Asset, Caller
from retrieval.sql import assets, epochs, graph_rows, records
from retrieval.sql.engine import Database
from retrieval.tags import Register

log = logging.getLogger(__name__)


class Known(NamedTuple):
    """``live``: tags that can be read. ``drawn``: tags that stand on a drawing; ``equipment`` is part of them."""

    register: Register
    live: frozenset[str]
    drawn: frozenset[str]
    equipment: frozenset[str]


class Names:
    """Kept by epoch and caller, so that a question doesn't read the register again."""

    def __init__(self, database: Database, plant: PlantSource) -> None:
        self._database, self._plant = database, plant
        self._kept: dict[Caller, tuple[int, Known]] = {}

    async def known(self, caller: Caller) -> Known:
        epoch = await asyncio.to_thread(epochs.current, self._database)
        live = {info.tag: info for info in await self._live(caller)}
        kept = self._kept.get(caller)
        if kept and kept[0] == epoch and kept[1].live == live.keys():
            return kept[1]
        rows = await asyncio.to_thread(assets.list_assets, self._database, caller)
        items = [item for _, item in await asyncio.to_thread(graph_rows.list_items, self._database, caller)]
        named = {asset.tag: asset for asset in rows}
        for tag, info in live.items():
            named.setdefault(
                tag, Asset(tag=tag, name=info.description, kind="instrument", area=info.area, parent=info.asset)
            )
        for item in items:
            if item.role != "other":
                named.setdefault(item.tag, Asset(tag=item.tag, name="", kind=item.role))
        for tag, _ in await asyncio.to_thread(records.count_by, self._database, caller, "asset"):
            named.setdefault(tag, Asset(tag=tag, name=""))
        drawn = frozenset(item.tag for item in items)
        equipment = frozenset(item.tag for item in items if item.role == "equipment")
        known = Known(Register(named.values()), frozenset(live), drawn, equipment)
        if len(self._kept) >= 256:  # callers come and go; one that returns is only read again
            self._kept.clear()
        self._kept[caller] = (epoch, known)
        return known

    async def _live(self, caller: Caller) -> Sequence[TagInfo]:
        try:
            return await self._plant.tags(caller)
        except Transient as error:
            log.warning("live tags are not available: %s", error)
            return []
