"""Manuals as PDF: one in English, one in Chinese, one in two interleaved columns."""

from pathlib import Path
from typing import Any

from ingestion_kit import Paper

from parser_cases import ParserCase


def _english(folder: Path) -> Path:
    return Paper().manual(folder / "manual.pdf")


def _chinese(folder: Path) -> Path:
    paper = Paper()

    def zh(text: str, style: str = "zh") -> Any:
        return paper.text(text, style)

    rows = [["项目", "压力/MPa", "流量(m3/h)"], ["额定值", "1.6", "27"], ["报警值", "1.8", "−3,5"]]
    return paper.write(
        folder / "shouce.pdf",
        [
            zh("<font size=26>进料泵手册</font>", "zh-head"),
            zh("版本：C"),
            zh("1 安全", "zh-head"),
            zh("本泵输送液态添加剂，运行中应定期检查机械密封和油位，并检查Ｐ－１０１Ａ的振动。" * 3),
            zh("危险：拆卸泵头前必须泄压。"),
            zh("1. 关闭吸入阀 HV-111A。"),
            zh("2. 打开排放阀 HV-116A。"),
            zh("2 数据", "zh-head"),
            zh("表 1 限值"),
            paper.table([[zh(cell) for cell in row] for row in rows]),
            zh("泄漏率不超过 10<super>-3</super> mbar。"),
        ],
    )


def _columns(folder: Path) -> Path:
    from reportlab.pdfgen.canvas import Canvas

    path = folder / "columns.pdf"
    canvas = Canvas(str(path), invariant=1)
    words = "Line {} of the text on pump {} goes on to"
    for i in range(12):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(56, 700 - 13 * i, words.format(i + 1, "P-101A"))
        canvas.drawString(310, 700 - 13 * i, words.format(i + 13, "P-101B"))
    canvas.save()
    return path


CASES = (
    ParserCase(
        id="pdf-en",
        parser="pdf",
        make=_english,
        kind="manual",
        language="en",
        texts=(
            "Feed pump KSP",
            "This is a self-priming pump.",
            "WARNING",
            "Hot surface. Let it cool before you touch the bearing housing.",
            "1. Close valve HV-111A and lock it.",
            "CAUTION: Pressure may remain.",
            "4. Open drain 4.",
            "Item 59 | 177 | bar",
            "Words are lubricated and the self-priming pump is P-101A.",
            "警告：拆卸泵头前必须泄压。",
        ),
        tags=("P-101A", "HV-111A"),
        place="page",
        headings=("1 Safety", "1.1 Lockout", "2 Data", "第三章 维护"),
        tables=1,
    ),
    ParserCase(
        id="pdf-zh",
        parser="pdf",
        make=_chinese,
        kind="manual",
        language="zh",
        texts=(
            "本泵输送液态添加剂",
            "Ｐ－１０１Ａ的振动",
            "危险：拆卸泵头前必须泄压。",
            "1. 关闭吸入阀 HV-111A。",
            "2. 打开排放阀 HV-116A。",
            "项目 | 压力/MPa | 流量(m3/h)",
            "报警值 | 1.8 | −3,5",
            "泄漏率不超过 10⁻³ mbar。",
        ),
        tags=("P-101A", "HV-111A", "HV-116A"),
        place="page",
        headings=("1 安全", "2 数据", "表 1 限值"),
        tables=1,
    ),
    ParserCase(
        id="pdf-columns",
        parser="pdf",
        make=_columns,
        kind="manual",
        language="en",
        texts=("Line 1 of the text", "Line 12 of the text", "Line 13 of the text", "Line 24 of the text"),
        tags=("P-101A", "P-101B"),
        place="page",
    ),
)
