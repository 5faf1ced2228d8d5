"""Candidates in the order of how well they bear on the question: a linear model over their signals.

Its weights were fitted with ``python -m evals fit`` (a softmax over each question's candidates, ListNet's top-one
probability: Cao et al. 2007); docs/retrieval.md tells on what, and what it gains where.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from math import isfinite, nan
from pathlib import Path

from retrieval.errors import BadSetting
from retrieval.models import Passage
from retrieval.relevance.asked import Asked
from retrieval.relevance.signals import NAMES, Candidate, signals
from retrieval.stores.base import Scored

LEG = "relevance"  # the name of its score in ``Hit.legs``
Weights = Mapping[str, float]


def candidate(one: Scored, passage: Passage, title: str, named: bool = False) -> Candidate:
    """What the legs found, with its text. ``named``: whether the question names its document."""
    return Candidate(
        id=one.id,
        title=title,
        headings=passage.heading_path,
        text=passage.text,
        kind=passage.kind,
        language=passage.language,
        tags=passage.tags,
        named=named,
        score=one.score,
        legs=one.legs,
    )


def relevance(asked: Asked, candidates: Sequence[Candidate], weights: Weights) -> dict[str, float]:
    """By id: the higher the likelier that it answers. Comparable within one question only.

    ``candidates`` in fused order, best first.
    """
    rows = signals(asked, candidates)
    scores = (sum(weights.get(name, 0.0) * value for name, value in row.items()) for row in rows)
    return {one.id: score for one, score in zip(candidates, scores, strict=True)}


def in_order(found: Sequence[Scored], scores: Mapping[str, float]) -> list[Scored]:
    """What was scored in the order of the scores, then the rest as it was.

    The fused scores keep their places, so they still say how good a first or second place is.
    """
    ordered = sorted(found, key=lambda one: -scores.get(one.id, float("-inf")))  # stable
    told = [replace(one, legs={**one.legs, LEG: scores[one.id]}) if one.id in scores else one for one in ordered]
    ranked = sorted((one.score for one in found), reverse=True)
    return [replace(one, score=score) for one, score in zip(told, ranked, strict=True)]


def chosen_weights(path: Path | None) -> Weights:
    """Those of the file, or the packaged ones. Raises ``BadSetting``."""
    return _packaged() if path is None else read_weights(path)


@cache
def _packaged() -> Weights:
    with as_file(files("retrieval.relevance").joinpath("weights.csv")) as path:
        return read_weights(path)


def read_weights(path: Path) -> dict[str, float]:
    """A CSV file with the columns ``signal`` and ``weight``. Raises ``BadSetting``."""
    remedy = "have python -m evals fit write the file"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadSetting(f"[retrieval] relevance_weights: {path}: {' '.join(str(error).split())}; {remedy}") from None
    found: dict[str, float] = {}
    for number, row in enumerate(rows, start=2):
        where = f"[retrieval] relevance_weights: {path} row {number}"
        if row.get("signal") not in NAMES:
            raise BadSetting(f"{where}: no signal {row.get('signal')!r}; {remedy}")
        found[row["signal"]] = _number(row.get("weight"))
        if not isfinite(found[row["signal"]]):
            raise BadSetting(f"{where}: weight {row.get('weight')!r} is no number; {remedy}")
    if not found:
        raise BadSetting(f"[retrieval] relevance_weights: {path}: no weights; {remedy}")
    return found


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return nan
