"""What stands on a page, and where. Boxes are in points from the top left of the page as it is shown."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from retrieval.models import PageLocator, Region

Parts = tuple[float, float, float, float]  # a box as fractions


class Box(NamedTuple):
    """``x0 <= x1`` from the left, ``y0 <= y1`` from the top."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def around(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def grown(self, by: float) -> "Box":
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    def level_with(self, other: "Box") -> float:
        """How much of the lower of the two stands beside the other: 1 all of it, 0 or less nothing."""
        height = min(self.y1 - self.y0, other.y1 - other.y0)
        return (min(self.y1, other.y1) - max(self.y0, other.y0)) / max(height, 0.01)

    def over(self, other: "Box") -> float:
        """How wide the two stand over one another, in points; less than 0 is the gap between them."""
        return min(self.x1, other.x1) - max(self.x0, other.x0)

    def holds(self, other: "Box", slack: float = 1.0) -> bool:
        """Whether the other's middle lies in this box."""
        x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
        return self.x0 - slack <= x <= self.x1 + slack and self.y0 - slack <= y <= self.y1 + slack


class Line(NamedTuple):
    """A line of text, or a run of it until the next wide gap. ``size`` is the letters' in points."""

    text: str
    box: Box
    size: float
    bold: bool
    page: int  # 1-based
    mono: bool = False  # letters of one width: code


class Row(NamedTuple):
    """A table's row. ``wide`` are the columns that a cell to the left of them covers: their text is empty."""

    cells: tuple[str, ...]
    box: Box
    wide: tuple[int, ...] = ()
    bold: bool = False


class Table(NamedTuple):
    """At least two columns and two rows, the first ``head`` of them head rows."""

    rows: tuple[Row, ...]
    box: Box
    page: int
    head: int = 1

    @property
    def columns(self) -> int:
        return len(self.rows[0].cells)


class Figure(NamedTuple):
    """A picture or drawing with its caption, and what is written in it."""

    caption: tuple[Line, ...]
    labels: tuple[str, ...]
    box: Box  # picture and caption
    page: int


class Rule(NamedTuple):
    """A straight line that runs along the page (``at`` is its y) or down it (``at`` is its x)."""

    at: float
    start: float
    end: float


class Graphics(NamedTuple):
    """What a page shows besides text. ``tables`` are the cells that rules make, for each table."""

    across: tuple[Rule, ...] = ()  # rules that belong to no table
    frames: tuple[Box, ...] = ()  # boxes that something may be printed in
    images: tuple[Box, ...] = ()
    drawings: tuple[Box, ...] = ()  # of each path that may be part of a drawing
    shown: bool = False  # anything at all


class Page(NamedTuple):
    """``unreadable``: it shows something, and no usable characters; ``garbled``: what characters it has say nothing."""

    number: int  # 1-based
    width: float
    height: float
    runs: tuple[Line, ...]
    tables: tuple[Table, ...]
    graphics: Graphics
    unreadable: bool = False
    garbled: bool = False
    on_page: Callable[[Parts], Parts] | None = None  # of a scan: from the page laid upright to the page as shown


def region(box: Box, page: Page) -> Region:
    """The box as fractions of the page; what lies beyond it is pulled in."""

    parts = (box.x0 / page.width, box.y0 / page.height, box.x1 / page.width, box.y1 / page.height)
    if page.on_page:
        parts = page.on_page(parts)
    x0, y0, x1, y1 = (0.0 if part < 0 else 1.0 if part > 1 else round(part, 5) for part in parts)
    return Region(x0=min(x0, x1), y0=min(y0, y1), x1=max(x0, x1), y1=max(y0, y1))


def locator(boxes: Sequence[Box], page: Page) -> PageLocator:
    return PageLocator(page=page.number, regions=tuple(region(box, page) for box in boxes))
