"""What reads a file: a parser, a container, or both. Judged by content as well as by name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from ingestion.containers.base import Container
from ingestion.parsers.base import Confidence, Parser

_SURE: tuple[Confidence, ...] = ("no", "maybe", "yes", "sure")


class Kind(Protocol):
    """What parsers and containers have in common."""

    def accepts(self, path: Path, start: bytes) -> Confidence: ...


def sort_out(
    path: Path, start: bytes, parsers: Mapping[str, Parser], containers: Mapping[str, Container]
) -> tuple[str | None, str | None]:
    """The parser and the container of a file: both only where they have one name, a mail, which has a text of its own.

    Some look into the file to tell: this is for the process that reads files.
    """
    parser, container = choose(path, start, parsers), choose(path, start, containers)
    if not parser or not container or parser == container:
        return parser, container
    # A ZIP may begin with something that looks like a PDF.
    reads, holds = parsers[parser].accepts(path, start), containers[container].accepts(path, start)
    return (None, container) if _SURE.index(holds) >= _SURE.index(reads) else (parser, None)


def choose(path: Path, start: bytes, kinds: Mapping[str, Kind]) -> str | None:
    """The one that is surest; the first by name among those alike; None where none takes the file."""
    judged = {name: kind.accepts(path, start) for name, kind in kinds.items()}
    for confidence in reversed(_SURE[1:]):
        for name in sorted(judged):
            if judged[name] == confidence:
                return name
    return None
