"""DXF layouts as pictures: ezdxf draws, black on white as a plotter would, onto a Pillow image."""

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import BadDocument, NotFound
from retrieval.sheets.dxf_files import Extent, extent, layouts, open_dxf
from retrieval.sheets.rings import draw_rings

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDTHS = (200, 6000)  # pixels
_MOST_HIGH = 4.0  # times the width
_MOST_PIXELS = 40_000_000  # drawn at once, before it is reduced: 120 MB
_DRAWING = threading.Lock()  # one at a time: each takes that memory
_MOST_DRAWN = 80_000  # entities of a picture, those within blocks included; the rest is left out, and it says so
_LINE = 1 / 1600  # of the picture's width: a line of 0.25 mm
_CJK = ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "NotoSansCJKsc-Regular.otf", "wqy-zenhei.ttc", "msyh.ttc",
        "PingFang.ttc", "DejaVuSans.ttf")  # fmt: skip


def dxf_png(original: Path, rings: Sequence[tuple[float, float]] = (), *, width: int = 1600, page: int = 1) -> bytes:
    """Layout ``page`` (1: modelspace, or the first that holds anything) as a PNG ``width`` pixels wide.

    ``rings`` are places as items have them: fractions of the sheet from the top left corner. Raises ``BadDocument``
    where the file can't be read or drawn, ``NotFound`` where there is no such layout.
    """
    from PIL import Image as images

    document, _ = open_dxf(original, original.name)
    found = layouts(document)
    if not 1 <= page <= len(found):
        raise NotFound(f"{original.name}: no sheet {page}; it has {len(found)}")
    area = extent(found[page - 1])
    width = min(max(width, _WIDTHS[0]), _WIDTHS[1])
    height = max(1, round(width * min(area.height / area.width, _MOST_HIGH)))
    over = next((times for times in (3, 2) if width * height * times**2 <= _MOST_PIXELS), 1)  # for smooth lines
    with _DRAWING:
        paper = images.new("RGB", (width * over, height * over), (255, 255, 255))
        _draw(document, found[page - 1], paper, area, original.name)
        picture = paper.reduce(over) if over > 1 else paper
    draw_rings(picture, rings)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class _EnoughError(Exception):
    """More is not drawn."""


def _draw(document: Any, layout: Any, paper: "Image", area: Extent, name: str) -> None:
    from ezdxf.addons.drawing import config as look
    from ezdxf.addons.drawing.properties import RenderContext

    made = _classes()
    settings = look.Configuration(
        background_policy=look.BackgroundPolicy.WHITE,
        color_policy=look.ColorPolicy.BLACK,
        image_policy=look.ImagePolicy.IGNORE,  # of a picture only the name of a file is held: none is followed
        hatching_timeout=3.0,
        min_hatch_line_distance=area.width / 400,
        max_flattening_distance=area.width / 8000,
        min_dash_length=area.width / 2000,
        lineweight_policy=look.LineweightPolicy.ABSOLUTE,
    )
    backend = made.backend(paper, area)
    frontend = made.frontend(RenderContext(document), backend, config=settings)
    try:
        frontend.draw_layout(layout, finalize=False)
    except _EnoughError:
        backend.note(f"Drawn in part: it holds more than {_MOST_DRAWN:,} entities")
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise BadDocument(
            name, f"can't be drawn: {type(error).__name__}", remedy="audit it in CAD and save it again as DXF"
        ) from None


class _Classes:
    """The two classes that ezdxf wants, made when it is first needed: importing it takes most of a second."""

    def __init__(self) -> None:
        from ezdxf.addons.drawing.backend import Backend
        from ezdxf.addons.drawing.frontend import Frontend
        from ezdxf.fonts.font_face import FontFace

        face = FontFace(filename=_font_name())

        class Plotter(_Plotter, Backend):
            pass

        class Drawer(Frontend):
            def override_properties(self, entity: Any, properties: Any) -> None:
                super().override_properties(entity, properties)
                properties.font = face  # one that has Chinese: the fonts that files name are rarely there

            def get_font_face(self, properties: Any) -> Any:
                return face

        self.backend, self.frontend = Plotter, Drawer


@cache
def _classes() -> _Classes:
    return _Classes()


@cache
def _font_name() -> str:
    from ezdxf.fonts.fonts import font_manager

    return next((name for name in _CJK if font_manager.has_font(name)), "DejaVuSans.ttf")


class _Plotter:
    """What ezdxf draws, as lines and polygons on an image. See ``ezdxf.addons.drawing.backend.Backend``."""

    def __init__(self, paper: "Image", area: Extent) -> None:
        from PIL import ImageDraw

        super().__init__()
        self._pen, self._area = ImageDraw.Draw(paper), area
        self._scale = paper.width / area.width
        self._thin = paper.width * _LINE
        self._drawn = 0
        self._size = paper.size

    def note(self, words: str) -> None:
        self._pen.text((0.01 * self._size[0], 0.01 * self._size[0]), words, fill=0, font_size=0.015 * self._size[0])

    def enter_entity(self, entity: Any, properties: Any) -> None:
        self._drawn += 1
        if self._drawn > _MOST_DRAWN:
            raise _EnoughError

    def exit_entity(self, entity: Any) -> None:
        pass

    def _at(self, point: Any) -> tuple[float, float]:
        x = (point.x - self._area.low[0]) * self._scale
        y = (self._area.high[1] - point.y) * self._scale
        # What lies far out is pulled in, so that a wild coordinate costs no time.
        far = 20.0 * max(self._size)
        return min(max(x, -far), far), min(max(y, -far), far)

    def _width(self, properties: Any) -> int:
        return max(1, round(self._thin * min(max(float(properties.lineweight) / 0.25, 0.8), 4.0)))

    def set_background(self, color: str) -> None:
        pass

    def draw_point(self, pos: Any, properties: Any) -> None:
        x, y = self._at(pos)
        self._pen.ellipse((x - self._thin, y - self._thin, x + self._thin, y + self._thin), fill=_rgb(properties))

    def draw_line(self, start: Any, end: Any, properties: Any) -> None:
        self._pen.line((self._at(start), self._at(end)), fill=_rgb(properties), width=self._width(properties))

    def draw_path(self, path: Any, properties: Any) -> None:
        points = [self._at(point) for point in path.flattening(self._area.width / 8000)] if len(path) else []
        if len(points) > 1:
            self._pen.line(points, fill=_rgb(properties), width=self._width(properties), joint="curve")

    def draw_filled_polygon(self, points: Any, properties: Any) -> None:
        corners = [self._at(point) for point in points.vertices()]
        if len(corners) > 2:
            self._pen.polygon(corners, fill=_rgb(properties))

    def draw_filled_paths(self, paths: Iterable[Any], properties: Any) -> None:
        """Letters and hatches: what lies within an odd number of outlines is filled."""
        from PIL import Image as images
        from PIL import ImageChops, ImageDraw

        rings = [[self._at(point) for point in path.flattening(self._area.width / 8000)] for path in paths]
        rings = [ring for ring in rings if len(ring) > 2]
        if not rings:
            return
        xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
        left, top = max(int(min(xs)), 0), max(int(min(ys)), 0)
        right, bottom = min(int(max(xs)) + 2, self._size[0]), min(int(max(ys)) + 2, self._size[1])
        if right <= left or bottom <= top:
            return
        # Small letters are drawn larger: Pillow counts a polygon's edge in, which would close their eyes.
        over = max(1, min(4, 400 // min(bottom - top, right - left)))
        whole = images.new("1", ((right - left) * over, (bottom - top) * over))
        for ring in rings:
            one = images.new("1", whole.size)
            ImageDraw.Draw(one).polygon([((x - left) * over, (y - top) * over) for x, y in ring], fill=1)
            whole = ImageChops.logical_xor(whole, one)
        self._pen.bitmap((left, top), whole.convert("L").reduce(over), fill=_rgb(properties))

    def draw_image(self, image_data: Any, properties: Any) -> None:
        pass

    def clear(self) -> None:
        pass


def _rgb(properties: Any) -> tuple[int, int, int]:
    colour = properties.color.lstrip("#")
    return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)
