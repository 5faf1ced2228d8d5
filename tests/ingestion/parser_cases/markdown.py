"""Markdown with front matter, boxes, lists and a table."""

from pathlib import Path

from parser_cases import ParserCase

ENGLISH = """---
title: Feed pump manual
revision: C
date: 2024-05-01
---
# Feed pump KSP

Applies to P-101A. The pump delivers 12.5 m<sup>3</sup>/h at −5 °C, see
[the data sheet](data.pdf).

> [!WARNING]
> Hot surface. Let it cool before you touch the bearing housing.

## Start-up

1. Close drain valve HV-113A.
2. Open suction valve HV-111A.
   - slowly
3. Start the motor:

   ```
   start  P-101A
   ```

Table 1. Limits

| Quantity | Limit (bar) |
|---|---:|
| Suction | 0,5 |
| Discharge | 16 |

![Section of the pump](section.png)
"""
CHINESE = """# 进料泵手册

适用于位号 P-101B。计量泵在运行中应定期检查隔膜，
并检查泵头螺栓的扭矩。

:::danger
高压。拆卸泵头前必须泄压。
:::

## 维护

1. 关闭吸入阀 HV-111B。
2. 打开排放阀。

| 部件 | 数量 |
|---|---|
| 隔膜 | 2 |
| 密封圈 | 4 |
"""


def _write(text: str, name: str, folder: Path) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


CASES = (
    ParserCase(
        id="markdown-en",
        parser="markdown",
        make=lambda folder: _write(ENGLISH, "pump.md", folder),
        kind="manual",
        language="en",
        texts=(
            "delivers 12.5 m³/h at −5 °C, see the data sheet",
            "Hot surface. Let it cool before you touch the bearing housing.",
            "1. Close drain valve HV-113A.",
            "2. Open suction valve HV-111A.",
            "start  P-101A",
            "Quantity | Limit (bar)",
            "Suction | 0,5",
            "Section of the pump",
        ),
        tags=("P-101A", "HV-113A", "HV-111A"),
        place="text",
        headings=("Feed pump KSP", "Start-up", "Table 1. Limits"),
        tables=1,
    ),
    ParserCase(
        id="markdown-zh",
        parser="markdown",
        make=lambda folder: _write(CHINESE, "手册.md", folder),
        kind="manual",
        language="zh",
        texts=(
            "应定期检查隔膜，并检查泵头螺栓的扭矩",
            "拆卸泵头前必须泄压。",
            "1. 关闭吸入阀 HV-111B。",
            "部件 | 数量",
            "密封圈 | 4",
        ),
        tags=("P-101B", "HV-111B"),
        place="text",
        headings=("进料泵手册", "维护"),
        tables=1,
    ),
)
