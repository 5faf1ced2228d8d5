"""A Qdrant server over qdrant-client; with the option ``path`` the client's own local mode, for tests and trials.

Options: ``url`` (default http://127.0.0.1:6333), ``collection`` (default plantwright), ``timeout_seconds``
(default 10), ``api_key_file``; or ``path``, a folder or ``:memory:``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import BadSetting, Unavailable
from retrieval.legs.base import Sparse, Vector
from retrieval.models import FOREVER, Caller
from retrieval.stores import _plan
from retrieval.stores._lock import StoreLock
from retrieval.stores.base import LegSchema, Point, Probe, Scored, Where

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client import models as qm

DEFAULT_URL = "http://127.0.0.1:6333"
_KNOWN = ("url", "collection", "timeout_seconds", "api_key_file", "path")
_BATCH = 256  # points a request


class ServerStore:
    """See ``retrieval.stores.base.VectorStore``. Writes are acknowledged once the server has applied them."""

    def __init__(self, client: "QdrantClient", collection: str, address: str, lock: StoreLock | None) -> None:
        self.client, self._collection, self.address, self.lock = client, collection, address, lock

    def upsert(self, points: Sequence[Point]) -> None:
        from qdrant_client import models as qm

        rows = [
            qm.PointStruct(id=point.id, vector=_vectors(point.vectors), payload=_plan.payload(point))
            for point in points
        ]
        with _reaching(self.address):
            for start in range(0, len(rows), _BATCH):
                self.client.upsert(self._collection, rows[start : start + _BATCH], wait=True)

    def retire(self, document_id: str, before: int, epoch: int) -> None:
        which = _filter(_plan.to_retire(document_id, before))
        with _reaching(self.address):
            self.client.set_payload(self._collection, {"to_epoch": epoch}, points=which, wait=True)

    def retire_points(self, ids: Sequence[str], epoch: int) -> None:
        with _reaching(self.address):
            for which in _plan.to_retire_points(ids):
                self.client.set_payload(self._collection, {"to_epoch": epoch}, points=_filter(which), wait=True)

    def delete(self, document_id: str) -> None:
        from qdrant_client import models as qm

        which = qm.FilterSelector(filter=_filter(_plan.of_document(document_id)))
        with _reaching(self.address):
            self.client.delete(self._collection, which, wait=True)

    def sweep(self, epoch: int) -> None:
        from qdrant_client import models as qm

        later, ending = _plan.unfinished(epoch)
        with _reaching(self.address):
            self.client.delete(self._collection, qm.FilterSelector(filter=_filter(later)), wait=True)
            self.client.set_payload(self._collection, {"to_epoch": FOREVER}, points=_filter(ending), wait=True)

    def flush(self) -> None:
        """Nothing to do: a server has no such call, its own write-ahead log and settings answer for its disk."""

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
        from qdrant_client import models as qm

        conditions = _plan.conditions(caller, epoch, where)
        asking = _plan.to_ask(probes, where)
        if conditions is None or not asking:
            return []
        asked = [
            qm.QueryRequest(
                query=_vector(one.vector),
                using=one.stored,
                filter=_filter(_plan.of_language(conditions, one.language)),
                limit=candidates,
                with_payload=False,
            )
            for one in asking
        ]
        with _reaching(self.address):
            answers = self.client.query_batch_points(self._collection, asked)
        found = [
            (one, [(str(point.id), point.score) for point in answer.points])
            for one, answer in zip(asking, answers, strict=True)
        ]
        return _plan.fuse(found, limit=limit, rrf_k=rrf_k)

    def count(self, caller: Caller, epoch: int, where: Where) -> int:
        conditions = _plan.conditions(caller, epoch, where)
        if conditions is None:
            return 0
        with _reaching(self.address):
            return self.client.count(self._collection, count_filter=_filter(conditions), exact=True).count

    def close(self) -> None:
        self.client.close()
        if self.lock is not None:
            self.lock.release()


class ServerVariant:
    """See ``retrieval.stores.base.StoreVariant``."""

    def open(
        self, folder: Path, schema: Sequence[LegSchema], options: Mapping[str, str | int | float | bool]
    ) -> ServerStore:
        """Makes the collection where there is none. Raises ``Unavailable``, ``Held`` or ``BadSetting``."""
        _plan.check_options("server", options, _KNOWN)
        collection = str(options.get("collection", "plantwright"))
        store = _connect(options, collection)
        try:
            with _reaching(store.address):
                _prepare(store.client, collection, schema, indexes="path" not in options)
        except BaseException:
            store.close()
            raise
        return store

    def drop(self, folder: Path, options: Mapping[str, str | int | float | bool]) -> None:
        _plan.check_options("server", options, _KNOWN)
        collection = str(options.get("collection", "plantwright"))
        store = _connect(options, collection)
        try:
            with _reaching(store.address):
                store.client.delete_collection(collection)
        finally:
            store.close()


def _connect(options: Mapping[str, str | int | float | bool], collection: str) -> ServerStore:
    address = str(options.get("path", options.get("url", DEFAULT_URL)))
    lock = _lock(options, address)
    try:
        return ServerStore(_client(options, address), collection, address, lock)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _lock(options: Mapping[str, str | int | float | bool], address: str) -> StoreLock | None:
    """The client's local folder is one process's at a time, like the embedded store."""
    if "path" not in options or address == ":memory:":
        return None
    return StoreLock.acquire(
        Path(address),
        str(options.get("holder", "a Plantwright process")),
        float(options.get("lock_timeout_seconds", 0.0)),
    )


def _client(options: Mapping[str, str | int | float | bool], address: str) -> "QdrantClient":
    from qdrant_client import QdrantClient

    if "path" in options:
        return QdrantClient(location=address) if address == ":memory:" else QdrantClient(path=address)
    key = str(options.get("api_key_file", ""))
    try:
        secret = Path(key).read_text(encoding="utf-8").strip() if key else None
    except OSError as error:
        raise BadSetting(f"[retrieval.store_options] api_key_file: {key}: {error.strerror}") from None
    return QdrantClient(
        url=address, api_key=secret, timeout=int(options.get("timeout_seconds", 10)), check_compatibility=False
    )


def _prepare(client: "QdrantClient", collection: str, schema: Sequence[LegSchema], *, indexes: bool) -> None:
    from qdrant_client import models as qm

    if client.collection_exists(collection):
        _check(client, collection, schema)
        return
    dense = {
        leg.name: qm.VectorParams(size=leg.dimensions, distance=qm.Distance.COSINE)
        for leg in schema
        if leg.kind == "dense"
    }
    sparse = {leg.name: qm.SparseVectorParams(modifier=qm.Modifier.IDF) for leg in schema if leg.kind == "sparse"}
    client.create_collection(collection, vectors_config=dense, sparse_vectors_config=sparse)
    if indexes:  # local mode has none, and warns
        for field in _plan.KEYWORD_FIELDS:
            client.create_payload_index(collection, field, qm.PayloadSchemaType.KEYWORD, wait=True)
        for field in _plan.INTEGER_FIELDS:
            client.create_payload_index(collection, field, qm.PayloadSchemaType.INTEGER, wait=True)


def _check(client: "QdrantClient", collection: str, schema: Sequence[LegSchema]) -> None:
    params = client.get_collection(collection).config.params
    vectors: Any = params.vectors or {}
    found = {name: vector.size for name, vector in vectors.items()} | dict.fromkeys(params.sparse_vectors or {}, 0)
    wanted = {leg.name: leg.dimensions for leg in schema}
    if found != wanted:
        raise BadSetting(
            f"collection {collection!r} has the legs {found}, [retrieval] wants {wanted}; "
            "name another collection in [retrieval.store_options] and ingest again"
        )


@contextmanager
def _reaching(address: str) -> Iterator[None]:
    """The client's errors as ours."""
    from qdrant_client.http.exceptions import ApiException

    try:
        yield
    except ApiException as error:
        reason = (str(error).splitlines() or ["no answer"])[0]
        raise Unavailable(f"Qdrant at {address}: {reason}; check that it runs and [retrieval.store_options]") from None


def _vector(vector: Vector) -> Any:
    from qdrant_client import models as qm

    if isinstance(vector, Sparse):
        return qm.SparseVector(indices=list(vector.indices), values=list(vector.values))
    return list(vector)


def _vectors(vectors: Mapping[str, Vector]) -> dict[str, Any]:
    return {leg: _vector(vector) for leg, vector in vectors.items() if _plan.has_terms(vector)}


def _filter(conditions: Sequence[_plan.Condition]) -> "qm.Filter":
    from qdrant_client import models as qm

    def one(condition: _plan.Condition) -> qm.FieldCondition | qm.HasIdCondition:
        if isinstance(condition, _plan.Among):
            return qm.HasIdCondition(has_id=list(condition.ids))
        if isinstance(condition, _plan.AnyOf):
            return qm.FieldCondition(key=condition.field, match=qm.MatchAny(any=list(condition.values)))
        return qm.FieldCondition(key=condition.field, range=qm.Range(gte=condition.at_least, lt=condition.below))

    return qm.Filter(must=[one(condition) for condition in conditions])


STORE = ServerVariant()
