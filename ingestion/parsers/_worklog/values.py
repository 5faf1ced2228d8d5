"""Fields of a work log as values: times with their zone, hours, money. What a column leaves open is decided once."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import get_args
from zoneinfo import ZoneInfo

from ingestion.parsers._tables.cells import Style, number, plain
from ingestion.parsers._tables.dates import Moment, Order, is_open, moment, orders

_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")  # days since 1899-12-30, of the years 1954 to 2118
_CLOCK = re.compile(r"(\d{1,4})[:：](\d{2})(?:[:：](\d{2}))?\s*(?:h|hrs?|hours?|小时)?", re.IGNORECASE)
_UNITS = {
    "h": 1.0,
    "hr": 1.0,
    "hrs": 1.0,
    "hour": 1.0,
    "hours": 1.0,
    "std": 1.0,
    "小时": 1.0,
    "min": 1 / 60,
    "mins": 1 / 60,
    "minutes": 1 / 60,
    "分": 1 / 60,
    "分钟": 1 / 60,
    "d": 24.0,
    "day": 24.0,
    "days": 24.0,
    "天": 24.0,
}
_WITH_UNIT = re.compile(r"(?P<number>[^A-Za-z\u3400-\u9fff]*?)\s*(?P<unit>[A-Za-z\u3400-\u9fff]+)?\.?")
_CURRENCIES = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "CNY",
    "￥": "CNY",
    "元": "CNY",
    "人民币": "CNY",
    "rmb": "CNY",
    "us$": "USD",
}
_MONEY = re.compile(
    r"(?P<before>[^\d\s,.+\-\u2212()]{1,4})?\s*(?P<number>[^A-Za-z€$£¥￥元]*?)\s*(?P<after>[A-Za-z€$£¥￥元]{1,3})?"
)


class BadValue(Exception):
    """A field that can't be read: ``str`` says what is wanted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the open questions of a log are answered: what 03/04/2025 and 1,250 are, and the zone of its times."""

    order: Order | None
    style: Style
    zone: ZoneInfo
    unsure: str = ""  # a date that could be read in another way too


@dataclass
class Evidence:
    """What the columns of a log say about their own writing."""

    dates: Counter[Order] = field(default_factory=Counter)
    example: str = ""
    styles: Counter[Style] = field(default_factory=Counter)

    def date(self, text: str) -> None:
        said = plain(text)
        fits = orders((said,)) if is_open(said) else ()
        if fits:
            self.dates.update(fits)
            self.example = self.example or text

    def number(self, text: str) -> None:
        fits = [style for style in get_args(Style) if _bare(text, style) is not None]
        if len(fits) == 1:
            self.styles[fits[0]] += 1

    def reading(self, dates: Order | None, decimals: Style | None, zone: ZoneInfo) -> Reading:
        """The preset's word counts; else what fits most values. Day before month where nothing tells."""
        most = max(self.dates.values(), default=0)
        fit: list[Order] = [order for order in ("dmy", "mdy", "ymd") if most and self.dates[order] == most]
        style = decimals or ("comma" if self.styles["comma"] > self.styles["point"] else "point")
        unsure = self.example if len(fit) > 1 and dates is None else ""
        return Reading(dates or (fit[0] if fit else None), style, zone, unsure)


@lru_cache(maxsize=65_536)
def time(text: str, clock: str, reading: Reading) -> tuple[datetime, bool, str]:
    """(the time with its zone, whether only a day is stated, '' or what had to be assumed: zone, gap or fold).

    ``clock`` is the time of day where that has a column of its own. Raises ``BadValue``.
    """
    said = plain(text)
    if _SERIAL.fullmatch(said):
        days = timedelta(seconds=round(float(said) * 86400))
        found: Moment | None = Moment(datetime(1899, 12, 30) + days, float(said).is_integer())
    else:
        found = moment(said, reading.order)
    if found is None:
        raise BadValue("is no time such as 2025-03-04T07:30:00+01:00, 04.03.2025 07:30 or 2025年3月4日")
    if found.whole_day and clock:
        found = _at(found, plain(clock), reading.order)
    if found.time.tzinfo:
        return found.time, found.whole_day, ""
    return _local(found.time, found.whole_day, reading.zone)


def _at(day: Moment, clock: str, order: Order | None) -> Moment:
    whole = moment(f"{day.time.date().isoformat()} {clock}", order)
    if whole is None:
        raise BadValue(f"has the time of day {clock!r}, which is none such as 07:30")
    return whole


def _local(naive: datetime, whole_day: bool, zone: ZoneInfo) -> tuple[datetime, bool, str]:
    """In the zone: an hour that its clocks skip is moved on by it, of one that they show twice the first is meant."""
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    exact = first.astimezone(UTC).astimezone(zone)
    offset = exact.utcoffset() or timedelta()
    assumed = "gap" if exact.replace(tzinfo=None) != naive else "zone"
    if assumed == "zone" and first.utcoffset() != second.utcoffset():
        assumed = "fold"
    fixed = UTC if not offset else timezone(offset)
    return exact.astimezone(fixed), whole_day, assumed


def hours(text: str, unit: str, style: Style) -> float:
    """``6:30``, ``6,5 h``, ``390 min`` as hours; ``unit`` is that of the column. Raises ``BadValue``."""
    said = plain(text)
    if match := _CLOCK.fullmatch(said):
        return int(match[1]) + int(match[2]) / 60 + int(match[3] or 0) / 3600
    with_unit = _WITH_UNIT.fullmatch(said)
    value = number(with_unit["number"], style) if with_unit else None
    factor = _UNITS.get(((with_unit and with_unit["unit"]) or unit).lower())
    if value is None or value < 0 or factor is None:
        raise BadValue("is no number of hours from 0 up")
    return value * factor


def money(text: str, style: Style) -> tuple[float, str]:
    """The amount, and its currency (ISO 4217) where the cell says it. Raises ``BadValue``."""
    match = _MONEY.fullmatch(plain(text))
    value = _bare(text, style)
    if match is None or value is None or value < 0:
        raise BadValue("is no number from 0 up")
    return value, currency(match["before"] or match["after"] or "")


def currency(text: str) -> str:
    """ISO 4217 of a sign or code; '' where it is none."""
    said = text.strip()
    known = _CURRENCIES.get(said.lower(), "")
    return known or (said.upper() if re.fullmatch("[A-Za-z]{3}", said) else "")


def _bare(text: str, style: Style) -> float | None:
    match = _MONEY.fullmatch(plain(text))
    return number(match["number"], style) if match else None


def priority(text: str, words: dict[str, int]) -> int:
    """A number, or a word that the preset knows. Raises ``BadValue``."""
    said = plain(text).lower()
    if said in words:
        return words[said]
    if match := re.match(r"\d{1,4}", said) or re.search(r"\d{1,4}", said):
        return int(match[0])
    raise BadValue("is no number and no word that the mapping knows")


def is_closed(status: str, words: Iterable[str]) -> bool:
    """Whether one of the words of a status says that the order is closed."""
    said = status.lower()
    return any(word == said or word in re.split(r"[\s,;/]+", said) for word in words)
