"""``make bench``: each figure with the command that made it; figures that compare are taken in one run."""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from demo.processes import Failed, Processes, free_port
from demo.run import knowledge, settings

PARTS = ("parsing", "fidelity", "encoding", "unchanged", "rival", "service", "queries", "stores")
_NO_PLANT = {"stores"}  # parts that need no documents
WORK = Path(".data/bench")


def main(*, seed: int, parts: list[str], passages: str | None = None, full: bool = False) -> int:
    """Exit code 0 where all of it was measured. ``passages`` and ``full`` are of the part ``stores``."""
    if unknown := [part for part in parts if part not in PARTS]:
        print(f"demo: no part {unknown[0]!r}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    print(f"machine: {_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}")
    try:
        with Processes(Path(".data/demo/log")) as processes:
            folder = Path(f".data/demo/seed-{seed}")
            environment = settings(folder, free_port(), free_port())
            if set(parts or PARTS) - _NO_PLANT:
                knowledge(processes, folder, seed, environment)
    except Failed as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    for part in parts or PARTS:
        started = time.monotonic()
        print(f"\n== python -m demo bench {part}", flush=True)
        more = [*(["--passages", passages] if passages else []), *(["--full"] if full else [])] if part == "stores" else []
        if subprocess.run([sys.executable, "-m", f"demo.bench.{part}", str(folder), *more], env=environment, check=False).returncode:
            return 1
        print(f"   ({time.monotonic() - started:.0f} s)", flush=True)
    return 0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
