"""The search tool over a real database and store, with one leg that counts words: quick and exact."""

import math
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Literal, cast

import pytest

from app.plant.base import PlantSource
from app.tools.base import Context, GiveUp, TryAgain
from app.tools.search_documents import TOOL, Arguments
from retrieval.legs.base import ALL_PAIRS, Leg, Vector
from retrieval.models import Caller, Document, PageLocator, Passage, passage_id
from retrieval.plugins import discover
from retrieval.search import Search
from retrieval.settings import RetrievalSettings
from retrieval.sql import epochs
from retrieval.sql.documents import Content, stage
from retrieval.sql.engine import Database
from retrieval.stores.base import LegSchema, Point, StoreVariant

TEXTS = {
    "P-101A": "The drive-end bearing of pump P-101A stays below 80 °C.",
    "P-101B": "The drive-end bearing of pump P-101B stays below 85 °C.",
}


class Letters:
    """A leg whose vector is how often each letter occurs: no model, but near texts are near."""

    kind: Literal["dense", "sparse"] = "dense"
    dimensions, max_pieces = 32, 0
    pairs, over = ALL_PAIRS, ""

    def identity(self) -> str:
        return "letters-1"

    def load(self) -> "Letters":
        return self

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        return [self.encode_query(text) for text in texts]

    def encode_query(self, text: str) -> Vector:
        counts = [1e-3] * self.dimensions
        for letter in text.lower():
            counts[ord(letter) % self.dimensions] += 1
        length = math.hypot(*counts)
        return tuple(count / length for count in counts)

    def count_pieces(self, text: str) -> int:
        return 0


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[Context]:
    database, leg = Database.open(tmp_path / "plant.sqlite"), Letters()
    variant: StoreVariant = discover("retrieval.stores", "STORE")["edge"]
    store = variant.open(tmp_path / "store", [LegSchema("letters", "dense", leg.dimensions)], {})
    document = Document(id="manual", kind="manual", title="Feed pump manual", path="m.pdf", sha256="0" * 64)
    passages = tuple(
        Passage(
            id=passage_id("manual", "0", i),
            document_id="manual",
            parent_id=f"s{i}",
            position=i,
            kind="text",
            text=text,
            locator=PageLocator(page=1, regions=()),
            language="en",
            tags=(tag,),
        )
        for i, (tag, text) in enumerate(TEXTS.items())
    )
    epoch = epochs.reserve(database)
    stage(database, epoch, Content(document, passages))
    store.upsert(
        [
            Point(
                passage.id,
                {"letters": leg.encode_query(passage.text)},
                "manual",
                "en",
                "text",
                passage.tags,
                passage.groups,
                passage.areas,
                epoch,
            )
            for passage in passages
        ]
    )
    epochs.publish(database, epoch)
    settings = RetrievalSettings(
        data_dir=tmp_path, legs=("letters",), weights={"en": {"letters": 1.0}, "zh": {"letters": 1.0}}
    )
    search = Search(database, store, {"letters": cast(Leg, leg)}, settings)
    yield Context(search=search, database=database, plant=cast(PlantSource, None))
    search.close()
    store.close()
    database.close()


async def test_hits_of_the_named_tag_come_first(context: Context) -> None:
    for tag in TEXTS:
        found = await TOOL.run(Caller.local(), Arguments(query="bearing limit", tags=[tag.lower()]), context)
        assert found.hits[0].passage.tags == (tag,)
        assert len(found.hits) == 2
        assert found.summary == "2 passages from Feed pump manual"
        assert not found.facts


async def test_limit_and_language(context: Context) -> None:
    found = await TOOL.run(Caller.local(), Arguments(query="轴承", language="zh", limit=1), context)
    assert len(found.hits) == 1
    assert found.summary == "找到 1 段：Feed pump manual"


async def test_who_may_see_nothing_finds_nothing(context: Context) -> None:
    found = await TOOL.run(Caller(name="stranger"), Arguments(query="bearing limit"), context)
    assert not found.hits
    assert found.summary == "0 passages"


async def test_an_empty_query_can_be_put_right(context: Context) -> None:
    with pytest.raises(TryAgain, match="try again with"):
        await TOOL.run(Caller.local(), Arguments(query="  "), context)


async def test_a_leg_that_fails_is_given_up(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    from retrieval.errors import Unavailable

    def broken(self: Letters, text: str) -> Vector:
        raise Unavailable("the encoder is not there")

    monkeypatch.setattr(Letters, "encode_query", broken)
    with pytest.raises(GiveUp, match="the encoder is not there"):
        await TOOL.run(Caller.local(), Arguments(query="bearing limit"), context)
