"""Rerankers: the order they make, over real SQL and the real store, with a real /rerank server and a tiny model."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from model_kit import KEY, Models, make_plain, serving

from retrieval.errors import BadSetting, Unavailable
from retrieval.knowledge import Knowledge, open_knowledge
from retrieval.models import Caller, Document, PageLocator, Passage, passage_id
from retrieval.rerank import LEG, Options, Reranking, chosen_reranking
from retrieval.rerankers import cross_encoder
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.stores.base import Point, Scored

LOCAL = Caller.local()
TEXTS: list[tuple[str, tuple[str, ...]]] = [
    ("P-101A bearing replaced after vibration", ("P-101A",)),
    ("P-101A bearing cleaned", ("P-101A",)),
    ("P-101B bearing cleaned after vibration, bearing bearing", ("P-101B",)),
    ("Any bearing is greased every 2000 hours", ()),
    ("Any bearing that is hot is cleaned", ()),
]


@pytest.fixture
def models() -> Iterator[Models]:
    with serving(Models()) as running:
        yield running


def opened(folder: Path, reranker: dict[str, Any]) -> Knowledge:
    settings = RetrievalSettings(data_dir=folder / "data", legs=("keyword",), reranker=reranker)
    knowledge = open_knowledge(settings, holder="test")
    epoch = epochs.reserve(knowledge.database)
    document = Document(id="d", kind="manual", title="Manual", path="d", sha256="0", revision="1")
    passages = [
        Passage(
            id=passage_id("d", "1", place),
            document_id="d",
            parent_id="p",
            position=place,
            kind="text",
            text=text,
            locator=PageLocator(page=1, regions=()),
            language="en",
            tags=tags,
            revision="1",
        )
        for place, (text, tags) in enumerate(TEXTS)
    ]
    vectors = knowledge.search.encoder("keyword").encode_passages([one.index_text for one in passages])
    documents.stage(knowledge.database, epoch, documents.Content(document, tuple(passages)))
    knowledge.store.upsert(
        [
            Point(one.id, {"keyword": vector}, "d", "en", "text", one.tags, one.groups, one.areas, epoch)
            for one, vector in zip(passages, vectors, strict=True)
        ]
    )
    epochs.publish(knowledge.database, epoch)
    return knowledge


async def found(knowledge: Knowledge, tags: tuple[str, ...] = ()) -> tuple[list[int], list[bool]]:
    """Positions, and which of them the reranker scored. Scores never rise on the way down."""
    hits = await knowledge.search.search(LOCAL, "bearing vibration", language="en", tags=tags)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [hit.passage.position for hit in hits], [LEG in hit.legs for hit in hits]


def endpoint(models: Models, **options: Any) -> dict[str, Any]:
    return {"type": "endpoint", "base_url": models.url, "model": "reranker", "deadline_ms": 60_000, **options}


async def until(works: Callable[[], Awaitable[bool]]) -> None:
    """What was given up still runs to its end and holds its thread so long."""
    for _ in range(200):
        if await works():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it never worked again")


async def test_off_unless_configured(tmp_path: Path, models: Models) -> None:
    knowledge = opened(tmp_path, {})
    order, scored = await found(knowledge)
    assert sorted(order) == [0, 1, 2, 3, 4]
    assert not any(scored)
    knowledge.close()


async def test_an_endpoint_reranks_within_the_tags(tmp_path: Path, models: Models) -> None:
    models.always = "favour"  # whatever was cleaned
    knowledge = opened(tmp_path, endpoint(models))
    order, scored = await found(knowledge)
    assert set(order[:3]) == {1, 2, 4}
    assert all(scored)
    assert set(models.asked[0]["documents"]) == {text for text, _ in TEXTS}
    assert (models.asked[0]["query"], models.asked[0]["top_n"]) == ("bearing vibration", 5)
    order, scored = await found(knowledge, tags=("P-101A",))
    assert order[:2] == [1, 0]  # the tag's own first, the better one of them in front
    assert order[2] == 4
    assert order[-1] == 2  # the twin stays last, though the reranker likes it
    knowledge.close()


@pytest.mark.parametrize("mood", ["500", "silent", "text", "cut", "short", "nothing"])
async def test_where_it_fails_the_fused_order_stands_and_it_is_told_once(
    tmp_path: Path, models: Models, mood: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "retrieval.rerank")
    plain = opened(tmp_path / "plain", {})
    wanted = await found(plain)
    plain.close()
    (tmp_path / "key").write_text(KEY, encoding="utf-8")
    knowledge = opened(
        tmp_path / "reranked", endpoint(models, deadline_ms=300, retries=0, api_key_file=str(tmp_path / "key"))
    )
    await knowledge.search.warm()
    models.always = mood
    assert await found(knowledge) == wanted
    assert await found(knowledge) == wanted
    assert [record.levelname for record in caplog.records if record.name == "retrieval.rerank"] == ["WARNING"]
    assert KEY not in caplog.text
    models.always = ""

    async def scored() -> bool:
        return all((await found(knowledge))[1])

    await until(scored)
    assert "works again" in caplog.text
    knowledge.close()


async def test_only_the_candidates_are_sent(tmp_path: Path, models: Models) -> None:
    knowledge = opened(tmp_path, endpoint(models, candidates=2))
    _, scored = await found(knowledge)
    assert scored == [True, True, False, False, False]
    assert len(models.asked[0]["documents"]) == 2
    knowledge.close()


async def test_warming_loads_it_and_a_failure_leaves_the_service_ready(tmp_path: Path, models: Models) -> None:
    knowledge = opened(tmp_path, endpoint(models, retries=0))
    models.always = "500"
    await knowledge.search.warm()
    assert knowledge.search.warmed
    assert len(models.asked) == 1
    knowledge.close()


class Slow:
    """Answers when it is let go; or breaks as no one expects."""

    def __init__(self, error: Exception | None = None) -> None:
        self.go, self.error = threading.Event(), error

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        if self.error:
            raise self.error
        self.go.wait(20)
        return [0.0 for _ in texts]


async def test_a_slow_one_is_not_waited_for() -> None:
    slow = Slow()
    reranking = Reranking(slow, Options(deadline_ms=20))
    for _ in range(5):  # more than it has threads
        assert await reranking.scores("q", {"a": "text"}) == {}
    assert reranking.failures == 5
    slow.go.set()

    async def scored() -> bool:
        return bool(await reranking.scores("q", {"a": "text"}))

    await until(scored)
    reranking.close()


@pytest.mark.parametrize("error", [RuntimeError("tensors\nof two sizes"), Unavailable("down")])
async def test_no_fault_of_a_model_ends_a_search(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    reranking = Reranking(Slow(error), Options())
    assert await reranking.scores("q", {"a": "text"}) == {}
    assert await reranking.scores("q", {}) == {}
    assert reranking.failures == 1
    assert str(error).split()[0] in caplog.records[0].getMessage()
    assert "\n" not in caplog.records[0].getMessage()
    reranking.close()


def test_blending() -> None:
    fused = [Scored(id, score) for id, score in (("a", 0.9), ("b", 0.5), ("c", 0.4), ("d", 0.1))]
    scores = {"a": 1.0, "b": 1.0, "c": 7.0}

    def order(weight: float, given: dict[str, float]) -> list[Scored]:
        reranking = Reranking(Slow(), Options(weight=weight))
        found = reranking.order(fused, given, 10)
        reranking.close()
        return found

    assert [one.id for one in order(1.0, scores)] == ["c", "a", "b", "d"]  # equal ones as they were
    assert [one.score for one in order(1.0, scores)] == [0.9, 0.5, 0.4, 0.1]
    assert order(1.0, scores)[0].legs == {LEG: 7.0}
    assert [one.id for one in order(0.01, scores)] == ["a", "b", "c", "d"]
    assert [one.id for one in order(0.52, {"a": 1.0, "b": 2.0, "c": 3.0})] == ["c", "a", "b", "d"]
    assert order(1.0, {}) == fused


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"type": "smell"}, "type: one of cross_encoder, endpoint, not 'smell'"),
        ({"candidates": 3}, "type: one of"),
        ({"type": "endpoint", "base_url": "x", "model": "m"}, "base_url"),
        ({"type": "cross_encoder", "model": "m", "candidates": 0}, "candidates"),
        ({"type": "cross_encoder", "model": "m", "weight": 2}, "weight"),
        ({"type": "cross_encoder", "modell": "m"}, "model"),
    ],
)
def test_a_wrong_setting_is_named(table: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSetting) as caught:
        chosen_reranking(table)
    assert str(caught.value).startswith("[retrieval.reranker]")
    assert says in str(caught.value)


@pytest.mark.slow
def test_a_cross_encoder_scores_as_the_library_does(tmp_path: Path) -> None:
    import torch
    from sentence_transformers import CrossEncoder

    folder = make_plain(tmp_path / "cross", labels=1)
    texts = ["the bearing runs hot", "replace grease every hours", "泵的轴承温度过高", ""]
    mine = cross_encoder.RERANKER_TYPE.make({"model": str(folder), "dtype": "float32"}).score("bearing hot", texts)
    theirs = CrossEncoder(str(folder), local_files_only=True, device="cpu").predict(
        [("bearing hot", text) for text in texts]
    )
    assert [1 / (1 + 2.718281828**-value) for value in mine] == pytest.approx(theirs.tolist(), abs=1e-4)
    half = cross_encoder.RERANKER_TYPE.make({"model": str(folder), "dtype": "bfloat16"}).score("bearing hot", texts)
    assert half == pytest.approx(mine, abs=0.5)
    assert half != [value.bfloat16().item() for value in torch.tensor(half)]  # finer than 16 bits: few are equal
    assert cross_encoder.RERANKER_TYPE.make({"model": str(folder)}).score("q", []) == []


@pytest.mark.slow
async def test_a_cross_encoder_reranks(tmp_path: Path) -> None:
    folder = make_plain(tmp_path / "cross", labels=1)
    knowledge = opened(tmp_path, {"type": "cross_encoder", "model": str(folder), "deadline_ms": 60_000})
    await knowledge.search.warm()
    hits = await knowledge.search.search(LOCAL, "bearing vibration", language="en")
    scores = [hit.legs[LEG] for hit in hits]
    assert len(set(scores)) > 1
    assert scores == sorted(scores, reverse=True)
    knowledge.close()


@pytest.mark.slow
def test_a_model_that_is_no_reranker_says_so(tmp_path: Path) -> None:
    folder = make_plain(tmp_path / "classes", labels=3)
    with pytest.raises(Unavailable, match="3 scores a text"):
        cross_encoder.RERANKER_TYPE.make({"model": str(folder)}).score("q", ["text"])
    with pytest.raises(Unavailable, match="no such folder"):
        cross_encoder.RERANKER_TYPE.make({"model": str(tmp_path / "none")}).score("q", ["text"])
