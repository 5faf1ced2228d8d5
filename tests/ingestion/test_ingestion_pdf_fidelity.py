"""Of what the demo manuals' writer put in: table cells kept >= .98, characters >= .995, at three seeds."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pdf_kit import of_kind, parse, text_of

import demo._pdf
from demo import manual_en, manual_zh
from demo.plant import build

CELLS_KEPT, CHARACTERS_KEPT = 0.98, 0.995


def plain(text: str) -> str:
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]+>", "", text)))


def kept(said: Iterable[Hashable], found: Iterable[Hashable]) -> float:
    """The share of ``said`` that stands in ``found``, each counted as often as it is said."""
    want, have = Counter(said), Counter(found)
    return sum((want & have).values()) / want.total()


@pytest.mark.parametrize("seed", [1, 7, 11])
@pytest.mark.parametrize("manual", [manual_en, manual_zh], ids=["en", "zh"])
def test_cells_and_characters_of_the_demo_manuals_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, manual: ModuleType
) -> None:
    texts, tables = list[str](), list[list[list[str]]]()

    def spy(name: str, take: Any) -> None:
        method = getattr(demo._pdf.Book, name)

        def told(self: demo._pdf.Book, *arguments: Any) -> Any:
            take(*arguments)
            return method(self, *arguments)

        monkeypatch.setattr(demo._pdf.Book, name, told)

    def add_table(caption: str, head: list[str], rows: list[list[str]], _: object) -> None:
        texts.append(caption)
        tables.append([list(head), *map(list, rows)])

    for name in ("p", "h1", "h2"):
        spy(name, texts.append)
    spy("steps", texts.extend)
    spy("box", lambda signal, text: texts.extend([signal, text]))
    spy("figure", lambda _, caption: texts.append(caption))
    spy("table", add_table)
    path = tmp_path / manual.FILE
    manual.write(build(seed), path)
    parsed = parse(path)

    cells = [
        (i, j, k, plain(cell))
        for i, table in enumerate(tables)
        for j, row in enumerate(table)
        for k, cell in enumerate(row)
    ]
    found = [
        (i, j, k, plain(cell))
        for i, block in enumerate(of_kind(parsed, "table"))
        for j, span in enumerate(block.spans)
        for k, cell in enumerate(span.text.split(" | "))
    ]
    assert len(cells) > 100
    assert kept(cells, found) >= CELLS_KEPT
    typed = [(i, k, column.name) for i, table in enumerate(parsed.tables) for k, column in enumerate(table.columns)]
    assert len(typed) == sum(len(table[0]) for table in tables)
    assert [len(table.rows) for table in parsed.tables] == [len(table) - 1 for table in tables]

    said = "".join(plain(text) for text in texts) + "".join(cell for *_, cell in cells)
    headings = dict.fromkeys(heading for block in parsed.blocks for heading in block.heading_path)
    out = plain(text_of(parsed)).replace("|", "") + plain("".join(headings))
    assert kept(said, out) >= CHARACTERS_KEPT
    assert all(plain(text) in plain(text_of(parsed)) + plain("".join(headings)) for text in texts)
