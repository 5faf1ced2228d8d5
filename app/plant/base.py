"""The contract of a source of live data. There is no write: not in the protocol, not in a variant."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Literal, Protocol

from retrieval.models import Caller, Frozen

Quality = Literal["good", "uncertain", "bad"]
LimitState = Literal["normal", "low", "low_low", "high", "high_high", "unknown"]


class TagInfo(Frozen):
    """What a source says of a tag before it is read. Limits in the tag's unit (ISA-18.2: LL, L, H, HH)."""

    tag: str
    description: str
    unit: str
    asset: str | None = None  # the equipment it measures, where the source knows
    area: str = "site"
    range_low: float | None = None  # EURange
    range_high: float | None = None
    low_low: float | None = None
    low: float | None = None
    high: float | None = None
    high_high: float | None = None
    simulated: bool = False


class Reading(Frozen):
    """One value with all that is needed to trust it. ``value`` is None only when quality is bad."""

    info: TagInfo
    value: float | str | bool | None
    quality: Quality
    timestamp: datetime  # of the source, UTC

    @property
    def state(self) -> LimitState:
        """Where the value stands against the tag's limits; at a limit counts as beyond it."""
        value, info = self.value, self.info
        if self.quality == "bad" or isinstance(value, (str, bool)) or value is None:
            return "unknown"
        if info.high_high is not None and value >= info.high_high:
            return "high_high"
        if info.high is not None and value >= info.high:
            return "high"
        if info.low_low is not None and value <= info.low_low:
            return "low_low"
        if info.low is not None and value <= info.low:
            return "low"
        return (
            "normal" if any(x is not None for x in (info.low, info.high, info.low_low, info.high_high)) else "unknown"
        )


class Alarm(Frozen):
    """An active alarm (ISA-18.2)."""

    tag: str
    state: LimitState
    message: str
    value: float
    limit: float
    unit: str
    since: datetime
    acknowledged: bool


class Sample(Frozen):
    timestamp: datetime
    value: float | None
    quality: Quality


class PlantSource(Protocol):
    """Reads only. Every method raises ``Unavailable`` or ``DeadlinePassed``; tags outside the caller's areas are as
    if they did not exist."""

    async def tags(self, caller: Caller) -> Sequence[TagInfo]:
        """All tags that the caller may see."""

    async def read(self, caller: Caller, tags: Sequence[str]) -> Mapping[str, Reading]:
        """The latest reading of each known tag; unknown tags are left out."""

    async def history(self, caller: Caller, tag: str, start: datetime, end: datetime) -> Sequence[Sample]:
        """Raw samples in ``[start, end]``, oldest first. Raises ``NotFound``."""

    async def alarms(self, caller: Caller) -> Sequence[Alarm]:
        """What is in alarm now, most severe first."""

    async def ready(self) -> bool:
        """Whether a read would be answered now. Never raises."""


class PlantVariant(Protocol):
    """The constant ``PLANT`` of a variant."""

    def open(self, options: Mapping[str, Any]) -> AbstractAsyncContextManager[PlantSource]:
        """Connect in the background and keep trying. ``options`` is ``[app.plant]`` less ``source``."""
