"""P&IDs as vector PDF: the demo sheet, and a small Chinese one."""

from pathlib import Path

from drawing_kit import CHINESE_TEXTS, write_chinese_pdf, write_pdf
from drawing_plant import primitives

from parser_cases import ParserCase


def _english(folder: Path) -> Path:
    return write_pdf(primitives(7), folder / "pid_unit.pdf")


def _chinese(folder: Path) -> Path:
    return write_chinese_pdf(folder / "图纸.pdf")


CASES = (
    ParserCase(
        id="drawing-pdf-en",
        parser="drawing_pdf",
        make=_english,
        kind="pid",
        language="en",
        texts=(
            "P&ID 管道仪表图 PID-600-001 P&ID Unit 600: feed, heating and dosing, revision D, 2026-02-17.",
            "Line 管线 600-P-6001-DN100: OPC-691, T-641",
            "2. Control valves fail closed.",
        ),
        tags=("P-641A", "HV-611A", "STR-611A", "FIC-641"),
        place="page",
        headings=("P&ID Unit 600: feed, heating and dosing",),
    ),
    ParserCase(
        id="drawing-pdf-zh",
        parser="drawing_pdf",
        make=_chinese,
        kind="pid",
        language="zh",
        texts=("GY-2024-015 循环水工艺流程图, revision 2, 2024-05-06", *CHINESE_TEXTS),
        tags=("P-201A", "HV-201", "FIC-201"),
        place="sheet",
        headings=("循环水工艺流程图",),
    ),
)
