"""Tags of a text, as such or by a nickname."""

import re
from collections.abc import Iterator, Mapping, Sequence

from retrieval.tags import find, fold

NO_NAMES: Mapping[str, str] = {}


class Tagger:
    """``known``: tags of the register; ``names``: nicknames in small letters with the tag that each means."""

    def __init__(self, known: Sequence[str], names: Mapping[str, str]) -> None:
        self._known = frozenset(known)
        # Where a register is known, letters that no tag of the plant has are a model or part number.
        self._letters = frozenset(tag.partition("-")[0] for tag in known)
        self._names = names
        words = sorted(names, key=len, reverse=True)
        bounded = (
            rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" if name.isascii() else re.escape(name) for name in words
        )
        self._named = re.compile("|".join(bounded)) if words else None

    def tags(self, text: str) -> Iterator[str]:
        for mention in find(text, self._known):
            if not self._known or mention.tag in self._known or mention.tag.partition("-")[0] in self._letters:
                yield mention.tag
        if self._named:
            yield from (self._names[match[0]] for match in self._named.finditer(fold(text).lower()))
