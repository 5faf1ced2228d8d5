"""From pdfium's coordinates to points from the top left of the page as it is shown."""

import math
from typing import Any, NamedTuple

from ingestion.parsers.pdf._geometry import Box


class Matrix(NamedTuple):
    """``x' = a x + c y + e`` and ``y' = b x + d y + f``, as PDF has it."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def after(self, first: "Matrix") -> "Matrix":
        """What ``first`` and then this one do."""
        return Matrix(
            first.a * self.a + first.b * self.c,
            first.a * self.b + first.b * self.d,
            first.c * self.a + first.d * self.c,
            first.c * self.b + first.d * self.d,
            first.e * self.a + first.f * self.c + self.e,
            first.e * self.b + first.f * self.d + self.f,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Of a box that the matrix turns by right angles only, exact; of any other the box around it."""
        if not self.b and not self.c:
            x0, x1, y0, y1 = (
                self.a * left + self.e,
                self.a * right + self.e,
                self.d * bottom + self.f,
                self.d * top + self.f,
            )
            return Box(x0 if x0 < x1 else x1, y0 if y0 < y1 else y1, x1 if x0 < x1 else x0, y1 if y0 < y1 else y0)
        xs, ys = zip(*(self.point(x, y) for x in (left, right) for y in (bottom, top)), strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))


class View(NamedTuple):
    """A page's size as shown, in points, and the way into it."""

    width: float
    height: float
    matrix: Matrix

    @property
    def usable(self) -> bool:
        """Whether the page has an area that a person can see."""
        sizes = (self.width, self.height)
        return all(math.isfinite(size) and 1 <= size <= 1_000_000 for size in sizes) and all(
            map(math.isfinite, self.matrix)
        )


def view_of(page: Any) -> View:
    """Of a pypdfium2 page."""
    left, bottom, right, top = page.get_bbox()
    width, height = page.get_size()
    matrix = {
        90: Matrix(0, 1, 1, 0, -bottom, -left),
        180: Matrix(-1, 0, 0, 1, right, -bottom),
        270: Matrix(0, -1, -1, 0, top, right),
    }.get(page.get_rotation(), Matrix(1, 0, 0, -1, -left, top))
    return View(width, height, matrix)
