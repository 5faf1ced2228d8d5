"""Feedback of people on answers, and the golden drafts that come of it.

One JSON object a line: ``{"question": "...", "answer": "...", "rating": "down", "reason": "wrong_number",
"correction": "It is 85 °C, see page 5", "comment": "", "answer_id": "", "citations": [{"document": "pump.pdf",
"page": 5, "quote": "..."}]}``. Only question and rating are needed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from evals.draft_facts import QUANTITY
from evals.facts import bare
from evals.jsonl import read_objects
from evals.kept import key_of
from evals.refusals import refuses
from retrieval.models import Language
from retrieval.terms import language_of

Reason = Literal[
    "",
    "wrong_number",
    "wrong_unit",
    "wrong_tag",
    "wrong_document",
    "not_found",  # it said that it doesn't know, and the documents tell
    "should_refuse",  # it answered, and the documents don't tell
    "unclear",
    "other",
]
_RATINGS = {"up": "up", "1": "up", "good": "up", "true": "up", "down": "down", "-1": "down", "0": "down"}
_RATINGS |= {"bad": "down", "false": "down", "👍": "up", "👎": "down", "好": "up", "差": "down"}
_MAX_WORDING = 40  # characters of a correction without numbers that may stand as the fact itself
_PAGE = re.compile(r"(?:page|p\.|第)\s*(\d{1,4})", re.I)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Cited(_Model):
    document: str = Field(min_length=1)
    page: int = Field(ge=1)
    quote: str = ""


class Feedback(_Model):
    question: str = Field(min_length=1)
    rating: Literal["up", "down"]
    answer: str = ""
    reason: Reason = ""
    correction: str = ""
    comment: str = ""
    answer_id: str = ""
    language: Language | None = None
    citations: tuple[Cited, ...] = ()

    @field_validator("rating", mode="before")
    @classmethod
    def _one_spelling(cls, value: object) -> object:
        return _RATINGS.get(str(value).strip().lower(), value)


@dataclass(frozen=True, slots=True)
class BadLine:
    line: int
    reason: str


def read_feedback(path: Path) -> tuple[list[Feedback], list[BadLine]]:
    """The good lines, and what is wrong with the others. Raises ``BadDocument`` where the file is no JSON lines."""
    good: list[Feedback] = []
    bad: list[BadLine] = []
    for number, value in read_objects(path):
        try:
            good.append(Feedback.model_validate(value))
        except ValidationError as error:
            first = error.errors()[0]
            bad.append(BadLine(number, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"))
    return good, bad


def golden_drafts(feedback: Sequence[Feedback]) -> list[dict[str, Any]]:
    """One draft a question, in order: of several words on the same question the last correction counts, else the last
    of all. Nobody has accepted them yet."""
    by_question: dict[str, list[Feedback]] = {}
    for one in feedback:
        by_question.setdefault(bare(one.question), []).append(one)
    return [_draft(said) for said in by_question.values()]


def _draft(said: Sequence[Feedback]) -> dict[str, Any]:
    one = next((each for each in reversed(said) if each.correction.strip()), said[-1])
    status = _status(one)
    facts = _facts(one) if status == "answered" else []
    ups = sum(each.rating == "up" for each in said)
    words = " / ".join(dict.fromkeys(part for each in said for part in (each.reason, each.comment) if part))
    return {
        "id": f"feedback-{key_of(bare(one.question))[:10]}",
        "question": one.question,
        "language": one.language or language_of(one.question),
        "kind": "fact" if status == "answered" else "unanswerable",
        "expected_status": status,
        "gold_evidence": _evidence(one) if status == "answered" else [],
        "gold_facts": facts,
        "expected_tools": ["search_documents"],
        "expected_readings": [],
        "split": "",
        "fact_id": "",
        "origin": "feedback",
        "accepted": False,
        "note": f"{ups} up, {len(said) - ups} down. {words}".strip(),
        "answer_then": one.answer,
        "correction": one.correction,
    }


def _status(one: Feedback) -> str:
    if one.reason == "should_refuse":
        return "abstained"
    if one.rating == "up" and not one.correction and refuses(one.answer):
        return "abstained"
    return "answered"


def _facts(one: Feedback) -> list[dict[str, str]]:
    """What the correction says, or an answer that was liked: its numbers with units, else a short wording."""
    text = one.correction or (one.answer if one.rating == "up" else "")
    found = [{"text": match["number"].strip(), "unit": match["unit"]} for match in QUANTITY.finditer(text)]
    if not found and one.correction and len(one.correction) <= _MAX_WORDING:
        found = [{"text": one.correction.strip().rstrip(".。"), "unit": ""}]
    return list({(fact["text"], fact["unit"]): fact for fact in found}.values())


def _evidence(one: Feedback) -> list[dict[str, Any]]:
    """Of an answer that was liked its citations; of one that was corrected those on the page that is named."""
    cited = [{"kind": "page", **citation.model_dump()} for citation in one.citations]
    if one.rating == "up" and not one.correction:
        return cited
    named = {int(page) for page in _PAGE.findall(one.correction)}
    return [piece for piece in cited if piece["page"] in named]


def with_answer(one: Feedback, response: Mapping[str, Any], files: Mapping[str, str]) -> Feedback:
    """What the service kept of the answer, where the export left it out. ``files``: file name by document id."""
    places = [(citation, citation.get("locator") or {}) for citation in response.get("citations") or ()]
    cited = [
        Cited(document=files[citation["document_id"]], page=where["page"], quote=citation.get("quote", ""))
        for citation, where in places
        if where.get("kind") == "page" and citation.get("document_id") in files
    ]
    changes: dict[str, Any] = {} if one.citations else {"citations": tuple(cited)}
    if not one.answer:
        changes["answer"] = str(response.get("answer") or "")
    if one.language is None and response.get("language") in ("en", "zh"):
        changes["language"] = response["language"]
    return one.model_copy(update=changes)
