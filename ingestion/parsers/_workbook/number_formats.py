"""What a cell of a workbook shows: its number under its number format (ECMA-376 18.8.31)."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>[Gg]eneral)|(?P<power>[Ee][+-]0+)|(?P<digits>[0#?]+(?:[0#?,]*[0#?])?,*|,)|(?P<dot>\.)|(?P<plain>.)",
    re.DOTALL,
)
_SECTION = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*')
_DATE_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<part>y+|m+|d+|h+|s+|\.0+|a{3,4}|e+)|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_NOON = 12
_MOST_GENERAL = 11  # significant digits that a cell of the format General shows
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DAYS_ZH = "一二三四五六日"


def general(value: float) -> str:
    """As a cell without a format shows it."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.{_MOST_GENERAL}g}"


@dataclass(frozen=True, slots=True)
class _Section:
    before: str
    after: str
    runs: tuple[str, ...]  # runs of digit places left of the point, with the literals between them
    between: tuple[str, ...]
    least: int  # digits left of the point
    thousands: bool
    decimals: tuple[int, int] | None  # least and most
    power: int  # digits of the exponent; 0: none
    scale: int  # powers of ten that the value is multiplied by: per cent, thousands
    is_general: bool


def number(value: float, code: str) -> str:
    """The number as the format ``code`` shows it. A format that it doesn't know (fractions) shows General."""
    sections = _sections(code)
    at = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    section = sections[at]
    if section is None:
        return general(value)
    negative = value < 0 and at == 0
    shown = _digits(abs(value), section)
    if negative and not any(digit in shown for digit in "123456789"):
        negative = False  # -0.001 as 0.00 shows no sign
    return f"{'-' if negative else ''}{section.before}{shown}{section.after}"


def is_percent(code: str) -> bool:
    """Whether it shows hundredths: a % that is no literal."""
    return any(match["plain"] == "%" for match in _TOKEN.finditer(code))


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section | None, ...]:
    parts, rest = [], code
    while True:
        match = _SECTION.match(rest)
        part = match[0] if match else rest
        parts.append(part)
        if len(part) >= len(rest):
            break
        rest = rest[len(part) + 1 :]
    return tuple(_section(part) for part in parts[:3])


def _section(code: str) -> _Section | None:
    literal, literals, runs, after_dot, power, scale, dot = "", list[str](), list[str](), "", 0, 0, False
    is_general = not code
    for match in _TOKEN.finditer(code):
        if match["digits"] and not (match["digits"] == "," and not runs):
            if dot:
                after_dot += match["digits"]
            else:
                literals.append(literal)
                runs.append(match["digits"])
                literal = ""
        elif match["dot"] and not dot:
            dot = True
            if not runs:
                literals.append(literal)
                runs, literal = ["#"], ""
        elif match["power"]:
            power = len(match["power"]) - 2
        elif match["general"] or match["plain"] == "@":
            literals.append(literal)
            is_general, literal = True, ""
        elif match["bracket"] is not None:
            bracket = match["bracket"]
            if bracket[:1] in "<>=" and bracket:
                return None
            literal += bracket[1:].partition("-")[0] if bracket.startswith("$") else ""
        elif match["plain"] == "/" and runs:
            return None  # a fraction
        else:
            scale += 2 * (match["plain"] == "%")
            literal += match["quoted"] or match["escaped"] or match["plain"] or ""
    whole = "".join(runs)
    scale -= 3 * (len(whole) - len(whole.rstrip(",")) + len(after_dot) - len(after_dot.rstrip(",")))
    return _Section(
        before=literals[0] if literals else literal,
        after=literal if literals else "",
        runs=tuple(run.replace(",", "") for run in runs),
        between=tuple(literals[1:]),
        least=whole.count("0"),
        thousands="," in whole.rstrip(","),
        decimals=(after_dot.count("0"), len(after_dot.rstrip(","))) if dot else None,
        power=power,
        scale=scale,
        is_general=is_general,
    )


def _digits(value: float, section: _Section) -> str:
    if section.is_general:
        return general(value)
    if not section.runs:
        return ""
    exact = Decimal(repr(value)).scaleb(section.scale)
    least, most = section.decimals or (0, 0)
    exponent = 0
    if section.power:
        exponent = exact.adjusted() if exact else 0
        exact = exact.scaleb(-exponent)
    rounded = exact.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP, context=_wide(exact, most))
    whole, _, part = format(rounded, "f").partition(".")
    whole = whole.lstrip("0").rjust(section.least, "0")
    while len(part) > least and part.endswith("0"):
        part = part[:-1]
    if len(section.runs) > 1:
        whole = _spread(whole, section)
    elif section.thousands:
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", whole)
    text = whole + ("." + part if section.decimals else "")
    return text + (f"E{'-' if exponent < 0 else '+'}{abs(exponent):0{section.power}}" if section.power else "")


def _wide(exact: Decimal, decimals: int) -> Context:
    """With room for every digit: a float may have 309 of them left of the point."""
    return Context(prec=max(28, exact.adjusted() + decimals + 3))


def _spread(whole: str, section: _Section) -> str:
    """Digits over several runs of places, as in 000-0000, from the right."""
    text = ""
    for i in range(len(section.runs) - 1, 0, -1):
        size = len(section.runs[i])
        text = section.between[i - 1] + whole[-size:].rjust(size, "0") + text
        whole = whole[:-size]
    return whole + text


def date(moment: datetime, code: str) -> str:
    """The time as the format ``code`` shows it."""
    parts, halves = _date_plan(code)
    text = ""
    for part, minute, literal in parts:
        if not part:
            text += literal
        elif "/" in part:
            text += _half(moment, part)
        else:
            text += _date_part(moment, part, minute, halves)
    return text.strip()


@lru_cache(maxsize=512)
def _date_plan(code: str) -> tuple[tuple[tuple[str, bool, str], ...], bool]:
    """(part, whether it is minutes, literal text) of each token; and whether hours are of half a day."""
    first = _SECTION.match(code)
    tokens = list(_DATE_TOKEN.finditer(first[0] if first else code))
    named = [(match["part"] or match["bracket"] or "").lower() for match in tokens]
    plan = []
    for i, match in enumerate(tokens):
        if match["part"]:
            plan.append((named[i], _is_minute(named, i), ""))
        elif match["half"]:
            plan.append((match["half"], False, ""))
        elif match["bracket"] is None:
            plan.append(("", False, match["quoted"] or match["escaped"] or match["plain"] or ""))
    return tuple(plan), any(match["half"] for match in tokens)


def _half(moment: datetime, part: str) -> str:
    late = moment.hour >= _NOON
    return ("下午" if late else "上午") if "午" in part else "PM" if late else "AM"


@lru_cache(maxsize=512)
def shows_time(code: str) -> bool:
    """Whether a date format shows hours, minutes or seconds."""
    return any((match["part"] or "")[:1].lower() in {"h", "s"} for match in _DATE_TOKEN.finditer(code))


def _is_minute(parts: list[str], at: int) -> bool:
    """``m`` is minutes behind hours and in front of seconds, else months."""
    if not parts[at].startswith("m") or len(parts[at]) > 2:
        return False
    before = next((part for part in reversed(parts[:at]) if part), "")
    behind = next((part for part in parts[at + 1 :] if part), "")
    return before.startswith("h") or behind.startswith("s")


def _date_part(moment: datetime, part: str, minute: bool, halves: bool) -> str:
    kind, size = part[0], len(part)
    if kind in "ye":
        return f"{moment.year:04}" if size > 2 or kind == "e" else f"{moment.year % 100:02}"
    if kind == "m" and not minute:
        name = _MONTHS[moment.month - 1]
        return {1: str(moment.month), 2: f"{moment.month:02}", 3: name[:3], 5: name[:1]}.get(size, name)
    if kind == "d" and size > 2:
        return _DAYS[moment.weekday()][: 3 if size == 3 else None]
    if kind == "a":
        return ("星期" if size == 4 else "") + _DAYS_ZH[moment.weekday()]
    if kind == ".":
        return f"{moment.microsecond / 1e6:.{size - 1}f}"[1:]
    hour = (moment.hour % _NOON or _NOON) if halves else moment.hour
    value = {"m": moment.minute, "d": moment.day, "h": hour, "s": moment.second}[kind]
    return f"{value:02}" if size > 1 else str(value)
