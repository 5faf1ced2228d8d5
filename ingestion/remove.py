"""Documents that go: retired (hidden, kept as history), deleted (with their history), or gone with their file."""

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePath

from ingestion.discover import Found, holders
from ingestion.publish import Publisher
from ingestion.recall import recall_orders
from ingestion.report import Failure, Progress, Report
from ingestion.shelf import Shelf, location
from ingestion.verdict import BY_HAND, DELETED
from retrieval.models import Document
from retrieval.sql.ledger import LedgerEntry

GONE = "its file is gone"
_PURGE = "delete"  # the stage of an entry whose document is hidden and still to be purged


class Remover:
    """Documents go by one update, so that a crash leaves each either shown or not."""

    def __init__(
        self,
        publisher: Publisher,
        shelf: Shelf,
        report: Report,
        progress: Progress,
        clock: Callable[[], datetime],
    ) -> None:
        self._publisher, self._shelf, self._clock = publisher, shelf, clock
        self._report, self._progress = report, progress

    def resume(self) -> None:
        """Delete what an earlier run had hidden in order to delete it."""
        for entry in list(self._shelf.entries.values()):
            if entry.stage == _PURGE and entry.document_id:
                self._purge(entry)

    def retire(self, names: Sequence[str]) -> None:
        """By path or id: hidden, until the file changes or is named by its own path."""
        found = self._named(names)
        for document in found:
            self._retire(document, BY_HAND)
        self._publisher.commit()
        for document in found:
            self._report.retired += 1
            self._progress.finished(document.path, "retired")

    def delete(self, names: Sequence[str]) -> None:
        """By path or id: with all revisions, and the copies of its files."""
        found = self._named(names)
        entries = [self._retire(document, DELETED, stage=_PURGE) for document in found]
        self._publisher.commit()
        for document, entry in zip(found, entries, strict=True):
            self._purge(entry)
            self._report.deleted += 1
            self._progress.finished(document.path, "deleted")

    def prune(self, found: Found) -> None:
        """What came from the folders that were walked and is no longer there."""
        for root in sorted(found.roots):
            self._prune(root, [entry for entry in self._shelf.entries.values() if entry.root == root], found)
            for other, known in self._beneath(root, found.roots).items():
                self._prune(other, known, found)

    def _beneath(self, root: str, walked: Collection[str]) -> dict[str, list[LedgerEntry]]:
        """What lies in the folder and was found from another one, by that one."""
        beneath: dict[str, list[LedgerEntry]] = {}
        inside = root.rstrip(os.sep) + os.sep
        for entry in self._shelf.entries.values():
            if entry.root and entry.root not in walked and location(entry.root, entry.path).startswith(inside):
                beneath.setdefault(entry.root, []).append(entry)
        return beneath

    def _prune(self, root: str, known: Sequence[LedgerEntry], found: Found) -> None:
        gone = [entry for entry in known if not _is_there(entry.path, found.present)]
        if root not in found.roots:  # a hidden file that was named by itself isn't met in the folder
            gone = [entry for entry in gone if not any(map(os.path.exists, _places(entry)))]
        if gone and len(gone) == len(known) and (root in found.roots or not os.path.isdir(root)):
            text = f"{root}: none of its files is there, so nothing was retired; is the share mounted?"
            self._report.warnings.append(text)
            self._progress.warned(text)
            return
        self.gone(gone)

    def gone(self, entries: Sequence[LedgerEntry]) -> None:
        """Their files are no longer there."""
        for entry in entries:
            document = self._shelf.documents.get(entry.document_id or "")
            if document is not None and document.path == entry.path:
                self._retire(document, GONE)
                self._report.retired += 1
                self._progress.finished(entry.path, "retired", reason=GONE)
            elif entry.status != "retired":
                self._publisher.forget(entry.path)
                self._shelf.forget(entry.path)
        self._publisher.commit()

    def _named(self, names: Sequence[str]) -> list[Document]:
        found: list[Document] = []
        for name in names:
            shelf = self._shelf
            meant = [shelf.at(name), shelf.documents.get(name), *shelf.located(Path(name))]
            documents = {document.id: document for document in meant if document is not None}
            if len(documents) == 1:
                found += documents.values()
            else:
                reason = f"{name}: no document of this path or id is shown; GET /v1/documents lists them"
                if documents:
                    reason = f"{name}: may be any of {len(documents)} documents; give a path or id of GET /v1/documents"
                if alike := self._alike(name, list(documents.values())):
                    reason += f", such as {alike}"
                self._report.failures.append(Failure(name, reason))
                self._progress.finished(name, "failed", reason=reason)
        self._report.files += len(names)
        return found

    def _alike(self, name: str, meant: Sequence[Document]) -> str:
        """Up to three paths that may have been meant."""
        last = PurePath(name).name
        shown = meant or [one for one in self._shelf.documents.values() if PurePath(one.path).name == last]
        return ", ".join(sorted(one.path for one in shown)[:3])

    def _retire(self, document: Document, reason: str, stage: str = "") -> LedgerEntry:
        known = self._shelf.entries.get(document.path)
        if known is None or known.document_id != document.id:
            known = LedgerEntry(document.path, document.sha256, document.id, "retired", reason, None, self._clock())
        entry = replace(
            known, sha256=document.sha256, status="retired", reason=reason, stage=stage, finished=self._clock()
        )
        self._publisher.retire(document.id, entry)
        self._shelf.drop(document.id)
        self._shelf.note(entry)
        for text in recall_orders(self._publisher, self._shelf, document):
            self._report.warnings.append(text)
            self._progress.warned(text)
        return entry

    def _purge(self, entry: LedgerEntry) -> None:
        assert entry.document_id is not None
        self._publisher.purge(entry.document_id)
        done = replace(entry, stage="", document_id=None)
        self._publisher.note(done)
        self._shelf.note(done)


def _places(entry: LedgerEntry) -> list[str]:
    """Its file on disk, or the archives that it may be in."""
    return [location(entry.root, name) for name in (entry.path, *holders(entry.path))]


def _is_there(path: str, present: Collection[str]) -> bool:
    """The file on disk, or the archive that it is in, which says itself what it holds."""
    return path in present or any(holder in present for holder in holders(path))
