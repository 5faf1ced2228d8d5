"""Run by ``_rival_store`` with llama-index's packages on the path: fills its store, asks it, prints seconds and ms as JSON."""

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from demo.bench._clusters import EPOCH, USUAL, Clusters
from demo.bench._rival_store import DENSE, SPARSE
from retrieval.legs._chosen import chosen_legs
from retrieval.legs.base import Sparse
from retrieval.settings import RetrievalSettings
from retrieval.stores._plan import payload

Encoded = tuple[list[list[int]], list[list[float]]]


def main(folder: Path, count: int, rounds: int) -> None:
    from llama_index.vector_stores.qdrant import QdrantVectorStore
    from qdrant_client import QdrantClient

    clusters = Clusters(chosen_legs(RetrievalSettings()))
    words: dict[str, Any] = {}  # by the text that stands for them

    def encode(texts: list[str]) -> Encoded:
        of = [words[text.rpartition("\n")[2]] for text in texts]  # it puts the fields before the text
        return [list(one.indices) for one in of], [list(one.values) for one in of]

    store = QdrantVectorStore("bench", client=QdrantClient(path=str(folder)), enable_hybrid=True, sparse_doc_fn=encode, sparse_query_fn=encode, batch_size=256)
    nothing = (0.0,) * clusters.dense[DENSE]  # a Chinese passage has no vector of this leg, and a node must have one
    written = 0.0
    for block in clusters.points(count):
        words |= {point.id: point.vectors[SPARSE] for point in block}
        nodes = [_node(point.id, point.vectors.get(DENSE, nothing), payload(point)) for point in block]
        began = time.perf_counter()
        store.add(nodes)
        written += time.perf_counter() - began
    english = [one for one in clusters.questions(1000, count) if one.language == "en"][:rounds]
    words |= {f"question {number}": one.vectors[SPARSE] for number, one in enumerate(english)}
    taken = [_ask(store, f"question {number}", one.vectors[DENSE]) for number, one in enumerate(english)]
    print(json.dumps({"p50": statistics.median(taken), "write": written}))


def _node(id: str, vector: Any, fields: dict[str, Any]) -> Any:
    from llama_index.core.schema import TextNode

    return TextNode(id_=id, text=id, embedding=list(vector), metadata=fields)


def _ask(store: Any, text: str, vector: tuple[float, ...] | Sparse) -> float:
    """Milliseconds."""
    from llama_index.core.vector_stores.types import VectorStoreQuery, VectorStoreQueryMode

    query = VectorStoreQuery(
        query_embedding=list(vector) if isinstance(vector, tuple) else [], query_str=text, mode=VectorStoreQueryMode.HYBRID,
        similarity_top_k=40, sparse_top_k=40, hybrid_top_k=40,
    )
    began = time.perf_counter()
    found = store.query(query, qdrant_filters=_filter())
    taken = (time.perf_counter() - began) * 1000
    if not found.nodes:
        raise SystemExit("llama-index found nothing")
    return taken


def _filter() -> Any:
    """What our store filters by for ``USUAL`` and English passages."""
    from qdrant_client import models as qm

    any_of = {"groups": sorted(USUAL.groups), "areas": sorted(USUAL.areas), "language": ["en"]}
    return qm.Filter(must=[
        *(qm.FieldCondition(key=field, match=qm.MatchAny(any=values)) for field, values in any_of.items()),
        qm.FieldCondition(key="from_epoch", range=qm.Range(lt=EPOCH + 1)),
        qm.FieldCondition(key="to_epoch", range=qm.Range(gte=EPOCH + 1)),
    ])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
