"""Files that hold files: taken out into a folder of this run, within limits that hold for all levels together."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from ingestion.containers.base import Member
from ingestion.discover import INSIDE, Box, File, Finder, Found, Refused
from ingestion.faults import disk_is_full
from ingestion.labels import NONE, Labels, is_sidecar
from ingestion.reader import Reader
from ingestion.reading import Unpack
from ingestion.report import Failure, printable
from ingestion.settings import IngestionSettings
from retrieval.errors import BadDocument, Unavailable

_FOLDER = "unpacked"
_MAILS = ("eml", "mail", "msg", "mbox")  # what others send says nothing about who may see it


class Unpacker:
    """Members live until it is closed. What an earlier run left behind is removed: one at a time in ``data_dir``."""

    def __init__(self, data_dir: Path | None, own: IngestionSettings, reader: Reader) -> None:
        self._parent, self._own, self._reader = data_dir, own, reader
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        if self._parent is not None and self._parent.is_dir():
            for left in self._parent.glob(f"{_FOLDER}-*"):
                shutil.rmtree(left, ignore_errors=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def expand(self, box: Box, finder: Finder) -> Found:
        """All that is in it, at every level, judged by ``finder``."""
        found = Found()
        tree = _Tree(self._own.max_members, self._own.max_unpacked_bytes)
        self._expand(box, finder, found, tree, depth=0, follow=True)
        found.sort()
        return found

    def _expand(self, box: Box, finder: Finder, found: Found, tree: "_Tree", *, depth: int, follow: bool) -> None:
        file = box.file
        archive, follow = file.archive or file.name, follow and box.container not in _MAILS
        members: list[Member] = []
        try:
            if depth >= max(self._own.max_depth, 1) or self._own.max_depth == 0:
                reason = f"is an archive deeper than [ingestion] max_depth = {self._own.max_depth}"
                raise BadDocument(file.name, reason, remedy="unpack it, or raise the setting")
            members.extend(self._members(box, tree))
            if not members and box.container not in _MAILS:
                raise BadDocument(file.name, "holds no files", remedy="pack it again from its source")
        except BadDocument as error:
            found.refused.append(Refused(file.name + INSIDE, file.root, Failure(file.name, str(error))))
            if not error.where:
                return  # the archive itself; else a member of it: those that came out stand
        except OSError as error:  # those that came out stand, too
            found.refused.append(_passing(file, error))
        inner = Found()
        by_name = {member.name: member.path for member in members}
        for member in members:
            name = f"{file.name}{INSIDE}{member.name}"
            if is_sidecar(member.name):
                stray = finder.sidecars.stray_member(member.name, by_name) if follow else None
                if stray:
                    found.present.add(printable(name))
                    found.refused.append(_refused(name, file.root, BadDocument(name, stray[0], remedy=stray[1])))
                continue
            found.present.add(printable(name))
            one = File(member.path, name, file.root, file.labels, archive=archive)
            try:
                labels = finder.sidecars.of_member(member.name, by_name) if follow else NONE
            except BadDocument as error:
                why = BadDocument(name, f"its labels cannot be used: {error}")
                found.refused.append(_refused(name, file.root, why))
                continue
            # Who may see it is for those to say who filed the archive; those who packed it are asked where nobody did.
            outside = Labels(groups=file.said.groups, areas=file.said.areas)
            finder.judge(one, outside.over(finder.first(labels)).over(file.said), inner)
        found.sources += inner.sources
        found.refused += inner.refused
        found.skipped += inner.skipped
        for nested in inner.boxes:
            self._expand(nested, finder, found, tree, depth=depth + 1, follow=follow)

    def _members(self, box: Box, tree: "_Tree") -> Iterator[Member]:
        if self._folder is None:
            if self._parent is not None:
                self._parent.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}-", dir=self._parent)).resolve()
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        name = box.file.name
        options = replace(self._own.options(), max_unpacked_bytes=max(tree.bytes, 1))
        order = Unpack(box.file.path, name, box.container, folder, options, max(tree.members, 1))
        for member in self._reader.unpack(order):
            inside = PurePosixPath(member.name)
            if inside.is_absolute() or ".." in inside.parts or not member.path.resolve().is_relative_to(folder):
                raise BadDocument(name, f"has a member {member.name!r} that points outside", remedy="pack it again")
            tree.take(member, name, self._own)
            yield member


def _refused(name: str, root: str, error: BadDocument) -> Refused:
    return Refused(
        printable(name), root, Failure(printable(name), printable(str(error))), known=printable(root) == root
    )


def _passing(file: File, error: OSError) -> Refused:
    """A fault of the disk. Raises ``Unavailable`` where it is full: nothing else could be unpacked."""
    name = file.name
    if disk_is_full(error):
        text = f"{name}: no space left on the disk to unpack it; make room and run it again: what was published stays"
        raise Unavailable(text) from error
    reason = f"cannot be unpacked: {error.strerror or type(error).__name__}"
    failure = Failure(name, str(BadDocument(name, reason, remedy="check the disk or share, and run it again")))
    return Refused(name + INSIDE, file.root, failure, transient=True)


class _Tree:
    """What may still be taken out of one outermost archive."""

    def __init__(self, members: int, bytes: int) -> None:
        self.members, self.bytes = members, bytes

    def take(self, member: Member, name: str, own: IngestionSettings) -> None:
        self.members -= 1
        self.bytes -= member.path.stat().st_size
        if self.members < 0:
            reason = f"holds more than [ingestion] max_members = {own.max_members:,} files"
            raise BadDocument(name, reason, remedy="split it or raise the setting")
        if self.bytes < 0:
            reason = f"holds more than [ingestion] max_unpacked_bytes = {own.max_unpacked_bytes:,}"
            raise BadDocument(name, reason, remedy="split it or raise the setting")
