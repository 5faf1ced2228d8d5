"""Pages of a PDF."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import BadDocument
from retrieval.pages.base import check_page, fitting

if TYPE_CHECKING:
    from PIL.Image import Image

_PDFIUM = threading.Lock()  # pdfium may not be called from two threads at once


class _PdfPages:
    """See ``retrieval.pages.base.Pages``."""

    suffixes = (".pdf",)

    def render(self, original: Path, page: int, width: int) -> "Image":
        import pypdfium2 as pdfium

        with _PDFIUM:
            try:
                document = pdfium.PdfDocument(original)
            except pdfium.PdfiumError as error:
                raise BadDocument(original.name, f"cannot be shown: {error}") from None
            try:
                check_page(original.name, page, len(document))
                return self._draw(document, page, width)
            except pdfium.PdfiumError as error:
                raise BadDocument(original.name, f"cannot be shown: {error}", where=f"page {page}") from None
            finally:
                document.close()

    def _draw(self, document: object, page: int, width: int) -> "Image":
        sheet = document[page - 1]  # type: ignore[index]  # pypdfium2 has no types
        try:
            across, down = sheet.get_size()
            scale = fitting(across, down, width)[0] / across
            picture: Image = sheet.render(scale=scale).to_pil()
            return picture.convert("RGB")
        finally:
            sheet.close()


PAGES = _PdfPages()
