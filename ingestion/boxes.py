"""Archives and mails of a run: unpacked where they have changed, taken as they stand where they have not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ingestion.containers.base import Container
from ingestion.discover import INSIDE, Box, Finder, Found, Refused, holders
from ingestion.reader import Reader
from ingestion.report import Failure
from ingestion.settings import IngestionSettings
from ingestion.shelf import Shelf, digest, sha256_of
from ingestion.unpack import Unpacker
from retrieval.errors import BadDocument
from retrieval.plugins import discover
from retrieval.sql.ledger import LedgerEntry


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive that was unpacked."""

    box: Box
    sha256: str
    parser: str

    @property
    def name(self) -> str:
        return self.box.file.name

    def entry(self, now: datetime, shelf: Shelf) -> LedgerEntry | None:
        """That all of it was seen to; None where a member met a fault that may pass, and it must be opened again."""
        if any(entry.status == "failed" for entry in shelf.within(self.name)):
            return None
        file = self.box.file
        return LedgerEntry(
            path=self.name + INSIDE,
            sha256=self.sha256,
            document_id=None,
            status="published",
            reason=None,
            parser=self.parser,
            finished=now,
            size=file.size,
            root=file.root,
        )


def containers() -> dict[str, Container]:
    """Every container there is, by name."""
    return discover("ingestion.containers", "CONTAINER")


class Boxes:
    """``opened``: those unpacked; ``settled``: what the ledger says of the members of those that were not."""

    def __init__(
        self,
        data_dir: Path | None,
        own: IngestionSettings,
        reader: Reader,
        finder: Finder,
        shelf: Shelf,
        anew: bool,
    ) -> None:
        self._unpacker = Unpacker(data_dir, own, reader)
        self._finder, self._shelf, self._anew, self._own = finder, shelf, anew, own
        self.opened: list[Opened] = []
        self.settled: list[LedgerEntry] = []

    def __enter__(self) -> Self:
        self._unpacker.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._unpacker.__exit__(kind, error, trace)

    def expand(self, found: Found, cut: str) -> None:
        """Members into ``found``. ``cut`` changes when any of them might be read differently."""
        looked_at = {box.file.name for box in found.boxes}
        for path in self._shelf.entries:
            outer = next((one for one in holders(path) if one in found.present), None)
            if outer is not None and outer not in looked_at:
                found.present.add(path)
        for box in found.boxes:
            known = self._shelf.within(box.file.name)
            parser = f"{box.container}+{digest(cut, *_labels(box), self._limits())}"
            try:
                sha256 = sha256_of(box.file.path)
            except OSError as error:
                found.refused.append(_unreadable(box, error))
                found.present.update(entry.path for entry in known)
                continue
            own = self._shelf.entries.get(box.file.name + INSIDE)
            if own is not None and self._is_settled(box, own, known, (sha256, parser)):
                self.settled += [*known, own] if own.status == "quarantined" else known
                found.present.update(entry.path for entry in known)
            else:
                self._open(box, found, Opened(box, sha256, parser))
        found.sort()

    def _open(self, box: Box, found: Found, opened: Opened) -> None:
        inner = self._unpacker.expand(box, self._finder)
        found.sources += inner.sources
        found.skipped += inner.skipped
        found.present |= inner.present
        mine = box.file.name + INSIDE
        found.refused += [
            replace(one, sha256=opened.sha256, parser=opened.parser) if one.name == mine else one
            for one in inner.refused
        ]
        if any(refused.name.endswith(INSIDE) for refused in inner.refused):
            # What could not be opened says nothing about what is gone.
            found.present.update(entry.path for entry in self._shelf.within(box.file.name))
        else:
            self.opened.append(opened)

    def _limits(self) -> list[object]:
        return [self._own.max_depth, self._own.max_members, self._own.options()]

    def _is_settled(self, box: Box, own: LedgerEntry, known: Sequence[LedgerEntry], now: tuple[str, str]) -> bool:
        """Whether there is nothing new to be found in it."""
        if self._anew or box.file.given or (own.sha256, own.parser) != now:
            return False
        return own.status in ("published", "quarantined") and all(self._stands(member) for member in known)

    def _stands(self, member: LedgerEntry) -> bool:
        if member.status == "published":
            shown = self._shelf.at(member.path)
            return shown is not None and shown.sha256 == member.sha256
        return member.status != "failed"


def _labels(box: Box) -> list[object]:
    """Those of the archive, and which of them people gave: these its members cannot change."""
    return [box.file.labels.model_dump(), box.file.said.model_dump()]


def _unreadable(box: Box, error: OSError) -> Refused:
    name = box.file.name
    reason = BadDocument(name, f"cannot be read: {error.strerror}", remedy="check the disk or share")
    return Refused(name + INSIDE, box.file.root, Failure(name, str(reason)), transient=True)
