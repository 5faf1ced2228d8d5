"""The contract of a tool: typed arguments in, a typed result out, for one caller, under a deadline."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from app.plant.base import PlantSource, Reading
from retrieval.models import Frozen, Hit
from retrieval.search import Search
from retrieval.sql.engine import Database


class TryAgain(Exception):
    """The arguments don't fit; the message says what would."""


class GiveUp(Exception):
    """No arguments would work now; the message says why."""


class Fact(Frozen):
    """A statement that code made, in the question's language, with where it can be checked.

    ``must_state``: the answer states it, in the model's words or in these.
    """

    text: str
    hit: Hit | None = None  # cited when the fact rests on a passage, row or sheet
    also: tuple[Hit, ...] = ()  # cited with it: each of the orders that a count counts
    tags: tuple[str, ...] = ()  # readings it rests on
    must_state: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool found. ``results`` are JSON-ready objects with a ``kind`` (isolation, table, path, ...)."""

    summary: str
    hits: Sequence[Hit] = ()
    readings: Sequence[Reading] = ()
    facts: Sequence[Fact] = ()
    results: Sequence[dict[str, Any]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Context:
    """What tools may use. Everything in it takes the caller and filters by it."""

    search: Search
    database: Database
    plant: PlantSource


class Tool(Protocol):
    """The constant ``TOOL`` of a variant."""

    name: str
    description: str  # for a model and for a person: one line
    arguments: type[BaseModel]  # has ``language``: of the facts' texts

    async def run(self, caller: Any, arguments: Any, context: Context) -> Outcome:
        """Raises ``TryAgain`` or ``GiveUp``."""
