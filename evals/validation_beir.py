"""What is wrong with a folder in the BEIR layout: all of it."""

import json
from collections.abc import Iterator
from pathlib import Path

from evals.beir import HEAD
from evals.jsonl import read_text
from evals.validation import Finding
from retrieval.errors import BadDocument


def check_beir(folder: Path) -> tuple[int, list[Finding]]:
    """How many judgements are sound, and everything that is not."""
    findings: list[Finding] = []
    corpus, queries = _ids(folder / "corpus.jsonl", findings), _ids(folder / "queries.jsonl", findings)
    judged = sorted((folder / "qrels").glob("*.tsv")) or [folder / "qrels" / "test.tsv"]
    sound = sum(1 for file in judged for _ in _judged(file, queries, corpus, findings))
    return sound, findings


def _lines(path: Path, findings: list[Finding]) -> list[tuple[int, str]]:
    try:
        lines = list(enumerate(read_text(path).split("\n"), 1))
    except BadDocument as error:
        findings.append(Finding("error", str(path), 0, "", f"{error.where} {error.reason}".strip(), error.remedy))
        return []
    if not any(line.strip() for _, line in lines):
        findings.append(Finding("error", str(path), 0, "", "empty", "put at least one line in it"))
    return [(number, line) for number, line in lines if line.strip()]


def _ids(path: Path, findings: list[Finding]) -> dict[str, int]:
    """Line by id."""
    seen: dict[str, int] = {}
    for number, line in _lines(path, findings):

        def error(field: str, reason: str, remedy: str, number: int = number) -> None:
            findings.append(Finding("error", str(path), number, field, reason, remedy))

        try:
            value = json.loads(line)
        except json.JSONDecodeError as wrong:
            error("", f"not valid JSON at column {wrong.colno}: {wrong.msg}", "correct the line")
            continue
        id_ = value.get("_id") if isinstance(value, dict) else None
        if not isinstance(id_, str | int) or isinstance(id_, bool) or id_ == "":
            error("_id", "missing", "give every line an _id")
            continue
        if str(id_) in seen:
            error("_id", f'"{id_}" stands on line {seen[str(id_)]} already', "give every line its own _id")
        if not isinstance(value.get("text"), str):
            error("text", "no string", "write the text")
        elif not value["text"].strip() and path.name == "queries.jsonl":
            error("text", "empty", "write the question")
        seen.setdefault(str(id_), number)
    return seen


def _judged(path: Path, queries: dict[str, int], corpus: dict[str, int], findings: list[Finding]) -> Iterator[int]:
    lines = _lines(path, findings)
    if lines and tuple(lines[0][1].strip().split("\t")) != HEAD:
        findings.append(
            Finding("error", str(path), lines[0][0], "", "no head line", f"begin with {'<tab>'.join(HEAD)}")
        )
    for number, line in lines[1:]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(HEAD):
            reason = f"{len(cells)} columns where {len(HEAD)} are needed"
            findings.append(Finding("error", str(path), number, "", reason, "separate them by one tab each"))
            continue
        wrong = [
            Finding("error", str(path), number, field, f'"{id_}" is not in {file}', "correct the id or add the line")
            for field, id_, known, file in (
                ("query-id", cells[0], queries, "queries.jsonl"),
                ("corpus-id", cells[1], corpus, "corpus.jsonl"),
            )
            if id_ not in known
        ]
        if not cells[2].lstrip("-").isdigit():
            wrong.append(
                Finding("error", str(path), number, "score", f'"{cells[2]}" is not a whole number', "correct it")
            )
        findings.extend(wrong)
        if not wrong:
            yield number
