"""``[ingestion]``"""

from pydantic import Field

from retrieval.models import DEFAULT_GROUP, SITE_WIDE
from retrieval.settings import Section, load


class IngestionSettings(Section):
    """How files become knowledge, and who may see what comes from them."""

    passage_pieces: int = Field(240, ge=60, le=500)  # longest passage with its heading path, in word pieces
    batch_size: int = Field(32, ge=1, le=1024)  # texts encoded at once
    upsert_size: int = Field(256, ge=1, le=10_000)  # points written at once
    niceness: int = Field(10, ge=0, le=19)  # so that answers come first
    max_file_bytes: int = Field(2_000_000_000, ge=1)
    groups: tuple[str, ...] = Field((DEFAULT_GROUP,), min_length=1)
    areas: tuple[str, ...] = Field((SITE_WIDE,), min_length=1)


def ingestion_settings() -> IngestionSettings:
    """Raises ``BadSetting``."""
    return IngestionSettings.parse("ingestion", load().get("ingestion", {}))
