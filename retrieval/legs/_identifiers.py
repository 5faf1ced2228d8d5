"""Tags, part numbers, sizes and numbered names as single words, the same in every spelling.

``P-101A``, ``P101A``, ``p_101a``, ``P–101 A`` and ``=U1-P101A`` all give ``p101a``; ``4711-0815/A`` gives
``47110815a``, ``1,4571`` and ``1.4571`` give ``1d4571``, ``G1/2"`` gives ``g1s2``, ``DN 80`` gives ``dn80``,
``M8 x 20`` gives ``m8x20``, ``Chiller #6`` gives ``chiller6``. Text is expected folded (``retrieval.tags.fold``).
"""

import re
from collections.abc import Iterator

from retrieval import tags
from retrieval._words import stop_words

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_JOINED = re.compile(r"[A-Za-z0-9]+(?:[-_/.,+][A-Za-z0-9]+)*")
_NAMED = re.compile(
    r"(?<![A-Za-z0-9])(?P<word>[A-Za-z]{1,12})(?: ?[#-] ?| )(?P<number>[0-9]{1,5})"
    r"(?P<twin> ?[A-Za-z])?(?![A-Za-z0-9]|[.,][0-9])"
)
_SIZE = re.compile(r"(?<![A-Za-z0-9.,])[A-Za-z]{0,3}[0-9]+(?: ?[xX\u00d7*] ?[0-9]+)+(?![A-Za-z0-9])")
_ORDINAL = re.compile(r"(?<![A-Za-z0-9.,#-])([0-9]{1,3}) ?(?:号|#)")
_DECIMAL, _FRACTION = re.compile(r"(?<=[0-9])[.,](?=[0-9])"), re.compile(r"(?<=[0-9])/(?=[0-9])")
_RANGE = re.compile(r"[0-9]{1,3}(?:-[0-9]{1,3})+")
_NEXT_WORD = re.compile(r" +[a-z]")
_LONGEST = 40  # characters: what is longer is data, not a name


def identifiers(text: str) -> list[str]:
    """Each once, in the order of the text; words that hold a digit and lie in one piece are left to the tokenizer."""
    plain = text.translate(_DASHES)
    named = (tags.compact(mention.tag) for mention in tags.find(text))
    return list(dict.fromkeys([*named, *_joined(plain), *_sizes(plain), *_named(plain), *_ordinals(plain)]))


def _joined(text: str) -> Iterator[str]:
    for match in _JOINED.finditer(text):
        whole = match.group()
        if whole.isalnum() or len(whole) > _LONGEST or not any(char.isdigit() for char in whole):
            continue
        if _RANGE.fullmatch(whole):
            yield whole.replace("-", "h")  # 10-20 is no 1020
            continue
        yield _piece(whole)


def _piece(whole: str) -> str:
    return re.sub(r"[^0-9a-z]", "", _FRACTION.sub("s", _DECIMAL.sub("d", whole)).lower())


def _sizes(text: str) -> Iterator[str]:
    """``M8 x 20`` and ``M8×20`` as ``m8x20``, which the tokenizer leaves whole."""
    for match in _SIZE.finditer(text):
        if not match.group().isalnum() or "\u00d7" in match.group():
            yield re.sub(r" ?[xX\u00d7*] ?", "x", match.group()).lower()


def _named(text: str) -> Iterator[str]:
    """A word and its number. The letter of a twin may stand apart, unless it starts the next words: ``P-101 a new``."""
    for match in _NAMED.finditer(text):
        word, number, twin = match["word"].lower(), match["number"], (match["twin"] or "").lower()
        if word in stop_words() or (len(number) > 4 and match["word"].islower()):
            continue
        if twin.startswith(" ") and (match["twin"].islower() or (twin == " a" and _NEXT_WORD.match(text, match.end()))):
            twin = ""
        yield f"{word}{number}{twin.strip()}"


def _ordinals(text: str) -> Iterator[str]:
    return (f"no{match[1]}" for match in _ORDINAL.finditer(text))
