"""What the store says to its engine's process. Nothing heavy is imported here: that process starts with it."""

from dataclasses import dataclass
from typing import Any

from retrieval.stores._conditions import Condition

Packed = bytes | tuple[tuple[int, ...], tuple[float, ...]]  # 32-bit floats; or indices and values
Row = tuple[str, dict[str, Packed], dict[str, Any]]  # id, vectors, payload
Found = list[tuple[str, float]]  # id, raw score


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the engine keeps and searches vectors. Sizes in KB as the engine counts them: 1,024 bytes of vectors."""

    hnsw_m: int
    hnsw_ef_construct: int
    hnsw_ef: int  # 0: the engine's own, ``hnsw_ef_construct``
    full_scan_threshold_kb: int
    quantization: str  # "none" | "int8"
    oversampling: float
    rescore: bool
    acorn: bool
    least_recall: float  # below it a leg is searched exactly in that language
    on_disk: bool
    search_threads: int  # 0: the engine's own
    indexing_threshold_kb: int
    max_segment_kb: int


@dataclass(frozen=True, slots=True)
class Start:
    """The first message. ``create``: make the shard; ``legs``: (name, dimensions), 0 dimensions for a sparse one."""

    folder: str
    legs: tuple[tuple[str, int], ...]
    keyword_fields: tuple[str, ...]
    integer_fields: tuple[str, ...]
    languages: tuple[str, ...]
    tuning: Tuning
    create: bool = False
    niceness: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """One search: its vector, the stored vectors' name, the conditions."""

    vector: Packed
    using: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Weak:
    """A leg whose graph finds too little in one language; ``recall`` in 0..1."""

    leg: str
    language: str
    recall: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer where the engine raised: its first line."""

    reason: str
