"""One TOML file, a table a room; each room validates its own.

``plantwright.toml`` in the working directory, or the file that ``PLANTWRIGHT_CONFIG`` names. Environment
stands over the file: ``PLANTWRIGHT_APP__PORT=8001`` sets ``port`` in the table ``[app]``, and
``PLANTWRIGHT_APP__LLM__BASE_URL`` sets ``base_url`` in ``[app.llm]``. A list or a table is given as JSON:
``PLANTWRIGHT_RETRIEVAL__LEGS='["keyword"]'``.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.errors import BadSetting

PREFIX = "PLANTWRIGHT_"
DEFAULT_FILE = "plantwright.toml"


class Section(BaseModel):
    """A table of settings: unknown keys rejected, values bounded, units in the names."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    @classmethod
    def parse(cls, table: str, values: Mapping[str, Any]) -> Self:
        """Raises ``BadSetting`` with one line that names the table and the key."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise BadSetting(f"[{table}] {key}: {first['msg']}; correct it in {source()} or the environment") from None


class RetrievalSettings(Section):
    """``[retrieval]``"""

    data_dir: Path = Path(".data")
    site: str = "site"
    store: str = "edge"
    store_options: dict[str, str | int | float | bool] = {}
    legs: tuple[str, ...] = ("dense", "multilingual", "keyword", "gloss", "gloss_dense")
    leg_options: dict[str, dict[str, Any]] = {}  # legs of one's own by name: type, model, ...; see docs/retrieval.md
    # Weights of the legs in the fusion, by language of question and passages; docs/retrieval.md tells how they were
    # found. A leg that is not named counts 1 where it can score these languages against each other.
    weights: dict[str, dict[str, float]] = {
        "en-en": {"dense": 5.0, "multilingual": 0.4, "keyword": 1.0},
        "zh-zh": {"multilingual": 3.0, "keyword": 6.0},
        "en-zh": {"multilingual": 5.6, "keyword": 0.4, "gloss": 1.4},
        "zh-en": {"multilingual": 2.8, "keyword": 0.4, "gloss": 2.0, "gloss_dense": 4.0},
    }
    # Of a question that names something by its code: a part number, a file, a parameter.
    code_weights: dict[str, dict[str, float]] = {
        "en-en": {"dense": 0.3, "multilingual": 0.06, "keyword": 1.2},
        "zh-zh": {"multilingual": 0.12, "keyword": 1.8},
        "en-zh": {"multilingual": 0.1, "keyword": 1.0, "gloss": 0.08},
        "zh-en": {"multilingual": 0.06, "keyword": 1.44, "gloss": 0.08, "gloss_dense": 0.12},
    }
    rrf_k: int = Field(2, ge=1, le=1000)
    candidates: int = Field(40, ge=1, le=1000)  # fetched from each leg before fusion
    relevance: bool = True  # a second look, without a model, at what the legs found; see docs/retrieval.md
    relevance_weights: Path | None = None  # of one's own, written by python -m evals fit
    reranker: dict[str, Any] = {}  # none unless a type is named; see docs/retrieval.md
    lock_timeout_seconds: float = Field(5.0, ge=0)

    @property
    def database(self) -> Path:
        return self.data_dir / "plantwright.sqlite"

    @property
    def models_dir(self) -> Path:
        return Path(os.environ.get(PREFIX + "MODELS_DIR", str(Path(".data") / "models")))

    @property
    def originals_dir(self) -> Path:
        """Copies of ingested files by sha256: page pictures are drawn from these."""
        return self.data_dir / "originals"


def source() -> str:
    return os.environ.get(PREFIX + "CONFIG", DEFAULT_FILE)


def load(environ: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """All tables: the file's values with the environment's over them. Raises ``BadSetting``."""
    environ = os.environ if environ is None else environ
    path = Path(environ.get(PREFIX + "CONFIG", DEFAULT_FILE))
    tables: dict[str, dict[str, Any]] = {}
    if path.exists():
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadSetting(f"{path}: not valid TOML: {error}") from None
    elif PREFIX + "CONFIG" in environ:
        raise BadSetting(f"{path}: no such settings file; correct {PREFIX}CONFIG")
    for name, value in environ.items():
        if name.startswith(PREFIX) and "__" in name:
            _put(tables, name, value)
    return tables


def _put(tables: dict[str, Any], name: str, value: str) -> None:
    *path, last = name.removeprefix(PREFIX).lower().split("__")
    for key in path:
        tables = tables.setdefault(key, {})
        if not isinstance(tables, dict):
            raise BadSetting(f"{name}: {key!r} is a plain value in {source()}, not a table; unset one of the two")
    tables[last] = _value(value)


def _value(text: str) -> Any:
    """A JSON list or object as such; anything else is the text itself, which the section reads as it needs."""
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def environment(table: str, section: Section) -> dict[str, str]:
    """Variables under which another process reads this section whole, whatever its settings file says."""
    given = section.model_dump(mode="json").items()
    return {
        f"{PREFIX}{table}__{name}".upper(): value if isinstance(value, str) else json.dumps(value)
        for name, value in given
        if value is not None
    }


def retrieval_settings() -> RetrievalSettings:
    return RetrievalSettings.parse("retrieval", load().get("retrieval", {}))
