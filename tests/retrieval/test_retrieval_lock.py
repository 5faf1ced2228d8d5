"""The lock of the embedded store, and what survives a process that is killed in the midst of writing."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from stores_kit import probes

from retrieval.errors import Held
from retrieval.legs.base import Sparse
from retrieval.models import Caller
from retrieval.stores import _lock, edge
from retrieval.stores._lock import NOTE, StoreLock
from retrieval.stores.base import LegSchema, Where

ROOT = Path(__file__).parents[2]
SCHEMA = (LegSchema("d", "dense", 2), LegSchema("k", "sparse", 0))

WRITER = """
import sys, uuid
from pathlib import Path
from retrieval.legs.base import Sparse
from retrieval.stores import edge
from retrieval.stores.base import LegSchema, Point
store = edge.STORE.open(Path(sys.argv[1]), (LegSchema("d", "dense", 2), LegSchema("k", "sparse", 0)),
                        {"holder": "the writer"})
number = 0
while True:
    store.upsert([Point(str(uuid.UUID(int=number + n)), {"d": (1.0, 0.5), "k": Sparse((1,), (1.0,))}, "doc", "en",
                        "text", (), ("plant",), ("site",), 1) for n in range(20)])
    number += 20
    print(number, flush=True)
"""


@pytest.fixture
def writer(tmp_path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_every_acknowledged_point_survives_kill_9(tmp_path: Path, writer: "subprocess.Popen[str]") -> None:
    assert writer.stdout is not None
    acknowledged = 0
    while acknowledged < 400:
        acknowledged = int(writer.stdout.readline())
    with pytest.raises(Held, match=rf"the writer \(process {writer.pid}\)"):
        edge.STORE.open(tmp_path, SCHEMA, {})
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged = max([acknowledged, *(int(line) for line in writer.stdout.read().split())])
    writer.wait()
    writer.stdout.close()
    store = edge.STORE.open(tmp_path, SCHEMA, {})  # the dead holder's lock is taken over
    assert acknowledged <= store.count(Caller.local(), 1, Where()) <= acknowledged + 20
    found = store.query(
        Caller.local(),
        1,
        probes({"d": (1.0, 0.5), "k": Sparse((1,), (1.0,))}),
        where=Where(),
        limit=5,
        candidates=5,
        rrf_k=10,
    )
    assert len(found) == 5
    store.close()


def test_the_note_is_for_the_owner_only(tmp_path: Path) -> None:
    lock = StoreLock.acquire(tmp_path, "the service")
    assert json.loads((tmp_path / NOTE).read_text(encoding="utf-8")) == {
        "pid": os.getpid(),
        "holder": "the service",
        "url": None,
        "token": None,
    }
    first, second = lock.announce("http://127.0.0.1:1"), lock.announce("http://127.0.0.1:2")
    assert first != second
    assert _lock.read(tmp_path) == _lock.Note(os.getpid(), "the service", "http://127.0.0.1:2", second)
    assert stat.S_IMODE((tmp_path / NOTE).stat().st_mode) == 0o600
    lock.release()
    lock.release()
    assert _lock.read(tmp_path) is None


def test_who_waits_gets_it_or_is_told(tmp_path: Path) -> None:
    lock = StoreLock.acquire(tmp_path, "first")
    with pytest.raises(Held, match="first"):
        StoreLock.acquire(tmp_path, "second", timeout_seconds=0.1)
    (tmp_path / NOTE).write_text("{half", encoding="utf-8")
    with pytest.raises(Held, match="another process"):
        StoreLock.acquire(tmp_path, "second")
    lock.release()
    StoreLock.acquire(tmp_path, "second").release()
