"""Technicians' short forms in full, so that ``repl mech seal`` is found by "replaced the mechanical seal".

``short_forms.csv`` holds them: short, full; for Chinese the characters that may stand neither before nor behind; and
where they come from (``maintnorm``: counted from the MaintNorm corpus, MIT, see NOTICE).
"""

import csv
import re
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("short_forms.csv")
_WORD = re.compile(r"(?<![A-Za-z0-9_/'&-])[A-Za-z][A-Za-z'/&-]*(?![A-Za-z0-9_/'&-])\.?")
_JOINTS = re.compile(r"([/&])")
_SHORTEST_PART = 3  # letters of a word's part: mech/elec, not P/O


def expand(text: str) -> str:
    """The text with its short forms written out; the same text where it has none."""
    latin, han, pattern = _forms()
    text = _WORD.sub(lambda match: _word(match[0], latin), text)
    return pattern.sub(lambda match: han[match[0]], text)


def short_forms(text: str) -> dict[str, str]:
    """The short forms that the text has, as it writes them, each with its full form."""
    latin, han, pattern = _forms()
    words = [match[0].rstrip(".") for match in _WORD.finditer(text)]
    found = {word: full for word in words if (full := _word(word, latin)) != word}
    return found | {match[0]: han[match[0]] for match in pattern.finditer(text)}


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


@lru_cache(maxsize=1)
def _forms() -> tuple[dict[str, str], dict[str, str], re.Pattern[str]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    latin = {row["short"]: row["full"] for row in rows if row["short"].isascii()}
    han = sorted((row for row in rows if not row["short"].isascii()), key=lambda row: -len(row["short"]))
    pattern = "|".join(_pattern(row) for row in han)
    return latin, {row["short"]: row["full"] for row in han}, re.compile(pattern)


def _pattern(row: dict[str, str]) -> str:
    before = f"(?<![{row['not_after']}])" if row["not_after"] else ""
    behind = f"(?![{row['not_before']}])" if row["not_before"] else ""
    return before + re.escape(row["short"]) + behind
