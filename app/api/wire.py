"""The answer on the wire, schema_version 1. Fields are added, never changed or removed, within a version."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.plant.base import LimitState, Quality
from retrieval.models import Language, RecordLocator, SheetLocator, TextLocator

Status = Literal["answered", "abstained", "clarify", "refused"]
Mode = Literal["generated", "extractive", "readings_only"]
NoticeKind = Literal[
    "safety",
    "revision_conflict",
    "stale_reading",
    "bad_quality",
    "outside_limits",
    "simulated_data",
    "ambiguous_tag",
    "degraded",
    "translation_unchecked",
]


class Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Filters(Wire):
    """Narrow the search. Values of one field are alternatives."""

    tags: list[str] = []
    document_ids: list[str] = []


class Question(Wire):
    question: str = Field(min_length=1, max_length=2000)
    conversation_id: str | None = Field(None, max_length=64)
    language: Language | None = None  # of the answer; the question's own when left out
    filters: Filters = Filters()
    stream: bool = False


class PageLocation(Wire):
    kind: Literal["page"] = "page"
    page: int  # 1-based
    regions: list[list[float]]  # [x0, y0, x1, y1] as fractions of the page, from the top left corner


class Citation(Wire):
    id: str
    document_id: str
    title: str
    revision: str
    quote: str  # verbatim from the document
    score: float
    locator: PageLocation | TextLocator | RecordLocator | SheetLocator = Field(discriminator="kind")


class Check(Wire):
    """One thing that code checked of a sentence."""

    name: Literal["citation", "numbers", "tags", "claim", "language"]
    passed: bool
    detail: str = ""


class Sentence(Wire):
    text: str
    citation_ids: list[str] = []
    reading_tags: list[str] = []  # readings that it states
    source: Literal["model", "code", "quote"] = "model"  # who worded it
    checks: list[Check] = []


class ReadingOut(Wire):
    tag: str
    description: str
    value: float | str | bool | None
    unit: str
    quality: Quality
    timestamp: datetime
    age_s: float
    low: float | None = None
    high: float | None = None
    state: LimitState
    simulated: bool


class Clarification(Wire):
    question: str
    options: list[str]


class ToolCall(Wire):
    tool: str
    arguments: dict[str, Any]
    summary: str
    duration_ms: float


class Notice(Wire):
    kind: NoticeKind
    text: str
    citation_id: str | None = None


class Timings(Wire):
    """Milliseconds from the question's arrival; a stage that did not run is None."""

    resolve: float | None = None
    gather: float | None = None
    judge: float | None = None
    phrase: float | None = None
    verify: float | None = None
    first_evidence: float | None = None
    first_sentence: float | None = None
    total: float | None = None


class Answer(Wire):
    schema_version: Literal[1] = 1
    id: str
    index_epoch: int
    model: str
    language: Language
    status: Status
    mode: Mode
    answer: str = ""
    sentences: list[Sentence] = []
    clarification: Clarification | None = None
    citations: list[Citation] = []
    readings: list[ReadingOut] = []
    results: list[dict[str, Any]] = []
    tool_calls: list[ToolCall] = []
    notices: list[Notice] = []
    dropped_sentences: int = 0  # that the model wrote and code could not verify
    timings_ms: Timings = Timings()
