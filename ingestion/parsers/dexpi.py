"""P&IDs as DEXPI 1.x (Proteus XML) and 2.0: items, connections and a passage for every item, line and sheet.

A nozzle counts as its equipment, and names the port of a connection. Tees and components without a tag stay as items
of their own (called ``drawing number:ID``), so that pipes branch where they do on the drawing.
"""

import codecs
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from ingestion.parsers._dexpi_text import isolated_by, item_text, line_text, sheet_text
from ingestion.parsers._text import language_of
from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed, Span
from retrieval.graph import PlantGraph
from retrieval.models import DocumentKind, Item, Language, SheetLocator
from retrieval.proteus.read import Drawing, read
from retrieval.proteus.sheet import load

_PROTEUS = re.compile(r"<(?:\w+:)?PlantModel[\s>/]")
_MODEL = re.compile(r"<(?:\w+:)?Model[\s>]")
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8"))


class _Parser:
    kind: DocumentKind = "pid"
    version = "2"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        """Proteus files name PlantModel early, those of DEXPI 2.0 their model's source."""
        encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
        head = start.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
        if not head.startswith("<"):
            return "no"
        if _PROTEUS.search(head) or (_MODEL.search(head) and ("dexpi" in head.lower() or "Core/Engineering" in head)):
            return "yes"
        return "maybe" if path.suffix.lower() == ".xml" else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        """Read one sheet. Raises ``BadDocument`` that names the line, also for DTDs."""
        drawing = read(load(path, name))
        sheet, items = drawing.sheet, drawing.items.values()
        graph = PlantGraph(items, drawing.connections)
        return Parsed(
            kind="pid",
            title=f"{sheet.number} {sheet.title}" if sheet.number not in sheet.title else sheet.title,
            language=_language(drawing),
            blocks=tuple(_blocks(drawing, graph)),
            revision=sheet.revision,
            effective_date=sheet.date,
            asset_tags=tuple(item.tag for item in items if _is_named(item)),
            items=tuple(items),
            connections=drawing.connections,
            warnings=drawing.warnings,
        )


def _blocks(drawing: Drawing, graph: PlantGraph) -> Iterable[Block]:
    """The sheet as a whole, then every item that someone may ask for, then every line number."""
    named = [item for item in drawing.items.values() if _is_named(item)]
    # A valve without a tag can still be one to close, a connector or pump without one still something to find.
    told = [item for item in drawing.items.values() if _is_named(item) or _matters(item)]
    isolates = isolated_by(told, graph)
    number = drawing.sheet.number
    # The sheet's own passage carries no tags: it would stand before that of an item whenever one is asked for.
    yield _block(drawing, number, (0.5, 0.5), sheet_text(drawing, named))
    for item in told:
        texts = item_text(item, drawing, graph, isolates.get(item.tag, ()))
        yield _block(drawing, item.tag, item.position, texts, (item.tag,))
    for line in drawing.lines:
        if line.number:
            spot = drawing.sheet.fraction(line.spot) if line.spot else _middle(drawing, line.chains)
            yield _block(drawing, line.number, spot, line_text(line, drawing))


def _block(
    drawing: Drawing, item: str, position: tuple[float, float], texts: list[str], tags: tuple[str, ...] = ()
) -> Block:
    locator = SheetLocator(drawing_id=drawing.sheet.number, item=item, position=position)
    spans = tuple(Span(text, locator) for text in texts)
    return Block(kind="sheet", spans=spans, heading_path=(drawing.sheet.title,), tags=tags)


def _is_named(item: Item) -> bool:
    return ":" not in item.tag and item.role != "nozzle" and item.item_class != "PipeTee"


def _matters(item: Item) -> bool:
    if item.role in ("nozzle", "off_page", "other"):
        return "valve" in item.item_class.lower() or (item.role == "off_page" and bool(item.refers_to))
    return True


def _middle(drawing: Drawing, chains: Iterable[Iterable[str]]) -> tuple[float, float]:
    spots = [drawing.items[tag].position for chain in chains for tag in chain if tag in drawing.items] or [(0.5, 0.5)]
    x, y = (round(sum(spot[axis] for spot in spots) / len(spots), 5) for axis in (0, 1))
    return x, y


def _language(drawing: Drawing) -> Language:
    """By the title and what the drawing calls its things; names given beside in Chinese don't count."""
    return language_of(" ".join([drawing.sheet.title, *(one.name for one in drawing.names.values())]))


PARSER = _Parser()
