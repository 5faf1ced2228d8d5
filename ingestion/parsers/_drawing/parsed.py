"""Traced sheets -> what the parser of a drawing gives back: passages, items, connections, warnings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ingestion.parsers._drawing.labels import Labels
from ingestion.parsers._drawing.model import Drawing, Text, middle
from ingestion.parsers._drawing.text import item_text, line_text, sheet_text
from ingestion.parsers._drawing.title import Title, read_title
from ingestion.parsers._drawing.trace import Traced, trace
from ingestion.parsers._text import language_of
from ingestion.parsers.base import Block, Parsed, Span
from retrieval.errors import BadDocument
from retrieval.graph import PlantGraph
from retrieval.models import Item, Locator, PageLocator, Region, SheetLocator


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read. ``id`` is its number, or what stands for it."""

    drawing: Drawing
    id: str
    title: Title
    traced: Traced

    @property
    def items(self) -> list[Item]:
        """What has a tag."""
        return [item for item in self.traced.items if ":" not in item.tag]


def read_sheets(drawings: Iterable[Drawing], name: str) -> list[Sheet]:
    """Trace each. A sheet without a number is called after the file, one whose number another bears after its page."""
    sheets: list[Sheet] = []
    stem = PurePath(name).stem
    for drawing in drawings:
        title = read_title(drawing)
        id_ = title.number or (f"{stem} page {drawing.page}" if drawing.page > 1 or sheets else stem)
        if any(sheet.id == id_ for sheet in sheets):
            id_ = f"{id_} page {drawing.page}"
        sheets.append(Sheet(drawing, id_, title, trace(drawing, id_)))
    return sheets


def parsed(sheets: Sequence[Sheet], name: str, *, pages: int | None, warnings: Iterable[str] = ()) -> Parsed:
    """``pages`` is None where the file is no paged one. Raises ``BadDocument`` where no sheet says anything."""
    if not any(sheet.drawing.texts or sheet.items for sheet in sheets):
        raise BadDocument(
            name,
            "holds no text: its letters are drawn as lines, or it is empty",
            remedy="export it again with texts as text",
        )
    graph = PlantGraph(
        (item for sheet in sheets for item in sheet.traced.items),
        (one for sheet in sheets for one in sheet.traced.connections),
    )
    told = [sheet for sheet in sheets if sheet.items] or list(sheets)
    first = told[0]
    said = [*warnings, *(f"{name}: {one}" for one in _disagreements(told))]
    for sheet in sheets:
        said += sheet.drawing.warnings
        said += [f"{name}: {one}" for one in sheet.traced.warnings]
    blocks = [block for sheet in sheets for block in _blocks(sheet, graph, paged=pages is not None)]
    return Parsed(
        kind="pid",
        title=_title(first, name),
        language=language_of("\n".join(text.text for sheet in sheets for text in sheet.drawing.texts)),
        blocks=tuple(blocks),
        revision=first.title.revision or "0",
        effective_date=first.title.date,
        pages=pages,
        asset_tags=tuple(dict.fromkeys(item.tag for sheet in sheets for item in sheet.items)),
        items=tuple(item for sheet in sheets for item in sheet.traced.items),
        connections=tuple(one for sheet in sheets for one in sheet.traced.connections),
        warnings=tuple(said),
        tiers={"drawing": len(sheets)},
    )


def _title(sheet: Sheet, name: str) -> str:
    number, title = sheet.title.number, sheet.title.title
    if number and title:
        return title if number in title else f"{number} {title}"
    return number or title or PurePath(name).stem


def _disagreements(sheets: Sequence[Sheet]) -> Iterator[str]:
    revisions = list(dict.fromkeys(sheet.title.revision for sheet in sheets if sheet.title.revision))
    if len(revisions) > 1:
        yield f"its sheets are of revisions {', '.join(revisions)}; the first one's stands for all"


def _blocks(sheet: Sheet, graph: PlantGraph, *, paged: bool) -> Iterator[Block]:
    heading = (sheet.title.title or sheet.id,)
    if sheet.items:
        title = sheet.title
        whole = SheetLocator(drawing_id=sheet.id, item=sheet.id, position=(0.5, 0.5))
        texts = sheet_text(sheet.id, title.title, title.revision, title.date, sheet.items)
        yield Block("sheet", tuple(Span(text, whole) for text in texts), heading)
    words = {label.tag: label.words for label in sheet.traced.labels.tags if label.words}
    for item in sheet.traced.items:
        if ":" not in item.tag or item.role.endswith("valve") or item.item_class.endswith("Valve"):
            at = SheetLocator(drawing_id=sheet.id, item=item.tag, position=item.position)
            spans = tuple(Span(text, at) for text in item_text(item, words.get(item.tag, ""), graph))
            yield Block("sheet", spans, heading, tags=(item.tag,))
    yield from _lines(sheet, heading)
    yield from _notes(sheet, sheet.traced.labels, heading, paged=paged)


def _lines(sheet: Sheet, heading: tuple[str, ...]) -> Iterator[Block]:
    first: dict[str, Text] = {}
    for line, text in sheet.traced.labels.lines:
        first.setdefault(line, text)
    for line, text in first.items():
        at = SheetLocator(drawing_id=sheet.id, item=line, position=sheet.drawing.fraction(middle(text.box)))
        yield Block("sheet", (Span(line_text(line, sheet.traced.connections), at),), heading)


def _notes(sheet: Sheet, labels: Labels, heading: tuple[str, ...], *, paged: bool) -> Iterator[Block]:
    """All other text, top to bottom: notes, names of equipment, the title block. Columns a hand apart are apart."""
    locate = _on_page(sheet) if paged else _on_sheet(sheet)
    unit = labels.unit
    groups: list[list[Text]] = []
    for text in sorted(labels.rest, key=lambda one: (one.box[1], one.box[0])):
        home = next((group for group in reversed(groups) if _follows(text, group[-1], unit)), None)
        if home is None:
            groups.append([text])
        else:
            home.append(text)
    for group in groups:
        yield Block("text", tuple(Span(text.text, locate(text)) for text in group), heading)


def _follows(text: Text, last: Text, unit: float) -> bool:
    """Whether a text stands right under another, or beside it on its line."""
    down = text.box[1] - last.box[3]
    across = max(text.box[0] - last.box[2], last.box[0] - text.box[2])
    level = abs(text.box[1] - last.box[1]) <= 0.5 * last.height
    return (-unit <= down <= 1.6 * unit and across <= 0) or (level and across <= 3 * unit)


def _on_page(sheet: Sheet) -> Callable[[Text], Locator]:
    def locate(text: Text) -> Locator:
        x0, y0 = sheet.drawing.fraction((text.box[0], text.box[1]))
        x1, y1 = sheet.drawing.fraction((text.box[2], text.box[3]))
        return PageLocator(page=sheet.drawing.page, regions=(Region(x0=x0, y0=y0, x1=x1, y1=y1),))

    return locate


def _on_sheet(sheet: Sheet) -> Callable[[Text], Locator]:
    def locate(text: Text) -> Locator:
        return SheetLocator(drawing_id=sheet.id, item=sheet.id, position=sheet.drawing.fraction(middle(text.box)))

    return locate
