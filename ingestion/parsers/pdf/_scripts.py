"""Raised and lowered digits as the characters that Unicode has for them: 10 to the minus 3 must not read 10-3."""

from collections.abc import Sequence
from ctypes import addressof, c_double

from ingestion.parsers.pdf import _pdfium as pdfium

_RAISED = dict(zip("0123456789+-\u2212\u2013=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾", strict=True))
_LOWERED = dict(zip("0123456789+-\u2212\u2013=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎", strict=True))
SMALLER = 0.87  # of the height of the letters beside them
_RISE, _DROP = 0.15, 0.06  # of that height that their feet stand higher or lower
_MOST = 5  # characters of an exponent


def scripts(text_page: int, characters: Sequence[str], first: int, usual: int, small: Sequence[int]) -> list[str]:
    """The run's characters with small groups of digits raised or lowered.

    ``characters`` begin at the page's character ``first``; ``usual`` is the index of a letter of usual height,
    ``small`` are the indices of smaller ones. A group that has other than digits and signs stays as it is.
    """
    out = list(characters)
    height, base = _height_and_foot(text_page, usual)
    for group in _groups(small):
        text = [out[index - first] for index in group]
        rise = _rise(text_page, group[0], base) / max(height, 0.1)
        table = _RAISED if rise > _RISE else _LOWERED if rise < -_DROP else {}
        if len(group) <= _MOST and all(character in table for character in text):
            for index, character in zip(group, text, strict=True):
                out[index - first] = table[character]
    return out


def _groups(small: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for index in small:
        if groups and index == groups[-1][-1] + 1:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _height_and_foot(text_page: int, index: int) -> tuple[float, tuple[float, float, float, float]]:
    """Letter size as shown; where a letter's foot stands and which way is up, in the page's own coordinates."""
    values = pdfium.Floats6()
    size = pdfium.font_size(text_page, index)
    up = (0.0, 1.0)
    if pdfium.text_matrix(text_page, index, addressof(values)):
        length = (values[2] ** 2 + values[3] ** 2) ** 0.5
        if length > 0:
            up = (values[2] / length, values[3] / length)
            size *= length
    return size, (*_foot(text_page, index), *up)


def _foot(text_page: int, index: int) -> tuple[float, float]:
    pair = (c_double * 2)()
    pdfium.origin(text_page, index, addressof(pair), addressof(pair) + 8)
    return pair[0], pair[1]


def _rise(text_page: int, index: int, base: tuple[float, float, float, float]) -> float:
    x, y = _foot(text_page, index)
    return (x - base[0]) * base[2] + (y - base[1]) * base[3]
