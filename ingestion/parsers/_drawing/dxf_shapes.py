"""Lines and curves of DXF entities, as strokes and circles in the unit of the drawing."""

import math
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from ingestion.parsers._drawing.model import Circle, Hint, Point, Stamp, Stroke, Text, bounds
from ingestion.parsers._drawing.shapes import as_circle
from retrieval.sheets.dxf_files import Extent


class Arc:
    """An arc that may be part of a circle drawn in pieces."""

    def __init__(self, at: Point, radius: float, sweep: float, path: tuple[Point, ...]) -> None:
        self.at, self.radius, self.sweep, self.path = at, radius, sweep, path


class Shapes:
    """What one layout or block comes to, in its drawing's unit, y down from the top left corner."""

    def __init__(self, area: Extent) -> None:
        self.area = area
        self.texts: list[Text] = []
        self.strokes: list[Stroke] = []
        self.circles: list[Circle] = []
        self.arcs: list[Arc] = []
        self.stamps: list[Stamp] = []
        self.title: dict[str, str] = {}
        self._fine = max(area.width, area.height) / 4000

    def take(self, inner: "Shapes") -> None:
        self.texts += inner.texts
        self.strokes += inner.strokes
        self.circles += inner.circles
        self.arcs += inner.arcs
        self.title |= inner.title

    def place(self, x: float, y: float) -> Point:
        return round(x - self.area.low[0], 4), round(self.area.high[1] - y, 4)

    def add(self, entity: Any, hint: Hint, dashed: bool) -> bool:
        """Take a line or curve; False where the entity is neither."""
        kind = entity.dxftype()
        if kind == "LINE":
            self._stroke([entity.dxf.start, entity.dxf.end], hint, dashed)
        elif kind in ("LWPOLYLINE", "POLYLINE"):
            self._polyline(entity, hint, dashed)
        elif kind in ("SOLID", "TRACE"):
            corners = entity.wcs_vertices() if hasattr(entity, "wcs_vertices") else []
            self._stroke([*corners, corners[0]], hint, dashed, filled=True)
        elif kind == "HATCH":
            self._hatch(entity, hint)
        elif kind in ("CIRCLE", "ARC", "ELLIPSE", "SPLINE"):
            self._curve(entity, hint, dashed)
        else:
            return False
        return True

    def _points(self, vertices: Iterable[Any]) -> tuple[Point, ...] | None:
        points = [self.place(one.x, one.y) for one in vertices]
        points = [point for place, point in enumerate(points) if not place or point != points[place - 1]]
        far = 50 * max(self.area.width, self.area.height)
        if len(points) < 2 or not all(math.isfinite(x + y) and max(abs(x), abs(y)) < far for x, y in points):
            return None
        return tuple(points)

    def _stroke(
        self, vertices: Iterable[Any], hint: Hint, dashed: bool, *, filled: bool = False, curved: bool = False
    ) -> None:
        points = self._points(vertices)
        if points is None:
            raise ValueError("no shape")
        circle = as_circle(points, filled=filled)
        if circle is not None:
            self.circles.append(circle)
        else:
            self.strokes.append(Stroke(points, filled, dashed, curved, hint))

    def _polyline(self, entity: Any, hint: Hint, dashed: bool) -> None:
        from ezdxf import path

        if entity.dxftype() == "POLYLINE" and not entity.is_2d_polyline and not entity.is_3d_polyline:
            raise ValueError("a mesh")
        if not entity.has_arc:
            vertices = list(path.make_path(entity).control_vertices())
            self._stroke(vertices, hint, dashed)
        elif entity.is_closed:
            wide = "const_width" if entity.dxftype() == "LWPOLYLINE" else "default_start_width"
            filled = entity.dxf.get(wide, 0) > 0 or _is_wide(entity)  # a doughnut: a dot
            self._stroke(path.make_path(entity).flattening(self._fine), hint, dashed, filled=filled, curved=True)
        else:  # straight parts apart from arcs: a pipe that hops over another
            for bent, parts in groupby(entity.virtual_entities(), key=lambda one: one.dxftype() == "ARC"):
                if bent:
                    for one in parts:
                        self._curve(one, hint, dashed)
                else:
                    lines = list(parts)
                    self._stroke([lines[0].dxf.start, *(one.dxf.end for one in lines)], hint, dashed)

    def _curve(self, entity: Any, hint: Hint, dashed: bool) -> None:
        points = self._points(entity.flattening(self._fine))
        if points is None:
            raise ValueError("no shape")
        if entity.dxftype() == "CIRCLE":
            x0, y0, x1, y1 = bounds(points)
            self.circles.append(Circle((x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0 + y1 - y0) / 4))
        elif entity.dxftype() == "ARC":
            sweep = (entity.dxf.end_angle - entity.dxf.start_angle) % 360 or 360.0
            centre = entity.ocs().to_wcs(entity.dxf.center)
            self.arcs.append(Arc(self.place(centre.x, centre.y), abs(entity.dxf.radius), sweep, points))
            self.strokes.append(Stroke(points, dashed=dashed, curved=True, hint=hint))
        elif (circle := as_circle(points)) is not None:
            self.circles.append(circle)
        else:
            self.strokes.append(Stroke(points, dashed=dashed, curved=True, hint=hint))

    def _hatch(self, entity: Any, hint: Hint) -> None:
        from ezdxf import path

        if not entity.dxf.get("solid_fill", 0):
            return  # a pattern within a shape that is drawn
        for one in path.from_hatch(entity):
            vertices = list(one.flattening(self._fine))
            self._stroke([*vertices, vertices[0]], hint, False, filled=True, curved=one.has_curves)


def _is_wide(entity: Any) -> bool:
    """Whether a polyline's vertices have a width of their own."""
    if entity.dxftype() == "LWPOLYLINE":
        return any(start > 0 for start, _ in entity.get_points("se"))
    return any(vertex.dxf.get("start_width", 0) > 0 for vertex in entity.vertices)


def circles_of_arcs(arcs: list[Arc], strokes: list[Stroke]) -> list[Circle]:
    """Circles that arcs around one centre make up; what they are made of is taken from ``strokes``."""
    found: list[Circle] = []
    whole: set[tuple[Point, ...]] = set()

    def key(arc: Arc) -> tuple[float, float, float]:
        return round(arc.at[0], 2), round(arc.at[1], 2), round(arc.radius, 2)

    for _, group in groupby(sorted(arcs, key=key), key=key):
        parts = list(group)
        if abs(sum(arc.sweep for arc in parts) - 360) < 5:
            found.append(Circle(*parts[0].at, parts[0].radius))
            whole.update(arc.path for arc in parts)
    strokes[:] = [stroke for stroke in strokes if not (stroke.curved and stroke.points in whole)]
    return found
