"""Facts on the pages of the index, found by code: numbers in tables, and single limits in sentences."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evals.indexed import Indexed
from evals.kept import key_of
from retrieval.models import PageLocator, Passage, Region

_UNIT = (
    r"(?:°\s?[CF]|℃|mm/s|m³/h|m3/h|mL/h|L/h|L/min|gpm|mL|mPa·s|MPa|kPa|mbar|bar|psi|N·?m|ft[-·]lbs?|kW|hp|Hz|µm|mm|cm|"
    r"rpm|1/min|kg|lbs?|%|operating hours|hours?|minutes?|seconds?|days?|weeks?|months?|years?|inch(?:es)?|VDC|VAC|"
    r"volts?|amps?|mH|mA|kV|ms|GB|MB|min|m|L|h|s|A|V|g|小时|分钟|秒|天|周|个月|年|次/分|转/分|升|毫米|米)"
)
_NUMBER = r"[±]?\s?-?\d+(?:[.,]\d+)*"
_VALUE = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})?(?![\w-])")
QUANTITY = re.compile(rf"(?<![\w.-])(?P<number>{_NUMBER})\s?(?P<unit>{_UNIT})(?![A-Za-z])")
_LIMIT = re.compile(
    r"\b(?:must not|at most|at least|no (?:more|less) than|never|maximum|minimum|up to|every|within|below|above|"
    r"reach(?:es)?|exceeds?|after|wait)\b|不得|不超过|不低于|至少|最多|最高|最低|最大|最小|每|以上|以下|达到|超过",
    re.I,
)
# "up to 8 spindles", 最多 3 次: what is counted needs no unit.
_COUNT = re.compile(
    r"(?:\b(?:up to|at least|at most|no (?:more|less|fewer) than|(?:maximum|minimum) of)\s"
    r"|(?:至少|最多|不超过|不少于)[^\d，。；]{0,6})\s*(?P<number>\d+)(?=\s[A-Za-z]|\s?[\u4e00-\u9fff])(?P<unit>)",
    re.I,
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")
_UNIT_HEAD = re.compile(r"units?|单位", re.I)
_HEAD_UNIT = re.compile(r"(?P<name>.+?)\s*[(（](?P<unit>[^()（）]{1,12})[)）]")
_MAX_QUOTE = 240  # characters; a longer sentence is no question


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact, where it stands, and a question by template. ``fact_id`` names what it asks for."""

    question: str
    language: str
    kind: str
    document: str
    page: int
    quote: str
    regions: tuple[tuple[float, float, float, float], ...]
    value: str
    unit: str
    fact_id: str

    def as_golden(self) -> dict[str, Any]:
        """One line of a golden file; nobody has accepted it yet."""
        piece = {"kind": "page", "document": self.document, "page": self.page, "quote": self.quote}
        return {
            "id": f"draft-{key_of(self.fact_id, self.quote)[:10]}",
            "question": self.question,
            "language": self.language,
            "kind": self.kind,
            "expected_status": "answered",
            "gold_evidence": [{**piece, "regions": [list(box) for box in self.regions]}],
            "gold_facts": [{"text": self.value, "unit": self.unit}],
            "expected_tools": ["search_documents"],
            "expected_readings": [],
            "split": "",
            "fact_id": self.fact_id,
            "origin": "generated",
            "evidence_language": self.language,
            "accepted": False,
            "phrased_by": "template",
        }


def of_passage(one: Indexed, passage: Passage) -> Iterator[Draft]:
    if not isinstance(passage.locator, PageLocator):
        return  # gold evidence names pages
    if passage.kind == "table":
        yield from _of_table(one, passage)
    elif passage.kind in ("text", "steps", "warning"):
        yield from _of_prose(one, passage)


def _of_table(one: Indexed, passage: Passage) -> Iterator[Draft]:
    lines = [line for line in passage.text.splitlines() if "|" in line]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    if len(rows) < 2 or any(_VALUE.fullmatch(cell) for cell in rows[0]):
        return  # no head row: nothing says what a number is
    head = rows[0]
    units = next((column for column, name in enumerate(head) if _UNIT_HEAD.fullmatch(name)), None)
    for line, row, name in zip(lines[1:], rows[1:], _names(rows[1:]), strict=True):
        if len(row) != len(head) or not name or _VALUE.fullmatch(row[0]):
            continue
        numbers = [column for column in range(1, len(row)) if column != units and _VALUE.fullmatch(row[column])]
        for column in numbers:
            if row[column] not in name.split():
                yield _of_cell(one, passage, line, name, row, head, column, row[units] if units is not None else "")


def _names(rows: Sequence[Sequence[str]]) -> list[str]:
    """What each row is about: its first cell, with the second where others begin alike; "" where that is not enough."""
    first = Counter(row[0] for row in rows)
    both = Counter(tuple(row[:2]) for row in rows)
    return [
        row[0] if first[row[0]] == 1 else " ".join(row[:2]) if row[0] and both[tuple(row[:2])] == 1 else ""
        for row in rows
    ]


def _of_cell(
    one: Indexed,
    passage: Passage,
    line: str,
    about: str,
    row: Sequence[str],
    head: Sequence[str],
    column: int,
    unit: str,
) -> Draft:
    value = _VALUE.fullmatch(row[column])
    assert value is not None
    named = _HEAD_UNIT.fullmatch(head[column])
    name = named["name"] if named else head[column]
    found = value["unit"] or (unit if unit not in ("", "-") else "") or (named["unit"] if named else "")
    plain = name.lower() in ("value", "quantity", "数值", "数量", "值")
    what = about if plain else _joined(about, name, passage.language)
    question = _ask(what, _subject(one, passage), passage.language)
    page, regions = _place(passage, line)
    fact = f"{one.file}:{page}:{about}:{name}"
    return Draft(
        question,
        passage.language,
        "table",
        one.file,
        page,
        " | ".join(row),
        regions,
        _plain(value["number"]),
        found,
        fact,
    )


def _of_prose(one: Indexed, passage: Passage) -> Iterator[Draft]:
    for sentence in (part.strip() for part in _SENTENCES.split(passage.text) if part):
        limits = list(QUANTITY.finditer(sentence)) or list(_COUNT.finditer(sentence))
        if len(sentence) > _MAX_QUOTE or len(limits) != 1 or not _LIMIT.search(sentence):
            continue
        found = limits[0]
        blank = f"{sentence[: found.start('number')]}…{sentence[found.end() :]}"
        page, regions = _place(passage, sentence)
        number = _plain(found["number"])
        yield Draft(
            _cloze(blank, _subject(one, passage), passage.language),
            passage.language,
            "procedure" if passage.kind == "steps" else "fact",
            one.file,
            page,
            sentence,
            regions,
            number,
            found["unit"],
            f"{one.file}:{page}:{key_of(blank)[:8]}",
        )


def _joined(row: str, column: str, language: str) -> str:
    return f"{row}的{column}" if language == "zh" else f'{column.lower()} of "{row}"'


def _ask(what: str, subject: str, language: str) -> str:
    return f"{subject}：{what}是多少？" if language == "zh" else f"{subject}: what is the {what[0].lower()}{what[1:]}?"


def _cloze(blank: str, subject: str, language: str) -> str:
    if language == "zh":
        return f"{subject}：“{blank}”，此处应为多少？"
    return f'{subject}: what belongs in "{blank}"?'


def _subject(one: Indexed, passage: Passage) -> str:
    """What the passage is about: the tags that its document applies to, else its title."""
    return ", ".join(one.document.asset_tags[:2]) or one.document.title


def _place(passage: Passage, text: str) -> tuple[int, tuple[tuple[float, float, float, float], ...]]:
    """The page and the boxes of a run of the passage's text; the passage's own where its parts don't tell."""
    start = passage.text.find(text)
    parts = (
        [part for part in passage.parts if part.start < start + len(text) and start < part.end] if start >= 0 else []
    )
    places = [part.locator for part in parts if isinstance(part.locator, PageLocator)]
    if not places:
        assert isinstance(passage.locator, PageLocator)
        places = [passage.locator]
    boxes = [_box(region) for place in places if place.page == places[0].page for region in place.regions]
    return places[0].page, tuple(dict.fromkeys(boxes))


def _plain(number: str) -> str:
    """Without the sign of a tolerance: the fact is the number."""
    return number.strip("± ")


def _box(region: Region) -> tuple[float, float, float, float]:
    return region.x0, region.y0, region.x1, region.y1
