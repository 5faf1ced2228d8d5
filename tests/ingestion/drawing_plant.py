"""The demo plant's P&ID as primitives, and what the plant model says that it shows."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse
from drawing_kit import A1, Point, Poly, Primitive, Round, Words

from demo.pid import write_pid
from demo.plant import build
from retrieval.models import Item

Place = Callable[[Point], Point]


@cache
def primitives(seed: int) -> tuple[Primitive, ...]:
    """All that the demo sheet of a seed shows, in millimetres, y up."""
    with TemporaryDirectory() as folder:
        root = parse(write_pid(build(seed), Path(folder))).getroot()
    assert root is not None
    shapes = {(one.tag, one.get("ComponentName")): one for one in root.iterfind("ShapeCatalogue/*")}
    return tuple(_walk(root, shapes))


def _walk(element: Element, shapes: dict[tuple[str, str | None], Element]) -> Iterator[Primitive]:
    if element.tag == "ShapeCatalogue":
        return
    shape = shapes.get((element.tag, element.get("ComponentName")))
    if shape is not None:
        for part in shape:
            yield from _primitive(part, _placed(element))
    for child in element:
        yield from _primitive(child, lambda point: point)
        yield from _walk(child, shapes)


def _primitive(part: Element, at: Place) -> Iterator[Primitive]:
    look = part.find("Presentation")
    if part.tag in ("PolyLine", "CenterLine", "Shape"):
        points = tuple(at(_xy(one)) for one in part.findall("Coordinate"))
        dashed = look is not None and look.get("LineType") == "2"
        yield Poly(points, float(look.get("LineWeight", "0.3")) if look is not None else 0.3, dashed,
                   part.get("Filled") == "Solid")  # fmt: skip
    elif part.tag == "Circle":
        factor = math.dist(at((1, 0)), at((0, 0)))
        radius = factor * float(part.get("Radius", "0"))
        yield Round(at(_spot(part)), radius, filled=part.get("Filled") == "Solid")
    elif part.tag == "TrimmedCurve":
        circle = part.find("Circle")
        assert circle is not None
        centre, turned = _spot(circle), math.degrees(math.atan2(*reversed(_sub(at((1, 0)), at((0, 0))))))
        start, end = (float(part.get(name, "0")) for name in ("StartAngle", "EndAngle"))
        radius = float(circle.get("Radius", "0"))
        x, y = _sub(at((1, 0)), at((0, 0))), _sub(at((0, 1)), at((0, 0)))
        if math.isclose(x[0] * y[1] - x[1] * y[0], 1, rel_tol=1e-3) and math.isclose(math.hypot(*x), 1, rel_tol=1e-3):
            yield Round(at(centre), radius, start + turned, end + turned)
        else:  # drawn narrower: part of an ellipse
            turns = [math.radians(start + (end - start) * step / 16) for step in range(17)]
            yield Poly(tuple(at((centre[0] + radius * math.cos(t), centre[1] + radius * math.sin(t))) for t in turns),
                       0.35)  # fmt: skip
    elif part.tag == "Text" and part.get("String"):
        yield Words(part.get("String", ""), _spot(part), float(part.get("Height", "3")),
                    part.get("Justification", "CenterCenter"), float(part.get("TextAngle", "0")))  # fmt: skip


def _xy(one: Element | None) -> Point:
    return (float(one.get("X", "0")), float(one.get("Y", "0"))) if one is not None else (0.0, 0.0)


def _sub(a: Point, b: Point) -> Point:
    return a[0] - b[0], a[1] - b[1]


def _spot(part: Element) -> Point:
    return _xy(part.find("Position/Location"))


def _placed(element: Element) -> Place:
    x, y = _spot(element)
    cos, sin = _xy(element.find("Position/Reference"))
    scale = element.find("Scale")
    sx, sy = (float(scale.get(axis, "1")) if scale is not None else 1.0 for axis in "XY")
    axis = element.find("Position/Axis")
    if axis is not None and float(axis.get("Z", "1")) < 0:
        sy = -sy

    def place(point: Point) -> Point:
        u, v = point[0] * sx, point[1] * sy
        return round(x + u * cos - v * sin, 4), round(y + u * sin + v * cos, 4)

    return place


@dataclass(frozen=True)
class Expected:
    """What the model says that the sheet shows. Branches are called by their place, ``tee 450 350`` in millimetres."""

    tags: frozenset[str]
    process: dict[frozenset[str], tuple[str, str, str]]  # both ends -> source, target, line
    signals: frozenset[frozenset[str]]


def expected(seed: int) -> Expected:
    """Connections between what the sheet names, instrument taps being branches, from the model and its layout."""
    from demo.pid_layout import BUBBLES, CONTROL, PLACE, anchor, corners

    plant = build(seed)
    tags = {part.key: part.tag for part in plant.parts if part.role != "tee"}
    taps = {one.key: BUBBLES[one.key][1][0] for one in plant.instruments if one.key in BUBBLES}
    process: dict[frozenset[str], tuple[str, str, str]] = {}
    signals: set[frozenset[str]] = set()
    at: dict[str, str] = {}  # instrument -> what its line comes from
    for pipe in plant.pipes:
        chain: list[str] = []
        for index, (a, b) in enumerate(pairwise(pipe.keys)):
            points = [anchor(a, b), *corners(pipe, index), anchor(b, a)]
            on = sorted((spot, key) for key, tap in taps.items() if (spot := _on(tap, points)) is not None)
            at |= {key: _tee(taps[key]) for _, key in on}
            chain += [a if a in tags else _tee(PLACE[a]), *(_tee(taps[key]) for _, key in on)]
        last = pipe.keys[-1]
        chain.append(last if last in tags else _tee(PLACE[last]))
        chain = [tags.get(key, key) for key in chain]
        for a, b in pairwise(chain):
            process[frozenset((a, b))] = (a, b, pipe.line)
    for one in plant.instruments:
        signals.add(frozenset((one.tag, at.get(one.key) or plant.tag(one.asset))))
        if one.key in CONTROL:
            signals.add(frozenset((one.tag, plant.tag(CONTROL[one.key][0]))))
    return Expected(frozenset([*tags.values(), *(one.tag for one in plant.instruments)]), process, frozenset(signals))


def _tee(place: Point) -> str:
    return f"tee {place[0]:.0f} {place[1]:.0f}"


def _on(point: Point, path: list[Point]) -> float | None:
    """How far along an orthogonal path a point of it is; None off it or at its ends."""
    done = 0.0
    for a, b in pairwise(path):
        size = math.dist(a, b)
        if abs(math.dist(a, point) + math.dist(point, b) - size) < 1e-6 and point not in (path[0], path[-1]):
            return done + math.dist(a, point)
        done += size
    return None


def places(items: Sequence[Item], low: Point = (0.0, 0.0), high: Point = A1) -> dict[str, str]:
    """What ``Expected`` calls each item that was read. ``low`` and ``high`` are the corners of the sheet as read."""
    found = {}
    for item in items:
        x = low[0] + item.position[0] * (high[0] - low[0])
        y = high[1] - item.position[1] * (high[1] - low[1])
        found[item.tag] = _tee((x, y)) if item.item_class == "PipeTee" else item.tag
    return found
