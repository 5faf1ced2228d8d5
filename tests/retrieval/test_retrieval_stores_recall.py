"""What a compacted store finds, against exact search: of both languages, and of callers with few rights."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from stores_kit import pid, point

from retrieval.legs.base import LANGUAGES
from retrieval.models import Caller, Language
from retrieval.stores import edge
from retrieval.stores._edge.recall import FILE, searched_exactly
from retrieval.stores.base import LegSchema, Probe, Where

SCHEMA = (LegSchema("d", "dense", 48),)
COUNT, CLUSTERS, SCATTER = 6_000, 150, 0.6
GROUPS = ("g0", "g1", "g2", "g3")
OPTIONS: dict[str, str | int | float | bool] = {
    "indexing_threshold_kb": 1,
    "full_scan_threshold_kb": 50,  # some 270 vectors: only what few see of the Chinese is searched one by one
    "compaction_niceness": 0,
}
EVERYBODY = Caller(name="everybody", groups=frozenset(GROUPS), areas=frozenset({"site"}))
FEW = Caller(name="few", groups=frozenset({"g3"}), areas=frozenset({"site"}))  # a tenth
Floats = npt.NDArray[np.float32]


class Passages:
    """Clustered vectors, a fifth of them Chinese, the groups of unequal size."""

    def __init__(self) -> None:
        chance = np.random.default_rng(7)
        centres = _unit(chance.standard_normal((CLUSTERS, 12)) @ chance.standard_normal((12, 48)))
        self.vectors = _near(chance, centres[chance.integers(0, CLUSTERS, COUNT)], SCATTER)
        self.languages = np.where(chance.random(COUNT) < 0.2, "zh", "en")
        self.groups = chance.choice(GROUPS, COUNT, p=(0.4, 0.3, 0.2, 0.1))
        self.asked = _near(chance, self.vectors[chance.integers(0, COUNT, 60)], 0.4)

    def write(self, store: edge.EdgeStore, start: int = 0, stop: int = COUNT) -> None:
        store.upsert(
            [
                point(
                    number,
                    vectors={"d": tuple(self.vectors[number].tolist())},
                    language=str(self.languages[number]),
                    groups=(str(self.groups[number]),),
                )
                for number in range(start, stop)
            ]
        )

    def best(self, asked: Floats, language: Language, caller: Caller) -> set[str]:
        rows = np.flatnonzero((self.languages == language) & np.isin(self.groups, sorted(caller.groups)))
        return {pid(int(row)) for row in rows[np.argsort(-(self.vectors[rows] @ asked))[:10]]}


@pytest.fixture(scope="module")
def passages() -> Passages:
    return Passages()


@pytest.fixture(scope="module")
def compacted(passages: Passages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[edge.EdgeStore]:
    store = edge.STORE.open(tmp_path_factory.mktemp("store"), SCHEMA, OPTIONS)
    passages.write(store)
    assert store.compact().state == "done"
    yield store
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("caller", [EVERYBODY, FEW], ids=lambda one: one.name)
def test_the_graph_finds_the_nearest(
    compacted: edge.EdgeStore, passages: Passages, language: Language, caller: Caller
) -> None:
    assert compacted.unindexed() == 0
    assert _weak(compacted) == "[]"  # else it would be exact search that finds them
    shares = [
        len(set(_found(compacted, asked, language, caller)) & passages.best(asked, language, caller)) / 10
        for asked in passages.asked
    ]
    assert np.mean(shares) >= 0.95
    assert min(shares) >= 0.5


def test_a_graph_that_lost_a_language_is_told_and_searched_exactly(
    passages: Passages, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = OPTIONS | {"hnsw_m": 4, "hnsw_ef_construct": 8, "hnsw_ef": 8, "acorn": False, "oversampling": 1.0}
    store = edge.STORE.open(tmp_path, SCHEMA, options)
    passages.write(store)
    with caplog.at_level(logging.WARNING, logger="retrieval.stores"):
        assert store.compact().state == "done"
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "d zh 0." in said[0]
    assert "hnsw_m" in said[0]
    store.close()
    again = edge.STORE.open(tmp_path, SCHEMA, options)  # it's known on from one start to the next
    for asked in passages.asked:
        for caller in (EVERYBODY, FEW):
            assert set(_found(again, asked, "zh", caller)) == passages.best(asked, "zh", caller)
    again.close()
    better = edge.STORE.open(tmp_path, SCHEMA, OPTIONS)
    passages.write(better, 0, 500)
    assert better.compact().state == "done"
    assert _weak(better) == "[]"
    better.close()


def test_the_check_can_be_switched_off(passages: Passages, tmp_path: Path) -> None:
    store = edge.STORE.open(tmp_path, SCHEMA, OPTIONS | {"least_recall": 0})
    passages.write(store, 0, 500)
    steps: list[str] = []
    assert store.compact(lambda name, process: steps.append(name)).state == "done"
    assert "check the copy" not in steps
    assert not (store.places.current() / FILE).exists()
    store.close()


@pytest.mark.parametrize(
    ("said", "found"), [('[["d", "zh", 0.5], ["d", "en", 0.85]]', {("d", "zh")}), ("[[1]]", set()), ("{", set())]
)
def test_what_is_told_counts_by_the_setting_of_now(tmp_path: Path, said: str, found: set[tuple[str, str]]) -> None:
    (tmp_path / FILE).write_text(said, encoding="utf-8")
    assert searched_exactly(tmp_path, 0.8) == found
    assert searched_exactly(tmp_path, 0.0) == frozenset()
    assert searched_exactly(tmp_path / "unchecked", 0.8) == frozenset()


def test_passages_that_are_alike_are_no_loss(
    passages: Passages, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Which of twenty equals are among the ten nearest is all the same."""
    store = edge.STORE.open(tmp_path, SCHEMA, OPTIONS)
    alike = [tuple(one.tolist()) for one in passages.vectors[:100]]
    store.upsert([point(number, vectors={"d": alike[number % 100]}) for number in range(2000)])
    with caplog.at_level(logging.WARNING, logger="retrieval.stores"):
        assert store.compact().state == "done"
    assert caplog.records == []
    store.close()


def _found(store: edge.EdgeStore, asked: Floats, language: Language, caller: Caller) -> list[str]:
    probes: Sequence[Probe] = [Probe("d", tuple(asked.tolist()), language)]
    scored = store.query(caller, 1, probes, where=Where(), limit=10, candidates=50, rrf_k=10)
    return [one.id for one in scored]


def _weak(store: edge.EdgeStore) -> str:
    return (store.places.current() / FILE).read_text(encoding="utf-8")


def _near(chance: np.random.Generator, of: Floats, scatter: float) -> Floats:
    return _unit(of + scatter / np.sqrt(of.shape[1]) * chance.standard_normal(of.shape))


def _unit(rows: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
