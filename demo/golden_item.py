"""The shape of a golden question."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fact:
    """A number with its unit, a tag, an order number or a term. ``unit`` is "" where there is none."""

    text: str
    unit: str = ""


@dataclass(frozen=True)
class Item:
    """A question, and what a right answer shows."""

    question: str
    language: str
    kind: str
    evidence: list[dict[str, Any]]
    facts: list[Fact]
    tools: list[str]
    readings: list[str] = field(default_factory=list)
    status: str = "answered"

    def as_dict(self) -> dict[str, Any]:
        return {"question": self.question, "language": self.language, "kind": self.kind, "expected_status": self.status,
                "gold_evidence": self.evidence, "gold_facts": [{"text": f.text, "unit": f.unit} for f in self.facts],
                "expected_tools": self.tools, "expected_readings": self.readings}
