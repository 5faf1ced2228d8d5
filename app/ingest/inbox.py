"""Where uploads wait: ``data_dir/inbox/<upload>/<name>``, each file whole on disk before it bears its name."""

import asyncio
import contextlib
import errno
import os
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from app.ingest.names import file_name
from retrieval.errors import Unavailable

KEEP_SECONDS = 7 * 86400.0  # uploads of which a file failed, for whoever looks into it
_PART = ".part-"  # names with a leading dot are never ingested


class Refused(Exception):
    """An upload that is not taken; ``status`` is 413 or 422."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


class Upload:
    """One request's files. ``commit`` gives them their names, ``drop`` leaves nothing behind."""

    def __init__(self, inbox: Path) -> None:
        self.folder = inbox / str(uuid4())
        self.names: list[str] = []
        self._file: BinaryIO | None = None

    def begin(self, given: str) -> None:
        """A file begins. Raises ``Refused`` where the request has another of this name."""
        name = file_name(given)
        if name.casefold() in (known.casefold() for known in self.names):  # one file on Windows and macOS
            raise Refused(422, f"{name}: given twice; give each file of a request a name of its own")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.names.append(name)
        self._file = self._part(len(self.names) - 1).open("wb")

    def write(self, data: bytes) -> None:
        assert self._file is not None
        self._file.write(data)

    def end(self) -> None:
        """The file is whole and on disk. Raises ``Refused`` where it is empty."""
        assert self._file is not None
        size = self._file.tell()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        if not size:
            raise Refused(422, f"{self.names[-1]}: is empty (0 bytes); copy it again from its source")

    def commit(self, folder: str) -> list[Path]:
        """Name the files within ``folder``; their paths, absolute."""
        target = self.folder / folder
        target.mkdir(parents=True, exist_ok=True)
        paths = [target / name for name in self.names]
        for number, path in enumerate(paths):
            self._part(number).replace(path)
        for changed in (target, self.folder, self.folder.parent):
            _sync(changed)
        return [path.resolve() for path in paths]

    def drop(self) -> None:
        if self._file is not None:
            self._file.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _part(self, number: int) -> Path:
        return self.folder / f"{_PART}{number}"


async def on_disk(work: Callable[[], Any]) -> None:
    """Run disk work in a thread; a full disk is a line that says so."""
    try:
        await asyncio.to_thread(work)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable("no space left on the service's disk; make room and send it again") from error
        raise


def folder_of(inbox: Path, request: Mapping[str, Any]) -> Path | None:
    """The upload that a run reads; None where its paths are someone's own."""
    root = inbox.resolve()
    for path in request.get("paths") or ():
        with contextlib.suppress(ValueError):
            parts = Path(path).relative_to(root).parts
            if parts:
                return root / parts[0]
    return None


def remove(folder: Path) -> None:
    """An upload that was ingested whole."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep(inbox: Path, needed: Collection[Path]) -> None:
    """Remove uploads that no run needs any more: what a crash left, and what has failed long ago."""
    if not inbox.is_dir():
        return
    root, wanted = inbox.resolve(), {path.name for path in needed}
    for folder in root.iterdir():
        if folder.name not in wanted and time.time() - folder.stat().st_mtime > KEEP_SECONDS:
            remove(folder)


def _sync(folder: Path) -> None:
    """The names themselves on disk, where the system can (Windows can't)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
