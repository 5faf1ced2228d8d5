"""The embedded default: one shard of qdrant-edge in this process. One process holds it at a time."""

import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import BadSetting, Unavailable
from retrieval.legs.base import Sparse, Vector
from retrieval.models import FOREVER, Caller
from retrieval.stores import _plan
from retrieval.stores._lock import StoreLock
from retrieval.stores.base import LegSchema, Point, Probe, Scored, Where

if TYPE_CHECKING:
    import qdrant_edge as qe

_SHARD = "shard"


class EdgeStore:
    """See ``retrieval.stores.base.VectorStore``. Queries run beside each other; writes one at a time."""

    def __init__(self, shard: "qe.EdgeShard", lock: StoreLock) -> None:
        self.lock = lock
        self._shard: qe.EdgeShard | None = shard
        self._writing = threading.Lock()

    def upsert(self, points: Sequence[Point]) -> None:
        import qdrant_edge as qe

        rows = [qe.Point(point.id, _vectors(point.vectors), _plan.payload(point)) for point in points]
        if rows:
            self._update(qe.UpdateOperation.upsert_points(rows))

    def retire(self, document_id: str, before: int, epoch: int) -> None:
        import qdrant_edge as qe

        which = _filter(_plan.to_retire(document_id, before))
        self._update(qe.UpdateOperation.set_payload_by_filter(which, {"to_epoch": epoch}))

    def retire_points(self, ids: Sequence[str], epoch: int) -> None:
        import qdrant_edge as qe

        for which in _plan.to_retire_points(ids):
            self._update(qe.UpdateOperation.set_payload_by_filter(_filter(which), {"to_epoch": epoch}))

    def delete(self, document_id: str) -> None:
        import qdrant_edge as qe

        self._update(qe.UpdateOperation.delete_points_by_filter(_filter(_plan.of_document(document_id))))

    def sweep(self, epoch: int) -> None:
        import qdrant_edge as qe

        later, ending = _plan.unfinished(epoch)
        self._update(qe.UpdateOperation.delete_points_by_filter(_filter(later)))
        self._update(qe.UpdateOperation.set_payload_by_filter(_filter(ending), {"to_epoch": FOREVER}))

    def flush(self) -> None:
        with self._writing:
            self._open().flush()

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
        import qdrant_edge as qe

        conditions = _plan.conditions(caller, epoch, where)
        asking = _plan.to_ask(probes, where)
        if conditions is None or not asking:
            return []
        filters = {one.language: _filter(_plan.of_language(conditions, one.language)) for one in asking}
        asked = [
            qe.QueryRequest(
                limit=candidates,
                query=qe.Query.Nearest(_vector(one.vector), using=one.stored),
                filter=filters[one.language],
            )
            for one in asking
        ]
        answers = self._open().query_batch(qe.QueryBatchRequest(asked))
        found = [
            (one, [(str(point.id), point.score) for point in answer])
            for one, answer in zip(asking, answers, strict=True)
        ]
        return _plan.fuse(found, limit=limit, rrf_k=rrf_k)

    def count(self, caller: Caller, epoch: int, where: Where) -> int:
        import qdrant_edge as qe

        conditions = _plan.conditions(caller, epoch, where)
        return 0 if conditions is None else self._open().count(qe.CountRequest(exact=True, filter=_filter(conditions)))

    def close(self) -> None:
        with self._writing:
            shard, self._shard = self._shard, None
            if shard is not None:
                shard.flush()
                shard.close()
                self.lock.release()

    def _update(self, operation: "qe.UpdateOperation") -> None:
        # Acknowledged once it stands in the write-ahead log: it survives the end of the process.
        with self._writing:
            self._open().update(operation)

    def _open(self) -> "qe.EdgeShard":
        if self._shard is None:
            raise Unavailable("the vector store is closed; open the knowledge again")
        return self._shard


class EdgeVariant:
    """See ``retrieval.stores.base.StoreVariant``. Options: none of its own."""

    def open(
        self, folder: Path, schema: Sequence[LegSchema], options: Mapping[str, str | int | float | bool]
    ) -> EdgeStore:
        """Raises ``Held`` where another process has it, ``BadSetting`` where the shard has other legs."""
        _plan.check_options("edge", options, ())
        lock = StoreLock.acquire(
            folder, str(options.get("holder", "a Plantwright process")), float(options.get("lock_timeout_seconds", 0.0))
        )
        try:
            return EdgeStore(_load(folder / _SHARD, schema), lock)
        except BaseException:
            lock.release()
            raise

    def drop(self, folder: Path, options: Mapping[str, str | int | float | bool]) -> None:
        lock = StoreLock.acquire(folder, str(options.get("holder", "a rebuild")))
        try:
            shutil.rmtree(folder / _SHARD, ignore_errors=True)
        finally:
            lock.release()


def _load(folder: Path, schema: Sequence[LegSchema]) -> "qe.EdgeShard":
    import qdrant_edge as qe

    config = _config(schema)
    if not folder.exists():
        _create(folder, config)
    try:
        return qe.EdgeShard.load(str(folder), config)
    except Exception as error:  # the engine has no error classes of its own
        raise BadSetting(
            f"{folder}: cannot be opened with the legs of [retrieval] ({_first_line(error)}); "
            "delete the folder and ingest again"
        ) from None


def _create(folder: Path, config: "qe.EdgeConfig") -> None:
    """Made beside its place and then renamed, so that a crash leaves no half of a shard."""
    import qdrant_edge as qe

    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    shard = qe.EdgeShard.create(str(fresh), config)
    for field in _plan.KEYWORD_FIELDS:
        shard.update(qe.UpdateOperation.create_field_index(field, qe.PayloadSchemaType.Keyword))
    for field in _plan.INTEGER_FIELDS:
        shard.update(qe.UpdateOperation.create_field_index(field, qe.PayloadSchemaType.Integer))
    shard.flush()
    shard.close()
    fresh.rename(folder)


def _config(schema: Sequence[LegSchema]) -> "qe.EdgeConfig":
    import qdrant_edge as qe

    dense = {
        leg.name: qe.EdgeVectorParams(size=leg.dimensions, distance=qe.Distance.Cosine)
        for leg in schema
        if leg.kind == "dense"
    }
    sparse = {leg.name: qe.EdgeSparseVectorParams(modifier=qe.Modifier.Idf) for leg in schema if leg.kind == "sparse"}
    return qe.EdgeConfig(vectors=dense or None, sparse_vectors=sparse or None)


def _vector(vector: Vector) -> Any:
    import qdrant_edge as qe

    if isinstance(vector, Sparse):
        return qe.SparseVector(indices=list(vector.indices), values=list(vector.values))
    return list(vector)


def _vectors(vectors: Mapping[str, Vector]) -> dict[str, Any]:
    return {leg: _vector(vector) for leg, vector in vectors.items() if _plan.has_terms(vector)}


def _filter(conditions: Sequence[_plan.Condition]) -> "qe.Filter":
    import qdrant_edge as qe

    def one(condition: _plan.Condition) -> Any:
        if isinstance(condition, _plan.Among):
            return qe.HasIdCondition(set(condition.ids))
        if isinstance(condition, _plan.AnyOf):
            return qe.FieldCondition(key=condition.field, match=qe.MatchAny(list(condition.values)))
        return qe.FieldCondition(key=condition.field, range=qe.RangeFloat(gte=condition.at_least, lt=condition.below))

    return qe.Filter(must=[one(condition) for condition in conditions])


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


STORE = EdgeVariant()
