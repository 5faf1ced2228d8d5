"""When a citation is right: it shows a piece of gold evidence."""

from pathlib import PurePosixPath

from app.api.wire import Answer, Citation, PageLocation
from evals.dataset import Evidence, Fact, PageEvidence, RecordEvidence
from evals.facts import bare, states
from evals.metrics.base import Case
from retrieval.models import RecordLocator, SheetLocator
from retrieval.tags import normalise

_MIN_PART = 12  # characters of a citation's quote that may stand for a longer gold quote


def cited(answer: Answer) -> tuple[list[Citation], int]:
    """The citations that sentences refer to, each once, and how many ids refer to nothing."""
    by_id = {citation.id: citation for citation in answer.citations}
    ids = dict.fromkeys(id_ for sentence in answer.sentences for id_ in sentence.citation_ids)
    found = [by_id[id_] for id_ in ids if id_ in by_id]
    return found, len(ids) - len(found)


def is_right(citation: Citation, case: Case) -> bool:
    """Whether it shows any of the question's gold evidence."""
    return any(shows(citation, gold, case) for gold in case.question.gold_evidence)


def shows(citation: Citation, gold: Evidence, case: Case) -> bool:
    """Page: the same file and page, and the quote holds the gold quote, a part of it or a gold fact.
    Record: the same key. Sheet: the same item."""
    locator = citation.locator
    if isinstance(gold, PageEvidence):
        file = PurePosixPath(case.documents.get(citation.document_id, "").replace("\\", "/")).name
        same = isinstance(locator, PageLocation) and locator.page == gold.page and file == gold.document
        return same and _holds(citation.quote, gold.quote, case.question.gold_facts)
    if isinstance(gold, RecordEvidence):
        return isinstance(locator, RecordLocator) and bare(locator.key) == bare(gold.key)
    return isinstance(locator, SheetLocator) and normalise(locator.item) == normalise(gold.item)


def _holds(quote: str, gold: str, facts: tuple[Fact, ...]) -> bool:
    mine, wanted = bare(quote), bare(gold)
    if not wanted and not facts:
        return True  # the page alone is gold
    part = len(mine) >= _MIN_PART and mine in wanted
    return (bool(wanted) and (wanted in mine or part)) or any(states(quote, fact) for fact in facts)
