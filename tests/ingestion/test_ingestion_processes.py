"""Ingestion as it runs: processes of its own, beside a running service, and killed in the midst of writing."""

import json
import os
import random
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
import pytest
import sqlalchemy as sa

from retrieval.knowledge import open_knowledge
from retrieval.models import Caller
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs, ledger, schema
from retrieval.sql.engine import Database
from retrieval.stores.base import Where

ROOT = Path(__file__).parents[2]
CALLER = Caller.local()
KILLS = 3
READY_SECONDS = 120

# Takes a number of its steps and then, within 20 ms, kill -9; 0: none. Says how many steps there were.
KILLED = """
import os, signal, sys, threading
from itertools import count
from ingestion.__main__ import main
from retrieval.sql import documents, encodings, epochs, ledger
from retrieval.stores.edge import EdgeStore

fatal, delay, steps = int(sys.argv[1]), float(sys.argv[2]), count(1)

def step():
    if next(steps) == fatal:
        threading.Timer(delay, os.kill, (os.getpid(), signal.SIGKILL)).start()

def watched(function):
    def call(*arguments, **named):
        step()
        result = function(*arguments, **named)
        step()
        return result
    return call

for owner, names in {
    encodings: ["put_vectors"], documents: ["stage"], EdgeStore: ["upsert", "retire", "flush"],
    epochs: ["reserve", "publish"], ledger: ["put_entry"],
}.items():
    for name in names:
        setattr(owner, name, watched(getattr(owner, name)))
code = main([*sys.argv[3:], "--json"])
print(next(steps) - 1, file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True)
class Plant:
    """An index of its own with the settings file that names it."""

    folder: Path
    port: int = 8000

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def configure(self) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "plantwright.toml").write_text(
            f'[retrieval]\ndata_dir = "{self.data.as_posix()}"\nlegs = ["keyword"]\n'
            "weights = { en = { keyword = 1.0 }, zh = { keyword = 1.0 } }\n"
            "[ingestion]\nupsert_size = 3\nbatch_size = 3\n"
            f'[app]\nport = {self.port}\n[app.llm]\nprovider = "extractive"\n[app.plant]\nsource = "none"\n',
            encoding="utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"PLANTWRIGHT_CONFIG": str(self.folder / "plantwright.toml")}

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def ingest(self, files: Path) -> dict[str, Any]:
        done = self.run("-m", "ingestion", str(files), "--json")
        assert done.returncode == 0, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    @contextmanager
    def serving(self) -> Iterator[httpx.Client]:
        """``python -m app``, ready; ended by its process id."""
        log = self.folder / "service.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "app"], cwd=ROOT, env=self.environment, stdout=out, stderr=out
            )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60, trust_env=False) as client:
                until = time.monotonic() + READY_SECONDS
                while not _is_ready(client):
                    if process.poll() is not None or time.monotonic() > until:
                        pytest.fail(f"the service did not become ready: {log.read_text()}")
                    time.sleep(0.1)
                yield client
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


def test_a_running_service_has_new_documents_at_once(plant_files: Path, tmp_path: Path) -> None:
    plant = Plant(tmp_path / "plant", free_port())
    plant.configure()
    with plant.serving() as client:
        assert client.get("/v1/documents").json() == {"documents": []}
        first = plant.ingest(plant_files)
        assert (first["published"], first["failures"]) == (3, [])
        shown = client.get("/v1/documents").json()["documents"]
        assert {document["path"] for document in shown} == {"manuals/manual.pdf", "log.csv", "asset_register.csv"}
        assert client.get("/readyz").json()["passages"] == first["passages"]
        answer = client.post(
            "/v1/answers", json={"question": "How is P-101A locked out, which valve is closed?"}
        ).json()
        assert answer["status"] == "answered", answer
        assert "feed pump ksp" in {citation["title"].lower() for citation in answer["citations"]}
        before = written(plant)
        second = plant.ingest(plant_files)
        assert (second["published"], second["unchanged"], second["passages"]) == (0, 3, 0)
        assert written(plant) == before
        assert client.get("/readyz").json()["passages"] == first["passages"]


def written(plant: Plant) -> tuple[int, list[ledger.LedgerEntry]]:
    """The epoch and the ledger, read beside the service."""
    with closing(Database.open(plant.data / "plantwright.sqlite")) as database:
        return epochs.current(database), ledger.list_entries(database)


@dataclass(frozen=True)
class Index:
    """All that stands in an index, shown or not."""

    documents: list[Any]
    passages: list[str]
    rows: dict[str, int]
    points: int
    points_to_come: int  # those of later epochs included
    ledger: list[tuple[str, str]]


def index(plant: Plant) -> Index:
    settings = RetrievalSettings(data_dir=plant.data, legs=("keyword",))
    tables = (schema.documents, schema.passages, schema.work_orders, schema.assets)
    with closing(open_knowledge(settings, holder="test")) as knowledge:
        database, epoch = knowledge.database, epochs.current(knowledge.database)
        with database.read() as connection:
            ids = connection.execute(sa.select(schema.passages.c.id)).scalars().all()
            rows = {
                table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in tables
            }
        return Index(
            documents.list_documents(database, CALLER),
            sorted(ids),
            rows,
            knowledge.store.count(CALLER, epoch, Where()),
            knowledge.store.count(CALLER, epoch + 1000, Where()),
            [(entry.path, entry.status) for entry in ledger.list_entries(database)],
        )


def test_a_killed_run_is_mended_by_the_next(plant_files: Path, tmp_path: Path) -> None:
    calm = Plant(tmp_path / "calm")
    calm.configure()
    done = calm.run("-c", KILLED, "0", "0", str(plant_files))
    assert done.returncode == 0, done.stderr
    steps, whole = int(done.stderr.split()[-1]), index(calm)
    assert whole.points == len(whole.passages) == json.loads(done.stdout)["passages"]
    chance = random.Random(1906)
    for number in range(KILLS):
        fatal = chance.randint(number * steps // KILLS + 1, (number + 1) * steps // KILLS)
        plant = Plant(tmp_path / f"killed-{number}")
        plant.configure()
        killed = plant.run("-c", KILLED, str(fatal), str(chance.uniform(0, 0.02)), str(plant_files))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert plant.ingest(plant_files)["failures"] == []
        assert index(plant) == whole, f"killed at step {fatal} of {steps}"
