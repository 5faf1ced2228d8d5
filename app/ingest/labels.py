"""What a form says of its files: who may see them, which revision they are, what they are about."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.ingest.names import folder_name
from retrieval.errors import BadInput, Forbidden
from retrieval.models import EVERYTHING, Caller

_FIELDS = ("groups", "areas", "revision", "effective_date", "assets", "folder")


def labels(caller: Caller, fields: Mapping[str, list[str]]) -> tuple[dict[str, Any], str]:
    """What the form says of its files, and the folder. Raises ``BadInput`` or ``Forbidden``."""
    if unknown := [name for name in fields if name not in _FIELDS]:
        raise BadInput(f"no field {unknown[0]!r}; there are {', '.join(_FIELDS)}, and files")
    groups, areas, assets = (_several(fields.get(name, [])) for name in ("groups", "areas", "assets"))
    _may_label(caller.groups, groups, "groups")
    _may_label(caller.areas, areas, "areas")
    revision = _one(fields, "revision")
    if len(revision) > 64:
        raise BadInput(f"revision: {len(revision)} characters are too many; give at most 64")
    effective = _one(fields, "effective_date")
    if effective and not _is_date(effective):
        raise BadInput(f"effective_date: {effective!r} is no date; give it as 2024-05-31")
    asked: dict[str, Any] = {
        "groups": groups,
        "areas": areas,
        "assets": assets,
        "revision": revision,
        "effective_date": effective,
    }
    said = {name: value for name, value in asked.items() if value}  # the rest is left to the files and settings
    return said, folder_name(_one(fields, "folder"))


def _several(values: list[str]) -> list[str]:
    parts = [part.strip() for value in values for part in re.split(r"[,，;；\n]", value)]
    return list(dict.fromkeys(part for part in parts if part))


def _one(fields: Mapping[str, list[str]], name: str) -> str:
    values = [value for value in fields.get(name, []) if value]
    if len(values) > 1:
        raise BadInput(f"{name}: given {len(values)} times; give it once")
    return values[0] if values else ""


def _may_label(mine: frozenset[str], wanted: list[str], what: str) -> None:
    """Who may not see all can't hand a document to others, nor leave open whose it is."""
    if EVERYTHING in wanted:
        raise BadInput(f"{what}: {EVERYTHING!r} is no name; name those who may see the files")
    if EVERYTHING in mine:
        return
    if not wanted:
        raise BadInput(
            f"{what}: none named; give one or more of {', '.join(sorted(mine)) or 'your own (you have none)'}"
        )
    if foreign := [name for name in wanted if name not in mine]:
        raise Forbidden(f"{what}: {foreign[0]!r} is not yours; give one or more of {', '.join(sorted(mine))}")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
