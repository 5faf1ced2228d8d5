"""Texts of a DXF file with their boxes, estimated: a DXF names fonts, it does not hold them."""

import math
import re
from collections.abc import Callable
from typing import Any

from ingestion.parsers._drawing.model import Point, Text, bounds
from ingestion.parsers._drawing.title import TITLE_NAMES
from ingestion.parsers._text import clean
from retrieval.tags import fold

_WIDE = re.compile("[\u2e80-\ufaff\uff00-\uff60]")
_LATIN_WIDTH, _WIDE_WIDTH = 0.82, 1.25  # of a letter, in letter heights
_LINE_STEP = 1.66  # from line to line of an MTEXT, in letter heights


def texts_of(entity: Any, place: Callable[[float, float], Point]) -> list[Text]:
    """The lines of a TEXT, ATTRIB, MTEXT or MULTILEADER; empty for any other entity."""
    kind = entity.dxftype()
    if kind in ("TEXT", "ATTRIB"):
        return _single(entity, place)
    if kind == "MTEXT":
        lines = entity.plain_text(split=True)
        return _lines(entity, lines, place)
    if kind in ("MULTILEADER", "MLEADER") and (content := entity.context.mtext) is not None:
        from ezdxf.tools.text import plain_mtext

        said = plain_mtext(content.default_content, split=True)
        height = max(content.style_height if hasattr(content, "style_height") else 0, entity.context.char_height)
        return _stack(list(said), (content.insert.x, content.insert.y), height, 0.0, 0, 0, place)
    return []


def _single(entity: Any, place: Callable[[float, float], Point]) -> list[Text]:
    align, first, second = entity.get_placement()
    name = align.name
    at = first if second is None or name == "LEFT" else second
    across = 2 if name.endswith("RIGHT") else 1 if name.endswith("CENTER") or name == "MIDDLE" else 0
    down = 0 if name.startswith("TOP") else 1 if name.startswith("MIDDLE") else 2
    if name in ("FIT", "ALIGNED") and second is not None:
        at, across, down = first.lerp(second), 1, 2
    height = entity.dxf.get("height", 1.0) or 1.0
    angle = entity.dxf.get("rotation", 0.0)
    width = entity.dxf.get("width", 1.0)
    return _stack([entity.plain_text()], (at.x, at.y), height, angle, across, down, place, width)


def _lines(entity: Any, lines: list[str], place: Callable[[float, float], Point]) -> list[Text]:
    corner = entity.dxf.get("attachment_point", 1) - 1  # 0 top left ... 8 bottom right
    spot, height = entity.dxf.insert, entity.dxf.get("char_height", 1.0) or 1.0
    return _stack(lines, (spot.x, spot.y), height, entity.get_rotation(), corner % 3, corner // 3, place)


def _stack(
    lines: list[str],
    at: Point,
    height: float,
    angle: float,
    across: int,
    down: int,
    place: Callable[[float, float], Point],
    width: float = 1.0,
) -> list[Text]:
    """Lines one above the other about a point: ``across`` 0 left, 1 centred, 2 right; ``down`` 0 top, 1 middle,
    2 bottom."""
    whole = height * (1 + _LINE_STEP * (len(lines) - 1))
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    found = []
    for number, line in enumerate(lines):
        said = clean(line)
        if not said:
            continue
        long = _long(said) * height * width
        x0 = -long * across / 2
        top = (0.0, whole / 2, whole)[down] - _LINE_STEP * height * number
        corners = [(x, y) for x in (x0, x0 + long) for y in (top, top - height)]
        spots = [place(at[0] + x * cos - y * sin, at[1] + x * sin + y * cos) for x, y in corners]
        if all(math.isfinite(x + y) for x, y in spots):
            found.append(Text(said, bounds(spots), height, abs(sin) > 0.7))
    return found


def _long(text: str) -> float:
    return sum(_WIDE_WIDTH if _WIDE.match(sign) else _LATIN_WIDTH for sign in text)


def block_title(values: dict[str, str]) -> dict[str, str]:
    """What a title block's attributes say of the sheet; empty where they are no title block's."""
    found: dict[str, str] = {}
    for name, value in values.items():
        key = TITLE_NAMES.get(re.sub(r"[\s._\-:：]+", "", fold(name)).lower(), "")
        said = clean(value)
        if key and said:
            found.setdefault(key, said)
    return found if "number" in found or len(found) >= 2 else {}
