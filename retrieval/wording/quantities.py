"""Numbers with their units, made comparable: 1,000 h = 1000 小时, −5 °C = -5℃.

In a table the unit may stand in the number's cell, in its column's head, in a cell of its own or in the row's label.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from retrieval.tags import find
from retrieval.wording.units import fits, plain, unit_at, unit_named

CELLS = " | "
_NUMBER = re.compile(
    r"(?<![\w.])-?\d{1,3}(?:[, \u00a0]\d{3})+(?:\.\d+)?(?!\d)|(?<![A-Za-z0-9_.^])-?\d+(?:[.,]\d+)?(?:\^-?\d+)?"
)
_LISTED = re.compile(  # "20 to 30 bar", "20/30 bar", "80, 90 and 100 °C": the unit behind the last is that of all
    r"\s*(?:\.{2,3}|…|[-–—~/±,、至到和或x×]|to|and|or|up to|\+/-)\s*$"
)
_LABELLED = re.compile(r"(?:[\[(（]([^\])）]*)[\])）]|\bin\s+(\S+)|单位\s*[:：]?\s*(\S+?))\s*(?:[:：=]|为|是)?\s*$")
_RATE = re.compile(r"(?:每|\bper |\ban? |\bevery )(?=(小时|分钟|天|hour|minute|day))")
_RATES = {"小时": "h", "hour": "h", "分钟": "min", "minute": "min", "天": "d", "day": "d"}


class Quantity(NamedTuple):
    """``number`` in canonical decimal form, ``unit`` in one spelling or '' where none follows it."""

    number: str
    unit: str


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text in order, those within tags, citation marks and list numbering left out."""
    return [quantity for quantity, _, _ in _found(_bare(text))]


@lru_cache(maxsize=2_000)
def held(text: str) -> Mapping[str, frozenset[str]]:
    """The numbers that an evidence's text holds, each with the units that it has there; none where no unit is given."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in _rows(text):
        for number, units in row:
            found[number] |= units
    return MappingProxyType({number: frozenset(units) for number, units in found.items()})


def missing(claimed: str, *evidence: str) -> list[str]:
    """The quantities of ``claimed`` that none of the ``evidence`` holds, as text.

    A number must stand in the evidence. A unit that is claimed must be its unit there: where the evidence gives the
    number none, the unit is not confirmed. What counts things ("4 bolts") is no unit.
    """
    merged: defaultdict[str, set[str]] = defaultdict(set)
    for text in evidence:
        for number, units in held(text).items():
            merged[number] |= units
    wrong = []
    for number, units in _spoken(_bare(claimed)):
        if number not in merged or (units and not any(agree(unit, merged[number]) for unit in units)):
            wrong.append(f"{number} {min(units, key=len, default='')}".strip())
    return wrong


def agree(unit: str, others: Iterable[str]) -> bool:
    """Whether a claimed unit is borne by one of the evidence's."""
    return any(fits(unit, other) for other in others)


def cell_units(row: list[str], column: int, head: list[str]) -> frozenset[str]:
    """The unit of a table's cell that gives none itself, from the nearest place that does: its column's head, the
    cell beside it that is a unit and nothing else, the row's other words."""
    title = head[column] if column < len(head) else ""
    if unit := unit_named(title):
        return frozenset({unit})
    alone = {place: unit for place, cell in enumerate(row) if (unit := _lone(cell))}
    after, before = [p for p in alone if p > column], [p for p in alone if p < column]
    numbers = [place for place, cell in enumerate(row) if quantities(cell)]
    behind = after and (max(alone) > max(numbers, default=0) or not before)  # units stand behind their numbers
    if behind or before:
        return frozenset({alone[min(after)] if behind else alone[max(before)]})
    labels = (unit_named(cell) for place, cell in enumerate(row) if place not in numbers)
    return frozenset([unit for unit in labels if unit][:1])


def cell_held(row: list[str], column: int, head: list[str]) -> dict[str, frozenset[str]]:
    """As ``held``, of one cell."""
    return dict(_cell(row, column, head, frozenset()))


def rows_of(lines: list[str]) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a table's lines; the head is empty where the first line already has numbers."""
    cells = [line.split(CELLS) for line in lines]
    has_head = len(cells) > 1 and not any(quantities(re.sub(r"[\[(（].*?[\])）]", "", cell)) for cell in cells[0])
    return (cells[0], cells[1:]) if has_head else ([], cells)


def _rows(text: str) -> Iterator[list[tuple[str, frozenset[str]]]]:
    """Line by line the numbers with their units; a table's lines follow each other, under what may be their title."""
    lines, title = text.splitlines(), ""
    while lines:
        block = [line for line, _ in zip(lines, _while_cells(lines), strict=False)]
        if not block:
            title = lines.pop(0)
            yield _spoken(_bare(title))
            continue
        del lines[: len(block)]
        head, rows = rows_of(block)
        common = frozenset({unit} if (unit := unit_named(title)) else ())
        for row in [head, *rows]:
            yield [found for column in range(len(row)) for found in _cell(row, column, head, common)]


def _while_cells(lines: list[str]) -> Iterator[None]:
    for line in lines:
        if CELLS not in line:
            return
        yield None


def _cell(row: list[str], column: int, head: list[str], common: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    found = _spoken(_bare(row[column]))
    if not found or any(units for _, units in found):
        return found
    units = cell_units(row, column, head) or common
    return [(number, units) for number, _ in found]


def _lone(cell: str) -> str:
    """The unit that a cell is, and nothing else."""
    text = plain(cell).strip().strip("[]()")
    unit = unit_at(text, 0) if text else None
    return unit.name if unit and unit.end == len(text) else ""


def _spoken(bare: str) -> list[tuple[str, frozenset[str]]]:
    """The numbers of running text with the units that they may have: behind them, behind the list that they stand in,
    in a label before them, and by the hour where the clause says so."""
    found: list[tuple[str, frozenset[str]]] = []
    later, begins = "", len(bare)
    for quantity, start, end in reversed(_found(bare)):
        unit = quantity.unit or (later if _LISTED.match(bare[end:begins]) else "")
        clause = re.split(r"[.;。；，\n]\s", bare[:start])[-1]
        label = _LABELLED.search(clause)
        unit = unit or (unit_named(next(filter(None, label.groups()), "")) if label else "")
        around = clause + re.split(r"[.;。；，\n](?:\s|$)", bare[end:])[0]
        rates = (
            {f"{unit}/{_RATES[match[1]]}" for match in _RATE.finditer(around)} if unit and "/" not in unit else set()
        )
        found.append((quantity.number, frozenset({unit, *rates} if unit else ())))
        later, begins = unit, start
    return found[::-1]


def _bare(text: str) -> str:
    """Without citation marks, tags and the numbers of lists."""
    bare = plain(re.sub(r"\[\d+\]", " ", text))
    for mention in reversed(find(bare)):
        bare = bare[: mention.start] + "_" + bare[mention.end :]
    return re.sub(r"(?m)^\s*\d{1,2}[.)、]\s", " ", bare)


def _found(bare: str) -> list[tuple[Quantity, int, int]]:
    """Each quantity, where its number begins, and where it ends with its unit."""
    found: list[tuple[Quantity, int, int]] = []
    for match in _NUMBER.finditer(bare):
        if found and match.start() < found[-1][2]:
            continue  # the power of a unit
        unit = unit_at(bare, match.end())
        if unit and unit.name == "year" and re.fullmatch(r"(?:19|20)\d\d", match[0]):
            unit = None  # 2025年 is a date
        found.append(
            (
                Quantity(_canonical(match[0]), unit.name if unit else ""),
                match.start(),
                unit.end if unit else match.end(),
            )
        )
    return found


def _canonical(raw: str) -> str:
    text = raw.replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    return text.rstrip("0").rstrip(".") if "." in text else text
