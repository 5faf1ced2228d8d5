"""What a run was made with, so that it can be made again: settings, hashes, revision, machine, packages, time."""

import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent
_GIT_SECONDS = 10.0
_SECRET = re.compile(r"(?:^|[_-])(?:key|token|password|secret)$", re.I)
# Keys whose values differ between two runs of the same thing: times, and what depends on what an earlier run left.
_PASSING = re.compile(r"latency_ms|timings_ms|duration|^started$|^encoded$|^machine$|^command$|^id_of_answer$")


@dataclass(frozen=True, slots=True)
class Clock:
    """When a run began."""

    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ticks: float = field(default_factory=time.perf_counter)

    def record(self, settings: Mapping[str, Any], arguments: Sequence[str] | None = None) -> dict[str, Any]:
        """The ``run`` of a JSON file. ``settings``: each table's values; secrets, there and among the command's
        ``arguments``, are left out."""
        return {
            "command": shlex.join(["python", "-m", "evals", *_told(sys.argv[1:] if arguments is None else arguments)]),
            "started": self.started.isoformat(timespec="seconds"),
            "duration_seconds": round(time.perf_counter() - self.ticks, 3),
            "revision": revision(),
            "machine": machine(),
            "python": platform.python_version(),
            "packages": packages(),
            "settings": _open(settings),
        }


def _told(arguments: Sequence[str]) -> list[str]:
    told = list(arguments)
    for place, word in enumerate(told):
        name, equals, _ = word.partition("=")
        if name.startswith("--") and _SECRET.search(name):
            if equals:
                told[place] = f"{name}=..."
            elif place + 1 < len(told):
                told[place + 1] = "..."
    return told


def revision(root: Path = _ROOT) -> dict[str, Any]:
    """``{"commit": ..., "dirty": ...}`` of the checkout; None for both where there is no git."""
    git = shutil.which("git")
    commit = _git(git, root, "rev-parse", "HEAD") if git else None
    if git is None or commit is None:
        return {"commit": None, "dirty": None}
    changed = _git(git, root, "status", "--porcelain")
    return {"commit": commit, "dirty": None if changed is None else bool(changed)}


def _git(git: str, root: Path, *words: str) -> str | None:
    command = [git, "-C", str(root), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def machine() -> dict[str, Any]:
    """Processor, its cores that this process may use, memory in GB."""
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": _memory_gb(),
    }


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # no Linux
    return platform.processor() or platform.machine()


def _memory_gb() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (ValueError, OSError):
        return None


def packages() -> dict[str, str]:
    """Version by name of all that is installed."""
    found = {distribution.metadata["Name"]: distribution.version for distribution in distributions()}
    return dict(sorted((name, version) for name, version in found.items() if name))


def _open(value: Any) -> Any:
    """JSON-ready, without what is secret."""
    if isinstance(value, Mapping):
        return {str(key): _open(item) for key, item in value.items() if not (_SECRET.search(str(key)) and item)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_open(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def lasting(content: Any) -> Any:
    """A run's JSON without times and without what an earlier run changes: equal for two runs of the same thing."""
    if isinstance(content, Mapping):
        return {key: lasting(value) for key, value in content.items() if not _PASSING.search(str(key))}
    return [lasting(item) for item in content] if isinstance(content, list) else content
