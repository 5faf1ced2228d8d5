"""Migration of an index between real stores: edge, and the server's code in qdrant-client's local mode."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import migration_kit
import pytest
from filelock import FileLock
from migration_kit import PASSAGES, SERVER_FOLDER, index, settings, stored, to_server, write
from stores_kit import opened, point, probes

from retrieval.__main__ import main
from retrieval.errors import BadSetting, Held, IndexMismatch
from retrieval.knowledge import open_knowledge
from retrieval.legs.base import Sparse
from retrieval.migration import checking, run
from retrieval.migration.asking import Answered, ask
from retrieval.migration.checkpoint import FILE, Checkpoint
from retrieval.migration.run import Migrated, Plan, migrate
from retrieval.models import FOREVER
from retrieval.settings import RetrievalSettings
from retrieval.sql import epochs
from retrieval.stores.base import LegSchema, Point, VectorStore
from retrieval.stores.server import STORE as SERVER

ROOT = Path(__file__).parents[2]
ALL = 3 * PASSAGES


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    index(folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """An index of one's own."""
    shutil.copytree(made / "data", tmp_path / "data")
    return tmp_path


def quiet(what: str, done: int, total: int) -> None:
    pass


def go(plan: Plan) -> Migrated:
    return migrate(plan, quiet)


def same(ours: list[Point], theirs: list[Point]) -> bool:
    """All of it; weights of words up to 32-bit floats."""
    return [replace(one, vectors={}) for one in ours] == [replace(one, vectors={}) for one in theirs] and all(
        _words(one) == pytest.approx(_words(other)) for one, other in zip(ours, theirs, strict=True)
    )


def _words(point: Point) -> dict[int, float]:
    vector = point.vectors["keyword"]
    assert isinstance(vector, Sparse)
    return dict(zip(vector.indices, vector.values, strict=True))


def test_there_and_back_every_point_of_every_epoch_is_carried(folder: Path) -> None:
    before = stored(settings(folder))
    assert len(before) == ALL
    assert {one.to_epoch for one in before} != {FOREVER}
    done = go(to_server(folder))
    assert done.problems(0.99) == []
    assert done.compared.source == done.compared.target
    assert done.compared.source.total() == ALL
    assert len(done.answered.overlap) > 5
    assert done.answered.exact > 5
    at_server = settings(folder, store="server", store_options={"path": str(folder / SERVER_FOLDER)})
    assert same(stored(at_server), before)
    assert same(stored(settings(folder)), before)  # the source is as it was
    back = Plan(at_server, "edge", {}, replace=True)
    assert go(back).problems(0.99) == []
    assert same(stored(settings(folder)), before)


@pytest.mark.parametrize("upserts", [1, 4, 16])
def test_killed_in_the_midst_it_goes_on_where_it_was(folder: Path, upserts: int) -> None:
    before = stored(settings(folder))
    command = [sys.executable, migration_kit.__file__, str(folder), str(upserts)]
    died = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/tests"}, check=False)
    assert died.returncode == -signal.SIGKILL
    kept = Checkpoint.read(folder / "data")
    assert kept is not None
    assert not kept.complete
    assert kept.copied == (70 if upserts == 16 else 0)  # batches of 7, a checkpoint every tenth
    told: list[int] = []
    done = migrate(to_server(folder), lambda what, at, total: told.append(at) if what == "copied" else None)
    assert told[0] == kept.copied + 7
    assert done.problems(0.99) == []
    assert same(stored(settings(folder)), before)


def test_a_check_that_was_interrupted_is_made_again_without_copying(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(checking, "same_vectors", stop)
        with pytest.raises(KeyboardInterrupt):
            go(to_server(folder))
    told: list[str] = []
    assert migrate(to_server(folder), lambda what, at, total: told.append(what)).problems(0.99) == []
    assert "copied" not in told


def test_other_legs_in_the_target_are_refused(folder: Path) -> None:
    options = {"path": str(folder / SERVER_FOLDER)}
    SERVER.open(folder, (LegSchema("other", "dense", 3),), options).close()
    with pytest.raises(BadSetting, match="legs"):
        go(to_server(folder))
    assert not (folder / "data" / FILE).exists()
    assert go(to_server(folder, replace=True)).problems(0.99) == []


@contextlib.contextmanager
def server(folder: Path) -> Iterator[VectorStore]:
    store = SERVER.open(folder, (LegSchema("keyword", "sparse", 0),), {"path": str(folder / SERVER_FOLDER)})
    yield store
    store.close()


STRANGE = Point(
    "00000000-0000-0000-0000-00000000abcd", {"keyword": Sparse((1,), (1.0,))}, "x", "en", "text", (), ("plant",), (), 1
)


def test_other_points_in_the_target_are_refused(folder: Path) -> None:
    with server(folder) as store:
        store.upsert([STRANGE])
    with pytest.raises(BadSetting, match="holds points already"):
        go(to_server(folder))
    with server(folder) as store:
        assert store.scan(None, 10) == [STRANGE]
    assert go(to_server(folder, replace=True)).problems(0.99) == []


def test_the_check_finds_what_is_lacking_changed_or_too_many(folder: Path) -> None:
    go(to_server(folder))
    with server(folder) as store:
        first = next(one for one in store.scan(None, ALL) if one.document_id == "manual")
        store.upsert([STRANGE, replace(first, groups=("everybody",))])
        store.delete("log")
    found = "; ".join(go(to_server(folder)).problems(0.99))
    assert f"lacks {PASSAGES} points" in found
    assert "has, beyond the source, 1 points" in found
    assert "has other fields of 1 points" in found


def test_a_vector_that_differs_is_found(folder: Path) -> None:
    go(to_server(folder))
    with server(folder) as store:
        store.upsert([replace(one, vectors={"keyword": Sparse((1, 2), (9.0, 9.0))}) for one in store.scan(None, ALL)])
    found = go(to_server(folder)).problems(0.99)
    assert any("other vectors" in line for line in found)
    assert any("exact rankings differ" in line for line in found)
    assert any("the best ten" in line for line in found)


def test_a_source_that_was_written_since_is_told(folder: Path) -> None:
    go(to_server(folder))
    knowledge = open_knowledge(settings(folder), holder="test")
    epochs.publish(knowledge.database, write(knowledge, "new", "1"))
    knowledge.close()
    with pytest.raises(BadSetting, match="--replace"):
        go(to_server(folder))
    done = go(to_server(folder, replace=True))
    assert done.problems(0.99) == []
    assert done.compared.target.total() == ALL + PASSAGES


def test_nobody_may_write_meanwhile(folder: Path) -> None:
    knowledge = open_knowledge(settings(folder), holder="the service")
    with pytest.raises(Held, match="the service"):
        go(to_server(folder))
    knowledge.close()
    with FileLock(folder / "data" / "ingestion.lock"), pytest.raises(Held, match="ingestion"):
        go(to_server(folder))


def test_an_index_of_other_settings_is_refused(folder: Path) -> None:
    other = replace(to_server(folder), settings=settings(folder, legs=("multilingual", "keyword")))
    with pytest.raises(IndexMismatch, match="multilingual"):
        go(other)


@pytest.mark.parametrize(
    ("changes", "match"),
    [({"to": "edge", "options": {}}, "itself"), ({"to": "remote"}, "remote"), ({"to": "oracle"}, "oracle")],
)
def test_odd_targets_are_named(folder: Path, changes: dict[str, object], match: str) -> None:
    with pytest.raises(BadSetting, match=match):
        go(replace(to_server(folder), **changes))  # type: ignore[arg-type]


def test_no_index_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="no index"):
        go(to_server(tmp_path))
    assert not (tmp_path / "data").exists()


def test_a_broken_checkpoint_is_told(folder: Path) -> None:
    (folder / "data" / FILE).write_text("{", encoding="utf-8")
    with pytest.raises(BadSetting, match=FILE):
        go(to_server(folder))


def test_the_command_says_what_to_write_in_the_settings(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__LEGS", json.dumps(["keyword", "gloss"]))
    path = str(folder / SERVER_FOLDER)
    assert main(["migrate", "--to", "server", "--option", f"path={path}", "--option", "hnsw_m=24"]) == 0
    said = capsys.readouterr().out
    assert 'store = "server"' in said
    assert f'path = "{path}"\nhnsw_m = 24' in said
    with server(folder) as store:
        store.delete("log")
    assert main(["migrate", "--to", "server", "--option", f"path={path}"]) == 1
    assert f"lacks {PASSAGES} points" in capsys.readouterr().err
    assert main(["migrate", "--to", "server", "--option", "path"]) == 1
    assert main(["migrate", "--to", "server", "--option", "colour=red"]) == 1
    assert "colour" in capsys.readouterr().err


def test_the_sample_is_even_and_small_documents_come_first(folder: Path) -> None:
    done = go(to_server(folder, questions=1000))
    assert len(done.compared.sample) == ALL
    assert run._few(checking.Compared(sizes={"a": 5000, "b": 400, "c": 500, "d": 300})) == ["d", "b"]  # type: ignore[arg-type]


DENSE = (LegSchema("d", "dense", 3), LegSchema("m", "dense", 2), LegSchema("k", "sparse", 0))


def answered(folder: Path, theirs: list[Point]) -> Answered:
    """What the check of two stores finds where the first has ``ours()`` and the second ``theirs``."""
    with opened("edge", folder / "a", DENSE) as source, opened("server", folder / "b", DENSE) as target:
        source.upsert(ours())
        target.upsert(theirs)
        asked = iter([("x", probes({"d": (1.0, 0.2, 0.1), "m": (0.3, 1.0), "k": Sparse((1, 2), (1.0, 1.0))}))])
        return ask(source, target, asked, epoch=1, documents=["doc"], candidates=40, answered=Answered())


def ours() -> list[Point]:
    return [
        point(n, d=(1.0, n / 50, n % 7 / 7), m=(1.0, n / 9), k=Sparse((1, 2 + n % 4), (1.0 + n % 3, 0.5)))
        for n in range(1, 60)
    ]


def test_stores_that_hold_the_same_answer_alike(tmp_path: Path) -> None:
    found = answered(tmp_path, ours())
    assert (found.mean_overlap, found.exact, found.unlike) == (1.0, 6, [])


def test_a_dense_vector_that_moved_a_little_is_found_by_the_exact_rankings(tmp_path: Path) -> None:
    moved = replace(ours()[20], vectors={**ours()[20].vectors, "d": (1.0, 0.45, 0.0)})
    found = answered(tmp_path, [*ours()[:20], moved, *ours()[21:]])
    assert [line.split(",")[0] for line in found.unlike] == ["d among en passages"]


def test_a_target_that_finds_others_has_less_overlap(tmp_path: Path) -> None:
    far = [replace(one, vectors={**one.vectors, "d": (-1.0, 0.0, 0.0)}) for one in ours()]
    found = answered(tmp_path, far)
    assert found.mean_overlap == pytest.approx(5 / 6)


def test_a_leg_that_finds_nothing_in_one_store_is_counted_so(tmp_path: Path) -> None:
    without = [replace(one, vectors={leg: v for leg, v in one.vectors.items() if leg != "m"}) for one in ours()]
    found = answered(tmp_path, without)
    assert {leg for (leg, _), points in found.given.items() if not points} >= {"m"}
    assert {leg for (leg, _), points in found.given.items() if points} == {"d", "k"}


@pytest.mark.slow
def test_all_default_legs_are_carried_and_asked(tmp_path: Path) -> None:
    legs = RetrievalSettings().legs
    index(tmp_path, legs=legs)
    done = go(replace(to_server(tmp_path), settings=settings(tmp_path, legs=legs), batch=50))
    assert done.problems(0.99) == []
    assert done.answered.silent == set()
    assert done.answered.exact >= 6
