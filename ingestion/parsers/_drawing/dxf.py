"""A layout of a DXF file as a drawing: blocks that name a symbol kept whole, everything else taken apart."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ingestion.parsers._drawing.dxf_shapes import Shapes, circles_of_arcs
from ingestion.parsers._drawing.dxf_text import block_title, texts_of
from ingestion.parsers._drawing.model import Circle, Drawing, Hint, Point, Stamp, Stroke, bounds, united
from ingestion.parsers._drawing.stamps import stamp_tag, stated
from ingestion.parsers._drawing.tags import whole_tag
from ingestion.parsers._drawing.title import read_title
from retrieval.errors import BadDocument
from retrieval.sheets.dxf_files import MAX_DEPTH, MAX_ENTITIES, Extent, drawn, extent, layouts

_LAYERS: tuple[tuple[str, Hint], ...] = (
    ("SIGNAL", "signal"), ("INSTR", "signal"), ("ELEC", "signal"), ("信号", "signal"), ("仪表", "signal"),
    ("PIPE", "pipe"), ("PIPING", "pipe"), ("PROCESS", "pipe"), ("管", "pipe"),
    ("FRAME", "frame"), ("BORDER", "frame"), ("TITLE", "frame"), ("图框", "frame"), ("标题", "frame"),
)  # fmt: skip
_DASHED = ("DASH", "HIDDEN", "DOT", "ISO02", "ISO03", "虚线")
_SILENT = frozenset("VIEWPORT ATTDEF POINT LEADER DIMENSION XLINE RAY WIPEOUT MESH BODY REGION 3DSOLID".split())
_LARGEST_STAMP = 0.3  # of the sheet's width or height


class Reader:
    """Takes layouts apart. ``warnings`` say what of them is not read."""

    def __init__(self, document: Any, name: str) -> None:
        self.document, self.name = document, name
        self._left_out: Counter[str] = Counter()
        self._hidden = 0
        self._layers = {layer.dxf.name.lower(): layer for layer in document.layers}

    def read(self, layout: Any, page: int, area: Extent) -> Drawing:
        """Raises ``BadDocument`` where it holds more than can be traced."""
        self._left_out, self._hidden = Counter(), 0
        sheet = Shapes(area)
        for entity in layout:
            self._entity(entity, sheet, 0)
        sheet.circles += circles_of_arcs(sheet.arcs, sheet.strokes)
        return Drawing(
            page,
            area.width,
            area.height,
            texts=tuple(sheet.texts),
            strokes=tuple(sheet.strokes),
            circles=tuple(sheet.circles),
            stamps=tuple(sheet.stamps),
            title=sheet.title,
            warnings=tuple(self._warnings(page)),
        )

    def _warnings(self, page: int) -> Iterator[str]:
        for kind, count in sorted(self._left_out.items()):
            yield f"{self.name}, page {page}: {count} x {kind} is not read; explode it or draw it as lines and text"
        if self._hidden:
            yield f"{self.name}, page {page}: {self._hidden} entities on layers that are off or frozen are left out"

    def _entity(self, entity: Any, sheet: "Shapes", depth: int) -> None:
        if not self._is_shown(entity):
            self._hidden += 1
            return
        if entity.dxftype() == "INSERT":
            self._insert(entity, sheet, depth)
        elif texts := texts_of(entity, sheet.place):
            sheet.texts += texts
        else:
            self._geometry(entity, sheet)

    def _is_shown(self, entity: Any) -> bool:
        layer = self._layers.get(entity.dxf.get("layer", "0").lower())
        if layer is not None and (layer.is_off() or layer.is_frozen()):
            return False
        return not entity.dxf.get("invisible", 0)

    def _insert(self, insert: Any, sheet: "Shapes", depth: int) -> None:
        if depth >= MAX_DEPTH:
            self._left_out[f"block {insert.dxf.name} nested deeper than {MAX_DEPTH}"] += 1
            return
        values = {one.dxf.tag: one.dxf.text for one in insert.attribs}
        sheet.title |= block_title(values)
        inner = Shapes(sheet.area)
        for one in insert.attribs:
            if not one.is_invisible:
                inner.texts += texts_of(one, sheet.place)
        for placed in insert.multi_insert() if insert.mcount > 1 else (insert,):
            for entity in placed.virtual_entities():
                self._entity(entity, inner, depth + 1)
        paths = (*inner.strokes, *_rings(inner.circles))
        if depth == 0 and paths and insert.mcount == 1:
            stamp = Stamp(insert.dxf.name, values, paths, united(bounds(one.points) for one in paths), _towards(insert))
            if _is_symbol(stamp, sheet.area):
                sheet.stamps.append(stamp)
                sheet.texts += inner.texts
                return
        sheet.take(inner)

    def _geometry(self, entity: Any, sheet: "Shapes") -> None:
        from ezdxf.lldxf.const import DXFError

        kind = entity.dxftype()
        hint, dashed = self._hint(entity), self._is_dashed(entity)
        try:
            if not sheet.add(entity, hint, dashed) and kind not in _SILENT:
                self._left_out[kind] += 1
        except (DXFError, ValueError, TypeError, AttributeError, ZeroDivisionError, ArithmeticError):
            self._left_out[f"{kind} with values that make no shape"] += 1

    def _hint(self, entity: Any) -> Hint:
        layer = entity.dxf.get("layer", "0").upper()
        return next((hint for word, hint in _LAYERS if word in layer), "")

    def _is_dashed(self, entity: Any) -> bool:
        line = entity.dxf.get("linetype", "BYLAYER").upper()
        if line == "BYLAYER":
            layer = self._layers.get(entity.dxf.get("layer", "0").lower())
            line = layer.dxf.get("linetype", "").upper() if layer is not None else ""
        return any(word in line for word in _DASHED)


def _rings(circles: Iterable[Circle]) -> Iterator[Stroke]:
    from ingestion.parsers._drawing.model import ring_of

    return (Stroke(ring_of(circle), filled=circle.filled, curved=True) for circle in circles)


def _towards(insert: Any) -> Point:
    angle = math.radians(insert.dxf.get("rotation", 0.0))
    return math.cos(angle), math.sin(angle)


def _is_symbol(stamp: Stamp, area: Extent) -> bool:
    """Whether a block stands for one thing: its name or its attributes say which, and it is no whole sheet."""
    wide, high = stamp.box[2] - stamp.box[0], stamp.box[3] - stamp.box[1]
    small = wide <= _LARGEST_STAMP * area.width and high <= _LARGEST_STAMP * area.height
    return small and bool(stated(stamp.name) or stamp_tag(stamp)) and not block_title(stamp.values)


def read_drawings(document: Any, name: str, most: int) -> list[Drawing]:
    """Every layout that is a sheet of its own. The title block is often on paper while the plant is in modelspace."""
    found = layouts(document)
    if not found:
        raise BadDocument(name, "holds nothing that is drawn", remedy="export it again with its entities")
    if len(found) > most:
        limit = f"has {len(found):,} layouts, more than {most:,}"
        raise BadDocument(name, limit, remedy="raise [ingestion] max_pages or split the file")
    if sum(drawn(layout) for layout in found) > MAX_ENTITIES:
        limit = f"holds more than {MAX_ENTITIES:,} entities, those of placed blocks included"
        raise BadDocument(name, limit, remedy="purge it, or split it into sheets")
    reader = Reader(document, name)
    drawings = [reader.read(layout, page, extent(layout)) for page, layout in enumerate(found, 1)]
    first, papers = drawings[0], drawings[1:]
    own = [one for one in papers if _has_tags(one)]
    for paper in papers:
        if paper not in own:
            title = read_title(paper)
            said = {"number": title.number, "title": title.title, "revision": title.revision, "date": title.date or ""}
            first = replace(
                first,
                title={**{key: value for key, value in said.items() if value}, **first.title},
                warnings=(*first.warnings, *paper.warnings),
            )
    return [first, *own]


def _has_tags(drawing: Drawing) -> bool:
    tags = {tag for text in drawing.texts if (tag := whole_tag(text.text))}
    return len(tags) + sum(bool(stamp_tag(stamp)) for stamp in drawing.stamps) >= 3
