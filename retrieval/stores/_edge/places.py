"""The folders of the embedded store, and which of them is the store.

``shard.json`` holds the name of the folder that counts, and is replaced as a whole: that replacement is the moment
at which a compacted copy becomes the store. Without the file it is ``shard``, as earlier versions had it. Other folders
named ``shard.`` and eight hexadecimal digits are left over.
"""

import json
import logging
import os
import re
import secrets
import shutil
from pathlib import Path

from retrieval.errors import BadSetting

log = logging.getLogger(__name__)
POINTER, FIRST = "shard.json", "shard"
_OURS = re.compile(rf"{FIRST}(\.[0-9a-f]{{8}})?")  # and not somebody's shard-backup


class Places:
    """Under ``folder``. For the holder of the store's lock only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def current(self) -> Path:
        """The store's folder, which may not be there: not yet, or no more. Raises ``BadSetting``."""
        pointer = self.folder / POINTER
        try:
            name = json.loads(pointer.read_text(encoding="utf-8"))["folder"]
        except FileNotFoundError:
            return self.folder / FIRST
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadSetting(f"{pointer}: cannot be read ({type(error).__name__}); restore it from a backup") from None
        found = self.folder / str(name)
        if found.parent != self.folder or not found.name.startswith(FIRST):
            raise BadSetting(f"{pointer}: names {name!r}, which is no folder of the store; restore it from a backup")
        return found

    def fresh(self) -> Path:
        """A name that nothing has and nothing had."""
        return self.folder / f"{FIRST}.{secrets.token_hex(4)}"

    def switch(self, to: Path) -> None:
        """From now on, and after a loss of power, the store is ``to``."""
        beside = self.folder / f"{POINTER}.new"
        with open(beside, "w", encoding="utf-8") as file:
            json.dump({"folder": to.name}, file)
            file.flush()
            os.fsync(file.fileno())
        _sync(self.folder)  # the new folder's own name first
        beside.replace(self.folder / POINTER)
        _sync(self.folder)

    def sweep(self) -> None:
        """Remove every folder that isn't the store: half-made copies, and those that were replaced."""
        kept = self.current()
        if not kept.is_dir():  # what else is there may be what somebody looks for
            if (self.folder / POINTER).exists():
                log.warning("%s: the vector store's folder is gone; ingestion writes it anew from the records", kept)
            return
        for one in self.folder.glob(f"{FIRST}*"):
            if one.is_dir() and one != kept and _OURS.fullmatch(one.name):
                shutil.rmtree(one, ignore_errors=True)

    def drop(self) -> None:
        """Remove the store. Killed in between, what is left is an empty one."""
        (self.folder / POINTER).unlink(missing_ok=True)
        first = self.folder / FIRST
        if first.exists():
            first.rename(self.fresh())
        for one in self.folder.glob(f"{FIRST}.*"):
            if one.is_dir() and _OURS.fullmatch(one.name):
                shutil.rmtree(one, ignore_errors=True)


def sync_tree(folder: Path) -> None:
    """Every file of it on the disk."""
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def size(folder: Path) -> int:
    """Bytes of the files in it, as a copy would take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
