"""Drafts of golden questions from the index: code finds the facts, a model may phrase them, a person accepts them."""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from evals.draft_facts import Draft, of_passage
from evals.indexed import Indexed


def drafts(indexed: Sequence[Indexed], count: int, seed: int) -> list[Draft]:
    """``count`` of them, spread over documents and pages; fewer where the documents hold fewer. The same for a seed."""
    piles: dict[tuple[str, int], list[Draft]] = {}
    for draft in _plain_ones(
        [draft for one in indexed for passage in one.passages for draft in of_passage(one, passage)]
    ):
        piles.setdefault((draft.document, draft.page), []).append(draft)
    rng = Random(seed)  # noqa: S311 - a sample, no secret
    for pile in piles.values():
        rng.shuffle(pile)
    found: list[Draft] = []
    while len(found) < count and any(piles.values()):
        for key in rng.sample(sorted(piles), len(piles)):
            if piles[key] and len(found) < count:
                found.append(piles[key].pop())
    return found


def _plain_ones(found: Sequence[Draft]) -> list[Draft]:
    """Each question once; none that has several answers."""
    values: dict[str, set[str]] = {}
    for draft in found:
        values.setdefault(draft.question, set()).add(f"{draft.value} {draft.unit}")
    once = {draft.question: draft for draft in reversed(found) if len(values[draft.question]) == 1}
    return [draft for draft in found if once.get(draft.question) is draft]


def phrased(golden: Mapping[str, Any], question: str, model: str) -> dict[str, Any] | None:
    """The draft in a model's words; None where the words give the answer away, say nothing or copy the page."""
    value, quote = str(golden["gold_facts"][0]["text"]), str(golden["gold_evidence"][0]["quote"])
    asked = " ".join(question.split())
    told = re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.])", asked)
    if not 6 <= len(asked) <= 300 or told or asked.rstrip("?？。. ") in quote:
        return None
    return {**golden, "question": asked, "phrased_by": model}
