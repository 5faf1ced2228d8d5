"""The wire as the UI reads it: the fields that it shows. A service may send more; what it lacks is left out.

Plain typed dictionaries rather than validated models, so that a newer service never breaks an older screen.
"""

from typing import Any, TypedDict


class Locator(TypedDict, total=False):
    """Where a citation points: ``kind`` is page, text, record or sheet."""

    kind: str
    unit: str  # of a text: line or paragraph
    first: int  # 1-based, both ends belong to it
    last: int
    page: int  # 1-based
    regions: list[list[float]]  # x0, y0, x1, y1 as fractions of the page, from the top left corner
    table: str  # work_orders, assets, or a table of the document itself
    key: str
    row: int  # 1-based, head row = 1
    drawing_id: str
    item: str
    position: list[float]


class Citation(TypedDict, total=False):
    id: str
    document_id: str
    title: str
    revision: str
    quote: str
    score: float
    locator: Locator


class Sentence(TypedDict, total=False):
    text: str
    citation_ids: list[str]
    reading_tags: list[str]
    source: str  # model, code or quote


class Reading(TypedDict, total=False):
    tag: str
    description: str
    value: float | str | bool | None
    unit: str
    quality: str  # good, uncertain, bad
    timestamp: str  # ISO 8601
    age_s: float
    low: float | None
    high: float | None
    state: str  # normal, low, low_low, high, high_high, unknown
    simulated: bool


class Notice(TypedDict, total=False):
    kind: str
    text: str
    citation_id: str | None


class Clarification(TypedDict, total=False):
    question: str
    options: list[str]


class Answer(TypedDict, total=False):
    id: str
    model: str
    language: str
    status: str  # answered, abstained, clarify, refused
    mode: str  # generated, extractive, readings_only
    answer: str
    sentences: list[Sentence]
    clarification: Clarification | None
    citations: list[Citation]
    readings: list[Reading]
    results: list[dict[str, Any]]
    notices: list[Notice]
    dropped_sentences: int
    timings_ms: dict[str, float | None]


class Document(TypedDict, total=False):
    id: str
    kind: str  # manual, worklog, pid, register, table, mail
    title: str
    path: str
    revision: str
    effective_date: str | None
    language: str
    pages: int | None
    tables: int
    passages: int | None
    ingested: str | None  # ISO 8601


class Record(TypedDict, total=False):
    table: str
    key: str
    row: int
    document_id: str
    title: str
    fields: dict[str, Any]


class Ready(TypedDict, total=False):
    ready: bool
    parts: dict[str, Any]


class FileFailure(TypedDict, total=False):
    """A file of a run, or of the index as a whole; then with what is known of it."""

    file: str
    path: str
    reason: str
    status: str  # failed (tried again) or quarantined (tried again when it changes)
    finished: str
    retry_after: str | None
    document_id: str | None


class Progress(TypedDict, total=False):
    files: int | None
    done: int
    published: int
    unchanged: int
    failed: int
    skipped: int
    pages: int
    passages: int
    tables: int
    file: str | None
    stage: str | None


class Ingestion(TypedDict, total=False):
    id: str
    action: str  # ingest, retire, delete
    status: str  # queued, running, done, failed
    created: str
    finished: str | None
    files: list[str]
    progress: Progress
    failures: list[FileFailure]
    warnings: list[str]
    error: str | None


class TextPiece(TypedDict, total=False):
    id: str
    position: int  # 0-based
    kind: str  # text, table, steps, warning, figure, record, sheet
    heading_path: list[str]
    text: str
    locator: Locator


class Text(TypedDict, total=False):
    total: int
    pieces: list[TextPiece]
    next: int | None


class Table(TypedDict, total=False):
    """A table of a document; ``rows`` only where they were asked for."""

    name: str
    title: str
    role: str
    page: int | None
    columns: list[dict[str, str]]  # name, type, unit
    rows: list[dict[str, Any]]  # row, cells, shown
