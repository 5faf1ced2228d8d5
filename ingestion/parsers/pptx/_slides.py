"""Slides -> prose: the title as heading, shapes in reading order, speaker notes."""

import re
from collections.abc import Sequence
from typing import Any

from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.html_plain import alt_of
from ingestion.parsers._prose.marks import is_warning
from ingestion.parsers._prose.spans import raised
from ingestion.parsers._prose.table import Cell, Row
from ingestion.parsers._tables.numbers import enumerator
from ingestion.parsers._text import clean, language_of
from ingestion.parsers.base import Span
from ingestion.parsers.pptx._shapes import WHOLE, Placed, bands, placed
from retrieval.models import PageLocator, Region

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_LEFT_OUT = frozenset({"DATE", "FOOTER", "SLIDE_NUMBER", "HEADER"})
_TITLES = frozenset({"TITLE", "CENTER_TITLE", "VERTICAL_TITLE"})
_LISTED = frozenset({"BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT"})
_FORMS = (
    ("alphaLc", "lowerLetter"),
    ("alphaUc", "upperLetter"),
    ("romanLc", "lowerRoman"),
    ("romanUc", "upperRoman"),
    ("circleNum", "decimalEnclosedCircle"),
    ("ea1Chs", "chineseCounting"),
    ("ea1Cht", "chineseCounting"),
)
_BULLETS = "•◦▪"
_MOST_POINTS = 1000  # categories of a chart


class Slides:
    """Feeds ``prose`` slide by slide."""

    def __init__(self, prose: Prose, name: str, width: int, height: int) -> None:
        self._prose, self._name = prose, name
        self._width, self._height = width, height
        self._page = 0

    def read(self, slide: Any) -> None:
        """The next slide."""
        self._page += 1
        self._prose.leave()
        shapes = placed(slide.shapes, self._width, self._height)
        title = next((one for one in shapes if _kind(one.shape) in _TITLES and one.shape.text_frame.text.strip()), None)
        if title:
            text = clean(" ".join(_text(paragraph) for paragraph in title.shape.text_frame._txBody.iter(_A + "p")))
            self._prose.heading(1, text, self._at(title.region))
        for one in shapes:
            if one is not title and _kind(one.shape) not in _LEFT_OUT:
                self._shape(one)
        if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
            self._notes([clean(_text(paragraph)) for paragraph in frame._txBody.iter(_A + "p")])

    def _at(self, region: Region) -> PageLocator:
        return PageLocator(page=self._page, regions=(region,))

    def _shape(self, one: Placed) -> None:
        shape, place = one.shape, self._at(one.region)
        if getattr(shape, "has_table", False):
            self._table(shape.table, one.region)
        elif getattr(shape, "has_chart", False):
            self._chart(shape.chart, one.region)
        elif shape.has_text_frame and shape.text_frame.text.strip():
            self._frame(shape, one.region)
        elif _is_diagram(shape):
            self._prose.warnings.append(f"{self._name}, page {self._page}: a diagram (SmartArt) is not read")
        properties = shape._element.find(".//{*}cNvPr")
        words = (properties.get("descr") or properties.get("title") or "") if properties is not None else ""
        if alt := alt_of({"alt": words}):
            self._prose.figure([Span(alt, place)])

    def _frame(self, shape: Any, region: Region) -> None:
        """Paragraphs and lists; their place is the whole frame, as nothing tells where a line stands in it."""
        paragraphs = [one for one in shape.text_frame._txBody.iter(_A + "p") if _text(one).strip()]
        listed = _kind(shape) in _LISTED and len(paragraphs) > 1
        counters: dict[int, int] = {}
        warns = is_warning(clean(_text(paragraphs[0])))
        if warns:
            self._prose.begin_frame([], warns=True)
        for paragraph in paragraphs:
            label, ordered, level = _label(paragraph, listed, counters)
            lines = [clean(line) for line in _text(paragraph).split("\n")]
            spans = [Span(line + "\n", self._at(region)) for line in lines if line]
            spans[-1] = Span(spans[-1].text.rstrip("\n"), spans[-1].locator)
            if label:
                self._prose.item(label, spans, ordered=ordered, nested=level > 0)
            else:
                self._prose.paragraph(spans)
        if warns:
            self._prose.end_frame()

    def _table(self, table: Any, region: Region) -> None:
        rows = []
        places = bands(region, [float(row.height or 0) for row in table.rows])
        for at, row in enumerate(table.rows):
            cells = []
            for cell in row.cells:
                if cell.is_spanned:
                    continue
                paragraphs = list(cell._tc.iter(_A + "p"))
                text = " ".join(filter(None, (clean(_text(one)) for one in paragraphs)))
                cells.append(
                    Cell(
                        text,
                        cell.span_height if cell.is_merge_origin else 1,
                        cell.span_width if cell.is_merge_origin else 1,
                    )
                )
            rows.append(Row(tuple(cells), self._at(places[at]), head=at == 0 and bool(table.first_row)))
        said = [(cell.text, row.locator) for row in rows for cell in row.cells if cell.text]
        if len(rows) <= 3 and said and is_warning(said[0][0]):
            self._prose.warning([Span(text, place) for text, place in said])
        else:
            self._prose.table(rows)

    def _chart(self, chart: Any, region: Region) -> None:
        """A chart's numbers as a table: a row a category, a column a series."""
        place = self._at(region)
        try:
            title = chart.chart_title.text_frame.text if chart.has_title and chart.chart_title.has_text_frame else ""
            plot = chart.plots[0]
            categories = [str(one) for one in plot.categories][:_MOST_POINTS]
            series = [(str(one.name or ""), list(one.values)[:_MOST_POINTS]) for one in plot.series]
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            self._prose.warnings.append(f"{self._name}, page {self._page}: a chart is not read")
            return
        caption = [Span(clean(title), place)] if title.strip() else []
        head = Row((Cell(""), *(Cell(clean(name)) for name, _ in series)), place, head=True)
        rows = [
            Row((Cell(clean(category)), *(Cell(_shown(values, at)) for _, values in series)), place)
            for at, category in enumerate(categories)
        ]
        self._prose.table([head, *rows], caption)

    def _notes(self, lines: Sequence[str]) -> None:
        said = [line for line in lines if line]
        if said:
            label = "备注：" if language_of("".join(said)) == "zh" else "Speaker notes:"
            place = self._at(WHOLE)
            self._prose.paragraph([Span(label + "\n", place), *(Span(line + "\n", place) for line in said)])


def _kind(shape: Any) -> str:
    """A placeholder's, '' where the shape is none."""
    if not shape.is_placeholder:
        return ""
    kind = shape.placeholder_format.type
    return kind.name if kind is not None else ""


def _is_diagram(shape: Any) -> bool:
    return any((data.get("uri") or "").endswith("/diagram") for data in shape._element.iter(_A + "graphicData"))


def _text(paragraph: Any) -> str:
    """Runs, fields and breaks; superscripts raised, what is struck out marked."""
    parts = []
    for child in paragraph:
        tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if tag == "br":
            parts.append("\n")
        elif tag in ("r", "fld"):
            text = "".join(node.text or "" for node in child.iterchildren(_A + "t"))
            properties = child.find(_A + "rPr")
            if properties is not None and text.strip():
                text = raised(text) if _number(properties.get("baseline")) > 0 else text
                text = text.upper() if properties.get("cap") == "all" else text
                text = f"~~{text}~~" if (properties.get("strike") or "noStrike") != "noStrike" else text
            parts.append(text)
        elif tag == "m":
            parts.append("".join(node.text or "" for node in child.iter("{*}t")))
    return "".join(parts).replace("~~~~", "").replace("\v", "\n")


def _label(paragraph: Any, listed: bool, counters: dict[int, int]) -> tuple[str, bool, int]:
    """Number or bullet in front of a paragraph, whether it is a number, and its level from 0."""
    properties = paragraph.find(_A + "pPr")
    level = _number(properties.get("lvl")) if properties is not None else 0
    auto = properties.find(_A + "buAutoNum") if properties is not None else None
    for deeper in [one for one in counters if one > level or (one == level and auto is None)]:
        del counters[deeper]
    if auto is not None:
        counters[level] = counters.get(level, _number(auto.get("startAt"), 1) - 1) + 1
        return _numbered(counters[level], auto.get("type") or "arabicPeriod"), True, level
    if properties is not None and properties.find(_A + "buNone") is not None:
        return "", False, level
    marked = properties is not None and any(properties.find(_A + one) is not None for one in ("buChar", "buBlip"))
    return (_BULLETS[min(max(level, 0), 2)] if listed or marked else ""), False, level


def _numbered(number: int, kind: str) -> str:
    form = next((form for start, form in _FORMS if kind.startswith(start)), "decimal")
    text = enumerator(number, form)
    if kind.endswith("ParenBoth"):
        return f"({text})"
    return text + (")" if kind.endswith("ParenR") else "." if kind.endswith("Period") else "")


def _number(text: str | None, default: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


def _shown(values: Sequence[Any], at: int) -> str:
    found = values[at] if at < len(values) else None
    return f"{found:g}" if isinstance(found, float | int) else "" if found is None else str(found)
