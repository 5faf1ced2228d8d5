"""All that the plant knows, opened as one: SQL, the vector store and the legs, checked against each other."""

from collections.abc import Mapping
from typing import Any

from retrieval import plugins
from retrieval.errors import BadSetting, Held, IndexMismatch
from retrieval.legs._chosen import chosen_legs
from retrieval.legs.base import Leg
from retrieval.search import Search
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.sql.engine import Database
from retrieval.stores import _lock
from retrieval.stores.base import Compactable, Compaction, LegSchema, VectorStore

_FORMAT = 2  # of points and payloads in the store


class Knowledge:
    """Close it when done. ``remote``: the store is a running service's, which also answers for it."""

    def __init__(
        self,
        settings: RetrievalSettings,
        database: Database,
        store: VectorStore,
        legs: Mapping[str, Leg],
        *,
        remote: bool = False,
    ) -> None:
        self.settings, self.database, self.store, self.legs, self.remote = settings, database, store, legs, remote
        self.search = Search(database, store, legs, settings)

    def announce(self, url: str) -> str | None:
        """Tell other processes that this one serves the store at ``url``; returns the token that they must show.

        None where nobody needs to ask: the store is a server's or another service's.
        """
        lock: _lock.StoreLock | None = getattr(self.store, "lock", None)
        return None if lock is None else lock.announce(url)

    @property
    def token(self) -> str | None:
        """What others must show to use the store through this process; None before ``announce``."""
        lock: _lock.StoreLock | None = getattr(self.store, "lock", None)
        return None if lock is None else lock.note.token

    @property
    def compaction(self) -> Compaction:
        """Where the store's compaction is, or how the last one ended; "never" for a store that needs none from us."""
        return self.store.compaction if isinstance(self.store, Compactable) else Compaction()

    def compaction_due(self) -> bool:
        return isinstance(self.store, Compactable) and self.store.compaction_due()

    def compact(self) -> Compaction:
        """Blocks until done; searches and writes go on meanwhile."""
        return self.store.compact() if isinstance(self.store, Compactable) else Compaction("needless")

    def sweep(self) -> None:
        """Undo what a crash or a failed document left beyond the current epoch. For the one writer."""
        self.store.sweep(epochs.current(self.database))
        documents.sweep(self.database)

    def close(self) -> None:
        """Ends searches that wait, flushes and lets go of the store."""
        self.search.close()
        self.store.close()
        self.database.close()


def manifest(legs: Mapping[str, Leg]) -> dict[str, Any]:
    """What an index depends on: which legs, each one's identity and dimensions, and the store's format."""
    described = {
        f"leg {name}": {"identity": leg.identity(), "kind": leg.kind, "dimensions": leg.dimensions}
        for name, leg in legs.items()
        if not leg.over
    }
    return {"legs": sorted(name for name, leg in legs.items() if not leg.over), **described, "format": _FORMAT}


def open_knowledge(
    settings: RetrievalSettings,
    *,
    holder: str,
    url: str | None = None,
    rebuild: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> Knowledge:
    """Open SQL and the store as ``holder``, which is what others are told; ``url``: where it will serve the store.

    An embedded store that a running service holds is reached through that service. ``extra``: what the index depends
    on beside its legs. ``rebuild`` drops the points of an index that was built with other settings; documents stay.
    Raises ``Held`` where the holder serves none, ``IndexMismatch``, ``BadSetting`` or ``Unavailable``.
    """
    legs = chosen_legs(settings)
    database = Database.open(settings.database)
    try:
        _check_or_drop(settings, database, manifest(legs) | dict(extra or {}), rebuild=rebuild)
        store, remote = _open_store(settings, legs, holder)
    except BaseException:
        database.close()
        raise
    knowledge = Knowledge(settings, database, store, legs, remote=remote)
    if url is not None:
        knowledge.announce(url)
    return knowledge


def _check_or_drop(
    settings: RetrievalSettings, database: Database, wanted: Mapping[str, Any], *, rebuild: bool
) -> None:
    try:
        _check_manifest(settings, database, wanted)
    except IndexMismatch:
        if not rebuild:
            raise
        variant = _chosen("stores", "STORE", (settings.store,))[settings.store]
        epochs.set_restoring(database, True)  # ingestion writes the points anew from the passages in SQL
        variant.drop(settings.data_dir, settings.store_options)
        epochs.set_manifest(database, dict(wanted))
        epochs.set_restoring(database, True)


def _check_manifest(settings: RetrievalSettings, database: Database, wanted: Mapping[str, Any]) -> None:
    """A new index is written down; one that lacks a key is completed; one that differs is refused."""
    kept = epochs.manifest(database) or {}
    if differs := [name for name in wanted if name in kept and kept[name] != wanted[name]]:
        raise IndexMismatch(
            f"{settings.data_dir}: the index was built with other settings ({', '.join(differs)}); "
            "run: python -m ingestion --rebuild PATH..."
        )
    if missing := {name: value for name, value in wanted.items() if name not in kept}:
        epochs.set_manifest(database, kept | missing)


def _open_store(settings: RetrievalSettings, legs: Mapping[str, Leg], holder: str) -> tuple[VectorStore, bool]:
    schema = schema_of(legs)
    variant = _chosen("stores", "STORE", (settings.store,))[settings.store]
    options = settings.store_options | {"holder": holder, "lock_timeout_seconds": settings.lock_timeout_seconds}
    folder = settings.data_dir
    try:
        return variant.open(folder, schema, options), settings.store == "remote"
    except Held:
        note = _lock.read(folder)
        if settings.store != "edge" or note is None or not note.url or not note.token:
            raise
    remote = _chosen("stores", "STORE", ("remote",))["remote"]
    return remote.open(folder, schema, {"url": note.url, "token": note.token}), True


def schema_of(legs: Mapping[str, Leg]) -> list[LegSchema]:
    """The room that a store must make: for the legs with vectors of their own."""
    return [LegSchema(name, leg.kind, leg.dimensions) for name, leg in legs.items() if not leg.over]


def _chosen(package: str, constant: str, names: tuple[str, ...]) -> dict[str, Any]:
    found = plugins.discover(f"retrieval.{package}", constant)
    for name in names:
        if name not in found:
            raise BadSetting(f"[retrieval] {package}: no {name!r}; there is: {', '.join(found)}")
    return {name: found[name] for name in names}
