"""Picture files: each frame of a TIFF is a page, any other is one page."""

from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.pages._raster import SUFFIXES, flat, frame, frames_of, opened
from retrieval.pages.base import MAX_PIXELS, check_page, fitting

if TYPE_CHECKING:
    from PIL.Image import Image


class _PicturePages:
    """See ``retrieval.pages.base.Pages``."""

    suffixes = tuple(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)

    def render(self, original: Path, page: int, width: int) -> "Image":
        with opened(original, original.name, MAX_PIXELS) as picture:
            check_page(original.name, page, frames_of(picture, original.name))
            shown = frame(picture, page - 1, original.name, MAX_PIXELS, least=width)
            return flat(shown, fitting(*shown.size, width))


PAGES = _PicturePages()
