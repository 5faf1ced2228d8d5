"""The time windows that questions name: "in 2025", "last month", "since March 2026", 去年, 2025年3月."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from retrieval.tags import fold

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(f"{name}|{name[:3]}" for name in _MONTHS)


class Window(NamedTuple):
    """Half open: ``since <= t < until``, UTC. Either end may be None."""

    since: datetime | None = None
    until: datetime | None = None


def window(question: str, now: datetime) -> Window:
    """The first window that the question names, or an open one."""
    text = fold(question).lower()
    for find in (_month_of_year, _year, _relative, _last_n):
        if found := find(text, now):
            return _since_only(text, found)
    return Window()


def _since_only(text: str, found: Window) -> Window:
    """ "Since 2025" and 2025年以来 are open at the end."""
    return Window(found.since, None) if re.search(r"\bsince\b|以来|至今", text) else found


def _month_of_year(text: str, now: datetime) -> Window | None:
    if match := re.search(rf"\b({_MONTH})\.?\s+(20\d\d)\b", text):
        return _month(int(match[2]), next(i for i, name in enumerate(_MONTHS, 1) if name[:3] == match[1][:3]))
    if match := re.search(r"(20\d\d)\s*年\s*(\d{1,2})\s*月", text) or re.search(r"\b(20\d\d)-(\d\d)\b(?!-)", text):
        return _month(int(match[1]), int(match[2])) if 1 <= int(match[2]) <= 12 else None
    return None


def _year(text: str, now: datetime) -> Window | None:
    if match := re.search(r"(?:\b(?:in|during|of|since|for)\s+(?:the year\s+)?(20\d\d)\b)|(20\d\d)\s*年", text):
        return _whole_year(int(match[1] or match[2]))
    if re.search(r"\blast year\b|去年", text):
        return _whole_year(now.year - 1)
    if re.search(r"\bthis year\b|今年", text):
        return _whole_year(now.year)
    return None


def _relative(text: str, now: datetime) -> Window | None:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if re.search(r"\byesterday\b|昨天", text):
        return Window(day - timedelta(days=1), day)
    if re.search(r"\btoday\b|今天", text):
        return Window(day, day + timedelta(days=1))
    if re.search(r"\blast week\b|上周", text):
        monday = day - timedelta(days=day.weekday())
        return Window(monday - timedelta(days=7), monday)
    if re.search(r"\blast month\b|上个?月", text):
        last = day.replace(day=1) - timedelta(days=1)
        return _month(last.year, last.month)
    return None


def _last_n(text: str, now: datetime) -> Window | None:
    days = {"day": 1, "week": 7, "month": 30, "year": 365, "天": 1, "周": 7, "个月": 30, "年": 365}
    if match := re.search(r"\b(?:last|past)\s+(\d{1,3})\s+(day|week|month|year)s?\b", text) or re.search(
        r"(?:最近|过去|近)(\d{1,3})(天|周|个月|年)", text
    ):
        return Window(now - timedelta(days=int(match[1]) * days[match[2]]), now)
    return None


def _whole_year(year: int) -> Window:
    return Window(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))


def _month(year: int, month: int) -> Window:
    start = datetime(year, month, 1, tzinfo=UTC)
    return Window(start, start + timedelta(days=monthrange(year, month)[1]))
