"""The contract of a parser: one file in, blocks and typed rows out. Parsers know nothing of stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from retrieval.models import Asset, Connection, DocumentKind, Item, Language, Locator, PassageKind, WorkOrder


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text and where it stands: a line of a page, a row, an item. Passages are cut between spans."""

    text: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Block:
    """A unit of meaning in natural order: a paragraph, a whole table, a step list, a warning, an order.

    A table's spans are its rows as ``cell | cell``, ``head`` of them at the front being head rows that every
    passage of the table repeats.
    """

    kind: PassageKind
    spans: tuple[Span, ...]
    heading_path: tuple[str, ...] = ()
    head: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says. Tuples that don't apply to its kind are empty."""

    kind: DocumentKind
    title: str
    language: Language
    blocks: tuple[Block, ...] = ()
    revision: str = "0"
    effective_date: str | None = None
    pages: int | None = None
    asset_tags: tuple[str, ...] = ()
    orders: tuple[WorkOrder, ...] = ()
    assets: tuple[tuple[int, Asset], ...] = ()  # with the row of the file
    items: tuple[Item, ...] = ()
    connections: tuple[Connection, ...] = ()
    warnings: tuple[str, ...] = ()  # what was read around: one line each


Confidence = Literal["no", "maybe", "yes"]


class Parser(Protocol):
    """The constant ``PARSER`` of a variant."""

    kind: DocumentKind
    version: str  # another one reads files differently: what an older one read is read anew

    def accepts(self, path: Path, start: bytes) -> Confidence:
        """Judged by the first 4 KiB as well as the name: a PDF renamed .csv is no CSV."""

    def parse(self, path: Path, name: str, known_tags: Sequence[str]) -> Parsed:
        """Read the file. ``name`` is what errors call it. Raises ``BadDocument`` that names the spot."""
