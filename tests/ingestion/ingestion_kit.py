"""Files for the tests of ingestion, made on the spot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingestion.report import Outcome, Progress, Report
from retrieval.knowledge import Knowledge
from retrieval.models import Caller, Document, Locator, PageLocator
from retrieval.sql import documents, epochs, ledger
from retrieval.stores.base import Where

LOG_HEAD = "Order,Asset,Type,Priority,Failure mode,Opened,Closed,Hours,Cost,Text"
LOG = (
    "\ufeff"
    + LOG_HEAD
    + """
WO-100234,P101A,corrective,2,ELP,2025-03-04T07:30:00+01:00,2025-03-04T14:00+01:00,6.5,1250,"mech seal lkg, repl w/ new"
WO-100235,P-101B,preventive,3,,2025-04-01T08:00:00+02:00,,,,P-101B 更换轴承，加油
"""
)
REGISTER = """Tag,Name,Name (zh),Nicknames,Kind,Area,Model,Parent,Duty,Manuals
P-101A,Feed pump A,进料泵A,big blue;old lady,pump,U100,KSP 32,,duty,manual.pdf
P-101B,Feed pump B,进料泵B,,pump,U100,KSP 32,,standby,manual.pdf
HV-111A,Suction valve,吸入阀,,block valve,U100,,P-101A,,
"""
CALLER = Caller.local()
Flow = list[Any]
Ingest = Callable[..., Report]  # (*paths, rebuild=False, store=None, own=None)


def on_page(locator: Locator) -> PageLocator:
    assert isinstance(locator, PageLocator)
    return locator


def state(knowledge: Knowledge) -> tuple[int, int, list[Document], list[ledger.LedgerEntry]]:
    """What must not change when nothing changed: epoch, points, documents, ledger."""
    epoch = epochs.current(knowledge.database)
    return (
        epoch,
        knowledge.store.count(CALLER, epoch, Where()),
        documents.list_documents(knowledge.database, CALLER),
        ledger.list_entries(knowledge.database),
    )


def by_path(knowledge: Knowledge) -> dict[str, Document]:
    return {document.path: document for document in documents.list_documents(knowledge.database, CALLER)}


def points(knowledge: Knowledge, document: Document) -> int:
    return knowledge.store.count(CALLER, epochs.current(knowledge.database), Where(document_ids=(document.id,)))


class Paper:
    """Flowables for a small manual."""

    def __init__(self) -> None:
        from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont

        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        self.sheet = getSampleStyleSheet()
        self.zh = ParagraphStyle("zh", fontName="STSong-Light", fontSize=10, leading=15, wordWrap="CJK")
        self.zh_head = ParagraphStyle("zh-head", parent=self.zh, fontSize=15, leading=20, spaceBefore=10)

    def text(self, text: str, style: str = "BodyText") -> Any:
        from reportlab.platypus import Paragraph

        return Paragraph(text, {"zh": self.zh, "zh-head": self.zh_head}.get(style) or self.sheet[style])

    def table(self, rows: list[list[Any]], *more: tuple[Any, ...]) -> Any:
        from reportlab.lib import colors
        from reportlab.platypus import Table

        return Table(rows, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black), *more], repeatRows=1)

    def box(self, text: str) -> Any:
        from reportlab.lib import colors
        from reportlab.platypus import Table

        return Table([[self.text(text)]], style=[("BOX", (0, 0), (-1, -1), 1, colors.red)])

    def write(self, path: Path, story: Flow, *, password: str | None = None) -> Path:
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate

        def foot(canvas: Any, document: Any) -> None:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(60, 30, "Feed pump manual Rev. C")
            canvas.drawRightString(540, 30, f"Page {document.page}")

        path.parent.mkdir(parents=True, exist_ok=True)
        SimpleDocTemplate(str(path), pagesize=A4, encrypt=password, invariant=1).build(
            story, onFirstPage=foot, onLaterPages=foot
        )
        return path

    def manual(self, path: Path, *, revision: str = "C", extra: str = "") -> Path:
        """Four pages: a title page, safety, a table over a page break, Chinese."""
        from reportlab.platypus import PageBreak

        t = self.text
        return self.write(
            path,
            [
                t("<font size=26>Feed pump KSP</font>", "Title"),
                t(f"Revision: {revision}"),
                t("Date: 2024-05-01"),
                t("Applies to P-101A and P-101B"),
                PageBreak(),
                t("1 Safety", "Heading1"),
                t("This is a self-priming pump. " * 12 + extra),
                self.box("<b>WARNING</b><br/>Hot surface. Let it cool before you touch the bearing housing."),
                t("1.1 Lockout", "Heading2"),
                *[t(f"{i}. Close valve HV-11{i}A and lock it.") for i in range(1, 4)],
                t("CAUTION: Pressure may remain."),
                *[t(f"{i}. Open drain {i}.") for i in range(4, 6)],
                t("2 Data", "Heading1"),
                t("Table 1. Limits"),
                self.table([["Quantity", "Limit", "Unit"], *[[f"Item {i}", str(3 * i), "bar"] for i in range(60)]]),
                t("Words are lubri-<br/>cated and the self-<br/>priming pump is P-<br/>101A."),
                PageBreak(),
                t("第三章 维护", "zh-head"),
                t("计量泵在运行中应定期检查隔膜，并检查泵头螺栓的扭矩。" * 6, "zh"),
                t("警告：拆卸泵头前必须泄压。", "zh"),
                t("1. 关闭吸入阀。", "zh"),
                t("2. 打开排放阀。", "zh"),
            ],
        )


def ledger_of(knowledge: Knowledge) -> dict[str, ledger.LedgerEntry]:
    return {entry.path: entry for entry in ledger.list_entries(knowledge.database)}


def reasons(report: Report) -> dict[str, str]:
    return {failure.file: failure.reason for failure in report.failures}


class Counting(Progress):
    """Counts vectors that were encoded rather than found, and files that were read."""

    def __init__(self) -> None:
        self.vectors = 0
        self.read: list[str] = []
        self.outcomes: dict[str, str] = {}

    def stage(self, name: str, stage: str) -> None:
        if stage == "read":
            self.read.append(name)

    def encoded(self, vectors: int) -> None:
        self.vectors += vectors

    def finished(self, name: str, outcome: Outcome, *, reason: str = "", seconds: float = 0.0, size: int = 0) -> None:
        self.outcomes[name] = outcome


def many_logs(folder: Path, files: int) -> Path:
    """So many small logs with five orders each, in twenty folders."""
    for n in range(files):
        path = folder / f"unit{n % 20:02}" / f"log{n:04}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = (
            f"WO-{5 * n + k},P-{100 + n % 50}A,corrective,2,ELP,2025-03-04T07:30:00Z,,,,seal {n} leaks {k}\n"
            for k in range(5)
        )
        path.write_text(f"{LOG_HEAD}\n{''.join(rows)}", encoding="utf-8")
    return folder
