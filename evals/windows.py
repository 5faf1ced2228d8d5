"""Long texts as windows of whole sentences, each short enough for every encoder."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")


class Window(NamedTuple):
    title: str  # "" where it is too long to stand before every window
    body: str


def windows(title: str, text: str, count: Callable[[str], int], limit: int) -> list[Window]:
    """At most ``limit`` word pieces each, title included, as ``count`` counts them; at least one, in order.

    A short title stands before every window, a long one (over a third of the room) only begins the text.
    """
    title = title.strip()
    if title and count(title) > limit // 3:
        title, text = "", f"{title}\n{text}"
    room = limit - (count(title) if title else 0)
    return [Window(title, body) for body in _pack(_pieces(text, count, room), room)] or [Window(title, "")]


def _pieces(text: str, count: Callable[[str], int], room: int) -> Iterator[tuple[str, int]]:
    """Sentences with their length; one that is too long is halved until its parts fit."""
    for sentence in _SENTENCE.split(text):
        waiting = [sentence.strip()]
        while waiting:
            part = waiting.pop()
            length = count(part) if part else 0
            if length <= room or len(part) < 2:
                if part:
                    yield part, length
            else:
                cut = _middle(part)
                waiting += [part[cut:].strip(), part[:cut].strip()]


def _middle(text: str) -> int:
    """The space nearest to the middle, or the middle where there is none near it."""
    middle = len(text) // 2
    after, before = text.find(" ", middle), text.rfind(" ", 1, middle)
    near = [cut for cut in (before, after) if cut > 0 and abs(cut - middle) < max(1, middle // 2)]
    return min(near, key=lambda cut: abs(cut - middle)) if near else middle


def _pack(pieces: Iterator[tuple[str, int]], room: int) -> Iterator[str]:
    window: list[str] = []
    used = 0
    for piece, length in pieces:
        if window and used + length > room:
            yield " ".join(window)
            window, used = [], 0
        window.append(piece)
        used += length
    if window:
        yield " ".join(window)
