"""Golden questions: one JSON object a line.

``{"id": "g01", "question": "...", "language": "en", "kind": "fact", "expected_status": "answered",
"gold_evidence": [{"kind": "page", "document": "feed_pump_manual.pdf", "page": 5, "quote": "..."}],
"gold_facts": [{"text": "75", "unit": "°C"}], "expected_tools": ["search_documents"], "expected_readings": []}``
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.jsonl import read_objects
from retrieval.errors import BadDocument
from retrieval.models import Language


class _Gold(BaseModel):
    # Other keys (notes, templates) may stand in the file: they are nobody's business here.
    model_config = ConfigDict(frozen=True, extra="ignore")


class PageEvidence(_Gold):
    kind: Literal["page"]
    document: str = Field(min_length=1)  # file name
    page: int = Field(ge=1)
    quote: str = ""


class RecordEvidence(_Gold):
    kind: Literal["record"]
    table: str = "work_orders"
    key: str = Field(min_length=1)


class SheetEvidence(_Gold):
    kind: Literal["sheet"]
    item: str = Field(min_length=1)


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


def load_golden(path: Path) -> list[GoldenQuestion]:
    """All questions, in order. Raises ``BadDocument`` that names file, line and field."""
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
        questions.append(question)
    return questions
