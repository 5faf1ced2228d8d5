"""Scans for tests: pages of text drawn on the spot, in English and Chinese."""

import os
from collections.abc import Sequence
from functools import cache

import pytest
from PIL import Image, ImageDraw

from retrieval.pages._fonts import font

INCH = 200  # pixels: the resolution of an ordinary scan
EN = (
    "4.2 Starting the feed pump P-101A",
    "Before the pump is started make sure that the suction valve HV-111A is",
    "fully open and that the discharge valve HV-112A is closed. Check the oil",
    "level in the bearing housing; it must stand at the middle of the sight",
    "glass. The pump may not run dry for more than 5 s.",
    "WARNING: Hot surface. The casing reaches 85 °C during operation.",
    "1. Open the minimum flow line and vent the casing until no air escapes.",
    "2. Start the motor and watch the current: 34.5 A at most.",
    "3. Open the discharge valve slowly until PI-115A shows 6.2 bar.",
    "4. Check the mechanical seal for leakage; 10 drops a minute are allowed.",
    "The vibration limit is 4.5 mm/s RMS (ISO 10816-3), trip at 7.1 mm/s.",
)
ZH = (
    "4.2 启动进料泵 P-101A",
    "启动泵之前，请确认吸入阀 HV-111A 全开，排出阀 HV-112A 关闭。",
    "检查轴承箱油位，油位应在视镜中部。泵干运转不得超过 5 秒。",
    "警告：表面高温。运行期间泵壳温度可达 85 ℃。",
    "1. 打开最小流量管线，排气至无气泡逸出。",
    "2. 启动电机并观察电流，最大 34.5 A。",
    "3. 缓慢打开排出阀，直至 PI-115A 显示 6.2 bar。",
    "4. 检查机械密封泄漏情况，允许每分钟 10 滴。",
    "振动限值 4.5 mm/s，停机值 7.1 mm/s。环境温度 -20 至 40 ℃。",
)


@cache
def needs_chinese() -> None:
    """Skips the test where no font draws Chinese, but fails it where CI is true."""
    blank = font(40).getmask("\U0010fffd").getbbox()  # what stands for a letter that the font doesn't have
    if font(40).getmask("泵").getbbox() != blank:
        return
    line = "No Chinese font: install one (Debian: apt-get install fonts-noto-cjk)."
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


def page(
    lines: Sequence[str | tuple[str, float, float]], *, points: float = 11, size: tuple[float, float] = (8.27, 11.69)
) -> Image.Image:
    """A grey page at 200 dpi, ``size`` in inches. A line may be text, letter size and space above it in points."""
    picture = Image.new("L", (int(size[0] * INCH), int(size[1] * INCH)), 255)
    draw, y = ImageDraw.Draw(picture), 0.8 * INCH
    for line in lines:
        text, letter, above = (line, points, 0.0) if isinstance(line, str) else line
        y += above * INCH / 72
        draw.text((0.8 * INCH, y), text, fill=0, font=font(round(letter * INCH / 72)))
        y += 1.45 * letter * INCH / 72
    return picture


def kept(read: Sequence[str], drawn: Sequence[str]) -> float:
    """The share of characters kept, spaces aside: 1 - edit distance / the length of what was drawn."""
    said, meant = ("".join("".join(line.split()) for line in lines) for lines in (read, drawn))
    row = list(range(len(meant) + 1))
    for i, a in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(meant, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return 1 - row[-1] / len(meant)
