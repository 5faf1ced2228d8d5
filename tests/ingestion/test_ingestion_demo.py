"""The demo manuals at several seeds: what their writer put in comes out whole, once, and as what it is."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import demo._pdf
from demo import manual_en, manual_zh
from demo.plant import build
from ingestion.parsers.base import Block
from ingestion.parsers.pdf import PARSER

Written = dict[str, list[tuple[Any, ...]]]  # by method of the writer


def plain(text: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", text))


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """What the manuals' writer is told, by method."""
    told: Written = {"table": [], "steps": [], "box": [], "p": [], "h1": [], "h2": []}
    for name, calls in told.items():
        method = getattr(demo._pdf.Book, name)

        def spy(
            self: demo._pdf.Book,
            *arguments: Any,
            _method: Callable[..., Any] = method,
            _calls: list[tuple[Any, ...]] = calls,
        ) -> Any:
            _calls.append(arguments)
            return _method(self, *arguments)

        monkeypatch.setattr(demo._pdf.Book, name, spy)
    return told


@pytest.mark.parametrize("seed", [1, 7, 23])
@pytest.mark.parametrize("manual", [manual_en, manual_zh], ids=["en", "zh"])
def test_tables_steps_warnings_and_text_come_out_as_they_went_in(
    tmp_path: Path, written: Written, seed: int, manual: ModuleType
) -> None:
    path = tmp_path / manual.FILE
    manual.write(build(seed), path)
    parsed = PARSER.parse(path, path.name, ())

    def of(kind: str) -> list[Block]:
        return [block for block in parsed.blocks if block.kind == kind]

    tables = [[squeeze(span.text) for span in block.spans] for block in of("table")]
    assert tables == [
        [squeeze("|".join(map(plain, row))) for row in (head, *rows)] for _, head, rows, _ in written["table"]
    ]
    assert all(
        squeeze(plain(caption)) in squeeze(block.heading_path[-1])
        for block, (caption, *_) in zip(of("table"), written["table"], strict=True)
    )
    steps = [squeeze(span.text) for block in of("steps") for span in block.spans]
    assert "".join(steps) == "".join(
        squeeze(f"{i}.{plain(text)}") for (texts,) in written["steps"] for i, text in enumerate(texts, 1)
    )
    assert len(of("steps")) == len(written["steps"])
    warnings = [squeeze("".join(span.text for span in block.spans)) for block in of("warning")]
    assert warnings == [squeeze(signal + plain(text)) for signal, text in written["box"]]
    prose = squeeze("".join(span.text for block in of("text") for span in block.spans))
    assert all(prose.count(squeeze(plain(text))) == 1 for (text,) in written["p"])
    paths = {heading for block in parsed.blocks for heading in block.heading_path}
    headings = {squeeze(re.sub(r"^[\d.]+\s*", "", heading)) for heading in paths}
    assert {squeeze(plain(text)) for name in ("h1", "h2") for (text,) in written[name]} <= headings
    assert not parsed.warnings
    assert parsed.language == ("zh" if manual is manual_zh else "en")
    assert re.fullmatch(r"[A-Z]", parsed.revision)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", parsed.effective_date or "")
    pumps = ("P-D",) if manual is manual_zh else ("P-A", "P-B")
    assert parsed.asset_tags == tuple(build(seed).tag(key) for key in pumps)
