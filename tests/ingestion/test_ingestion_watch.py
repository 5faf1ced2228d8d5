"""``--watch``: what changes is ingested once it is whole, what is deleted is retired; errors don't end it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ingestion_kit import CALLER, LOG, LOG_HEAD
from plant_kit import ROOT, Plant

from ingestion.watch import Pending
from retrieval.models import Document
from retrieval.sql import documents
from retrieval.sql.engine import Database

PATIENCE_SECONDS = 60


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_file_waits_until_it_is_quiet_and_stops_growing(tmp_path: Path) -> None:
    clock, file, gone = Clock(), tmp_path / "a.pdf", tmp_path / "gone.pdf"
    pending = Pending(2.0, clock)
    file.write_text("1")
    pending.add(file)
    pending.add(gone)
    assert pending.take() == set()
    clock.now += 1.9
    file.write_text("12")  # no event told of it
    assert pending.take() == set()
    clock.now += 0.2
    assert pending.take() == {gone}
    clock.now += 1.9
    assert pending.take() == {file}
    assert not pending


@contextmanager
def watching(plant: Plant, folder: Path, *more: str) -> Iterator["subprocess.Popen[bytes]"]:
    with (plant.folder / "watch.log").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "ingestion", str(folder), "--watch", *more],
            cwd=ROOT,
            env=os.environ | plant.environment,
            stdout=out,
            stderr=out,
        )
    try:
        wait_for(lambda: "watching" in said(plant), plant)
        yield process
    finally:
        process.kill()
        process.wait()


def said(plant: Plant) -> str:
    return (plant.folder / "watch.log").read_text(errors="replace")


def wait_for(condition: Callable[[], object], plant: Plant) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, said(plant)
        time.sleep(0.1)


def shown(plant: Plant) -> dict[str, Document]:
    database = Database.open(plant.settings.database)
    try:
        return {document.path: document for document in documents.list_documents(database, CALLER)}
    finally:
        database.close()


@pytest.mark.parametrize("more", [(), ("--poll",)], ids=["told", "polled"])
def test_a_folder_is_followed(tmp_path: Path, more: tuple[str, ...]) -> None:
    plant, folder = Plant(tmp_path / "plant").configure(), tmp_path / "files"
    (folder / "sub").mkdir(parents=True)
    (folder / "log.csv").write_text(LOG)
    (folder / "other.csv").write_text(f"{LOG_HEAD}\nWO-9,P-9A,corrective,,,2025-05-01T08:00:00Z,,,,hums\n")
    with watching(plant, folder, *more) as process:
        assert set(shown(plant)) == {"log.csv", "other.csv"}
        (folder / "~$new.csv").write_text("a lock file")
        (folder / "sub" / "new.csv.part").write_text(LOG_HEAD)
        (folder / "sub" / "new.csv.part").write_text(
            f"{LOG_HEAD}\nWO-7,P-7A,corrective,,,2025-05-01T08:00:00Z,,,,creaks\n"
        )
        (folder / "sub" / "new.csv.part").rename(folder / "sub" / "new.csv")
        wait_for(lambda: "sub/new.csv" in shown(plant), plant)
        (folder / "bad.pdf").write_bytes(b"%PDF-1.4 cut off")
        wait_for(lambda: "failed: bad.pdf" in said(plant), plant)
        old = shown(plant)["log.csv"].id
        (folder / "log.csv").rename(folder / "sub" / "log.csv")
        wait_for(lambda: "sub/log.csv" in shown(plant), plant)
        assert shown(plant)["sub/log.csv"].id == old
        (folder / "other.csv").unlink()
        wait_for(lambda: set(shown(plant)) == {"sub/new.csv", "sub/log.csv"}, plant)
        (folder / "sub" / "labels.yaml").write_text("groups: [safety]")
        wait_for(lambda: {one.groups for one in shown(plant).values()} == {("safety",)}, plant)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0, said(plant)
    assert "Traceback" not in said(plant)
