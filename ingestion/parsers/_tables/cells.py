"""What printed cells say: numbers, dates, yes and no. A column is of a type only where every cell of it is."""

import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from ingestion.parsers._tables.dates import moment, orders
from retrieval.models import Cell

Style = Literal["point", "comma"]  # of the decimals; the other groups thousands
Kind = Literal["text", "number", "date", "boolean"]

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}  # full-width forms
_SPACES = " \u00a0\u2007\u2009\u202f"
_MINUS = "\u2212\u2013-"  # the hyphen last: in a character class it would make a range
_NOTHING = frozenset(
    {"", "-", "\u2013", "\u2014", "\u2212", "--", "\u2014\u2014", "n/a", "N/A"}
)  # marks of an empty cell
_CURRENCIES = "€$¥£￥"
_MARKED = re.compile(
    rf"(?P<before>[{_CURRENCIES}])?[{_SPACES}]?(?P<number>[^A-Za-z{_CURRENCIES}%‰元]+?(?:[eE][+{_MINUS}]?\d+)?)"
    rf"[{_SPACES}]?(?P<after>[{_CURRENCIES}%‰]|元)?"
)


def _pattern(group: str, decimal: str) -> re.Pattern[str]:
    """No leading zeros, groups of three by one separator; an exponent has a sign or decimals before it."""
    whole = rf"[1-9]\d{{0,2}}(?P<sep>{group})\d{{3}}(?:(?P=sep)\d{{3}})*|0|[1-9]\d*"
    return re.compile(
        rf"(?P<sign>[+{_MINUS}])?(?:(?P<whole>{whole})(?:{decimal}(?P<part>\d+))?|{decimal}(?P<bare>\d+))"
        rf"(?:[eE](?P<power>[+{_MINUS}]?\d{{1,3}}))?"
    )


_NUMBERS: dict[Style, re.Pattern[str]] = {
    "point": _pattern(rf"[,'’{_SPACES}]", r"\."),
    "comma": _pattern(rf"[.'’{_SPACES}]", ","),
}
_SHARES = frozenset("%‰")
_TRUE = frozenset({"yes", "true", "ja", "wahr", "是", "✓", "✔", "√", "☑"})
_FALSE = frozenset({"no", "false", "nein", "falsch", "否", "✗", "✘", "×", "☐"})


class Typed(NamedTuple):
    """A column's type, its cells in order, and the unit that the cells themselves bear (%, €)."""

    kind: Kind
    cells: list[Cell]
    unit: str = ""


def plain(text: str) -> str:
    """Full-width forms as plain ones, without space around. Keeps superscripts: 5² is no 52."""
    return text.strip() if text.isascii() else text.translate(_WIDE).strip()


def number(text: str, style: Style) -> float | None:
    """The number that ``text`` is, exactly; None where it is none or has more digits than a float keeps."""
    match = _NUMBERS[style].fullmatch(text)
    if match is None or (match["power"] and match["power"].isdecimal() and not (match["part"] or match["bare"])):
        return None  # 12E5 is a code
    sign = "-" if match["sign"] and match["sign"] in _MINUS else ""
    whole = re.sub(r"\D", "", match["whole"] or "0")
    power = (match["power"] or "0").replace("\u2212", "-").replace("\u2013", "-")
    written = f"{sign}{whole}.{match['part'] or match['bare'] or '0'}e{power}"
    value = float(written)
    return value if math.isfinite(value) and _is_exact(value, written) else None


def _is_exact(value: float, written: str) -> bool:
    try:
        return len(written) <= 15 or Decimal(repr(value)) == Decimal(written)
    except InvalidOperation:
        return False


def shown(cell: Cell) -> str:
    """A typed cell as text, where the page has no other."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return cell
    return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)


def styles(columns: Sequence[Sequence[str]]) -> Style | None:
    """The decimals of a whole table, where a column leaves no doubt."""
    sure = {fits[0] for column in columns if len(fits := _fitting(list(_said(column)))) == 1}
    return next(iter(sure)) if len(sure) == 1 else None


def typed(column: Sequence[str], *, unit: str = "", style: Style | None = None, code: bool = False) -> Typed:
    """A column of printed cells. ``style`` settles what 1,250 is where the column itself doesn't; ``code``: the
    column holds numbers of parts or orders, which are text even where they are digits alone."""
    cells = [plain(cell) for cell in column]
    said = list(_said(cells))
    if not said:
        return Typed("text", [None] * len(column))
    found = None if code else _booleans(cells, said) or _numbers(cells, said, unit, style)
    found = found or _dates(cells, said)
    return found or Typed("text", [cell if cell.strip() else None for cell in column])


def _said(column: Sequence[str]) -> Iterator[str]:
    return (cell for raw in column if (cell := plain(raw)) not in _NOTHING)


def _booleans(cells: Sequence[str], said: Sequence[str]) -> Typed | None:
    if any(cell.lower() not in _TRUE and cell.lower() not in _FALSE for cell in said):
        return None
    if "NO" in said and not any(cell.lower() in _TRUE for cell in said):
        return None  # normally open
    return Typed("boolean", [None if cell in _NOTHING else cell.lower() in _TRUE for cell in cells])


def _fitting(said: Sequence[str]) -> list[Style]:
    """The styles in which every cell is a number."""
    bare = [_bare(cell)[0] for cell in said]
    return [style for style in _NUMBERS if bare and all(number(cell, style) is not None for cell in bare)]


def _bare(cell: str) -> tuple[str, str]:
    """The number without its currency or per cent sign, and that sign."""
    match = _MARKED.fullmatch(cell)
    if match is None or (match["before"] and match["after"]):
        return cell, ""
    return match["number"], match["before"] or match["after"] or ""


def _numbers(cells: Sequence[str], said: Sequence[str], unit: str, style: Style | None) -> Typed | None:
    if not any(character.isdecimal() for character in said[0]):
        return None
    marks = {_bare(cell)[1] for cell in said}
    if len(marks) > 1 and not (unit and marks <= {"", unit}):  # 5 % beside 5 without it
        return None
    if unit and unit not in _SHARES and marks & _SHARES:  # 5 % in a column of bar
        return None
    fits = _fitting(said)
    if not fits:
        return None
    chosen = style if style in fits else fits[0]
    values: list[Cell] = [None if cell in _NOTHING else number(_bare(cell)[0], chosen) for cell in cells]
    return Typed("number", values, max(marks))


def _dates(cells: Sequence[str], said: Sequence[str]) -> Typed | None:
    if not any(character.isdecimal() for character in said[0]):
        return None
    if any(cell.isdecimal() for cell in said):
        return None
    fits = orders(said)
    found = {cell: moment(cell, fits[0] if len(fits) == 1 else None) for cell in set(said)}
    if any(one is None for one in found.values()):
        return None
    return Typed("date", [one.iso() if (one := found.get(cell)) else None for cell in cells])
