"""Nobody ever gets what isn't theirs: groups, areas and epochs filter inside the store, in every variant, always."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from stores_kit import VARIANTS, opened, pid, probes

from retrieval.legs.base import Sparse, Vector
from retrieval.models import Caller, Language
from retrieval.stores import edge
from retrieval.stores.base import LegSchema, Point, VectorStore, Where

SCHEMA = (LegSchema("d", "dense", 2), LegSchema("k", "sparse", 0))
VECTORS: dict[str, Vector] = {"d": (1.0, 0.2), "k": Sparse((1,), (1.0,))}
LABELS = st.frozensets(st.sampled_from(["a", "b", "c", "*"]), max_size=3)
NAMES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=2).map(tuple)
TAGS = st.lists(st.sampled_from(["P-1", "P-2"]), max_size=2, unique=True).map(tuple)
POINTS = st.lists(
    st.tuples(NAMES, NAMES, st.integers(1, 3), st.integers(2, 4), TAGS, st.sampled_from(["en", "zh"]), st.booleans()),
    min_size=1,
    max_size=6,
)
WHERES = st.builds(
    Where,
    tags=TAGS,
    languages=st.sampled_from([(), ("en",), ("zh",)]),
    document_ids=st.sampled_from([(), ("doc",), ("other",)]),
    applies=TAGS,
)
Rows = Sequence[tuple[tuple[str, ...], tuple[str, ...], int, int, tuple[str, ...], Language, bool]]


def points_of(rows: Rows) -> list[Point]:
    return [
        Point(
            pid(number),
            {"d": (1.0, 0.1 * number), "k": Sparse((1,), (1.0,))},
            "doc",
            language,
            "text",
            tags,
            groups,
            areas,
            start,
            end,
            general,
        )
        for number, (groups, areas, start, end, tags, language, general) in enumerate(rows)
    ]


def theirs(points: Sequence[Point], caller: Caller, epoch: int, where: Where) -> set[str]:
    """Said another way than the stores say it."""
    if not caller.groups or not caller.areas:
        return set()
    return {
        one.id
        for one in points
        if caller.may_see(one.groups, one.areas)
        and one.from_epoch <= epoch < one.to_epoch
        and (not where.tags or bool(set(where.tags) & set(one.tags)))
        and (not where.languages or one.language in where.languages)
        and (not where.document_ids or one.document_id in where.document_ids)
        and (not where.applies or one.general or bool(set(where.applies) & set(one.tags)))
    }


def check(store: VectorStore, points: Sequence[Point], caller: Caller, epoch: int, where: Where) -> None:
    wanted = theirs(points, caller, epoch, where)
    for weights in ({"d": 1.0, "k": 1.0}, {"d": 1.0}, {"k": 1.0}):
        asked = probes(VECTORS, weights)
        found = store.query(caller, epoch, asked, where=where, limit=200, candidates=200, rrf_k=10)
        assert {one.id for one in found} == wanted
    assert store.count(caller, epoch, where) == len(wanted)


@pytest.fixture(scope="module", params=VARIANTS)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorStore]:
    with opened(request.param, tmp_path_factory.mktemp("callers"), SCHEMA) as store:
        yield store


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(POINTS, LABELS, LABELS, st.integers(0, 4), WHERES)
def test_nobody_ever_gets_what_isnt_theirs(
    shared: VectorStore, rows: Rows, groups: frozenset[str], areas: frozenset[str], epoch: int, where: Where
) -> None:
    shared.sweep(0)  # an empty store again
    points = points_of(rows)
    shared.upsert(points)
    check(shared, points, Caller(name="x", groups=groups, areas=areas), epoch, where)


@pytest.mark.parametrize(("groups", "areas"), [((), ("*",)), (("*",), ()), ((), ())])
def test_who_is_in_no_group_or_no_area_sees_nothing(
    shared: VectorStore, groups: tuple[str, ...], areas: tuple[str, ...]
) -> None:
    shared.sweep(0)
    shared.upsert(points_of([(("a",), ("b",), 1, 9, ("P-101A",), "en", True), ((), (), 1, 9, (), "zh", True)]))
    caller = Caller(name="x", groups=frozenset(groups), areas=frozenset(areas))
    for where in (Where(), Where(tags=("P-101A",)), Where(document_ids=("doc",))):
        asked = probes(VECTORS)
        assert shared.query(caller, 1, asked, where=where, limit=10, candidates=10, rrf_k=10) == []
        assert shared.count(caller, 1, where) == 0


def test_neither_while_a_compaction_runs(tmp_path: Path) -> None:
    """At every step of it, with what was written meanwhile."""
    chance = random.Random(3)
    store = edge.STORE.open(tmp_path, SCHEMA, {"indexing_threshold_kb": 1, "full_scan_threshold_kb": 1})
    labels = ((), ("a",), ("b",), ("a", "c"))
    steps: list[str] = []

    def row(_: int) -> tuple[tuple[str, ...], tuple[str, ...], int, int, tuple[str, ...], Language, bool]:
        language: Language = "zh" if chance.random() < 0.5 else "en"
        tags = chance.choice(((), ("P-1",), ("P-2",)))
        return chance.choice(labels), chance.choice(labels), 1, chance.choice((2, 9)), tags, language, True

    points = points_of([row(number) for number in range(150)])

    def look(name: str, process: int) -> None:
        steps.append(name)
        if name not in ("switch", "switched"):  # nobody can write then
            fresh = points_of([row(number) for number in range(150)])[len(steps) :: 10]
            store.upsert(fresh)
            changed = {one.id: one for one in fresh}
            points[:] = [changed.get(one.id, one) for one in points]
        for _ in range(4):
            caller = Caller(
                name="x", groups=frozenset(chance.choice(labels)), areas=frozenset(chance.choice((*labels, ("*",))))
            )
            check(store, points, caller, chance.choice((1, 5)), chance.choice((Where(), Where(tags=("P-1",)))))

    store.upsert(points)
    assert store.compact(look).state == "done"
    assert len(steps) > 5
    look("after", 0)
    store.close()
