"""The maintenance log: 400 work orders over three years, as technicians write them, from the plant and its seed."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from demo.phrases import EN, ZH
from demo.plant import Plant

FILE = "maintenance_log.csv"
ORDERS = 400
# A fixed day: the log does not follow the clock.
END = datetime(2026, 10, 31, 18, 0, tzinfo=timezone(timedelta(hours=8)))
START = END.replace(year=2023, month=11, day=1, hour=6)
COLUMNS = ("Order", "Asset", "Type", "Priority", "Failure mode", "Opened", "Closed", "Hours", "Cost", "Text")
_CHINESE = 0.22


@dataclass(frozen=True, slots=True)
class Order:
    """One row. ``topic`` is the phrase key's second half: a failure mode, or PM-... for preventive work."""

    number: str
    asset: str
    type: str
    priority: int
    topic: str
    opened: datetime
    closed: datetime | None
    hours: float | None
    cost: float | None
    text: str

    @property
    def failure_mode(self) -> str:
        return "" if self.topic.startswith("PM") else self.topic


@dataclass(frozen=True, slots=True)
class _Plan:
    tag: str
    kind: str
    topic: str
    opened: datetime
    planned: bool  # preventive or inspection


def orders(plant: Plant) -> list[Order]:
    """All 400, oldest first. The same seed gives the same log."""
    rng = Random(f"log-{plant.seed}")
    plans = [*_recurring(plant, rng), *_rounds(plant, rng)]
    plans = sorted([*plans, *_odd(plant, rng, ORDERS - len(plans))], key=lambda plan: (plan.opened, plan.tag))
    first = rng.randint(1001, 1899) * 100 + rng.randint(10, 90)
    numbers = [first]
    while len(numbers) < len(plans):
        numbers.append(numbers[-1] + rng.randint(1, 5))
    recent: list[str] = []
    return [_order(plan, f"WO-{number}", rng, recent) for plan, number in zip(plans, numbers, strict=True)]


def write(plant: Plant, path: Path) -> None:
    """Write the log as CSV, UTF-8 with a byte order mark, as spreadsheets like it."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for o in orders(plant):
        table.writerow([o.number, o.asset, o.type, o.priority, o.failure_mode, o.opened.isoformat(),
                        o.closed.isoformat() if o.closed else "", "" if o.hours is None else o.hours,
                        "" if o.cost is None else f"{o.cost:.2f}", o.text])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())


def _moment(rng: Random, since: datetime = START, until: datetime = END) -> datetime:
    """A working moment, kept off the turn of the year so that no time zone changes a yearly count."""
    while True:
        moment = since + (until - since) * rng.random()
        moment = moment.replace(hour=rng.randint(6, 20), minute=rng.choice([0, 5, 10, 15, 20, 30, 40, 45, 50]),
                                second=0,
                                microsecond=0)
        if since <= moment <= until and (moment.month, moment.day) not in ((1, 1), (12, 31)):
            return moment


def _recurring(plant: Plant, rng: Random) -> Iterator[_Plan]:
    """Failures that come back: how often, the seed tells."""
    duty, standby = plant.duty, plant.standby
    for key, kind, topic, low, high in (
        (duty, "pump", "ELP", 8, 14), (duty, "pump", "OHE", 5, 9), (duty, "pump", "VIB", 3, 6),
        (standby, "pump", "ELP", 2, 4),
        (standby, "pump", "VIB", 3, 6), (standby, "pump", "FTS", 1, 3), (duty, "pump", "LOO", 1, 3),
        (duty, "pump", "ELU", 2, 4), (duty, "pump", "NOI", 2, 4), (duty, "pump", "BRD", 1, 1),
        ("E", "heat exchanger", "PLU", 6, 11), ("E", "heat exchanger", "IHT", 2, 4),
        ("E", "heat exchanger", "ELP", 1, 3),
        ("P-D", "dosing pump", "LOO", 6, 10), ("P-D", "dosing pump", "ELP", 2, 4), ("P-D", "dosing pump", "PLU", 2, 5),
        ("P-D", "dosing pump", "NOI", 1, 3), ("P-D", "dosing pump", "ERO", 2, 4), ("FV", "control valve", "FTR", 3, 6),
    ):
        count = rng.randint(low, high)
        step = (END - START) / count
        for i in range(count):  # one in each stretch of the three years, so that every year has its share
            yield _Plan(plant.tag(key), kind, topic, _moment(rng, START + step * i, START + step * (i + 1)),
                        planned=False)


def _rounds(plant: Plant, rng: Random) -> Iterator[_Plan]:
    """Preventive work: by calendar, a few days early or late."""
    rounds = [(plant.tag(key), "pump", topic, days) for key in ("P-A", "P-B")
              for topic, days in (("PM-vib", 30), ("PM-oil", 150), ("PM-align", 300))]
    rounds += [(plant.tag("P-D"), "dosing pump", "PM-cal", 120), (plant.tag("P-D"), "dosing pump", "PM-oil", 260),
               (plant.tag("E"), "heat exchanger", "PM", 180), (plant.tag("T-F"), "tank", "PM", 360),
               (plant.tag("T-P"), "tank", "PM", 360), (plant.tag("PSV"), "relief valve", "PM", 365)]
    rounds += [(plant.tag(key), "control valve", "PM", 360) for key in ("FV", "TV", "LV")]
    for tag, kind, topic, days in rounds:
        due = START + timedelta(days=rng.randint(3, days))
        while due < END - timedelta(days=5):
            around = due - timedelta(days=2)
            yield _Plan(tag, kind, topic, _moment(rng, max(around, START), due + timedelta(days=3)), planned=True)
            due += timedelta(days=days)


def _odd(plant: Plant, rng: Random, count: int) -> Iterator[_Plan]:
    """The rest: each asset in turn gets something, planned or not. Failures that are counted are left out."""
    counted = {(plant.tag(key), kind) for key, kind in (("P-A", "pump"), ("P-B", "pump"), ("E", "heat exchanger"),
                                                        ("P-D", "dosing pump"))}
    things = [(part.tag, part.kind) for part in plant.parts if part.role not in ("tee", "open_end", "off_page")]
    things += [(instrument.tag, "instrument") for instrument in plant.instruments]
    rng.shuffle(things)
    for i in range(count):
        tag, kind = things[i % len(things)]
        topics = [topic for of, topic in EN if of == kind and (tag, kind) not in counted | {(plant.tag("FV"), kind)}]
        topics = topics or (["SER"] if (kind, "SER") in EN else [t for of, t in EN if of == kind
                                                                 and t.startswith("PM")])
        topic = rng.choice(topics)
        yield _Plan(tag, kind, topic, _moment(rng), planned=topic.startswith("PM"))


def _order(plan: _Plan, number: str, rng: Random, recent: list[str]) -> Order:
    done = timedelta(hours=rng.choice([2, 3, 5, 8, 26, 50, 98] if not plan.planned else [1, 2, 4, 6]))
    closed = plan.opened + done
    open_still = closed > END or (END - plan.opened < timedelta(days=9) and rng.random() < 0.5)
    hours = round(rng.choice([0.5, 1, 1.5, 2, 3]) if plan.planned else rng.choice([1, 2, 3, 4, 5.5, 6, 8, 12]), 1)
    cost = round(hours * 62 + (0 if plan.planned else rng.choice([0, 18.5, 74, 260, 415, 890])), 2)
    kind = "inspection" if plan.planned and rng.random() < 0.3 else "preventive" if plan.planned else "corrective"
    return Order(number, plan.tag, kind, rng.choice([3, 4]) if plan.planned else rng.choice([1, 2, 2, 3]), plan.topic,
                 plan.opened, None if open_still else closed, None if open_still else hours,
                 None if open_still or rng.random() < 0.05 else cost, _text(plan, rng, recent))


def _text(plan: _Plan, rng: Random, recent: list[str]) -> str:
    key = (plan.kind, plan.topic)
    chinese = key in ZH and rng.random() < _CHINESE * 1.25
    phrases = [p for p in (ZH if chinese else EN)[key] if p not in recent] or list((ZH if chinese else EN)[key])
    phrase = rng.choice(phrases)
    recent[:] = [*recent, phrase][-6:]
    text = phrase.format(t=_spelling(plan.tag, rng))
    if chinese:
        return text
    manner = rng.random()
    return text.upper() if manner < 0.15 else _slip(text, rng) if manner < 0.3 else text


def _spelling(tag: str, rng: Random) -> str:
    return rng.choice([tag, tag, tag, tag.replace("-", ""), tag.lower(), tag.replace("-", " ")])


def _slip(text: str, rng: Random) -> str:
    """Two neighbouring letters of a longer word swapped, tags and figures left alone."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 5 and word.isalpha() and word.lower() != "mech"]
    if not long:
        return text
    at = rng.choice(long)
    word, cut = words[at], rng.randint(1, len(words[at]) - 3)
    words[at] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2:]
    return " ".join(words)
