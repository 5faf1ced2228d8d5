"""Paths -> files with what reads each: a parser, a container, or both. Judged by content as well as by name."""

import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.containers.base import Container
from ingestion.labels import NONE, Labels, Sidecars, is_sidecar
from ingestion.parsers.base import Parser
from ingestion.report import Failure, printable
from retrieval.errors import BadDocument

INSIDE = "!/"  # between an archive's name and a member's
_START_BYTES = 4096
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
    said: Labels = NONE  # of the labels, those that people gave: without the settings'


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
    torn: set[str] = field(default_factory=set)  # folders below which one could not be listed

    def sort(self) -> None:
        """In the order in which files should be read."""
        self.sources.sort(key=lambda source: (source.order, source.name))


Sort = Callable[[Path, bytes, str], tuple[str | None, str | None]]  # path, start, name -> parser and container


# The file resolved, the folder it was found from, its path in there, its labels (None: they can't be read) -> its name,
# and the folder that the name is relative to.
Naming = Callable[[Path, str, str, Labels | None], tuple[str, str]]


class Finder:
    """``labels`` is what the command line says, ``settings`` what stands at the end of the line.

    ``recall`` names the parser of a file that has not changed since it was judged by the same parsers. ``naming`` says
    what a file is called. ``given``: all files were named, those that lie in folders too.
    """

    def __init__(
        self,
        parsers: Mapping[str, Parser],
        containers: Mapping[str, Container],
        *,
        max_bytes: int,
        labels: Labels,
        settings: Labels,
        sort: Sort,
        recall: Callable[[File], str | None] = lambda file: None,
        naming: Naming = lambda real, root, relative, labels: (relative, root),
        given: bool = False,
    ) -> None:
        self._sort = sort
        self._recall, self._naming, self._given = recall, naming, given
        self._parsers, self._containers, self._max_bytes = parsers, containers, max_bytes
        self._labels, self._settings = labels, settings
        self.sidecars = Sidecars()

    def find(self, paths: Sequence[Path], only: Collection[Path] | None = None) -> Found:
        """Folders are walked, hidden files left out. ``only`` restricts it to what has changed (absolute paths)."""
        found, seen = Found(), set[Path]()
        named = {given.resolve() for given in paths if not given.is_dir()}
        for given in sorted(paths, key=lambda path: not path.is_dir()):  # files of a folder are called by it
            root = root_of(given)
            for path, relative in _files(given, found):
                real = path.resolve()
                if real in seen:
                    continue
                seen.add(real)
                wanted = only is None or path.absolute() in only
                if is_sidecar(relative):
                    if wanted:
                        self._stray(path, relative, root, found)
                    continue
                self._outer(path, real, root, relative, found, given=self._given or real in named, wanted=wanted)
            if given.is_dir():
                found.roots.add(root)
        found.roots -= found.torn  # what was not seen there may still be there
        found.sort()
        return found

    def first(self, labels: Labels) -> Labels:
        """The command line over what a sidecar says."""
        return self._labels.over(labels)

    def _outer(
        self, path: Path, real: Path, root: str, relative: str, found: Found, *, given: bool, wanted: bool
    ) -> None:
        labels, fault = None, ""
        try:
            labels = self.first(self.sidecars.of(path))
        except BadDocument as error:
            fault = f"its labels cannot be used: {error}"
        name, root = self._naming(real, root, relative, labels and labels.over(self._settings))
        found.present.add(name)
        if not wanted:
            return
        file = File(path, name, root, self._settings, given=given)
        if labels is None:
            self._refuse(file, found, fault, "")
        else:
            self.judge(file, labels, found)

    def judge(self, file: File, labels: Labels, found: Found) -> None:
        """Into ``found``: as a source, a box, refused or skipped. ``labels`` without the settings' own."""
        if printable(file.name) != file.name:
            self._refuse(file, found, "its name is no Unicode text (UTF-8)", "rename it")
            return
        try:
            status = file.path.stat()
            if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
                self._refuse(file, found, "is a pipe, socket or device", "give a regular file")
                return
            size = status.st_size
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
        said, labels = labels, labels.over(self._settings)
        file = File(file.path, file.name, file.root, labels, size, file.given, file.archive, said)
        known = self._recall(file)
        if known is not None:
            self._take(file, known, known if known in self._containers else None, found)
        else:
            self._sort_out(file, start, found)

    def _sort_out(self, file: File, start: bytes, found: Found) -> None:
        try:
            parser, container = self._sort(file.path, start, file.name)
        except BadDocument as error:
            found.refused.append(Refused(file.name, file.root, Failure(file.name, str(error))))
            return
        except OSError as error:
            self._refuse(file, found, f"cannot be read: {error.strerror}", "check the disk or share", transient=True)
            return
        if parser is None and container is None:
            if file.given:
                remedy = "see docs/ingestion.md for the kinds that are read"
                self._refuse(file, found, "no parser takes this kind of file", remedy)
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

    def _refuse(self, file: File, found: Found, reason: str, remedy: str, *, transient: bool = False) -> None:
        name = printable(file.name)
        if name != file.name and file.name in found.present:
            found.present.discard(file.name)
            found.present.add(name)
        known = printable(file.root) == file.root
        found.refused.append(Refused(name, file.root, _failure(name, printable(reason), remedy), transient, known))

    def _stray(self, path: Path, name: str, root: str, found: Found) -> None:
        """Labels that are nobody's are said: they were meant to keep something from someone."""
        if stray := self.sidecars.stray(path):
            failure = _failure(printable(name), *(printable(one) for one in stray))
            found.refused.append(Refused(printable(name), root, failure, known=False))


def root_of(given: Path) -> str:
    """The folder that names below ``given`` are relative to."""
    return str(given.resolve() if given.is_dir() else given.resolve().parent)


def _files(given: Path, found: Found) -> Iterator[tuple[Path, str]]:
    def torn(error: OSError) -> None:
        folder = Path(error.filename or given)
        if isinstance(error, FileNotFoundError) and folder != given:
            return  # it went while we looked
        root = root_of(given)
        name = printable("." if folder == given else folder.relative_to(given).as_posix()) + "/"
        remedy = "check its permissions or the share; nothing was retired"
        failure = _failure(name, f"cannot be listed: {error.strerror}", remedy)
        found.refused.append(Refused(name, root, failure, transient=True, known=False))
        found.torn.add(root)

    if not given.is_dir():
        yield given, given.name
        return
    for folder, inner, files in os.walk(given, onerror=torn):
        inner[:] = sorted(name for name in inner if not is_passing(name))
        for name in sorted(files):
            if not is_passing(name):
                path = Path(folder, name)
                yield path, path.relative_to(given).as_posix()


def is_passing(name: str) -> bool:
    """Hidden files, and those that programs leave beside a file while it is open or still comes in."""
    return name.startswith((".", "~$")) or name.endswith(_PASSING)


def holders(name: str) -> Iterator[str]:
    """What may be the archives that a name lies in, the outermost first: a folder's name, too, may end in ``!``."""
    at = name.find(INSIDE)
    while at >= 0:
        yield name[:at]
        at = name.find(INSIDE, at + 1)


def _failure(name: str, reason: str, remedy: str) -> Failure:
    return Failure(name, str(BadDocument(name, reason, remedy=remedy)))
