"""``[retrieval.store_options]`` of the embedded store. The defaults are as measured: docs/stores.md."""

from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import Field

from retrieval.legs.base import LANGUAGES
from retrieval.settings import Section
from retrieval.stores import _plan
from retrieval.stores._edge.messages import Start, Tuning
from retrieval.stores.base import LegSchema

TABLE = "retrieval.store_options"


class EdgeOptions(Section):
    """Sizes in KB are of vectors, 1,024 bytes each."""

    hnsw_m: int = Field(10, ge=4, le=128)  # edges a node of the graph
    hnsw_ef_construct: int = Field(100, ge=8, le=1000)  # neighbours looked at while it is built
    hnsw_ef: int = Field(64, ge=0, le=4096)  # while it is searched; 0 = hnsw_ef_construct
    full_scan_threshold_kb: int = Field(20_000, ge=1)  # what a filter leaves below this is searched one by one
    quantization: Literal["none", "int8"] = "int8"
    oversampling: float = Field(1.0, ge=1.0, le=10.0)  # with int8: so many times the limit is rescored
    rescore: bool = True  # with int8: the best by their own vectors
    acorn: bool = True  # walk the graph past what a filter forbids; else a narrow filter parts it into islands
    least_recall: float = Field(0.9, ge=0.0, le=1.0)  # where a compacted graph finds less, search exactly; 0 = never
    on_disk: bool = False  # leave whole vectors on the disk, for the kernel to cache as it likes
    search_threads: int = Field(0, ge=0, le=256)  # 0 = as many as the engine thinks right
    indexing_threshold_kb: int = Field(1_000, ge=1)  # a segment with more than this gets a graph when compacted
    max_segment_kb: int = Field(8_000_000, ge=1_000)  # larger ones are not merged
    compact_after_points: int = Field(4_000, ge=1)  # that many without a graph are worth a compaction
    compaction_timeout_seconds: float = Field(14_400.0, gt=0)
    compaction_niceness: int = Field(10, ge=0, le=19)

    @classmethod
    def read(cls, options: Mapping[str, str | int | float | bool]) -> Self:
        """Raises ``BadSetting`` that names the key."""
        return cls.parse(TABLE, {key: value for key, value in options.items() if key not in _plan.COMMON_OPTIONS})

    def start(self, folder: str, schema: Sequence[LegSchema], *, create: bool = False, niceness: int = 0) -> Start:
        """What the engine's process is told."""
        own = {name: getattr(self, name) for name in Tuning.__slots__}
        return Start(
            folder=folder,
            legs=tuple((leg.name, leg.dimensions if leg.kind == "dense" else 0) for leg in schema),
            keyword_fields=_plan.KEYWORD_FIELDS,
            integer_fields=_plan.INTEGER_FIELDS,
            languages=LANGUAGES,
            tuning=Tuning(**own),
            create=create,
            niceness=niceness,
        )
