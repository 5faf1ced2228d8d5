"""The contract of a container: a file that holds files, each of which becomes a document of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingestion.parsers.base import Confidence, Options


@dataclass(frozen=True, slots=True)
class Member:
    """A file that was taken out. ``name`` is its path inside, with slashes, safe to join to a folder's."""

    name: str
    path: Path


class Container(Protocol):
    """The constant ``CONTAINER`` of a variant."""

    def accepts(self, path: Path, start: bytes) -> Confidence:
        """As a parser's. A DOCX is a ZIP inside and is none to a container."""

    def unpack(self, path: Path, name: str, folder: Path, options: Options, *, max_members: int) -> Iterator[Member]:
        """Take the files out into ``folder``, one by one, within the limits; ``name`` is what errors call the file.

        Raises ``BadDocument`` before anything is taken out where the container itself is at fault (encrypted, too many
        members, too large or too well packed); a member with a bad name is never written outside ``folder``.
        """
