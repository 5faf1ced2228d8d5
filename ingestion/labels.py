"""Labels that people give: sidecar files beside the documents, and the command line.

``<file>.labels.yaml`` speaks for one file (also for all that an archive holds), ``labels.yaml`` for all below its
folder. Key by key, the command line stands over a file's own labels, these over the nearest folder's, these over
settings. A sidecar that cannot be read fails its files: nothing is ever shown to more people than it would have said.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from retrieval.errors import BadDocument
from retrieval.models import Language
from retrieval.tags import normalise

FOLDER = "labels.yaml"
SUFFIX = ".labels.yaml"
_LONGEST = 1_000_000  # bytes of a sidecar
_LISTS = ("groups", "areas", "asset_tags", "models")


class Labels(BaseModel):
    """What was said; None is left to the next in line. ``models`` become the tags that the asset register knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    groups: tuple[str, ...] | None = Field(None, min_length=1)
    areas: tuple[str, ...] | None = Field(None, min_length=1)
    title: str | None = Field(None, min_length=1, max_length=500)
    revision: str | None = Field(None, min_length=1, max_length=64)
    effective_date: str | None = None  # ISO 8601 date
    asset_tags: tuple[str, ...] | None = Field(None, alias="assets")
    models: tuple[str, ...] | None = None
    language: Language | None = None

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator(*_LISTS)
    @classmethod
    def _said(cls, values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if values is None:
            return None
        stripped = tuple(dict.fromkeys(value.strip() for value in values))
        if not all(stripped):
            raise ValueError("an entry is empty")
        return stripped

    @field_validator("asset_tags")
    @classmethod
    def _tags(cls, values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if values is None else tuple(dict.fromkeys(normalise(value) for value in values))

    @field_validator("revision", "title", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return str(value).strip() if isinstance(value, int | float | str) and not isinstance(value, bool) else value

    @field_validator("effective_date", mode="before")
    @classmethod
    def _date(cls, value: Any) -> Any:
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            raise ValueError(f"{str(value)!r} is no date; write it as 2026-03-31") from None

    def over(self, other: "Labels") -> "Labels":
        """Key by key: these where they say something, else the other's."""
        if other is NONE:
            return self
        return self.model_copy(update={name: value for name, value in other if getattr(self, name) is None})

    @classmethod
    def read(cls, values: Any, name: str) -> Self:
        """Raises ``BadDocument`` that names the file and the key."""
        if not isinstance(values, dict):
            raise BadDocument(name, "holds no keys with values", remedy="write lines such as groups: [maintenance]")
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            key = str(first["loc"][0]) if first["loc"] else ""
            if first["type"] == "extra_forbidden":
                known = ", ".join("assets" if key == "asset_tags" else key for key in cls.model_fields)
                raise BadDocument(name, f"key {key!r} is no label", remedy=f"use {known}") from None
            message = first["msg"].removeprefix("Value error, ")
            raise BadDocument(name, f"key {key!r}: {message}", remedy="correct it") from None


NONE = Labels()


class Sidecars:
    """Labels files of a run, each read once."""

    def __init__(self) -> None:
        self._read: dict[Path, Labels | BadDocument] = {}

    def of(self, path: Path) -> Labels:
        """Of a file on disk: its own, then those of each folder above it. Raises ``BadDocument``."""
        path = path.absolute()
        found = self._at(path.with_name(path.name + SUFFIX))
        for folder in path.parents:
            found = found.over(self._at(folder / FOLDER))
        return found

    def of_member(self, name: str, members: Mapping[str, Path]) -> Labels:
        """Of a file in an archive, by the labels files among its members. Raises ``BadDocument``."""
        own = PurePosixPath(name)
        beside = [str(own) + SUFFIX, *(str(folder / FOLDER) for folder in own.parents)]
        found = NONE
        for there in (members[one] for one in beside if one in members):
            found = found.over(self._at(there))
        return found

    def _at(self, path: Path) -> Labels:
        if path not in self._read:
            try:
                self._read[path] = _load(path)
            except BadDocument as error:
                self._read[path] = error
        found = self._read[path]
        if isinstance(found, BadDocument):
            raise found
        return found


def _load(path: Path) -> Labels:
    name = f"{path.parent.name}/{path.name}"
    try:
        if path.stat().st_size > _LONGEST:
            raise BadDocument(name, "is too long for labels", remedy="keep labels short")
        return Labels.read(yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}, name)
    except FileNotFoundError:
        return NONE
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        raise BadDocument(name, "is no valid YAML", where=where, remedy="correct it") from None
    except (OSError, UnicodeDecodeError, RecursionError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text or no YAML"
        raise BadDocument(name, f"cannot be read: {reason}", remedy="correct it") from None


def is_sidecar(name: str) -> bool:
    """Whether a file of this name holds labels and is no document."""
    last = PurePosixPath(name).name
    return last == FOLDER or last.endswith(SUFFIX)
