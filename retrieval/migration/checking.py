"""Whether two stores hold the same points: each one's fields compared, in one pass over both, and counted."""

import heapq
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from retrieval.legs.base import Vector
from retrieval.migration.copying import batches, before
from retrieval.stores.base import Point, VectorStore

Kind = tuple[str, str]  # language, kind
_NAMED = 3  # ids of differing points
_COSINE = 0.999  # of a vector and its copy: 32-bit floats, normalised twice
_SEED = 20_000


@dataclass(slots=True)
class Compared:
    """``sample``: ids drawn evenly from the source's. ``sizes``: points of each document."""

    source: Counter[Kind] = field(default_factory=Counter)
    target: Counter[Kind] = field(default_factory=Counter)
    epochs: set[tuple[int, int]] = field(default_factory=set)  # (from, to) that occur
    sizes: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    sample: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """One line each; none where the stores hold the same."""
        told = (
            ("lacks", self.missing),
            ("has, beyond the source,", self.extra),
            ("has other fields of", self.different),
        )
        return [
            f"the target {what} {len(ids)} points, as {', '.join(ids[:_NAMED])}; migrate again with --replace"
            for what, ids in told
            if ids
        ]


def compare(
    source: VectorStore, target: VectorStore, batch: int, samples: int, tell: Callable[[int], None]
) -> Compared:
    """Every point of both, of all epochs, without its vectors; ``same_vectors`` looks at those of a sample."""
    found, chance = Compared(), random.Random(_SEED)  # noqa: S311 -- a sample, no secret
    drawn: list[tuple[float, str]] = []
    for number, (ours, theirs) in enumerate(_pairs(_all(source, batch), _all(target, batch)), start=1):
        if ours is not None:
            found.source[ours.language, ours.kind] += 1
            found.sizes[ours.document_id] += 1
            found.epochs.add((ours.from_epoch, ours.to_epoch))
            push = heapq.heappush if len(drawn) < samples else heapq.heappushpop
            push(drawn, (chance.random(), ours.id))
        if theirs is not None:
            found.target[theirs.language, theirs.kind] += 1
        _note(found, ours, theirs)
        if number % batch == 0:
            tell(number)
    found.sample = [id for _, id in sorted(drawn)]
    return found


def same_vectors(source: VectorStore, target: VectorStore, ids: list[str]) -> list[str]:
    """Ids of those whose vectors differ by more than 32-bit floats do."""
    return [id for id in ids if not _alike(_one(source, id), _one(target, id))]


def _all(store: VectorStore, batch: int) -> Iterator[Point]:
    return chain.from_iterable(batches(store, batch, vectors=False))


def _pairs(ours: Iterator[Point], theirs: Iterator[Point]) -> Iterator[tuple[Point | None, Point | None]]:
    """Both in the order of ids; None where one lacks what the other has."""
    left, right = next(ours, None), next(theirs, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left.id < right.id):
            yield left, None
            left = next(ours, None)
        elif left is None or right.id < left.id:
            yield None, right
            right = next(theirs, None)
        else:
            yield left, right
            left, right = next(ours, None), next(theirs, None)


def _note(found: Compared, ours: Point | None, theirs: Point | None) -> None:
    if ours is None and theirs is not None:
        found.extra.append(theirs.id)
    elif theirs is None and ours is not None:
        found.missing.append(ours.id)
    elif ours is not None and ours != theirs:
        found.different.append(ours.id)


def _one(store: VectorStore, id: str) -> Point | None:
    found = store.scan(before(id), 1)
    return found[0] if found and found[0].id == id else None


def _alike(ours: Point | None, theirs: Point | None) -> bool:
    if ours is None or theirs is None:
        return False
    return set(ours.vectors) == set(theirs.vectors) and all(
        _near(vector, theirs.vectors[leg]) for leg, vector in ours.vectors.items()
    )


def _near(ours: Vector, theirs: Vector) -> bool:
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        product = sum(a * b for a, b in zip(ours, theirs, strict=True))
        lengths = sum(a * a for a in ours) * sum(b * b for b in theirs)
        return product >= _COSINE * math.sqrt(lengths)
    if isinstance(ours, tuple) or isinstance(theirs, tuple):
        return False
    left, right = (
        dict(zip(ours.indices, ours.values, strict=True)),
        dict(zip(theirs.indices, theirs.values, strict=True)),
    )
    return left.keys() == right.keys() and all(abs(left[at] - right[at]) < 1e-3 * (1 + abs(left[at])) for at in left)
