"""Units of measure as plants write them, in both languages: one spelling for each, and what it measures."""

import csv
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from retrieval.tags import fold

_PER = {"strokes": "stroke", "stroke": "stroke", "次": "stroke", "rev": "rev", "转": "rev", "分": "min", "时": "h"}
_PER |= {"日": "d", "秒": "s"}
_FLOW = re.compile(r"(?:[µmcd]?L|m³|Nm³|gal|[mk]?g|t|lb)/(?:s|min|h|d)")
_JOIN = r"(?:\s?/\s?|\s+per\s+|\s?每)"
_FILLER = (
    r"(?:[\s-]*(?:operating|running|service|working|calendar|full|whole|more)(?=[\s-])|\s*(?:运行|工作|整))?[\s-]{0,2}"
)
_WORD_OR_CHARACTER = re.compile(r"(?<![A-Za-z])[A-Za-zµ°]+|[\u4e00-\u9fff]")
_POWERS = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


class Unit(NamedTuple):
    """``name`` in one spelling; ``end`` where it ends in the text."""

    name: str
    end: int


def plain(text: str) -> str:
    """NFKC, with powers kept apart: ``m³`` becomes ``m^3``, ``10³`` is not 103."""
    return fold(_POWERS.sub(lambda match: "^" + match[0].translate(_DIGITS), text)).replace("\u2212", "-")


def unit_at(text: str, start: int) -> Unit | None:
    """The unit that begins at ``start`` of a ``plain`` text, words like "operating" and blanks before it skipped."""
    match = _pattern().match(text, start)
    if match is None:
        return None
    name = _name(match["unit"])
    for part in re.split(_JOIN, match["per"])[1:]:
        name += "/" + (_PER.get(part) or _name(part))
    return Unit(_assembled(name), match.end())


def unit_named(text: str) -> str:
    """The unit that a head or a label names: "Torque [Nm]", "压力 (bar)", "Torque, Nm", "扭矩/N·m", "in mm"; or ''."""
    folded = plain(text).strip()
    for part in (folded, *reversed(re.findall(r"[\[(（【]([^\])）】]*)[\])）】]", folded)), *_NAMED.findall(folded)):
        inner = re.sub(r"^(?:(?:in|unit)\b|单位)[:：\s]*", "", part.strip(), flags=re.I)
        unit = unit_at(inner, 0)
        if inner and unit and unit.end == len(inner):
            return unit.name
    return ""


_NAMED = re.compile(r"(?:\bin\s+|[,，/:：]\s*|单位\s*|\s(?=\S\S))([^\s,，:：]+)$")


def units_in(text: str) -> frozenset[str]:
    """The units that a text names, with a number or without: "how many hours", 多少牛米. Single letters are none."""
    folded, found, end = plain(text), set[str](), 0
    for match in _WORD_OR_CHARACTER.finditer(folded):
        unit = unit_at(folded, match.start()) if match.start() >= end else None
        if unit and unit.end - match.start() > 1:
            found.add(unit.name)
            end = unit.end
    return frozenset(found)


def fits(claimed: str, held: str) -> bool:
    """Whether evidence in ``held`` bears a claim in ``claimed``: the same unit, or the claim's says less."""
    if claimed == held:
        return True
    less = claimed in ("degree", "度") and held in ("degree", "度", "°C", "°F")
    return less or (claimed == "°C" and held == "度")


def measured(unit: str) -> str:
    """What a unit measures, as a concept of the term list: ``=temperature`` for °C; '' where it may be anything."""
    if _FLOW.fullmatch(unit):
        return "=flow"
    return _table()[1].get(unit, "")


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """Units by spelling, and what they measure by unit.

    Case counts: mPa is no MPa. Gauge pressure says nothing that the plain unit doesn't; absolute is a unit of its own.
    """
    names: dict[str, str] = {}
    measures: dict[str, str] = {}
    text = files("retrieval.wording").joinpath("units.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for spelling in (row["unit"], *filter(None, row["spellings"].split(";"))):
            names.setdefault(plain(spelling), _shown(row["unit"]))
        if row["measures"]:
            measures[_shown(row["unit"])] = "=" + row["measures"]
    names["度"] = "度"  # in Chinese mostly of temperature
    return names, measures


def spellings() -> dict[str, str]:
    """Units by each of their spellings, those with a slash between units left out."""
    return _table()[0]


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_table()[0], key=len, reverse=True)
    unit = "|".join(_spelled(name) for name in names)
    other = "|".join(_spelled(name) for name in sorted({*names, *_PER}, key=len, reverse=True))
    return re.compile(rf"{_FILLER}(?P<unit>{unit})(?P<per>(?:{_JOIN}(?:{other}))*)")


def _spelled(name: str) -> str:
    """A spelling as a pattern: powers in any writing, and no longer word or hyphened one ("2 V-belts") begins so."""
    found = re.escape(name).replace(r"\^", r"\^?")
    if name in ("m", "cm", "mm", "dm", "km", "inch", "ft", "in"):
        found += r"(?:\^?[23](?!\d))?"
    if name[-1].isascii() and name[-1].isalpha():
        found += r"(?![A-Za-z])" + (r"(?!-[A-Za-z])" if len(name) == 1 else "")
    if name == "安":
        found += "(?![装全置排])"
    return found


def _name(spelling: str) -> str:
    names = _table()[0]
    if spelling in names:
        return names[spelling]
    power = re.sub(r"(?<=[a-zA-Z])\^?(-?\d)(?=$|/)", r"^\1", spelling)
    return names.get(power, _shown(power))


def _assembled(name: str) -> str:
    return _table()[0].get(name.replace("²", "^2").replace("³", "^3"), name)


def _shown(name: str) -> str:
    return name.replace("^2", "²").replace("^3", "³").replace("^-1", "⁻¹").replace("\u03bc", "µ")
