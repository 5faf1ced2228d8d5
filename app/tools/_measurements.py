"""What a question asks to be measured, and which tags measure it, in English and Chinese.

A question and a tag's description are read alike into ``Measurement``: quantities, ends of a machine, sides of a
stream, and other words that tell tags apart. What names the more specific thing is read first and taken out of the
text, so that "non-drive-end" isn't also "drive-end" and "differential pressure" isn't also "pressure".
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from retrieval.tags import find, fold

_Kind = Literal["quantity", "end", "side", "subject", "none"]
_GONE = " \0 "  # stands for words that were read: no word itself, and no punctuation
_END = r"[\s-]*(?:end|side)\b"
# Kind, name, English pattern, Chinese pattern. In order of reading: earlier ones take their words away from later
# ones; "none" only takes words away.
_TERMS: list[tuple[_Kind, str, str, str]] = [
    (
        "none",
        "",
        r"\b(?:alarm|noise|priority|sound|oil|fluid|grease) levels?\b|\bwarm[\s-]?up\b"
        r"|\bflow ?(?:chart|meter)\b|\bpressure (?:gauge|relief)\b"
        r"|\b(?:(?:feed )?flow|level|hot[\s-]*water) control valve\b",
        r"油位|(?:流量|液位|热水)调节阀",
    ),
    (
        "end",
        "non_drive_end",
        rf"\bnon[\s-]*driv(?:e|ing){_END}|(?-i:\bNDE\b)|\b(?:outboard|free|opposite){_END}",
        r"非驱动[端侧]|自由端",
    ),
    ("end", "drive_end", rf"\bdriv(?:e|ing){_END}|(?-i:\bDE\b)|\b(?:inboard|coupling){_END}", r"驱动[端侧]|联轴器侧"),
    (
        "quantity",
        "differential_pressure",
        r"\b(?:differential|diff\.?) pressure\b|\bdelta[\s-]?p\b"
        r"|\bpressure (?:drop|difference|loss)\b",
        r"压差|差压|压降",
    ),
    (
        "quantity",
        "vibration",
        r"\bvibrat\w*(?: velocity| speed| levels?)?|\bshak(?:es|ing)\b",
        r"振动(?:速度|值)?|震动",
    ),
    ("quantity", "conductivity", r"\bconductivity\b", r"电导率?"),
    (
        "quantity",
        "position",
        r"\bvalve (?:position|opening)\b|\b(?:position|opening) of\b|\bhow (?:far )?open\b"
        r"|\bper ?cent open\b",
        r"开度|阀位",
    ),
    ("quantity", "stroke", r"\bstrok(?:e|es|ing)(?: rate| frequency| speed)?\b", r"冲程(?:频率|次数)?|行程频率"),
    # "The current temperature" is no motor current.
    (
        "quantity",
        "current",
        r"\b(?:motor|phase|electric(?:al)?|load|running) current\b|\bamp(?:s|erage|eres?)?\b"
        r"|\bcurrent (?:draw\w*|consumption|of|on|in|at|is|does|do|through)\b|\bcurrent(?=\s*(?:$|[?.,;!]))",
        r"电流",
    ),
    ("subject", "hot_water", r"\bhot[\s-]*water\b", r"热水"),
    ("side", "inlet", r"\bsupply\b", r"供水"),
    ("side", "outlet", r"\breturn\b", r"回水"),
    (
        "quantity",
        "temperature",
        r"\btemp(?:erature)?s?\b|\b(?:over)?heat(?:s|ing)\b|\b(?:hot|warm)(?:ter|er)?\b"
        r"|\bcold\b",
        r"温度|多热|过热|发热|发烫|多少度|温升",
    ),
    ("quantity", "pressure", r"\bpressures?\b", r"压力|压强"),
    ("quantity", "flow", r"\bflow(?:s|ing|[\s-]?rate)?\b|\bthroughput\b", r"流量"),
    ("quantity", "level", r"\blevels?\b|\bhow full\b", r"液位|料位"),
    ("quantity", "speed", r"\bspeeds?\b|\brpm\b|\bhow fast\b", r"转速"),
    ("side", "outlet", r"\bdischarge\b|\boutlet\b|\bdelivery\b", r"出口|排出"),
    ("side", "inlet", r"\bsuction\b|\binlet\b|\bintake\b", r"入口|进口|吸入"),
    ("subject", "bearing", r"\bbearings?\b", r"轴承"),
    ("subject", "feed", r"\bfeed\b", r"进料|原料"),
    ("subject", "product", r"\bproduct\b", r"产品"),
    ("subject", "dosing", r"\bdosing\b", r"加药|计量"),
    ("subject", "tank", r"\btank\b", r"罐"),
]
_PATTERNS = [(kind, name, re.compile(f"{english}|{chinese}", re.IGNORECASE)) for kind, name, english, chinese in _TERMS]
# Words that ask for a measurement by themselves, without a quantity.
_OWN_QUANTITY = {"bearing": "temperature"}


class Measurement(NamedTuple):
    """What a text names. All empty: nothing that is measured."""

    quantities: frozenset[str]
    ends: frozenset[str]
    sides: frozenset[str]
    subjects: frozenset[str]

    def __bool__(self) -> bool:
        """Whether the text asks for a measurement: sides and streams alone don't."""
        return bool(self.quantities or self.ends or self.subjects & _OWN_QUANTITY.keys())


def measurements(text: str) -> Measurement:
    """What ``text``, a question or a description in either language, names; tags in it don't count."""
    found: dict[_Kind, set[str]] = {"quantity": set(), "end": set(), "side": set(), "subject": set(), "none": set()}
    rest = _without_tags(fold(text))
    for kind, name, pattern in _PATTERNS:
        cut = pattern.sub(_GONE, rest)
        if cut != rest:
            found[kind].add(name)
            rest = cut
    return Measurement(*(frozenset(found[kind]) for kind in ("quantity", "end", "side", "subject")))


def best(asked: Measurement, tags: Mapping[str, Iterable[str]]) -> list[str]:
    """The tags that measure what is asked, by their descriptions: of each quantity the most specific, in given order.

    A tag of another quantity, another end or another side is never taken.
    """
    known = {tag: _union(map(measurements, descriptions)) for tag, descriptions in tags.items()}
    wanted = asked.quantities or {_OWN_QUANTITY[subject] for subject in asked.subjects & _OWN_QUANTITY.keys()}
    chosen: set[str] = set()
    for quantity in wanted or {""}:
        fits = {
            tag: _score(asked, has)
            for tag, has in known.items()
            if (not quantity or quantity in has.quantities) and _agrees(asked, has)
        }
        top = max(fits.values(), default=0)
        chosen |= {tag for tag, score in fits.items() if score == top and (quantity or score)}
    return [tag for tag in tags if tag in chosen]


def _agrees(asked: Measurement, has: Measurement) -> bool:
    """A tag that is of no end or side may be meant; one of another isn't."""
    pairs = ((asked.ends, has.ends), (asked.sides, has.sides))
    return all(not wanted or not own or wanted & own for wanted, own in pairs)


def _score(asked: Measurement, has: Measurement) -> int:
    """How many of the asked words, quantities left out, the tag has."""
    return len(asked.ends & has.ends) + len(asked.sides & has.sides) + len(asked.subjects & has.subjects)


def _union(parts: Iterable[Measurement]) -> Measurement:
    every = list(parts)
    return Measurement(*(frozenset().union(*(part[i] for part in every)) for i in range(4)))


def _without_tags(text: str) -> str:
    for mention in reversed(find(text)):
        text = text[: mention.start] + _GONE + text[mention.end :]
    return text
