"""The contract of a parser: one file in, blocks and typed rows out. Parsers know nothing of stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from retrieval.models import (
    Asset,
    Connection,
    DataTable,
    DocumentKind,
    Item,
    Language,
    Locator,
    PassageKind,
    WorkOrder,
)


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
    tables: tuple[DataTable, ...] = ()
    warnings: tuple[str, ...] = ()  # what was read around: one line each
    tiers: Mapping[str, int] = field(default_factory=dict)  # pages by how they were read: text, ocr, drawing, none


@dataclass(frozen=True, slots=True)
class Options:
    """What settings tell a parser. Beyond a limit a file is refused by ``BadDocument`` that names the setting."""

    max_pages: int = 20_000
    max_rows: int = 2_000_000  # of a log or sheet
    max_columns: int = 2_000
    max_unpacked_bytes: int = 2_000_000_000  # of a file that is packed inside (DOCX, XLSX, ZIP)
    max_ratio: int = 200  # unpacked to packed
    max_pixels: int = 200_000_000  # of a picture
    ocr: bool = True
    time_zone: str = "UTC"  # IANA name; of times that a log states without one
    mappings: tuple[Path, ...] = ()  # YAML files that describe other work logs


OPTIONS = Options()
Confidence = Literal["no", "maybe", "yes", "sure"]  # sure: a narrower kind than the one that says yes


class Parser(Protocol):
    """The constant ``PARSER`` of a variant."""

    kind: DocumentKind
    version: str  # another one reads files differently: what an older one read is read anew

    def accepts(self, path: Path, start: bytes) -> Confidence:
        """Judged by the first 4 KiB as well as the name: a PDF renamed .csv is no CSV."""

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        """Read the file. ``name`` is what errors call it. Raises ``BadDocument`` that names the spot."""
