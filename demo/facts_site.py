"""What the site's own documents say: the standard in two revisions, and figures of the operating procedure."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from demo.facts import feed_pump
from demo.facts_dosing import dosing_pump
from demo.plant import Plant

Revision = Literal["A", "B"]


@dataclass(frozen=True, slots=True)
class Standard:
    """The site standard on lubrication and vibration of one revision. B is current and equals the live limits.

    Changed from A to B: ``vibration_alarm_mm_s``, ``bearing_alarm_c`` and ``oil_sample_months``; all else is the same.
    """

    document: str
    revision: Revision
    effective: str  # ISO 8601
    bearing_alarm_c: float
    bearing_trip_c: float
    vibration_alarm_mm_s: float
    vibration_trip_mm_s: float
    oil_sample_months: int
    oil_sample_ml: int
    vibration_route_days: int
    water_ppm: int  # in oil, at most
    report_rise_pct: int  # of vibration from one route to the next that must be reported


@dataclass(frozen=True, slots=True)
class Operating:
    """Figures of the operating procedure that no manual gives."""

    document: str
    isolation_document: str
    revision: str
    date: str
    isolation_date: str
    tank_level_pct: int  # least level of the feed tank for a start
    valve_start_pct: int  # opening of the feed valve at start
    settle_min: int  # steady flow before hot water is opened
    dosing_delay_min: int  # steady outlet temperature before dosing starts
    overlap_s: int  # both pumps run together at a switchover
    watch_min: int  # at the pump after a switchover
    cool_c: int  # product outlet temperature before the feed is stopped
    flush_min: int  # of the dosing line at shutdown
    drain_wait_min: int  # after the drain was opened, before pressures are read
    keys: int  # at most so many people under one lock box


def standard(plant: Plant, revision: Revision = "B") -> Standard:
    """The standard of a plant in one of its revisions."""
    rng = Random(f"standard-{plant.seed}")
    limits = feed_pump(plant).limits
    number, sample = f"HW-ST-{rng.randint(100, 989)}", rng.choice([50, 150, 200])
    dates = (f"2021-{rng.randint(2, 11):02}-01", f"2025-{rng.randint(2, 9):02}-01")
    looser, months = rng.choice([0.7, 0.9, 1.1]), rng.choice([(12, 6), (9, 4), (8, 3)])
    water, rise = rng.choice([400, 450, 550]), rng.choice([20, 25, 35])
    old = revision == "A"
    return Standard(
        document=number, revision=revision, effective=dates[0 if old else 1],
        bearing_alarm_c=limits.bearing[0] + (4 if old else 0), bearing_trip_c=limits.bearing[1],
        vibration_alarm_mm_s=round(limits.vibration[0] + (looser if old else 0), 1),
        vibration_trip_mm_s=limits.vibration[1], oil_sample_months=months[0 if old else 1], oil_sample_ml=sample,
        vibration_route_days=30, water_ppm=water, report_rise_pct=rise)


def operating(plant: Plant) -> Operating:
    """The procedures' figures of a plant."""
    rng = Random(f"operating-{plant.seed}")
    base = rng.randint(200, 880)
    level = plant.instrument("LI-TF").low or 20.0
    return Operating(
        document=f"HW-OP-{base}", isolation_document=f"HW-OP-{base + rng.randint(3, 9)}", revision=rng.choice("CDEF"),
        date=f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        isolation_date=f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        tank_level_pct=int(level) + rng.choice([15, 20, 25]), valve_start_pct=rng.choice([15, 18, 22]),
        settle_min=rng.choice([4, 6, 7]), dosing_delay_min=rng.choice([8, 11, 13]), overlap_s=rng.choice([20, 40, 50]),
        watch_min=rng.choice([16, 25, 35]), cool_c=rng.choice([32, 36, 38]), flush_min=rng.choice([3, 9, 14]),
        drain_wait_min=rng.choice([2, 5, 7]), keys=rng.choice([6, 8, 12]))


def oil_points(plant: Plant) -> list[tuple[str, str, str, int]]:
    """Lubrication points of the standard: tag, oil, litres, hours between changes; as the manuals have them."""
    feed, dosing = feed_pump(plant), dosing_pump(plant)
    grade = dosing.oil.removesuffix(" 齿轮油")
    return [*((tag, f"mineral oil {feed.oil_grade}", f"{feed.oil_litres:g}", feed.oil_h) for tag in feed.tags),
            (dosing.tag, f"gear oil {grade}", f"{dosing.oil_litres:g}", dosing.oil_h)]
