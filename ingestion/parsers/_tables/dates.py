"""Dates and times as people write them, in both languages. What a slash date means is decided by its whole column."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, NamedTuple

Order = Literal["mdy", "dmy", "ymd"]  # of 3/4/2025, 04.03.2025 and 25/3/4
ORDERS: tuple[Order, ...] = ("mdy", "dmy", "ymd")

_TIME = (
    r"(?:(?:[T ,]\s*|(?<=日)\s*)(?P<hour>\d{1,2})[:：时](?P<minute>\d{2})"
    r"(?:分?|[:：](?P<second>\d{2})秒?(?:[.,](?P<part>\d{1,9}))?)"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){_TIME}")
_CHINESE = re.compile(rf"(?P<y>\d{{4}})\s*年\s*(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*日?{_TIME}")
_COMPACT = re.compile(rf"(?P<y>(?:19|20)\d{{2}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_TIME}")
_NUMERIC = re.compile(rf"(?P<one>\d{{1,2}})(?P<sep>[-/.])(?P<two>\d{{1,2}})(?P=sep)(?P<three>\d{{4}}|\d{{2}}){_TIME}")
_NAMED = re.compile(
    rf"(?:(?P<d>\d{{1,2}})[ .-]{{1,2}}(?P<m>[A-Za-z]{{3,9}})|(?P<m2>[A-Za-z]{{3,9}})\.? (?P<d2>\d{{1,2}}))"
    rf"\.?[ ,-]{{1,2}}(?P<y>\d{{4}}|(?<=-)\d{{2}}){_TIME}"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURY = 69  # a year of two digits from here on is of the 20th century (POSIX)
_NOON = 12


class Moment(NamedTuple):
    """``time`` has the zone that the text states, or none. ``whole_day``: the text states no time of day."""

    time: datetime
    whole_day: bool

    def iso(self) -> str:
        """ISO 8601: the date alone where no time of day is stated."""
        return self.time.date().isoformat() if self.whole_day else self.time.isoformat()


def moment(text: str, order: Order | None = None) -> Moment | None:
    """The date or time that ``text`` is; None where it is none, or where it takes an ``order`` and none is given."""
    for pattern in (_YEAR_FIRST, _CHINESE, _COMPACT):
        if match := pattern.fullmatch(text):
            return _moment(match, int(match["y"]), int(match["m"]), int(match["d"]))
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match, order)
    if match := _NAMED.fullmatch(text):
        name = (match["m"] or match["m2"]).lower()
        if name[:3] in _MONTHS:
            day = int(match["d"] or match["d2"])
            return _moment(match, _year(match["y"]), _MONTHS.index(name[:3]) + 1, day)
    return None


def orders(texts: Iterable[str]) -> tuple[Order, ...]:
    """The orders in which every numeric date of a column is a date. All three where it has none.

    One is the answer, several leave it open, none says that the column holds no dates.
    """
    left = ORDERS
    for text in texts:
        if match := _NUMERIC.fullmatch(text):
            left = tuple(order for order in left if _numeric(match, order))
    return left


def is_open(text: str) -> bool:
    """Whether it looks like a date of which day, month and year could stand in several orders."""
    match = _NUMERIC.fullmatch(text)
    return match is not None and match["sep"] != "."


def _numeric(match: re.Match[str], order: Order | None) -> Moment | None:
    one, two, three = int(match["one"]), int(match["two"]), match["three"]
    short = len(three) == 2
    if match["sep"] != "/" and short:
        return None  # 1.2.03 is a section, 12-11-10 a code
    if match["sep"] == ".":
        order = "dmy"  # nobody writes it otherwise
    if order == "ymd":
        return _moment(match, _year(match["one"]), two, int(three)) if short and len(match["one"]) == 2 else None
    if order is None:
        return None
    month, day = (one, two) if order == "mdy" else (two, one)
    return _moment(match, _year(three), month, day)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= _CENTURY else 2000)


def _moment(match: re.Match[str], year: int, month: int, day: int) -> Moment | None:
    try:
        if match["hour"] is None:
            return Moment(datetime(year, month, day), True)
        hour = _hour(int(match["hour"]), match["half"])
        part = int((match["part"] or "0").ljust(6, "0")[:6])
        following = hour == 24 and match["minute"] == "00"  # ISO 8601: the end of the day
        time = datetime(
            year, month, day, 0 if following else hour, int(match["minute"]), int(match["second"] or 0), part
        )
        return Moment((time + timedelta(days=following)).replace(tzinfo=_zone(match["zone"])), False)
    except (ValueError, OverflowError):
        return None


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError
    return hour % _NOON + (_NOON if half[0] in "pP" else 0)


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
