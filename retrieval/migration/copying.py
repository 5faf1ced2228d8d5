"""The points of one store into another, in the order of their ids, a batch at a time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from retrieval.errors import BadSetting
from retrieval.migration.checkpoint import Checkpoint
from retrieval.stores.base import Point, VectorStore

CHECKPOINT_BATCHES = 10  # between two checkpoints: so much is copied again after a kill
Told = Callable[[int], None]  # points that are copied so far


def batches(store: VectorStore, size: int, after: str | None = None, *, vectors: bool = True) -> Iterator[list[Point]]:
    """All points behind the id ``after``."""
    while found := store.scan(after, size, vectors=vectors):
        yield found
        after = found[-1].id


def begin(target: VectorStore, kept: Checkpoint | None, fresh: Checkpoint) -> Checkpoint:
    """Where to go on. Raises ``BadSetting`` where the target holds what this migration did not put there.

    What it holds beyond its checkpoint may be of the batches after it; the check of the whole compares each point.
    """
    if kept is not None and kept.target == fresh.target and _has(target, kept.after):
        if kept.epoch != fresh.epoch:
            raise BadSetting(
                f"{fresh.target}: the source has changed since this migration began (epoch {kept.epoch}, now "
                f"{fresh.epoch}); run it again with --replace"
            )
        return kept
    if target.scan(None, 1, vectors=False):
        raise BadSetting(
            f"{fresh.target}: holds points already, and not of this migration; name an empty collection, "
            "or --replace what it holds"
        )
    return fresh


def copy(source: VectorStore, target: VectorStore, at: Checkpoint, folder: Path, batch: int, tell: Told) -> Checkpoint:
    """All that is left to copy. Points are acknowledged by the target before a checkpoint names them."""
    at.write(folder)
    if at.complete:
        return at
    for number, points in enumerate(batches(source, batch, at.after), start=1):
        target.upsert(points)
        at = replace(at, after=points[-1].id, copied=at.copied + len(points))
        if number % CHECKPOINT_BATCHES == 0:
            target.flush()
            at.write(folder)
        tell(at.copied)
    target.flush()
    at = replace(at, complete=True)
    at.write(folder)
    return at


def _has(store: VectorStore, id: str | None) -> bool:
    """Whether it still has the point; of None, whether it may be gone on with at all: a checkpoint before any point."""
    return id is None or [one.id for one in store.scan(before(id), 1, vectors=False)] == [id]


def before(id: str) -> str | None:
    """The id that a scan begins behind to find ``id`` first."""
    return str(UUID(int=UUID(id).int - 1)) if UUID(id).int else None
