"""The shape of a golden question, and of the fact that several questions ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
Piece = dict[str, Any]  # a piece of gold evidence, as evals/dataset.py reads it


@dataclass(frozen=True)
class Fact:
    """A number with its unit, a tag, an order number or a term. ``unit`` is "" where there is none."""

    text: str
    unit: str = ""


@dataclass(frozen=True)
class Item:
    """A question, and what a right answer shows. ``fact_id`` names what is asked; the split goes by it."""

    question: str
    language: Language
    kind: str
    fact_id: str
    evidence: Sequence[Piece] = ()
    facts: Sequence[Fact] = ()
    tools: Sequence[str] = ()
    readings: Sequence[str] = ()
    status: str = "answered"
    origin: Literal["model", "hand"] = "model"
    near_miss: bool = False
    split: str = ""

    @property
    def evidence_language(self) -> str:
        """Of all evidence; "" where there is none or it stands in both."""
        languages = {str(piece.get("language", "")) for piece in self.evidence}
        return languages.pop() if len(languages) == 1 else ""

    def as_dict(self) -> dict[str, Any]:
        pieces = [{name: value for name, value in piece.items() if name != "language"} for piece in self.evidence]
        return {"question": self.question, "language": self.language, "kind": self.kind, "expected_status": self.status,
                "gold_evidence": pieces, "gold_facts": [{"text": f.text, "unit": f.unit} for f in self.facts],
                "expected_tools": list(self.tools), "expected_readings": list(self.readings), "split": self.split,
                "fact_id": self.fact_id, "origin": self.origin, "evidence_language": self.evidence_language,
                "near_miss": self.near_miss}


@dataclass(frozen=True)
class Topic:
    """A fact that documents state, and how it may be asked.

    ``shape`` names the pool of frames that its names ``en`` and ``zh`` fill in; ``asks_en`` and ``asks_zh`` are whole
    questions of its own. In both, ``{x}`` stands for the ``subject`` (a key of ``names``) and is spelt anew each time.
    """

    id: str
    kind: str
    shape: str
    subject: str
    evidence: Sequence[Piece]
    facts: Sequence[Fact]
    en: Sequence[str] = ()
    zh: Sequence[str] = ()
    asks_en: Sequence[str] = ()
    asks_zh: Sequence[str] = ()
    tools: Sequence[str] = ("search_documents",)
    count: tuple[int, int] = field(default=(2, 2))  # questions in English and in Chinese


def split_items(items: Sequence[Item], test: frozenset[str]) -> list[Item]:
    """Each with its split: the facts of ``test`` there, all others in train."""
    return [replace(item, split="test" if item.fact_id in test else "train") for item in items]
