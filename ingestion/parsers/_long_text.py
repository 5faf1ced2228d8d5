"""Texts without end (a cell of a million characters) in pieces that cutting into passages stays quick with."""

import re
from collections.abc import Iterator

_MOST = 1500  # characters
_ENDS = re.compile(r"[\s.。!！?？;；,，、|]")


def pieces(text: str) -> Iterator[str]:
    """The text itself, or parts of it that end where words or sentences do, as far as it has any."""
    while len(text) > _MOST:
        at = max((match.end() for match in _ENDS.finditer(text, _MOST // 2, _MOST)), default=_MOST)
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    if text:
        yield text
