"""Equipment and instrument tags: find, normalise, match, know twins apart.

Understands ISA-5.1 style tags (``P-101A``, ``TICSA-102``, ``P101 A``, full-width ``Ｐ－１０１Ａ``, with an
IEC 81346 prefix ``=U1-P101A``, twins in short ``P-101A/B``) and KKS codes (``10LAC10AP001``). The normal form is
letters, hyphen, number, suffix: ``P-101A``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from retrieval._words import fold as fold
from retrieval.models import Asset
from retrieval.numbered import NumberedNames, canonical

# Letters that look like a tag's but name a size, grade, standard, unit, brand, date or record.
_NOT_TAGS = frozenset(
    """
    A B C M G R Q DN PN NPS PT CL OD ID IP IE EX SIL ATEX CAT AC DC RS RTD VG HB HRC RAL AWG
    ISO DIN EN IEC IEEE ANSI ASME API ASTM GB JB HG SY SH JIS BS NF UL NEMA NACE NFPA OSHA MIL UNS AISI SAE NLGI
    SS SUS HT QT ZG NBR PTFE EPDM FKM SKF FAG NSK NTN SHA UTF MD USB COVID
    WO SO PO SN REV NO FIG TAB TABLE PAGE SEC STEP CH PART ITEM ROW GRADE TYPE CLASS UNIT AREA TEL FAX
    USD EUR CNY RMB JAN FEB MAR APR MAY JUN JUL AUG SEP SEPT OCT NOV DEC
""".split()
)
_DASH = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_TAG = re.compile(
    rf"(?<![A-Za-z0-9.])(?<![A-Z]{{2}}/)(?<![0-9][\"']-)"  # GB/T3216 is a standard, 6"-P-1001 a line
    rf"(?:=[A-Za-z0-9]+[{_DASH}]?)?"
    rf"(?P<letters>[A-Za-z]{{1,6}})(?P<gap>[{_DASH}_ ]{{0,2}})(?P<number>\d{{2,5}})"
    rf"(?P<suffix>(?:[ ]?[A-Z](?:/[A-Z](?![A-Za-z0-9{_DASH}]))*|[a-e](?:/[a-e](?![A-Za-z0-9{_DASH}]))*)?)"
    rf"(?![A-Za-z0-9]|\.\d|[ ]?%|[{_DASH}](?:DN|NPS)?\d+[\"'A-Z]*[{_DASH}]|[{_DASH}](?:DN|NPS)\d)"
)
_AND_TWIN = re.compile(rf"(?:\s?[&、和或与及]\s?|\s(?:and|or)\s)(?P<suffix>[A-Z])(?![A-Za-z0-9{_DASH}])")
_KKS = re.compile(r"(?<![A-Za-z0-9])\d{2}[A-Z]{3}\d{2}[A-Z]{2}\d{3}(?![A-Za-z0-9])")
_NORMAL = re.compile(r"^([A-Z]{1,6})-(\d{2,5})([A-Z]?)$")


class Mention(NamedTuple):
    """A tag as it stands in a text: ``text[start:end]`` of the NFKC form names ``tag``."""

    tag: str
    start: int
    end: int


def normalise(raw: str) -> str:
    """The normal form of one tag; unchanged (upper case, folded) where it follows no known scheme.

    ``raw`` is taken to be a tag, as in a column of tags: ``v12`` becomes ``V-12``. A longer word and its number are a
    name: ``chiller #6`` and ``Chiller-6`` become ``CHILLER 6``.
    """
    folded = fold(raw).strip()
    name = canonical(folded)
    for one in (folded, name or ""):  # "boiler #10" is BOILER-10, as "boiler 10" is
        match = _TAG.fullmatch(one)
        if match and (match["gap"] or match["letters"].upper() not in _NOT_TAGS):
            return f"{match['letters']}-{match['number']}{match['suffix'].strip()[:1]}".upper()
    mentions = find(folded)
    return mentions[0].tag if mentions else name or folded.upper()


def find(text: str, known: Iterable[str] = ()) -> list[Mention]:
    """Tags in ``text``, in order. A spelling with a space or in lower case counts only when ``known`` has it.

    Line numbers (``100-P-1001-DN80``) are no tags.
    """
    folded, known = fold(text), frozenset(known)
    stems = _stems(known)
    found = [mention for match in _TAG.finditer(folded) for mention in _mentions(match, known, stems)]
    found += [Mention(match.group(), match.start(), match.end()) for match in _KKS.finditer(folded)]
    return sorted(found, key=lambda mention: mention.start)


@lru_cache(maxsize=8)
def _stems(known: frozenset[str]) -> frozenset[str]:
    return frozenset(stem(tag) for tag in known)


def _mentions(match: re.Match[str], known: frozenset[str], stems: frozenset[str]) -> list[Mention]:
    letters, gap, named = match["letters"], match["gap"], f"{match['letters']}-{match['number']}".upper()
    suffixes, end = [part.strip().upper() for part in match["suffix"].split("/")], match.end()
    if match["suffix"].startswith(" ") and named + suffixes[0] not in known:
        suffixes, end = [""], match.end("number")  # "P-101 A new seal": the letter starts the next word
    found = [Mention(named + suffix, match.start(), end) for suffix in suffixes]
    sure = letters.isupper() and letters not in _NOT_TAGS and " " not in gap and len(match["number"]) >= 3
    if not sure and named not in stems and not any(mention.tag in known for mention in found):
        return []
    twin = _AND_TWIN.match(match.string, end) if suffixes[0] else None
    if twin and named + twin["suffix"] in known:  # "P-101A and B"
        found.append(Mention(named + twin["suffix"], *twin.span("suffix")))
    return found


def stem(tag: str) -> str:
    """The tag without its twin letter: ``P-101A`` -> ``P-101``."""
    match = _NORMAL.match(tag)
    return f"{match[1]}-{match[2]}" if match else tag


def twins(tag: str, known: Iterable[str]) -> list[str]:
    """Known tags that differ from ``tag`` in the suffix letter only, sorted, itself left out."""
    return sorted(other for other in known if other != tag and stem(other) == stem(tag))


def compact(tag: str) -> str:
    """One lower-case token for keyword search: ``P-101A`` -> ``p101a``."""
    return re.sub(r"[^0-9a-z]", "", tag.lower())


class Resolution(NamedTuple):
    """What a question names: sure ``tags`` in order, ``ambiguous`` spellings with the tags each may mean,
    and ``unknown`` tags that no register row has."""

    tags: tuple[str, ...]
    ambiguous: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...]


_SHORTEST_MODEL = 4  # characters
_WITHIN = re.compile(r"[A-Za-z]{2,}-$")  # HW-ST-790 is a document's number, and no tag ST-790
_MOST_NAMED = 6  # a name that more assets bear names a kind ("hand valve"), and nobody is asked which


class Register:
    """The asset register: tags, names and nicknames of the plant, for looking up."""

    def __init__(self, assets: Iterable[Asset]) -> None:
        self.assets = {asset.tag: asset for asset in assets}
        self._names: dict[str, set[str]] = defaultdict(set)
        self._models: dict[re.Pattern[str], set[str]] = defaultdict(set)
        self._numbered = NumberedNames(self.assets.values())
        for asset in self.assets.values():
            if _is_named_model(asset.model):
                self._models[_spelled(asset.model)].add(asset.tag)
            for name in (*asset.nicknames, asset.name, asset.name_zh):
                if len(name) >= 2:
                    self._names[fold(name).lower()].add(asset.tag)

    def resolve(self, text: str) -> Resolution:
        """Models and tags first, then in what is left of the text words with a number, then names, longest first.

        A number is never lost: where others are called so, "Chiller 7" that nobody knows is unknown, not any chiller.
        """
        folded = fold(text)
        tags: dict[str, None] = {}
        ambiguous: dict[str, tuple[str, ...]] = {}
        unknown: dict[str, None] = {}
        models = self._spelled_models(folded)
        for model, named in models:
            if len(named) == 1:
                tags[next(iter(named))] = None
            elif len(named) <= _MOST_NAMED:
                ambiguous[model.tag] = tuple(sorted(named))
        folded = _blank(folded, [model for model, _ in models])
        mentions, others = find(folded, self.assets), list[Mention]()
        for mention in mentions:
            options = twins(mention.tag, self.assets)
            if mention.tag in self.assets:
                tags[mention.tag] = None
            elif options and stem(mention.tag) == mention.tag:
                ambiguous[mention.tag] = tuple(options)
            elif not _WITHIN.search(folded[: mention.start]):
                others.append(mention)
        settled = [mention for mention in mentions if mention.tag in tags or mention.tag in ambiguous]
        numbered, rest = self._numbered.take(_blank(folded.lower(), settled))
        others = [mention for mention in others if rest[mention.start : mention.end].strip()]
        unknown.update(dict.fromkeys(mention.tag for mention in others))
        for one in numbered:
            if not one.tags:
                unknown[normalise(one.spelling)] = None
            elif one.sure and len(one.tags) == 1:
                tags[next(iter(one.tags))] = None
            else:
                ambiguous[one.spelling] = tuple(sorted(one.tags))
        for name, named, _ in self._named(_blank(rest, others)):
            if named.isdisjoint(tags) and len(named) <= _MOST_NAMED:
                if len(named) == 1:
                    tags[next(iter(named))] = None
                elif not any(named & set(options) for options in ambiguous.values()):
                    ambiguous[name] = tuple(sorted(named))
        return Resolution(tuple(tags), ambiguous, tuple(unknown))

    def without(self, text: str) -> str:
        """What a question asks about the equipment that it names: its words without known tags, models and the names
        of equipment, folded. Names of instruments stay: "bearing temperature" says what is asked.

        A passage is found by what it is about; that it is about this equipment is a filter's business. The text
        itself where nothing else is in it.
        """
        folded = fold(text)
        models = self._spelled_models(folded)
        rest = _blank(folded, [model for model, named in models if len(named) <= _MOST_NAMED])
        known = [one for one in find(rest, self.assets) if one.tag in self.assets or twins(one.tag, self.assets)]
        rest = _blank(rest, known)
        for _, named, mention in self._named(rest.lower()):
            if len(named) <= _MOST_NAMED and all(self.assets[tag].parent is None for tag in named):
                rest = _blank(rest, [mention])
        words = " ".join(rest.split())
        return words if sum(char.isalpha() for char in words) > 1 else folded

    def _spelled_models(self, folded: str) -> list[tuple[Mention, set[str]]]:
        """Every model, as it is spelled here, with its assets."""
        return [
            (Mention(match.group(), match.start(), match.end()), named)
            for pattern, named in self._models.items()
            for match in pattern.finditer(folded)
        ]

    def _named(self, text: str) -> list[tuple[str, set[str], Mention]]:
        """Names in ``text``, which is in small letters, with their assets and where they stand, longest first."""
        found = []
        for name in sorted((name for name in self._names if name in text), key=len, reverse=True):
            pattern = rf"(?<![a-z0-9]){re.escape(name)}(?:s)?(?![a-z0-9])" if name.isascii() else re.escape(name)
            if match := re.search(pattern, text):
                found.append((name, self._names[name], Mention(name, match.start(), match.end())))
                text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
        return found


def _spelled(model: str) -> re.Pattern[str]:
    """``DMX-310``, ``DMX 310``, ``dmx310``."""
    parts = re.findall(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9\s-]+", fold(model))
    spelled = "[ -]?".join(map(re.escape, parts))  # DMX-310 is neither DMX-310-B nor X-DMX-310
    return re.compile(rf"(?<![A-Za-z0-9])(?<![A-Za-z0-9][-/]){spelled}(?![A-Za-z0-9]|[-/][A-Za-z0-9])", re.IGNORECASE)


def _is_named_model(model: str) -> bool:
    """Long enough to be known again, and no bare number: 2000 is hours, revolutions, a year."""
    signs = compact(model)
    return len(signs) >= _SHORTEST_MODEL and not signs.isdigit() and not signs.isalpha()


def _blank(text: str, mentions: Iterable[Mention]) -> str:
    for mention in mentions:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text
