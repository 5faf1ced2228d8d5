"""A Qdrant server over qdrant-client; with the option ``path`` the client's own local mode, for tests and trials.

Options: ``_server.options.ServerOptions``. What only a real server can show is said in docs/stores.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import Unavailable
from retrieval.models import FOREVER, Caller
from retrieval.stores import _plan
from retrieval.stores._conditions import Condition
from retrieval.stores._lock import StoreLock
from retrieval.stores._server.asking import Question, consistency, filter_of, read_vectors, vectors_of
from retrieval.stores._server.collection import prepare
from retrieval.stores._server.options import DEFAULT_URL, MEMORY, ServerOptions
from retrieval.stores.base import LegSchema, Point, Probe, Scored, Where

if TYPE_CHECKING:
    from qdrant_client import AsyncQdrantClient, QdrantClient

__all__ = ["DEFAULT_URL", "STORE", "ServerStore", "ServerVariant"]
_BATCH = 256  # points a request


class ServerStore:
    """See ``retrieval.stores.base.VectorStore``. Writes are acknowledged once the server has applied them.

    The server fuses by itself, by the formula of ``_plan.fuse``: one request a query, and no raw scores of the legs
    (``Scored.legs`` is empty) unless one probe alone was asked or ``fusion = "client"``. Points of equal score come by
    id, but which of the equals are among the best is the server's choice.
    """

    def __init__(self, client: "QdrantClient", options: ServerOptions, lock: StoreLock | None) -> None:
        self.client, self.options, self.lock = client, options, lock
        self.address, self._collection = options.address, options.collection
        self._async: AsyncQdrantClient | None = None

    def upsert(self, points: Sequence[Point]) -> None:
        from qdrant_client import models as qm

        rows = [
            qm.PointStruct(id=point.id, vector=vectors_of(point.vectors), payload=_plan.payload(point))
            for point in points
        ]
        with _reaching(self.address):
            for start in range(0, len(rows), _BATCH):
                self.client.upsert(self._collection, rows[start : start + _BATCH], **self._writing())

    def retire(self, document_id: str, before: int, epoch: int) -> None:
        self._end(_plan.to_retire(document_id, before), epoch)

    def retire_points(self, ids: Sequence[str], epoch: int) -> None:
        for which in _plan.to_retire_points(ids):
            self._end(which, epoch)

    def delete(self, document_id: str) -> None:
        self._delete(_plan.of_document(document_id))

    def sweep(self, epoch: int) -> None:
        later, ending = _plan.unfinished(epoch)
        self._delete(later)
        self._end(ending, FOREVER)

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
        asked = Question(
            self.options, caller, epoch, probes, where=where, limit=limit, candidates=candidates, rrf_k=rrf_k
        )
        if asked.nothing:
            return []
        with _reaching(self.address):
            if asked.fused:
                return asked.answer(self.client.query_points(self._collection, **asked.one()))
            return asked.answers(self.client.query_batch_points(self._collection, **asked.many()))

    async def aquery(
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
        """``query`` without a thread that waits for the server. In local mode there is nothing to wait for."""
        asked = Question(
            self.options, caller, epoch, probes, where=where, limit=limit, candidates=candidates, rrf_k=rrf_k
        )
        if asked.nothing:
            return []
        if self.options.local:  # the client's two local modes share nothing
            return self.query(caller, epoch, probes, where=where, limit=limit, candidates=candidates, rrf_k=rrf_k)
        if self._async is None:
            self._async = _async_client(self.options)
        with _reaching(self.address):
            if asked.fused:
                return asked.answer(await self._async.query_points(self._collection, **asked.one()))
            return asked.answers(await self._async.query_batch_points(self._collection, **asked.many()))

    def count(self, caller: Caller, epoch: int, where: Where) -> int:
        conditions = _plan.conditions(caller, epoch, where)
        if conditions is None:
            return 0
        with _reaching(self.address):
            return self.client.count(self._collection, count_filter=filter_of(conditions), exact=True).count

    def scan(self, after: str | None, limit: int, *, vectors: bool = True) -> list[Point]:
        with _reaching(self.address):
            rows, _ = self.client.scroll(
                self._collection,
                offset=_plan.following(after),
                limit=limit,
                with_payload=True,
                with_vectors=vectors,
                consistency=consistency(self.options),
            )
        return [_plan.point(str(row.id), read_vectors(row.vector), row.payload or {}) for row in rows]

    def close(self) -> None:
        self.client.close()
        if self.lock is not None:
            self.lock.release()

    async def aclose(self) -> None:
        """Let go of the async client's connections, on the loop that used them."""
        client, self._async = self._async, None
        if client is not None:
            await client.close()

    def _writing(self) -> dict[str, Any]:
        from qdrant_client import models as qm

        return {"wait": True, "ordering": qm.WriteOrdering(self.options.write_ordering)}

    def _end(self, which: Sequence[Condition], epoch: int) -> None:
        with _reaching(self.address):
            self.client.set_payload(self._collection, {"to_epoch": epoch}, points=filter_of(which), **self._writing())

    def _delete(self, which: Sequence[Condition]) -> None:
        from qdrant_client import models as qm

        with _reaching(self.address):
            self.client.delete(self._collection, qm.FilterSelector(filter=filter_of(which)), **self._writing())


class ServerVariant:
    """See ``retrieval.stores.base.StoreVariant``."""

    def open(
        self, folder: Path, schema: Sequence[LegSchema], options: Mapping[str, str | int | float | bool]
    ) -> ServerStore:
        """Makes the collection where there is none. Raises ``Unavailable``, ``Held`` or ``BadSetting``."""
        store = _connect(options)
        try:
            with _reaching(store.address):
                prepare(store.client, schema, store.options)
        except BaseException:
            store.close()
            raise
        return store

    def drop(self, folder: Path, options: Mapping[str, str | int | float | bool]) -> None:
        store = _connect(options)
        try:
            with _reaching(store.address):
                store.client.delete_collection(store.options.collection)
        finally:
            store.close()


def _connect(options: Mapping[str, str | int | float | bool]) -> ServerStore:
    chosen = ServerOptions.read(options)
    lock = _lock(options, chosen)
    try:
        return ServerStore(_client(chosen), chosen, lock)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _lock(options: Mapping[str, str | int | float | bool], chosen: ServerOptions) -> StoreLock | None:
    """The client's local folder is one process's at a time, like the embedded store."""
    if not chosen.local or chosen.path == MEMORY:
        return None
    return StoreLock.acquire(
        Path(chosen.path),
        str(options.get("holder", "a Plantwright process")),
        float(options.get("lock_timeout_seconds", 0.0)),
    )


def _client(options: ServerOptions) -> "QdrantClient":
    from qdrant_client import QdrantClient

    if options.local:
        return QdrantClient(location=MEMORY) if options.path == MEMORY else QdrantClient(path=options.path)
    return QdrantClient(**_remote(options))


def _async_client(options: ServerOptions) -> "AsyncQdrantClient":
    from qdrant_client import AsyncQdrantClient

    return AsyncQdrantClient(**_remote(options))


def _remote(options: ServerOptions) -> dict[str, Any]:
    return {
        "url": options.url,
        "api_key": options.api_key(),
        "timeout": options.timeout_seconds,
        "check_compatibility": False,
    }


@contextmanager
def _reaching(address: str) -> Iterator[None]:
    """The client's errors as ours."""
    from qdrant_client.http.exceptions import ApiException

    try:
        yield
    except ApiException as error:
        reason = (str(error).splitlines() or ["no answer"])[0]
        raise Unavailable(f"Qdrant at {address}: {reason}; check that it runs and [retrieval.store_options]") from None


STORE = ServerVariant()
