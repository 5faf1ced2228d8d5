"""Files read and cut on one core, nothing encoded: pages/s, memory, and which tier read the pages."""

import resource
import sys
from pathlib import Path
from typing import Any

from demo.bench.manuals import ingest, manuals

BIG = "LinuxCNC_Documentation.pdf"


def main(folder: Path) -> None:
    """``folder`` holds the demo plant's documents."""
    _show("the demo plant's manuals", folder / "manuals")
    if found := manuals():
        _show(f"{BIG} (Debian linuxcnc-doc-en)", found / BIG)


def _show(what: str, path: Path) -> None:
    before = _cpu()
    report: Any = ingest("--dry-run", str(path), core=0)
    cpu = _cpu() - before
    seconds = report["seconds"]
    taken = sum(seconds.get(stage, 0.0) for stage in ("parse", "chunk"))
    tiers = ", ".join(f"{tier} {count / max(report['pages'], 1):.1%}" for tier, count in report["tiers"].items())
    print(f"   {what}: {report['pages']} pages, {report['passages']} passages, {report['tables']} tables in {taken:.1f} s "
          f"({', '.join(f'{name} {value:.1f}' for name, value in seconds.items())})")
    print(f"   {report['pages'] / taken:.0f} pages/s on one core ({cpu:.1f} s of CPU in all, start of the command included); tiers: {tiers}; peak {report['peak_rss_mb']:.0f} MB")


def _cpu() -> float:
    """Seconds that ended child processes have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(Path(sys.argv[1]))
