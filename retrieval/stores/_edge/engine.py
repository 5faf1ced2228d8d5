"""One shard of qdrant-edge, asked in plain data. Runs in the engine's process only."""

import struct
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import qdrant_edge as qe

from retrieval.stores._conditions import Among, AnyOf, Condition
from retrieval.stores._edge import recall
from retrieval.stores._edge.messages import Ask, Found, Packed, Row, Start, Tuning, Weak

_BATCH = 64  # points a write: the engine lets nobody search meanwhile


class Engine:
    """Searches run beside each other; writes one at a time. What the engine raises is a plain ``Exception``."""

    def __init__(self, start: Start) -> None:
        self._start, self._writing = start, threading.Lock()
        if start.create:
            _create(start)
        self._shard = qe.EdgeShard.load(start.folder, _config(start))
        self._params, self._exact = _params(start.tuning), qe.SearchParams(exact=True)
        self._weak = recall.searched_exactly(Path(start.folder), start.tuning.least_recall)

    def upsert(self, rows: Sequence[Row]) -> None:
        for begin in range(0, len(rows), _BATCH):
            points = [
                qe.Point(id, {name: _vector(one) for name, one in vectors.items()}, payload)
                for id, vectors, payload in rows[begin : begin + _BATCH]
            ]
            self._update(qe.UpdateOperation.upsert_points(points))

    def set_payload(self, which: Sequence[Condition], payload: dict[str, Any]) -> None:
        self._update(qe.UpdateOperation.set_payload_by_filter(_filter(which), payload))

    def delete(self, which: Sequence[Condition]) -> None:
        self._update(qe.UpdateOperation.delete_points_by_filter(_filter(which)))

    def query(self, asked: Sequence[Ask], limit: int) -> list[Found]:
        """The best of each search, all searches as one planned batch: measured faster than one by one."""
        filters = {one.conditions: _filter(one.conditions) for one in asked}
        requests = [
            qe.QueryRequest(
                limit=limit,
                query=qe.Query.Nearest(_vector(one.vector), using=one.using),
                filter=filters[one.conditions],
                params=self._exact if self._is_weak(one) else self._params,
            )
            for one in asked
        ]
        answers = self._shard.query_batch(qe.QueryBatchRequest(requests))
        return [[(str(point.id), point.score) for point in answer] for answer in answers]

    def count(self, which: Sequence[Condition]) -> int:
        return self._shard.count(qe.CountRequest(exact=True, filter=_filter(which)))

    def unindexed(self) -> int:
        """Points whose dense vectors are searched one by one, at least; the engine tells sums over all legs only."""
        legs = self._start.legs
        there = {name: self._count_of(name) for name, _ in legs}
        dense = [name for name, dimensions in legs if dimensions and there[name]]
        if not dense:
            return 0
        missing = sum(there.values()) - self._shard.info().indexed_vectors_count
        return max(-(-missing // len(dense)), 0)

    def scroll(self, start: str | None, limit: int, vectors: bool = True) -> tuple[list[Row], str | None]:
        """Points in the order of their ids from ``start`` on, whole or without vectors, and where to go on."""
        request = qe.ScrollRequest(offset=start, limit=limit, with_payload=True, with_vector=vectors)
        records, following = self._shard.scroll(request)
        rows = [(str(one.id), _packed(one.vector), dict(one.payload or {})) for one in records]
        return rows, None if following is None else str(following)

    def flush(self) -> None:
        with self._writing:
            self._shard.flush()

    def optimize(self) -> bool:
        """Build what is missing; minutes of work for 100,000 points. False: there was nothing to do."""
        with self._writing:
            changed = self._shard.optimize()
        if changed:
            recall.forget(Path(self._start.folder))
        return changed

    def check(self) -> list[Weak]:
        """What the graph finds too little of. Whoever opens the shard from now on searches that exactly."""
        found = recall.weak(self._shard, self._start, self._params)
        recall.write(Path(self._start.folder), found)
        return found

    def close(self) -> None:
        with self._writing:
            self._shard.flush()
            self._shard.close()

    def _is_weak(self, ask: Ask) -> bool:
        return bool(self._weak) and any(
            (ask.using, language) in self._weak
            for one in ask.conditions
            if isinstance(one, AnyOf) and one.field == "language"
            for language in one.values
        )

    def _count_of(self, leg: str) -> int:
        which = qe.Filter(must=[qe.HasVectorCondition(leg)])
        return self._shard.count(qe.CountRequest(exact=True, filter=which))

    def _update(self, operation: qe.UpdateOperation) -> None:
        # Acknowledged once it stands in the write-ahead log: it survives the end of the process.
        with self._writing:
            self._shard.update(operation)


OPERATIONS: tuple[str, ...] = (
    "upsert",
    "set_payload",
    "delete",
    "query",
    "count",
    "unindexed",
    "scroll",
    "flush",
    "optimize",
    "check",
    "close",
)


def operation(engine: Engine, name: str) -> Callable[..., Any]:
    """Raises ``ValueError`` for what is none."""
    if name not in OPERATIONS:
        raise ValueError(f"no operation {name!r}")
    found: Callable[..., Any] = getattr(engine, name)
    return found


def _create(start: Start) -> None:
    Path(start.folder).mkdir()
    shard = qe.EdgeShard.create(start.folder, _config(start))
    for field in start.keyword_fields:
        index: Any = qe.KeywordIndexParams(enable_hnsw=False)
        shard.update(qe.UpdateOperation.create_field_index(field, index))
    for field in start.integer_fields:
        index = qe.IntegerIndexParams(lookup=False, range=True, enable_hnsw=False)
        shard.update(qe.UpdateOperation.create_field_index(field, index))
    shard.flush()
    shard.close()


def _config(start: Start) -> qe.EdgeConfig:
    tuning = start.tuning
    memory = qe.Memory.Cold if tuning.on_disk else qe.Memory.Cached
    dense = {
        name: qe.EdgeVectorParams(size=dimensions, distance=qe.Distance.Cosine, memory=memory)
        for name, dimensions in start.legs
        if dimensions
    }
    sparse = {
        name: qe.EdgeSparseVectorParams(modifier=qe.Modifier.Idf) for name, dimensions in start.legs if not dimensions
    }
    return qe.EdgeConfig(
        vectors=dense or None,
        sparse_vectors=sparse or None,
        hnsw_config=qe.HnswIndexConfig(
            m=tuning.hnsw_m,
            ef_construct=tuning.hnsw_ef_construct,
            full_scan_threshold=tuning.full_scan_threshold_kb,
            payload_m=0,
        ),
        quantization_config=(
            qe.ScalarQuantizationConfig(qe.ScalarType.Int8, quantile=0.99, memory=qe.Memory.Pinned)
            if tuning.quantization == "int8"
            else None
        ),
        optimizers=qe.EdgeOptimizersConfig(
            default_segment_number=1,
            max_segment_size=tuning.max_segment_kb,
            indexing_threshold=tuning.indexing_threshold_kb,
        ),
        max_search_threads=tuning.search_threads or None,
    )


def _params(tuning: Tuning) -> qe.SearchParams:
    quantized = tuning.quantization != "none"
    return qe.SearchParams(
        hnsw_ef=tuning.hnsw_ef or None,
        acorn=qe.AcornSearchParams(enable=tuning.acorn, max_selectivity=1.0),
        quantization=(
            qe.QuantizationSearchParams(rescore=tuning.rescore, oversampling=tuning.oversampling) if quantized else None
        ),
    )


def _vector(vector: Packed) -> Any:
    if isinstance(vector, bytes):
        return list(struct.unpack(f"<{len(vector) // 4}f", vector))
    return qe.SparseVector(indices=list(vector[0]), values=list(vector[1]))


def _packed(vectors: Any) -> dict[str, Packed]:
    return {
        name: struct.pack(f"<{len(one)}f", *one) if isinstance(one, list) else (tuple(one.indices), tuple(one.values))
        for name, one in (vectors or {}).items()
    }


def _filter(conditions: Sequence[Condition]) -> qe.Filter:
    def one(condition: Condition) -> Any:
        if isinstance(condition, Among):
            return qe.HasIdCondition(set(condition.ids))
        if isinstance(condition, AnyOf):
            only, *others = condition.values
            match: Any = qe.MatchAny([only, *others]) if others else qe.MatchValue(only)  # measured: faster
            return qe.FieldCondition(key=condition.field, match=match)
        return qe.FieldCondition(key=condition.field, range=qe.RangeFloat(gte=condition.at_least, lt=condition.below))

    return qe.Filter(must=[one(condition) for condition in conditions])
