"""Filters as plain data. Nothing heavy is imported here: the embedded store's own process starts with it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The field has one of these values; of a list, at least one of its own."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """``at_least <= field < below``; None does not bound."""

    field: str
    at_least: int | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Among:
    """The point's own id is one of these."""

    ids: tuple[str, ...]


Condition = AnyOf | Between | Among
