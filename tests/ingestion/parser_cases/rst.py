"""reStructuredText, Sphinx's directives and roles in it."""

from pathlib import Path

from parser_cases import ParserCase

ENGLISH = """:github_url: https://example.invalid/pump

Feed pump
=========

:Revision: C

The pump P-101A delivers 12.5 m\\ :sup:`3`\\ /h, see
:ref:`the data sheet <data>` [1]_.

.. warning::
   Hot surface. Let it cool.

Start-up
--------

#. Close :guilabel:`HV-111A`.
#. Start the motor:

   .. code-block:: console
      :caption: On the panel

      $ start  P-101A

.. list-table:: Limits
   :header-rows: 1

   * - Quantity
     - Limit (bar)
   * - Suction
     - 0,5
   * - Discharge
     - 16

.. toctree::
   :maxdepth: 1

   data sheets

.. [1] Edition of May.
"""
CHINESE = """计量泵手册
==========

计量泵 P-101B 在运行中应定期检查隔膜，
并检查泵头螺栓的扭矩。

.. danger:: 拆卸泵头前必须泄压。

维护
----

1. 关闭吸入阀 HV-111B。
2. 打开排放阀。

====== ====
部件   数量
====== ====
隔膜   2
密封圈 4
====== ====
"""


def _write(text: str, name: str, folder: Path) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


CASES = (
    ParserCase(
        id="rst-en",
        parser="rst",
        make=lambda folder: _write(ENGLISH, "pump.rst", folder),
        kind="manual",
        language="en",
        texts=(
            "delivers 12.5 m³/h, see the data sheet [1].",
            "Hot surface. Let it cool.",
            "1. Close HV-111A.",
            "2. Start the motor:",
            "$ start  P-101A",
            "Suction | 0,5",
            "data sheets",
            "[1] Edition of May.",
        ),
        tags=("P-101A", "HV-111A"),
        place="text",
        headings=("Feed pump", "Start-up", "Limits"),
        tables=1,
    ),
    ParserCase(
        id="rst-zh",
        parser="rst",
        make=lambda folder: _write(CHINESE, "手册.rst", folder),
        kind="manual",
        language="zh",
        texts=(
            "应定期检查隔膜，并检查泵头螺栓的扭矩。",
            "拆卸泵头前必须泄压。",
            "1. 关闭吸入阀 HV-111B。",
            "密封圈 | 4",
        ),
        tags=("P-101B", "HV-111B"),
        place="text",
        headings=("计量泵手册", "维护"),
        tables=1,
    ),
)
