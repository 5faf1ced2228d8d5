"""The collection: made with everything said, checked where it is there already."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from retrieval.errors import BadSetting
from retrieval.stores import _plan
from retrieval.stores._server.options import ServerOptions
from retrieval.stores.base import LegSchema

if TYPE_CHECKING:
    from qdrant_client import QdrantClient


def prepare(client: "QdrantClient", schema: Sequence[LegSchema], options: ServerOptions) -> None:
    """Raises ``BadSetting`` where there is one with other legs. A half-made one gets the indexes it lacks."""
    if client.collection_exists(options.collection):
        _check(client, options.collection, schema)
    else:
        client.create_collection(options.collection, **arguments(schema, options))
    if not options.local:  # which has none, and warns
        _index(client, options.collection)


def arguments(schema: Sequence[LegSchema], options: ServerOptions) -> dict[str, Any]:
    """Of ``create_collection``: nothing that matters is left to the server's defaults."""
    from qdrant_client import models as qm

    memory = qm.Memory.COLD if options.on_disk else qm.Memory.CACHED
    quantized = qm.ScalarQuantization(
        scalar=qm.ScalarQuantizationConfig(type=qm.ScalarType.INT8, quantile=0.99, memory=qm.Memory.PINNED)
    )
    return {
        "vectors_config": {
            leg.name: qm.VectorParams(size=leg.dimensions, distance=qm.Distance.COSINE, memory=memory)
            for leg in schema
            if leg.kind == "dense"
        },
        "sparse_vectors_config": {
            leg.name: qm.SparseVectorParams(modifier=qm.Modifier.IDF) for leg in schema if leg.kind == "sparse"
        },
        "shard_number": options.shards,
        "replication_factor": options.replicas,
        "write_consistency_factor": options.write_consistency,
        "hnsw_config": qm.HnswConfigDiff(
            m=options.hnsw_m,
            ef_construct=options.hnsw_ef_construct,
            full_scan_threshold=options.full_scan_threshold_kb,
            memory=qm.Memory.COLD if options.on_disk else qm.Memory.CACHED,
        ),
        "optimizers_config": qm.OptimizersConfigDiff(indexing_threshold=options.indexing_threshold_kb),
        "quantization_config": quantized if options.quantization == "int8" else None,
    }


def indexes() -> dict[str, Any]:
    """Each field that a filter names, and its index. Only those filtered by in every probe get links in the graph."""
    from qdrant_client import models as qm

    keyword = {
        field: qm.KeywordIndexParams(type=qm.KeywordIndexType.KEYWORD, enable_hnsw=field in _plan.LINKED_FIELDS)
        for field in _plan.KEYWORD_FIELDS
    }
    integer = {
        field: qm.IntegerIndexParams(type=qm.IntegerIndexType.INTEGER, lookup=False, range=True, enable_hnsw=False)
        for field in _plan.INTEGER_FIELDS
    }
    return keyword | integer


def _index(client: "QdrantClient", collection: str) -> None:
    there = client.get_collection(collection).payload_schema
    for field, index in indexes().items():
        if field not in there:
            client.create_payload_index(collection, field, index, wait=True)


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
