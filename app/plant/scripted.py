"""The fake that ships beside the real sources: readings as told, a clock that is handed in, failures on demand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from app.plant._limits import alarm_of, most_severe_first, visible
from app.plant.base import Alarm, PlantSource, Quality, Reading, Sample, TagInfo
from retrieval.errors import NotFound, Unavailable
from retrieval.models import Caller
from retrieval.settings import Section

Value = float | str | bool | None


class ScriptedReading(Section):
    """A tag and what it reads; limits in its unit."""

    tag: str
    description: str = ""
    unit: str = ""
    asset: str | None = None
    area: str = "site"
    range_low: float | None = None
    range_high: float | None = None
    low_low: float | None = None
    low: float | None = None
    high: float | None = None
    high_high: float | None = None
    simulated: bool = False
    value: Value = None
    quality: Quality = "good"

    def info(self) -> TagInfo:
        return TagInfo(**self.model_dump(exclude={"value", "quality"}))


class ScriptedSettings(Section):
    """``[app.plant]`` with ``source = "scripted"``."""

    readings: tuple[ScriptedReading, ...] = ()
    fail: str = ""  # every call raises Unavailable with these words
    delay_seconds: float = Field(0.0, ge=0)  # every call waits this long


def utc_now() -> datetime:
    return datetime.now(UTC)


class Scripted:
    """A plant that reads what it is told. Every ``set`` is kept as a sample of the tag's history."""

    def __init__(
        self, infos: Iterable[TagInfo], values: Mapping[str, Value], clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.clock, self.failure, self.delay_seconds = clock, "", 0.0
        self._infos = {info.tag: info for info in infos}
        self._readings: dict[str, Reading] = {}
        self._samples: dict[str, list[Sample]] = {tag: [] for tag in self._infos}
        self._since: dict[str, tuple[str, datetime]] = {}  # state and when it began, by tag
        for tag, value in values.items():
            self.set(tag, value, "good" if value is not None else "bad")

    def set(self, tag: str, value: Value, quality: Quality = "good", timestamp: datetime | None = None) -> None:
        """The tag's new reading, now or at ``timestamp``. A bad one has no value."""
        at = timestamp or self.clock()
        usable = None if quality == "bad" else value
        reading = Reading(info=self._infos[tag], value=usable, quality=quality, timestamp=at)
        self._readings[tag] = reading
        number = float(reading.value) if isinstance(reading.value, int | float) else None
        self._samples[tag].append(Sample(timestamp=at, value=number, quality=quality))
        if self._since.get(tag, ("", at))[0] != reading.state:
            self._since[tag] = (reading.state, at)

    def fail(self, message: str = "the scripted plant was told to fail") -> None:
        """Every call raises ``Unavailable``; an empty message ends it."""
        self.failure = message

    def slow(self, seconds: float) -> None:
        """Every call waits this long before it answers."""
        self.delay_seconds = seconds

    async def tags(self, caller: Caller) -> Sequence[TagInfo]:
        await self._answer()
        return [info for info in self._infos.values() if visible(caller, info)]

    async def read(self, caller: Caller, tags: Sequence[str]) -> Mapping[str, Reading]:
        await self._answer()
        found = ((tag, self._readings.get(tag)) for tag in tags)
        return {tag: reading for tag, reading in found if reading and visible(caller, reading.info)}

    async def history(self, caller: Caller, tag: str, start: datetime, end: datetime) -> Sequence[Sample]:
        await self._answer()
        if tag not in self._infos or not visible(caller, self._infos[tag]):
            raise NotFound(f"no live tag {tag}")
        samples = (sample for sample in self._samples[tag] if start <= sample.timestamp <= end)
        return sorted(samples, key=lambda sample: sample.timestamp)

    async def alarms(self, caller: Caller) -> Sequence[Alarm]:
        await self._answer()
        seen = [reading for reading in self._readings.values() if visible(caller, reading.info)]
        found = (alarm_of(reading, self._since[reading.info.tag][1]) for reading in seen)
        return most_severe_first(alarm for alarm in found if alarm)

    async def ready(self) -> bool:
        return not self.failure

    async def _answer(self) -> None:
        await asyncio.sleep(self.delay_seconds)
        if self.failure:
            raise Unavailable(self.failure)


class ScriptedVariant:
    def open(self, options: Mapping[str, Any]) -> AbstractAsyncContextManager[PlantSource]:
        """Raises ``BadSetting``."""
        return _open(ScriptedSettings.parse("app.plant", options))


@asynccontextmanager
async def _open(settings: ScriptedSettings) -> AsyncIterator[PlantSource]:
    plant = Scripted([told.info() for told in settings.readings], {})
    for told in settings.readings:
        plant.set(told.tag, told.value, told.quality)
    plant.fail(settings.fail)
    plant.slow(settings.delay_seconds)
    yield plant


PLANT = ScriptedVariant()
