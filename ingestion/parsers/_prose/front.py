"""What the first lines of a document say of it: title, revision, date, equipment."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from ingestion.parsers._prose.build import Prose
from ingestion.parsers._text import clean, language_of
from ingestion.parsers.base import Block, Parsed
from retrieval.models import DocumentKind, Language
from retrieval.tags import find

_LINES, _CHARACTERS = 40, 4000  # of the first page
_REVISION = re.compile(
    r"(?:(?P<sure>\b(?:Revision|Rev\b\.?)(?:\s*(?:No\.?|number))?|修订版本|修订号|修订|版次)"
    r"|(?:^|[|,;，；(（·])\s*(?:Issue|(?:Document\s+)?Version|版本号|版本)(?:\s*(?:No\.?|number))?)"
    r"\s*[:：|]?\s*(?P<value>第?[A-Z]?\d+(?:\.\d+)*[a-z]?版?|[A-Z])(?![A-Za-z])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"\.\s+[A-Z]|\s+of the (?:licen[cs]e|GNU)", re.IGNORECASE)  # "... version 2. Please see"
_VALUE = re.compile(r"^(?:rev(?:ision)?\.?|v(?:ersion)?\.?)?\s*([A-Z]?\d+(?:\.\d+)*[a-z]?|[A-Z])$", re.IGNORECASE)
_DATE = re.compile(r"(?P<y>(?:19|20)\d{2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})")
_WORDED = re.compile(
    r"\b(?:(?P<d>\d{1,2})\.?\s+)?(?P<m>[A-Z][a-z]{2})[a-z]*\.?\s+(?:(?P<d2>\d{1,2}),?\s+)?(?P<y>(?:19|20)\d{2})\b"
)
_LABEL = re.compile(r"\b(?:date|issued|effective|revised|updated|published)\b|日期|生效|发布|修订", re.IGNORECASE)
_APPLIES = re.compile(r"\b(?:tags?|applies to|applicable to|valid for)\b|位号|适用", re.IGNORECASE)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NO_TITLE = re.compile(
    r"^(?:untitled.*|document\d*|index|readme|powerpoint presentation|presentation\d*|slide \d+|word document"
    r"|microsoft word.*|文档\d*|演示文稿\d*|幻灯片 ?\d+|.*\.(?:docx?|pptx?|html?|md|rst|txt))?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a file's own properties or front matter say; '' where they don't."""

    title: str = ""
    revision: str = ""
    date: str = ""
    language: str = ""
    saved: str = ""  # when the file was: stands in where nothing tells a date
    lines: tuple[str, ...] = ()  # of running heads, which often tell the revision and are shown nowhere else


def finish(
    name: str,
    prose: Prose,
    blocks: Sequence[Block],
    known_tags: Sequence[str],
    said: Said = Said(),
    *,
    kind: DocumentKind = "manual",
    pages: int | None = None,
) -> Parsed:
    """The blocks of ``prose`` with what the document says of itself."""
    first = _first_page(blocks)
    name_of = _title(said.title) or _title(prose.first_heading) or PurePath(name).stem.replace("_", " ")
    lines = [name_of, *first, *said.lines]
    return Parsed(
        kind=kind,
        title=name_of,
        language=_language(blocks, said.language),
        blocks=tuple(blocks),
        revision=_value(said.revision) or revision(lines),
        effective_date=date_in(said.date) or effective_date(lines) or date_in(said.saved),
        pages=pages,
        asset_tags=_asset_tags(name_of, first, known_tags),
        tables=tuple(prose.tables),
        warnings=tuple(prose.warnings),
    )


def revision(lines: Sequence[str]) -> str:
    """From a short line that names it; ``0`` where none does."""
    for line in lines:
        match = _REVISION.search(line) if len(line) <= 120 else None
        if match and (not match["sure"] or match.start() < 80) and not _SENTENCE.match(line[match.end() :]):
            return match["value"].strip("第版").upper()
    return "0"


def effective_date(lines: Sequence[str]) -> str | None:
    """The first date that is labelled as one or stands alone in a short line, as ISO 8601."""
    for line in lines:
        if (len(line) <= 40 or (len(line) <= 120 and _LABEL.search(line))) and (found := date_in(line)):
            return found
    return None


def date_in(text: str) -> str | None:
    """The first date of a text as ISO 8601: 2024-05-01, 2024年5月1日, 1 May 2024, May 2024."""
    if match := _DATE.search(text):
        return _iso(int(match["y"]), int(match["m"]), int(match["d"]))
    if (match := _WORDED.search(text)) and match["m"] in _MONTHS:
        return _iso(int(match["y"]), _MONTHS.index(match["m"]) + 1, int(match["d"] or match["d2"] or 1))
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _first_page(blocks: Sequence[Block]) -> list[str]:
    lines: list[str] = []
    size = 0
    for block in blocks:
        for span in block.spans:
            lines.append(clean(span.text))
            size += len(span.text)
            if len(lines) >= _LINES or size > _CHARACTERS:
                return lines
    return lines


def _title(given: str) -> str:
    given = clean(given)
    return "" if len(given) < 2 or len(given) > 300 or _NO_TITLE.match(given) else given


def _value(given: str) -> str:
    match = _VALUE.match(given.strip())
    return match[1].upper() if match else ""


def _language(blocks: Sequence[Block], declared: str) -> Language:
    """By the text itself; by what the file declares only where it has no words to judge by."""
    text = "\n".join(span.text for block in blocks[:2000] for span in block.spans[:200])
    if not re.search(r"[a-z]{2}|[\u3400-\u9fff]", text):
        return "zh" if declared.lower().startswith("zh") else "en"
    return language_of(text)


def _asset_tags(title: str, lines: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Equipment in the title, or in a line that says what the document applies to."""
    told = [title, *(line for line in lines if len(line) <= 200 and _APPLIES.search(line))]
    found = [mention.tag for line in told for mention in find(line, known)]
    if known and (sure := [tag for tag in found if tag in set(known)]):
        found = sure
    return tuple(dict.fromkeys(found))
