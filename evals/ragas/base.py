"""The contract of a RAGAS metric, and the sample that it scores: one row of an answers run."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.dataset import Evidence, Fact, PageEvidence, RecordEvidence, SheetEvidence, alternatives
from evals.endpoint import Endpoint
from evals.facts import bare
from evals.settings import EvalSettings
from retrieval.errors import BadInput
from retrieval.tags import normalise


class _Expected(BaseModel):
    model_config = ConfigDict(extra="ignore")

    gold_evidence: tuple[Evidence, ...] = ()
    gold_facts: tuple[Fact, ...] = ()
    expected_tools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """``contexts``: the citations' quotes, in order. ``references``: the gold quotes. ``reference``: what a right
    answer says. Ids name a page, an order or a drawn item; gold alternatives of one group are one id."""

    id: str
    question: str
    language: str
    answered: bool
    answer: str
    contexts: tuple[str, ...]
    references: tuple[str, ...]
    reference: str
    context_ids: tuple[str, ...]
    reference_ids: tuple[str, ...]
    tools: tuple[str, ...]
    expected_tools: tuple[str, ...]


class NotApplicable(Exception):
    """Nothing to score in this row. ``str(error)`` says what is missing."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a metric may use. ``model`` is RAGAS's own, None where no judge is set; ``embeddings`` likewise."""

    settings: EvalSettings
    endpoint: Endpoint | None = None
    model: Any = None
    embeddings: Any = None


class RagasMetric(Protocol):
    """Scores one sample, in [0, 1]."""

    name: str
    needs_judge: bool
    needs_embeddings: bool

    def inputs(self, sample: Sample) -> dict[str, Any]:
        """What RAGAS is given, JSON-ready: a judgement is kept by this. Raises ``NotApplicable``."""

    async def score(self, inputs: Mapping[str, Any], tools: Tools) -> float:
        """NaN, or whatever RAGAS and the endpoint raise, where no score came of it."""


def sample_of(row: Mapping[str, Any]) -> Sample:
    """From a row of ``answers --json``. Raises ``BadInput`` where it isn't one."""
    try:
        expected = _Expected.model_validate(row.get("expected") or {})
        got = row.get("got") or {}
        citations = [citation for citation in row.get("citations") or () if str(citation.get("quote", "")).strip()]
        groups = alternatives(expected.gold_evidence)
        return Sample(
            id=str(row["id"]),
            question=str(row["question"]),
            language=str(row.get("language", "")),
            answered=got.get("status") == "answered",
            answer=str(row.get("answer") or ""),
            contexts=tuple(dict.fromkeys(str(citation["quote"]) for citation in citations)),
            references=_quotes(expected),
            reference=_reference(expected),
            context_ids=tuple(dict.fromkeys(_cited_id(citation, groups) for citation in citations)),
            reference_ids=tuple(f"gold {number}" for number in range(1, len(groups) + 1)),
            tools=tuple(got.get("tools") or ()),
            expected_tools=expected.expected_tools,
        )
    except (KeyError, AttributeError, TypeError, ValidationError) as error:
        raise BadInput(f"question {row.get('id', '?')}: not a row of an answers run ({error})") from None


def _quotes(expected: _Expected) -> tuple[str, ...]:
    """One a group: what stands in several places is needed once."""
    groups = alternatives(expected.gold_evidence)
    pages = ([piece.quote for piece in group if isinstance(piece, PageEvidence) and piece.quote] for group in groups)
    return tuple(dict.fromkeys(quotes[0] for quotes in pages if quotes))


def _reference(expected: _Expected) -> str:
    """The gold quotes and the gold facts as sentences: RAGAS takes claims from it."""
    facts = ", ".join(f"{fact.text} {fact.unit}".strip() for fact in expected.gold_facts)
    return "\n".join([*_quotes(expected), *([facts] if facts else [])])


def _cited_id(citation: Mapping[str, Any], groups: tuple[tuple[Evidence, ...], ...]) -> str:
    place = _place(citation)
    found = (number for number, group in enumerate(groups, 1) if place in {_gold_place(piece) for piece in group})
    return next((f"gold {number}" for number in found), place)


def _place(citation: Mapping[str, Any]) -> str:
    where = citation.get("locator") or {}
    if where.get("kind") == "page":
        return (
            f"page {PurePosixPath(str(citation.get('document') or '').replace(chr(92), '/')).name} {where.get('page')}"
        )
    if where.get("kind") == "record":
        return f"record {bare(str(where.get('key', '')))}"
    if where.get("kind") == "sheet":
        return f"sheet {normalise(str(where.get('item', '')))}"
    return f"text {citation.get('document_id')} {where.get('first')}"


def _gold_place(piece: Evidence) -> str:
    if isinstance(piece, PageEvidence):
        return f"page {piece.document} {piece.page}"
    if isinstance(piece, RecordEvidence):
        return f"record {bare(piece.key)}"
    assert isinstance(piece, SheetEvidence)
    return f"sheet {normalise(piece.item)}"


def need(**values: Any) -> None:
    """Raises ``NotApplicable`` that names what is empty."""
    missing = [name.replace("_", " ") for name, value in values.items() if not value]
    if missing:
        raise NotApplicable(f"no {missing[0]}")


def value_of(result: Any) -> float:
    """Of RAGAS's result; NaN where it has none."""
    value = getattr(result, "value", result)
    return math.nan if value is None else float(value)
