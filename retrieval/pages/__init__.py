"""Page pictures with regions marked: one variant a kind of document that has pages, found by its suffix."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from retrieval.errors import NotFound
from retrieval.models import Region
from retrieval.pages.base import Pages
from retrieval.plugins import discover

OUTLINE = (214, 69, 0)  # burnt orange: stands out from black print, and from blue and green plots
_TINT = ((255, 196, 0), 56)  # and how dense, of 255
_MARGIN = 4  # pixels around a region, so that the outline touches no letter
_WIDTHS = (50, 4000)  # pixels


def page_png(original: Path, page: int, regions: Sequence[Region], *, width: int = 1200) -> bytes:
    """Page ``page`` (1-based), ``width`` pixels wide (50 to 4000), each region outlined and tinted.

    Of a page that is very long the picture is narrower. Raises ``NotFound`` where there is no such file or page, or
    the kind of document has no pages; ``BadDocument`` where it can't be read.
    """
    from PIL import Image as images
    from PIL import ImageDraw

    width = min(max(width, _WIDTHS[0]), _WIDTHS[1])
    picture = _pages(original).render(original, page, width).convert("RGB")
    boxes = [
        (
            region.x0 * picture.width - _MARGIN,
            region.y0 * picture.height - _MARGIN,
            region.x1 * picture.width + _MARGIN,
            region.y1 * picture.height + _MARGIN,
        )
        for region in regions
    ]
    tint, draw = images.new("L", picture.size), ImageDraw.Draw(picture)
    for box in boxes:  # one layer: where regions overlap the page is not darker
        ImageDraw.Draw(tint).rectangle(box, fill=_TINT[1])
    picture.paste(_TINT[0], mask=tint)
    for box in boxes:
        draw.rectangle(box, outline=OUTLINE, width=max(2, width // 400))
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _pages(original: Path) -> Pages:
    if not original.is_file():
        raise NotFound(f"{original.name}: the original is gone; ingest the document again")
    kinds: dict[str, Pages] = discover("retrieval.pages", "PAGES")
    for kind in kinds.values():
        if original.suffix.lower() in kind.suffixes:
            return kind
    raise NotFound(f"{original.name}: this kind of document has no pages; its text is under /v1/documents/{{id}}/text")
