"""The whole file: pages read one by one, then what only the whole tells: running heads, headings, tables overleaf."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

from ingestion.parsers._text import language_of
from ingestion.parsers.base import Block, Options, Parsed
from ingestion.parsers.pdf import _front
from ingestion.parsers.pdf._aligned import aligned_tables
from ingestion.parsers.pdf._build import Builder
from ingestion.parsers.pdf._figures import find_figures
from ingestion.parsers.pdf._geometry import Graphics, Line, Page, Table
from ingestion.parsers.pdf._layout import Placed, flow
from ingestion.parsers.pdf._lines import body_size
from ingestion.parsers.pdf._marks import Headings, heading_number
from ingestion.parsers.pdf._open import open_document
from ingestion.parsers.pdf._read import read_page
from ingestion.parsers.pdf._running import running
from ingestion.parsers.pdf._scan import Scan, recognise
from ingestion.parsers.pdf._view import View, view_of
from retrieval.errors import BadDocument, Unavailable

_MOST_NAMED = 20  # pages that are named one by one for one fault


@dataclass
class _Reading:
    """Pages as they come, and what went by the way."""

    name: str
    options: Options
    pages: list[Page] = field(default_factory=list)
    tiers: Counter[str] = field(default_factory=Counter)
    _lost: dict[str, list[int]] = field(default_factory=dict)  # why -> pages

    @property
    def warnings(self) -> tuple[str, ...]:
        """One line a page; of many pages with one fault the first few."""
        out = []
        for why, pages in self._lost.items():
            out += [f"{self.name}, page {page}: {why}" for page in pages[:_MOST_NAMED]]
            if more := len(pages) - _MOST_NAMED:
                out += [f"{self.name}, page {pages[-1]} and {more - 1} before it: {why}"] if more > 0 else []
        return tuple(out)

    def read(self, document: Any, index: int) -> None:
        number = index + 1
        try:
            with closing(document[index]) as page:
                self.pages.append(self._page(page, number))
        except pypdfium2.PdfiumError:
            self._lose(number, "cannot be read; export the file again from its source")
            self.pages.append(_blank(number))

    def _page(self, page: Any, number: int) -> Page:
        view = view_of(page)
        if not view.usable:
            self._lose(number, f"has no usable size ({view.width:g} x {view.height:g} points); export it again")
            return _blank(number)
        found = read_page(page, number, view)
        if not found.unreadable:
            self.tiers["text"] += 1
            return found
        scan = self._recognised(page, number, view) if self.options.ocr else None
        if scan and scan.lines:
            self.tiers["ocr"] += 1
            return Page(number, scan.width, scan.height, scan.lines, (), Graphics(shown=True), on_page=scan.on_page)
        if found.runs and not found.garbled:
            self.tiers["text"] += 1
            return found
        self._lose(number, "no usable text; make a scan searchable (OCR) first")
        return found

    def _recognised(self, page: Any, number: int, view: View) -> Scan | None:
        try:
            scan = recognise(page, number, view, self.options.max_pixels)
        except Unavailable as error:
            self._warn(number, f"not read by OCR: {error}")
            return None
        if scan.dropped:
            self._warn(number, f"{scan.dropped} lines of the scan are too faint to read")
        return scan

    def _lose(self, number: int, why: str) -> None:
        self.tiers["none"] += 1
        self._warn(number, why)

    def _warn(self, number: int, why: str) -> None:
        self._lost.setdefault(why, []).append(number)


def _blank(number: int) -> Page:
    return Page(number, 1.0, 1.0, (), (), Graphics())


def parse(path: Path, name: str, known_tags: Sequence[str], options: Options) -> Parsed:
    """See ``ingestion.parsers.base.Parser.parse``."""
    with open_document(path, name, options.max_pages) as document:
        metadata: dict[str, str] = document.get_metadata_dict()
        reading = _Reading(name, options)
        for index in range(len(document)):
            reading.read(document, index)
    pages = reading.pages
    if reading.tiers["none"] == len(pages) and not any(page.runs or page.graphics.shown for page in pages):
        raise BadDocument(name, "has no page that can be read", remedy="export it again from its source")
    flows = _flows(pages)
    lines = [item for items in flows for item in items if isinstance(item, Line)]
    headings = Headings(lines, _front.title_lines(lines))
    builder = Builder(headings, lines)
    for page, items in zip(pages, flows, strict=True):
        builder.page(page, items, page.graphics.frames)
    blocks = builder.finish()
    front = _front.front_lines(flows)
    return Parsed(
        kind="manual",
        title=_front.title(lines, metadata, name),
        language=language_of(_all_text(blocks)),
        blocks=tuple(blocks),
        revision=_front.revision(front, metadata),
        effective_date=_front.effective_date(front, metadata),
        pages=len(pages),
        asset_tags=_front.asset_tags(_title_page(front, headings), known_tags),
        tables=builder.tables.data(known_tags),
        warnings=reading.warnings,
        tiers=dict(reading.tiers),
    )


def _flows(pages: Sequence[Page]) -> list[list[Placed]]:
    """Each page's items in reading order."""
    left_out = running(pages)
    body = body_size(run for page in pages for run in page.runs)
    flows = []
    for page in pages:
        runs = [run for run in page.runs if (page.number, run) not in left_out]
        figures, runs = find_figures(page, runs, body)
        aligned = aligned_tables(page, runs)
        tables: list[Table] = [*page.tables, *aligned]
        rest = [run for run in runs if not any(table.box.holds(run.box) for table in aligned)]
        flows.append(flow(page, [*tables, *figures], rest))
    return flows


def _title_page(lines: Sequence[Line], headings: Headings) -> list[Line]:
    """Lines of the first page before its first numbered section."""
    first = [line for line in lines if line.page == 1]
    ends = (i for i, line in enumerate(first) if headings.is_heading(line) and heading_number(line.text))
    return first[: next(ends, len(first))]


def _all_text(blocks: Sequence[Block]) -> str:
    return "\n".join(span.text for block in blocks for span in block.spans)
