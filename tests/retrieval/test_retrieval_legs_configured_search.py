"""Searches while a leg's server is down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from model_kit import Models, serving

from retrieval.errors import Unavailable
from retrieval.knowledge import open_knowledge
from retrieval.models import Caller
from retrieval.settings import RetrievalSettings


@pytest.fixture
def models() -> Iterator[Models]:
    with serving(Models()) as running:
        yield running


async def test_a_search_goes_on_without_a_server_that_is_down(
    models: Models, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = {"type": "openai_embeddings", "base_url": models.url, "model": "e5", "dimensions": 8, "retries": 0}
    settings = RetrievalSettings(
        data_dir=tmp_path / "data", legs=("far", "keyword"), leg_options={"far": options}, weights={}
    )
    knowledge = open_knowledge(settings, holder="test")
    models.always = "500"
    await knowledge.search.warm()
    assert knowledge.search.warmed
    for _ in range(2):
        await knowledge.search.search(Caller.local(), "bearing", language="en")
    assert knowledge.search.failures == {"far": 3}
    assert len([one for one in caplog.records if "searching without it" in one.getMessage()]) == 1
    models.always = ""
    await knowledge.search.search(Caller.local(), "bearing", language="en")
    assert knowledge.search.failures == {"far": 3}
    knowledge.close()


async def test_a_search_without_any_leg_is_unavailable(models: Models, tmp_path: Path) -> None:
    options = {"type": "openai_embeddings", "base_url": models.url, "model": "e5", "dimensions": 8, "retries": 0}
    settings = RetrievalSettings(data_dir=tmp_path / "data", legs=("far",), leg_options={"far": options})
    knowledge = open_knowledge(settings, holder="test")
    models.always = "500"
    with pytest.raises(Unavailable, match="HTTP 500"):
        await knowledge.search.search(Caller.local(), "bearing", language="en")
    with pytest.raises(Unavailable, match="HTTP 500"):
        await knowledge.search.warm()
    assert not knowledge.search.warmed
    knowledge.close()
