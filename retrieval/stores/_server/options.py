"""``[retrieval.store_options]`` of the Qdrant server. Nothing is left to the server's defaults."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from retrieval.errors import BadSetting
from retrieval.settings import Section
from retrieval.stores import _plan

TABLE = "retrieval.store_options"
DEFAULT_URL = "http://127.0.0.1:6333"
MEMORY = ":memory:"


class ServerOptions(Section):
    """What stands under "made with" counts when the collection is made; afterwards the server's own is left alone."""

    url: str = DEFAULT_URL
    collection: str = Field("plantwright", min_length=1)
    timeout_seconds: int = Field(10, ge=1)
    api_key_file: str = ""
    path: str = ""  # no server but the client's local mode: a folder or ":memory:", for tests and trials
    # made with
    shards: int = Field(1, ge=1, le=1000)
    replicas: int = Field(1, ge=1, le=100)
    write_consistency: int = Field(1, ge=1, le=100)  # replicas that must have applied a write
    hnsw_m: int = Field(16, ge=4, le=128)
    hnsw_ef_construct: int = Field(100, ge=8, le=4096)
    full_scan_threshold_kb: int = Field(10_000, ge=1)
    indexing_threshold_kb: int = Field(10_000, ge=1)
    quantization: Literal["none", "int8"] = "int8"
    on_disk: bool = False  # whole vectors and the graph on the disk; int8 ones stay in memory
    # with each call
    read_consistency: Literal["one", "majority", "quorum", "all"] = "one"
    write_ordering: Literal["weak", "medium", "strong"] = "weak"
    hnsw_ef: int = Field(160, ge=0, le=4096)  # 0 = hnsw_ef_construct
    oversampling: float = Field(2.0, ge=1.0, le=10.0)
    rescore: bool = True
    fusion: Literal["server", "client"] = "server"  # client: raw scores of each leg, at the cost of larger answers

    @classmethod
    def read(cls, options: Mapping[str, str | int | float | bool]) -> Self:
        """Raises ``BadSetting`` that names the key."""
        chosen = cls.parse(TABLE, {key: value for key, value in options.items() if key not in _plan.COMMON_OPTIONS})
        if chosen.write_consistency > chosen.replicas:
            raise BadSetting(
                f"[{TABLE}] write_consistency: {chosen.write_consistency} replicas can't have applied a write "
                f"where there are {chosen.replicas}; correct one of the two"
            )
        return chosen

    @property
    def local(self) -> bool:
        return bool(self.path)

    @property
    def address(self) -> str:
        return self.path or self.url

    def api_key(self) -> str | None:
        """Raises ``BadSetting`` where the file can't be read."""
        if not self.api_key_file:
            return None
        try:
            return Path(self.api_key_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"[{TABLE}] api_key_file: {self.api_key_file}: {error.strerror}") from None
