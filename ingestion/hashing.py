"""Contents of files by SHA-256, several at a time."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ingestion.shelf import sha256_of

_THREADS = 4


@dataclass(frozen=True, slots=True)
class Hashed:
    """``sha256`` is '' where the file could not be read: ``error`` says why."""

    sha256: str
    size: int = 0
    modified_ns: int = 0
    error: OSError | None = None

    def has_changed(self, path: Path) -> bool:
        """Whether somebody has written to the file since."""
        state = path.stat()
        return (state.st_size, state.st_mtime_ns) != (self.size, self.modified_ns)


def hash_files(files: Mapping[str, Path], known: Mapping[Path, Hashed]) -> dict[str, Hashed]:
    """By the same names; ``known`` are those hashed in this run already."""
    with ThreadPoolExecutor(_THREADS) as pool:
        return dict(zip(files, pool.map(lambda path: known.get(path) or hash_file(path), files.values()), strict=True))


def hash_file(path: Path) -> Hashed:
    try:
        state = path.stat()
        return Hashed(sha256_of(path), state.st_size, state.st_mtime_ns)
    except OSError as error:
        return Hashed("", error=error)
