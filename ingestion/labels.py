"""Labels that people give: sidecar files beside the documents, and the command line.

``<file>.labels.yaml`` speaks for one file (also for all that an archive holds), ``labels.yaml`` for all below its
folder. Key by key, the command line stands over a file's own labels, these over the nearest folder's, these over
settings. A sidecar that cannot be read fails its files: nothing is ever shown to more people than it would have said.
``.yml`` and other cases of letters are read alike; a sidecar that is no file's is said, and fails what it may mean.
"""

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingestion.report import printable
from ingestion.sidecars import FORMS, SUFFIX, Beside, target
from retrieval.errors import BadDocument
from retrieval.models import Language
from retrieval.tags import normalise

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
        for key in ("groups", "areas"):
            if key in values and values[key] is None:
                raise BadDocument(name, f"key {key!r} has no value", remedy="name at least one, or leave the key out")
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
        self._beside: dict[Path, Beside | None] = {}
        self._archive: tuple[Mapping[str, Path], dict[str, Beside]] | None = None

    def of(self, path: Path) -> Labels:
        """Of a file on disk: its own, then those of each folder above it. Raises ``BadDocument``."""
        path = path.absolute()
        found = self._own(path.name, self._folder(path.parent, path.name), path.with_name)
        for folder in path.parents:
            found = found.over(self._one([folder / name for name in self._folder(folder).all()]))
        return found

    def of_member(self, name: str, members: Mapping[str, Path]) -> Labels:
        """Of a file in an archive, by the labels files among its members. Raises ``BadDocument``."""
        own, folders = PurePosixPath(name), self._inside(members)
        nothing = Beside(())
        found = self._own(
            own.name, folders.get(str(own.parent), nothing), lambda name: members[str(own.with_name(name))]
        )
        for folder in own.parents:
            there = folders.get(str(folder), nothing).all()
            found = found.over(self._one([members[str(folder / name)] for name in there]))
        return found

    def stray(self, path: Path) -> tuple[str, str] | None:
        """Of a labels file on disk that is no file's: what is wrong, and what to do."""
        path = path.absolute()
        return self._folder(path.parent, path.name).stray(path.name)

    def stray_member(self, name: str, members: Mapping[str, Path]) -> tuple[str, str] | None:
        """As ``stray``, of one in an archive."""
        own = PurePosixPath(name)
        return self._inside(members)[str(own.parent)].stray(own.name)

    def _own(self, name: str, beside: Beside, at: Callable[[str], Path]) -> Labels:
        mine = beside.of(name)
        if not mine and (meant := beside.meant(name)):
            remedy = f"call it {name}{SUFFIX} if it is meant for this file"
            raise BadDocument(meant[0], "is named after no file here", remedy=remedy)
        return self._one([at(one) for one in mine])

    def _one(self, paths: Sequence[Path]) -> Labels:
        if len(paths) > 1:
            raise BadDocument(_named(paths[1]), f"speaks for the same as {paths[0].name}", remedy="keep one of them")
        return self._at(paths[0]) if paths else NONE

    def _folder(self, folder: Path, name: str = "") -> Beside:
        if folder not in self._beside:
            try:
                with os.scandir(folder) as entries:
                    self._beside[folder] = Beside([entry.name for entry in entries if not entry.is_dir()])
            except OSError:
                self._beside[folder] = None
        found = self._beside[folder]
        if found is None:  # it cannot be listed; what lies in it may be readable by its name all the same
            own = [name, *(f"{name}.{form}" for form in FORMS)] if name else []
            found = Beside([*own[:1], *(one for one in (*own[1:], *FORMS) if _may_be(folder / one))])
        return found

    def _inside(self, members: Mapping[str, Path]) -> dict[str, Beside]:
        if self._archive is None or self._archive[0] is not members:
            names: dict[str, list[str]] = {}
            for one in members:
                names.setdefault(str(PurePosixPath(one).parent), []).append(PurePosixPath(one).name)
            self._archive = members, {folder: Beside(there) for folder, there in names.items()}
        return self._archive[1]

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
    name = _named(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BadDocument(name, "is no regular file", remedy="remove it")
        if status.st_size > _LONGEST:
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
    return target(name) is not None


def _named(path: Path) -> str:
    return printable(f"{path.parent.name}/{path.name}")


def _may_be(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return path.suffix == ".yaml"  # to fail when it is read
    return True
