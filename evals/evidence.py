"""When a citation is right: it shows a piece of gold evidence."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from app.api.wire import Answer, Citation, PageLocation
from evals.dataset import Evidence, Fact, PageEvidence, RecordEvidence
from evals.facts import bare, states
from evals.metrics.base import Case
from retrieval.models import PageLocator, Passage, RecordLocator, Region, SheetLocator
from retrieval.tags import normalise

_MIN_OVERLAP = 0.5  # share of the gold regions' area that a passage's regions must cover
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
        file = file_name(case.documents.get(citation.document_id, ""))
        same = isinstance(locator, PageLocation) and locator.page == gold.page and file == gold.document
        return same and _holds(citation.quote, gold.quote, case.question.gold_facts)
    if isinstance(gold, RecordEvidence):
        return isinstance(locator, RecordLocator) and _is_row(locator, gold)
    return isinstance(locator, SheetLocator) and normalise(locator.item) == normalise(gold.item)


def _is_row(place: RecordLocator, gold: RecordEvidence) -> bool:
    """The same key; of a spreadsheet, where the key is a row's number, the same table and a run of rows with it."""
    if not gold.key.isdigit():
        return bare(place.key) == bare(gold.key)
    return bare(place.table) == bare(gold.table) and place.row <= int(gold.key) <= (place.last_row or place.row)


def _holds(quote: str, gold: str, facts: tuple[Fact, ...]) -> bool:
    mine, wanted = bare(quote), bare(gold)
    if not wanted and not facts:
        return True  # the page alone is gold
    part = len(mine) >= _MIN_PART and mine in wanted
    return (bool(wanted) and (wanted in mine or part)) or any(states(quote, fact) for fact in facts)


def file_name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name


def proves(passage: Passage, file: str, gold: Evidence) -> bool:
    """Whether a passage of ``file`` shows a piece of gold evidence. Page: the same file and page, and its text holds
    the gold quote or a part of it, or its regions cover half of the gold regions. Record: the same key. Sheet: the
    same item."""
    places = [passage.locator, *(part.locator for part in passage.parts)]
    if isinstance(gold, PageEvidence):
        pages = [place for place in places if isinstance(place, PageLocator) and place.page == gold.page]
        if not pages or file_name(file) != gold.document:
            return False
        quoted = bool(gold.quote) and _holds(passage.text, gold.quote, ())
        whole_page = not gold.quote and not gold.regions
        return quoted or whole_page or _covers([region for page in pages for region in page.regions], gold)
    if isinstance(gold, RecordEvidence):
        return any(isinstance(place, RecordLocator) and _is_row(place, gold) for place in places)
    return any(isinstance(place, SheetLocator) and normalise(place.item) == normalise(gold.item) for place in places)


def _covers(regions: Sequence[Region], gold: PageEvidence) -> bool:
    area = covered = 0.0
    for x0, y0, x1, y1 in gold.regions:
        shared = sum(
            max(0.0, min(x1, box.x1) - max(x0, box.x0)) * max(0.0, min(y1, box.y1) - max(y0, box.y0))
            for box in set(regions)
        )
        area += (x1 - x0) * (y1 - y0)
        covered += min(shared, (x1 - x0) * (y1 - y0))
    return area > 0 and covered >= _MIN_OVERLAP * area


def place_of(passage: Passage) -> str:
    """``page 5``, ``row WO-100234``, ..."""
    locator = passage.locator
    match locator.kind:
        case "page":
            return f"page {locator.page}"
        case "record":
            return f"row {locator.key}"
        case "sheet":
            return f"item {locator.item}"
        case _:
            return f"{locator.unit} {locator.first}"
