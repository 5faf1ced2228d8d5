"""The frozen data that every room shares.

Pages are 1-based. A region is a box on a page, as fractions of its width and height,
measured from the top left corner: ``(x0, y0, x1, y1)`` with ``0 <= x0 <= x1 <= 1``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, model_validator

EVERYTHING = "*"  # in Caller.groups or Caller.areas: no restriction
DEFAULT_GROUP = "plant"  # the group of documents that nobody labelled
SITE_WIDE = "site"  # the area of documents that belong to no single area
FOREVER = 2**53 - 1  # to_epoch of rows that are still shown; exact in JSON and in float64
_NAMESPACE = UUID("6f0b54f3-0c57-4c5c-9d0e-5a3c8f5f2a11")

Language = Literal["en", "zh"]
PassageKind = Literal["text", "table", "steps", "warning", "figure", "record", "sheet"]
# manual: any prose, whichever file kind; table: spreadsheets; mail: messages.
DocumentKind = Literal["manual", "worklog", "pid", "register", "table", "mail"]


class Frozen(BaseModel):
    """A value: compared by content, never changed, unknown keys rejected."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Caller(Frozen):
    """Who asks. Every call into stores, SQL, graph, tools and plant takes one.

    A row is visible when it shares a group and an area with the caller. An empty set
    matches nothing (fail closed); ``EVERYTHING`` in a set lifts that restriction.
    """

    name: str
    groups: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    @classmethod
    def local(cls) -> "Caller":
        """The one caller on loopback without sign-in, who may see all."""
        everything = frozenset({EVERYTHING})
        return cls(name="local", groups=everything, areas=everything, roles=everything)

    def may_see(self, groups: tuple[str, ...], areas: tuple[str, ...]) -> bool:
        """The rule itself; stores and SQL express the same rule as a filter."""
        return _shares(self.groups, groups) and _shares(self.areas, areas)


def _shares(mine: frozenset[str], theirs: tuple[str, ...]) -> bool:
    return EVERYTHING in mine or not mine.isdisjoint(theirs)


class Region(Frozen):
    """A box on a page in fractions of its width and height, from the top left corner."""

    x0: float = Field(ge=0, le=1)
    y0: float = Field(ge=0, le=1)
    x1: float = Field(ge=0, le=1)
    y1: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.x0 > self.x1 or self.y0 > self.y1:
            raise ValueError("x0 <= x1 and y0 <= y1 must hold")
        return self

    def as_list(self) -> list[float]:
        return [self.x0, self.y0, self.x1, self.y1]


class PageLocator(Frozen):
    """A place in a paged document: one page and the boxes on it."""

    kind: Literal["page"] = "page"
    page: int = Field(ge=1)
    regions: tuple[Region, ...]


class TextLocator(Frozen):
    """A place in a document without pages: a run of its lines (text, Markdown, HTML, ...) or paragraphs (Word, mail).

    1-based; both ends belong to it. Lines are the file's own, paragraphs are counted as the reader meets them.
    """

    kind: Literal["text"] = "text"
    unit: Literal["line", "paragraph"]
    first: int = Field(ge=1)
    last: int = Field(ge=1)

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.first > self.last:
            raise ValueError("first <= last must hold")
        return self


class RecordLocator(Frozen):
    """A row of a table, and the 1-based row of the source file (head row = 1 in a log or register).

    ``table`` is ``work_orders`` or ``assets``, where ``key`` is the order number or the tag; or the name of a
    ``DataTable`` of the document, where ``key`` is the row as text.
    """

    kind: Literal["record"] = "record"
    table: str
    key: str
    row: int = Field(ge=1)
    last_row: int | None = Field(None, ge=1)  # of a run of rows


class SheetLocator(Frozen):
    """An item on a drawing. ``position`` is a fraction of the sheet, from the top left corner."""

    kind: Literal["sheet"] = "sheet"
    drawing_id: str
    item: str
    position: tuple[float, float]


Locator = Annotated[PageLocator | TextLocator | RecordLocator | SheetLocator, Field(discriminator="kind")]


class Document(Frozen):
    """One file or record set in one revision. The id is opaque; the path is an attribute."""

    id: str
    kind: DocumentKind
    title: str
    path: str  # as given to ingestion, relative to its root
    sha256: str
    revision: str = "0"
    effective_date: str | None = None  # ISO 8601 date
    language: Language = "en"
    pages: int | None = None
    site: str = "site"
    groups: tuple[str, ...] = (DEFAULT_GROUP,)
    areas: tuple[str, ...] = (SITE_WIDE,)
    asset_tags: tuple[str, ...] = ()


class Part(Frozen):
    """Where a run of a passage's text stands: ``text[start:end]`` is a line of a page, a row, a paragraph."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    locator: Locator


class Passage(Frozen):
    """The unit that is indexed and found: <= 240 word pieces with its heading path in front."""

    id: str
    document_id: str
    parent_id: str  # the whole table, procedure or section; shared by siblings
    position: int  # 0-based order within the document
    kind: PassageKind
    text: str
    heading_path: tuple[str, ...] = ()
    locator: Locator
    language: Language
    revision: str = "0"
    tags: tuple[str, ...] = ()  # normalised tags in the text, and those that the document applies to
    site: str = "site"
    groups: tuple[str, ...] = (DEFAULT_GROUP,)
    areas: tuple[str, ...] = (SITE_WIDE,)
    parts: tuple[Part, ...] = ()  # where it is made of several places
    general: bool = True  # its document is for no equipment in particular

    @property
    def index_text(self) -> str:
        """What the legs encode: the heading path, then the text."""
        return " > ".join(self.heading_path) + "\n" + self.text if self.heading_path else self.text


class Hit(Frozen):
    """A passage found for a question, with its fused score and its score in each leg."""

    passage: Passage
    title: str
    score: float
    legs: Mapping[str, float] = {}


class WorkOrder(Frozen):
    """One order of a maintenance log (ISO 14224 terms). Times carry a zone."""

    order: str
    asset: str  # normalised tag
    type: str  # corrective, preventive, inspection
    priority: int | None = None
    failure_mode: str | None = None
    opened: datetime
    closed: datetime | None = None
    hours: float | None = None
    cost: float | None = None
    currency: str = ""  # ISO 4217, where the log says it
    status: str = ""  # as the log says it
    text: str  # as the technician wrote it
    language: Language = "en"
    row: int = Field(ge=1)  # of the source file, head row = 1


class Asset(Frozen):
    """A row of the asset register: equipment, valve or instrument."""

    tag: str
    name: str
    name_zh: str = ""
    nicknames: tuple[str, ...] = ()
    kind: str = ""  # pump, tank, heat exchanger, block valve, indicator, ...
    area: str = SITE_WIDE
    model: str = ""
    parent: str | None = None  # the equipment that an instrument or valve serves
    duty: Literal["duty", "standby", ""] = ""
    manuals: tuple[str, ...] = ()
    manufacturer: str = ""
    serial: str = ""
    criticality: str = ""  # as the register says it
    location: str = ""  # building, room, functional location


class Item(Frozen):
    """A thing on a P&ID. ``position`` is a fraction of the sheet, from the top left corner."""

    tag: str
    item_class: str  # DEXPI class name, e.g. CentrifugalPump, GateValve, CheckValve
    role: Literal[
        "equipment",
        "block_valve",
        "control_valve",
        "check_valve",
        "relief_valve",
        "instrument",
        "nozzle",
        "off_page",
        "other",
    ]
    drawing_id: str
    position: tuple[float, float]
    page: int = Field(1, ge=1)  # of the file, where one holds several sheets
    normally: Literal["open", "closed", ""] = ""
    loop: str = ""  # of an instrument function (ISA-5.1), e.g. F-101
    inferred: bool = False  # read from geometry or by OCR, or placed by us, not stated by the file
    refers_to: str = ""  # of an off-page connector, as the file says it: "drawing PID-102, connector 7"


class Connection(Frozen):
    """A pipe or signal between two items, in the direction of flow where known."""

    source: str
    target: str
    line: str = ""  # line number, e.g. 100-P-1003-DN80
    kind: Literal["process", "signal", "mechanical"] = "process"
    service: str = ""  # suction, discharge, bypass, drain, ... where the drawing says so
    directed: bool = True
    origin: str = "drawn"  # where the edge comes from: the segment's ID, "traced on page 2", ...
    source_port: str = ""  # nozzle at the source, where the drawing names it
    target_port: str = ""
    inferred: bool = False  # traced from geometry, not stated by the file
    fluid: str = ""  # fluid code of the line, where the drawing says so
    diameter: str = ""  # nominal, as the drawing writes it: DN 80
    pipe_class: str = ""
    insulation: str = ""  # type and thickness: Q 80 mm


class TableColumn(Frozen):
    """A column of a ``DataTable``. ``unit`` is taken from its head: ``Flow (m3/h)`` has name Flow, unit m3/h."""

    name: str
    type: Literal["text", "number", "date", "boolean"] = "text"  # every cell that says something is of it
    unit: str = ""


Cell = str | float | bool | None  # None: an empty cell; dates are ISO 8601 text


class TableRow(Frozen):
    """``row`` is the 1-based row of the sheet, or counts the rows of a printed table from 1 (its head left out)."""

    row: int = Field(ge=1)
    cells: tuple[Cell, ...]  # as many as the table has columns
    shown: tuple[str, ...] = ()  # the cells as the page shows them, where that differs


class DataTable(Frozen):
    """A table of a spreadsheet or a page, typed. ``name`` is unique in its document: the sheet's, or "p12 t1"."""

    name: str
    title: str = ""  # caption or heading
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    role: Literal["", "spare_parts", "bill_of_materials"] = ""
    page: int | None = Field(None, ge=1)  # where it begins, for printed tables
    tags: tuple[str, ...] = ()  # equipment that it is about


def document_id(path: str, site: str) -> str:
    """A new document's opaque id. Kept when the file is renamed or revised: only compared, never parsed."""
    return uuid5(_NAMESPACE, f"document|{site}|{path}").hex


def passage_id(document: str, revision: str, position: int) -> str:
    """Derived from document, revision and position, so a second run writes the same points."""
    return str(uuid5(_NAMESPACE, f"passage|{document}|{revision}|{position}"))
