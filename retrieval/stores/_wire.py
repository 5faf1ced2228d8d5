"""The store's calls as JSON, for ``stores/remote`` on one side and the service's /internal/store on the other.

Every ``read_*`` raises ``BadInput`` where a message lacks something.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from pydantic import ValidationError

from retrieval.errors import BadInput
from retrieval.legs._packing import pack, unpack
from retrieval.legs.base import Vector
from retrieval.models import Caller
from retrieval.stores.base import Point, Probe, Scored, VectorStore, Where

P = ParamSpec("P")
T = TypeVar("T")
Message = Mapping[str, Any]


def _reading(function: Callable[P, T]) -> Callable[P, T]:
    @wraps(function)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError, ValidationError) as error:
            reason = (str(error).splitlines() or [""])[0]
            raise BadInput(
                f"store message: {type(error).__name__} {reason}; client and service must be of the same version"
            ) from None

    return read


def write_vectors(vectors: Mapping[str, Vector]) -> dict[str, Any]:
    return {leg: pack(vector) for leg, vector in vectors.items()}


@_reading
def read_vectors(message: Message) -> dict[str, Vector]:
    return {leg: unpack(vector) for leg, vector in message.items()}


def write_point(point: Point) -> dict[str, Any]:
    return {
        "id": point.id,
        "vectors": write_vectors(point.vectors),
        "document_id": point.document_id,
        "language": point.language,
        "kind": point.kind,
        "tags": list(point.tags),
        "groups": list(point.groups),
        "areas": list(point.areas),
        "from_epoch": point.from_epoch,
        "to_epoch": point.to_epoch,
        "general": point.general,
    }


@_reading
def read_point(message: Message) -> Point:
    return Point(
        id=message["id"],
        vectors=read_vectors(message["vectors"]),
        document_id=message["document_id"],
        language=message["language"],
        kind=message["kind"],
        tags=tuple(message["tags"]),
        groups=tuple(message["groups"]),
        areas=tuple(message["areas"]),
        from_epoch=int(message["from_epoch"]),
        to_epoch=int(message["to_epoch"]),
        general=bool(message["general"]),
    )


def write_probes(probes: Sequence[Probe]) -> list[dict[str, Any]]:
    return [
        {
            "leg": one.leg,
            "vector": pack(one.vector),
            "language": one.language,
            "weight": one.weight,
            "over": one.over,
        }
        for one in probes
    ]


@_reading
def read_probes(message: Sequence[Message]) -> list[Probe]:
    return [
        Probe(one["leg"], unpack(one["vector"]), one["language"], float(one["weight"]), str(one["over"]))
        for one in message
    ]


def write_where(where: Where) -> dict[str, Any]:
    return {
        "tags": list(where.tags),
        "document_ids": list(where.document_ids),
        "languages": list(where.languages),
        "kinds": list(where.kinds),
        "applies": list(where.applies),
    }


@_reading
def read_where(message: Message) -> Where:
    return Where(**{name: tuple(message[name]) for name in ("tags", "document_ids", "languages", "kinds", "applies")})


def write_caller(caller: Caller) -> dict[str, Any]:
    return {"name": caller.name, **{name: sorted(getattr(caller, name)) for name in ("groups", "areas", "roles")}}


@_reading
def read_caller(message: Message) -> Caller:
    return Caller.model_validate(dict(message))


def write_scored(found: Sequence[Scored]) -> list[dict[str, Any]]:
    return [{"id": one.id, "score": one.score, "legs": dict(one.legs)} for one in found]


@_reading
def read_scored(message: Sequence[Message]) -> list[Scored]:
    return [Scored(one["id"], float(one["score"]), dict(one["legs"])) for one in message]


@_reading
def _read(message: Message, **readers: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: read(message[name]) for name, read in readers.items()}


def _read_points(message: Sequence[Message]) -> list[Point]:
    return [read_point(point) for point in message]


def _read_ids(message: Sequence[Any]) -> list[str]:
    return [str(UUID(id)) for id in message]


def call(store: VectorStore, operation: str, message: Message) -> dict[str, Any]:
    """The service's side: do what the message says. ``operation`` is one of ``OPERATIONS``."""
    return OPERATIONS[operation](store, message)


def _upsert(store: VectorStore, message: Message) -> dict[str, Any]:
    store.upsert(**(arguments := _read(message, points=_read_points)))
    return {"written": len(arguments["points"])}


def _retire(store: VectorStore, message: Message) -> dict[str, Any]:
    store.retire(**_read(message, document_id=str, before=int, epoch=int))
    return {}


def _retire_points(store: VectorStore, message: Message) -> dict[str, Any]:
    store.retire_points(**_read(message, ids=_read_ids, epoch=int))
    return {}


def _delete(store: VectorStore, message: Message) -> dict[str, Any]:
    store.delete(**_read(message, document_id=str))
    return {}


def _sweep(store: VectorStore, message: Message) -> dict[str, Any]:
    store.sweep(**_read(message, epoch=int))
    return {}


def _flush(store: VectorStore, message: Message) -> dict[str, Any]:
    store.flush()
    return {}


def _query(store: VectorStore, message: Message) -> dict[str, Any]:
    found = store.query(
        **_read(
            message,
            caller=read_caller,
            epoch=int,
            probes=read_probes,
            where=read_where,
            limit=int,
            candidates=int,
            rrf_k=int,
        )
    )
    return {"found": write_scored(found)}


def _count(store: VectorStore, message: Message) -> dict[str, Any]:
    return {"count": store.count(**_read(message, caller=read_caller, epoch=int, where=read_where))}


def _scan(store: VectorStore, message: Message) -> dict[str, Any]:
    found = store.scan(**_read(message, after=_read_after, limit=int, vectors=bool))
    return {"points": [write_point(point) for point in found]}


def _read_after(id: Any) -> str | None:
    return None if id is None else str(UUID(id))


OPERATIONS: dict[str, Callable[[VectorStore, Message], dict[str, Any]]] = {
    "upsert": _upsert,
    "retire": _retire,
    "retire_points": _retire_points,
    "delete": _delete,
    "sweep": _sweep,
    "flush": _flush,
    "query": _query,
    "count": _count,
    "scan": _scan,
}
