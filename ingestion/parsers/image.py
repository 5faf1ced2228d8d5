"""Pictures: scans and photos of pages by OCR, a P&ID by the tags on it. Each frame of a TIFF is a page."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.parsers.base import OPTIONS, Confidence, Options, Parsed
from retrieval.errors import BadDocument
from retrieval.models import DocumentKind
from retrieval.pages._raster import SUFFIXES, animated, frame, frames_of, kind_of, opened

if TYPE_CHECKING:
    from ingestion.parsers._ocr.engine import Reading

_SUFFIXES = frozenset(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)


class ImageParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "manual"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        if kind_of(start):
            return "yes"
        return "maybe" if path.suffix.lower() in _SUFFIXES else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        from ingestion.parsers._ocr import blocks

        _check_name(path, name)
        if not options.ocr:
            raise BadDocument(name, "is a picture, and reading text from pictures is off", remedy=_SWITCH)
        warnings: list[str] = []
        readings = _read(path, name, options, warnings)
        if not any(reading.lines for reading in readings.values()):
            raise BadDocument(name, "no text could be read in it", remedy=_BETTER)
        drawing = blocks.drawing(readings, name)
        if drawing is not None:
            return blocks.as_drawing(drawing, readings, name, tuple(warnings))
        return blocks.as_manual(readings, name, known_tags, tuple(warnings))


_SWITCH = "set [ingestion] ocr = true"
_BETTER = "scan it at 200 dpi or more, or remove it if it holds none"


def _check_name(path: Path, name: str) -> None:
    with path.open("rb") as file:
        start = file.read(16)
    again = "copy it again from its source"
    if not start:
        raise BadDocument(name, "is empty (0 bytes)", remedy=again)
    kind = kind_of(start)
    if kind is None:
        what = f"is no {path.suffix.lstrip('.').upper()} by its content" if path.suffix else "is no picture"
        raise BadDocument(name, what, remedy="give it the suffix of its kind, or " + again)
    if path.suffix.lower() not in SUFFIXES[kind]:
        raise BadDocument(name, f"is a {kind} by its content", remedy=f"rename it to {SUFFIXES[kind][0]}")


def _read(path: Path, name: str, options: Options, warnings: list[str]) -> dict[int, "Reading"]:
    """What each page says, by its 1-based number; what could not be read goes to ``warnings``."""
    from ingestion.parsers._ocr.engine import read

    readings: dict[int, Reading] = {}
    with opened(path, name, options.max_pixels) as picture:
        count = frames_of(picture, name)
        if count > options.max_pages:
            limit = f"has {count:,} pages, more than {options.max_pages:,}"
            raise BadDocument(name, limit, remedy="raise [ingestion] max_pages or split the file")
        if animated(picture):
            warnings.append(f"{name}: is animated; its first picture was read")
        for index in range(count):
            reading = read(frame(picture, index, name, options.max_pixels))
            where = f"{name}, page {index + 1}" if count > 1 else name
            if reading.dropped:
                lines = "1 line" if reading.dropped == 1 else f"{reading.dropped} lines"
                warnings.append(f"{where}: {lines} too unclear to be read; scan it at a higher resolution")
            if not reading.lines and count > 1:
                warnings.append(f"{where}: no text could be read in it")
            readings[index + 1] = reading
    return readings


PARSER = ImageParser()
