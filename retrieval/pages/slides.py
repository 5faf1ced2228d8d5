"""Slides of a PPTX as a sketch: texts, pictures and tables where they stand, without the deck's own look."""

import zipfile
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from retrieval.errors import BadDocument
from retrieval.pages import _sketch as sketch
from retrieval.pages._sketch import Area
from retrieval.pages.base import check_page, fitting

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_EMU_PER_POINT = 12700
_MAX_SHAPES = 2000  # of a slide
_MAX_UNPACKED = 2_000_000_000  # bytes
_MAX_DEPTH = 8  # of groups within groups


class _Frame(NamedTuple):
    """From a group's own coordinates (EMU) to pixels: ``x * sx + dx``."""

    sx: float
    sy: float
    dx: float
    dy: float

    def area(self, left: float, top: float, width: float, height: float) -> Area:
        x, y = left * self.sx + self.dx, top * self.sy + self.dy
        return Area(x, y, x + max(width, 0) * self.sx, y + max(height, 0) * self.sy)


class _SlidePages:
    """See ``retrieval.pages.base.Pages``."""

    suffixes = (".pptx", ".pptm")

    def render(self, original: Path, page: int, width: int) -> "Image":
        from PIL import Image as images
        from PIL import ImageDraw

        _check_packing(original)
        try:
            import pptx

            deck = pptx.Presentation(str(original))
            slides = list(deck.slides)
            across, down = int(deck.slide_width or 9_144_000), int(deck.slide_height or 6_858_000)
        except Exception as error:  # python-pptx lets through what a damaged file brings: KeyError, XMLSyntaxError...
            raise BadDocument(original.name, f"cannot be shown: {_short(error)}") from None
        check_page(original.name, page, len(slides))
        picture = images.new("RGB", fitting(max(across, 1), max(down, 1), width), (255, 255, 255))
        scale = picture.width / max(across, 1)
        draw = ImageDraw.Draw(picture)
        try:
            for shape, frame in _shapes(slides[page - 1].shapes, _Frame(scale, scale, 0.0, 0.0)):
                _shape(picture, draw, shape, frame)
        except Exception as error:
            raise BadDocument(original.name, f"cannot be shown: {_short(error)}", where=f"page {page}") from None
        sketch.mark(picture)
        return picture


def _check_packing(original: Path) -> None:
    try:
        with zipfile.ZipFile(original) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise BadDocument(original.name, f"cannot be shown: {_short(error)}") from None
    if size > _MAX_UNPACKED:
        raise BadDocument(
            original.name, f"cannot be shown: it has {size:,} bytes unpacked, more than {_MAX_UNPACKED:,}"
        )


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _shapes(shapes: Any, frame: _Frame, depth: int = 0) -> Iterator[tuple[Any, _Frame]]:
    """Every shape that is no group, back to front, with the frame that its place is given in."""
    for number, shape in enumerate(shapes):
        if number >= _MAX_SHAPES:
            return
        if not hasattr(shape, "shapes"):
            yield shape, frame
        elif depth < _MAX_DEPTH:
            yield from _shapes(shape.shapes, _inside(shape, frame), depth + 1)


def _inside(group: Any, frame: _Frame) -> _Frame:
    """A group states where its own coordinates begin (chOff) and how far they reach (chExt)."""
    place = group._element.grpSpPr.find(".//{*}xfrm")  # python-pptx has no public name for it
    origin, reach = (place.find(f"{{*}}{name}") if place is not None else None for name in ("chOff", "chExt"))
    if origin is None or reach is None:
        return frame
    outer = frame.area(group.left or 0, group.top or 0, group.width or 0, group.height or 0)
    sx = (outer.x1 - outer.x0) / max(int(reach.get("cx", 0)), 1)
    sy = (outer.y1 - outer.y0) / max(int(reach.get("cy", 0)), 1)
    return _Frame(sx, sy, outer.x0 - int(origin.get("x", 0)) * sx, outer.y0 - int(origin.get("y", 0)) * sy)


def _shape(picture: "Image", draw: "ImageDraw", shape: Any, frame: _Frame) -> None:
    if shape.left is None or shape.width is None:  # a placeholder whose layout says nothing of its place
        return
    area = frame.area(shape.left, shape.top or 0, shape.width, shape.height or 0)
    points = frame.sy * _EMU_PER_POINT  # pixels to a point
    if getattr(shape, "has_table", False) and shape.has_table:
        _table(draw, shape.table, area, frame, points)
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        title = shape.chart.chart_title.text_frame.text if shape.chart.has_title else ""
        sketch.frame(draw, area)
        sketch.texts(draw, [sketch.Text(title, 14 * points)], area)
    elif hasattr(shape, "image"):
        _picture(picture, draw, shape, area)
    elif shape.has_text_frame:
        texts = list(_texts(shape, points))
        drawn = not shape.is_placeholder and shape._element.find(".//{*}cNvSpPr[@txBox='1']") is None
        if drawn:  # a box or an arrow, whose text stands in its middle
            sketch.frame(draw, area)
        sketch.texts(draw, texts, area, centred=drawn)
    elif hasattr(shape, "begin_x"):
        ends = (frame.area(x, y, 0, 0) for x, y in ((shape.begin_x, shape.begin_y), (shape.end_x, shape.end_y)))
        sketch.line(draw, *((end.x0, end.y0) for end in ends))


def _texts(shape: Any, points: float) -> Iterator[sketch.Text]:
    usual = 28.0 if shape.is_placeholder and "TITLE" in str(shape.placeholder_format.type) else 18.0
    for paragraph in shape.text_frame.paragraphs:
        sizes = [run.font.size.pt for run in paragraph.runs if run.font.size is not None]
        size = max(sizes, default=paragraph.font.size.pt if paragraph.font.size is not None else usual)
        yield sketch.Text(paragraph.text.replace("\v", "\n"), size * points, paragraph.level)


def _picture(picture: "Image", draw: "ImageDraw", shape: Any, area: Area) -> None:
    try:
        blob: bytes = shape.image.blob
    except (KeyError, ValueError, AttributeError):  # linked, or its part is missing
        blob = b""
    if not sketch.paste(picture, blob, area):
        sketch.frame(draw, area)


def _table(draw: "ImageDraw", table: Any, area: Area, frame: _Frame, points: float) -> None:
    across = _edges(area.x0, [(column.width or 0) * frame.sx for column in table.columns])
    down = _edges(area.y0, [(row.height or 0) * frame.sy for row in table.rows])
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row.cells):
            if cell.is_spanned:  # part of a merged cell
                continue
            right, below = (cell.span_width, cell.span_height) if cell.is_merge_origin else (1, 1)
            place = Area(
                across[j], down[i], across[min(j + right, len(across) - 1)], down[min(i + below, len(down) - 1)]
            )
            sketch.frame(draw, place)
            sketch.texts(draw, [sketch.Text(cell.text_frame.text, 14 * points)], place)


def _edges(start: float, lengths: list[float]) -> list[float]:
    return list(accumulate(lengths, initial=start))


PAGES = _SlidePages()
