"""Drop an index that was built with other legs or another chunker, so that it can be built anew."""

import shutil
from collections.abc import Mapping

from ingestion.chunk import VERSION
from retrieval.errors import BadSetting
from retrieval.knowledge import manifest
from retrieval.legs.base import Leg
from retrieval.models import Caller
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.sql.engine import Database
from retrieval.stores._lock import StoreLock

_SHARD = "shard"  # the embedded store's folder in data_dir


def changed_parts(settings: RetrievalSettings, legs: Mapping[str, Leg]) -> list[str]:
    """What the index was built with that settings or the chunker differ from now; looked at before the store opens."""
    if not settings.database.exists():
        return []
    database = Database.open(settings.database)
    try:
        kept = epochs.manifest(database) or {}
    finally:
        database.close()
    wanted = manifest(legs) | {"chunker": VERSION}
    return sorted(name for name, value in wanted.items() if name in kept and kept[name] != value)


def drop_index(settings: RetrievalSettings) -> None:
    """Delete the points, retire every document, forget the manifest. Encodings and originals stay.

    Raises ``Held`` where a service holds the store: stop it first. ``BadSetting`` for a store that is not embedded.
    """
    if settings.store != "edge":
        raise BadSetting(
            f"[retrieval] store = {settings.store!r}: only the embedded index can be dropped from here; "
            "delete the server's collection and set another data_dir"
        )
    lock = StoreLock.acquire(settings.data_dir, "ingestion --rebuild", settings.lock_timeout_seconds)
    try:
        database = Database.open(settings.database)
        try:
            _retire_all(database)
            epochs.set_manifest(database, {})
        finally:
            database.close()
        shutil.rmtree(settings.data_dir / _SHARD, ignore_errors=True)
    finally:
        lock.release()


def _retire_all(database: Database) -> None:
    documents.sweep(database)
    epoch = epochs.reserve(database)
    for document in documents.list_documents(database, Caller.local()):
        documents.retire(database, epoch, document.id)
    epochs.publish(database, epoch)
