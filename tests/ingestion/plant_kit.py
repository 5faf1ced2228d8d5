"""Ingestion as it runs: an index of its own, processes that are killed, and all that stands in an index afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from retrieval.knowledge import open_knowledge
from retrieval.settings import RetrievalSettings
from retrieval.sql import epochs, ledger, schema
from retrieval.stores._plan import payload

ROOT = Path(__file__).parents[2]
READY_SECONDS = 120
_TABLES = (
    schema.documents,
    schema.passages,
    schema.work_orders,
    schema.assets,
    schema.items,
    schema.connections,
    schema.tables,
    schema.table_rows,
)

# Keeps everything imported and forks a process for each line that it is told: {arguments, environment, out, fatal,
# after, delay, victim}. The step ``fatal`` of its writing, or the time ``after`` its start, kills the victim, itself by
# default, within ``delay`` seconds.
_FORKING = """
import json, os, signal, sys, threading
from itertools import count
import alembic.command, alembic.config, filelock, httpx, qdrant_edge
from ingestion.__main__ import main
from ingestion.publish import Publisher
from retrieval.plugins import discover
from retrieval.sql import documents, encodings, epochs, holdings, ingestions, ledger
from retrieval.stores.edge import EdgeStore
from retrieval.stores.remote import RemoteStore

for package, constant in (("ingestion.parsers", "PARSER"), ("ingestion.containers", "CONTAINER"),
                          ("retrieval.legs", "LEG"), ("retrieval.stores", "STORE")):
    discover(package, constant)
STORE = ["upsert", "retire", "retire_points", "delete", "sweep", "flush"]
WRITES = {
    encodings: ["put_vectors"], documents: ["begin", "add", "retire", "purge", "sweep"], EdgeStore: STORE,
    RemoteStore: STORE, epochs: ["reserve", "publish", "set_manifest"], ledger: ["put_entry", "drop_entry"],
    holdings: ["end_order_passages"], ingestions: ["create", "start", "append_all", "finish"],
    Publisher: ["keep_original"],
}

def run(asked):
    os.environ.update(asked["environment"])
    out = os.open(asked["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    victim, steps = asked.get("victim") or os.getpid(), count(1)

    def kill(seconds):
        timer = threading.Timer(seconds, os.kill, (victim, signal.SIGKILL))
        timer.daemon = True
        timer.start()

    def watched(function):
        def call(*arguments, **named):
            if next(steps) == asked.get("fatal"):
                kill(asked["delay"])
            result = function(*arguments, **named)
            if next(steps) == asked.get("fatal"):
                kill(asked["delay"])
            return result
        return call

    for owner, names in WRITES.items():
        for name in names:
            setattr(owner, name, watched(getattr(owner, name)))
    if asked.get("after") is not None:
        kill(asked["after"])
    code = main(asked["arguments"])
    print(f"steps: {next(steps) - 1}", flush=True)
    return code

for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        try:
            code = run(json.loads(line))
        except BaseException as error:
            print(repr(error), flush=True)
            code = 99
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Plant:
    """An index of its own with the settings file that names it."""

    folder: Path
    port: int = 8000
    legs: tuple[str, ...] = ("keyword",)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def settings(self) -> RetrievalSettings:
        return RetrievalSettings(data_dir=self.data, legs=self.legs)

    def configure(self) -> "Plant":
        self.folder.mkdir(exist_ok=True)
        weights = ", ".join(f"{leg} = 1.0" for leg in self.legs)
        (self.folder / "plantwright.toml").write_text(
            f'[retrieval]\ndata_dir = "{self.data.as_posix()}"\nlegs = {json.dumps(self.legs)}\n'
            f"weights = {{ en = {{ {weights} }}, zh = {{ {weights} }} }}\n"
            "[ingestion]\nupsert_size = 3\nbatch_size = 3\nniceness = 0\nwatch_seconds = 0.3\n"
            f'[app]\nport = {self.port}\n[app.llm]\nprovider = "extractive"\n[app.plant]\nsource = "none"\n',
            encoding="utf-8",
        )
        return self

    @property
    def environment(self) -> dict[str, str]:
        return {"PLANTWRIGHT_CONFIG": str(self.folder / "plantwright.toml")}

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def ingest(self, *arguments: Path | str) -> dict[str, Any]:
        done = self.run("-m", "ingestion", *map(str, arguments), "--json")
        assert done.returncode == 0, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    @contextmanager
    def serving(self) -> Iterator[tuple[httpx.Client, int]]:
        """``python -m app``, ready, and its process id; ended by it."""
        log = self.folder / "service.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "app"], cwd=ROOT, env=os.environ | self.environment, stdout=out, stderr=out
            )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60, trust_env=False) as client:
                until = time.monotonic() + READY_SECONDS
                while not _is_ready(client):
                    dead = process.poll() is not None or time.monotonic() > until
                    assert not dead, f"the service did not become ready: {log.read_text()}"
                    time.sleep(0.1)
                yield client, process.pid
        finally:
            process.terminate()
            process.wait(30)


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.TransportError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Runner:
    """Runs of ``python -m ingestion`` that may be killed, quick to start."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _FORKING], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, plant: Plant, *arguments: Path | str, **how: Any) -> tuple[int, str]:
        """Exit code, and what it printed. ``how``: see above."""
        out = plant.folder / "out.txt"
        told = {
            "arguments": [str(argument) for argument in arguments],
            "environment": plant.environment,
            "out": str(out),
            "delay": 0.0,
        } | how
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(told), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline()), out.read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        self._process.communicate(timeout=60)


def steps_of(printed: str) -> int:
    return int(printed.rsplit("steps: ", 1)[1])


KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Index:
    """All that stands in an index, shown or not; epochs by their rank, for numbers may be lost to a crash."""

    points: dict[str, Any]
    rows: dict[str, list[str]]
    ledger: list[Any]
    encodings: list[str]
    originals: list[str]
    left: list[str]  # temporary files and folders


def index(plant: Plant) -> Index:
    with closing(open_knowledge(plant.settings, holder="test")) as knowledge:
        points = _points(knowledge.store)
        with knowledge.database.read() as connection:
            rows = {
                table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()] for table in _TABLES
            }
            keys = connection.execute(sa.select(schema.encodings.c.key)).scalars().all()
        current = epochs.current(knowledge.database)
        entries = ledger.list_entries(knowledge.database)
    said = [*points.values(), *(row for table in rows.values() for row in table)]
    rank = _ranks(said, current)
    return Index(
        {id: _ranked(payload, rank) for id, payload in points.items()},
        {name: sorted(json.dumps(_ranked(row, rank), sort_keys=True) for row in table) for name, table in rows.items()},
        [(e.path, e.sha256, e.document_id, e.status, e.reason, e.parser, e.size, e.passages) for e in entries],
        sorted(keys),
        sorted(path.name for path in plant.settings.originals_dir.glob("*")),
        [path.name for pattern in ("unpacked-*", "*.new", "*.part") for path in plant.data.glob(pattern)],
    )


def _points(store: Any) -> dict[str, Any]:
    found, after = dict[str, Any](), None
    while rows := store.scan(after, 500, vectors=False):
        found |= {point.id: payload(point) for point in rows}
        after = rows[-1].id
    return found


def _ranks(said: list[Any], current: int) -> dict[int, str]:
    """Shown ones in order; one beyond the current epoch should not be there."""
    there = sorted({one[name] for one in said for name in ("from_epoch", "to_epoch")})
    later = {epoch: "never" if epoch > 2**40 else "beyond" for epoch in there if epoch > current}
    return {epoch: str(number) for number, epoch in enumerate(there) if epoch <= current} | later


def _ranked(row: dict[str, Any], rank: dict[int, str]) -> dict[str, Any]:
    plain = {name: value for name, value in row.items() if name != "row_id"}
    return plain | {name: rank[plain[name]] for name in ("from_epoch", "to_epoch")}
