"""Every store ranks as the formula says: each against plain numpy, on clustered vectors, with filters."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from stores_kit import opened, point

from retrieval.legs.base import LANGUAGES, Sparse
from retrieval.models import EVERYTHING, FOREVER, Caller
from retrieval.stores import edge, server
from retrieval.stores.base import LegSchema, Point, Probe, VectorStore, Where

SCHEMA = (LegSchema("d", "dense", 16), LegSchema("m", "dense", 8), LegSchema("k", "sparse", 0))
WAYS = ("edge", "edge, compacted", "server", "server, fused by us", "remote")
POINTS, CLUSTERS, TERMS = 600, 25, 80
CALLERS = (
    Caller.local(),
    Caller(name="one", groups=frozenset({"a"}), areas=frozenset({"U1", "U2"})),
    Caller(name="two", groups=frozenset({"a", "c"}), areas=frozenset({EVERYTHING})),
)
WHERES = (
    Where(),
    Where(tags=("P-1", "P-2")),
    Where(kinds=("table",), languages=("en",)),
    Where(applies=("P-3",)),
    Where(document_ids=("doc1", "doc2", "doc3")),
)


def clustered() -> list[Point]:
    chance = np.random.default_rng(4)
    centres = {name: chance.standard_normal((CLUSTERS, size)) for name, size in (("d", 16), ("m", 8))}
    found = []
    for number in range(POINTS):
        mine = number % CLUSTERS
        near = {
            name: tuple((one[mine] + 0.3 * chance.standard_normal(one.shape[1])).tolist())
            for name, one in centres.items()
        }
        indices = sorted({int(index) for index in chance.zipf(1.5, 12) % TERMS} | {TERMS + mine})
        terms = Sparse(tuple(indices), tuple(chance.uniform(0.5, 2, len(indices)).tolist()))
        found.append(
            point(
                number,
                d=near["d"],
                m=near["m"],
                k=terms,
                document_id=f"doc{number % 9}",
                language="zh" if chance.random() < 0.4 else "en",
                kind="table" if number % 4 == 0 else "text",
                tags=(f"P-{number % 5}",),
                groups=("abc"[number % 3],),
                areas=(f"U{number % 4}",),
                from_epoch=1 + number % 3,
                to_epoch=3 if number % 11 == 0 else FOREVER,
                general=number % 2 == 0,
            )
        )
    return found


ALL = clustered()


def questions() -> list[list[Probe]]:
    """As the default legs ask: a leg that searches another's vectors, other weights across languages."""
    chance = np.random.default_rng(9)
    found = []
    for number in range(0, POINTS, 60):
        vectors = {
            name: tuple((np.array(ALL[number].vectors[name]) + 0.2 * chance.standard_normal(size)).tolist())
            for name, size in (("d", 16), ("m", 8))
        }
        own = ALL[number].vectors["k"]
        assert isinstance(own, Sparse)
        terms = Sparse(own.indices[-5:], tuple(1.0 for _ in own.indices[-5:]))
        gloss = Sparse(own.indices[-6:], tuple(chance.uniform(0.2, 1.0, len(own.indices[-6:])).tolist()))
        found.append(
            [
                *(Probe("d", vectors["d"], language, 2.0) for language in LANGUAGES),
                Probe("m", vectors["m"], "en", 1.0),
                Probe("m", vectors["m"], "zh", 0.5),
                Probe("k", terms, "en", 2.0),
                Probe("gloss", gloss, "zh", 1.0, over="k"),
                Probe("k", terms, "zh", 0.0),
            ]
        )
    return found


def visible(one: Point, caller: Caller, epoch: int, where: Where) -> bool:
    return (
        caller.may_see(one.groups, one.areas)
        and one.from_epoch <= epoch < one.to_epoch
        and (not where.tags or bool(set(where.tags) & set(one.tags)))
        and (not where.kinds or one.kind in where.kinds)
        and (not where.languages or one.language in where.languages)
        and (not where.document_ids or one.document_id in where.document_ids)
        and (not where.applies or one.general or bool(set(where.applies) & set(one.tags)))
    )


def rarity() -> dict[int, float]:
    """BM25's inverse document frequency over the whole store, as Qdrant has it."""
    counts = Counter(index for one in ALL for index in one.vectors["k"].indices)  # type: ignore[union-attr]
    return {index: math.log(1 + (POINTS - count + 0.5) / (count + 0.5)) for index, count in counts.items()}


RARITY = rarity()


def raw(one: Point, probe: Probe) -> float | None:
    """None where a sparse probe shares no term with the point."""
    mine, asked = one.vectors[probe.stored], probe.vector
    if isinstance(mine, Sparse) and isinstance(asked, Sparse):
        own = dict(zip(mine.indices, mine.values, strict=True))
        wanted = dict(zip(asked.indices, asked.values, strict=True))
        shared = own.keys() & wanted.keys()
        return sum(own[index] * wanted[index] * RARITY[index] for index in shared) if shared else None
    a, b = np.array(mine), np.array(asked)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def reference(
    caller: Caller, epoch: int, probes: Sequence[Probe], where: Where, limit: int, candidates: int, digits: int
) -> dict[str, float]:
    """The best ids with their fused scores, best first. ``digits``: beyond these raw scores count as equal."""
    fused: Counter[str] = Counter()
    for probe in probes:
        among = [one for one in ALL if one.language == probe.language and visible(one, caller, epoch, where)]
        scored = [(score, one.id) for one in among if (score := raw(one, probe)) is not None]
        if probe.weight > 0:
            best = sorted(scored, key=lambda pair: -pair[0])[:candidates]
            for rank, (_, id) in enumerate(sorted(best, key=lambda pair: (-round(pair[0], digits), pair[1])), start=1):
                fused[id] += 1 / (rank / probe.weight + 10 - 1)  # type: ignore[assignment]
    return dict(fused.most_common(limit))


@pytest.fixture(scope="module", params=WAYS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorStore]:
    folder = tmp_path_factory.mktemp("ranking")
    if request.param == "server, fused by us":
        ours: VectorStore = server.STORE.open(folder, SCHEMA, {"path": ":memory:", "fusion": "client"})
        ours.upsert(ALL)
        yield ours
        ours.close()
        return
    options: dict[str, str | int | bool] = {"indexing_threshold_kb": 1, "quantization": "none"}
    with opened(request.param.split(",")[0], folder, SCHEMA, options) as found:
        found.upsert(ALL)
        if isinstance(found, edge.EdgeStore) and "compacted" in request.param:
            assert found.compact().state == "done"
        yield found


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
@pytest.mark.parametrize("where", WHERES, ids=range(len(WHERES)))
def test_the_order_is_the_formula_s(store: VectorStore, caller: Caller, where: Where) -> None:
    digits = 12 if isinstance(store, server.ServerStore) and store.options.fusion == "server" else 5
    for epoch in (2, 5):
        for probes in questions()[:4]:
            wanted = reference(caller, epoch, probes, where, 25, 30, digits)
            found = store.query(caller, epoch, probes, where=where, limit=25, candidates=30, rrf_k=10)
            assert [one.score for one in found] == pytest.approx(list(wanted.values()), rel=1e-5)
            scores = {one.id: one.score for one in found}
            last = min(wanted.values(), default=0.0)
            for id, score in wanted.items():  # equals at the very end may be others
                assert scores.get(id, last) == pytest.approx(score, rel=1e-5)


def test_one_probe_alone_has_its_raw_scores(store: VectorStore) -> None:
    probe = questions()[3][0]
    found = store.query(CALLERS[0], 5, [probe], where=Where(), limit=10, candidates=10, rrf_k=10)
    by_id = {one.id: one for one in ALL}
    assert len(found) == 10
    for one in found:
        assert dict(one.legs) == pytest.approx({"d": raw(by_id[one.id], probe)}, abs=1e-5)


def test_the_reference_knows_better_than_chance() -> None:
    """The check above would pass on nothing but ties and empty lists otherwise."""
    wanted = reference(CALLERS[0], 5, questions()[0], Where(), 25, 30, 5)
    assert len(set(wanted.values())) > 20
    assert int(next(iter(wanted))[-4:], 16) % CLUSTERS == 0  # of the cluster that was asked for
