"""``python -m retrieval``: compact and info, over an index of one's own."""

import json
from pathlib import Path

import pytest

from retrieval.__main__ import main
from retrieval.knowledge import open_knowledge
from retrieval.settings import RetrievalSettings
from retrieval.stores import edge
from retrieval.stores.base import Point


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RetrievalSettings:
    monkeypatch.chdir(tmp_path)
    Path("plantwright.toml").write_text(
        '[retrieval]\ndata_dir = "data"\nlegs = ["multilingual"]\n'
        "[retrieval.store_options]\nindexing_threshold_kb = 1\ncompact_after_points = 50\n",
        encoding="utf-8",
    )
    settings = RetrievalSettings(
        data_dir=Path("data"),
        legs=("multilingual",),
        store_options={"indexing_threshold_kb": 1, "compact_after_points": 50},
    )
    knowledge = open_knowledge(settings, holder="test")
    knowledge.store.upsert(
        [
            Point(
                f"00000000-0000-0000-0000-{number:012}",
                {"multilingual": tuple(1.0 if place == number else 0.1 for place in range(512))},
                "doc",
                "en",
                "text",
                (),
                ("plant",),
                ("site",),
                0,
            )
            for number in range(60)
        ]
    )
    assert knowledge.compaction.state == "never"
    assert knowledge.compaction_due()
    knowledge.close()
    return settings


def test_compact_and_info(index: RetrievalSettings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--json"]) == 0
    before = json.loads(capsys.readouterr().out)
    assert (before["store"], before["passages"], before["compaction_due"]) == ("edge", 60, True)
    assert main(["compact", "--if-due"]) == 0
    assert capsys.readouterr().out.startswith("done after")
    assert main(["compact", "--if-due"]) == 0
    assert capsys.readouterr().out == "not due\n"
    assert main(["info"]) == 0
    assert "compaction_due: False" in capsys.readouterr().out


def test_who_holds_the_store_is_named(index: RetrievalSettings, capsys: pytest.CaptureFixture[str]) -> None:
    knowledge = open_knowledge(index, holder="the service")
    assert isinstance(knowledge.store, edge.EdgeStore)
    knowledge.announce("http://127.0.0.1:9")
    assert main(["compact"]) == 1
    assert "running service" in capsys.readouterr().err
    knowledge.close()
