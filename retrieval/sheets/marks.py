"""Plain marks for items whose symbol a file does not carry, and a whole schematic where it carries no graphics."""

import math
from collections.abc import Callable, Mapping

from PIL import Image, ImageDraw

from retrieval.models import Connection, Item
from retrieval.pid_words import shown
from retrieval.proteus.sheet import Point
from retrieval.sheets.ink import dashes, font

_INK, _GREY, _BLUE = (20, 20, 20), (110, 110, 110), (0, 60, 170)
_VALVES = ("block_valve", "control_valve", "check_valve", "relief_valve")
_DOTS = ("PipeTee", "PropertyBreak", "PipeCoupling", "Flange", "FlangedConnection")


class Marks:
    """Draws on an image; ``size`` is half a mark's width in pixels, ``at`` says where an item goes."""

    def __init__(self, image: Image.Image, size: float, at: Callable[[Item], Point]) -> None:
        self.draw, self.size, self.at = ImageDraw.Draw(image), size, at
        self.width, self.height = image.size
        self.stroke = max(2, round(size / 7))
        self.taken: list[tuple[float, float, float, float]] = []  # boxes that hold words

    def item(self, item: Item, *, label: bool = True) -> None:
        x, y = self.at(item)
        r = self.size
        if item.role == "nozzle":
            r /= 3
            self.draw.rectangle(
                (x - r, y - r, x + r, y + r), fill="white", outline=_GREY, width=max(1, self.stroke // 2)
            )
            return
        if item.role == "equipment":
            self.draw.rounded_rectangle(
                (x - 1.4 * r, y - r, x + 1.4 * r, y + r), r / 3, fill="white", outline=_INK, width=self.stroke
            )
        elif item.role in _VALVES or "valve" in item.item_class.lower():
            self._valve(item, x, y)
        elif item.role == "instrument":
            self.draw.ellipse((x - r, y - r, x + r, y + r), fill="white", outline=_BLUE, width=self.stroke)
        elif item.role == "off_page":
            shape = [(x - 1.3 * r, y - r / 2), (x + r / 2, y - r / 2), (x + 1.3 * r, y), (x + r / 2, y + r / 2)]
            shape.append((x - 1.3 * r, y + r / 2))
            self.draw.polygon(shape, fill="white", outline=_INK, width=self.stroke)
        elif item.item_class in _DOTS:
            self.draw.ellipse((x - r / 4, y - r / 4, x + r / 4, y + r / 4), fill=_INK)
            return
        else:
            shape = [(x, y - 0.7 * r), (x + 0.7 * r, y), (x, y + 0.7 * r), (x - 0.7 * r, y)]
            self.draw.polygon(shape, fill="white", outline=_INK, width=self.stroke)
        if label:
            self.words(_name(item), x, y, 1.15 * r)

    def _valve(self, item: Item, x: float, y: float) -> None:
        r = 0.9 * self.size
        for side in (-1, 1):
            full = item.role == "check_valve" and side < 0
            self.draw.polygon(
                [(x, y), (x + side * r, y - 0.6 * r), (x + side * r, y + 0.6 * r)],
                fill=_INK if full else "white",
                outline=_INK,
                width=self.stroke,
            )
        if item.role == "control_valve":
            self.draw.line((x, y, x, y - r), fill=_INK, width=self.stroke)
            self.draw.pieslice((x - r / 2, y - 1.4 * r, x + r / 2, y - 0.4 * r), 180, 360, fill="white", outline=_INK)
        elif item.role == "relief_valve":
            self.draw.line((x, y, x, y - r, x + r / 2, y - 1.2 * r), fill=_INK, width=self.stroke)

    def words(self, text: str, x: float, y: float, off: float, colour: tuple[int, int, int] = _INK) -> None:
        """Words below a point, above or further off where others stand already."""
        face = font(max(8, round(1.05 * self.size)))
        left, top, right, bottom = face.getbbox(text)
        wide, high = right - left, bottom - top
        x = min(max(x, wide / 2 + 4), self.width - wide / 2 - 4)
        for step in range(8):
            shift = off + (step // 2) * 1.2 * high
            middle = y + shift + high / 2 if step % 2 == 0 else y - shift - high / 2
            box = (x - wide / 2, middle - high / 2, x + wide / 2, middle + high / 2)
            if not any(_overlap(box, other) for other in self.taken):
                break
        self.taken.append(box)
        where = (box[0] - left, box[1] - top)
        self.draw.text(where, text, fill=colour, font=face, stroke_width=self.stroke, stroke_fill="white")

    def connection(self, a: Point, b: Point, one: Connection) -> None:
        """A line from a to b with an arrow in the middle of a pipe whose direction is known."""
        if one.kind == "signal":
            for part in dashes([a, b], [self.size / 2, self.size / 2]):
                self.draw.line(part, fill=_BLUE, width=max(1, self.stroke // 2))
            return
        self.draw.line([a, b], fill=_GREY if one.inferred else _INK, width=self.stroke)
        length = math.dist(a, b)
        if one.kind == "process" and one.directed and length > 3 * self.size:
            dx, dy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
            x, y, r = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, self.size / 2
            tip = [(x + r * dx, y + r * dy), (x - r * dx - r * dy, y - r * dy + r * dx)]
            tip.append((x - r * dx + r * dy, y - r * dy - r * dx))
            self.draw.polygon(tip, fill=_INK)


def schematic(marks: Marks, items: Mapping[str, Item], connections: tuple[Connection, ...], title: str) -> None:
    """All items and what joins them, each line number once, under a title that says what this is."""
    face = font(max(10, round(1.3 * marks.size)))
    marks.draw.text((2 * marks.size, marks.size), title, fill=_INK, font=face)
    marks.taken.append((0, 0, marks.width, 3 * marks.size))
    named: set[str] = set()
    lines: list[tuple[str, float, float]] = []
    for one in connections:
        ends = [items.get(one.source), items.get(one.target)]
        if one.kind == "mechanical" or ends[0] is None or ends[1] is None:
            continue
        a, b = marks.at(ends[0]), marks.at(ends[1])
        marks.connection(a, b, one)
        if one.line and one.line not in named:
            named.add(one.line)
            lines.append((one.line, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2))
    shown_items = [item for item in items.values() if item.role != "nozzle"]
    for item in shown_items:
        marks.item(item, label=False)
        (x, y), r = marks.at(item), marks.size
        marks.taken.append((x - r, y - 0.7 * r, x + r, y + 0.7 * r))
    for item in shown_items:
        if item.item_class not in _DOTS:
            plain = ":" not in item.tag
            marks.words(_name(item), *marks.at(item), 1.15 * marks.size, _INK if plain else _GREY)
    for line, x, y in lines:
        marks.words(line, x, y, 0.4 * marks.size, _GREY)


def _name(item: Item) -> str:
    """What stands beside a mark; of a thing without a tag, its ID."""
    if item.item_class == "UnconnectedEnd":
        return "open end 未连接"
    return shown(item.tag).removesuffix(" (no tag)")


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
