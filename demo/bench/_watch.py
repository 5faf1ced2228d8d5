"""What a store costs its service: memory of its processes, and pauses of the interpreter. Memory is read from /proc, so on Linux only."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICK_SECONDS = 0.002
_LOOK_SECONDS = 0.5


@dataclass(slots=True)
class Watched:
    """``longest_gap_ms``: for so long no thread of this interpreter could run, at worst. ``peak_mb``: of all child processes."""

    longest_gap_ms: float = 0.0
    peak_mb: float = 0.0


@contextmanager
def watching() -> Iterator[Watched]:
    found, stop = Watched(), threading.Event()
    threads = [threading.Thread(target=one, args=(found, stop), daemon=True) for one in (_tick, _look)]
    for one in threads:
        one.start()
    try:
        yield found
    finally:
        stop.set()
        for one in threads:
            one.join()


def _tick(found: Watched, stop: threading.Event) -> None:
    last = time.perf_counter()
    while not stop.is_set():
        time.sleep(_TICK_SECONDS)
        now = time.perf_counter()
        found.longest_gap_ms = max(found.longest_gap_ms, (now - last - _TICK_SECONDS) * 1000)
        last = now


def _look(found: Watched, stop: threading.Event) -> None:
    while not stop.wait(_LOOK_SECONDS):
        found.peak_mb = max(found.peak_mb, sum(resident_mb(pid) for pid in children()))


def children() -> list[int]:
    """Processes that this one has started and that still run."""
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(pid) for one in lists for pid in _read(one).split()]


def resident_mb(pid: int, field: str = "VmRSS") -> float:
    """Files that are mapped count; ``RssAnon``: without them. 0 where it can't be read."""
    for line in _read(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid: int) -> float:
    """Of this process and of ``pid`` so far: what a busy machine can't distort. NaN where it can't be read."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    ticks = float(fields[11]) + float(fields[12]) if len(fields) > 12 else float("nan")
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
