"""What the title page says of the document: title, revision, date, equipment."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath

from ingestion.parsers._text import join_lines
from ingestion.parsers.pdf._layout import body_size
from ingestion.parsers.pdf._read import Line
from retrieval.tags import find

_REVISION = re.compile(
    r"(?:\b(?:Revision|Rev\b\.?|Issue|Version)(?:\s*(?:No\.?|number))?|修订版本|修订号|修订|版本号|版本|版次)"
    r"\s*[:：|]?\s*(?P<value>第?[A-Z]?\d+(?:\.\d+)*[a-z]?版?|[A-Z])(?![A-Za-z])",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?P<y>(?:19|20)\d{2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})")
_WORDED = re.compile(
    r"\b(?:(?P<d>\d{1,2})\s+)?(?P<m>[A-Z][a-z]{2})[a-z]*\.?\s+(?:(?P<d2>\d{1,2}),?\s+)?(?P<y>(?:19|20)\d{2})\b"
)
_APPLIES = re.compile(r"\b(?:tags?|applies to|applicable to)\b|位号|适用", re.IGNORECASE)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NO_TITLE = re.compile(
    r"^(?:untitled|anonymous|unspecified|microsoft word.*|.*\.(?:pdf|docx?|indd|tex|odt))?$", re.IGNORECASE
)


def title_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The largest lines of the first page, where they are larger than any heading further on."""
    first = [line for line in lines if line.page == 1]
    if not first:
        return ()
    size = max(line.size for line in first)
    later = [line.size for line in lines if line.page > 1]
    if size < 1.3 * body_size(lines) or (later and max(later) >= 0.98 * size):
        return ()
    start = next(i for i, line in enumerate(first) if line.size >= 0.95 * size)
    end = start
    while end < len(first) and first[end].size >= 0.95 * size:
        end += 1
    return tuple(first[start:end])


def title(lines: Sequence[Line], metadata: Mapping[str, str], name: str) -> str:
    """The title page's, else the metadata's, else the file's name."""
    if large := title_lines(lines):
        return join_lines([line.text for line in large])
    given = metadata.get("Title", "").strip()
    if len(given) > 2 and not _NO_TITLE.match(given):
        return given
    first = [line for line in lines if line.page == 1]
    size = max((line.size for line in first), default=0.0)
    if first and size >= 1.3 * body_size(lines):
        return next(line.text for line in first if line.size == size)
    return PurePath(name).stem.replace("_", " ")


def revision(lines: Sequence[Line], metadata: Mapping[str, str]) -> str:
    """From the first two pages or the metadata's subject and keywords; ``0`` where none is given."""
    texts = [line.text for line in lines if line.page <= 2]
    for text in (*texts, metadata.get("Subject", ""), metadata.get("Keywords", "")):
        if match := _REVISION.search(text):
            return match["value"].strip("第版").upper()
    return "0"


def effective_date(lines: Sequence[Line], metadata: Mapping[str, str]) -> str | None:
    """The first date of the first page, as ISO 8601; None where none is given."""
    texts = [line.text for line in lines if line.page == 1]
    for text in (*texts, metadata.get("Subject", "")):
        if match := _DATE.search(text):
            found = _iso(int(match["y"]), int(match["m"]), int(match["d"]))
        elif (match := _WORDED.search(text)) and match["m"] in _MONTHS:
            found = _iso(int(match["y"]), _MONTHS.index(match["m"]) + 1, int(match["d"] or match["d2"] or 1))
        else:
            continue
        if found:
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
