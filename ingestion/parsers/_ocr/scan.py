"""What OCR read -> pages of lines that the PDF reader's layout takes."""

from collections.abc import Mapping, Sequence
from statistics import median

from ingestion.parsers._ocr.engine import OcrLine, Reading
from ingestion.parsers._ocr.fit import ABOVE, BELOW
from ingestion.parsers.pdf._geometry import Box, Graphics, Line, Page
from ingestion.parsers.pdf._marks import heading_number

_BODY = 10.0  # points: the size that most letters are taken to have
_BOX_TO_LETTER = ABOVE + BELOW
_CLEARLY_LARGER = 1.19  # than most: sizes come out some per cent wrong
_STANDS_APART = 0.6  # letter heights of space above a heading that is not larger
_NO_HEADING = (".", "。", ";", "；", ",", "，", ":", "：", "!", "！")


def pages_of(readings: Mapping[int, Reading]) -> list[Page]:
    """Pages by their 1-based number, in points so that body text has 10: layout judges sizes and gaps by letters."""
    heights = [
        (line.box[3] - line.box[1]) * reading.height
        for reading in readings.values()
        for line in reading.lines
        for _ in range(len(line.text))
    ]
    scale = _BODY * _BOX_TO_LETTER / median(heights) if heights else 1.0
    return [_page(number, reading, scale) for number, reading in readings.items()]


def _page(number: int, reading: Reading, scale: float) -> Page:
    width, height = reading.width * scale, reading.height * scale
    runs: list[Line] = []
    for line in reading.lines:
        x0, y0, x1, y1 = line.box
        box = Box(x0 * width, y0 * height, x1 * width, y1 * height)
        runs.append(Line(line.text, box, _size(box), _is_numbered_heading(line, box, runs), number))
    return Page(
        number, width, height, tuple(runs), (), Graphics(shown=True), unreadable=not runs, on_page=reading.on_picture
    )


def _size(box: Box) -> float:
    """In steps of an eighth of the body's size: nearer than that a box doesn't tell."""
    ratio = (box.y1 - box.y0) / _BOX_TO_LETTER / _BODY
    return _BODY * (round(ratio * 8) / 8 if ratio >= _CLEARLY_LARGER else 1.0)


def _is_numbered_heading(line: OcrLine, box: Box, above: Sequence[Line]) -> bool:
    """``4.2 Starting the pump`` with space above it is taken to be bold, which OCR doesn't tell."""
    if (heading_number(line.text) or 0) < 2 or len(line.text) > 60 or line.text.endswith(_NO_HEADING):
        return False
    return not above or not 0 <= box.y0 - above[-1].box.y1 < _STANDS_APART * _BODY
