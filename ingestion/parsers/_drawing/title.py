"""The title block: drawing number, title, revision and date, from attributes or from labelled cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.parsers._drawing.model import Drawing, Text, gap
from retrieval.tags import fold

# What title blocks call things, without spaces and in small letters.
TITLE_NAMES = {
    **dict.fromkeys(
        "drawingnumber drawingno drgno dwgno dwgnumber drawingnr documentno documentnumber docno dwg drawing_number"
        " 图号 图纸编号 图纸号 文件编号 文件号".split(), "number"),
    **dict.fromkeys("revision rev revno revisionno revisionnumber issue 版本 版次 修改版次 版本号".split(), "revision"),
    **dict.fromkeys("date revdate revisiondate issuedate issued drawndate 日期 出图日期 发布日期".split(), "date"),
    **dict.fromkeys("title drawingtitle dwgtitle title1 sheettitle drawingname 图名 图纸名称 标题".split(), "title"),
}  # fmt: skip
_KIND = re.compile(
    r"P\s?&\s?I\s?D\b|P&I DIAGRAM|PIPING (?:AND|&) INSTR|PROCESS FLOW|流程图|管道仪表|管道及仪表", re.IGNORECASE
)
_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9\-_./]{2,30}")
_REVISION = re.compile(r"[A-Za-z]?\d{0,3}(?:\.\d{1,2})?|[A-Z]{1,2}")
_ISO = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_MONTHS = {name: number for number, name in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # fmt: skip
_WORDED = re.compile(r"(\d{1,2})[-\s]([A-Za-z]{3})[A-Za-z]*[-\s,]+(\d{4})")


@dataclass(frozen=True)
class Title:
    """What is empty the sheet does not say. ``date`` is ISO 8601."""

    number: str = ""
    title: str = ""
    revision: str = ""
    date: str | None = None


def read_title(drawing: Drawing) -> Title:
    """Attributes of a title block's block first, then cells with a name in them."""
    said = {"title": _heading(drawing), **_cells(drawing), **drawing.title}
    return Title(
        said.get("number", ""), said.get("title", ""), said.get("revision", ""), iso_date(said.get("date", ""))
    )


def _heading(drawing: Drawing) -> str:
    """The text that says that the sheet is a P&ID, the largest where there are several."""
    found = [text for text in drawing.texts if _KIND.search(fold(text.text)) and len(text.text) <= 80]
    return max(found, key=lambda text: text.height).text if found else ""


def _cells(drawing: Drawing) -> dict[str, str]:
    """``Drawing number`` above or left of ``PID-100-001``, or both in one text with a colon."""
    found: dict[str, str] = {}
    for text in drawing.texts:
        plain = fold(text.text).strip()
        name, colon, value = plain.partition(":")
        key = TITLE_NAMES.get(_bare(name))
        if key is None:
            continue
        if colon and _fits(key, value.strip()):
            found.setdefault(key, value.strip())
        elif beside := _beside(text, drawing.texts, key):
            found.setdefault(key, beside)
    return found


def _bare(name: str) -> str:
    return re.sub(r"[\s._\-/:]+", "", name).lower()


def _beside(label: Text, texts: Sequence[Text], key: str) -> str:
    """The nearest text below or right of a label that can be its value."""
    x0, y0, x1, y1 = label.box
    near = []
    for text in texts:
        if text is label or text.vertical or not _fits(key, fold(text.text).strip()):
            continue
        below = -0.5 * label.height <= text.box[1] - y1 <= 4 * label.height
        beneath = below and text.box[0] <= x1 + label.height and text.box[2] >= x0 - label.height
        level = abs((text.box[1] + text.box[3]) - (y0 + y1)) / 2 <= label.height
        right = level and -0.5 * label.height <= text.box[0] - x1 <= 12 * label.height
        if beneath or right:
            near.append((gap(label.box, text.box), fold(text.text).strip()))
    return min(near, default=(0.0, ""))[1]


def _fits(key: str, value: str) -> bool:
    if not value or _bare(value) in TITLE_NAMES:
        return False
    if key == "number":
        return bool(_NUMBER.fullmatch(value)) and iso_date(value) is None
    if key == "revision":
        return bool(_REVISION.fullmatch(value))
    if key == "date":
        return iso_date(value) is not None
    return len(value) >= 4 and any(sign.isalpha() for sign in value)


def iso_date(text: str) -> str | None:
    """``2026-02-11`` for 2026/2/11, 2026年2月11日, 11 Feb 2026 and 25.02.2026; None where day and month may be
    either."""
    if match := _ISO.search(text):
        year, month, day = (int(part) for part in match.groups())
    elif (match := _WORDED.search(text)) and match[2].lower() in _MONTHS:
        year, month, day = int(match[3]), _MONTHS[match[2].lower()], int(match[1])
    elif (match := _DAY_FIRST.search(text)) and (int(match[1]) > 12 or match[1] == match[2]):
        year, month, day = int(match[3]), int(match[2]), int(match[1])
    else:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None
