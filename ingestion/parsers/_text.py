"""What parsers and the chunker share about text: language, joining lines, mending hyphens."""

import re
import unicodedata

from retrieval.models import Language

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE = _HAN + "\u3000-\u303f\uff00-\uff65"  # with Chinese punctuation and full-width forms
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z]*[a-z]{2,}")  # TV-102 and FTR belong to no language
_ENDS_WIDE, _STARTS_WIDE = re.compile(f"[{_WIDE}]$"), re.compile(f"^[{_WIDE}]")
_COMPATIBLE = re.compile("[\u2e80-\u2fdf\ufb00-\ufb06]")  # radicals and ligatures that fonts put for plain letters
_BROKEN_WORD = re.compile(r"([A-Za-z]+)-$")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\u00ad\u200b\ufeff]")
_WORDS_OF_CHARACTER = 0.6  # a Chinese character says a little more than half of what a word says
_ZH_SHARE = 0.4


def language_of(text: str) -> Language:
    """``zh`` where Chinese says at least two fifths of it."""
    han, words = _WORDS_OF_CHARACTER * len(_HAN_CHARACTER.findall(text)), len(_LATIN_WORD.findall(text))
    return "zh" if han and han >= _ZH_SHARE * (han + words) else "en"


def clean(text: str) -> str:
    """Plain letters for ligatures and radicals, one space for any white space, nothing unseen."""
    plain = _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return " ".join(_UNSEEN.sub("", plain).split())


def separator(left: str, right: str) -> str:
    """What stands between two lines of a paragraph: nothing next to Chinese, else a space."""
    if not left or not right:
        return ""
    return "" if _ENDS_WIDE.search(left) or _STARTS_WIDE.search(right) else " "


def join_lines(lines: list[str]) -> str:
    """Lines of one paragraph as one line."""
    text = ""
    for line in lines:
        text += separator(text, line) + line
    return text


def mend(left: str, right: str, words: frozenset[str]) -> tuple[str, str]:
    """The two lines with the word that a hyphen breaks between them moved whole to the first.

    ``words`` are the document's own words in lower case: they tell ``drive-end`` from ``lubri-cation``.
    """
    broken, rest = _BROKEN_WORD.search(left), re.match(r"([A-Za-z0-9]+)(\S*)\s*", right)
    if not broken or not rest:
        return left, right
    whole, hyphenated = broken[1] + rest[1], f"{broken[1]}-{rest[1]}"
    if rest[1][0].islower() and broken[1][-1].islower():
        keep = whole.lower() not in words and hyphenated.lower() in words
    else:
        keep = True  # a tag or a number: P-|101A
    return left[: broken.start()] + (hyphenated if keep else whole) + rest[2], right[rest.end() :]
