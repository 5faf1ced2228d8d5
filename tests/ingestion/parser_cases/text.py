"""Plain text: underlined and numbered headings, steps, aligned columns; a Chinese one in GB 18030."""

from pathlib import Path

from parser_cases import ParserCase

ENGLISH = """Feed pump P-101A
================
Rev. C, 2024-05-01

1.1 Safety

This is a self-priming pump, and it must be filled before its first
start with what it is to deliver at 12.5 m3/h.

WARNING: Hot surface. Let it cool before you touch the bearing
housing.

1. Close HV-111A.
2. Open the drain
   and wait.

Item       Limit   Unit
Suction    0,5     bar
"""
CHINESE = """第三章 维护

计量泵 P-101B 在运行中应定期检查隔膜，并检查泵头螺栓的扭矩，并检查泵头
螺栓的防松标记。

警告：拆卸泵头前必须泄压。

1. 关闭吸入阀 HV-111B。
2. 打开排放阀。
"""


def _write(text: str, name: str, encoding: str, folder: Path) -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


CASES = (
    ParserCase(
        id="text-en",
        parser="text",
        make=lambda folder: _write(ENGLISH, "pump.txt", "utf-8", folder),
        kind="manual",
        language="en",
        texts=(
            "it must be filled before its first start with what it is to deliver at 12.5 m3/h.",
            "WARNING: Hot surface. Let it cool before you touch the bearing housing.",
            "1. Close HV-111A.",
            "2. Open the drain and wait.",
            "Suction    0,5     bar",
        ),
        tags=("P-101A", "HV-111A"),
        place="text",
        headings=("Feed pump P-101A", "1.1 Safety"),
    ),
    ParserCase(
        id="text-zh",
        parser="text",
        make=lambda folder: _write(CHINESE, "维护.txt", "gb18030", folder),
        kind="manual",
        language="zh",
        texts=(
            "并检查泵头螺栓的防松标记。",
            "警告：拆卸泵头前必须泄压。",
            "1. 关闭吸入阀 HV-111B。",
            "2. 打开排放阀。",
        ),
        tags=("P-101B", "HV-111B"),
        place="text",
        headings=("第三章 维护",),
    ),
)
