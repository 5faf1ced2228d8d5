"""P&IDs as DXF: tags, and connections traced along the lines, all marked as inferred."""

from collections.abc import Sequence
from pathlib import Path

from ingestion.parsers.base import OPTIONS, Confidence, Options, Parsed
from retrieval.models import DocumentKind


class _Parser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "pid"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        """DWG files are taken too, to say what to do with them."""
        from retrieval.sheets.dxf_files import is_dwg, is_dxf

        if is_dxf(start) or is_dwg(start):
            return "yes"
        return "maybe" if path.suffix.lower() in (".dxf", ".dwg") else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        """Modelspace is sheet 1; a paper layout with tags of its own is a sheet too, any other lends its title block.

        Raises ``BadDocument`` for a DWG, for what cannot be mended and beyond limits.
        """
        from ingestion.parsers._drawing.dxf import read_drawings
        from ingestion.parsers._drawing.parsed import parsed, read_sheets
        from retrieval.sheets.dxf_files import open_dxf

        document, mended = open_dxf(path, name)
        drawings = read_drawings(document, name, options.max_pages)
        return parsed(read_sheets(drawings, name), name, pages=None, warnings=mended)


PARSER = _Parser()
