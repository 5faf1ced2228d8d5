"""Small PDFs drawn on the spot: text at a place, rules, tables."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ingestion.parsers.base import Block, Options, Parsed
from ingestion.parsers.pdf import PARSER

Draw = Callable[[Any], None]


def draw(path: Path, *pages: Draw, size: tuple[float, float] = (595, 842), rotation: int = 0) -> Path:
    """A file with one page for each function, which gets a reportlab canvas (origin at the bottom left)."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=size, invariant=1)
    for page in pages:
        canvas.setPageRotation(rotation)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return path


def build(path: Path, story: list[Any], **more: Any) -> Path:
    """A file with reportlab's flowables."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    SimpleDocTemplate(str(path), pagesize=A4, invariant=1, **more).build(story)
    return path


def parse(path: Path, *, known_tags: Sequence[str] = (), options: Options | None = None) -> Parsed:
    return PARSER.parse(path, path.name, known_tags, options or Options(ocr=False))


def of_kind(parsed: Parsed, kind: str) -> list[Block]:
    return [block for block in parsed.blocks if block.kind == kind]


def lines(block: Block) -> list[str]:
    return [span.text for span in block.spans]


def text_of(parsed: Parsed) -> str:
    return "\n".join(line for block in parsed.blocks for line in lines(block))


def columns(canvas: Any, y: float, cells: Sequence[str], xs: Sequence[float], *, font: str = "Helvetica") -> None:
    """One row of text, each cell from its x."""
    canvas.setFont(font, 10)
    for x, cell in zip(xs, cells, strict=True):
        canvas.drawString(x, y, cell)
