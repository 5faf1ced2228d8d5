"""Paragraph styles and automatic numbers: what Word shows in front of a paragraph though its text hasn't it."""

import re
from dataclasses import dataclass
from typing import Any

from ingestion.parsers._tables.numbers import enumerator
from ingestion.parsers.docx._names import W, is_on, number, value

_LEVELS = 9
_BULLETS = "•◦▪"


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph's style says, its ancestors' included."""

    name: str = ""  # as Word calls it in English, in lower case
    outline: int | None = None  # 0-based level of a heading
    list_id: str | None = None
    list_level: int | None = None


class Styles:
    """Paragraph styles by id."""

    def __init__(self, root: Any) -> None:
        self._elements = {
            one.get(W + "styleId"): one for one in (root.iterchildren(W + "style") if root is not None else ())
        }
        self._default = next(
            (
                i
                for i, one in self._elements.items()
                if one.get(W + "default") == "1" and one.get(W + "type") == "paragraph"
            ),
            None,
        )
        self._styles: dict[str | None, Style] = {}

    def of(self, paragraph_properties: Any) -> Style:
        """The style of a paragraph."""
        return self.style(value(paragraph_properties, "pStyle") or self._default)

    def style(self, name: str | None) -> Style:
        """A style by its id."""
        if name not in self._styles:
            self._styles[name] = self._made(name)
        return self._styles[name]

    def _made(self, name: str | None) -> Style:
        outline: int | None = None
        list_id: str | None = None
        level: int | None = None
        seen = set[str | None]()
        at, shown = name, ""
        while at in self._elements and at not in seen:
            seen.add(at)
            element = self._elements[at]
            own = (value(element, "name") or "").lower()
            shown = shown or own
            properties = element.find(W + "pPr")
            if outline is None:
                outline = _outline(properties, own)
            numbers = properties.find(W + "numPr") if properties is not None else None
            list_id = list_id if list_id is not None else value(numbers, "numId")
            given = value(numbers, "ilvl")
            level = level if level is not None or given is None else number(given)
            at = value(element, "basedOn")
        return Style(shown, outline, list_id, level)


def _outline(properties: Any, name: str) -> int | None:
    if (given := value(properties, "outlineLvl")) is not None:
        return number(given, 9)
    match = re.fullmatch(r"heading (\d)", name)
    return int(match[1]) - 1 if match else None


@dataclass(frozen=True, slots=True)
class Label:
    """What stands in front of a paragraph: ``3.1``, ``a)``, ``•``."""

    text: str
    ordered: bool
    nested: bool = False


class Numbering:
    """Counts the lists of a document as Word does; ask once for each paragraph, in order."""

    def __init__(self, root: Any, styles: Styles) -> None:
        self._styles = styles
        found = root if root is not None else ()
        self._abstract = {one.get(W + "abstractNumId"): one for one in found if one.tag == W + "abstractNum"}
        self._nums = {one.get(W + "numId"): one for one in found if one.tag == W + "num"}
        self._counters: dict[str, list[int | None]] = {}
        self._begun = set[tuple[str, int]]()

    def label(self, properties: Any, style: Style) -> Label | None:
        """The label of the next paragraph; None where it is in no list."""
        own = properties.find(W + "numPr") if properties is not None else None
        list_id = value(own, "numId")
        list_id = list_id if list_id is not None else style.list_id
        given = value(own, "ilvl")
        level = number(given) if given is not None else (style.list_level or 0)
        if not list_id or list_id == "0" or not 0 <= level < _LEVELS:
            return None
        levels = self._levels(list_id)
        if level not in levels:
            return None
        counters = self._count(list_id, level, levels)
        return _label(levels, level, counters)

    def _levels(self, list_id: str, seen: int = 0) -> dict[int, Any]:
        """Level -> its ``w:lvl``, overrides of the list first."""
        num = self._nums.get(list_id)
        abstract = self._abstract.get(value(num, "abstractNumId"))
        if abstract is None or num is None:
            return {}
        linked = value(abstract, "numStyleLink")
        if linked and seen < 3:
            other = self._styles.style(linked).list_id
            if other and other != list_id:
                return self._levels(other, seen + 1)
        levels = {number(one.get(W + "ilvl")): one for one in abstract.iterchildren(W + "lvl")}
        for override in num.iterchildren(W + "lvlOverride"):
            if (one := override.find(W + "lvl")) is not None:
                levels[number(override.get(W + "ilvl"))] = one
        return levels

    def _count(self, list_id: str, level: int, levels: dict[int, Any]) -> list[int | None]:
        num = self._nums[list_id]
        counters = self._counters.setdefault(value(num, "abstractNumId") or list_id, [None] * _LEVELS)
        for override in num.iterchildren(W + "lvlOverride"):
            start, at = value(override, "startOverride"), number(override.get(W + "ilvl"))
            if start is not None and at == level and (list_id, at) not in self._begun:
                counters[at] = number(start, 1) - 1
        self._begun.add((list_id, level))
        for above in range(level):
            if counters[above] is None:
                counters[above] = _start(levels.get(above))
        latest = counters[level]
        counters[level] = _start(levels[level]) if latest is None else latest + 1
        for below in range(level + 1, _LEVELS):
            if value(levels.get(below), "lvlRestart") != "0":
                counters[below] = None
        return counters


def _start(level: Any) -> int:
    return number(value(level, "start"), 1)


def _label(levels: dict[int, Any], level: int, counters: list[int | None]) -> Label | None:
    form = value(levels[level], "numFmt") or "decimal"
    text = value(levels[level], "lvlText") or ""
    if form == "none" and not text:
        return None
    if form == "bullet" or not re.search(r"%\d", text):
        bullet = form == "bullet"
        return Label(_BULLETS[min(level, 2)] if bullet else text, ordered=not bullet and bool(text), nested=level > 0)
    legal = is_on(levels[level], "isLgl")

    def shown(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        count = counters[at] if 0 <= at < _LEVELS else None
        if count is None:
            return ""
        plain = legal and at < level
        return enumerator(count, "decimal" if plain else value(levels.get(at), "numFmt") or "decimal")

    return Label(re.sub(r"%(\d)", shown, text).strip(), ordered=True, nested=level > 0)
