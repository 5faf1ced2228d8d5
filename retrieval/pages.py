"""Page pictures with regions marked."""

import threading
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import BadDocument, NotFound
from retrieval.models import Region

if TYPE_CHECKING:
    from PIL.Image import Image

OUTLINE = (214, 69, 0)  # burnt orange: stands out from black print, and from blue and green plots
_TINT = (255, 196, 0, 56)
_MARGIN = 4  # pixels around a region, so that the outline touches no letter
_PDFIUM = threading.Lock()  # pdfium may not be called from two threads at once


def page_png(original: Path, page: int, regions: Sequence[Region], *, width: int = 1200) -> bytes:
    """Page ``page`` (1-based) of a PDF, ``width`` pixels wide, each region outlined and tinted.

    Raises ``NotFound`` where there is no such file or page, ``BadDocument`` where it can't be read.
    """
    from PIL import Image as images
    from PIL import ImageDraw

    picture = _render(original, page, width).convert("RGBA")
    layer = images.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for region in regions:
        box = (
            region.x0 * picture.width - _MARGIN,
            region.y0 * picture.height - _MARGIN,
            region.x1 * picture.width + _MARGIN,
            region.y1 * picture.height + _MARGIN,
        )
        draw.rectangle(box, fill=_TINT, outline=(*OUTLINE, 255), width=max(2, width // 400))
    file = BytesIO()
    images.alpha_composite(picture, layer).convert("RGB").save(file, "PNG")
    return file.getvalue()


def _render(original: Path, page: int, width: int) -> "Image":
    import pypdfium2 as pdfium

    if not original.is_file():
        raise NotFound(f"{original.name}: the original is gone; ingest the document again")
    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(original)
        except pdfium.PdfiumError as error:
            raise BadDocument(original.name, f"cannot be shown: {error}") from None
        try:
            if not 1 <= page <= len(document):
                raise NotFound(f"{original.name}: no page {page}; it has pages 1 to {len(document)}")
            sheet = document[page - 1]
            try:
                picture: Image = sheet.render(scale=width / sheet.get_width()).to_pil()
                return picture
            finally:
                sheet.close()
        finally:
            document.close()
