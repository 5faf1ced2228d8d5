"""What was written to the store while a copy of it is being compacted, to be done to the copy as well.

Not what makes a write safe: until the copy takes over, the store has them all. So the file has no name, and is gone
with its process. It lies on the disk because a long compaction may outlast a large ingestion.
"""

import pickle
import tempfile
from pathlib import Path
from typing import Any

Entry = tuple[str, tuple[Any, ...]]


class Journal:
    """``append`` under the store's write lock; one reader, at its own pace."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 -- closed by ``close``
        self._end = self._read_to = 0
        self.waiting = 0  # entries not read yet
        self.broken: str | None = None  # why it lacks an entry

    def append(self, operation: str, arguments: tuple[Any, ...]) -> None:
        """Never raises: what was written is written. A journal with a hole is ``broken``, its copy of no use."""
        data = pickle.dumps((operation, arguments))
        try:
            self._file.seek(self._end)
            written = self._file.write(len(data).to_bytes(8, "little") + data)
        except (OSError, ValueError) as error:
            self.broken = str(error)
            return
        if written != len(data) + 8:
            self.broken = "the disk is full"
            return
        self._end += written
        self.waiting += 1

    def next(self) -> Entry | None:
        """The next entry that was not read yet. Call it under the write lock, too."""
        if self._read_to >= self._end:
            return None
        self._file.seek(self._read_to)
        length = int.from_bytes(self._file.read(8), "little")
        data = self._file.read(length)
        self._read_to += 8 + length
        self.waiting -= 1
        entry: Entry = pickle.loads(data)  # noqa: S301 -- our own, in a file without a name
        return entry

    def close(self) -> None:
        self._file.close()
