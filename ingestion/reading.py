"""What goes between a run and its reader: a task one way, what the file holds the other, errors as themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.labels import Labels
from ingestion.parsers.base import Options, Parsed
from retrieval import errors
from retrieval.errors import BadDocument, PlantwrightError
from retrieval.models import Asset, Connection, DataTable, Document, Item, Passage, TableRow, WorkOrder


@dataclass(frozen=True, slots=True)
class Start:
    """The first message: how this process reads. ``package`` is where parsers are found."""

    legs: tuple[str, ...]
    package: str
    memory_mb: int
    part_size: int  # passages a message


@dataclass(frozen=True, slots=True)
class Task:
    """One file. ``labels`` are complete: settings stand at their end. ``tags`` are the register's for this file."""

    path: Path
    name: str
    parser: str
    id: str  # of the document
    sha256: str
    site: str
    labels: Labels
    tags: tuple[str, ...]
    known_tags: tuple[str, ...]
    edition: str
    passage_pieces: int
    options: Options
    skip_orders: frozenset[str] = frozenset()  # stated anew by another file since
    names: Mapping[str, str] = field(default_factory=dict)  # nicknames, and tags of no known scheme -> the tag


@dataclass(frozen=True, slots=True)
class Look:
    """Which parser and which container take a file? Its first bytes come along."""

    path: Path
    name: str
    start: bytes


@dataclass(frozen=True, slots=True)
class Unpack:
    """Take the files out of an archive into ``folder``; they are told one by one, then None."""

    path: Path
    name: str
    container: str
    folder: Path
    options: Options
    max_members: int


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a file once it is read and cut; the content follows in parts."""

    document: Document
    ids: tuple[str, ...]  # of the passages, in order
    tables: int
    assets: tuple[Asset, ...]
    rows: int  # typed ones
    tiers: Mapping[str, int]
    warnings: tuple[str, ...]
    seconds: Mapping[str, float]
    peak_rss_mb: float


@dataclass(frozen=True, slots=True)
class Go:
    """Send the content; with an ``edition``, under other passage ids, which are sent first."""

    edition: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the content. ``tables`` come without their rows."""

    passages: tuple[Passage, ...] = ()
    orders: tuple[WorkOrder, ...] = ()
    assets: tuple[tuple[int, Asset], ...] = ()
    items: tuple[Item, ...] = ()
    connections: tuple[Connection, ...] = ()
    tables: tuple[DataTable, ...] = ()
    table_rows: tuple[tuple[str, TableRow], ...] = ()


@dataclass(frozen=True, slots=True)
class Raised:
    """An error on its way: its class in ``retrieval.errors``, or an errno."""

    kind: str
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)
    number: int = 0
    memory: bool = False  # the process is short of memory and should be replaced


def describe(task: Task, parsed: Parsed) -> Document:
    """What the parser found, with the labels over it."""
    labels = task.labels
    return Document(
        id=task.id,
        kind=parsed.kind,
        title=labels.title or parsed.title,
        path=task.name,
        sha256=task.sha256,
        revision=labels.revision or parsed.revision,
        effective_date=labels.effective_date or parsed.effective_date,
        language=labels.language or parsed.language,
        pages=parsed.pages,
        site=task.site,
        groups=labels.groups or (),
        areas=labels.areas or (),
        asset_tags=tuple(dict.fromkeys((*parsed.asset_tags, *(labels.asset_tags or ()), *task.tags))),
    )


def to_wire(error: Exception, name: str, memory_mb: int) -> Raised:
    """What is no error of ours becomes a bad document; faults of disks and networks stay what they are."""
    if isinstance(error, MemoryError):
        return _raised(out_of_memory(name, memory_mb), memory=True)
    if isinstance(error, PlantwrightError):
        return _raised(error)
    if isinstance(error, OSError) and error.errno:
        return Raised("OSError", error.strerror or str(error), number=error.errno)
    reason = f"cannot be read ({type(error).__name__}: {first_line(error)})"
    return _raised(BadDocument(name, reason, remedy="export it again from its source"))


def from_wire(raised: Raised) -> Exception:
    if raised.kind == "OSError":
        return OSError(raised.number, raised.text)
    if raised.kind == "BadDocument":
        named: dict[str, Any] = dict(raised.fields)
        return BadDocument(named.pop("path"), named.pop("reason"), **named)
    kind: type[PlantwrightError] = getattr(errors, raised.kind)
    return kind(raised.text)


def out_of_memory(name: str, memory_mb: int) -> BadDocument:
    reason = f"needs more than {memory_mb:,} MB to be read ([ingestion] reader_memory_mb)"
    return BadDocument(name, reason, remedy="split it or raise the setting")


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no more is known"])[0][:200]


def _raised(error: PlantwrightError, *, memory: bool = False) -> Raised:
    kind = next(base.__name__ for base in type(error).__mro__ if getattr(errors, base.__name__, None) is base)
    fields = (
        {name: getattr(error, name) for name in ("path", "reason", "where", "remedy")}
        if isinstance(error, BadDocument)
        else {}
    )
    return Raised(kind, str(error), fields, memory=memory)
