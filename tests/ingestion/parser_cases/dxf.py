"""P&IDs as DXF: the demo sheet, and a small Chinese one in the code page of Chinese Windows."""

from pathlib import Path

from drawing_kit import CHINESE_TEXTS, write_chinese_dxf, write_dxf
from drawing_plant import primitives

from parser_cases import ParserCase


def _english(folder: Path) -> Path:
    return write_dxf(primitives(1), folder / "pid_unit.dxf")


def _chinese(folder: Path) -> Path:
    return write_chinese_dxf(folder / "图纸.dxf")


CASES = (
    ParserCase(
        id="dxf-en",
        parser="dxf",
        make=_english,
        kind="pid",
        language="en",
        texts=(
            "P&ID 管道仪表图 PID-100-001 P&ID Unit 100: feed, heating and dosing, revision B, 2026-02-11.",
            "isolation valves 隔离阀: HV-111A (100-P-1010-DN80), HV-113A, HV-116A (100-P-1014-DN40)",
            "Line 管线 100-P-1001-DN100: OPC-191, T-101",
            "2. Control valves fail closed.",
        ),
        tags=("P-101A", "HV-111A", "FIC-101", "TICSA-102", "OPC-191", "DR-181"),
        place="sheet",
        headings=("P&ID Unit 100: feed, heating and dosing",),
    ),
    ParserCase(
        id="dxf-zh",
        parser="dxf",
        make=_chinese,
        kind="pid",
        language="zh",
        texts=("GY-2024-015 循环水工艺流程图, revision 2, 2024-05-06", *CHINESE_TEXTS),
        tags=("P-201A", "HV-201", "FIC-201"),
        place="sheet",
        headings=("循环水工艺流程图",),
    ),
)
