"""Each error is laid to its step."""

import math
from typing import Any

import pytest
from evals_kit import answer, golden, page

from app.api.wire import Answer, Citation
from evals.blame import failed_step, found_groups, rightness
from evals.dataset import PageEvidence
from evals.evidence import proves
from evals.metrics.base import Case
from evals.scoring import answer_metrics
from evals.trace import Trace, trace_of
from retrieval.models import PageLocator, Passage, RecordLocator, Region, SheetLocator

RIGHT = page("c1", 5, "The bearing temperature must not exceed 75 °C.")
DOCUMENTS = {"d1": "manuals/pump.pdf"}


def passage(text: str, number: int = 5, document: str = "d1", box: Region | None = None) -> Passage:
    locator = PageLocator(page=number, regions=(box,) if box else ())
    return Passage(
        id=f"{document}-{number}-{len(text)}",
        document_id=document,
        parent_id="p",
        position=0,
        kind="text",
        text=text,
        locator=locator,
        language="en",
    )


GOLD = passage("In service the bearing temperature must not exceed 75 °C.")
OTHER = passage("Keep the guard in place.", 6)
SHOWN = (Citation.model_validate(RIGHT),)


def step(got: Answer, trace: Trace | None, **changes: Any) -> str:
    case = Case(golden(**changes), DOCUMENTS)
    scores = {name: metric.score(case, got) for name, metric in answer_metrics().items()}
    return failed_step(case, scores, got, trace)


ABSTAINED = answer("The documents don't say.", status="abstained")
WRONG = answer("The limit is 80 °C.", citations=[RIGHT])


@pytest.mark.parametrize(
    ("got", "trace", "expected"),
    [
        (answer(citations=[RIGHT]), Trace((GOLD,), SHOWN), ""),
        (ABSTAINED, Trace((OTHER,)), "not_retrieved"),
        (ABSTAINED, Trace((OTHER, GOLD)), "wrongly_judged"),
        (answer("Which pump?", status="clarify"), None, "wrongly_judged"),
        (answer("The guard.", citations=[page("c1", 6, "Keep the guard in place.")]), Trace((OTHER,)), "not_retrieved"),
        (answer("The guard.", citations=[page("c1", 6, "the guard")]), Trace((OTHER, GOLD)), "wrongly_judged"),
        (answer("It must stay cool.", citations=[RIGHT]), Trace((GOLD,), SHOWN), "badly_phrased"),
        (WRONG, Trace((GOLD,), SHOWN), "wrongly_verified"),  # 80 °C stands in nothing that it cites
        (
            answer("It must stay cool.", citations=[RIGHT]),
            Trace((GOLD,), SHOWN, ({"text": "It is 75 °C.", "failed": "claim"},)),
            "wrongly_verified",
        ),
        (
            answer("It must stay cool.", citations=[RIGHT]),
            Trace((GOLD,), SHOWN, ({"text": "It is 70 °C.", "failed": "numbers"},)),
            "badly_phrased",
        ),
        (ABSTAINED, None, "untraced"),
    ],
)
def test_the_step_that_failed(got: Answer, trace: Trace | None, expected: str) -> None:
    assert step(got, trace) == expected


def test_what_should_not_be_answered_was_wrongly_judged() -> None:
    unanswerable: dict[str, Any] = {"expected_status": "abstained", "gold_evidence": [], "gold_facts": []}
    assert step(answer(citations=[RIGHT]), Trace((GOLD,)), **unanswerable) == "wrongly_judged"
    assert step(ABSTAINED, Trace((GOLD,)), **unanswerable) == ""


def test_a_reading_that_did_not_come_was_not_retrieved() -> None:
    live = {"gold_evidence": [], "gold_facts": [], "expected_readings": ["TI-115A"]}
    assert step(answer("It reads 70 °C."), None, **live) == "not_retrieved"


def test_right_needs_every_thing_that_is_expected() -> None:
    def right(got: Answer | None, **changes: Any) -> float:
        case = Case(golden(**changes), DOCUMENTS)
        scores = {name: metric.score(case, got) if got else math.nan for name, metric in answer_metrics().items()}
        return rightness(case, scores, got)

    assert right(answer(citations=[RIGHT])) == 1.0
    assert right(answer("80 °C", citations=[RIGHT])) == 0.0
    assert right(answer()) == 1.0  # its fact is stated; whether it is cited is another metric's
    assert right(answer(), gold_facts=[]) == 0.0  # nothing but a citation could show it
    assert right(answer(citations=[RIGHT]), gold_facts=[]) == 1.0
    assert right(answer(), expected_readings=["TI-115A"]) == 0.0
    assert math.isnan(right(None))


def test_a_passage_proves_a_page_by_words_or_by_place() -> None:
    gold = PageEvidence(kind="page", document="pump.pdf", page=5, quote="must not exceed 75 °C")
    row = PageEvidence(kind="page", document="pump.pdf", page=5, quote="Limit | 75", regions=((0.1, 0.5, 0.9, 0.52),))
    assert proves(GOLD, "manuals/pump.pdf", gold)
    assert not proves(GOLD, "other.pdf", gold)
    assert not proves(passage(GOLD.text, 6), "pump.pdf", gold)
    assert not proves(passage("It must not exceed 80 °C."), "pump.pdf", gold)
    assert proves(passage("x", box=Region(x0=0.05, y0=0.4, x1=0.95, y1=0.6)), "pump.pdf", row)
    assert not proves(passage("x", box=Region(x0=0.05, y0=0.515, x1=0.95, y1=0.6)), "pump.pdf", row)
    assert proves(passage("x"), "pump.pdf", PageEvidence(kind="page", document="pump.pdf", page=5))  # all of it is gold


def test_a_passage_proves_an_order_or_an_item_by_its_key() -> None:
    groups = [{"kind": "record", "key": "wo-1"}, {"kind": "sheet", "item": "HV-111A"}]
    order = passage("x").model_copy(update={"locator": RecordLocator(table="work_orders", key="WO-1", row=2)})
    valve = passage("y").model_copy(update={"locator": SheetLocator(drawing_id="S", item="HV111A", position=(0, 0))})
    case = Case(golden(gold_evidence=groups), DOCUMENTS)
    assert found_groups(case, Trace((GOLD, order, valve))) == [[], [1], [2]]


def test_a_trace_is_read_from_events() -> None:
    found = {"passages": [GOLD.model_dump(mode="json")]}
    events: list[tuple[str, dict[str, Any]]] = [
        ("status", {"stage": "gather"}),
        ("found", found),
        ("judged", {"coverage": 0.4}),
        ("citations", {"citations": [RIGHT]}),
        ("dropped", {"text": "80 °C", "failed": "numbers"}),
    ]
    trace = trace_of(events)
    assert trace is not None
    assert trace.found == (GOLD,)
    assert (trace.judged["coverage"], trace.dropped[0]["failed"], trace.shown[0].id) == (0.4, "numbers", "c1")
    assert Trace.of_json(trace.as_json()) == trace
    assert trace_of([("status", {}), ("citations", {"citations": [RIGHT]})]) is None  # a service that doesn't trace
