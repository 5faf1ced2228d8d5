"""Drawing for sketches of slides: wrapped text in a box, frames, pictures, and a mark that it is a sketch."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from retrieval.errors import BadDocument
from retrieval.pages._fonts import font
from retrieval.pages._raster import decoded, flat

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_INK, _GREY, _FAINT = (32, 32, 32), (150, 150, 150), (205, 205, 205)
_SMALLEST = 6  # pixels: of letters
_LEADING = 1.25  # from line to line, in letter heights
_INSET = 0.25  # of text from its box, in letter heights
_INDENT = 1.2  # of a level, in letter heights
_MAX_LETTERS = 20_000  # of a shape
_WIDE = "\u2e80"  # from here on letters are as wide as high, and a line may end after any


class Area(NamedTuple):
    """A box in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float


class Text(NamedTuple):
    """A paragraph; ``size`` is the height of its letters in pixels, ``level`` how far it is indented."""

    text: str
    size: float
    level: int = 0


def frame(draw: "ImageDraw", area: Area) -> None:
    x0, y0, x1, y1 = _clipped(draw, area)
    draw.rectangle((x0, y0, x1, y1), outline=_FAINT, width=1)


def line(draw: "ImageDraw", start: tuple[float, float], end: tuple[float, float]) -> None:
    draw.line((start, end), fill=_GREY, width=1)


def texts(draw: "ImageDraw", paragraphs: Sequence[Text], area: Area, *, centred: bool = False) -> None:
    """Wrapped to the box, and in smaller letters where they would run over its foot."""
    paragraphs = [one._replace(text=one.text[:_MAX_LETTERS].rstrip()) for one in paragraphs]
    while paragraphs and not paragraphs[-1].text:
        paragraphs = paragraphs[:-1]
    if not paragraphs or area.x1 - area.x0 < _SMALLEST:
        return
    shrink = 1.0
    while True:
        lines = [one for paragraph in paragraphs for one in _wrapped(draw, paragraph, shrink, area)]
        height = sum(one.size * _LEADING for one in lines)
        if height <= area.y1 - area.y0 or all(one.size <= _SMALLEST for one in lines):
            break
        shrink *= 0.9
    y = max(area.y0 + _INSET * lines[0].size, (area.y0 + area.y1 - height) / 2 if centred else area.y0)
    for one in lines:
        letters = font(round(one.size))
        x = area.x0 + (_INSET + _INDENT * one.level) * one.size
        if centred:
            x = max(x, (area.x0 + area.x1 - draw.textlength(one.text, font=letters)) / 2)
        if -one.size < y < draw.im.size[1]:
            draw.text((x, y), one.text, fill=_INK, font=letters)
        y += one.size * _LEADING


def paste(picture: "Image", blob: bytes, area: Area) -> bool:
    """The picture scaled into its box; False where it can't be read (a metafile, say)."""
    x0, y0, x1, y1 = (round(side) for side in area)
    width, height = min(max(x1 - x0, 1), picture.width), min(max(y1 - y0, 1), picture.height)
    try:
        inner = decoded(BytesIO(blob), "picture", least=max(width, height))
    except BadDocument:
        return False
    picture.paste(flat(inner, (width, height)), (x0, y0))
    return True


def mark(picture: "Image") -> None:
    """A dashed edge and a pencil line in the corner below: this is a sketch of the slide, not its exact look."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    for x in range(0, width, 12):
        draw.line(((x, 0), (x + 5, 0)), fill=_FAINT)
        draw.line(((x, height - 1), (x + 5, height - 1)), fill=_FAINT)
    for y in range(0, height, 12):
        draw.line(((0, y), (0, y + 5)), fill=_FAINT)
        draw.line(((width - 1, y), (width - 1, y + 5)), fill=_FAINT)
    size = max(8, width // 90)
    letters = font(size)
    words = "sketch · 示意"
    draw.text(
        (width - draw.textlength(words, font=letters) - size, height - 1.9 * size), words, fill=_GREY, font=letters
    )


def _wrapped(draw: "ImageDraw", paragraph: Text, shrink: float, area: Area) -> list[Text]:
    size = max(paragraph.size * shrink, _SMALLEST)
    letters = font(round(size))
    room = max(area.x1 - area.x0 - (2 * _INSET + _INDENT * paragraph.level) * size, size)
    lines = []
    for part in paragraph.text.split("\n"):
        line = ""
        for word in _words(part):
            if line.strip() and draw.textlength(line + word.rstrip(), font=letters) > room:
                lines.append(line.rstrip())
                line = ""
            line += word
        lines.append(line.rstrip())
    return [Text(one, size, paragraph.level) for one in lines]


def _words(text: str) -> list[str]:
    """What a line may be broken between: words with the space after them, and single Chinese characters."""
    words, word = [], ""
    for letter in text:
        word += letter
        if letter == " " or letter >= _WIDE:
            words.append(word)
            word = ""
    return [*words, word] if word else words


def _clipped(draw: "ImageDraw", area: Area) -> tuple[float, float, float, float]:
    """A box far off the slide costs no time; what is upside down is put right."""
    width, height = draw.im.size
    x0, x1 = sorted(min(max(x, -9.0), width + 9.0) for x in (area.x0, area.x1))
    y0, y1 = sorted(min(max(y, -9.0), height + 9.0) for y in (area.y0, area.y1))
    return x0, y0, x1, y1
