"""``[ingestion]``"""

from pathlib import Path

from pydantic import Field, field_validator

from ingestion.parsers.base import Options
from retrieval.models import DEFAULT_GROUP, SITE_WIDE
from retrieval.settings import Section, load


class IngestionSettings(Section):
    """How files become knowledge, and who may see what comes from them."""

    passage_pieces: int = Field(240, ge=60, le=500)  # longest passage with its heading path, in word pieces
    batch_size: int = Field(32, ge=1, le=1024)  # texts encoded at once
    upsert_size: int = Field(256, ge=1, le=10_000)  # points encoded and written at once
    niceness: int = Field(10, ge=0, le=19)  # so that answers come first
    groups: tuple[str, ...] = Field((DEFAULT_GROUP,), min_length=1)
    areas: tuple[str, ...] = Field((SITE_WIDE,), min_length=1)
    # Limits of one file; beyond them it is refused, in words that name the limit.
    max_file_bytes: int = Field(2_000_000_000, ge=1)
    max_pages: int = Field(20_000, ge=1)
    max_rows: int = Field(2_000_000, ge=1)
    max_columns: int = Field(2_000, ge=1)
    max_unpacked_bytes: int = Field(2_000_000_000, ge=1)
    max_ratio: int = Field(200, ge=2)  # unpacked to packed
    max_depth: int = Field(3, ge=0, le=10)  # archives within archives
    max_members: int = Field(10_000, ge=1)  # files of an archive
    max_pixels: int = Field(200_000_000, ge=1)
    file_timeout_seconds: float = Field(900.0, gt=0)  # to read and cut one file
    reader_memory_mb: int = Field(4_000, ge=500)  # of the process that reads files
    retry_seconds: float = Field(60.0, ge=0)  # after a transient fault; doubled each time, an hour at most
    watch_seconds: float = Field(2.0, gt=0)  # --watch: a file that has not changed for so long is whole
    ocr: bool = True
    time_zone: str = "UTC"  # IANA name; of times that a log states without one
    mappings: tuple[Path, ...] = ()  # YAML files that describe other work logs

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(
                f"no time zone {name!r}; give an IANA name such as Europe/Berlin or Asia/Shanghai"
            ) from None
        return name

    def options(self) -> Options:
        """What parsers are told."""
        return Options(
            max_pages=self.max_pages,
            max_rows=self.max_rows,
            max_columns=self.max_columns,
            max_unpacked_bytes=self.max_unpacked_bytes,
            max_ratio=self.max_ratio,
            max_pixels=self.max_pixels,
            ocr=self.ocr,
            time_zone=self.time_zone,
            mappings=self.mappings,
        )


def ingestion_settings() -> IngestionSettings:
    """Raises ``BadSetting``."""
    return IngestionSettings.parse("ingestion", load().get("ingestion", {}))
