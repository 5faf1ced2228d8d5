"""What all stores do alike: the fields of a point, the filter as plain conditions, the fusion of legs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from retrieval.errors import BadSetting
from retrieval.legs.base import Sparse, Vector
from retrieval.models import EVERYTHING, FOREVER, Caller, Language
from retrieval.stores._conditions import Among, AnyOf, Between, Condition
from retrieval.stores.base import Point, Probe, Scored, Where

KEYWORD_FIELDS = ("document_id", "language", "kind", "tags", "groups", "areas", "applies")
INTEGER_FIELDS = ("from_epoch", "to_epoch")
LINKED_FIELDS = ("language",)  # every probe filters by it, and it leaves about half of the points
COMMON_OPTIONS = ("holder", "lock_timeout_seconds")  # Knowledge hands these to every variant


ID_BATCH = 1000  # ids a filter


def conditions(caller: Caller, epoch: int, where: Where) -> list[Condition] | None:
    """All must hold. None: this caller may see nothing, so the engine isn't even asked."""
    if not caller.groups or not caller.areas:
        return None
    found: list[Condition] = [Between("from_epoch", below=epoch + 1), Between("to_epoch", at_least=epoch + 1)]
    mine = (("groups", caller.groups), ("areas", caller.areas))
    found += [AnyOf(field, tuple(sorted(values))) for field, values in mine if EVERYTHING not in values]
    wanted = (
        ("tags", where.tags),
        ("document_id", where.document_ids),
        ("language", where.languages),
        ("kind", where.kinds),
    )
    found += [AnyOf(field, tuple(values)) for field, values in wanted if values]
    return [*found, AnyOf("applies", (EVERYTHING, *where.applies))] if where.applies else found


def to_retire(document_id: str, before: int) -> list[Condition]:
    """The document's points that began before ``before`` and have no end yet."""
    return [
        AnyOf("document_id", (document_id,)),
        Between("from_epoch", below=before),
        Between("to_epoch", at_least=FOREVER),
    ]


def to_retire_points(ids: Sequence[str]) -> Iterator[list[Condition]]:
    """Those of the points that have no end yet, in batches."""
    for start in range(0, len(ids), ID_BATCH):
        yield [Among(tuple(ids[start : start + ID_BATCH])), Between("to_epoch", at_least=FOREVER)]


def of_document(document_id: str) -> list[Condition]:
    """All that the document ever had."""
    return [AnyOf("document_id", (document_id,))]


def unfinished(epoch: int) -> tuple[list[Condition], list[Condition]]:
    """What ``sweep`` deletes, and what it gives no end again."""
    return [Between("from_epoch", at_least=epoch + 1)], [Between("to_epoch", at_least=epoch + 1, below=FOREVER)]


def payload(point: Point) -> dict[str, Any]:
    return {
        "document_id": point.document_id,
        "language": point.language,
        "kind": point.kind,
        "tags": list(point.tags),
        "groups": list(point.groups),
        "areas": list(point.areas),
        "from_epoch": point.from_epoch,
        "to_epoch": point.to_epoch,
        "applies": [EVERYTHING] if point.general else list(point.tags),
    }


def point(id: str, vectors: Mapping[str, Vector], payload: Mapping[str, Any]) -> Point:
    """The point of which ``payload`` was made."""
    return Point(
        id=id,
        vectors=vectors,
        document_id=payload["document_id"],
        language=payload["language"],
        kind=payload["kind"],
        tags=tuple(payload["tags"]),
        groups=tuple(payload["groups"]),
        areas=tuple(payload["areas"]),
        from_epoch=int(payload["from_epoch"]),
        to_epoch=int(payload["to_epoch"]),
        general=EVERYTHING in payload["applies"],
    )


def following(id: str | None) -> str | None:
    """The least id behind this one, where engines begin to read; None: at the very first."""
    return None if id is None else str(UUID(int=min(UUID(id).int + 1, 2**128 - 1)))


def has_terms(vector: Vector) -> bool:
    """A sparse vector without terms matches nothing, and the engines refuse it."""
    return not isinstance(vector, Sparse) or bool(vector.indices)


def to_ask(probes: Sequence[Probe], where: Where) -> list[Probe]:
    """Those that can find anything."""
    return [
        probe
        for probe in probes
        if probe.weight > 0 and has_terms(probe.vector) and (not where.languages or probe.language in where.languages)
    ]


def of_language(conditions: Sequence[Condition], language: Language) -> list[Condition]:
    """The conditions, among the passages of one language only."""
    kept = [one for one in conditions if not (isinstance(one, AnyOf) and one.field == "language")]
    return [*kept, AnyOf("language", (language,))]


def fuse(found: Sequence[tuple[Probe, Sequence[tuple[str, float]]]], *, limit: int, rrf_k: int) -> list[Scored]:
    """Weighted reciprocal rank fusion of each probe's (id, raw score) list: sum of 1 / (rank / weight + rrf_k - 1).

    Rank from 1. Cormack, Clarke & Büttcher 2009 with the weights where Qdrant puts them, so that a server which fuses
    by itself ranks as the others do. In Python, so that the raw scores of the legs are known.
    """
    fused: dict[str, float] = defaultdict(float)
    raw: dict[str, dict[str, float]] = defaultdict(dict)
    for probe, scored in found:
        # Engines differ in the last digits and in the order of equals: round, then the id decides.
        ranked = sorted(scored, key=lambda pair: (-round(pair[1], 5), pair[0]))
        for rank, (id, score) in enumerate(ranked, start=1):
            fused[id] += 1.0 / (rank / probe.weight + rrf_k - 1.0)
            raw[id][probe.leg] = score
    best = sorted(fused, key=lambda id: (-round(fused[id], 12), id))[:limit]
    return [Scored(id, fused[id], raw[id]) for id in best]


def check_options(store: str, options: Mapping[str, str | int | float | bool], known: Sequence[str]) -> None:
    """Raises ``BadSetting`` for a key that the store doesn't know."""
    for key in options:
        if key not in known and key not in COMMON_OPTIONS:
            allowed = ", ".join(known) or "none"
            raise BadSetting(f"[retrieval.store_options] {key}: no option of the store {store!r}; it has: {allowed}")
