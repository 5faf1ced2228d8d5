"""Names of WordprocessingML, and what symbol fonts show."""

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
V = "{urn:schemas-microsoft-com:vml}"
_OFF = frozenset({"0", "false", "off", "none"})
# The Symbol font's letters of Latin keys, and what manuals use of its upper half; Wingdings' ticks and arrows.
_GREEK = dict(zip("abgdezhqiklmnxprstufcyw", "αβγδεζηθικλμνξπρστυφχψω", strict=True))
_CAPITAL_GREEK = dict(zip("GDQLXPSFYW", "ΓΔΘΛΞΠΣΦΨΩ", strict=True))
_SYMBOL = {
    0xB0: "°",
    0xB1: "±",
    0xB2: "″",
    0xB3: "≥",
    0xA3: "≤",
    0xA2: "′",
    0xA5: "∞",
    0xB4: "×",
    0xB7: "•",
    0xB8: "÷",
    0xB9: "≠",
    0xBB: "≈",
    0xAB: "↔",
    0xAC: "←",
    0xAD: "↑",
    0xAE: "→",
    0xAF: "↓",
    0xC6: "∅",
    0xD6: "√",
    0xD7: "⋅",
    0xE5: "∑",
    0x2D: "−",
}
_WINGDINGS = {0xE0: "→", 0xDF: "←", 0xE1: "↑", 0xE2: "↓", 0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xA8: "☐", 0x6F: "☐"}


def value(element: Any, child: str, attribute: str = "val") -> str | None:
    """``w:val`` of a child of properties; '' where the child is there without it, None where it isn't."""
    found = element.find(W + child) if element is not None else None
    return None if found is None else (found.get(W + attribute) or "")


def is_on(properties: Any, child: str) -> bool:
    """A switch such as ``w:b``: on where it stands, unless it says off."""
    found = value(properties, child)
    return found is not None and found not in _OFF


def number(text: str | None, default: int = 0) -> int:
    """An attribute as a number, the default where it is none."""
    try:
        return int(text) if text else default
    except ValueError:
        return default


def symbol(font: str, code: str) -> str:
    """What a ``w:sym`` shows, '' where it isn't known."""
    point = number_16(code)
    if point >= 0xF000:
        point -= 0xF000
    if "wingdings" in font.lower():
        return _WINGDINGS.get(point, "")
    if font.lower() == "symbol":
        letter = chr(point)
        return _SYMBOL.get(point) or _GREEK.get(letter) or _CAPITAL_GREEK.get(letter) or (letter if point < 127 else "")
    return chr(point) if 31 < point < 0xD800 else ""


def number_16(code: str) -> int:
    try:
        return min(int(code, 16), 0xFFFF)
    except ValueError:
        return 0
