"""Whether an answer is right, and, where it is not, which step went wrong."""

import math
from collections.abc import Iterable, Mapping
from typing import Literal

from app.api.wire import Answer
from evals.dataset import Evidence, Fact
from evals.evidence import proves, shows
from evals.facts import numbers, states
from evals.metrics.base import UNSCORED, Case
from evals.trace import Trace

Step = Literal["", "not_retrieved", "wrongly_judged", "badly_phrased", "wrongly_verified", "untraced"]


def rightness(case: Case, scores: Mapping[str, float], answer: Answer | None) -> float:
    """1 where the status is the expected one, every gold fact is stated, every expected reading came, and, where there
    is no gold fact, some gold evidence is cited; else 0. NaN without an answer."""
    if answer is None:
        return UNSCORED
    question = case.question
    wanted = ["status"]
    if question.expected_status == "answered":
        wanted += ["numeric_match", "readings"]
        if not question.gold_facts and scores.get("citation_recall") == 0:
            return 0.0
        told = (scores.get(name, UNSCORED) for name in ("numeric_match", "readings", "citation_recall"))
        if scores.get("status") == 1.0 and all(math.isnan(score) for score in told):
            return UNSCORED  # nothing to tell a right answer from a wrong one
    return float(all(scores.get(name, UNSCORED) in (1.0,) or math.isnan(scores.get(name, UNSCORED)) for name in wanted))


def failed_step(case: Case, scores: Mapping[str, float], answer: Answer | None, trace: Trace | None) -> Step:
    """ "" for a right answer and for none. "untraced": the service does not tell what it found."""
    if answer is None or rightness(case, scores, answer) == 1.0:
        return ""
    if case.question.expected_status != "answered" or answer.status == "clarify":
        return "wrongly_judged"  # answered what should not be, or asked back, or didn't where it should
    if answer.status == "answered" and scores.get("readings", 1.0) < 1.0:
        return "not_retrieved"
    groups = case.question.evidence_groups
    if groups and trace is None:
        return "untraced"
    found = trace or Trace()
    if not all(any(_found(piece, case, found) for piece in group) for group in groups):
        return "not_retrieved"
    if answer.status != "answered":
        return "wrongly_judged"
    if not all(any(_shown(piece, case, found, answer) for piece in group) for group in groups):
        return "wrongly_judged"  # found, but not thought worth showing
    missing = [fact for fact in case.question.gold_facts if not states(_text(answer), fact)]
    return "wrongly_verified" if _misjudged(missing, found, answer) else "badly_phrased"


def found_groups(case: Case, trace: Trace) -> list[list[int]]:
    """For each passage that was found, the numbers from 1 of the groups of gold evidence that it shows."""
    return [
        [
            number
            for number, group in enumerate(case.question.evidence_groups, 1)
            if any(proves(passage, case.documents.get(passage.document_id, ""), piece) for piece in group)
        ]
        for passage in trace.found
    ]


def _found(piece: Evidence, case: Case, trace: Trace) -> bool:
    files = case.documents
    return any(proves(passage, files.get(passage.document_id, ""), piece) for passage in trace.found)


def _shown(piece: Evidence, case: Case, trace: Trace, answer: Answer) -> bool:
    return any(shows(citation, piece, case) for citation in (*trace.shown, *answer.citations))


def _text(answer: Answer) -> str:
    return "\n".join((answer.answer, *(sentence.text for sentence in answer.sentences)))


def _misjudged(missing: Iterable[Fact], trace: Trace, answer: Answer) -> bool:
    """A sentence that had a missing fact was dropped; or one was shown with a number, in a missing fact's unit, that
    what it cites doesn't state."""
    missing = list(missing)
    if any(states(one["text"], fact) for one in trace.dropped for fact in missing):
        return True
    quotes = {citation.id: citation.quote for citation in answer.citations}
    for sentence in answer.sentences:
        cited = "\n".join(quotes.get(id_, "") for id_ in sentence.citation_ids)
        for fact in missing:
            for number in numbers(sentence.text) if sentence.source == "model" and cited else ():
                said = Fact(text=number, unit=fact.unit)
                if fact.unit and states(sentence.text, said) and not states(cited, said):
                    return True
    return False
