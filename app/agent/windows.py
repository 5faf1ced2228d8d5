"""The time windows that questions name: "in 2025", "last month", "from March to May 2026", 去年, 2025年3月以前."""

import re
from calendar import monthrange
from collections.abc import Iterator
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
_CHINESE = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()
_MONTH = "sept|" + "|".join(f"{name}|{name[:3]}" for name in _MONTHS)
_YEAR = r"(?P<y>(?:19|20)\d\d|last year|this year)"
_YEAR_ZH = r"(?P<y>(?<!\d)(?:19|20)\d\d\s*年|今年|去年|前年)"
_MONTH_ZH = rf"(?P<m>(?<![\d.])\d{{1,2}}|{'|'.join(reversed(_CHINESE))})\s*月份?"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_JOIN = r"(?:to|until|till|through|and|or|[-~,、]|到|至|和|与|及|或)"
_IN = r"(?:in|during|of|since|from|between|before|after|until|till|up to|last|this)"
# A period with its parts, the most exact spelling first: what one of them has read is not read again.
_PERIODS = [
    re.compile(pattern)
    for pattern in (
        r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b",
        rf"{_YEAR_ZH}\s*的?{_MONTH_ZH}(?P<d>\d{{1,2}})[日号]",
        rf"\b{_DAY}\s+(?:of\s+)?(?P<m>{_MONTH})\b\.?,?\s+{_YEAR}\b",
        rf"\b(?P<m>{_MONTH})\b\.?\s+{_DAY},?\s+{_YEAR}\b",
        rf"\b(?P<m>{_MONTH})\b\.?,?\s+(?:of\s+|in\s+)?{_YEAR}\b",
        rf"{_YEAR_ZH}\s*的?{_MONTH_ZH}",
        r"(?<![\w-])(?P<y>20\d\d)[-./](?P<m>\d\d)\b(?![-./]\d)",
        r"(?<![\w/.-])(?P<m>\d{1,2})/(?P<y>20\d\d)\b",
        _YEAR_ZH,
        r"\b(?P<y>last year|this year)\b",
        # No number of an order or a part, and no quantity: "P-2025", "2000 h".
        r"(?<![\w.,/-])(?<!order )(?<!number )(?P<y>(?:19|20)\d\d)(?![\w/-]|[.,]\d|\s?[%°]"
        r"|\s*(?:h|hrs?|hours?|days?|times|rpm|r/min|mm|m|m3|m³|kg|l|bar|kpa|mpa|小时|天|转|次|张|毫米|升)(?![a-z]))",
        rf"\b{_IN}\s+(?P<p>(?P<m>{_MONTH}))\b",
        rf"\b(?:{_MONTH})\.?(?:\s+(?:19|20)\d\d)?\s*{_JOIN}\s*(?P<p>(?P<m>{_MONTH}))\b",
        _MONTH_ZH,
    )
]
_JOINED = re.compile(rf"\s*{_JOIN}\s*(?:in\s+|the\s+)?")
_THE = r"\s*(?:the\s+)?(?:(?:start|beginning|year|month)\s+(?:of\s+)?)?$"
_BEFORE = re.compile(rf"(?:\bbefore|\bprior to|\bearlier than){_THE}")
_AFTER = re.compile(rf"(?:\bafter|(?<!no )\blater than|\b(?:since|after) the end of){_THE}")
_UNTIL = re.compile(
    rf"(?:\buntil|\btill|\bup (?:to|until)|\bthrough|\bno later than|\bby|\b(?:before|until|by) the end of"
    rf"|截至|截止到?|直到|到|至){_THE}"
)
_SINCE = re.compile(rf"(?:\bsince|\bstarting (?:in|from)|自从?){_THE}")
_BEFORE_ZH = re.compile(r"\s*(?:以前|之前|前(?![\d一二两三四五六七八九十几半]))")
_AFTER_ZH = re.compile(r"\s*(?:以后|之后|后(?!半))")
_SINCE_ZH = re.compile(
    r"\s*(?:以来|至今|起|开始|[到至](?:现在|目前|今天)|onwards?\b|(?:to|until|till|up to) (?:now|date|today)\b)"
)
_UNTIL_ZH = re.compile(r"\s*(?:年?底)?为止")


class Window(NamedTuple):
    """Half open: ``since <= t < until``, UTC. Either end may be None."""

    since: datetime | None = None
    until: datetime | None = None


class _Span(NamedTuple):
    """Where a period is named. ``year`` is None for a month alone, ``window`` is set for "last week" and the like."""

    start: int
    end: int
    year: int | None = None
    month: int = 0
    day: int = 0
    window: Window | None = None


def window(question: str, now: datetime) -> Window:
    """The window that the question names, or an open one. "2023 to 2025" and "2023 and 2025" hold what lies between."""
    text = re.sub(r"((?:19|20)\d\d)\s*[-/~]\s*((?:19|20)\d\d)(?![\d-])", r"\1 to \2", fold(question).lower())
    text = re.sub(r"(?<![\d-])(\d{1,2})(\s*[-~到至]\s*\d{1,2}\s*月)", r"\1月\2", text)
    found = Window()
    for chain in _chains(text, sorted([*_named(text, now), *_relative(text, now)])):
        more = _bounded(text, chain, now)
        if found == Window():
            found = more
        elif found.until is None and more.since is None:  # "after 2023 and before 2025"
            found = Window(found.since, more.until)
        elif found.since is None and more.until is None:
            found = Window(more.since, found.until)
    return found if found != Window() else _last_n(text, now)


def _named(text: str, now: datetime) -> list[_Span]:
    found: list[_Span] = []
    for pattern in _PERIODS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            start, end = match.span("p") if "p" in parts else match.span()
            span = _Span(start, end, _year(parts.get("y"), now), _month(parts.get("m")), int(parts.get("d") or 0))
            if _exists(span) and all(end <= other.start or other.end <= start for other in found):
                found.append(span)
    return found


def _year(word: str | None, now: datetime) -> int | None:
    if word is None:
        return None
    ago = {"今年": 0, "this year": 0, "去年": 1, "last year": 1, "前年": 2}
    return now.year - ago[word] if word in ago else int(word[:4])


def _month(word: str | None) -> int:
    if word is None or word.isascii():
        by_name = next((i for i, name in enumerate(_MONTHS, 1) if word and name[:3] == word[:3]), 0)
        return by_name or int(word or 0)
    return _CHINESE.index(word) + 1


def _exists(span: _Span) -> bool:
    if not (0 < span.month <= 12):
        return span.year is not None and span.month == 0
    return span.day <= monthrange(span.year or 2024, span.month)[1]


def _relative(text: str, now: datetime) -> Iterator[_Span]:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday, first = day - timedelta(days=day.weekday()), day.replace(day=1)
    last, days = first - timedelta(days=1), timedelta(days=1)
    for pattern, span in (
        (r"\byesterday\b|昨天", Window(day - days, day)),
        (r"(?<!to )(?<!until )(?<!till )\btoday\b|(?<![到至])今天", Window(day, day + days)),
        (r"\blast week\b|上个?(?:周|星期)", Window(monday - 7 * days, monday)),
        (r"\bthis week\b|(?:本|这个?)(?:周|星期)", Window(monday, monday + 7 * days)),
        (r"\blast month\b|上个?月", _whole(last.year, last.month)),
        (r"\bthis month\b|本月|这个?月", _whole(now.year, now.month)),
    ):
        for match in re.finditer(pattern, text):
            yield _Span(match.start(), match.end(), window=span)


def _chains(text: str, spans: list[_Span]) -> list[list[_Span]]:
    """Periods that stand side by side: "2023, 2024 and 2025", "from March to May 2026"."""
    chains: list[list[_Span]] = []
    for span in spans:
        if chains and _JOINED.fullmatch(text, chains[-1][-1].end, span.start):
            chains[-1].append(span)
        else:
            chains.append([span])
    return chains


def _bounded(text: str, chain: list[_Span], now: datetime) -> Window:
    windows: list[Window] = []
    for span in chain:
        near = [other.year for other in chain if other.year is not None]
        year = span.year or (near[0] if near else now.year - (span.month > now.month))
        if span.year is None and windows and windows[-1].since and span.month < windows[-1].since.month:
            year += bool(near and windows[-1].since.year == year)  # "from November 2025 to February"
        elif span.year is None and near and not windows and span.month > chain[-1].month > 0:
            year -= 1  # "from November to February 2026"
        windows.append(span.window or _whole(year, span.month, span.day))
    since = min(found.since for found in windows if found.since)
    until = max(found.until for found in windows if found.until)
    before, end = text[: chain[0].start], chain[-1].end
    if _UNTIL_ZH.match(text, end) or _UNTIL.search(before):
        return Window(None, until)
    if _BEFORE.search(before) or _BEFORE_ZH.match(text, end):
        return Window(None, since)
    if _AFTER.search(before) or _AFTER_ZH.match(text, end):
        return Window(until, None)
    return Window(since, None if _SINCE.search(before) or _SINCE_ZH.match(text, end) else until)


def _last_n(text: str, now: datetime) -> Window:
    days = {"day": 1, "week": 7, "month": 30, "year": 365, "天": 1, "周": 7, "个月": 30, "年": 365}
    if match := re.search(r"\b(?:last|past)\s+(\d{1,3})\s+(day|week|month|year)s?\b", text) or re.search(
        r"(?:最近|过去|近)(\d{1,3})(天|周|个月|年)", text
    ):
        return Window(now - timedelta(days=int(match[1]) * days[match[2]]), now)
    return Window()


def _whole(year: int, month: int = 0, day: int = 0) -> Window:
    """A year, a month or a day, from its first moment to the next one's."""
    start = datetime(year, month or 1, day or 1, tzinfo=UTC)
    days = 1 if day else monthrange(year, month)[1] if month else 366 if monthrange(year, 2)[1] == 29 else 365
    return Window(start, start + timedelta(days=days))
