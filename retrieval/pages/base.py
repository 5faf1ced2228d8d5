"""The contract of a kind whose pages can be shown: one file and a page in, a picture out."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from retrieval.errors import NotFound

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_HEIGHT = 8000  # pixels; of a taller page the picture is narrower than asked for
MAX_PIXELS = 200_000_000  # of a picture file, as ingestion takes them


class Pages(Protocol):
    """The constant ``PAGES`` of a variant."""

    suffixes: tuple[str, ...]  # in small letters, with the dot

    def render(self, original: Path, page: int, width: int) -> "Image":
        """Page ``page`` (1-based) in RGB, ``width`` pixels wide.

        Raises ``NotFound`` where there is no such page, ``BadDocument`` where it can't be read.
        """


def fitting(page_width: float, page_height: float, width: int) -> tuple[int, int]:
    """The picture's size in pixels: ``width`` wide, narrower where it would be higher than ``MAX_HEIGHT``."""
    scale = min(width / page_width, MAX_HEIGHT / page_height)
    return max(1, round(page_width * scale)), max(1, round(page_height * scale))


def check_page(name: str, page: int, pages: int) -> None:
    """Raises ``NotFound`` that says which pages there are."""
    if not 1 <= page <= pages:
        raise NotFound(f"{name}: no page {page}; it has pages 1 to {pages}")
