"""What is wrong with a dataset: all of it, each finding with file, line, field and what to do."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from evals.dataset import GoldenQuestion, PageEvidence
from evals.facts import bare
from evals.indexed import Indexed
from evals.jsonl import read_text
from evals.judges.base import JudgeCase
from retrieval.errors import BadDocument

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Finding:
    """``line`` is 0 where it is about the whole file, ``field`` "" where about the whole line."""

    level: Literal["error", "warning"]
    file: str
    line: int
    field: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        spot = ", ".join([self.file, *([f"line {self.line}"] if self.line else [])])
        field = f"{self.field}: " if self.field else ""
        return f"{self.level}: {spot}: {field}{self.reason}; {self.remedy}"


def check_golden(path: Path, index: Sequence[Indexed] | None) -> tuple[int, list[Finding]]:
    """How many questions are sound, and everything that is not. ``index``: to look the gold quotes up in."""
    findings: list[Finding] = []
    rows = list(_objects(path, findings))
    questions = list(_models(path, rows, GoldenQuestion, findings))
    findings += _repeated(path, [(number, question.id) for number, question in questions])
    findings += _warnings(path, questions)
    if index is not None:
        findings += _against_index(path, questions, index)
    return len(questions), sorted(findings, key=lambda one: (one.line, one.level))


def check_cases(path: Path) -> tuple[int, list[Finding]]:
    """The same of labelled judge cases."""
    findings: list[Finding] = []
    cases = list(_models(path, list(_objects(path, findings)), JudgeCase, findings))
    findings += _repeated(path, [(number, case.id) for number, case in cases])
    return len(cases), sorted(findings, key=lambda one: one.line)


def is_cases(path: Path) -> bool:
    """Whether its first readable line is a judge case rather than a golden question."""
    rows = _objects(path, [])
    first = next(rows, (0, {}))[1]
    return "label" in first and "answer" in first


def _objects(path: Path, findings: list[Finding]) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = read_text(path)
    except BadDocument as error:
        findings.append(Finding("error", str(path), 0, "", f"{error.where} {error.reason}".strip(), error.remedy))
        return
    if not text.strip():
        findings.append(Finding("error", str(path), 0, "", "empty", "put at least one line in it"))
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            reason = f"not valid JSON at column {error.colno}: {error.msg}"
            findings.append(Finding("error", str(path), number, "", reason, "correct the line"))
            continue
        if isinstance(value, dict):
            yield number, value
        else:
            reason = f"a JSON object is needed, not {type(value).__name__}"
            findings.append(Finding("error", str(path), number, "", reason, "write one object a line"))


def _models(
    path: Path, rows: Sequence[tuple[int, Mapping[str, Any]]], kind: type[M], findings: list[Finding]
) -> Iterator[tuple[int, M]]:
    for number, value in rows:
        try:
            yield number, kind.model_validate(value)
        except ValidationError as error:
            for one in error.errors():
                field = ".".join(str(part) for part in one["loc"])
                findings.append(Finding("error", str(path), number, field, one["msg"].lower(), _remedy(one)))


def _remedy(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "missing":
        return "add it"
    if kind in ("literal_error", "union_tag_invalid"):
        return f"it is {json.dumps(error['input'], ensure_ascii=False)[:60]}, write one of those"
    if kind == "union_tag_not_found":
        return 'add "kind": page, record or sheet'
    if kind in ("string_too_short", "too_short"):
        return "fill it in"
    return f"correct {json.dumps(error['input'], ensure_ascii=False, default=str)[:60]}"


def _repeated(path: Path, ids: Sequence[tuple[int, str]]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for number, id_ in ids:
        if id_ in seen:
            reason = f'"{id_}" stands on line {seen[id_]} already'
            yield Finding("error", str(path), number, "id", reason, "give every line its own id")
        seen.setdefault(id_, number)


def _warnings(path: Path, questions: Sequence[tuple[int, GoldenQuestion]]) -> Iterator[Finding]:
    asked: dict[str, int] = {}
    splits: dict[str, tuple[str, int]] = {}
    for number, question in questions:

        def warning(field: str, reason: str, remedy: str, number: int = number) -> Finding:
            return Finding("warning", str(path), number, field, reason, remedy)

        if first := asked.get(bare(question.question)):
            yield warning("question", f"the same question stands on line {first}", "keep one of them")
        asked.setdefault(bare(question.question), number)
        split, line = splits.setdefault(question.fact_id, (question.split, number))
        if question.fact_id and split != question.split:
            reason = f'"{question.fact_id}" is in split "{split}" on line {line} and in "{question.split}" here'
            yield warning("fact_id", reason, "put all questions on one fact in one split")
        shown = question.gold_evidence or question.gold_facts or question.expected_readings
        if question.expected_status == "answered" and not shown:
            yield warning("gold_evidence", "nothing tells a right answer from a wrong one", "add evidence or facts")
        if question.expected_status in ("abstained", "refused") and question.gold_facts:
            reason = f"facts are asked for, though the answer should be {question.expected_status}"
            yield warning("gold_facts", reason, "remove them or correct expected_status")
        if not question.accepted:
            yield warning("accepted", "a draft: it is not asked", "look at it and set accepted to true, or remove it")


def _against_index(
    path: Path, questions: Sequence[tuple[int, GoldenQuestion]], index: Sequence[Indexed]
) -> Iterator[Finding]:
    pages = {one.file: {number: bare(text) for number, text in one.pages().items()} for one in index}
    count = {one.file: one.document.pages for one in index}
    for number, question in questions:
        for position, piece in enumerate(question.gold_evidence):
            if not isinstance(piece, PageEvidence):
                continue
            field = f"gold_evidence.{position}"
            if piece.document not in pages:
                reason, remedy = f'"{piece.document}" is not in the index', "ingest it or correct the name"
                yield Finding("warning", str(path), number, f"{field}.document", reason, remedy)
            elif piece.page > (count[piece.document] or piece.page):
                reason = f"page {piece.page} of {count[piece.document]} pages"
                yield Finding("warning", str(path), number, f"{field}.page", reason, "correct the page")
            elif bare(piece.quote) not in pages[piece.document].get(piece.page, ""):
                yield Finding("warning", str(path), number, f"{field}.quote", *_not_found(piece, pages[piece.document]))


def _not_found(piece: PageEvidence, pages: Mapping[int, str]) -> tuple[str, str]:
    others = [page for page, text in pages.items() if bare(piece.quote) in text]
    if others:
        return f"stands on page {others[0]}, not on page {piece.page}", "correct the page"
    return f"not on page {piece.page} as it is indexed", "quote what the page says, word by word"
