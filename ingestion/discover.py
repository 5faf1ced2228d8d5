"""Paths -> files with what reads each: a parser, a container, or both. Judged by content as well as by name."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ingestion.containers.base import Container
from ingestion.labels import Labels, Sidecars, is_sidecar
from ingestion.parsers.base import Confidence, Parser
from ingestion.report import Failure
from retrieval.errors import BadDocument

INSIDE = "!/"  # between an archive's name and a member's
_START_BYTES = 4096
_SURE: tuple[Confidence, ...] = ("no", "maybe", "yes", "sure")
_PASSING = ("~", ".part", ".partial", ".tmp", ".crdownload", ".download", ".swp")
# Registers tell which tags exist, drawings and logs name them; manuals profit from both.
_ORDER = {"register": 0, "pid": 1, "worklog": 2, "manual": 3}


@dataclass(frozen=True, slots=True)
class File:
    """A file that was found. ``name`` is its path relative to ``root``, with slashes; of a member, behind ``!/``."""

    path: Path
    name: str
    root: str
    labels: Labels
    size: int = 0  # bytes
    given: bool = False  # by its own path, not met in a folder
    archive: str = ""  # the outermost, where it is a member of one


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read."""

    file: File
    parser: str
    parser_id: str  # changes when the parser would read the file differently
    order: int

    @property
    def name(self) -> str:
        return self.file.name


@dataclass(frozen=True, slots=True)
class Box:
    """A file that holds files."""

    file: File
    container: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that nobody will read. ``transient``: a fault of the disk rather than of the file."""

    name: str
    root: str
    failure: Failure
    transient: bool = False
    known: bool = True  # it exists, so it may be noted
    sha256: str = ""  # where it was looked at
    parser: str | None = None


@dataclass
class Found:
    sources: list[Source] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    present: set[str] = field(default_factory=set)  # names of all files that are there, whoever reads them
    roots: set[str] = field(default_factory=set)  # folders that were walked whole

    def sort(self) -> None:
        """In the order in which files should be read."""
        self.sources.sort(key=lambda source: (source.order, source.name))


class Kind(Protocol):
    """What parsers and containers have in common."""

    def accepts(self, path: Path, start: bytes) -> Confidence: ...


class Finder:
    """``labels`` is what the command line says, ``settings`` what stands at the end of the line.

    ``recall`` names the parser of a file that has not changed since it was judged by the same parsers.
    """

    def __init__(
        self,
        parsers: Mapping[str, Parser],
        containers: Mapping[str, Container],
        *,
        max_bytes: int,
        labels: Labels,
        settings: Labels,
        recall: Callable[[File], str | None] = lambda file: None,
    ) -> None:
        self._recall = recall
        self._parsers, self._containers, self._max_bytes = parsers, containers, max_bytes
        self._labels, self._settings = labels, settings
        self.sidecars = Sidecars()

    def find(self, paths: Sequence[Path], only: Collection[Path] | None = None) -> Found:
        """Folders are walked, hidden files left out. ``only`` restricts it to what has changed (absolute paths)."""
        found, names = Found(), dict[str, Path]()
        for given in paths:
            for path, name_there in _files(given):
                real, name = path.resolve(), name_there
                if names.get(name, real) != real:  # two roots have a file of this name
                    name = f"{given.resolve().name if given.is_dir() else given.resolve().parent.name}/{name}"
                if names.get(name) == real:
                    continue  # given twice
                names[name] = real
                if is_sidecar(name):
                    continue
                found.present.add(name)
                if only is None or path.absolute() in only:
                    self._outer(path, name, given, found)
            if given.is_dir():
                found.roots.add(root_of(given))
        found.sort()
        return found

    def first(self, labels: Labels) -> Labels:
        """The command line over what a sidecar says."""
        return self._labels.over(labels)

    def _outer(self, path: Path, name: str, given: Path, found: Found) -> None:
        file = File(path, name, root_of(given), self._settings, given=not given.is_dir())
        try:
            labels = self.first(self.sidecars.of(path))
        except BadDocument as error:
            self._refuse(file, found, f"its labels cannot be used: {error}", "")
            return
        self.judge(file, labels, found)

    def judge(self, file: File, labels: Labels, found: Found) -> None:
        """Into ``found``: as a source, a box, refused or skipped. ``labels`` without the settings' own."""
        try:
            size = file.path.stat().st_size
            with file.path.open("rb") as opened:
                start = opened.read(_START_BYTES)
        except FileNotFoundError:
            failure = _failure(file.name, "no such file or folder", "check the path")
            found.refused.append(Refused(file.name, file.root, failure, known=False))
            found.present.discard(file.name)
            return
        except OSError as error:
            self._refuse(file, found, f"cannot be read: {error.strerror}", "check its permissions", transient=True)
            return
        labels = labels.over(self._settings)
        file = File(file.path, file.name, file.root, labels, size, file.given, file.archive)
        known = self._recall(file)
        if known is not None:
            self._take(file, known, known if known in self._containers else None, found)
        else:
            self._sort_out(file, start, found)

    def _sort_out(self, file: File, start: bytes, found: Found) -> None:
        parser = choose(file.path, start, self._parsers)
        container = choose(file.path, start, self._containers)
        if parser and container and parser != container:  # of one name: a mail, which has a text of its own
            holds = self._is_surer(file.path, start, parser, container)
            parser, container = (None, container) if holds else (parser, None)
        if parser is None and container is None:
            if file.given:
                self._refuse(
                    file,
                    found,
                    "no parser takes this kind of file",
                    "give a PDF, a CSV log or register, or a P&ID as Proteus XML",
                )
            else:
                found.skipped.append(file.name)
        elif not file.size:
            self._refuse(file, found, "is empty (0 bytes)", "copy it again from its source")
        elif file.size > self._max_bytes:
            reason = f"has {file.size:,} bytes, more than [ingestion] max_file_bytes = {self._max_bytes:,}"
            self._refuse(file, found, reason, "split it or raise the setting")
        else:
            self._take(file, parser, container, found)

    def _take(self, file: File, parser: str | None, container: str | None, found: Found) -> None:
        if container is not None:
            found.boxes.append(Box(file, container))
        if parser is not None:
            chosen = self._parsers[parser]
            order = _ORDER.get(chosen.kind, 9)
            found.sources.append(Source(file, parser, f"{parser}/{chosen.version}", order))

    def _is_surer(self, path: Path, start: bytes, parser: str, container: str) -> bool:
        """Whether it rather is the container's: a ZIP may begin with something that looks like a PDF."""
        reads, holds = self._parsers[parser].accepts(path, start), self._containers[container].accepts(path, start)
        return _SURE.index(holds) >= _SURE.index(reads)

    def _refuse(self, file: File, found: Found, reason: str, remedy: str, *, transient: bool = False) -> None:
        failure = _failure(file.name, reason, remedy)
        found.refused.append(Refused(file.name, file.root, failure, transient))


def root_of(given: Path) -> str:
    """The folder that names below ``given`` are relative to."""
    return str(given.resolve() if given.is_dir() else given.resolve().parent)


def _files(given: Path) -> Iterator[tuple[Path, str]]:
    if not given.is_dir():
        yield given, given.name
        return
    for folder, inner, files in os.walk(given):
        inner[:] = sorted(name for name in inner if not is_passing(name))
        for name in sorted(files):
            if not is_passing(name):
                path = Path(folder, name)
                yield path, path.relative_to(given).as_posix()


def is_passing(name: str) -> bool:
    """Hidden files, and those that programs leave beside a file while it is open or still comes in."""
    return name.startswith((".", "~$")) or name.endswith(_PASSING)


def choose(path: Path, start: bytes, kinds: Mapping[str, Kind]) -> str | None:
    """The one that is surest; the first by name among those alike; None where none takes the file."""
    judged = {name: kind.accepts(path, start) for name, kind in kinds.items()}
    for confidence in reversed(_SURE[1:]):
        for name in sorted(judged):
            if judged[name] == confidence:
                return name
    return None


def _failure(name: str, reason: str, remedy: str) -> Failure:
    return Failure(name, str(BadDocument(name, reason, remedy=remedy)))
