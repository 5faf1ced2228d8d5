"""Pages without usable text: rendered, and read by OCR. Half a page a second, so only these."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from ingestion.parsers.pdf._geometry import Box, Line, Parts
from ingestion.parsers.pdf._view import View

_DOTS = 200 / 72  # of the picture for each point of the page
_MOST_PIXELS = 40_000_000  # of the picture, whatever size the page claims to have
_SAME = 0.18  # sizes that differ less from the page's usual one are that: boxes of OCR jitter
_HEIGHT = 1.1  # of a line's box in letter sizes


class Scan(NamedTuple):
    """What OCR read: lines in points of the page laid upright, which is ``width`` by ``height``.

    ``on_page`` leads a box in fractions of that back to fractions of the page as it is shown.
    """

    lines: tuple[Line, ...]
    width: float
    height: float
    on_page: Callable[[Parts], Parts]
    dropped: int  # lines seen and not read with any confidence


def recognise(page: Any, number: int, view: View, max_pixels: int) -> Scan:
    """Of a pypdfium2 page. Raises Unavailable where no OCR engine is installed."""
    from ingestion.parsers._ocr.engine import read  # loads onnxruntime

    most = min(max_pixels, _MOST_PIXELS)
    scale = min(_DOTS, math.sqrt(most / (view.width * view.height)))
    bitmap = page.render(scale=scale)
    try:
        reading = read(bitmap.to_pil().convert("RGB"))
    finally:
        bitmap.close()
    width, height = reading.width / scale, reading.height / scale
    found = [line for line in reading.lines if line.text.strip()]
    boxes = [Box(x0 * width, y0 * height, x1 * width, y1 * height) for x0, y0, x1, y1 in (line.box for line in found)]
    heights = sorted(box.height for box in boxes)
    usual = heights[len(heights) // 2] if heights else 0.0
    sizes = (usual if abs(box.height - usual) < _SAME * usual else box.height for box in boxes)
    lines = tuple(
        Line(" ".join(line.text.split()), box, size / _HEIGHT, False, number)
        for line, box, size in zip(found, boxes, sizes, strict=True)
    )
    return Scan(lines, width, height, reading.on_picture, reading.dropped)
