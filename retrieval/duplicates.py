"""Near-duplicates among what was found: the same paragraph in two documents, or copied within one, is shown once."""

import re
from collections import defaultdict
from collections.abc import Iterable

from retrieval.models import Passage

_WORD = re.compile(r"[A-Za-z]+|[\u3400-\u9fff]|\d+(?:[.,]\d+)*")
_HARMLESS = frozenset("a an the its their this that these those of 的 了 地 得 该 其 此".split())  # turn no meaning


def fold(passages: Iterable[Passage]) -> dict[str, str]:
    """By id of a passage that says what an earlier one says already: that one's id. In the order given.

    The same words in the same order, but for articles and the like, case and punctuation: one word more may turn an
    instruction round. Nor are two alike of which the later one belongs to a tag that the earlier doesn't.
    """
    kept: dict[tuple[str, ...], list[Passage]] = defaultdict(list)
    folded: dict[str, str] = {}
    for passage in passages:
        said = _said(passage.text)
        same = next((first for first in kept[said] if said and _covers(first, passage)), None)
        if same is not None:
            folded[passage.id] = same.id
        else:
            kept[said].append(passage)
    return folded


def says_more(passage: Passage, title: str) -> bool:
    """Whether it says anything beside its document's title: a cover page alone answers nothing."""
    return f" {' '.join(_said(passage.text))} " not in f" {' '.join(_said(title))} "


def _said(text: str) -> tuple[str, ...]:
    return tuple(word for word in _WORD.findall(text.lower()) if word not in _HARMLESS)


def _covers(first: Passage, later: Passage) -> bool:
    return first.language == later.language and set(later.tags) <= set(first.tags)
