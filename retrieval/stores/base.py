"""The contract of a vector store.

A store holds vectors and the few fields it filters by; the passages themselves stand in SQL. Every query is
filtered inside the store by the caller's groups and areas and by epoch: a point shows where
``from_epoch <= epoch < to_epoch``. Methods block: call them from an executor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from retrieval.legs.base import Vector
from retrieval.models import FOREVER, Caller, Language, PassageKind


@dataclass(frozen=True, slots=True)
class LegSchema:
    """What a store must know to make room for one leg."""

    name: str
    kind: Literal["dense", "sparse"]
    dimensions: int


@dataclass(frozen=True, slots=True)
class Point:
    """One passage as the store sees it. ``id`` is the passage's UUID."""

    id: str
    vectors: Mapping[str, Vector]
    document_id: str
    language: Language
    kind: PassageKind
    tags: tuple[str, ...]
    groups: tuple[str, ...]
    areas: tuple[str, ...]
    from_epoch: int
    to_epoch: int = FOREVER
    general: bool = True  # its document is for no equipment in particular


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions beside the caller's own; an empty tuple does not restrict. Values of one field are alternatives.

    ``applies``: what names one of these tags, or is of a document for no equipment in particular.
    """

    tags: tuple[str, ...] = ()
    document_ids: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    kinds: tuple[PassageKind, ...] = ()
    applies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One leg's search among the passages of one language.

    ``over``: the leg whose stored vectors it searches, "" for its own. ``weight`` counts in the fusion; 0 = not asked.
    """

    leg: str
    vector: Vector
    language: Language
    weight: float = 1.0
    over: str = ""

    @property
    def stored(self) -> str:
        """The name of the stored vectors."""
        return self.over or self.leg


@dataclass(frozen=True, slots=True)
class Scored:
    """A point's id, its fused score, and its raw score in each leg that returned it, where the store tells."""

    id: str
    score: float
    legs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compaction:
    """What became of the store's last compaction, or where the present one is."""

    state: Literal["never", "running", "done", "needless", "failed"] = "never"
    step: str = ""  # what is being done
    seconds: float = 0.0
    reason: str = ""  # why it failed, one line


@runtime_checkable
class Compactable(Protocol):
    """A store that needs to be compacted by somebody, so that its searches stay fast."""

    @property
    def compaction(self) -> Compaction: ...

    def compaction_due(self) -> bool:
        """Whether enough was written since. Raises ``Unavailable``."""

    def compact(self) -> Compaction:
        """Blocks for minutes; searches and writes go on meanwhile. Never raises: a failure is logged, in one line,
        and nothing is lost. At once where one runs already.
        """


class VectorStore(Protocol):
    """Points in, ranked ids out. Every method raises ``Unavailable`` or ``Held`` where the store can't be reached."""

    def upsert(self, points: Sequence[Point]) -> None:
        """Write or overwrite by id. Acknowledged points survive a crash of the process."""

    def retire(self, document_id: str, before: int, epoch: int) -> None:
        """The document's points that began before epoch ``before`` and have no end yet end at ``epoch``."""

    def retire_points(self, ids: Sequence[str], epoch: int) -> None:
        """These points, of those that have no end yet, end at ``epoch``; unknown ids are passed over."""

    def delete(self, document_id: str) -> None:
        """Remove every point of the document, of all its revisions, for good."""

    def sweep(self, epoch: int) -> None:
        """Undo what a crash left: delete points from later epochs, reopen those that were to end later."""

    def flush(self) -> None:
        """Put on disk what was written: it then survives a loss of power. Call it before an epoch is published."""

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
        """Weighted reciprocal rank fusion of the probes, each with its best ``candidates``, as ``_plan.fuse`` has it.

        Probes of weight 0 or without terms are not asked. Best first.
        """

    def count(self, caller: Caller, epoch: int, where: Where) -> int:
        """How many points the caller would be searching."""

    def scan(self, after: str | None, limit: int, *, vectors: bool = True) -> list[Point]:
        """The next points in the order of their ids, of all epochs, beginning behind the id ``after``; [] at the end.

        For migration and for checks of a whole store, which must see every point: no caller's rights are asked, so it
        is never called for a person. ``vectors``: with them, as the store keeps them (dense ones normalised).
        """

    def close(self) -> None:
        """Flush and let go of what is held."""


class StoreVariant(Protocol):
    """The constant ``STORE`` of a variant."""

    def open(
        self, folder: Path, schema: Sequence[LegSchema], options: Mapping[str, str | int | float | bool]
    ) -> VectorStore:
        """Open or make the store. Raises ``Held`` (names the holder), ``Unavailable`` or ``BadSetting``."""

    def drop(self, folder: Path, options: Mapping[str, str | int | float | bool]) -> None:
        """Remove all points and the room made for them. Raises ``Held``, ``Unavailable``, ``BadSetting``."""
