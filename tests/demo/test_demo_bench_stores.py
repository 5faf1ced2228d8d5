"""The bench of the stores measures what it says: its passages are as described, its reference is what a store finds."""

from collections.abc import Iterator

import numpy as np
import pytest

from demo.bench._clusters import BLOCK, EPOCH, NARROW, USUAL, Clusters, id_of
from demo.bench._exact import exact, recall
from demo.bench._watch import children, cpu_seconds, resident_mb, watching
from demo.bench.stores import Bench, spread
from retrieval.legs._chosen import chosen_legs
from retrieval.legs.base import Sparse
from retrieval.models import FOREVER
from retrieval.settings import RetrievalSettings
from retrieval.stores.base import Where

LEGS = chosen_legs(RetrievalSettings())


@pytest.fixture(scope="module")
def clusters() -> Clusters:
    return Clusters(LEGS)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A store of 1,000 passages, not compacted: it searches them one by one, exactly."""
    made = Bench(BLOCK, RetrievalSettings(), tmp_path_factory.mktemp("bench") / "store", {})
    for block in made.clusters.points(BLOCK):
        made.store.upsert(block)
    yield made
    made.close()
    assert not made.folder.exists()


def test_passages_are_as_the_bench_says(clusters: Clusters) -> None:
    points = [one for block in clusters.points(3 * BLOCK) for one in block]
    assert len({one.id for one in points}) == 3 * BLOCK
    assert 0.17 < np.mean([one.language == "zh" for one in points]) < 0.23
    assert 0.03 < np.mean([one.to_epoch != FOREVER for one in points]) < 0.07
    for one in points[:50]:
        assert set(one.vectors) == {"multilingual", "keyword", *(["dense"] if one.language == "en" else [])}
        words = one.vectors["keyword"]
        assert isinstance(words, Sparse)
        assert 30 < len(words.indices) <= 61
        assert len(set(words.indices)) == len(words.indices)
        length = np.linalg.norm(np.array(one.vectors["multilingual"]))
        assert length == pytest.approx(1.0, abs=1e-5)


def test_a_block_is_the_same_whoever_asks_for_it(clusters: Clusters) -> None:
    (second,) = clusters.points(2 * BLOCK, start=BLOCK)
    assert second == list(Clusters(LEGS).points(2 * BLOCK))[1]
    (part,) = clusters.points(10)
    assert part == next(clusters.points(BLOCK))[:10]


def test_questions_have_a_vector_of_every_leg_and_both_languages(clusters: Clusters) -> None:
    asked = clusters.questions(10, BLOCK)
    assert [one.language for one in asked] == ["en", "zh"] * 5
    for one in asked:
        assert set(one.vectors) == set(LEGS)
    mine, others = asked[1].vectors["keyword"], asked[1].vectors["gloss"]
    assert isinstance(mine, Sparse)
    assert isinstance(others, Sparse)
    assert min(mine.indices) >= 1_000_000 > max(others.indices)  # a Chinese question, and its words in English


@pytest.mark.parametrize("caller", [USUAL, NARROW])
def test_the_reference_sees_what_the_store_lets_the_caller_see(bench: Bench, caller: object) -> None:
    for language in ("en", "zh"):
        seen = bench.clusters.fields(0).seen(caller, language).sum()  # type: ignore[arg-type]
        assert bench.store.count(caller, EPOCH, Where(languages=(language,))) == seen  # type: ignore[arg-type]


def test_exact_search_is_what_an_exact_store_finds(bench: Bench) -> None:
    asked = [one for one in bench.asked if one.language == "en"][:20]
    wanted = exact(
        bench.clusters, BLOCK, [one.vectors["multilingual"] for one in asked], USUAL, "multilingual", "zh", 10
    )
    for one, best in zip(asked, wanted, strict=True):
        probe = next(made for made in bench.probes(one) if (made.leg, made.language) == ("multilingual", "zh"))
        found = bench.query([probe], limit=10)
        assert [scored.id for scored in found] == [id for id, _ in best]
        assert [scored.legs["multilingual"] for scored in found] == pytest.approx(
            [score for _, score in best], abs=1e-5
        )


def test_recall_is_the_share_that_was_found() -> None:
    assert recall([["a", "b"], ["x"], []], [["a", "c"], ["x"], []]) == 0.75
    assert id_of(0) != id_of(1)


def test_spread_takes_the_nearest_rank() -> None:
    assert spread([float(number) for number in range(1, 101)]) == "p50 50.50 ms, p99 100.00, slowest 100.0, of 100"
    assert spread([]) == "none"


def test_processes_are_watched(bench: Bench) -> None:
    with watching() as watched:
        assert bench.store.engine_pid in children()
        assert resident_mb(bench.store.engine_pid) > 1
        before = cpu_seconds(bench.store.engine_pid)
        bench.query(bench.probes(bench.asked[0]))
        assert cpu_seconds(bench.store.engine_pid) >= before
    assert watched.longest_gap_ms > -10
    assert resident_mb(0) == 0.0
