"""Real manuals to measure on: Debian's package linuxcnc-doc-en, fetched once; it is never committed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from demo.bench import WORK

PACKAGE = "linuxcnc-doc-en"
_FOLDER = WORK / "debian"


def manuals() -> Path | None:
    """The folder with the package's PDFs; None, with a line that says why, where it cannot be fetched."""
    inside = _FOLDER / "usr/share/doc/linuxcnc"
    if not inside.is_dir():
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            print(f"   left out: {PACKAGE} comes from Debian's archive, and apt-get is not here")
            return None
        _FOLDER.mkdir(parents=True, exist_ok=True)
        fetched = _download()
        if fetched.returncode and os.geteuid() == 0:  # a new machine has no lists of packages yet
            subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
            fetched = _download()
        packages = sorted(_FOLDER.glob(f"{PACKAGE}_*.deb"))
        if not packages:
            reason = (fetched.stderr.strip().splitlines() or ["no package came"])[-1]
            print(f"   left out: {PACKAGE} could not be fetched ({reason}); run: apt-get update")
            return None
        subprocess.run(["dpkg-deb", "-x", str(packages[-1]), str(_FOLDER)], check=True)
    return inside


def _download() -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["apt-get", "download", "-qq", PACKAGE], cwd=_FOLDER, capture_output=True, text=True, check=False)


def ingest(*arguments: str, core: int | None = None, environment: dict[str, str] | None = None) -> dict[str, object]:
    """The report of ``python -m ingestion --json``, on one core where one is named."""
    pinned = ["taskset", "-c", str(core)] if core is not None and shutil.which("taskset") else []
    command = [*pinned, sys.executable, "-m", "ingestion", "--json", *arguments]
    done = subprocess.run(command, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 2):
        raise SystemExit(f"demo: {' '.join(command)} ended with {done.returncode}")
    report: dict[str, object] = json.loads(done.stdout)
    return report
