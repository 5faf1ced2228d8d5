"""The same manuals through llama-index's reader, splitter and pipeline into Qdrant, with the same encoder, in one run.

Its packages are no part of the lock: they are put beside the environment, without what they would pin.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from demo.bench import WORK
from demo.bench.manuals import ingest, manuals

_PACKAGES = (
    "llama-index-readers-file==0.7.0", "pypdf==7.1.0", "striprtf==0.0.29",
    "llama-index-vector-stores-qdrant==0.10.4", "llama-index-embeddings-huggingface==0.8.0",
)
_FILES = ("LinuxCNC_Getting_Started.pdf", "LinuxCNC_Developer.pdf")


def main(folder: Path) -> None:
    """``folder`` holds the demo plant's documents, used where the real manuals cannot be fetched."""
    work, found = WORK / "rival", manuals()
    files = work / "files"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir(parents=True)
    for path in [found / name for name in _FILES] if found else sorted((folder / "manuals").glob("*.pdf")):
        shutil.copy(path, files)
    print(f"   on {', '.join(path.name for path in sorted(files.iterdir()))}")
    theirs = _theirs(work, files)
    cut: Any = ingest("--dry-run", str(files))
    ours: dict[str, Any] = {}
    for label, legs in (("dense", '["dense"]'), ("all legs", '["dense","multilingual","keyword"]')):
        data = work / "data"
        shutil.rmtree(data, ignore_errors=True)
        ours[label] = ingest(str(files), environment={"PLANTWRIGHT_RETRIEVAL__DATA_DIR": str(data), "PLANTWRIGHT_RETRIEVAL__LEGS": legs})
    read = sum(cut["seconds"].get(stage, 0.0) for stage in ("parse", "chunk"))
    print(f"   read and cut, {cut['pages']} pages: llama-index {theirs['read']:.2f} s, {theirs['nodes']} nodes; "
          f"Plantwright {read:.2f} s, {cut['passages']} passages, {cut['tables']} tables: {theirs['read'] / read:.1f} times as fast")
    for label, report in ours.items():
        whole = sum(report["seconds"].values())
        print(f"   end to end, {label}: llama-index (dense alone) {theirs['read'] + theirs['write']:.1f} s; Plantwright {whole:.1f} s "
              f"({report['passages'] / whole:.0f} passages/s): {(theirs['read'] + theirs['write']) / whole:.1f} times as fast")


def _theirs(work: Path, files: Path) -> dict[str, Any]:
    return theirs("demo.bench._llama_index", str(files), str(work / "qdrant"))


def theirs(module: str, *arguments: str) -> dict[str, Any]:
    """What ``module`` prints last, as JSON, run with llama-index's packages on the path."""
    packages = WORK / "rival" / "packages"
    if not (packages / "pypdf").is_dir():
        subprocess.run([sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", "--target", str(packages), *_PACKAGES], check=True)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(packages), "."]), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "-W", "ignore", "-m", module, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"demo: llama-index failed: {done.stderr.strip().splitlines()[-1]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
