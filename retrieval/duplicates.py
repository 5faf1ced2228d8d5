"""Near-duplicates among what was found: the same paragraph in two documents, or copied within one, is shown once."""

import re
from collections import defaultdict
from collections.abc import Iterable

from retrieval.models import Passage

_ALIKE = 0.9  # share of words in common (Jaccard) from which two texts say the same
_WORD = re.compile(r"[A-Za-z]+|[\u3400-\u9fff]|\d+(?:[.,]\d+)*")


def fold(passages: Iterable[Passage]) -> dict[str, str]:
    """By id of a passage that says what an earlier one says already: that one's id. In the order given.

    Texts that differ in any number are never alike, nor are two of which the later one belongs to a tag that the
    earlier doesn't: a changed limit and the twin's own row are what somebody may be looking for.
    """
    kept: dict[tuple[str, ...], list[tuple[Passage, frozenset[str]]]] = defaultdict(list)
    folded: dict[str, str] = {}
    for passage in passages:
        words = _WORD.findall(passage.text.lower())
        numbers, known = tuple(sorted(word for word in words if word[0].isdigit())), frozenset(words)
        same = next((first for first, other in kept[numbers] if _alike(known, other) and _covers(first, passage)), None)
        if same is not None:
            folded[passage.id] = same.id
        else:
            kept[numbers].append((passage, known))
    return folded


def says_more(passage: Passage, title: str) -> bool:
    """Whether it says anything beside its document's title: a cover page alone answers nothing."""
    return not set(_WORD.findall(passage.text.lower())) <= set(_WORD.findall(title.lower()))


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    return bool(left) and len(left & right) >= _ALIKE * len(left | right)


def _covers(first: Passage, later: Passage) -> bool:
    return first.language == later.language and set(later.tags) <= set(first.tags)
