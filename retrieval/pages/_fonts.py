"""A font with Chinese for pictures that are drawn here."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "NotoSansCJKsc-Regular.otf",
    "wqy-zenhei.ttc",
    "msyh.ttc",
    "PingFang.ttc",
    "DejaVuSans.ttf",
)


@cache
def font(size: int) -> "FreeTypeFont | ImageFont":
    """Letters ``size`` pixels high; Pillow finds the file by its name in the usual font folders."""
    from PIL import ImageFont

    for name in _FONTS:
        try:
            # Face 2 of Noto's collection is the simplified Chinese one.
            return ImageFont.truetype(name, size, index=2 if name == "NotoSansCJK-Regular.ttc" else 0)
        except OSError:
            continue
    return ImageFont.load_default(size)
