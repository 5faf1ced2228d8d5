"""Gold evidence with alternatives, and rows of spreadsheets."""

import pytest
from evals_kit import answer, citation, golden, page

from evals.evidence import shows
from evals.metrics import citation_recall
from evals.metrics.base import Case

FIRST = {"kind": "page", "document": "pump.pdf", "page": 5, "quote": "must not exceed 75 °C", "group": 1}
AGAIN = {"kind": "page", "document": "alarms.pdf", "page": 2, "quote": "TI-115A | 75 °C", "group": 1}
OTHER = {"kind": "page", "document": "pump.pdf", "page": 8, "quote": "at 85 °C the pump trips", "group": 2}
DOCUMENTS = {"d1": "pump.pdf", "d2": "alarms.pdf"}


@pytest.mark.parametrize(
    ("cited", "recall"),
    [
        ([page("c1", 2, "TI-115A | 75 °C | high", "d2")], 0.5),
        ([page("c1", 5, "must not exceed 75 °C"), page("c2", 2, "TI-115A | 75 °C", "d2")], 0.5),
        ([page("c1", 2, "TI-115A | 75 °C", "d2"), page("c2", 8, "at 85 °C the pump trips")], 1.0),
    ],
)
def test_recall_counts_groups_not_places(cited: list[dict[str, object]], recall: float) -> None:
    case = Case(golden(gold_evidence=[FIRST, AGAIN, OTHER]), DOCUMENTS)
    assert citation_recall.METRIC.score(case, answer(citations=cited)) == recall


@pytest.mark.parametrize(
    ("table", "row", "last_row", "right"),
    [("Spares", 7, None, True), ("Spares", 5, 9, True), ("Spares", 8, 9, False), ("Assets", 7, None, False)],
)
def test_a_run_of_rows_shows_the_gold_row_of_its_table(table: str, row: int, last_row: int | None, right: bool) -> None:
    place = {"kind": "record", "table": table, "key": str(row), "row": row, "last_row": last_row}
    case = Case(golden(gold_evidence=[{"kind": "record", "table": "Spares", "key": "7"}]), DOCUMENTS)
    (found,) = answer(citations=[citation("c1", place, "KS32-1 | Seal")]).citations
    assert shows(found, case.question.gold_evidence[0], case) is right
