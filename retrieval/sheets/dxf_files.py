"""Opening DXF files under limits, and where on the sheet a point lies: what parser and picture must agree on."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import quantiles
from typing import Any

from retrieval.errors import BadDocument

MAX_BYTES = 256 * 2**20
MAX_BINARY_BYTES = 64 * 2**20  # an entity takes half the bytes
MAX_ENTITIES = 400_000
MAX_DEPTH = 12  # of blocks within blocks
BINARY = b"AutoCAD Binary DXF\r\n\x1a\x00"
_DEEPEST = 200  # of blocks that are counted; only MAX_DEPTH are drawn
_FAR = 1e9  # drawing units; nothing is that far out on purpose
_MARGIN = 0.02
_ENTITY = re.compile(rb"(?:^|[\r\n])[ \t]*0[ \t]*\r?\n")
_SECTION = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:999[^\n]*\n[^\n]*\n\s*)*0[ \t]*\r?\n[ \t]*SECTION", re.IGNORECASE)
_AGAIN = "save it again as DXF (AutoCAD 2018 or older)"
_UNICODE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_BYTES = re.compile(r"\\M\+([1-5])([0-9A-Fa-f]{4})")
_CODE_PAGES = {"1": "cp932", "2": "cp950", "3": "cp949", "4": "johab", "5": "gbk"}
_MIXED_UP = re.compile("[\u0080-\u00ff]{2}")
Point = tuple[float, float]


@dataclass(frozen=True)
class Extent:
    """What of a layout is its sheet, in drawing units, y up."""

    low: Point
    high: Point

    @property
    def width(self) -> float:
        return self.high[0] - self.low[0]

    @property
    def height(self) -> float:
        return self.high[1] - self.low[1]


def is_dxf(start: bytes) -> bool:
    return start.startswith(BINARY) or bool(_SECTION.match(start))


def is_dwg(start: bytes) -> bool:
    return bool(re.match(rb"AC1[0-9]{3}|AC[12]\.", start))


def open_dxf(path: Path, name: str) -> tuple[Any, tuple[str, ...]]:
    """The ezdxf document, and what had to be mended. Raises ``BadDocument`` for what is no DXF or too much of one."""
    from ezdxf import recover
    from ezdxf.filemanagement import readfile
    from ezdxf.lldxf.const import DXFError

    _check(path, name)
    try:
        document = readfile(path)
        _restore(document)
        return document, ()
    except (DXFError, ValueError, LookupError, TypeError, AttributeError, IndexError, KeyError):
        pass  # a file with errors: read around them
    try:
        document, auditor = recover.readfile(path)
    except (DXFError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadDocument(name, f"is corrupt and cannot be mended: {said}", remedy=_AGAIN) from None
    _restore(document)
    found = [f"{name}: mended while reading: {one.message}" for one in islice(auditor.errors, 3)]
    more = len(auditor.errors) - len(found)
    if more > 0:
        found.append(f"{name}: {more} more errors of its structure were mended or left out")
    return document, tuple(found) or (f"{name}: its structure is damaged; it was read as far as possible",)


def restored(text: str) -> str:
    """Letters that older files write as ``\\U+XXXX`` or as bytes of a code page, and Chinese that was read as Western
    letters because the file names another code page."""
    text = _UNICODE.sub(lambda match: chr(int(match[1], 16)), text)
    text = _BYTES.sub(lambda match: bytes.fromhex(match[2]).decode(_CODE_PAGES[match[1]], "replace"), text)
    try:
        if any("\udc80" <= sign <= "\udcff" for sign in text):
            return text.encode("ascii", "surrogateescape").decode("gb18030")
        if _MIXED_UP.search(text):
            again = text.encode("cp1252").decode("gbk")
            return again if all(sign.isascii() or "\u4e00" <= sign <= "\u9fff" for sign in again) else text
    except UnicodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def _restore(document: Any) -> None:
    for entity in document.entitydb.values():
        kind = entity.dxftype()
        if kind in ("TEXT", "ATTRIB", "ATTDEF"):
            entity.dxf.text = restored(entity.dxf.get("text", ""))
        elif kind == "MTEXT":
            entity.text = restored(entity.text)


def _check(path: Path, name: str) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(4096)
        if not start:
            raise BadDocument(name, "is empty (0 bytes)", remedy="copy it again from its source")
        if is_dwg(start):
            raise BadDocument(name, "is a DWG", remedy="save it as DXF (AutoCAD 2018 or older) and ingest that")
        if not is_dxf(start):
            raise BadDocument(name, "is no DXF by its content", remedy="give it the suffix of its kind, or " + _AGAIN)
        most = MAX_BINARY_BYTES if start.startswith(BINARY) else MAX_BYTES
        if size > most:
            raise BadDocument(
                name, f"has {size:,} bytes, more than {most:,}", remedy="purge it, or split it into sheets"
            )
        file.seek(0)
        count = 0
        if not start.startswith(BINARY):
            while chunk := file.read(2**22):
                count += len(_ENTITY.findall(chunk))
                if count > 2 * MAX_ENTITIES:  # with vertices, attributes and objects that are none of the drawing
                    limit = f"holds more than {2 * MAX_ENTITIES:,} entities and objects"
                    raise BadDocument(name, limit, remedy="purge it, or split it into sheets")


def layouts(document: Any) -> list[Any]:
    """Layouts that hold anything: modelspace first, then paper sheets in the order of their tabs."""
    papers = [document.layout(name) for name in document.layout_names_in_taborder() if name.upper() != "MODEL"]
    filled = [one for one in papers if any(entity.dxftype() != "VIEWPORT" for entity in one)]
    return [*([document.modelspace()] if len(document.modelspace()) else []), *filled]


def drawn(layout: Any) -> int:
    """How many entities a layout comes to with its blocks taken apart, however they are nested: nothing is."""
    counts: dict[str, int] = {}

    def count(entities: Iterable[Any], depth: int = 0) -> int:
        return sum(placed(one, depth) if one.dxftype() == "INSERT" else 1 for one in entities)

    def placed(insert: Any, depth: int) -> int:
        name = insert.dxf.name
        if name not in counts:
            counts[name] = 0  # of a block within itself
            block = layout.doc.blocks.get(name)
            counts[name] = count(block, depth + 1) if block is not None and depth < _DEEPEST else 0
        return 1 + counts[name] * max(int(insert.mcount), 1)

    return count(layout)


def extent(layout: Any) -> Extent:
    """The box around what is drawn, with a small margin; a few things far away from all else do not count."""
    boxes = list(_Boxes(layout.doc).of(layout))
    if not boxes:
        return Extent((0.0, 0.0), (1.0, 1.0))
    low_x, high_x = _span([box[0] for box in boxes], [box[2] for box in boxes])
    low_y, high_y = _span([box[1] for box in boxes], [box[3] for box in boxes])
    side = max(high_x - low_x, high_y - low_y) or 1.0
    # Neither a sliver nor a point: a picture of it must have a width and a height.
    wide, high = max(high_x - low_x, 0.05 * side), max(high_y - low_y, 0.05 * side)
    margin = _MARGIN * side
    x, y = (low_x + high_x) / 2, (low_y + high_y) / 2
    return Extent((x - wide / 2 - margin, y - high / 2 - margin), (x + wide / 2 + margin, y + high / 2 + margin))


def _span(lows: list[float], highs: list[float]) -> Point:
    low, high = min(lows), max(highs)
    if len(lows) < 20:
        return low, high
    ranked = sorted((a + b) / 2 for a, b in zip(lows, highs, strict=True))
    cuts = quantiles(ranked, n=50)
    core = cuts[-1] - cuts[0]
    if high - low <= 8 * core or not core:
        return low, high
    near = [(a, b) for a, b in zip(lows, highs, strict=True) if cuts[0] - 2 * core <= a and b <= cuts[-1] + 2 * core]
    return min(a for a, _ in near), max(b for _, b in near)


Box = tuple[float, float, float, float]


class _Boxes:
    """Boxes of entities; a block's is worked out once however often it is placed."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._blocks: dict[str, Box | None] = {}

    def of(self, entities: Iterable[Any], depth: int = 0) -> Iterator[Box]:
        for entity in entities:
            points = self._placed(entity, depth) if entity.dxftype() == "INSERT" else spots(entity)
            points = [
                (float(x), float(y))
                for x, y in points
                if math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) < _FAR
            ]
            if points:
                xs, ys = zip(*points, strict=True)
                yield min(xs), min(ys), max(xs), max(ys)

    def _placed(self, insert: Any, depth: int) -> list[Point]:
        name = insert.dxf.name
        if name not in self._blocks:
            self._blocks[name] = None  # of a block within itself
            block = self._document.blocks.get(name)
            inner = list(self.of(block, depth + 1)) if block is not None and depth < MAX_DEPTH else []
            if inner:
                x0s, y0s, x1s, y1s = zip(*inner, strict=True)
                self._blocks[name] = (min(x0s), min(y0s), max(x1s), max(y1s))
        box = self._blocks[name]
        if box is None:
            return [(insert.dxf.insert.x, insert.dxf.insert.y)]
        matrix = insert.matrix44()
        corners = ((x, y, 0) for x in (box[0], box[2]) for y in (box[1], box[3]))
        return [(point.x, point.y) for point in matrix.transform_vertices(corners)]


def spots(entity: Any) -> list[Point]:
    """Points that tell how far an entity reaches; none for what is not drawn."""
    from ezdxf.lldxf.const import DXFError

    kind, dxf = entity.dxftype(), entity.dxf
    try:
        if kind == "LINE":
            return [(dxf.start.x, dxf.start.y), (dxf.end.x, dxf.end.y)]
        if kind in ("CIRCLE", "ARC"):
            x, y, r = dxf.center.x, dxf.center.y, abs(dxf.radius)
            return [(x - r, y - r), (x + r, y + r)]
        if kind == "LWPOLYLINE":
            return [(x, y) for x, y in entity.get_points("xy")]
        if kind == "POLYLINE":
            return [(point.x, point.y) for point in entity.points()]
        if kind in ("TEXT", "ATTDEF", "ATTRIB", "MTEXT"):
            return [(dxf.insert.x, dxf.insert.y)]
        if kind in ("SOLID", "TRACE", "3DFACE"):
            return [(point.x, point.y) for point in (dxf.vtx0, dxf.vtx1, dxf.vtx2, dxf.vtx3)]
        if kind == "ELLIPSE":
            reach = dxf.major_axis.magnitude
            return [(dxf.center.x - reach, dxf.center.y - reach), (dxf.center.x + reach, dxf.center.y + reach)]
        if kind == "SPLINE":
            return [(point[0], point[1]) for point in entity.control_points]
    except (DXFError, AttributeError, ValueError):
        return []
    return []
