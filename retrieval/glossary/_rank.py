"""Which Chinese word is likeliest meant by English ones.

The frequent (as jieba counts words), the one of few senses with this among its first, and the one that makes up longer
words of the same sense: 轴承 for ``bearing`` rather than 态度, since 滚珠轴承 is a ball bearing.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from retrieval._words import segmenter, stem
from retrieval.glossary._cedict import Entry
from retrieval.glossary._senses import Words

MOST = 16
_READ = 300  # entries that are looked into: of a word as common as "go" the first will do
_LONE = 3.0  # a lone character is seldom a word in a technical text
_SAME = 1.5  # the very form that was asked: "bearing" rather than "to bear"

_ASIDE = r" ?\([^()]*\)| ?\[[^\]]*\]| (?:on|of|for|to|with|in|at|from|by|into|up|as|upon|a|an|the|sb|sth|etc|one)\b"


class Candidate(NamedTuple):
    """``score``: the logarithm of how likely; only differences mean anything."""

    word: str
    score: float


def rank(
    words: Words, entries: Sequence[Entry], senses: Callable[[str], Sequence[tuple[Words, float]]]
) -> tuple[Candidate, ...]:
    """``entries``: those that hold a form of each of ``words``; ``senses`` reads a Chinese word's."""
    stems = tuple(map(stem, words))
    begins = _begins(stems)
    longer = " ".join(entry.word for entry in entries if len(entry.word) > 2)
    found = []
    for word in list(dict.fromkeys(entry.word for entry in entries if begins.search(entry.senses)))[:_READ]:
        said = senses(word)
        for at, (gloss, weight) in enumerate(said):
            if len(gloss) == len(stems) and tuple(map(stem, gloss)) == stems:
                within = longer.count(word) - (len(word) > 2)
                score = _score(word, at, weight, len(said), within) + (_SAME if gloss == words else 0.0)
                found.append(Candidate(word, score))
                break
    return tuple(sorted(found, key=lambda one: -one.score)[:MOST])


def _begins(stems: Words) -> re.Pattern[str]:
    """Finds the senses that may be these words and no more, so that few of a common word's entries must be read."""
    beginning = re.escape(stems[0][: max(len(stems[0]) - 1, 1)])
    rest = rf"[a-z'-]*(?:{_ASIDE})*(?:$|[/;,])" if len(stems) == 1 else ""
    return re.compile(rf"(?:^|[/;,] ?)(?:\([^()]*\) ?|to |be |an? |the )*{beginning}{rest}", re.IGNORECASE)


def _score(word: str, at: int, weight: float, senses: int, within: int) -> float:
    """``at``: which of its ``senses``; ``within``: longer words with the sense that hold it."""
    return (
        0.6 * math.log1p(segmenter().dt.FREQ.get(word) or 0)
        - math.log1p(at)
        + 1.5 * math.log(weight)
        - (_LONE if len(word) == 1 else 0.0)
        - 0.3 * math.log(senses)
        + 0.8 * math.log1p(0.5 * within)
    )
