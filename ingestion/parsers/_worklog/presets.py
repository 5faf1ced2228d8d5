"""Descriptions of work logs: what the systems ship as YAML files, and a plant's own of the same shape."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingestion.parsers._records import Columns, fold_name
from ingestion.parsers._tables.cells import Style
from ingestion.parsers._tables.dates import Order
from retrieval.errors import BadSetting

LogField = Literal[
    "order",
    "asset",
    "asset_name",
    "type",
    "priority",
    "failure_mode",
    "opened",
    "opened_time",
    "closed",
    "closed_time",
    "hours",
    "cost",
    "currency",
    "status",
    "text",
]
GENERIC = "CMMS"
_FOLDER = Path(__file__).with_name("worklogs")


class Preset(BaseModel):
    """How one system writes its log. Words are compared without case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    columns: dict[LogField, tuple[str, ...]]  # head names, the preferred first; those of ``text`` are joined
    needed: tuple[LogField, ...] = ("order", "asset", "opened", "text")
    telling: tuple[str, ...] = ()  # one of these heads at least tells the system
    types: dict[str, str] = {}
    closed_statuses: tuple[str, ...] = ()
    priorities: dict[str, int] = {}
    dates: Order | None = None
    decimals: Style | None = None
    hours_in: Literal["h", "min", "d"] = "h"
    currency: str = ""
    time_zone: str = ""

    @field_validator("types", "priorities", mode="before")
    @classmethod
    def _folds(cls, words: Any) -> Any:
        """YAML reads yes, no, true and numbers as such: their texts are meant."""
        return {str(key).lower(): value for key, value in words.items()} if isinstance(words, dict) else words

    @field_validator("closed_statuses")
    @classmethod
    def _lowers(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word.lower() for word in words)

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key if name else ""
        except (KeyError, ValueError, OSError):
            raise ValueError(f"no time zone {name!r}; give an IANA name such as Europe/Berlin") from None

    @field_validator("columns")
    @classmethod
    def _are_named(cls, columns: dict[LogField, tuple[str, ...]]) -> dict[LogField, tuple[str, ...]]:
        for field in ("order", "opened", "text"):
            if not columns.get(field):
                raise ValueError(f"{field} needs the head name of its column")
        return columns

    @property
    def heads(self) -> Columns:
        needed = [field for field in self.needed if self.columns.get(field)]
        return Columns({field: names for field, names in self.columns.items() if names}, needed)

    def tells(self, head: Sequence[str]) -> bool:
        there = {fold_name(name) for name in head}
        return not self.telling or any(fold_name(name) in there for name in self.telling)


def best(rows: Sequence[Sequence[str]], presets: Sequence[Preset]) -> tuple[Preset, int] | None:
    """The preset that knows most of a head row's columns, and which row that is. The first of those alike."""
    found: tuple[int, Preset, int] | None = None
    for preset in presets:
        at = preset.heads.head_at(rows)
        if at is None or not preset.tells(rows[at]):
            continue
        known = sum(map(len, preset.heads.find(rows[at]).values()))
        if found is None or known > found[0]:
            found = (known, preset, at)
    return found and (found[1], found[2])


def all_presets(mappings: Sequence[Path] = ()) -> list[Preset]:
    """A plant's own first. Raises ``BadSetting`` that names the file and the key."""
    return [*map(load, mappings), *shipped()]


@lru_cache(maxsize=1)
def shipped() -> tuple[Preset, ...]:
    """The generic one last."""
    found = [load(path) for path in sorted(_FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda preset: preset.name == GENERIC))


def load(path: Path) -> Preset:
    """Raises ``BadSetting``."""
    import yaml

    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSetting(f"{path}: cannot be read ({error.strerror}); correct [ingestion] mappings") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        first = " ".join(str(error).split())[:200]
        raise BadSetting(f"{path}: is no YAML ({first}); see ingestion/parsers/worklogs/generic.yaml") from None
    if not isinstance(said, dict):
        raise BadSetting(f"{path}: is no mapping of columns; see ingestion/parsers/worklogs/generic.yaml")
    try:
        return Preset.model_validate(said)
    except ValidationError as error:
        raise BadSetting(f"{path}: {'; '.join(_told(error))}") from None


def _told(error: ValidationError) -> Iterator[str]:
    for one in error.errors():
        place = [str(part) for part in one["loc"] if part != "[key]"]
        if place[0] == "columns" and one["type"] == "literal_error":
            yield f"columns.{place[1]} is no field; the fields are {', '.join(get_args(LogField))}"
        elif one["type"] == "extra_forbidden":
            yield f"{place[0]} is no key; the keys are {', '.join(Preset.model_fields)}"
        else:
            yield f"{'.'.join(place)}: {one['msg']}, not {one['input']!r}"
