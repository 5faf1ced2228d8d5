"""The manuals as a reader gets them: text through pdfium, fonts inside, tables that spill."""

import re
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from demo import manual_en, manual_zh
from demo._pdf import FONT_ZH
from demo.facts import feed_pump, number
from demo.isolation import isolate
from demo.plant import build


def _pages(path: Path) -> list[str]:
    document = pdfium.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


@pytest.fixture(scope="module", params=[1, 7, 23])
def manuals(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path, Path]:
    out = tmp_path_factory.mktemp("manuals")
    plant = build(request.param)
    manual_en.write(plant, out / "en.pdf")
    manual_zh.write(plant, out / "zh.pdf")
    return request.param, out / "en.pdf", out / "zh.pdf"


def test_english_manual_says_what_the_facts_say(manuals: tuple[int, Path, Path]) -> None:
    seed, path, _ = manuals
    plant = build(seed)
    facts, pages = feed_pump(plant), _pages(path)
    assert len(pages) >= 12
    text = re.sub(r"\s+", " ", " ".join(pages))
    assert facts.document in pages[0]
    assert facts.tags[0] in pages[0]
    assert f"The bearing housing holds {number(facts.oil_litres)} L" in text
    for torque in facts.torques:
        assert f"{torque.place} {torque.bolt} {torque.nm} Nm" in text
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_lockout_steps_use_the_valves_that_isolate(manuals: tuple[int, Path, Path]) -> None:
    seed, path, _ = manuals
    plant = build(seed)
    text = re.sub(r"\s+", " ", " ".join(_pages(path)))
    for key in ("P-A", "P-B"):
        steps = text.split(f"Isolation procedure of {plant.tag(key)}")[1][:1400]
        for tag in (*isolate(plant, key).close, *isolate(plant, key).drains):
            assert tag in steps


def test_a_table_spills_over_a_page_with_its_head_repeated(manuals: tuple[int, Path, Path]) -> None:
    _, path, _ = manuals
    heads = ["Symptom Cause Remedy", "Position Part Part number", "Quantity Value Unit", "Joint Thread Torque"]
    pages = [re.sub(r"\s+", " ", page) for page in _pages(path)]
    assert any(sum(head in page for page in pages) >= 2 for head in heads)


def test_chinese_text_comes_back_right(manuals: tuple[int, Path, Path]) -> None:
    seed, _, path = manuals
    plant, pages = build(seed), _pages(path)
    assert len(pages) >= 6
    text = "".join("".join(pages).split())
    for phrase in (
        "上锁挂牌(LOTO)隔离步骤",
        "隔膜每运行",
        "安全阀整定压力",
        "排出压力，高",
        f"适用位号{plant.tag('P-D')}",
        "危险",
        "警告",
    ):
        assert phrase in text


def test_chinese_font_is_embedded_and_has_every_character(manuals: tuple[int, Path, Path]) -> None:
    from reportlab.pdfbase.ttfonts import TTFontFile

    _, _, path = manuals
    known = TTFontFile(str(FONT_ZH)).charToGlyph
    text = {c for page in _pages(path) for c in page if not c.isspace()}
    assert not [c for c in text if ord(c) not in known]
    data = path.read_bytes()
    assert b"/FontFile2" in data
    assert b"PlantwrightSansSC" in data


def test_chinese_source_has_no_character_that_the_font_lacks() -> None:
    """A missing glyph comes out as a box, and extraction wouldn't show it."""
    from reportlab.pdfbase.ttfonts import TTFontFile

    known = TTFontFile(str(FONT_ZH)).charToGlyph
    folder = Path(manual_zh.__file__).parent
    for name in ("manual_zh.py", "troubles.py", "facts_dosing.py", "plant.py"):
        source = (folder / name).read_text(encoding="utf-8")
        assert not {c for c in source if ord(c) > 127 and ord(c) not in known}, name
