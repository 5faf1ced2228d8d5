"""Ruled tables, exact, through pdfplumber: asked only where pdfium's paths say that a page has rules."""

from dataclasses import dataclass
from typing import Any

from ingestion.parsers._text import clean, join_lines
from ingestion.parsers.pdf._read import Box, Page


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[str, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]
    box: Box
    page: int

    @property
    def columns(self) -> int:
        return len(self.rows[0].cells)


def find_tables(plumber: Any, page: Page) -> tuple[list[Table], list[Box]]:
    """Tables of two columns and two rows or more; what is smaller is a frame around text."""
    sheet = plumber.pages[page.number - 1]
    tables, frames = [], []
    left, top = float(sheet.bbox[0]), float(sheet.bbox[1])
    for found in sheet.find_tables():
        box = _box(found.bbox, left, top)
        rows = _rows(found, left, top)
        if len(rows) >= 2 and sum(any(row.cells[i] for row in rows) for i in range(len(rows[0].cells))) >= 2:
            tables.append(Table(tuple(rows), box, page.number))
        else:
            frames.append(box)
    sheet.close()
    outer = [table for table in tables if not any(other is not table and _inside(table, other) for other in tables)]
    return outer, frames


def _inside(table: Table, other: Table) -> bool:
    size = (table.box.x1 - table.box.x0) * (table.box.y1 - table.box.y0)
    return other.box.holds(table.box) and size < (other.box.x1 - other.box.x0) * (other.box.y1 - other.box.y0)


def _box(bbox: tuple[float, float, float, float], left: float, top: float) -> Box:
    return Box(float(bbox[0]) - left, float(bbox[1]) - top, float(bbox[2]) - left, float(bbox[3]) - top)


def _rows(found: Any, left: float, top: float) -> list[Row]:
    texts = found.extract()
    rows: list[Row] = []
    spans: list[tuple[float, str]] = []  # of each column: where its latest cell ends, and its text
    for row, cells in zip(found.rows, texts, strict=True):
        spans += [(0.0, "")] * (len(cells) - len(spans))
        out = []
        for i, (place, text) in enumerate(zip(row.cells, cells, strict=True)):
            if place is not None:
                spans[i] = (float(place[3]), join_lines([clean(line) for line in (text or "").split("\n")]))
                out.append(spans[i][1])
            else:  # part of a cell above (its text holds for this row too), or of the one to the left
                out.append(spans[i][1] if spans[i][0] >= float(row.bbox[3]) - 1 else "")
        if any(out):
            rows.append(Row(tuple(out), _box(row.bbox, left, top)))
    return rows
