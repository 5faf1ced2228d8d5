"""Which tag names which symbol: the one inside it or right beside it, and only where no other could be meant."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingestion.parsers._drawing.canvas import Canvas, Symbol
from ingestion.parsers._drawing.labels import Label, Labels
from ingestion.parsers._drawing.model import Box, Near, Point, area, gap, grown, holds, inside, to_path
from ingestion.parsers._drawing.tags import letters_of, meaning, state

_BESIDE_VALVE, _BESIDE_BODY, _BESIDE_END = 3.0, 5.0, 5.0  # tag heights
_CLEARLY = 1.15  # how much farther the next best must be


@dataclass(frozen=True, slots=True)
class Pair:
    far: float
    label: Label
    symbol: Symbol


def name_symbols(canvas: Canvas, labels: Labels, joined: set[int], place: Callable[[Point], str]) -> list[str]:
    """Give tags to symbols. ``joined`` holds the ids of symbols that lines lead to. Returns a warning for every tag
    that two symbols could bear."""
    unit = canvas.unit
    warnings: list[str] = []
    free = [label for label in labels.tags if not label.used]
    index = Near([symbol.box for symbol in canvas.symbols], 8 * unit)
    pairs = [
        Pair(far, label, symbol)
        for label in free
        for symbol in (canvas.symbols[number] for number in index.at(grown(label.box, _BESIDE_BODY * unit)))
        if not symbol.tag and (far := _fit(label, symbol, unit, id(symbol) in joined)) is not None
    ]
    warnings += _settle(pairs, unit, place)
    for text in labels.states:
        valves = [(gap(text.box, one.box), one) for one in canvas.symbols if one.kind == "valve"]
        far, valve = min(valves, key=lambda one: one[0], default=(math.inf, None))
        if valve is not None and far <= 2 * unit:
            valve.normally = state(text.text)
        else:
            labels.rest.append(text)
    return warnings


def _settle(pairs: list[Pair], unit: float, place: Callable[[Point], str]) -> list[str]:
    """Pairs that are each other's nearest first; what is then left has fewer to choose from."""
    warnings = []
    while pairs:
        best = min(pairs, key=lambda one: one.far)
        label, symbol = best.label, best.symbol
        limit = max(best.far, 0.0) * _CLEARLY + 0.1 * unit
        rivals = [
            one
            for one in pairs
            if one is not best and one.far <= limit and (one.label is label) != (one.symbol is symbol)
            and not _better(one, best, pairs)
        ]  # fmt: skip
        label.used = True
        if best.far >= 0 and rivals:
            what = "two symbols" if any(one.label is label for one in rivals) else "a symbol beside two tags"
            warnings.append(f"{label.tag} {place(label.at)}: stands by {what}; which it names is not clear")
            others = {id(one.label) for one in rivals if one.symbol is symbol}
            pairs = [one for one in pairs if one.label is not label and id(one.label) not in others]
            continue
        symbol.tag, symbol.label = label.tag, label
        pairs = [one for one in pairs if one.label is not label and one.symbol is not symbol]
    return warnings


def _better(rival: Pair, best: Pair, pairs: Sequence[Pair]) -> bool:
    """Whether a rival's other party has a clearly nearer partner of its own."""
    if rival.label is best.label:
        others = [one.far for one in pairs if one.symbol is rival.symbol and one.label is not best.label]
    else:
        others = [one.far for one in pairs if one.label is rival.label and one.symbol is not best.symbol]
    return any(far * _CLEARLY < rival.far for far in others)


def _fit(label: Label, symbol: Symbol, unit: float, joined: bool) -> float | None:
    """How far a tag is from a symbol that it may name, -1 within it; None where it can't be its name."""
    role, at = meaning(label.tag).role, label.at
    side = max(symbol.box[2] - symbol.box[0], symbol.box[3] - symbol.box[1])
    if gap(label.box, symbol.box) > _BESIDE_BODY * unit:
        return None
    if symbol.kind == "connector":
        return -1 + area(symbol.box) * 1e-12 if inside(at, symbol.box) else None
    far = _far(label.box, symbol)
    if symbol.kind == "valve":
        fits = role.endswith("valve") or (role == "other") or letters_of(label.tag) in ("V", "VA")
        return far if fits and far <= _BESIDE_VALVE * unit else None
    if symbol.kind != "body" or role == "instrument":
        return None
    roomy = min(symbol.box[2] - symbol.box[0], symbol.box[3] - symbol.box[1]) >= 3 * label.text.height
    if inside(at, symbol.box) and holds(symbol.box, label.box) and (joined or roomy):
        return -1 + 1e-9 * area(symbol.box) / (unit * unit)
    if not joined:
        return None  # a box that nothing leads to: a table, a legend
    if role.endswith("valve"):
        return far if side <= 5 * unit and far <= _BESIDE_VALVE * unit else None
    return far if far <= _BESIDE_BODY * unit else None


def _far(box: Box, symbol: Symbol) -> float:
    """How far a text is from a symbol's outline; a valve is as near as its box."""
    if symbol.kind == "valve":
        return gap(box, symbol.box)
    x0, y0, x1, y1 = box
    across, down = ((x0 + x1) / 2, (y0 + y1) / 2)
    spots = [(x, y) for x in (x0, across, x1) for y in (y0, down, y1)]
    near = min(to_path(spot, path) for path in symbol.paths for spot in spots)
    return min(near, *(gap(box, (*point, *point)) for path in symbol.paths for point in path))


def name_ends(labels: Labels, ends: Sequence[Point], unit: float) -> dict[Point, Label]:
    """Tags that are left beside lines that end at nothing: vents, funnels and connectors that are mere words."""
    found: dict[Point, Label] = {}
    free = [label for label in labels.tags if not label.used and meaning(label.tag).role in ("equipment", "off_page")]
    for label in free:
        near = sorted((gap(label.box, (*end, *end)), end) for end in ends)
        near = [one for one in near if one[0] <= _BESIDE_END * unit]
        if not near or (len(near) > 1 and near[1][0] <= _CLEARLY * near[0][0] + 0.5 * unit):
            continue
        end = near[0][1]
        rivals = [gap(other.box, (*end, *end)) for other in free if other is not label]
        if min(rivals, default=math.inf) > _CLEARLY * near[0][0]:
            found[end] = label
            label.used = True
    return found
