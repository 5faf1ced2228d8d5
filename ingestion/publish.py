"""Documents into SQL and the vector store, shown by one update; a crash or an error leaves nothing visible.

Content comes in parts of bounded size, so a log of any length takes as much memory as a short one. Putting the store on
disk takes as long for one document as for many: small ones are shown together.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ingestion.reader import Reading
from ingestion.reading import Part
from retrieval.legs.base import Vector
from retrieval.models import Asset, Caller, Document, Passage
from retrieval.settings import RetrievalSettings
from retrieval.sql import assets, catalogue, documents, epochs, holdings, ledger
from retrieval.sql.engine import Database
from retrieval.sql.ledger import LedgerEntry
from retrieval.stores.base import Point, VectorStore, Where

_CALLER = Caller.local()  # ingestion sees all: it must know what stands there, whoever may read it
Encode = Callable[[Sequence[Passage]], Mapping[str, Mapping[str, Vector]]]
Timed = Callable[[str], AbstractContextManager[None]]
_RESTORED = 256  # passages whose points are written anew at once


class Publisher:
    """Writes documents. One at a time: hold the lock of ingestion."""

    def __init__(self, database: Database, store: VectorStore, settings: RetrievalSettings) -> None:
        self.database, self._store, self._settings = database, store, settings
        self._staged: list[tuple[int, LedgerEntry, Sequence[str]]] = []  # epoch, note, paths that are left
        self._wrote = False
        self.shown = 0  # the last epoch that was shown by this run

    def sweep(self) -> None:
        """Undo what is written and not shown."""
        documents.sweep(self.database)
        self._store.sweep(epochs.current(self.database))

    def tidy(self) -> None:
        """Undo what an earlier run left unfinished, files too. For the start of a run."""
        self.sweep()
        for part in self._settings.originals_dir.glob("*.part"):
            part.unlink(missing_ok=True)

    def has_points(self) -> bool:
        """Whether the store shows any; where SQL shows documents and it none, its folder was lost."""
        return bool(self._store.count(_CALLER, epochs.current(self.database), Where()))

    def restore(self, encode: Encode) -> None:
        """Write the points of all passages that are shown anew; reads no file. Cut short, it is begun again."""
        row, rows = catalogue.shown_passages_from(self.database, 0, _RESTORED)
        while rows:
            vectors = encode([passage for passage, _ in rows])
            self._store.upsert([to_point(passage, vectors[passage.id], epoch) for passage, epoch in rows])
            row, rows = catalogue.shown_passages_from(self.database, row, _RESTORED)
        self._store.flush()

    def known_assets(self) -> list[Asset]:
        return assets.list_assets(self.database, _CALLER)

    def reserve(self) -> int:
        return epochs.reserve(self.database)

    def orders_of_others(self, document: Document, groups: Sequence[str], areas: Sequence[str]) -> frozenset[str]:
        """Orders of its log on which another file for the same readers has the newer word."""
        return holdings.orders_of_others(self.database, document, groups, areas)

    def overridden_by(self, document: Document) -> set[str]:
        """Documents that should show orders again, now that the end or the next revision of this one is staged."""
        return holdings.overridden_by(self.database, document)

    def keep_original(self, path: Path, name: str, sha256: str) -> None:
        """A copy by content for page pictures, whole or not there at all."""
        target = self._settings.originals_dir / (sha256 + Path(name).suffix.lower())
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.{os.getpid()}.part")
            try:
                shutil.copyfile(path, part)
                with part.open("rb") as copied:
                    os.fsync(copied.fileno())
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)

    def commit(self) -> None:
        """Show what is staged, on disk before SQL shows it: a loss of power must not undo that."""
        staged, self._staged = self._staged, []
        if not staged:
            return
        try:
            if self._wrote:
                self._store.flush()
            notes = [note for _, note, _ in staged]
            left = [path for *_, paths in staged for path in paths]
            epochs.publish(self.database, staged[-1][0], notes=notes, drop=left)
        except BaseException:
            self.sweep()
            raise
        self._wrote, self.shown = False, staged[-1][0]

    def stage(
        self,
        reading: Reading,
        epoch: int,
        *,
        edition: str,
        anew: bool,
        encode: Encode,
        timed: Timed,
        note: Callable[[], LedgerEntry],
        drop: Sequence[str] = (),
    ) -> None:
        """Write rows and points, end the older revision: visible, and noted in the ledger, with the next ``commit``.

        Points that stand already (the file was renamed) are left alone unless ``anew``. ``edition`` is the one that
        the file was cut with. An error undoes it and shows what was staged before.
        """
        document = reading.head.document
        shown = holdings.shown_passages(self.database, document.id)
        stand = not anew and bool(shown) and shown == set(reading.head.ids)
        # The same ids would hide the points that are shown until this epoch is published.
        clash = not stand and not shown.isdisjoint(reading.head.ids)
        _, parts = reading.parts(f"{edition}|{epoch}" if clash else None)
        try:
            with timed("write"):
                documents.begin(self.database, epoch, document)
            ended: list[str] = []
            for part in parts:
                vectors: Mapping[str, Mapping[str, Vector]] = {}
                if part.passages and not stand:
                    with timed("encode"):
                        vectors = encode(part.passages)
                with timed("write"):
                    ended += self._write(document, part, vectors, epoch)
            with timed("write"):
                if not stand:
                    self._store.retire(document.id, epoch, epoch)
                if ended:
                    self._store.retire_points(ended, epoch)
            self._wrote = self._wrote or bool(ended) or not stand
            self._staged.append((epoch, note(), drop))
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        """Else the next file's epoch would show half of this one."""
        try:
            self.commit()
        finally:
            self._wrote = False
            self.sweep()

    def _write(
        self, document: Document, part: Part, vectors: Mapping[str, Mapping[str, Vector]], epoch: int
    ) -> list[str]:
        """Returns the passages of other files that end because their orders are stated anew."""
        content = documents.Content(
            document, part.passages, part.orders, part.assets, part.items, part.connections, part.tables
        )
        documents.add(self.database, epoch, content)
        documents.add_table_rows(self.database, epoch, document, part.table_rows)
        if vectors:
            self._store.upsert([to_point(passage, vectors[passage.id], epoch) for passage in part.passages])
        if not part.orders:
            return []
        numbers = [order.order for order in part.orders]
        return holdings.end_order_passages(self.database, epoch, document, numbers)

    def retire(self, id: str, note: LedgerEntry) -> None:
        """The document is no longer shown from the next ``commit`` on; its revisions stay as history."""
        epoch = self.reserve()
        try:
            documents.retire(self.database, epoch, id)
            self._store.retire(id, epoch, epoch)
        except BaseException:
            self._undo()
            raise
        self._staged.append((epoch, note, ()))
        self._wrote = True

    def purge(self, id: str) -> None:
        """Remove a retired document with its history, its points and the copies of its files that no other has."""
        contents = holdings.contents_of(self.database, id)
        self._store.delete(id)
        self._store.flush()
        documents.purge(self.database, id)
        for sha256 in contents:
            if not holdings.is_content_kept(self.database, sha256):
                for copy in self._settings.originals_dir.glob(f"{sha256}*"):
                    copy.unlink(missing_ok=True)

    def note(self, entry: LedgerEntry) -> None:
        """The last word on a file."""
        ledger.put_entry(self.database, entry)

    def note_with_staged(self, entry: LedgerEntry) -> None:
        """Goes into the ledger with the next ``commit``, after what that says of the same file."""
        self._staged.append((self._staged[-1][0], entry, ()))

    def forget(self, path: str) -> None:
        ledger.drop_entry(self.database, path)


def to_point(passage: Passage, vectors: Mapping[str, Vector], epoch: int) -> Point:
    """What the store holds of a passage that shows from ``epoch`` on."""
    return Point(
        id=passage.id,
        vectors=vectors,
        document_id=passage.document_id,
        language=passage.language,
        kind=passage.kind,
        tags=passage.tags,
        groups=passage.groups,
        areas=passage.areas,
        from_epoch=epoch,
        general=passage.general,
    )
