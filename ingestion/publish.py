"""One document into SQL and the vector store, shown by one update; a crash or an error leaves nothing visible."""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ingestion.discover import Source
from ingestion.parsers.base import Parsed
from ingestion.settings import IngestionSettings
from retrieval.legs.base import Vector
from retrieval.models import Asset, Caller, Document, Passage, document_id
from retrieval.settings import RetrievalSettings
from retrieval.sql import assets, documents, epochs, ledger
from retrieval.sql.engine import Database
from retrieval.stores.base import Point, VectorStore, Where

_CALLER = Caller.local()  # ingestion sees all: it must know what stands there, whoever may read it
Chunker = Callable[[str], tuple[Passage, ...]]  # edition -> passages


class Publisher:
    """Writes documents. One at a time: hold the lock of ingestion."""

    def __init__(
        self, database: Database, store: VectorStore, settings: RetrievalSettings, own: IngestionSettings
    ) -> None:
        self._db, self._store, self._settings, self._own = database, store, settings, own

    def sweep(self) -> None:
        """Undo what an earlier run left unfinished."""
        documents.sweep(self._db)
        self._store.sweep(epochs.current(self._db))

    def has_lost_points(self) -> bool:
        """Whether SQL shows documents and the store no point: its folder was deleted or never came along."""
        shown = documents.list_documents(self._db, _CALLER)
        return bool(shown) and not self._store.count(_CALLER, epochs.current(self._db), Where())

    def known_assets(self) -> list[Asset]:
        return assets.list_assets(self._db, _CALLER)

    def is_unchanged(self, name: str, sha256: str, parser_id: str) -> bool:
        """Whether the file's present content is published, as this parser reads and these settings label it."""
        entry = ledger.get_entry(self._db, name)
        if entry is None or (entry.status, entry.sha256, entry.parser) != ("published", sha256, parser_id):
            return False
        shown = documents.find_document(self._db, name, self._settings.site)
        return shown is not None and shown.sha256 == sha256

    def same_content(self, name: str, sha256: str) -> Document | None:
        """The document that shows this content under another path."""
        if documents.find_document(self._db, name, self._settings.site):
            return None
        return next(
            (
                document
                for document in documents.list_documents(self._db, _CALLER)
                if document.sha256 == sha256 and document.site == self._settings.site
            ),
            None,
        )

    def document(self, source: Source, sha256: str, parsed: Parsed, tags: Sequence[str]) -> Document:
        """The document of this path, or of this content, in a new revision; else a new one."""
        old = documents.find_document(self._db, source.name, self._settings.site)
        old = old or self.same_content(source.name, sha256)
        id = old.id if old else self._fresh_id(source.name, sha256)
        return describe(id, source, sha256, parsed, tags, self._settings.site, self._own)

    def _fresh_id(self, name: str, sha256: str) -> str:
        id = document_id(name, self._settings.site)
        taken = any(document.id == id for document in documents.list_documents(self._db, _CALLER))
        return document_id(f"{name}|{sha256}", self._settings.site) if taken else id  # a renamed file has kept it

    def are_shown(self, passages: Sequence[Passage]) -> bool:
        """Whether exactly these points stand in the index already."""
        ids = [passage.id for passage in passages]
        return bool(ids) and len(documents.get_passages(self._db, _CALLER, ids)) == len(ids)

    def keep_original(self, source: Source, sha256: str) -> None:
        """A copy by content for page pictures, whole or not there at all."""
        target = self._settings.originals_dir / (sha256 + Path(source.name).suffix.lower())
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.{os.getpid()}.part")
            try:
                shutil.copyfile(source.path, part)
                with part.open("rb") as copied:
                    os.fsync(copied.fileno())
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)

    def publish(
        self,
        document: Document,
        parsed: Parsed,
        passages: Sequence[Passage],
        vectors: Mapping[str, Mapping[str, Vector]] | None,
        epoch: int,
        parser_id: str,
    ) -> None:
        """Stage, write points, retire the older revision, show and record it. ``vectors`` None: the points stand."""
        content = documents.Content(
            document,
            tuple(passages),
            parsed.orders,
            parsed.assets,
            parsed.items,
            parsed.connections,
            parsed.tables,
        )
        try:
            documents.stage(self._db, epoch, content)
            if vectors is not None:
                points = [_point(passage, vectors[passage.id], epoch) for passage in passages]
                for start in range(0, len(points), self._own.upsert_size):
                    self._store.upsert(points[start : start + self._own.upsert_size])
                self._store.retire(document.id, epoch, epoch)
                self._store.flush()  # on disk before SQL shows them, which a loss of power must not undo
            epochs.publish(self._db, epoch, note=_entry(document.path, document.sha256, parser_id, id=document.id))
        except BaseException:
            self.sweep()  # else the next file's epoch would show half of this one
            raise

    def reserve(self) -> int:
        return epochs.reserve(self._db)

    def note_failure(self, name: str, sha256: str, parser_id: str, reason: str) -> None:
        """The last word on a file that could not be published."""
        ledger.put_entry(self._db, _entry(name, sha256, parser_id, reason=reason))


def _entry(
    name: str, sha256: str, parser_id: str, *, id: str | None = None, reason: str | None = None
) -> ledger.LedgerEntry:
    return ledger.LedgerEntry(
        path=name,
        sha256=sha256,
        document_id=id,
        status="failed" if reason else "published",
        reason=reason,
        parser=parser_id,
        finished=datetime.now(UTC),
    )


def describe(
    id: str, source: Source, sha256: str, parsed: Parsed, tags: Sequence[str], site: str, own: IngestionSettings
) -> Document:
    """What the parser found, with the labels that settings give."""
    return Document(
        id=id,
        kind=parsed.kind,
        title=parsed.title,
        path=source.name,
        sha256=sha256,
        revision=parsed.revision,
        effective_date=parsed.effective_date,
        language=parsed.language,
        pages=parsed.pages,
        site=site,
        groups=own.groups,
        areas=own.areas,
        asset_tags=tuple(dict.fromkeys((*parsed.asset_tags, *tags))),
    )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _point(passage: Passage, vectors: Mapping[str, Vector], epoch: int) -> Point:
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
    )
