"""Who holds the embedded store: a kernel lock that dies with its process, and a note that says who it is.

``store.lock`` is locked; ``store.lock.json`` beside it says {pid, holder, url, token}, for its owner's eyes only.
"""

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from retrieval.errors import Held

LOCK, NOTE = "store.lock", "store.lock.json"
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Note:
    """Who holds the store; ``url`` and ``token`` once it serves it to other processes."""

    pid: int
    holder: str
    url: str | None = None
    token: str | None = None


class StoreLock:
    """Held until ``release`` or the end of the process. A lock left by a crash is simply taken over."""

    def __init__(self, folder: Path, lock: FileLock, note: Note) -> None:
        self.folder, self.note, self._lock = folder, note, lock

    @classmethod
    def acquire(cls, folder: Path, holder: str, timeout_seconds: float = 0.0) -> Self:
        """Raises ``Held``, at once where the holder serves the store at a URL, else after ``timeout_seconds``."""
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, thread_local=False)
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                lock.acquire(timeout=0)
                break
            except Timeout:
                note = read(folder)
                if (note is not None and note.url) or time.monotonic() >= deadline:
                    raise Held(_message(folder, note)) from None
                time.sleep(_POLL_SECONDS)
        taken = cls(folder, lock, Note(os.getpid(), holder))
        taken._write()
        return taken

    def announce(self, url: str) -> str:
        """Say where the holder serves the store; returns the new token that its clients must show."""
        token = secrets.token_urlsafe(32)
        self.note = replace(self.note, url=url, token=token)
        self._write()
        return token

    def release(self) -> None:
        if self._lock.is_locked:
            (self.folder / NOTE).unlink(missing_ok=True)
            self._lock.release()

    def _write(self) -> None:
        """Replaced as a whole, so that nobody reads half a note."""
        fresh = self.folder / f"{NOTE}.new"
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(self.note), file)
        fresh.replace(self.folder / NOTE)


def read(folder: Path) -> Note | None:
    """The note of the present or the last holder; None where there is none to be read."""
    try:
        return Note(**json.loads((folder / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _message(folder: Path, note: Note | None) -> str:
    who = f"{note.holder} (process {note.pid})" if note else "another process"
    return f"{folder}: the store is held by {who}; stop it, or wait until it is done"
