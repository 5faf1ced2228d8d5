"""A small embedded store that compacts, all that is in it, and a process to be killed in the midst of it."""

import os
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from stores_kit import pid, point

from retrieval.legs.base import Sparse
from retrieval.stores import edge
from retrieval.stores.base import LegSchema, Point

SCHEMA = (LegSchema("d", "dense", 8), LegSchema("m", "dense", 4), LegSchema("k", "sparse", 0))
OPTIONS: dict[str, str | int | float | bool] = {
    "indexing_threshold_kb": 1,
    "full_scan_threshold_kb": 1,
    "compact_after_points": 100,
    "compaction_niceness": 0,  # it needn't be kind to anybody here
}
STEPS = (
    "copy",
    "optimize",
    "check the copy",
    "flush the copy",
    "load",
    "replay",
    "replay the rest",
    "switch",
    "switched",
    "retire the old one",
    "done",
)


def opened(folder: Path, **options: str | int | float | bool) -> edge.EdgeStore:
    return edge.STORE.open(folder, SCHEMA, OPTIONS | options)


def points(start: int, stop: int, **changes: object) -> list[Point]:
    return [
        point(
            number,
            d=_vector(number, 8),
            m=_vector(number + 1_000_000, 4),
            k=Sparse((1, 2 + number % 50), (1.0 + number % 97 / 100, 2.0)),
            document_id=f"doc{number % 7}",
            language="zh" if number % 3 == 0 else "en",
            **changes,
        )
        for number in range(start, stop)
    ]


def _vector(seed: int, dimensions: int) -> tuple[float, ...]:
    chance = random.Random(seed)
    return tuple(chance.uniform(-1, 1) for _ in range(dimensions))


def dump(store: edge.EdgeStore) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Every point by id: its vectors, rounded as the engine may, and its payload."""
    found: dict[str, tuple[Any, dict[str, Any]]] = {}
    after: str | None = None
    while True:
        rows, after = store.ask("scroll", after, 500)
        found |= {id: (vectors, payload) for id, vectors, payload in rows}
        if after is None:
            return found


def folders(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.glob("shard*") if one.is_dir())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def die_at(folder: Path, wanted: str) -> None:
    """Compacts while another thread writes, says what was acknowledged, and is killed at the step ``wanted``."""
    store = opened(folder)
    store.upsert(points(0, 300))
    say("upserted 300")
    number, stop = [300], threading.Event()

    def write() -> None:
        while not stop.is_set():
            start = number[0]
            store.upsert(points(start, start + 5))
            number[0] += 5
            say(f"upserted {number[0]}")
            time.sleep(0.02)  # else a slow compaction has ever more to do
            if start % 50 == 0:
                store.retire_points([pid(start - 100)], epoch=5)
                say(f"retired {start - 100}")

    def step(name: str, process: int) -> None:
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    writer = threading.Thread(target=write)
    writer.start()
    say(str(store.compact(step)))
    stop.set()
    writer.join()
    store.close()


if __name__ == "__main__":
    die_at(Path(sys.argv[1]), sys.argv[2])
