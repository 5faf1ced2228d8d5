"""Technicians' short forms in full, so that ``repl mech seal`` is found by "replaced the mechanical seal".

``short_forms.csv`` holds them: short, full; for Chinese the characters that may stand neither before nor behind; where
they come from (``maintnorm``: counted from the MaintNorm corpus, MIT, see NOTICE); and where they are read so, if not
everywhere: ``log``, as who asks may mean the word itself (press, rh, hi), or ``question``.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from retrieval._words import table

_WORD = re.compile(r"(?<![A-Za-z0-9_/'&-])[A-Za-z][A-Za-z'/&-]*(?![A-Za-z0-9_/'&-])\.?")
_JOINTS = re.compile(r"([/&])")
_SHORTEST_PART = 3  # letters of a word's part: mech/elec, not P/O
_TAG_LETTERS = re.compile(r"[A-Z]{1,4}")
_TAG_NUMBER = re.compile(r" [0-9]{2,5}(?![0-9%]|[.,][0-9]| ?(?:°|[MkhmP]?Pa\b|m?bar\b|psi|[mcµ]?m\b|[CFKh]\b|mm))")


class _Forms(NamedTuple):
    """``latin`` by the form in small letters, ``han`` by the form, and the pattern that finds the latter."""

    latin: dict[str, str]
    han: dict[str, str]
    pattern: re.Pattern[str]


def expand(text: str) -> str:
    """The text of a work log with its short forms written out; the same text where it has none."""
    forms = _forms("log")
    text = _WORD.sub(lambda match: _word(match[0], forms.latin), text)
    return forms.pattern.sub(lambda match: forms.han[match[0]], text)


def expand_question(question: str) -> str:
    """The question with its short forms written out, without those that only a log has. Tags stay: ``PSV 103``."""
    forms = _forms("question")
    said = _WORD.sub(lambda match: match[0] if _is_tag(match) else _word(match[0], forms.latin), question)
    return forms.pattern.sub(lambda match: forms.han[match[0]], said)


def short_forms(text: str) -> dict[str, str]:
    """The short forms that the text of a log has, as it writes them, each with its full form."""
    latin, han, pattern = _forms("log")
    words = [match[0].rstrip(".") for match in _WORD.finditer(text)]
    found = {word: full for word in words if (full := _word(word, latin)) != word}
    return found | {match[0]: han[match[0]] for match in pattern.finditer(text)}


def _is_tag(match: re.Match[str]) -> bool:
    """``HX 101``, but neither ``DP 2.5`` nor ``DP 80 kPa``."""
    return bool(_TAG_LETTERS.fullmatch(match[0]) and _TAG_NUMBER.match(match.string, match.end()))


def _word(word: str, forms: dict[str, str]) -> str:
    """The word in full, or with its parts in full; a full stop goes with a short form."""
    bare = word.rstrip(".")
    if full := forms.get(bare.lower()):
        return full
    parts = _JOINTS.split(bare)
    if len(parts) < 3:
        return word
    known = [forms.get(part.lower(), part) if len(part) >= _SHORTEST_PART else part for part in parts]
    return word if known == parts else "".join(known) + word[len(bare) :]


@lru_cache(maxsize=2)
def _forms(where: Literal["log", "question"]) -> _Forms:
    rows = [row for row in table("short_forms.csv") if row["where"] in ("", where)]
    latin = {row["short"]: row["full"] for row in rows if row["short"].isascii()}
    han = sorted((row for row in rows if not row["short"].isascii()), key=lambda row: -len(row["short"]))
    pattern = "|".join(_pattern(row) for row in han)
    return _Forms(latin, {row["short"]: row["full"] for row in han}, re.compile(pattern))


def _pattern(row: dict[str, str]) -> str:
    before = f"(?<![{row['not_after']}])" if row["not_after"] else ""
    behind = f"(?![{row['not_before']}])" if row["not_before"] else ""
    return before + re.escape(row["short"]) + behind
