"""Rings on pictures of drawings: around what a citation points at."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

RING = (220, 30, 60)
_TINT = 46  # of 255
_RADIUS = 1 / 50  # of the picture's width: a valve with its tag beside it


def draw_rings(picture: "Image", spots: Sequence[tuple[float, float]]) -> None:
    """Ring places on an RGB picture; ``spots`` are fractions of it from the top left corner."""
    from PIL import Image as images
    from PIL import ImageDraw

    radius = max(picture.width, picture.height) * _RADIUS
    for x, y in spots:
        across, down = x * picture.width, y * picture.height
        box = (across - radius, down - radius, across + radius, down + radius)
        tint = images.new("L", picture.size)
        ImageDraw.Draw(tint).ellipse(box, fill=_TINT)
        picture.paste(images.new("RGB", picture.size, RING), (0, 0), tint)
        ImageDraw.Draw(picture).ellipse(box, outline=RING, width=max(2, round(radius / 9)))


def ringed(png: bytes, spots: Sequence[tuple[float, float]]) -> bytes:
    """A PNG with places on it ringed."""
    from PIL import Image as images

    with images.open(BytesIO(png)) as file:
        picture = file.convert("RGB")
    draw_rings(picture, spots)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
