"""What every source of live data shares: who sees a tag, and when a reading is an alarm."""

from collections.abc import Iterable
from datetime import datetime

from app.plant.base import Alarm, LimitState, Reading, TagInfo
from retrieval.models import EVERYTHING, Caller

_WORDS: dict[LimitState, str] = {
    "high_high": "above its high-high",
    "low_low": "below its low-low",
    "high": "above its high",
    "low": "below its low",
}


def visible(caller: Caller, info: TagInfo) -> bool:
    """Tags carry an area and no groups. No areas: nothing is seen."""
    return not caller.areas.isdisjoint({info.area, EVERYTHING})


def limit_of(reading: Reading) -> float | None:
    """The limit that the reading has reached, in the tag's unit; None when it has reached none."""
    info, state = reading.info, reading.state
    return {"low_low": info.low_low, "low": info.low, "high": info.high, "high_high": info.high_high}.get(state)


def alarm_of(reading: Reading, since: datetime) -> Alarm | None:
    """The alarm that a reading is, unacknowledged; None when it is inside its limits or has no usable value."""
    limit, value = limit_of(reading), reading.value
    if limit is None or not isinstance(value, int | float):
        return None
    info = reading.info
    message = f"{info.description or info.tag} is {_WORDS[reading.state]} alarm limit of {limit:g} {info.unit}".rstrip()
    return Alarm(
        tag=info.tag,
        state=reading.state,
        message=message,
        value=float(value),
        limit=limit,
        unit=info.unit,
        since=since,
        acknowledged=False,
    )


def most_severe_first(alarms: Iterable[Alarm]) -> list[Alarm]:
    return sorted(alarms, key=lambda alarm: (alarm.state not in ("high_high", "low_low"), alarm.tag))
