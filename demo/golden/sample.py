"""A part of the golden set for systems that take long over each answer."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

EACH = 3  # of each kind in each language


def write_sample(golden: Path, path: Path, split: str = "test", each: int = EACH) -> int:
    """The first ``each`` questions of a kind and language in a split; returns how many were written."""
    rows = (json.loads(line) for line in golden.read_text(encoding="utf-8").splitlines())
    chosen = list(_first([row for row in rows if row["split"] == split], each))
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in chosen), encoding="utf-8")
    return len(chosen)


def _first(rows: Iterable[dict[str, Any]], each: int) -> Iterable[dict[str, Any]]:
    counts: Counter[tuple[str, str]] = Counter()
    asked: set[str] = set()
    for row in rows:
        group = (row["kind"], row["language"])
        if counts[group] < each and row["fact_id"] + row["language"] not in asked:  # rather another fact than another phrasing
            counts[group] += 1
            asked.add(row["fact_id"] + row["language"])
            yield row
