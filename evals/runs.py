"""A run's JSON file, read back: its questions with their scores, whichever suite wrote it."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.jsonl import read_text
from retrieval.errors import BadDocument, BadInput

RETRIEVAL, ANSWERS = "retrieval", "answers"
_REMEDY = "give the --json file of python -m evals retrieval or answers"


@dataclass(frozen=True, slots=True)
class Row:
    """One question. ``scores``: NaN where there is none. ``right``: NaN where nothing says so, else 0 or 1.
    ``told``: the answer, or the best that was found, in one line. ``raw``: as the file has it."""

    id: str
    question: str
    slices: Mapping[str, str]
    cluster: str
    scores: Mapping[str, float]
    right: float
    told: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """``way``: of searching, "" for answers. ``data``: hashes that must agree for two runs to be compared."""

    path: Path
    kind: str
    way: str
    data: Mapping[str, str]
    rows: tuple[Row, ...]
    content: Mapping[str, Any]

    @property
    def title(self) -> str:
        return f"{self.path.name}, {self.way}" if self.way else self.path.name

    @property
    def metrics(self) -> list[str]:
        """Names of the scores, in the file's order."""
        return list(dict.fromkeys(name for row in self.rows for name in row.scores))


def load_run(path: Path, way: str = "") -> Run:
    """``way`` of searching: "fused" where left out. Raises ``BadDocument``, or ``BadInput`` where it is not there."""
    content = load_json(path)
    try:
        kind = str(content["kind"])
        if kind == RETRIEVAL:
            way = way or "fused"
            if way not in content["ways"]:
                raise BadInput(f'{path}: no way "{way}" of searching; choose from {", ".join(content["ways"])}')
            rows = [_ranked(row, way) for row in content["rankings"]]
        elif kind == ANSWERS:
            way, rows = "", [_answered(row) for row in content["questions"]]
        else:
            raise BadDocument(str(path), f'a run of the kind "{kind}"', remedy=_REMEDY)
        data = {"questions": str(content["dataset"]["sha256"])}
        if "index" in content:
            data["documents"] = str(content["index"]["documents_sha256"])
    except (KeyError, TypeError, AttributeError) as error:
        raise BadDocument(str(path), f"not a run of ours ({error!r} is missing or wrong)", remedy=_REMEDY) from None
    return Run(path, kind, way, data, tuple(rows), content)


def load_json(path: Path) -> dict[str, Any]:
    """Raises ``BadDocument`` where it isn't a JSON object."""
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadDocument(str(path), f"not valid JSON: {error.msg}", where=where, remedy=_REMEDY) from None
    if not isinstance(content, dict):
        raise BadDocument(str(path), "not a run of ours", remedy=_REMEDY)
    return content


def number(value: Any) -> float:
    """JSON's null is NaN."""
    return math.nan if value is None else float(value)


def _ranked(row: Mapping[str, Any], way: str) -> Row:
    slices = {name: str(row[name]) for name in ("kind", "language", "pair") if name in row}
    scores = {name: number(value) for name, value in row["scores"][way].items()}
    found = row["found"][way]
    top = row["top"][0] if row["top"] and way == "fused" else None
    told = f"{top['document']}, {top['place']}: {top['text']}" if top else _plain(found[0]) if found else "nothing"
    right = scores.get("recall@5", math.nan)
    right = right if math.isnan(right) else float(right == 1.0)
    return Row(str(row["query"]), str(row["text"]), slices, str(row["cluster"]), scores, right, _line(told), row)


def _answered(row: Mapping[str, Any]) -> Row:
    slices = {"kind": str(row["kind"]), "language": str(row["language"])}
    scores = {name: number(value) for name, value in row["scores"].items()}
    got = row["got"]
    told = f"[{got['status']}] {row['answer']}" if got else f"[failed] {row['error']}"
    cluster = str(row["expected"].get("fact_id") or row["id"])
    right = number(row.get("right"))
    return Row(str(row["id"]), str(row["question"]), slices, cluster, scores, right, _line(told), row)


def _plain(rank: str | Sequence[str]) -> str:
    return rank if isinstance(rank, str) else ", ".join(rank)


def _line(text: str, most: int = 160) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
