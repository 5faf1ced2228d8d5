"""Of what the demo manuals' writer put in: table cells kept >= .98, characters >= .995, at three seeds."""

from pathlib import Path
from types import ModuleType

import pytest

from demo import manual_en, manual_zh
from demo.bench.fidelity import SEEDS, cells_kept, characters_kept, everything, plain, write_and_read

CELLS_KEPT, CHARACTERS_KEPT = 0.98, 0.995


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("manual", [manual_en, manual_zh], ids=["en", "zh"])
def test_cells_and_characters_of_the_demo_manuals_are_kept(tmp_path: Path, seed: int, manual: ModuleType) -> None:
    told, parsed = write_and_read(manual, seed, tmp_path)
    assert sum(len(row) for table in told.tables for row in table) > 100
    assert cells_kept(told, parsed) >= CELLS_KEPT
    assert characters_kept(told, parsed) >= CHARACTERS_KEPT
    assert all(plain(text) in everything(parsed) for text in told.texts)
    typed = [(i, k, column.name) for i, table in enumerate(parsed.tables) for k, column in enumerate(table.columns)]
    assert len(typed) == sum(len(table[0]) for table in told.tables)
    assert [len(table.rows) for table in parsed.tables] == [len(table) - 1 for table in told.tables]


def test_what_is_missing_counts(tmp_path: Path) -> None:
    told, parsed = write_and_read(manual_en, 1, tmp_path)
    told.tables[0][1][0] += "!"
    told.texts.append("Never written. " * 100)
    assert cells_kept(told, parsed) < 1
    assert characters_kept(told, parsed) < CHARACTERS_KEPT
