"""The store contract over every variant: edge, server (qdrant-client's local mode), remote (a real service)."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from stores_kit import LOCAL, ONE_TERM, SCHEMA, TOKEN, VARIANTS, ask, opened, pid, point, probes, serving

from retrieval.errors import BadInput, BadSetting, Held, Unavailable
from retrieval.legs.base import Sparse, Vector
from retrieval.models import FOREVER, Caller
from retrieval.plugins import discover
from retrieval.stores import _wire, edge, remote, server
from retrieval.stores._plan import fuse
from retrieval.stores.base import LegSchema, Probe, VectorStore, Where


@pytest.fixture(params=VARIANTS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    with opened(request.param, tmp_path) as store:
        yield store


def test_all_variants_are_found() -> None:
    assert set(discover("retrieval.stores", "STORE")) == {"edge", "server", "remote"}


def test_an_empty_store_answers(store: VectorStore) -> None:
    assert ask(store) == []
    assert store.count(LOCAL, 1, Where()) == 0
    store.upsert([])
    store.sweep(0)
    store.retire("nobody", 1, 2)


def test_fusion_follows_the_formula_and_keeps_raw_scores(store: VectorStore) -> None:
    store.upsert([point(1, d=(1, 0, 0), m=(0, 1)), point(2, d=(0, 1, 0), m=(1, 0)), point(3, d=(1, 1, 0), m=(1, 1))])
    found = store.query(
        LOCAL,
        1,
        probes({"d": (1.0, 0.0, 0.0), "m": (1.0, 0.0)}, {"d": 2.0, "m": 1.0}),
        where=Where(),
        limit=3,
        candidates=3,
        rrf_k=10,
    )
    scores = {one.id: one.score for one in found}
    assert scores == pytest.approx({pid(1): 1 / 9.5 + 1 / 12, pid(3): 1 / 10 + 1 / 11, pid(2): 1 / 10.5 + 1 / 10})
    assert [one.id for one in found] == sorted(scores, key=lambda id: -scores[id])
    raw = {one.id: dict(one.legs) for one in found}
    fused_there = isinstance(store, server.ServerStore)  # which then tells no raw scores
    assert raw[pid(1)] == ({} if fused_there else pytest.approx({"d": 1.0, "m": 0.0}, abs=1e-6))


def test_ties_go_by_id(store: VectorStore) -> None:
    store.upsert([point(number) for number in (5, 3, 9, 1)])
    if isinstance(store, server.ServerStore):  # which ranks equals by itself before it fuses
        assert sorted(ask(store)) == [pid(1), pid(3), pid(5), pid(9)]
        return
    assert ask(store) == [pid(1), pid(3), pid(5), pid(9)]
    assert ask(store, limit=2) == [pid(1), pid(3)]


def test_legs_of_weight_zero_are_not_asked(store: VectorStore) -> None:
    store.upsert([point(1, d=(1, 0, 0), m=(0, 1)), point(2, d=(0, 1, 0), m=(1, 0))])
    vectors: dict[str, Vector] = {"d": (1.0, 0.0, 0.0), "m": (1.0, 0.0)}
    assert ask(store, vectors=vectors, weights={"d": 0.0, "m": 1.0})[0] == pid(2)
    assert ask(store, vectors=vectors, weights={"d": 1.0})[0] == pid(1)
    assert ask(store, vectors=vectors, weights={"x": 1.0}) == []


def test_rare_terms_weigh_more(store: VectorStore) -> None:
    common = [point(number, k=Sparse((1,), (1.0,))) for number in range(1, 9)]
    store.upsert([*common, point(9, k=Sparse((1, 2), (1.0, 1.0))), point(10, k=Sparse((3,), (5.0,)))])
    found = store.query(
        LOCAL,
        1,
        probes({"k": Sparse((1, 2), (1.0, 1.0))}, languages=("en",)),
        where=Where(),
        limit=20,
        candidates=20,
        rrf_k=10,
    )
    assert found[0].id == pid(9)
    assert len(found) == 9  # what shares no term isn't found
    assert found[0].legs["k"] > 5 * found[1].legs["k"]


def test_an_empty_sparse_vector_is_harmless(store: VectorStore) -> None:
    empty = Sparse((), ())
    store.upsert([point(1, k=empty)])
    assert ask(store, vectors={"k": empty}) == []
    assert ask(store, vectors={"k": empty, "d": (1.0, 0.0, 0.0)}) == [pid(1)]


def test_upsert_overwrites_by_id(store: VectorStore) -> None:
    store.upsert([point(1, tags=("A-100",))])
    store.upsert([point(1, tags=("B-100",))])
    assert store.count(LOCAL, 1, Where()) == 1
    assert store.count(LOCAL, 1, Where(tags=("B-100",))) == 1
    assert store.count(LOCAL, 1, Where(tags=("A-100",))) == 0


def test_a_large_upsert(store: VectorStore) -> None:
    store.upsert([point(number) for number in range(600)])
    assert store.count(LOCAL, 1, Where()) == 600


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (Where(), [1, 2, 3]),
        (Where(tags=("P-101A",)), [1, 3]),
        (Where(tags=("P-101B", "T-101")), [2, 3]),
        (Where(document_ids=("b",)), [2]),
        (Where(languages=("zh",)), [3]),
        (Where(kinds=("table", "steps")), [2, 3]),
        (Where(tags=("P-101A",), languages=("zh",)), [3]),
        (Where(tags=("X-999",)), []),
    ],
)
def test_where(store: VectorStore, where: Where, numbers: list[int]) -> None:
    store.upsert(
        [
            point(1, document_id="a"),
            point(2, document_id="b", kind="table", tags=("P-101B",)),
            point(3, document_id="c", kind="steps", language="zh", tags=("P-101A", "T-101")),
        ]
    )
    assert sorted(ask(store, where=where)) == [pid(number) for number in numbers]
    assert store.count(LOCAL, 1, where) == len(numbers)


@pytest.mark.parametrize(
    ("groups", "areas", "numbers"),
    [
        ({"*"}, {"*"}, [1, 2, 3]),
        ({"plant"}, {"*"}, [1, 3]),
        ({"lab", "x"}, {"U1"}, [2]),
        ({"plant"}, {"U2"}, [3]),
        (set(), {"*"}, []),
        ({"*"}, set(), []),
        (set(), set(), []),
        ({"x"}, {"*"}, []),
        ({"plant"}, {"x"}, []),
    ],
)
def test_the_store_itself_keeps_callers_out(
    store: VectorStore, groups: set[str], areas: set[str], numbers: list[int]
) -> None:
    store.upsert(
        [
            point(1, areas=("U1",)),
            point(2, groups=("lab",), areas=("U1",)),
            point(3, groups=("lab", "plant"), areas=("U2", "U3")),
        ]
    )
    caller = Caller(name="x", groups=frozenset(groups), areas=frozenset(areas))
    assert sorted(ask(store, caller)) == [pid(number) for number in numbers]
    assert store.count(caller, 1, Where()) == len(numbers)
    vectors: dict[str, Vector] = {"d": (1.0, 0.0, 0.0), "k": ONE_TERM}
    for leg in vectors:  # the filter stands in each leg, not after the fusion
        assert len(ask(store, caller, vectors={leg: vectors[leg]}, candidates=len(numbers) or 1)) == len(numbers)


def test_points_show_from_their_epoch_until_their_end(store: VectorStore) -> None:
    store.upsert([point(1, from_epoch=2, to_epoch=4), point(2, from_epoch=4)])
    assert [ask(store, epoch=epoch) for epoch in (1, 2, 3, 4, 5)] == [[], [pid(1)], [pid(1)], [pid(2)], [pid(2)]]
    assert [store.count(LOCAL, epoch, Where()) for epoch in (1, 3, FOREVER - 1)] == [0, 1, 1]


def test_a_new_revision_replaces_the_old_one_at_its_epoch(store: VectorStore) -> None:
    store.upsert([point(1, from_epoch=1), point(9, from_epoch=1, document_id="other")])
    store.upsert([point(2, from_epoch=5)])
    store.retire("doc", before=5, epoch=5)
    assert sorted(ask(store, epoch=4)) == [pid(1), pid(9)]
    assert sorted(ask(store, epoch=5)) == [pid(2), pid(9)]
    store.retire("doc", before=7, epoch=7)
    assert sorted(ask(store, epoch=4)) == [pid(1), pid(9)]  # what had an end keeps it
    assert ask(store, epoch=7) == [pid(9)]


def test_sweep_undoes_what_a_crash_left(store: VectorStore) -> None:
    store.upsert([point(1, from_epoch=1), point(3, from_epoch=1, to_epoch=2)])
    store.upsert([point(2, from_epoch=5)])
    store.retire("doc", before=5, epoch=5)
    store.sweep(4)
    assert ask(store, epoch=5) == [pid(1)]
    assert sorted(ask(store, epoch=1)) == [pid(1), pid(3)]


def test_single_points_end_and_what_had_an_end_keeps_it(store: VectorStore) -> None:
    store.upsert([point(1), point(2), point(3, to_epoch=3), point(4)])
    store.retire_points([pid(1), pid(3), pid(99)], epoch=5)
    assert sorted(ask(store, epoch=4)) == [pid(1), pid(2), pid(4)]
    assert sorted(ask(store, epoch=5)) == [pid(2), pid(4)]
    assert pid(3) in ask(store, epoch=2)
    store.sweep(4)
    assert sorted(ask(store, epoch=5)) == [pid(1), pid(2), pid(4)]
    store.retire_points([], epoch=6)
    store.retire_points([pid(number) for number in range(2500)], epoch=6)
    assert ask(store, epoch=6) == []


def test_a_scan_gives_every_point_of_every_epoch_in_order(store: VectorStore) -> None:
    hidden = point(9, groups=("nobody",), areas=(), tags=("泵A", "P-1"), general=False, kind="table", language="zh")
    given = [point(5, d=(0.6, 0.8, 0.0), to_epoch=2), point(3, k=Sparse((), ())), hidden, point(700, from_epoch=8)]
    store.upsert(given)
    assert [one.id for one in store.scan(None, 3)] == [pid(3), pid(5), pid(9)]
    assert [one.id for one in store.scan(pid(4), 2)] == [pid(5), pid(9)]
    assert [one.id for one in store.scan(pid(9), 10)] == [pid(700)]
    assert store.scan(pid(700), 10) == []
    whole = {one.id: one for one in store.scan(None, 10)}
    for one in given:
        found = whole[one.id]
        assert replace(found, vectors={}) == replace(one, vectors={})
        assert found.vectors["d"] == pytest.approx(one.vectors["d"], abs=1e-6)
    assert whole[pid(5)].vectors["k"] == ONE_TERM
    assert "k" not in whole[pid(3)].vectors  # there is nothing in it
    assert store.scan(None, 1, vectors=False)[0] == replace(given[1], vectors={})
    store.upsert(
        [replace(one, id=pid(1000 + n)) for n, one in enumerate(whole.values())]
    )  # what was read can be written
    assert store.scan(pid(999), 1)[0].vectors["d"] == pytest.approx(whole[pid(3)].vectors["d"], abs=1e-6)


def test_a_deleted_document_leaves_no_point_of_any_revision(store: VectorStore) -> None:
    store.upsert([point(1, to_epoch=2), point(2, from_epoch=2), point(3, document_id="other")])
    store.delete("doc")
    store.delete("nobody")
    assert [store.count(LOCAL, epoch, Where()) for epoch in (1, 2, 99)] == [1, 1, 1]
    assert ask(store) == [pid(3)]


def test_many_threads_may_ask_at_once(store: VectorStore) -> None:
    store.upsert([point(number) for number in range(50)])
    answers: list[list[str]] = []
    workers = [threading.Thread(target=lambda: answers.extend(ask(store) for _ in range(5))) for _ in range(4)]
    for worker in workers:
        worker.start()
    store.upsert([point(number, tags=("B-100",)) for number in range(50)])
    for worker in workers:
        worker.join()
    assert [len(answer) for answer in answers] == [10] * 20


def reopened(open: Callable[[], VectorStore]) -> None:
    first = open()
    first.upsert([point(1)])
    first.close()
    second = open()
    assert ask(second) == [pid(1)]
    second.close()


def test_edge_keeps_what_it_was_given(tmp_path: Path) -> None:
    reopened(lambda: edge.STORE.open(tmp_path, SCHEMA, {}))


def test_local_server_mode_keeps_what_it_was_given(tmp_path: Path) -> None:
    reopened(lambda: server.STORE.open(tmp_path, SCHEMA, {"path": str(tmp_path / "q")}))


@pytest.mark.parametrize("variant", ["edge", "server"])
def test_other_legs_are_refused(tmp_path: Path, variant: str) -> None:
    chosen = discover("retrieval.stores", "STORE")[variant]
    options = {"path": str(tmp_path / "q")} if variant == "server" else {}
    chosen.open(tmp_path, SCHEMA, options).close()
    with pytest.raises(BadSetting, match="legs"):
        chosen.open(tmp_path, (LegSchema("d", "dense", 7), *SCHEMA[1:]), options)
    chosen.open(tmp_path, SCHEMA, options).close()  # and nothing stays locked


@pytest.mark.parametrize("variant", VARIANTS)
def test_unknown_options_are_named(tmp_path: Path, variant: str) -> None:
    with pytest.raises(BadSetting, match="colour"):
        discover("retrieval.stores", "STORE")[variant].open(tmp_path, SCHEMA, {"colour": "red"})


def test_a_half_made_shard_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "shard.new" / "segments").mkdir(parents=True)
    reopened(lambda: edge.STORE.open(tmp_path, SCHEMA, {}))


def test_a_second_holder_is_told_who_holds_it(tmp_path: Path) -> None:
    first = edge.STORE.open(tmp_path, SCHEMA, {"holder": "the service"})
    with pytest.raises(Held, match="the service"):
        edge.STORE.open(tmp_path, SCHEMA, {})
    first.close()
    edge.STORE.open(tmp_path, SCHEMA, {}).close()


def test_local_server_mode_held_elsewhere(tmp_path: Path) -> None:
    first = server.STORE.open(tmp_path, SCHEMA, {"path": str(tmp_path / "q")})
    with pytest.raises(Held):
        server.STORE.open(tmp_path, SCHEMA, {"path": str(tmp_path / "q")})
    first.close()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = edge.STORE.open(tmp_path, SCHEMA, {})
    store.close()
    store.close()
    with pytest.raises(Unavailable, match="closed"):
        ask(store)


def test_no_server_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        server.STORE.open(tmp_path, SCHEMA, {"url": "http://127.0.0.1:9"})
    far = remote.STORE.open(tmp_path, SCHEMA, {"url": "http://127.0.0.1:9", "token": "x"})
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        far.count(LOCAL, 1, Where())
    far.close()


def test_remote_needs_the_token(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="token"):
        remote.STORE.open(tmp_path, SCHEMA, {"url": "http://127.0.0.1:9"})
    local = edge.STORE.open(tmp_path, SCHEMA, {})
    with serving(local) as url:
        far = remote.STORE.open(tmp_path, SCHEMA, {"url": url, "token": "wrong"})
        with pytest.raises(Unavailable, match="token"):
            far.upsert([point(1)])
        far.close()
    assert local.count(LOCAL, 1, Where()) == 0
    local.close()


def test_remote_passes_errors_on(tmp_path: Path) -> None:
    local = edge.STORE.open(tmp_path, SCHEMA, {})
    with serving(local) as url:
        far = remote.STORE.open(tmp_path, SCHEMA, {"url": url, "token": TOKEN})
        local.close()
        with pytest.raises(Unavailable, match="store is closed"):
            far.count(LOCAL, 1, Where())
        far.close()


def test_ids_that_are_none_are_bad_input(tmp_path: Path) -> None:
    local = edge.STORE.open(tmp_path, SCHEMA, {})
    with pytest.raises(BadInput, match="store message"):
        _wire.call(local, "retire_points", {"ids": ["no id"], "epoch": 1})
    local.close()


@pytest.mark.parametrize("message", [{}, {"points": [{}]}, {"points": 3}])
def test_a_message_that_lacks_something_is_bad_input(tmp_path: Path, message: dict[str, object]) -> None:
    local = edge.STORE.open(tmp_path, SCHEMA, {})
    with pytest.raises(BadInput, match="store message"):
        _wire.call(local, "upsert", message)
    local.close()


def test_the_wire_gives_back_what_it_was_given() -> None:
    one = point(7, d=(0.1, 0.2, 0.3), k=Sparse((4_000_000_000,), (0.25,)), language="zh", tags=())
    back = _wire.read_point(_wire.write_point(one))
    assert back.vectors["d"] == pytest.approx(one.vectors["d"])
    assert (back.vectors["k"], back.tags, back.to_epoch) == (one.vectors["k"], (), FOREVER)
    caller = Caller(name="王", groups=frozenset({"a", "b"}), roles=frozenset({"r"}))
    assert _wire.read_caller(_wire.write_caller(caller)) == caller
    where = Where(tags=("A-100",), kinds=("table",))
    assert _wire.read_where(_wire.write_where(where)) == where


def test_fuse_by_hand() -> None:
    a, b = Probe("a", (1.0,), "en", 1.0), Probe("b", (1.0,), "en", 3.0)
    found = fuse([(a, [("x", 0.2), ("y", 0.9)]), (b, [("x", 7.0)])], limit=5, rrf_k=1)
    assert [one.id for one in found] == ["x", "y"]
    assert [one.score for one in found] == pytest.approx([1 / 2 + 3 / 1, 1 / 1])
    assert found[0].legs == {"a": 0.2, "b": 7.0}
