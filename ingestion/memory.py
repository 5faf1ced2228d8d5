"""Memory of this process: how much it took, and how much it may take."""

import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_rss_mb() -> float:
    """The largest resident size of this process so far, in MiB."""
    if _STATUS.exists():  # getrusage there counts what the parent had before exec as well
        for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def limit_memory(megabytes: int) -> None:
    """Of address space, where the system can: what goes beyond it raises ``MemoryError``."""
    if sys.platform == "darwin":  # refuses the limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
