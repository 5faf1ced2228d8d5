"""Presentations: title, text, table and speaker notes."""

from pathlib import Path
from typing import Any

from parser_cases import ParserCase


def _deck() -> Any:
    import pptx

    return pptx.Presentation()


def _slide(deck: Any, layout: int, title: str, body: tuple[str, ...] = (), notes: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    slide.shapes.title.text = title
    if body:
        frame = slide.placeholders[1].text_frame
        frame.text = body[0]
        for text in body[1:]:
            frame.add_paragraph().text = text
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    return slide


def _table(slide: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    from pptx.util import Inches

    frame = slide.shapes.add_table(len(rows), len(rows[0]), Inches(1), Inches(3), Inches(6), Inches(2))
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            frame.table.cell(y, x).text = text


def _english(folder: Path) -> Path:
    deck = _deck()
    _slide(deck, 0, "Training on P-101A", ("Rev. C 2024-05-01",))
    _slide(deck, 1, "Start-up", ("Close HV-111A", "Start the motor"), "Ask who has done it before.")
    _table(_slide(deck, 5, "Limits"), (("Quantity", "Limit", "Unit"), ("Pressure", "−16", "bar")))
    deck.save(str(folder / "training.pptx"))
    return folder / "training.pptx"


def _chinese(folder: Path) -> Path:
    deck = _deck()
    _slide(deck, 1, "维护", ("关闭吸入阀 HV-111B", "打开排放阀"), "先检查液位。")
    _table(_slide(deck, 5, "备件"), (("部件", "数量", "单位"), ("隔膜", "2", "个")))
    deck.save(str(folder / "培训.pptx"))
    return folder / "培训.pptx"


CASES = (
    ParserCase(
        id="pptx-en",
        parser="pptx",
        make=_english,
        kind="manual",
        language="en",
        texts=(
            "Rev. C 2024-05-01",
            "Close HV-111A",
            "Start the motor",
            "Ask who has done it before.",
            "Pressure | −16 | bar",
        ),
        tags=("P-101A", "HV-111A"),
        place="page",
        headings=("Training on P-101A", "Start-up", "Limits"),
        tables=1,
    ),
    ParserCase(
        id="pptx-zh",
        parser="pptx",
        make=_chinese,
        kind="manual",
        language="zh",
        texts=("关闭吸入阀 HV-111B", "打开排放阀", "先检查液位。", "隔膜 | 2 | 个"),
        tags=("HV-111B",),
        place="page",
        headings=("维护", "备件"),
        tables=1,
    ),
)
