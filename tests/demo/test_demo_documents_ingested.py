"""The site's documents in the index: a standard that has two revisions, a list that is known as one of spare parts."""

import re
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from demo import revisions, spares_list
from demo.bench.fidelity import MANUALS, Written, cells_kept, characters_kept, write_and_read
from demo.facts_site import standard
from demo.facts_spares import store
from demo.plant import build
from ingestion.__main__ import main as ingest
from ingestion.parsers.spreadsheet import PARSER
from retrieval.models import Caller
from retrieval.settings import RetrievalSettings
from retrieval.sql import catalogue, holdings
from retrieval.sql.engine import Database


def test_revision_b_replaces_a_and_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, folder = build(7), tmp_path / "documents"
    config = tmp_path / "plantwright.toml"
    config.write_text(
        f'[retrieval]\ndata_dir = "{(tmp_path / "data").as_posix()}"\nlegs = ["keyword"]\n'
        "weights = { en = { keyword = 1.0 }, zh = { keyword = 1.0 } }\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PLANTWRIGHT_CONFIG", str(config))
    revisions.write(plant, folder / revisions.FILE, "A")
    assert ingest([str(folder / revisions.FILE)]) == 0
    revisions.write(plant, folder / revisions.FILE)
    assert ingest([str(folder)]) == 0
    settings = RetrievalSettings(data_dir=tmp_path / "data")
    with closing(Database.open(settings.database)) as database:
        (document,) = holdings.shown_documents(database, settings.site)
        now, before = catalogue.revisions(database, Caller.local(), document.id)
    assert (document.revision, document.effective_date) == ("B", standard(plant).effective)
    assert (now.document.revision, now.to_epoch) == ("B", None)
    assert (before.document.revision, before.document.effective_date) == ("A", standard(plant, "A").effective)
    assert before.to_epoch == now.from_epoch
    assert document.asset_tags == tuple(plant.tag(key) for key in ("P-A", "P-B", "P-D"))


def test_store_list_is_a_table_of_spare_parts(tmp_path: Path) -> None:
    plant = build(11)
    spares_list.write(plant, tmp_path / spares_list.FILE)
    parsed = PARSER.parse(tmp_path / spares_list.FILE, spares_list.FILE, ())
    (table,) = parsed.tables
    assert table.role == "spare_parts"
    assert len(table.rows) == len(store(plant))
    assert {column.name: column.unit for column in table.columns}["Lead time"] == "d"
    assert not parsed.warnings


@pytest.mark.parametrize("manual", MANUALS[2:], ids=lambda manual: manual.FILE)
def test_reader_keeps_every_cell_and_character(tmp_path: Path, manual: ModuleType | Written) -> None:
    told, parsed = write_and_read(manual, 7, tmp_path)
    assert len(told.tables) >= 2
    assert cells_kept(told, parsed) == 1
    assert characters_kept(told, parsed) >= 0.999
    assert not parsed.warnings
    assert re.fullmatch("[A-Z]", parsed.revision)
    assert parsed.effective_date
    assert set(parsed.asset_tags) <= {part.tag for part in build(7).parts}
    assert parsed.asset_tags
