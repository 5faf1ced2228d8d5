"""What a reader must be told beside the answer: warnings verbatim, bad or simulated readings, limits, doubts."""

from collections.abc import Sequence
from datetime import datetime

from app.agent.evidence import Evidence
from app.agent.resolve import Resolved
from app.agent.texts import say
from app.api.wire import Notice, ReadingOut
from app.plant.base import Reading
from retrieval.models import Hit, Language


def reading_out(reading: Reading, now: datetime) -> ReadingOut:
    """A reading with its age at ``now``. Low and high are the alarm limits, in the reading's unit."""
    info = reading.info
    value = round(reading.value, 3) if isinstance(reading.value, float) else reading.value
    return ReadingOut(
        tag=info.tag,
        description=info.description,
        value=value,
        unit=info.unit,
        quality=reading.quality,
        timestamp=reading.timestamp,
        age_s=round(max(0.0, (now - reading.timestamp).total_seconds()), 1),
        low=info.low,
        high=info.high,
        state=reading.state,
        simulated=info.simulated,
    )


def of_readings(readings: Sequence[Reading], language: Language, now: datetime, stale_after: float) -> list[Notice]:
    """One notice a fault of a reading, and one in all where readings are simulated."""
    notices = []
    for reading in readings:
        out = reading_out(reading, now)
        if out.quality != "good":
            notices.append(
                Notice(kind="bad_quality", text=say("bad_quality", language, tag=out.tag, quality=out.quality))
            )
        if out.age_s > stale_after:
            notices.append(Notice(kind="stale_reading", text=say("stale", language, tag=out.tag, age=round(out.age_s))))
        if (limit := _broken_limit(reading)) is not None:
            which, side, value = limit
            notices.append(
                Notice(
                    kind="outside_limits",
                    text=say(
                        "outside",
                        language,
                        tag=out.tag,
                        value=f"{float(out.value or 0):g}" if isinstance(out.value, (int, float)) else out.value,
                        unit=out.unit,
                        limit=f"{value:g}",
                        which=_which(which, language),
                        side=_side(side, language),
                    ),
                )
            )
    if any(reading.info.simulated for reading in readings):
        notices.append(Notice(kind="simulated_data", text=say("simulated", language)))
    return notices


def _broken_limit(reading: Reading) -> tuple[str, str, float] | None:
    limits = {
        "high_high": reading.info.high_high,
        "high": reading.info.high,
        "low": reading.info.low,
        "low_low": reading.info.low_low,
    }
    limit = limits.get(reading.state)
    return (
        (reading.state, "above" if reading.state.startswith("high") else "below", limit) if limit is not None else None
    )


def _which(state: str, language: Language) -> str:
    chinese = {"high_high": "高高报警", "high": "高报警", "low": "低报警", "low_low": "低低报警"}
    return chinese[state] if language == "zh" else state.replace("_", "-")


def _side(side: str, language: Language) -> str:
    return side if language == "en" else {"above": "高于", "below": "低于"}[side]


def of_tags(resolved: Resolved) -> list[Notice]:
    """Where a spelling may mean twins and the answer holds for each."""
    return [
        Notice(
            kind="ambiguous_tag", text=say("ambiguous", resolved.language, spelling=spelling, options=", ".join(tags))
        )
        for spelling, tags in resolved.ambiguous.items()
    ]


def of_safety(warnings: Sequence[Hit], first_number: int, limit: int = 6) -> tuple[list[Notice], list[Evidence]]:
    """Warnings of the cited sections word for word, each with a citation of its own."""
    pieces = [
        Evidence(number=first_number + i, quote=hit.passage.text, hit=hit) for i, hit in enumerate(warnings[:limit])
    ]
    return [Notice(kind="safety", text=piece.quote, citation_id=piece.citation_ids[0]) for piece in pieces], pieces
