"""The look of the demo manuals: numbered headings, ruled tables with captions, warning boxes, running head and foot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)
from reportlab.platypus.tableofcontents import TableOfContents

FONT_ZH = Path(__file__).parent / "fonts" / "PlantwrightSansSC-Regular.ttf"
NAME_ZH = "PlantwrightSansSC"
Lang = Literal["en", "zh", "both"]
WIDTH = A4[0] - 40 * mm
_KEPT_ROWS = 12  # longer tables may break over pages
_INK, _RULE = colors.HexColor("#16324f"), colors.HexColor("#5b6b7a")
_WORDS = {  # by language: of tables, figures, contents, running head, foot
    "en": ("Table {n}. {caption}", "Figure {n}. {caption}", "Contents", "{number} Rev. {revision}", "Page {page} of {total}"),
    "zh": ("表 {n} {caption}", "图 {n} {caption}", "目录", "{number} 修订版 {revision}", "第 {page} 页，共 {total} 页"),
    "both": ("Table {n}. {caption}", "Figure {n}. {caption}", "Contents 目录", "{number} Rev. {revision} 修订版 {revision}",
             "Page {page} of {total} 第 {page} 页，共 {total} 页"),
}  # fmt: skip
_BOXES = {
    "DANGER": ("#b00020", "#fdecee"), "危险": ("#b00020", "#fdecee"),
    "WARNING": ("#c05a00", "#fff3e4"), "警告": ("#c05a00", "#fff3e4"),
    "CAUTION": ("#8a6d00", "#fffbe0"), "注意": ("#8a6d00", "#fffbe0"),
}  # fmt: skip


def fonts(lang: Lang) -> tuple[str, str]:
    """Regular and bold font names. Chinese is embedded: a machine without CJK fonts renders it all the same."""
    if lang == "en":
        return "Helvetica", "Helvetica-Bold"
    if NAME_ZH not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(NAME_ZH, str(FONT_ZH)))
    return NAME_ZH, NAME_ZH


@dataclass(frozen=True)
class Cover:
    """What the title page and the running head say."""

    title: str
    subtitle: str
    number: str
    revision: str
    date: str  # ISO 8601
    rows: tuple[tuple[str, str], ...]  # label and value, in order
    imprint: str


@dataclass
class Book:
    """A manual that is written from front to back, then saved."""

    lang: Lang
    cover: Cover
    story: list[Any] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=lambda: [0, 0])
    _tables: int = 0
    _figures: int = 0

    def __post_init__(self) -> None:
        self.regular, self.bold = fonts(self.lang)
        self._words = dict(zip(("table", "figure", "contents", "head", "page"), _WORDS[self.lang], strict=True))
        wrap = {"wordWrap": "CJK"} if self.lang == "zh" else {}
        base = ParagraphStyle("body", fontName=self.regular, fontSize=9.5, leading=14, spaceAfter=5, **wrap)
        def style(name: str, **more: Any) -> ParagraphStyle:
            return ParagraphStyle(name, parent=base, **more)
        self.styles = {
            "body": base,
            "title": style("title", fontName=self.bold, fontSize=26, leading=34, textColor=_INK, spaceAfter=6),
            "subtitle": style("subtitle", fontSize=14, leading=20, textColor=_RULE, spaceAfter=18),
            "h1": style("h1", fontName=self.bold, fontSize=16, leading=21, textColor=_INK, spaceBefore=14, spaceAfter=7,
                        keepWithNext=1),
            "h2": style("h2", fontName=self.bold, fontSize=12, leading=16, textColor=_INK, spaceBefore=9, spaceAfter=4,
                        keepWithNext=1),
            "caption": style("caption", fontName=self.bold, fontSize=8.5, leading=11, spaceBefore=6, spaceAfter=4),
            "caption-kept": style("caption-kept", fontName=self.bold, fontSize=8.5, leading=11, spaceBefore=6,
                                  spaceAfter=4,
                                  keepWithNext=1),
            "figure": style("figure", fontName=self.bold, fontSize=8.5, leading=11, spaceBefore=4, spaceAfter=8,
                            alignment=TA_CENTER),
            "cell": style("cell", fontSize=8.8, leading=11.5, spaceAfter=0),
            "head": style("head", fontName=self.bold, fontSize=8.8, leading=11.5, spaceAfter=0),
            "step": style("step", leftIndent=20, bulletIndent=0, spaceAfter=3),
            "signal": style("signal", fontName=self.bold, fontSize=10.5, leading=14, spaceAfter=2),
            "contents": style("contents", fontSize=10, leading=17),
        }

    def word(self, name: str, **values: object) -> str:
        """The document's own words in its language: ``table``, ``figure``, ``contents``, ``head`` or ``page``."""
        return self._words[name].format(**values)

    def paragraph(self, text: str, style: str, **more: Any) -> Paragraph:
        """Chinese breaks between any two characters; in a document of both languages only where it has the more letters."""
        look = self.styles[style]
        if self.lang == "both" and sum(c.islower() for c in text) < sum("\u4e00" <= c <= "\u9fff" for c in text):
            look = ParagraphStyle(style, parent=look, wordWrap="CJK")
        return Paragraph(text, look, **more)

    def h1(self, text: str) -> None:
        self._numbers = [self._numbers[0] + 1, 0]
        self._heading("h1", f"{self._numbers[0]} {text}")

    def h2(self, text: str) -> None:
        self._numbers[1] += 1
        self._heading("h2", f"{self._numbers[0]}.{self._numbers[1]} {text}")

    def _heading(self, level: str, text: str) -> None:
        self.story.append(self.paragraph(text, level))

    def p(self, text: str) -> None:
        self.story.append(self.paragraph(text, "body"))

    def steps(self, steps: Sequence[str]) -> None:
        self.story += [self.paragraph(text, "step", bulletText=f"{number}.") for number, text in
                       enumerate(steps, 1)]
        self.story.append(Spacer(1, 4))

    def box(self, signal: str, text: str) -> None:
        """DANGER, WARNING or CAUTION (危险, 警告, 注意): the signal word, then what to do."""
        edge, fill = (colors.HexColor(code) for code in _BOXES[signal])
        word = ParagraphStyle(signal, parent=self.styles["signal"], textColor=edge)
        cell = [Paragraph(signal, word), self.paragraph(text, "cell")]
        look = [("BOX", (0, 0), (-1, -1), 1.4, edge), ("BACKGROUND", (0, 0), (-1, -1), fill),
                ("LEFTPADDING", (0, 0), (-1, -1), 8), ("TOPPADDING", (0, 0), (-1, -1), 5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 7)]
        self.story.append(Table([[cell]], colWidths=[WIDTH], style=look, spaceBefore=3, spaceAfter=7))

    def table(self, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float]) -> None:
        """A ruled table. ``shares`` are column widths in any unit; the head repeats on each page it spills over to."""
        self._tables += 1
        label = self.word("table", n=self._tables, caption=caption)
        cells = [[self.paragraph(text, "head") for text in head]]
        cells += [[self.paragraph(text, "cell") for text in row] for row in rows]
        look = [("GRID", (0, 0), (-1, -1), 0.6, _RULE), ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e3eaf1")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4)]
        if self.lang == "both":  # a row and the same in the other language below it stay together
            look += [("NOSPLIT", (0, row), (-1, row + 1)) for row in range(1, len(cells) - 1, 2)]
        widths = [WIDTH * share / sum(shares) for share in shares]
        spills = len(rows) > _KEPT_ROWS
        if spills:
            self._room_for_head()
        self.story += [self.paragraph(label, "caption" if spills else "caption-kept"),
                       Table(cells, colWidths=widths, style=look, repeatRows=1), Spacer(1, 9)]

    def _room_for_head(self) -> None:
        """A long table may spill over a page, but its headings and first rows stay together."""
        at = len(self.story)
        while at and getattr(getattr(self.story[at - 1], "style", None), "name", "") in ("h1", "h2"):
            at -= 1
        self.story.insert(at, CondPageBreak((70 if self.lang == "both" else 45) * mm))

    def figure(self, drawing: Any, caption: str) -> None:
        self._figures += 1
        label = self.word("figure", n=self._figures, caption=caption)
        self.story.append(KeepTogether([drawing, self.paragraph(label, "figure")]))

    def page_break(self) -> None:
        self.story.append(PageBreak())

    def save(self, path: Path) -> None:
        """Write the PDF. The same story gives the same bytes."""
        path.parent.mkdir(parents=True, exist_ok=True)
        _Template(path, self).multiBuild([*self._front(), *self.story])

    def _front(self) -> list[Any]:
        cover, s = self.cover, self.styles
        rows = [[self.paragraph(label, "head"), self.paragraph(value, "cell")] for label, value in cover.rows]
        look = [("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        contents = TableOfContents(levelStyles=[s["contents"]], dotsMinLevel=0)
        heading = ParagraphStyle("contents-head", parent=s["h1"])  # not "h1": not numbered, not listed
        return [Spacer(1, 55 * mm), self.paragraph(cover.title, "title"), self.paragraph(cover.subtitle, "subtitle"),
                Table(rows, colWidths=[42 * mm, WIDTH - 42 * mm], style=look), Spacer(1, 45 * mm),
                self.paragraph(cover.imprint, "cell"), PageBreak(),
                Paragraph(self.word("contents"), heading), contents, PageBreak()]


class _Template(BaseDocTemplate):  # type: ignore[misc]
    """Head, foot and the list of chapters."""

    def __init__(self, path: Path, book: Book) -> None:
        super().__init__(str(path), pagesize=A4, invariant=1, leftMargin=20 * mm, rightMargin=20 * mm,
                         topMargin=24 * mm,
                         bottomMargin=20 * mm, title=f"{book.cover.title}, {book.cover.subtitle}",
                         author=book.cover.imprint.split(",")[0], lang="zh-CN" if book.lang == "zh" else "en",
                         subject=f"{book.cover.number}, revision {book.cover.revision}, {book.cover.date}")
        self.book, self.total = book, 0
        frame = Frame(self.leftMargin, self.bottomMargin, self.width, self.height, id="body", leftPadding=0,
                      rightPadding=0)
        self.addPageTemplates([PageTemplate("page", frame, onPage=self._decorate)])

    def _decorate(self, canvas: Any, _doc: Any) -> None:
        if canvas.getPageNumber() == 1:
            return
        cover, page = self.book.cover, canvas.getPageNumber()
        canvas.saveState()
        canvas.setFont(self.book.regular, 8)
        canvas.setFillColor(_RULE)
        canvas.setStrokeColor(_RULE)
        canvas.setLineWidth(0.4)
        left, right, top = 20 * mm, A4[0] - 20 * mm, A4[1] - 16 * mm
        canvas.drawString(left, top, cover.title)
        canvas.drawRightString(right, top, self.book.word("head", number=cover.number, revision=cover.revision))
        canvas.line(left, top - 3, right, top - 3)
        canvas.line(left, 15 * mm, right, 15 * mm)
        canvas.drawString(left, 11 * mm, cover.date)
        canvas.drawRightString(right, 11 * mm, self.book.word("page", page=page, total=self.total))
        canvas.restoreState()

    def afterFlowable(self, flowable: Any) -> None:
        """Chapters go to the list of contents."""
        if isinstance(flowable, Paragraph) and flowable.style.name == "h1":
            self.notify("TOCEntry", (0, flowable.getPlainText(), self.page))

    def _endBuild(self) -> None:
        self.total = self.page  # known to the next pass, which multiBuild always makes for the contents
        super()._endBuild()
