"""HTML pages: entities, lists, merged cells, a warning by its class; a Chinese one in GB 18030."""

from pathlib import Path

from parser_cases import ParserCase

ENGLISH = """<!DOCTYPE html>
<html lang="en"><head><title>Feed pump manual</title><meta name="revision" content="C">
<style>p { color: red }</style><script>var hidden = "P-999A";</script></head>
<body><nav>Home | Manuals</nav>
<h1>Feed pump</h1>
<p>Revision: C. The pump P-101A delivers 12.5&nbsp;m<sup>3</sup>/h
at &minus;5&nbsp;&deg;C.
<div class="admonition warning"><p class="admonition-title">Warning</p>
<p>Hot surface. Let it cool.</p></div>
<h2>Start-up</h2>
<ol start="4"><li>Close <b>HV-111A</b>.<ul><li>slowly</ul><li>Start the motor.</ol>
<table><caption>Table 2. Limits</caption>
<tr><th>Quantity<th>Limit<th>Unit</tr>
<tr><td rowspan="2">Pressure<td>16<td>bar</tr>
<tr><td>232<td>psi</tr></table>
<pre>
set  speed 1450
  save
</pre>
<footer>Page 1</footer></body></html>
"""
CHINESE = """<html><head><meta charset="gb2312"><title>计量泵手册</title></head><body>
<h1>第三章 维护</h1>
<p>计量泵 P-101B 在运行中应定期检查隔膜，
并检查泵头螺栓的扭矩。</p>
<p>警告：拆卸泵头前必须泄压。</p>
<ol><li>关闭吸入阀 HV-111B。</li><li>打开排放阀。</li></ol>
<table><tr><th>部件</th><th>数量</th></tr><tr><td>隔膜</td><td>２</td></tr></table>
</body></html>
"""


def _write(text: str, name: str, encoding: str, folder: Path) -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


CASES = (
    ParserCase(
        id="html-en",
        parser="html",
        make=lambda folder: _write(ENGLISH, "pump.html", "utf-8", folder),
        kind="manual",
        language="en",
        texts=(
            "delivers 12.5 m³/h at −5 °C.",
            "Hot surface. Let it cool.",
            "4. Close HV-111A.",
            "5. Start the motor.",
            "Pressure | 16 | bar",
            "Pressure | 232 | psi",
            "set  speed 1450",
        ),
        tags=("P-101A", "HV-111A"),
        place="text",
        headings=("Feed pump", "Start-up", "Table 2. Limits"),
        tables=1,
    ),
    ParserCase(
        id="html-zh",
        parser="html",
        make=lambda folder: _write(CHINESE, "维护.htm", "gb18030", folder),
        kind="manual",
        language="zh",
        texts=(
            "应定期检查隔膜，并检查泵头螺栓的扭矩。",
            "拆卸泵头前必须泄压。",
            "1. 关闭吸入阀 HV-111B。",
            "隔膜 | ２",
        ),
        tags=("P-101B", "HV-111B"),
        place="text",
        headings=("第三章 维护",),
        tables=1,
    ),
)
