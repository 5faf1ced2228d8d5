"""1,000 files that did not change: how long a second run takes beyond the start of the command."""

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from demo.bench import WORK
from demo.bench.manuals import ingest

FILES = 1000
_WORDS = "pump valve seal bearing oil pressure flow motor gasket torque check replace inspect vent drain".split()


def main(folder: Path) -> None:
    """``folder`` is not needed: the files are made here."""
    work = WORK / "unchanged"
    shutil.rmtree(work, ignore_errors=True)
    _write(work / "files")
    environment = {"PLANTWRIGHT_RETRIEVAL__DATA_DIR": str(work / "data"), "PLANTWRIGHT_RETRIEVAL__LEGS": '["keyword"]'}
    first = ingest(str(work / "files"), environment=environment)
    alone = min(_seconds([str(work / "files/d0/f0.md")], environment) for _ in range(3))
    again = min(_seconds([str(work / "files")], environment) for _ in range(3))
    print(f"   first run: {first['published']} published, {first['passages']} passages; again, the best of three: "
          f"{again:.2f} s, of one unchanged file {alone:.2f} s, so {again - alone:.2f} s for {FILES} files")


def _write(folder: Path) -> None:
    dice = random.Random(1)
    for number in range(FILES):
        path = folder / f"d{number % 20}" / f"f{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Sheet {number}\n\n" + "\n\n".join(" ".join(dice.choices(_WORDS, k=40)) + "." for _ in range(5)) + "\n", encoding="utf-8")


def _seconds(arguments: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "ingestion", *arguments], env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main(Path(sys.argv[1]))
