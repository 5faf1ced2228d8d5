"""A page of the file -> runs, ruled tables and graphics. The fast tier: pdfium's characters and paths, read once."""

from contextlib import closing
from typing import Any

from ingestion.parsers.pdf import _pdfium as pdfium
from ingestion.parsers.pdf._characters import read_characters, runs_of
from ingestion.parsers.pdf._geometry import Graphics, Page
from ingestion.parsers.pdf._grid import find_grids
from ingestion.parsers.pdf._paths import read_paths
from ingestion.parsers.pdf._tables import cells_of, tables_of
from ingestion.parsers.pdf._view import View

_FRAME_SHARE = 0.6  # of the page's height; what is higher is a border or background
_FEW = 20  # characters on a page that a picture covers: a stamp on a scan
_COVERED = 0.5  # of the page, by one picture


def read_page(page: Any, number: int, view: View) -> Page:
    """Of a pypdfium2 page."""
    drawn = read_paths(pdfium.pointer(page.raw), view)
    grids, across, frames = find_grids(drawn)
    with closing(page.get_textpage()) as text_page:
        raw = pdfium.pointer(text_page.raw)
        characters = read_characters(raw, view)
        runs, owners = runs_of(characters, cells_of(characters, grids), raw, number)
        tables, rest, small = tables_of(grids, runs, owners, number)
        if small:  # lines that cross and make no table part no words
            grids = [grid for grid in grids if grid.box not in small]
            runs, owners = runs_of(characters, cells_of(characters, grids), raw, number)
            tables, rest, _ = tables_of(grids, runs, owners, number)
    written = len(characters.places)
    stamped = written < _FEW and any(
        box.width * box.height > _COVERED * view.width * view.height for box in drawn.images
    )
    graphics = Graphics(
        across=tuple(across),
        frames=tuple(box for box in (*drawn.frames, *frames, *small) if box.height < _FRAME_SHARE * view.height),
        images=tuple(drawn.images),
        drawings=tuple(box for box in drawn.drawings if not any(table.box.holds(box) for table in tables)),
        shown=drawn.shown,
    )
    garbled = characters.unusable
    unreadable = (not written and drawn.shown) or garbled or stamped
    return Page(number, view.width, view.height, tuple(rest), tuple(tables), graphics, unreadable, garbled)
