"""Numbers with their units, made comparable: 1,000 h = 1000 小时, −5 °C = -5℃."""

import re
from typing import NamedTuple

from retrieval.tags import find, fold

_NUMBER = re.compile(
    r"(?<![\w.])[-\u2212]?\d{1,3}(?:[, \u00a0]\d{3})+(?:\.\d+)?(?!\d)|(?<![A-Za-z0-9_.])[-\u2212]?\d+(?:[.,]\d+)?"
)
_UNIT = re.compile(
    r"\s*(%|°\s*[CF]|℃|mm/s|m³/h|m3/h|L/h|l/h|1/min|rpm|r/min|min⁻¹|N·?m|kPa|MPa|mbar|bar|kW|kg|kV|V|A|Hz|µS/cm|"
    r"mm|cm|ml|mL|litres?|liters?|L|hours?|hrs?|h|minutes?|min|days?|months?|weeks?|years?|m|小时|分钟|毫升|升|天|个月|"
    r"周|年|毫米|米|转/分|千瓦|安|次/分)(?![A-Za-z])"
)
_SAME = {
    "℃": "°c",
    "m3/h": "m³/h",
    "r/min": "rpm",
    "min⁻¹": "rpm",
    "转/分": "rpm",
    "n·m": "nm",
    "litre": "l",
    "litres": "l",
    "liter": "l",
    "liters": "l",
    "升": "l",
    "毫升": "ml",
    "hour": "h",
    "hours": "h",
    "hr": "h",
    "hrs": "h",
    "小时": "h",
    "minute": "min",
    "minutes": "min",
    "分钟": "min",
    "day": "d",
    "days": "d",
    "天": "d",
    "month": "month",
    "months": "month",
    "个月": "month",
    "week": "week",
    "weeks": "week",
    "周": "week",
    "year": "a",
    "years": "a",
    "年": "a",
    "毫米": "mm",
    "米": "m",
    "千瓦": "kw",
    "安": "a",
    "次/分": "1/min",
}


class Quantity(NamedTuple):
    """``number`` in canonical decimal form, ``unit`` in one spelling or '' where none follows it."""

    number: str
    unit: str


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text in order, those within tags, citation marks and list numbering left out."""
    plain = re.sub(r"\[\d+\]", " ", text).replace("³", "\0").replace("⁻¹", "\1")
    plain = fold(plain).replace("\0", "³").replace("\1", "⁻¹")
    for mention in reversed(find(plain)):
        plain = plain[: mention.start] + "_" + plain[mention.end :]
    plain = re.sub(r"(?m)^\s*\d{1,2}[.)、]\s", " ", plain)
    found = []
    for match in _NUMBER.finditer(plain):
        unit = _UNIT.match(plain, match.end())
        found.append(Quantity(_canonical(match[0]), _unit(unit[1]) if unit else ""))
    return found


def missing(claimed: str, evidence: str) -> list[str]:
    """The quantities of ``claimed`` that ``evidence`` does not hold, as text.

    A number must stand in the evidence; where both give it a unit, one of the evidence's must be the same.
    """
    held: dict[str, set[str]] = {}
    for quantity in quantities(evidence):
        held.setdefault(quantity.number, set()).add(quantity.unit)
    wrong = []
    for number, unit in quantities(claimed):
        units = held.get(number)
        if units is None or (unit and "" not in units and unit not in units):
            wrong.append(f"{number} {unit}".strip())
    return wrong


def _canonical(raw: str) -> str:
    text = raw.replace("\u2212", "-").replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unit(raw: str) -> str:
    unit = raw.replace(" ", "").lower()
    return _SAME.get(unit, unit)
