"""One module a kind of document: ``CASES`` names what a reader must bring out of a file made on the spot."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from retrieval.models import DocumentKind, Language

Place = Literal["page", "text", "record", "sheet"]


@dataclass(frozen=True)
class ParserCase:
    """What the contract suite asks of one file."""

    id: str  # e.g. "docx-zh"
    parser: str  # the name under ingestion/parsers
    make: Callable[[Path], Path]  # writes the file into the folder and returns its path
    kind: DocumentKind
    language: Language
    texts: tuple[str, ...]  # stand in the blocks in this order, each as the page shows it
    tags: tuple[str, ...]  # are found on passages
    place: Place  # what locates its passages
    headings: tuple[str, ...] = ()  # stand in heading paths
    tables: int = 0  # typed tables, at least
    whole: bool = True  # every text above stands in one span or one passage, not only in order
