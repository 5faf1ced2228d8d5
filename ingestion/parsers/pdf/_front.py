"""What the title page says of the document: title, revision, date, equipment."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import PurePath

from ingestion.parsers._text import join_lines
from ingestion.parsers.pdf._geometry import Line, Table
from ingestion.parsers.pdf._layout import Placed
from ingestion.parsers.pdf._lines import body_size
from ingestion.parsers.pdf._marks import heading_number
from retrieval.tags import find

_REVISION = re.compile(
    r"(?:\b(?:Revision|Rev|Issue|Version|Edition|Ver)(?![A-Za-z])\.?(?:\s*(?:No\.?|number|index|level))?"
    r"|修订版本|修订版次|修订号|修订版|修订|版本号|版本|版次|版号)"
    r"\s*[:：|.]?\s*(?P<value>(?:第\s*)?[A-Z]?[-.]?\d+(?:\.\d+)*[a-z]?(?!\d)(?:\s*版)?|[A-Z]/\d{1,2}|[A-Z](?=$|[\s,;，；)）|/]))"
    r"(?![A-Za-z\d]|\s*[-/.年]\s*\d|(?<=\d{4})年)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"第\s*(?P<value>[一二三四五六七八九十]|\d{1,2})\s*(?:版|次修订)")
_NUMBERED = re.compile(r"(?<![A-Za-z0-9])V(?:er)?\.?\s?(?P<value>\d+(?:\.\d+)+)")
_HAN_DIGITS = "一二三四五六七八九十"
_YEAR, _NAME = r"(?P<y>(?:19|20)\d{2})", r"(?P<m>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = (
    re.compile(rf"{_YEAR}\s*[-/.年]\s*(?P<m>\d{{1,2}})\s*[-/.月]\s*(?P<d>\d{{1,2}})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?{_YEAR}(?!\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_NAME}[\s,-]+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_NAME}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}\b", re.IGNORECASE),
)
_MONTH = (
    re.compile(rf"{_YEAR}\s*年\s*(?P<m>\d{{1,2}})\s*月"),
    re.compile(rf"\b{_NAME}[\s,-]+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"(?<![\d-]){_YEAR}-(?P<m>\d{{2}})(?![\d-])"),
)
_EFFECTIVE = re.compile(r"\b(?:effective|valid\s+from|in\s+force)\b|生效|实施|执行日期", re.IGNORECASE)
_REVISED = re.compile(
    r"\b(?:revised|revision|rev\.?|issued?|released?)\b|修订|发布|颁布|批准日期|版本日期", re.IGNORECASE
)
_OTHER = re.compile(
    r"\b(?:print(?:ed)?|copyright|expir\w+|valid\s+until|next\s+review)\b|[©]|打印|印刷|有效期至", re.IGNORECASE
)
_APPLIES = re.compile(r"\b(?:tags?|applies to|applicable to)\b|位号|适用", re.IGNORECASE)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NO_TITLE = re.compile(
    r"^(?:\(?(?:untitled|anonymous|unspecified)\)?|microsoft word.*|.*\.(?:pdf|docx?|indd|tex|odt))?$", re.IGNORECASE
)


def front_lines(flows: Sequence[Sequence[Placed]]) -> list[Line]:
    """Lines of the first two pages, rows of tables among them, and what stands under a table's head with it."""
    lines: list[Line] = []
    for items in flows[:2]:
        for item in items:
            if isinstance(item, Line):
                lines.append(item)
            elif isinstance(item, Table):
                lines += [Line(text, item.box, 10.0, False, item.page) for text in _said(item)]
    return lines


def _said(table: Table) -> Iterator[str]:
    """``Revision C`` of a label beside its value; of a label over its value too."""
    for row in table.rows:
        cells = [cell for cell in row.cells if cell]
        yield " ".join(cells)
        yield from (f"{left} {right}" for left, right in pairwise(cells)) if len(cells) > 2 else ()
    if len(table.rows) <= 3:
        yield from (
            f"{label} {value}"
            for above, below in pairwise(table.rows)
            for label, value in zip(above.cells, below.cells, strict=True)
        )


def title_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The largest lines of the first page, where they are larger than any heading further on."""
    first = [line for line in lines if line.page == 1]
    if not first:
        return ()
    size = max(line.size for line in first)
    later = max((line.size for line in lines if line.page > 1), default=0.0)
    if size < 1.3 * body_size(lines) or later >= 0.98 * size:
        return ()
    start = next(i for i, line in enumerate(first) if line.size >= 0.95 * size)
    end = start
    while end < len(first) and first[end].size >= 0.95 * size:
        end += 1
    if heading_number(first[start].text):
        return ()  # a numbered heading: the page has no title
    return tuple(first[start:end])


def title(lines: Sequence[Line], metadata: Mapping[str, str], name: str) -> str:
    """The title page's, else the metadata's, else the file's name."""
    if found := title_lines(lines):
        return join_lines([line.text for line in found])
    given = metadata.get("Title", "").strip()
    if len(given) > 2 and not _NO_TITLE.match(given):
        return given
    first = [line for line in lines if line.page == 1]
    size = max((line.size for line in first), default=0.0)
    large = next((line.text for line in first if line.size == size), "")
    if large and size >= 1.3 * body_size(lines) and not heading_number(large):
        return large
    return PurePath(name).stem.replace("_", " ")


def revision(lines: Sequence[Line], metadata: Mapping[str, str]) -> str:
    """From the first two pages or the metadata's subject and keywords; ``0`` where none is given."""
    texts = [*_texts(lines, 2), metadata.get("Subject", ""), metadata.get("Keywords", "")]
    for text in texts:
        if match := _REVISION.search(text):
            return re.sub(r"[第版\s]", "", match["value"]).strip("-.").upper()
    for text in texts:
        if match := _ORDINAL.search(text):
            value = match["value"]
            return str(_HAN_DIGITS.index(value) + 1) if value in _HAN_DIGITS else value
    for text in (*texts, metadata.get("Title", "")):
        if match := _NUMBERED.search(text):
            return match["value"]
    return "0"


def _texts(lines: Sequence[Line], pages: int) -> list[str]:
    """Lines of the first pages; and a label with what stands under it on a line of its own."""
    near = [line for line in lines if line.page <= pages]
    paired = [
        f"{one.text} {other.text}"
        for one, other in pairwise(near)
        if len(one.text) < 25 and one.page == other.page and len(other.text) < 40
    ]
    return [*(line.text for line in near), *paired]


def effective_date(lines: Sequence[Line], metadata: Mapping[str, str]) -> str | None:
    """ISO 8601; None where none is given. The date it takes effect comes before that of its revision, before others."""
    first = [line for line in lines if line.page == 1]
    texts = [*_texts(first, 1), " ".join(line.text for line in first)[:2_000], metadata.get("Subject", "")]
    for pattern in (_DAY, _MONTH):
        found = [(text, day) for text in texts if (day := _day(text, pattern))]
        for label in (_EFFECTIVE, _REVISED):
            for text, _ in found:
                if len(text) < 200 and (match := label.search(text)) and (day := _day(text[match.end() :], pattern)):
                    return day
        plain = (day for text, day in found if not _OTHER.search(text))
        if day := next(plain, found[0][1] if found else None):
            return day
    return None


def _day(text: str, patterns: Sequence[re.Pattern[str]]) -> str | None:
    """The first date of the text; the first of the month where it names none."""
    for pattern in patterns:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = parts["m"] if parts["m"].isdigit() else str(_MONTHS.index(parts["m"][:3].lower()) + 1)
            if found := _iso(int(parts["y"]), int(month), int(parts.get("d") or 1)):
                return found
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def asset_tags(lines: Sequence[Line], known: Sequence[str]) -> tuple[str, ...]:
    """Equipment that the title page names, in order: known tags, else those of a line on tags, else all."""
    found = [(mention.tag, line.text) for line in lines if line.page == 1 for mention in find(line.text, known)]
    sure = [tag for tag, _ in found if tag in set(known)] or [tag for tag, text in found if _APPLIES.search(text)]
    return tuple(dict.fromkeys(sure or [tag for tag, _ in found]))
