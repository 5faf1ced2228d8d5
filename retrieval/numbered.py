"""Assets that are called by a word and a number: ``Chiller 6``, ``chiller #6``, ``No. 6 chiller``, ``6号冷水机``.

Each spelling, in either language, means the asset of just this number; a number that no asset of the kind has is told
as such and never taken for another.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from retrieval._words import CHINESE, fold, stem
from retrieval.glossary.plant import english_words, packaged_glossary
from retrieval.models import Asset

_NO = r"(?:# ?|no\.? ?|nr\.? ?|number |unit )"
_END = r"(?![a-z0-9]|[.,][0-9])"
_NUMBER = r"0*(?P<number>[0-9]{1,4})(?P<twin>[a-z]?)"
_AFTER = re.compile(rf"(?<![a-z0-9])(?P<word>[a-z]{{3,}}(?: [a-z]{{3,}})?)(?P<gap> ?-? ?{_NO}?){_NUMBER}{_END}")
_BEFORE = re.compile(rf"(?<![a-z0-9.,]){_NO}?{_NUMBER}(?P<gap>#? )(?P<word>[a-z]{{3,}}(?: [a-z]{{3,}})?)(?![a-z0-9])")
_CALLED = re.compile(
    r"(?P<word>[a-z]{4,}|[a-z]{3,} [a-z]{3,})(?: ?- ?| ?# ?| no\.? ?| nr\.? ?| )"
    r"0*(?P<number>[0-9]{1,4})(?P<twin>[a-z]?)"
)
_AND = re.compile(rf" ?(?:,|and|&|/|or) ?#?{_NUMBER}{_END}")
_HAN = CHINESE.pattern
_HAN_AFTER = re.compile(rf"(?P<word>{_HAN})(?P<gap> ?[#-]? ?){_NUMBER} ?[号#]?(?![a-z0-9]|[.,][0-9])")
_HAN_BEFORE = re.compile(rf"(?<![a-z0-9.,]){_NUMBER} ?(?P<gap>[号#]) ?(?P<word>{_HAN})")
_NUMERAL = re.compile(r"(?<![一二三四五六七八九十])(?:[一二三四五六七八九]|十[一二三四五六七八九]?)(?=号)")
_AMOUNT = re.compile(
    r"\s?(?:[%°℃]|(?:times?|turns?|hours?|h|min|days?|weeks?|months?|years?|mm|cm|m|bar|k?pa|mpa|v|a|kw|hz|rpm|l|kg|x)\b|[次圈天小分秒个台年月日])"
)
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}

Name = tuple[str, str, str]  # the kind (English stems or a Chinese word), the number, the twin's letter or ""


class Numbered(NamedTuple):
    """``spelling`` names ``tags``; none where no asset of the kind has the number. Not ``sure``: it lacks the letter
    that these have."""

    start: int
    end: int
    spelling: str
    tags: frozenset[str]
    sure: bool


class NumberedNames:
    """The names of a register that are a word and a number."""

    def __init__(self, assets: Iterable[Asset]) -> None:
        self._tags: defaultdict[Name, set[str]] = defaultdict(set)
        self._twins: defaultdict[Name, set[str]] = defaultdict(set)
        for asset in assets:
            for called in (asset.tag, asset.name, asset.name_zh, *asset.nicknames):
                for kind, number, twin in _names(called):
                    self._tags[kind, number, twin].add(asset.tag)
                    if twin:
                        self._twins[kind, number, ""].add(asset.tag)
        self._kinds = frozenset(kind for kind, _, _ in self._tags)

    def take(self, text: str) -> tuple[list[Numbered], str]:
        """What ``text``, folded and in lower case, names, in order; and the text with blanks in the place of these."""
        plain = _plain_numerals(text)
        found: list[Numbered] = []
        for mention in _mentions(plain):
            one = self._resolve(mention)
            if one and not any(other.start < one.end and one.start < other.end for other in found):
                found.append(one)
        for one in found:
            plain = plain[: one.start] + " " * (one.end - one.start) + plain[one.end :]
        return sorted(found), plain

    def _resolve(self, mention: "_Mention") -> Numbered | None:
        for kind, start, end in mention.ways:
            if kind in self._kinds:
                name = (kind, mention.number, mention.twin)
                sure = name in self._tags
                tags = self._tags[name] if sure else self._twins.get(name, set())
                if tags or not mention.amount:
                    return Numbered(start, end, mention.spelling(start, end), frozenset(tags), sure)
        return None


class _Mention(NamedTuple):
    """``ways``: kinds that the words beside the number may mean, longest first, with what each covers of ``text``.
    ``amount``: a unit follows, so the number may be no name: "open the valve 2 turns"."""

    text: str
    ways: list[tuple[str, int, int]]
    number: str
    twin: str
    amount: bool

    def spelling(self, start: int, end: int) -> str:
        return self.text[start:end].strip()


def _mentions(text: str) -> Iterator[_Mention]:
    for pattern, words_of in (
        (_AFTER, _last_words),
        (_BEFORE, _first_words),
        (_HAN_AFTER, _last),
        (_HAN_BEFORE, _first),
    ):
        at = 0
        while match := pattern.search(text, at):
            spans = words_of(match["word"])
            after = pattern in (_AFTER, _HAN_AFTER)
            ways = [
                (
                    kind,
                    match.start("word") + start if after else match.start(),
                    match.end() if after else match.start("word") + end,
                )
                for kind, start, end in spans
            ]
            bare = not match["gap"].strip(" -") and "号" not in match.group() and "#" not in match.group()
            yield _Mention(text, ways, match["number"], match["twin"], bare and bool(_AMOUNT.match(text, match.end())))
            at = match.end("number") if after else match.start("word")
            if pattern is _AFTER:  # "chillers 6 and 7"
                while more := _AND.match(text, at):
                    amount = bool(_AMOUNT.match(text, more.end()))
                    yield _Mention(text, [(way[0], *more.span()) for way in ways], more["number"], more["twin"], amount)
                    at = more.end()


def _last_words(words: str) -> list[tuple[str, int, int]]:
    """``check chiller``: both, then the last; ``chiller unit``: also the first."""
    found, (first, *rest) = [_way(words, 0, len(words))], words.split(" ")
    if rest:
        found.append(_way(words, len(first) + 1, len(words)))
        if rest[0] in ("unit", "number", "system"):
            found.append(_way(words, 0, len(first)))
    return found


def _first_words(words: str) -> list[tuple[str, int, int]]:
    return [_way(words, 0, end) for end in dict.fromkeys((len(words), len(words.split(" ")[0])))]


def _way(words: str, start: int, end: int) -> tuple[str, int, int]:
    return " ".join(map(stem, words[start:end].split())), start, end


def _last(run: str) -> list[tuple[str, int, int]]:
    return [(run[start:], start, len(run)) for start in range(len(run))]


def _first(run: str) -> list[tuple[str, int, int]]:
    return [(run[:end], 0, end) for end in range(len(run), 0, -1)]


def canonical(name: str) -> str | None:
    """``CHILLER 6`` for ``chiller #6``, ``Chiller-6`` and ``Chiller No. 6``; None for what isn't a word or two and a
    number, and for what is written in one piece like ``BallValve1``, which is somebody's own scheme."""
    match = _CALLED.fullmatch(" ".join(fold(name).lower().split()))
    return f"{match['word']} {match['number']}{match['twin']}".upper() if match else None


def _names(called: str) -> Iterator[Name]:
    """A name's keys in both languages."""
    text = _plain_numerals(fold(called).lower().strip())
    for pattern in (_AFTER, _BEFORE, _HAN_AFTER, _HAN_BEFORE):
        if match := pattern.fullmatch(text):
            for kind in _kinds_of(match["word"]):
                yield kind, match["number"], match["twin"]
            return


def _kinds_of(word: str) -> Iterator[str]:
    words = packaged_glossary()
    if CHINESE.fullmatch(word):
        yield word
        yield from (" ".join(map(stem, gloss)) for gloss in words.english.get(word, ()))
        return
    stems = tuple(map(stem, english_words(word)))
    yield " ".join(stems)
    yield from words.chinese.get(stems, ())


def _plain_numerals(text: str) -> str:
    """``六号`` -> ``6号``."""

    def digits(match: re.Match[str]) -> str:
        if not match.group().startswith("十"):
            return str(_DIGITS[match.group()])
        return str(10 + _DIGITS.get(match.group()[1:], 0))

    return _NUMERAL.sub(digits, text)
