"""The alarms of the plant: every limit of every instrument, with its priority by ISA-18.2 and what the operator does.

Setpoints come from ``plant.instruments``; the words stand in ``alarm_words``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from demo.alarm_words import WORDS, Words
from demo.isolation import isolate
from demo.plant import Instrument, Plant

State = Literal["low_low", "low", "high", "high_high"]
STATES: tuple[State, ...] = ("high_high", "high", "low", "low_low")
STATE_WORDS: dict[State, tuple[str, str]] = {
    "low_low": ("Low-low", "低低"), "low": ("Low", "低"), "high": ("High", "高"), "high_high": ("High-high", "高高")}
PRIORITY_WORDS = {"critical": "紧急", "high": "高", "medium": "中", "low": "低"}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One limit of one tag. ``minutes`` is the time the operator has to respond; texts come in both languages."""

    key: str  # of the instrument in the plant model
    tag: str
    asset: str  # tag of the equipment
    state: State
    setpoint: float
    unit: str
    priority: str
    minutes: int
    consequence: str
    consequence_zh: str
    action: str
    action_zh: str


def alarms(plant: Plant) -> tuple[Alarm, ...]:
    """All of them, instrument by instrument, the highest limit first."""
    return tuple(alarm for instrument in plant.instruments for alarm in _of(plant, instrument))


def _of(plant: Plant, instrument: Instrument) -> Iterator[Alarm]:
    for state in STATES:
        setpoint = getattr(instrument, state)
        if setpoint is None:
            continue
        words = WORDS[_template(instrument.key), state]
        values = _values(plant, instrument)
        yield Alarm(instrument.key, instrument.tag, plant.tag(instrument.asset), state, round(setpoint, 2), instrument.unit,
                    words.priority, words.minutes, *(text.format_map(values) for text in _texts(words)))


def _texts(words: Words) -> tuple[str, str, str, str]:
    return words.consequence, words.consequence_zh, words.action, words.action_zh


def _template(key: str) -> str:
    """TI-DE-A and TI-DE-B share their words."""
    head, _, last = key.rpartition("-")
    return head if last in ("A", "B") and head else key


def _values(plant: Plant, instrument: Instrument) -> dict[str, str]:
    """What the words fill in: tags of the plant by role, for a pump its own and its twin's."""
    names = {"tank": "T-F", "exchanger": "E", "product": "T-P", "dosing": "P-D", "feed_valve": "FV", "heat_valve": "TV",
             "level_valve": "LV", "duty": plant.duty, "standby": plant.standby, "hot_in": "HV-E-hot-in",
             "dosing_suction": "HV-D-suc", "dosing_discharge": "HV-D-dis", "dosing_check": "NRV-D", "outlet": "TICSA",
             "flow": "FIC", "level": "LIC", "tank_level": "LI-TF", "drop": "PDI-E", "tank_out": "HV-TF-out",
             "product_in": "HV-TP-in", "product_out": "HV-TP-out", "relief": "PSV", "dosing_flow": "FI-D"}
    values = {name: plant.tag(key) for name, key in names.items()}
    if instrument.asset in ("P-A", "P-B"):
        letter = instrument.asset[-1]
        values |= {"pump": plant.tag(instrument.asset), "twin": plant.tag("P-B" if letter == "A" else "P-A"),
                   "suction": plant.tag(f"HV-{letter}-suc"), "discharge": plant.tag(f"HV-{letter}-dis"),
                   "drain": ", ".join(isolate(plant, instrument.asset).drains)}
    return values
