"""Questions in the client's words: one request for all probes, fused by the server; or one a probe, fused here."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from retrieval.legs.base import Sparse, Vector
from retrieval.models import Caller
from retrieval.stores import _plan
from retrieval.stores._conditions import Among, AnyOf, Condition
from retrieval.stores._server.options import ServerOptions
from retrieval.stores.base import Probe, Scored, Where

if TYPE_CHECKING:
    from qdrant_client import models as qm


class Question:
    """A query, as arguments of the client's calls. Sync and async clients take the same."""

    def __init__(
        self,
        options: ServerOptions,
        caller: Caller,
        epoch: int,
        probes: Sequence[Probe],
        *,
        where: Where,
        limit: int,
        candidates: int,
        rrf_k: int,
    ) -> None:
        self._options, self._limit, self._candidates, self._rrf_k = options, limit, candidates, rrf_k
        conditions = _plan.conditions(caller, epoch, where)
        self._conditions = conditions or []
        self._asking = [] if conditions is None else _plan.to_ask(probes, where)

    @property
    def nothing(self) -> bool:
        """Nobody needs to be asked."""
        return not self._asking

    @property
    def fused(self) -> bool:
        """Whether the server fuses. With one probe there is nothing to fuse, and its raw scores are known."""
        return self._options.fusion == "server" and len(self._asking) > 1

    def one(self) -> dict[str, Any]:
        """For ``query_points``: a prefetch a probe, each with all of the filter, and the weighted fusion over them."""
        from qdrant_client import models as qm

        return {
            "prefetch": [qm.Prefetch(**self._of(probe), limit=self._candidates) for probe in self._asking],
            "query": qm.RrfQuery(rrf=qm.Rrf(k=self._rrf_k, weights=[probe.weight for probe in self._asking])),
            "limit": self._limit,
            "with_payload": False,
            "consistency": consistency(self._options),
        }

    def many(self) -> dict[str, Any]:
        """For ``query_batch_points``."""
        from qdrant_client import models as qm

        requests = [
            qm.QueryRequest(**self._of(probe), limit=self._candidates, with_payload=False) for probe in self._asking
        ]
        return {"requests": requests, "consistency": consistency(self._options)}

    def answer(self, answer: "qm.QueryResponse") -> list[Scored]:
        """To ``one``: the server's own order, but equals by id."""
        found = [Scored(str(point.id), point.score) for point in answer.points]
        return sorted(found, key=lambda one: (-round(one.score, 6), one.id))

    def answers(self, answers: "Sequence[qm.QueryResponse]") -> list[Scored]:
        """To ``many``."""
        found = [
            (probe, [(str(point.id), point.score) for point in answer.points])
            for probe, answer in zip(self._asking, answers, strict=True)
        ]
        return _plan.fuse(found, limit=self._limit, rrf_k=self._rrf_k)

    def _of(self, probe: Probe) -> dict[str, Any]:
        return {
            "query": vector_of(probe.vector),
            "using": probe.stored,
            "filter": filter_of(_plan.of_language(self._conditions, probe.language)),
            "params": params(self._options),
        }


def params(options: ServerOptions) -> "qm.SearchParams | None":
    """None in local mode, which searches exactly and warns of any."""
    from qdrant_client import models as qm

    if options.local:
        return None
    quantized = qm.QuantizationSearchParams(rescore=options.rescore, oversampling=options.oversampling)
    return qm.SearchParams(
        hnsw_ef=options.hnsw_ef or None, quantization=quantized if options.quantization == "int8" else None
    )


def consistency(options: ServerOptions) -> Any:
    """How many replicas a read asks: 1, or the named share of them."""
    from qdrant_client import models as qm

    return 1 if options.read_consistency == "one" else qm.ReadConsistencyType(options.read_consistency)


def vector_of(vector: Vector) -> Any:
    from qdrant_client import models as qm

    if isinstance(vector, Sparse):
        return qm.SparseVector(indices=list(vector.indices), values=list(vector.values))
    return list(vector)


def vectors_of(vectors: Mapping[str, Vector]) -> dict[str, Any]:
    return {leg: vector_of(vector) for leg, vector in vectors.items() if _plan.has_terms(vector)}


def read_vectors(found: Any) -> dict[str, Vector]:
    """Named vectors as the client gives them back."""
    return {
        leg: tuple(one) if isinstance(one, list) else Sparse(tuple(one.indices), tuple(one.values))
        for leg, one in (found or {}).items()
    }


def filter_of(conditions: Sequence[Condition]) -> "qm.Filter":
    from qdrant_client import models as qm

    def one(condition: Condition) -> qm.FieldCondition | qm.HasIdCondition:
        if isinstance(condition, Among):
            return qm.HasIdCondition(has_id=list(condition.ids))
        if isinstance(condition, AnyOf):
            return qm.FieldCondition(key=condition.field, match=qm.MatchAny(any=list(condition.values)))
        return qm.FieldCondition(key=condition.field, range=qm.Range(gte=condition.at_least, lt=condition.below))

    return qm.Filter(must=[one(condition) for condition in conditions])
