"""No live data: the service answers from documents alone."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

from app.plant.base import Alarm, PlantSource, Reading, Sample, TagInfo
from retrieval.errors import NotFound
from retrieval.models import Caller
from retrieval.settings import Section


class NoSettings(Section):
    """``[app.plant]`` with ``source = "none"``: nothing else to set."""


class NoPlant:
    """Has no tags and is always ready to say so."""

    async def tags(self, caller: Caller) -> Sequence[TagInfo]:
        return []

    async def read(self, caller: Caller, tags: Sequence[str]) -> Mapping[str, Reading]:
        return {}

    async def history(self, caller: Caller, tag: str, start: datetime, end: datetime) -> Sequence[Sample]:
        raise NotFound(f"no live tag {tag}: no live data is configured; set source in [app.plant]")

    async def alarms(self, caller: Caller) -> Sequence[Alarm]:
        return []

    async def ready(self) -> bool:
        return True


class NoPlantVariant:
    def open(self, options: Mapping[str, Any]) -> AbstractAsyncContextManager[PlantSource]:
        """Raises ``BadSetting`` when there are options."""
        NoSettings.parse("app.plant", options)
        return _open()


@asynccontextmanager
async def _open() -> AsyncIterator[PlantSource]:
    yield NoPlant()


PLANT = NoPlantVariant()
