"""The contract of a judge, and the labelled cases that measure it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.endpoint import Chooser
from evals.jsonl import read_objects
from evals.settings import EvalSettings
from retrieval.errors import BadDocument
from retrieval.models import Language

Label = Literal[
    "faithful",
    "wrong_number",
    "wrong_unit",
    "wrong_tag",
    "unsupported_addition",
    "rightly_refused",
    "wrongly_refused",
]
LABELS: tuple[Label, ...] = get_args(Label)
RIGHT: frozenset[Label] = frozenset({"faithful", "rightly_refused"})
REFUSALS: frozenset[Label] = frozenset({"rightly_refused", "wrongly_refused"})


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CaseEvidence(_Model):
    """``tags``: those that its document applies to."""

    quote: str = Field(min_length=1)
    document: str = ""
    page: int | None = Field(None, ge=1)
    heading: str = ""
    tags: tuple[str, ...] = ()


class JudgeCase(_Model):
    """A question, the evidence that was found, an answer from it, and what is wrong with that answer."""

    id: str = Field(min_length=1)
    label: Label
    language: Language
    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    evidence: tuple[CaseEvidence, ...] = ()
    fact_id: str = ""  # cases of one fact are not independent: intervals are drawn by it


class Verdict(_Model):
    """``right`` is None where the judge could not be read: then ``reason`` says why."""

    right: bool | None
    score: float | None = None  # where the judge gives one
    reason: str = ""


class Judge(Protocol):
    """Tells right answers from wrong ones."""

    name: str
    labels: frozenset[Label]  # of the cases that it claims to judge
    needs_model: bool

    def version(self) -> str:
        """Changes when its verdicts may: prompt, code, library."""

    def thresholds(self, settings: EvalSettings) -> dict[str, float]:
        """What turns its scores into verdicts."""

    async def verdict(self, case: JudgeCase, chooser: Chooser | None, settings: EvalSettings) -> Verdict:
        """Raises ``Unavailable`` where the model isn't there, ``Unreadable`` where it cannot be understood."""


def load_cases(path: Path) -> list[JudgeCase]:
    """All cases, in order. Raises ``BadDocument`` that names file, line and field."""
    cases: list[JudgeCase] = []
    for number, value in read_objects(path):
        try:
            cases.append(JudgeCase.model_validate(value))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            where = f"line {number}"
            raise BadDocument(str(path), f"{field}: {first['msg']}", where=where, remedy="correct the line") from None
    _unique(path, cases)
    return cases


def _unique(path: Path, cases: Sequence[JudgeCase]) -> None:
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise BadDocument(str(path), f'id "{case.id}" stands twice', remedy="give every case its own id")
        seen.add(case.id)
