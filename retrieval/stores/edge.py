"""The embedded default: one shard of qdrant-edge, in a process of its own. One process holds the store at a time."""

import contextlib
import logging
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retrieval.errors import BadSetting, Unavailable
from retrieval.legs.base import Sparse, Vector
from retrieval.models import FOREVER, Caller
from retrieval.stores import _plan
from retrieval.stores._edge import compacting
from retrieval.stores._edge.client import EngineError, EngineProcess, Gone
from retrieval.stores._edge.journal import Journal
from retrieval.stores._edge.messages import Ask, Packed, Row, Start
from retrieval.stores._edge.options import EdgeOptions
from retrieval.stores._edge.places import Places
from retrieval.stores._lock import StoreLock
from retrieval.stores.base import Compaction, LegSchema, Point, Probe, Scored, Where

log = logging.getLogger(__name__)
_BATCH = 256  # points a message
_RETRY_SECONDS = 3600.0  # after a compaction that failed
_TRIES = 3  # a call whose process ended is done again by another: every one of them may be done twice


class EdgeStore:
    """See ``retrieval.stores.base.VectorStore`` and ``Compactable``. Queries run beside each other; writes don't."""

    def __init__(self, places: Places, options: EdgeOptions, schema: Sequence[LegSchema], lock: StoreLock) -> None:
        """Raises ``EngineError`` or ``OSError``."""
        self.places, self.options, self.lock, self.schema = places, options, lock, tuple(schema)
        self.writing = threading.RLock()
        self.journal: Journal | None = None  # while a compaction runs
        self.compaction = Compaction()
        self._compacting = threading.Lock()
        self.reviving = threading.RLock()  # which process and folder are asked
        self._closing = threading.Event()
        self._left: int | None = None  # points without a graph when it was last looked, and those written since
        self._fresh_points = 0
        self._in_vain = 0  # so many the last compaction couldn't help
        self._failed_at = -_RETRY_SECONDS
        self._live: EngineProcess | None = self._begin()

    def upsert(self, points: Sequence[Point]) -> None:
        rows: list[Row] = [(point.id, _packed(point.vectors), _plan.payload(point)) for point in points]
        for begin in range(0, len(rows), _BATCH):
            batch = rows[begin : begin + _BATCH]
            self._write("upsert", batch)
            self._fresh_points += len(batch)

    def retire(self, document_id: str, before: int, epoch: int) -> None:
        self._write("set_payload", _plan.to_retire(document_id, before), {"to_epoch": epoch})

    def retire_points(self, ids: Sequence[str], epoch: int) -> None:
        for which in _plan.to_retire_points(ids):
            self._write("set_payload", which, {"to_epoch": epoch})

    def delete(self, document_id: str) -> None:
        self._write("delete", _plan.of_document(document_id))

    def sweep(self, epoch: int) -> None:
        later, ending = _plan.unfinished(epoch)
        self._write("delete", later)
        self._write("set_payload", ending, {"to_epoch": FOREVER})

    def flush(self) -> None:
        with self.writing:
            self.ask("flush")

    def query(
        self,
        caller: Caller,
        epoch: int,
        probes: Sequence[Probe],
        *,
        where: Where,
        limit: int,
        candidates: int,
        rrf_k: int,
    ) -> list[Scored]:
        conditions = _plan.conditions(caller, epoch, where)
        asking = _plan.to_ask(probes, where)
        if conditions is None or not asking:
            return []
        filters = {one.language: tuple(_plan.of_language(conditions, one.language)) for one in asking}
        asked = [Ask(_pack(one.vector), one.stored, filters[one.language]) for one in asking]
        answers = self.ask("query", asked, candidates)
        return _plan.fuse(list(zip(asking, answers, strict=True)), limit=limit, rrf_k=rrf_k)

    def count(self, caller: Caller, epoch: int, where: Where) -> int:
        conditions = _plan.conditions(caller, epoch, where)
        return 0 if conditions is None else int(self.ask("count", conditions))

    def scan(self, after: str | None, limit: int, *, vectors: bool = True) -> list[Point]:
        rows, _ = self.ask("scroll", _plan.following(after), limit, vectors)
        return [_plan.point(id, {leg: _unpack(one) for leg, one in kept.items()}, fields) for id, kept, fields in rows]

    def unindexed(self) -> int:
        """Points that are searched one by one, at least."""
        if self._left is None:
            self._fresh_points, self._left = 0, int(self.ask("unindexed"))
        return self._left + self._fresh_points

    def compaction_due(self) -> bool:
        if self.compaction.state == "running" or time.monotonic() < self._failed_at + _RETRY_SECONDS:
            return False
        return self.unindexed() - self._in_vain >= self.options.compact_after_points

    def compact(self, step: compacting.Step = compacting.no_step) -> Compaction:
        """See ``Compactable``. ``step`` is told each step with the id of the process that works at it, for tests."""
        if not self._compacting.acquire(blocking=False):
            return self.compaction
        try:
            compacting.run(self, step, self._closing.is_set)
            self._look_again()
            return self.compaction
        finally:
            self._compacting.release()

    def _look_again(self) -> None:
        if self.compaction.state == "failed":
            self._failed_at = time.monotonic()
            return
        self._left, self._failed_at = None, -_RETRY_SECONDS
        with contextlib.suppress(Unavailable):
            self._in_vain = self.unindexed()

    def close(self) -> None:
        self._closing.set()
        with self._compacting, self.writing:  # a compaction gives up within a moment
            live, self._live = self._live, None
            if live is None:
                return
            try:
                live.retire(close=True)
            except (EngineError, Gone) as error:
                log.warning("%s: the engine was not closed in order: %s", self.places.folder, error or "it had ended")
            finally:
                self.lock.release()

    @property
    def engine_pid(self) -> int:
        """0 when closed."""
        return 0 if self._live is None else self._live.pid

    def start_of(self, folder: Path) -> Start:
        return self.options.start(str(folder), self.schema)

    def _begin(self) -> EngineProcess:
        """A new store is one only when it is whole: until the pointer names it, it is left over."""
        if (folder := self.places.current()).exists():
            return EngineProcess(self.start_of(folder))
        folder = self.places.fresh()
        live = EngineProcess(self.options.start(str(folder), self.schema, create=True))
        self.places.switch(folder)
        return live

    def ask(self, operation: str, *arguments: Any) -> Any:
        """Of the engine that counts. One that has died is started again. Raises ``Unavailable``."""
        for _ in range(_TRIES):
            live = self._live
            if live is None:
                break
            try:
                return live.call(operation, *arguments)
            except Gone:
                self._revive(live)
            except EngineError as error:
                raise Unavailable(f"{self.places.folder}: the vector store could not {operation}: {error}") from None
        if self._live is None:
            raise Unavailable("the vector store is closed; open the knowledge again")
        raise Unavailable(f"{self.places.folder}: the vector store's process ends again and again; see the log")

    def swap(self, live: EngineProcess) -> EngineProcess | None:
        """Under ``writing`` and ``reviving``: from now on ``live`` is asked. Returns the one before."""
        before, self._live = self._live, live
        return before

    def _write(self, operation: str, *arguments: Any) -> None:
        with self.writing:
            self.ask(operation, *arguments)
            if self.journal is not None:
                self.journal.append(operation, arguments)

    def _revive(self, gone: EngineProcess) -> None:
        """Another process for one that died, unless it was only replaced."""
        with self.reviving:
            if self._live is not gone:
                return
            log.error("%s: the vector store's process %d has ended; another is started", self.places.folder, gone.pid)
            try:
                self._live = EngineProcess(self.start_of(self.places.current()))
            except (EngineError, OSError) as error:
                raise Unavailable(f"{self.places.folder}: the vector store could not be opened: {error}") from None


class EdgeVariant:
    """See ``retrieval.stores.base.StoreVariant``. Options: ``_edge.options.EdgeOptions``."""

    def open(
        self, folder: Path, schema: Sequence[LegSchema], options: Mapping[str, str | int | float | bool]
    ) -> EdgeStore:
        """Raises ``Held`` where another process has it, ``BadSetting`` where the shard has other legs."""
        chosen = EdgeOptions.read(options)
        lock = StoreLock.acquire(
            folder, str(options.get("holder", "a Plantwright process")), float(options.get("lock_timeout_seconds", 0.0))
        )
        try:
            places = Places(folder)
            places.sweep()
            return _open(places, chosen, schema, lock)
        except BaseException:
            lock.release()
            raise

    def drop(self, folder: Path, options: Mapping[str, str | int | float | bool]) -> None:
        lock = StoreLock.acquire(folder, str(options.get("holder", "a rebuild")))
        try:
            Places(folder).drop()
        finally:
            lock.release()


def _open(places: Places, options: EdgeOptions, schema: Sequence[LegSchema], lock: StoreLock) -> EdgeStore:
    try:
        return EdgeStore(places, options, schema, lock)
    except (EngineError, OSError) as error:
        raise BadSetting(
            f"{places.current()}: cannot be opened with the legs of [retrieval] ({error}); "
            "delete the folder and ingest again"
        ) from None


def _pack(vector: Vector) -> Packed:
    if isinstance(vector, Sparse):
        return vector.indices, vector.values
    return struct.pack(f"<{len(vector)}f", *vector)


def _unpack(vector: Packed) -> Vector:
    if isinstance(vector, bytes):
        return struct.unpack(f"<{len(vector) // 4}f", vector)
    return Sparse(*vector)


def _packed(vectors: Mapping[str, Vector]) -> dict[str, Packed]:
    return {leg: _pack(vector) for leg, vector in vectors.items() if _plan.has_terms(vector)}


STORE = EdgeVariant()
