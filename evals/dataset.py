"""Golden questions: one JSON object a line.

``{"id": "g01", "question": "...", "language": "en", "kind": "fact", "expected_status": "answered",
"gold_evidence": [{"kind": "page", "document": "feed_pump_manual.pdf", "page": 5, "quote": "..."}],
"gold_facts": [{"text": "75", "unit": "°C"}], "expected_tools": ["search_documents"], "expected_readings": [],
"split": "test", "fact_id": "feed.bearing.alarm", "origin": "model", "evidence_language": "en", "near_miss": false}``

What stands in several places proves the same: pieces of ``gold_evidence`` with the same ``group`` are alternatives.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.jsonl import read_objects
from retrieval.errors import BadDocument, BadSetting
from retrieval.models import Language


class _Gold(BaseModel):
    # Other keys (notes, templates) may stand in the file: they are nobody's business here.
    model_config = ConfigDict(frozen=True, extra="ignore")


class PageEvidence(_Gold):
    kind: Literal["page"]
    document: str = Field(min_length=1)  # file name
    page: int = Field(ge=1)
    quote: str = ""
    regions: tuple[tuple[float, float, float, float], ...] = ()  # x0, y0, x1, y1: fractions of the page, top left
    group: int | None = None


class RecordEvidence(_Gold):
    kind: Literal["record"]
    table: str = "work_orders"
    key: str = Field(min_length=1)
    group: int | None = None


class SheetEvidence(_Gold):
    kind: Literal["sheet"]
    item: str = Field(min_length=1)
    group: int | None = None


Evidence = Annotated[PageEvidence | RecordEvidence | SheetEvidence, Field(discriminator="kind")]


class Fact(_Gold):
    """What the answer must state: a number with its unit, or a text ("" = no unit)."""

    text: str = Field(min_length=1)
    unit: str = ""


class GoldenQuestion(_Gold):
    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    language: Language
    kind: str = Field(min_length=1)
    expected_status: Literal["answered", "abstained", "clarify", "refused"]
    gold_evidence: tuple[Evidence, ...] = ()
    gold_facts: tuple[Fact, ...] = ()
    expected_tools: tuple[str, ...] = ()
    expected_readings: tuple[str, ...] = ()
    split: Literal["train", "test", ""] = ""
    fact_id: str = ""  # what it asks for: all questions on one fact are in the same split
    origin: Literal["model", "hand", "feedback", "generated", ""] = ""
    evidence_language: Language | Literal[""] = ""  # "" = in both, or in none
    near_miss: bool = False  # unanswerable, though it sounds like what the documents say
    accepted: bool = True  # False: a draft that nobody has looked at

    @property
    def evidence_groups(self) -> tuple[tuple[Evidence, ...], ...]:
        """The gold evidence, alternatives together: any piece of a group will do, every group is needed."""
        return alternatives(self.gold_evidence)


def alternatives(evidence: Iterable[Evidence]) -> tuple[tuple[Evidence, ...], ...]:
    """Pieces of the same ``group`` together, in order; a piece without one stands alone."""
    found: dict[object, list[Evidence]] = {}
    for position, piece in enumerate(evidence):
        found.setdefault(("alone", position) if piece.group is None else piece.group, []).append(piece)
    return tuple(tuple(group) for group in found.values())


def of_split(questions: Sequence[GoldenQuestion], split: str) -> list[GoldenQuestion]:
    """Those of one split; all for "". Raises ``BadSetting`` where the split has none."""
    if not split:
        return list(questions)
    chosen = [question for question in questions if question.split == split]
    if not chosen:
        known = ", ".join(sorted({question.split for question in questions if question.split})) or "none"
        raise BadSetting(f'no question is in the split "{split}"; the splits of this file: {known}')
    return chosen


def load_golden(path: Path, *, drafts: bool = False) -> list[GoldenQuestion]:
    """All questions, in order; those that nobody has accepted only with ``drafts``. Raises ``BadDocument`` that names
    file, line and field, also where drafts are all there is."""
    questions: list[GoldenQuestion] = []
    seen: dict[str, int] = {}
    for number, value in read_objects(path):
        where = f"line {number}"
        try:
            question = GoldenQuestion.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise BadDocument(str(path), f"{field}: {first['msg']}", where=where, remedy="correct the line") from None
        if question.id in seen:
            reason = f'id "{question.id}" stands on line {seen[question.id]} already'
            raise BadDocument(str(path), reason, where=where, remedy="give every question its own id")
        seen[question.id] = number
        if question.accepted or drafts:
            questions.append(question)
    if not questions:
        raise BadDocument(str(path), "nothing but drafts", remedy='look at them and set "accepted" to true')
    return questions
