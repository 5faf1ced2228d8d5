"""What drawing a sheet needs beside Pillow: transforms, dashes, curves, colours and a font with Chinese."""

import math
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element

from PIL import ImageFont

from retrieval.proteus.sheet import Point, number_of, xy

FAR = 60_000.0  # pixels; what lies further out is pulled in, so that a wild coordinate costs no time
_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "NotoSansCJKsc-Regular.otf",
    "wqy-zenhei.ttc",
    "msyh.ttc",
    "PingFang.ttc",
    "DejaVuSans.ttf",
)


class Affine(NamedTuple):
    """(x, y) -> (a x + b y + e, c x + d y + f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __call__(self, x: float, y: float) -> Point:
        return self.a * x + self.b * y + self.e, self.c * x + self.d * y + self.f

    def of(self, inner: "Affine") -> "Affine":
        """``self`` after ``inner``."""
        a, b, c, d, e, f = inner
        x, y = self(e, f)
        return Affine(
            self.a * a + self.b * c, self.a * b + self.b * d, self.c * a + self.d * c, self.c * b + self.d * d, x, y
        )


def placement(element: Element) -> Affine:
    """Where a catalogue shape goes: scaled, mirrored where the axis points down, turned to the reference, moved."""
    spot, turned, axis = (element.find(f"Position/{name}") for name in ("Location", "Reference", "Axis"))
    angle = math.atan2(number_of(turned, "Y"), number_of(turned, "X", 1))
    size = element.find("Scale")
    sx, sy = number_of(size, "X", 1), number_of(size, "Y", 1)
    if number_of(axis, "Z", 1) < 0:
        sy = -sy
    x, y = xy(spot) if spot is not None else (0.0, 0.0)
    cos, sin = math.cos(angle), math.sin(angle)
    return Affine(cos * sx, -sin * sy, sin * sx, cos * sy, x, y)


def curve(part: Element, at: Affine, start: float, end: float) -> list[Point]:
    """An arc from ``start`` counter-clockwise to ``end`` degrees, as points two degrees to five degrees apart."""
    rx = number_of(part, "Radius") or number_of(part, "PrimaryAxis")
    ry = number_of(part, "Radius") or number_of(part, "SecondaryAxis")
    inside = at.of(placement(part))
    start, end = start % 360, end % 360
    sweep = end - start if end > start else end - start + 360
    steps = max(8, math.ceil(sweep / 4))
    turns = [math.radians(start + sweep * step / steps) for step in range(steps + 1)]
    return [inside(rx * math.cos(turn), ry * math.sin(turn)) for turn in turns]


def dashes(points: list[Point], pattern: list[float]) -> list[list[Point]]:
    if not pattern:
        return [points]
    out: list[list[Point]] = []
    index, left = 0, pattern[0]
    for (x0, y0), (x1, y1) in pairwise(points):
        length, done = math.hypot(x1 - x0, y1 - y0), 0.0
        while done < length:
            step = min(left, length - done)
            if index % 2 == 0:
                ends = [(done + part) / length for part in (0.0, step)]
                out.append([(x0 + (x1 - x0) * end, y0 + (y1 - y0) * end) for end in ends])
            done, left = done + step, left - step
            if left <= 0:
                index = (index + 1) % len(pattern)
                left = pattern[index]
    return out


def near(value: float) -> float:
    return min(max(value, -FAR), FAR)


def colour(look: Element | None) -> tuple[int, int, int]:
    """Proteus colours are fractions; some exporters write 0 to 255."""
    parts = [number_of(look, name) for name in "RGB"]
    parts = [part / 255 for part in parts] if max(parts) > 1 else parts
    red, green, blue = (round(255 * min(max(part, 0.0), 1.0)) for part in parts)
    return red, green, blue


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with Chinese where the system has one; Pillow finds it by file name in the usual font folders."""
    for name in _FONTS:
        try:
            # Face 2 of Noto's collection is the simplified Chinese one.
            return ImageFont.truetype(name, size, index=2 if name == "NotoSansCJK-Regular.ttc" else 0)
        except OSError:
            continue
    return ImageFont.load_default(size)
