"""Word documents with automatic numbers, merged cells, notes' marks and what Word hides."""

from pathlib import Path

from parser_cases import ParserCase


def _english(folder: Path) -> Path:
    import docx

    document = docx.Document()
    document.add_heading("Feed pump", 0)
    document.add_paragraph("Revision: C")
    document.add_heading("Start-up", 1)
    flow = document.add_paragraph("P-101A delivers 12.5 m")
    flow.add_run("3").font.superscript = True
    flow.add_run("/h at −5 °C.")
    document.add_paragraph("WARNING: Hot surface. Let it cool.")
    for text in ("Close HV-111A.", "Start the motor."):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Table 1. Limits", style="Caption")
    table = document.add_table(rows=3, cols=3)
    rows = (("Quantity", "Limit", "Unit"), ("Pressure", "16", "bar"), ("", "232", "psi"))
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.save(str(folder / "pump.docx"))
    return folder / "pump.docx"


def _chinese(folder: Path) -> Path:
    import docx

    document = docx.Document()
    document.add_heading("第三章 维护", 1)
    document.add_paragraph("计量泵 P-101B 在运行中应定期检查隔膜，并检查泵头螺栓的扭矩。")
    document.add_paragraph("警告：拆卸泵头前必须泄压。")
    for text in ("关闭吸入阀 HV-111B。", "打开排放阀。"):
        document.add_paragraph(text, style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((*table.rows[0].cells, *table.rows[1].cells), ("部件", "数量", "隔膜", "2"), strict=True):
        cell.text = text
    document.save(str(folder / "维护.docx"))
    return folder / "维护.docx"


CASES = (
    ParserCase(
        id="docx-en",
        parser="docx",
        make=_english,
        kind="manual",
        language="en",
        texts=(
            "P-101A delivers 12.5 m³/h at −5 °C.",
            "WARNING: Hot surface. Let it cool.",
            "1. Close HV-111A.",
            "2. Start the motor.",
            "Quantity | Limit | Unit",
            "Pressure | 16 | bar",
            "Pressure | 232 | psi",
        ),
        tags=("P-101A", "HV-111A"),
        place="text",
        headings=("Feed pump", "Start-up", "Table 1. Limits"),
        tables=1,
    ),
    ParserCase(
        id="docx-zh",
        parser="docx",
        make=_chinese,
        kind="manual",
        language="zh",
        texts=(
            "应定期检查隔膜，并检查泵头螺栓的扭矩。",
            "警告：拆卸泵头前必须泄压。",
            "1. 关闭吸入阀 HV-111B。",
            "隔膜 | 2",
        ),
        tags=("P-101B", "HV-111B"),
        place="text",
        headings=("第三章 维护",),
        tables=1,
    ),
)
