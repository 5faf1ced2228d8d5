"""P&ID sheets as pictures: draws the geometry that a Proteus XML file itself holds, and rings the tags asked for."""

import math
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from PIL import Image, ImageDraw, ImageFont

from retrieval.errors import BadDocument
from retrieval.proteus import Point, Sheet, load, number_of, place, tags, walk, xy
from retrieval.tags import normalise

MAX_WIDTH = 6000
_RING = (220, 30, 60)
_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "NotoSansCJKsc-Regular.otf",
    "wqy-zenhei.ttc",
    "msyh.ttc",
    "PingFang.ttc",
    "DejaVuSans.ttf",
)
# Dashes of Proteus line types in mm: on, off, ...; 0 is solid.
_DASHES = {1: (0.5, 1.5), 2: (3.0, 1.8), 3: (6.0, 2.0), 4: (6.0, 1.5, 1.5, 1.5), 5: (6.0, 1.5, 0.5, 1.5, 0.5, 1.5)}
_FAR = 60_000.0  # pixels; what lies further out is pulled in, so that a wild coordinate costs no time


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


def sheet_png(original: Path, highlight: Sequence[str] = (), *, width: int = 1600) -> bytes:
    """The drawing as a PNG ``width`` pixels wide; tags (or IDs) in ``highlight`` get a ring, unknown ones none.

    Raises ``BadDocument`` where the file can't be read or drawn.
    """
    sheet = load(original, original.name)
    width = min(max(width, 200), MAX_WIDTH)
    over = 3 if width <= 2000 else 2  # drawn larger and reduced: smooth lines
    ratio = (sheet.high[1] - sheet.low[1]) / (sheet.high[0] - sheet.low[0])
    if not 0.02 < ratio < 50:
        raise BadDocument(original.name, "its extent is a sliver that can't be drawn", where="Drawing/Extent")
    size = (width * over, max(1, round(width * min(ratio, 4.0))) * over)
    paper = _Paper(sheet, Image.new("RGB", size, (255, 255, 255)), over)
    for element in walk(sheet.root):
        paper.element(element)
    wanted = {normalise(tag) for tag in highlight} | set(highlight)
    names = tags(sheet)
    for element in walk(sheet.root):
        ident = element.get("ID", "")
        if ident and (ident in wanted or names.get(ident) in wanted):
            paper.ring(element)
    picture = paper.image.reduce(over)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class _Paper:
    """An image and how the sheet's coordinates fall on it."""

    def __init__(self, sheet: Sheet, image: Image.Image, over: int) -> None:
        self.image, self.over = image, over
        self.draw = ImageDraw.Draw(image)
        self.scale = min(image.width / (sheet.high[0] - sheet.low[0]), image.height / (sheet.high[1] - sheet.low[1]))
        self.root = Affine(self.scale, 0, 0, -self.scale, -sheet.low[0] * self.scale, sheet.high[1] * self.scale)
        # Keyed by element and name: a nozzle and a valve may have shapes of the same name.
        self.shapes = {
            (shape.tag, shape.get("ComponentName", "")): shape for shape in sheet.root.iterfind("ShapeCatalogue/*")
        }

    def element(self, element: Element) -> None:
        """Its catalogue shape where it names one, and its own geometry in sheet coordinates."""
        shape = self.shapes.get((element.tag, element.get("ComponentName", "")))
        if shape is not None:
            to_sheet = self.root.of(_placement(element))
            for part in shape.iter():
                self.primitive(part, to_sheet)
        self.primitive(element, self.root)

    def primitive(self, part: Element, at: Affine) -> None:
        if part.tag in ("PolyLine", "CenterLine", "Line", "Shape"):
            self.stroke(part, [at(*xy(spot)) for spot in part.findall("Coordinate")])
        elif part.tag == "TrimmedCurve":
            for curve in part:
                if curve.tag in ("Circle", "Ellipse"):
                    start, end = number_of(part, "StartAngle"), number_of(part, "EndAngle", 360)
                    self.stroke(curve, _curve(curve, at, start, end))
                    curve.set("trimmed", "")  # the walk comes to it again: already drawn
        elif part.tag in ("Circle", "Ellipse") and part.get("trimmed") is None:
            self.stroke(part, _curve(part, at, 0, 360))
        elif part.tag == "Text":
            self.text(part, at)

    def stroke(self, part: Element, points: list[Point]) -> None:
        points = [(_near(x), _near(y)) for x, y in points]
        if len(points) < 2:
            return
        look = part.find("Presentation")
        colour = _colour(look)
        if part.get("Filled", "").lower() not in ("", "none", "false"):
            self.draw.polygon(points, fill=colour)
        width = max(round(number_of(look, "LineWeight", 0.25) * self.scale), self.over)
        pattern = _DASHES.get(int(number_of(look, "LineType")), ())
        for one in _dashes(points, [max(length * self.scale, 2.0) for length in pattern]):
            self.draw.line(one, fill=colour, width=min(width, 200), joint="curve")

    def text(self, part: Element, at: Affine) -> None:
        words = " ".join(part.get("String", "").split())[:300]
        spot = part.find("Position/Location")
        height = number_of(part, "Height", 3) * self.scale
        if not words or spot is None or height < 2:
            return
        font = _font(min(round(0.95 * height), self.image.height // 8 + 8))
        left, top, right, bottom = font.getbbox(words, anchor="ls")
        top = min(top, font.getbbox("H", anchor="ls")[1])  # words without tall letters keep the line's height
        mask = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4))
        ImageDraw.Draw(mask).text((2 - left, 2 - top), words, fill=255, font=font, anchor="ls")
        turned = part.find("Position/Reference")
        tilt = math.degrees(math.atan2(number_of(turned, "Y"), number_of(turned, "X", 1)))
        angle = math.radians(number_of(part, "TextAngle") + tilt)
        how = part.get("Justification", "LeftBottom").lower()
        dx = mask.width / 2 * (("left" in how) - ("right" in how))
        dy = mask.height / 2 * (("top" in how) - ("bottom" in how))
        x, y = at(*xy(spot))
        x, y = x + dx * math.cos(angle) + dy * math.sin(angle), y - dx * math.sin(angle) + dy * math.cos(angle)
        if angle:
            mask = mask.rotate(math.degrees(angle), resample=Image.Resampling.BICUBIC, expand=True)
        corner = (round(_near(x) - mask.width / 2), round(_near(y) - mask.height / 2))
        self.image.paste(Image.new("RGB", mask.size, _colour(part.find("Presentation"))), corner, mask)

    def ring(self, element: Element) -> None:
        spot = place(element)
        if spot is None:
            return
        x, y = (_near(value) for value in self.root(*spot))
        radius = max(self._reach(element) + 2 * self.scale, self.image.width / 62)  # a valve with its tag beside it
        tint = Image.new("L", self.image.size)
        ImageDraw.Draw(tint).ellipse((x - radius, y - radius, x + radius, y + radius), fill=46)
        self.image.paste(Image.new("RGB", self.image.size, _RING), (0, 0), tint)
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=_RING, width=3 * self.over)

    def _reach(self, element: Element) -> float:
        """How far the element's symbol goes from its position, in pixels, at most a fifth of the sheet."""
        shape = self.shapes.get((element.tag, element.get("ComponentName", "")))
        if shape is None:
            return 0.0
        at = self.root.of(_placement(element))
        x, y = at(0, 0)
        spots = [at(*xy(spot)) for spot in shape.iter("Coordinate")]
        spots += [at(number_of(circle, "Radius"), 0) for circle in shape.iterfind("Circle")]
        reach = max((math.hypot(u - x, v - y) for u, v in spots), default=0.0)
        return min(reach, self.image.width / 5)


def _placement(element: Element) -> Affine:
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


def _curve(part: Element, at: Affine, start: float, end: float) -> list[Point]:
    """An arc from ``start`` counter-clockwise to ``end`` degrees, as points two degrees to five degrees apart."""
    rx = number_of(part, "Radius") or number_of(part, "PrimaryAxis")
    ry = number_of(part, "Radius") or number_of(part, "SecondaryAxis")
    inside = at.of(_placement(part))
    start, end = start % 360, end % 360
    sweep = end - start if end > start else end - start + 360
    steps = max(8, math.ceil(sweep / 4))
    turns = [math.radians(start + sweep * step / steps) for step in range(steps + 1)]
    return [inside(rx * math.cos(turn), ry * math.sin(turn)) for turn in turns]


def _dashes(points: list[Point], pattern: list[float]) -> list[list[Point]]:
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


def _near(value: float) -> float:
    return min(max(value, -_FAR), _FAR)


def _colour(look: Element | None) -> tuple[int, int, int]:
    """Proteus colours are fractions; some exporters write 0 to 255."""
    parts = [number_of(look, name) for name in "RGB"]
    parts = [part / 255 for part in parts] if max(parts) > 1 else parts
    red, green, blue = (round(255 * min(max(part, 0.0), 1.0)) for part in parts)
    return red, green, blue


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with Chinese where the system has one; Pillow finds it by file name in the usual font folders."""
    for name in _FONTS:
        try:
            # Face 2 of Noto's collection is the simplified Chinese one.
            return ImageFont.truetype(name, size, index=2 if name == "NotoSansCJK-Regular.ttc" else 0)
        except OSError:
            continue
    return ImageFont.load_default(size)
