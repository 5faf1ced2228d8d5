"""The cited part of a page picture, so that nobody has to look for the mark."""

import io
from collections.abc import Sequence

from PIL import Image

MARGIN = 0.03  # of the page's height, above and below the regions
WHOLE = 0.5  # a part higher than this share of the page is not worth cutting out


def cited_part(png: bytes, regions: Sequence[Sequence[float]]) -> bytes | None:
    """The page from edge to edge, from the first region to the last; None where that is most of the page.

    ``regions``: ``[x0, y0, x1, y1]`` as fractions of the page.
    """
    if not regions:
        return None
    top = max(0.0, min(region[1] for region in regions) - MARGIN)
    bottom = min(1.0, max(region[3] for region in regions) + MARGIN)
    if bottom - top > WHOLE:
        return None
    with Image.open(io.BytesIO(png)) as page:
        part = page.crop((0, int(top * page.height), page.width, int(bottom * page.height)))
        out = io.BytesIO()
        part.save(out, "PNG")
    return out.getvalue()
