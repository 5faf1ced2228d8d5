"""P&ID sheets as pictures: draws the geometry that a file itself holds, and rings the tags asked for."""

import math
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element

from PIL import Image, ImageDraw

from retrieval.errors import BadDocument
from retrieval.models import Item
from retrieval.proteus.lines import line_number
from retrieval.proteus.read import Drawing, read
from retrieval.proteus.sheet import Point, Sheet, load, number_of, walk, xy
from retrieval.sheets.ink import Affine, colour, curve, dashes, font, near, placement
from retrieval.sheets.marks import Marks, schematic
from retrieval.tags import compact, normalise

MAX_WIDTH = 6000
_RING = (220, 30, 60)
_SCHEMATIC_RATIO = 0.62  # of a sheet without places: height to width
# Dashes of Proteus line types in mm: on, off, ...; 0 is solid.
_DASHES = {1: (0.5, 1.5), 2: (3.0, 1.8), 3: (6.0, 2.0), 4: (6.0, 1.5, 1.5, 1.5), 5: (6.0, 1.5, 0.5, 1.5, 0.5, 1.5)}
_STROKES = frozenset({"PolyLine", "CenterLine", "Line", "Shape", "TrimmedCurve", "Circle", "Ellipse", "Symbol"})
_UNDRAWN = ("PipeTee", "PropertyBreak", "UnconnectedEnd", "PipeCoupling", "DirectPipingConnection")


def sheet_png(original: Path, highlight: Sequence[str] = (), *, width: int = 1600) -> bytes:
    """The drawing as a PNG ``width`` pixels wide; tags, IDs and line numbers in ``highlight`` are marked in red,
    unknown ones not. A file without graphics gives a schematic that says so.

    Raises ``BadDocument`` where the file can't be read or drawn.
    """
    sheet = load(original, original.name)
    width = min(max(width, 200), MAX_WIDTH)
    over = 3 if width <= 2000 else 2  # drawn larger and reduced: smooth lines
    ratio = (sheet.high[1] - sheet.low[1]) / (sheet.high[0] - sheet.low[0]) if sheet.placed else _SCHEMATIC_RATIO
    if not 0.02 < ratio < 50:
        raise BadDocument(original.name, "its extent is a sliver that can't be drawn", where="Drawing/Extent")
    size = (width * over, max(1, round(width * min(ratio, 4.0))) * over)
    drawing = read(sheet)
    paper = _Paper(drawing, Image.new("RGB", size, (255, 255, 255)), over)
    wanted = {tag if tag in drawing.items else normalise(tag) for tag in highlight} | set(highlight)
    paper.underline(wanted)
    paper.sheet_itself()
    paper.rings(wanted)
    picture = paper.image.reduce(over)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class _Paper:
    """An image and how the sheet's coordinates fall on it."""

    def __init__(self, drawing: Drawing, image: Image.Image, over: int) -> None:
        self.drawing, self.sheet, self.image, self.over = drawing, drawing.sheet, image, over
        self.draw = ImageDraw.Draw(image)
        sheet: Sheet = drawing.sheet
        self.scale = min(image.width / (sheet.high[0] - sheet.low[0]), image.height / (sheet.high[1] - sheet.low[1]))
        self.root = Affine(self.scale, 0, 0, -self.scale, -sheet.low[0] * self.scale, sheet.high[1] * self.scale)
        # Keyed by element and name: a nozzle and a valve may have shapes of the same name.
        self.shapes = {
            (shape.tag, shape.get("ComponentName", "")): shape for shape in sheet.root.iterfind("ShapeCatalogue/*")
        }

    def sheet_itself(self) -> None:
        """Every element's graphics, and a mark for each item that has none; all marks where nothing has any."""
        tree = list(walk(self.sheet.root))
        drawn = any(element.tag in _STROKES or self.shape(element) is not None for element in tree)
        drawn = drawn or not self.drawing.items
        marks = Marks(self.image, self.image.width / (110 if drawn else 95), self.at)
        if not drawn:
            why = "schematic 示意图: the file carries no graphics"
            title = (
                f"{self.sheet.number} {self.sheet.title}" if self.sheet.number != self.sheet.title else self.sheet.title
            )
            schematic(marks, self.drawing.items, self.drawing.connections, f"{title}  ({why})")
            return
        if not any(element.tag == "CenterLine" for element in tree):
            self.joined(marks)
        words = {compact(element.get("String", "")) for element in tree if element.tag == "Text"}
        for element, item in self.bare():  # first, so that the file's own words stand above
            own = "".join(compact(text.get("String", "")) for text in element.iter("Text"))
            told = compact(item.tag) in words or compact(item.tag) in own
            marks.item(item, label=not told and ":" not in item.tag)
        for element in tree:
            self.element(element)

    def joined(self, marks: Marks) -> None:
        """Straight lines for connections, where the file draws none."""
        for one in self.drawing.connections:
            ends = [self.drawing.items.get(tag) for tag in (one.source, one.target)]
            if one.kind != "mechanical" and ends[0] is not None and ends[1] is not None:
                marks.connection(self.at(ends[0]), self.at(ends[1]), one)

    def bare(self) -> Iterator[tuple[Element, Item]]:
        """Items that stand somewhere on the sheet with nothing drawn for them."""
        for ident, tag in self.drawing.idents.items():
            element, item = self.drawing.elements[ident], self.drawing.items[tag]
            if item.item_class in _UNDRAWN or item.inferred or item.role == "nozzle":
                continue
            parts = [element, *(part for part in element if part.tag in _STROKES)]
            if not any(self.shape(part) is not None or part.tag in _STROKES - {"Symbol"} for part in parts):
                yield element, item

    def shape(self, element: Element) -> Element | None:
        return self.shapes.get((element.tag, element.get("ComponentName", "")))

    def at(self, item: Item) -> Point:
        """Where an item lies on the image."""
        if not self.sheet.placed:
            return item.position[0] * self.image.width, item.position[1] * self.image.height
        x, y = item.position
        low, high = self.sheet.low, self.sheet.high
        return self.root(low[0] + x * (high[0] - low[0]), high[1] - y * (high[1] - low[1]))

    def element(self, element: Element) -> None:
        """Its catalogue shape where it names one, and its own geometry in sheet coordinates."""
        shape = self.shape(element)
        if shape is not None:
            to_sheet = self.root.of(placement(element))
            for part in shape.iter():
                self.primitive(part, to_sheet)
        self.primitive(element, self.root)

    def primitive(self, part: Element, at: Affine) -> None:
        if part.tag in ("PolyLine", "CenterLine", "Line", "Shape"):
            self.stroke(part, [at(*xy(spot)) for spot in part.findall("Coordinate")])
        elif part.tag == "TrimmedCurve":
            for inner in part:
                if inner.tag in ("Circle", "Ellipse"):
                    start, end = number_of(part, "StartAngle"), number_of(part, "EndAngle", 360)
                    self.stroke(inner, curve(inner, at, start, end))
                    inner.set("trimmed", "")  # the walk comes to it again: already drawn
        elif part.tag in ("Circle", "Ellipse") and part.get("trimmed") is None:
            self.stroke(part, curve(part, at, 0, 360))
        elif part.tag == "Text":
            self.text(part, at)

    def stroke(self, part: Element, points: list[Point]) -> None:
        points = [(near(x), near(y)) for x, y in points]
        if len(points) < 2:
            return
        look = part.find("Presentation")
        ink = colour(look)
        if part.get("Filled", "").lower() not in ("", "none", "false"):
            self.draw.polygon(points, fill=ink)
        width = max(round(number_of(look, "LineWeight", 0.25) * self.scale), self.over)
        pattern = _DASHES.get(int(number_of(look, "LineType")), ())
        for one in dashes(points, [max(length * self.scale, 2.0) for length in pattern]):
            self.draw.line(one, fill=ink, width=min(width, 200), joint="curve")

    def text(self, part: Element, at: Affine) -> None:
        words = " ".join(part.get("String", "").split())[:300]
        spot = part.find("Position/Location")
        height = number_of(part, "Height", 3) * self.scale
        if not words or spot is None or height < 2:
            return
        face = font(min(round(0.95 * height), self.image.height // 8 + 8))
        left, top, right, bottom = face.getbbox(words, anchor="ls")
        top = min(top, face.getbbox("H", anchor="ls")[1])  # words without tall letters keep the line's height
        mask = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4))
        ImageDraw.Draw(mask).text((2 - left, 2 - top), words, fill=255, font=face, anchor="ls")
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
        corner = (round(near(x) - mask.width / 2), round(near(y) - mask.height / 2))
        self.image.paste(Image.new("RGB", mask.size, colour(part.find("Presentation"))), corner, mask)

    def underline(self, wanted: set[str]) -> None:
        """A broad red stroke under the lines whose number is asked for."""
        for system in self.sheet.root.iter("PipingNetworkSystem"):
            number = line_number(system, system)
            if number and number in wanted:
                for line in system.iter("CenterLine"):
                    points = [self.root(*xy(spot)) for spot in line.findall("Coordinate")]
                    if len(points) > 1:
                        spots = [(near(x), near(y)) for x, y in points]
                        self.draw.line(spots, fill=(248, 190, 200), width=self.image.width // 110, joint="curve")

    def rings(self, wanted: set[str]) -> None:
        idents = {tag: ident for ident, tag in reversed(self.drawing.idents.items())}
        asked = wanted | {self.drawing.idents[one] for one in wanted if one in self.drawing.idents}
        for tag, item in self.drawing.items.items():
            if tag in asked and (self.sheet.placed or item.role != "nozzle"):
                element = self.drawing.elements.get(idents.get(tag, ""))
                self.ring(self.at(item), self._reach(element) if element is not None else 0.0)

    def ring(self, spot: Point, reach: float) -> None:
        x, y = (near(value) for value in spot)
        radius = max(
            reach + 2 * self.scale * self.sheet.placed, self.image.width / 62
        )  # a valve with its tag beside it
        tint = Image.new("L", self.image.size)
        ImageDraw.Draw(tint).ellipse((x - radius, y - radius, x + radius, y + radius), fill=46)
        self.image.paste(Image.new("RGB", self.image.size, _RING), (0, 0), tint)
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=_RING, width=3 * self.over)

    def _reach(self, element: Element) -> float:
        """How far the element's symbol goes from its position, in pixels, at most a fifth of the sheet."""
        part = next((one for one in (element, *element.findall("Symbol")) if self.shape(one) is not None), None)
        shape = self.shape(part) if part is not None else None
        if part is None or shape is None:
            return 0.0
        at = self.root.of(placement(part))
        x, y = at(0, 0)
        spots = [at(*xy(spot)) for spot in shape.iter("Coordinate")]
        spots += [at(number_of(round_, "Radius") or number_of(round_, "PrimaryAxis"), 0) for round_ in _rounds(shape)]
        reach = max((math.hypot(u - x, v - y) for u, v in spots), default=0.0)
        return min(reach, self.image.width / 5)


def _rounds(shape: Element) -> list[Element]:
    return [*shape.findall("Circle"), *shape.findall("Ellipse")]
