"""What OCR read on the pages of a picture file -> a document: a manual, or a P&ID of which only tags are known."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from ingestion.parsers._drawing.raster import read_drawing
from ingestion.parsers._ocr.engine import OcrLine, Reading
from ingestion.parsers._ocr.scan import pages_of
from ingestion.parsers._sheet_text import ROLES
from ingestion.parsers._text import language_of
from ingestion.parsers.base import Block, Parsed, Span
from ingestion.parsers.pdf import _document, _front
from ingestion.parsers.pdf._build import Builder
from ingestion.parsers.pdf._geometry import Line
from ingestion.parsers.pdf._marks import Headings
from retrieval.models import Item, PageLocator, Region, SheetLocator
from retrieval.pid_words import class_words, class_zh
from retrieval.tags import fold, normalise

Readings = Mapping[int, Reading]  # by page


def as_manual(readings: Readings, name: str, known_tags: Sequence[str], warnings: tuple[str, ...]) -> Parsed:
    """Paragraphs, steps and warnings under their headings, as of a PDF."""
    pages = pages_of(readings)
    flows = _document._flows(pages)
    lines = [item for items in flows for item in items if isinstance(item, Line)]
    headings = Headings(lines, _front.title_lines(lines))
    builder = Builder(headings, lines)
    for page, items in zip(pages, flows, strict=True):
        builder.page(page, items, ())
    blocks = tuple(builder.finish())
    front = _front.front_lines(flows)
    return Parsed(
        kind="manual",
        title=_front.title(lines, {}, name),
        language=language_of("\n".join(span.text for block in blocks for span in block.spans)),
        blocks=blocks,
        revision=_front.revision(front, {}),
        effective_date=_front.effective_date(front, {}),
        pages=len(pages),
        asset_tags=_front.asset_tags(_document._title_page(front, headings), known_tags),
        tables=builder.tables.data(known_tags),
        warnings=warnings,
        tiers=_tiers(readings),
    )


def drawing(readings: Readings, name: str) -> tuple[Item, ...] | None:
    """Its items where at least one page looks like a P&ID. Positions are those on the picture."""
    items: list[Item] = []
    for page, reading in readings.items():
        for item in read_drawing(reading.lines, _stem(name), page):
            x, y = item.position
            x0, y0, x1, y1 = reading.on_picture((x, y, x, y))
            items.append(item.model_copy(update={"position": ((x0 + x1) / 2, (y0 + y1) / 2)}))
    return tuple(items) or None


def as_drawing(items: Sequence[Item], readings: Readings, name: str, warnings: tuple[str, ...]) -> Parsed:
    """A passage a tag, then the text beside them: notes, title block, line numbers."""
    title = _stem(name)
    blocks = [_item_block(item, title) for item in items]
    for page, reading in readings.items():
        tags = {item.tag for item in items if item.page == page}
        spots = [item.position for item in items if item.page == page]
        rest = [line for line in reading.lines if not _is_item(line, reading, tags, spots)]
        if rest:
            spans = (Span(line.text, _place(line, reading, page)) for line in rest)
            blocks.append(Block("text", tuple(spans), (title,)))
    not_traced = f"{name}: a picture of a P&ID: tags were read, lines between them were not traced"
    remedy = "; ingest the drawing as DEXPI, DXF or vector PDF to have its connections"
    return Parsed(
        kind="pid",
        title=title,
        language=language_of("\n".join(line.text for reading in readings.values() for line in reading.lines)),
        blocks=tuple(blocks),
        pages=len(readings),
        items=tuple(items),
        warnings=(not_traced + remedy, *warnings),
        tiers=_tiers(readings),
    )


def _item_block(item: Item, title: str) -> Block:
    locator = SheetLocator(drawing_id=item.drawing_id, item=item.tag, position=item.position)
    named = "" if item.role == "instrument" else f"{class_words(item.item_class)} {class_zh(item.item_class)}".strip()
    what = ", ".join(word for word in (named, ROLES.get(item.role, "")) if word)
    said = Span(f"{item.tag} ({what}).", locator)  # of what is around it nothing is known
    return Block("sheet", (said,), (f"P&ID 管道仪表图 {title}",), tags=(item.tag,))


def _is_item(line: OcrLine, reading: Reading, tags: set[str], spots: Sequence[tuple[float, float]]) -> bool:
    """Whether a line is a tag, or the half of one in a balloon, and so has its own passage."""
    if normalise(fold(line.text)) in tags:
        return True
    x0, y0, x1, y1 = reading.on_picture(line.box)
    high, wide = y1 - y0, x1 - x0
    return len(line.text) <= 6 and any(
        abs((x0 + x1) / 2 - x) <= wide / 2 and abs((y0 + y1) / 2 - y) <= high for x, y in spots
    )


def _place(line: OcrLine, reading: Reading, page: int) -> PageLocator:
    x0, y0, x1, y1 = reading.on_picture(line.box)
    return PageLocator(page=page, regions=(Region(x0=x0, y0=y0, x1=x1, y1=y1),))


def _tiers(readings: Readings) -> dict[str, int]:
    read = sum(1 for reading in readings.values() if reading.lines)
    tiers = {"ocr": read, "none": len(readings) - read}
    return {tier: count for tier, count in tiers.items() if count}


def _stem(name: str) -> str:
    return PurePath(name).stem
