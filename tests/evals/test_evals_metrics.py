import math
from typing import Any

import pytest
from evals_kit import answer, citation, golden, page

from app.api.wire import Answer
from evals.dataset import GoldenQuestion
from evals.metrics import (
    citation_precision,
    citation_recall,
    mrr,
    ndcg,
    numeric_match,
    readings,
    recall,
    status,
    tool_choice,
)
from evals.metrics.base import Case, mean
from retrieval.plugins import discover

DOCUMENTS = {"d1": "pump.pdf", "d2": "other.pdf"}
RIGHT = page("c1", 5, "The bearing temperature must not\nexceed 75 °C in service.")


def case(**changes: Any) -> Case:
    return Case(golden(**changes), DOCUMENTS)


def test_recall_is_the_share_of_the_relevant_documents() -> None:
    score = recall.METRIC.score
    relevant = {"a": 1, "b": 2, "c": 0}
    assert score(relevant, ["a", "x", "b"], 1) == 0.5
    assert score(relevant, ["a", "x", "b"], 5) == 1.0
    assert score(relevant, ["c", "x"], 5) == 0.0
    assert math.isnan(score({"c": 0}, ["c"], 5))


def test_reciprocal_rank_counts_to_the_cut() -> None:
    score = mrr.METRIC.score
    assert score({"b": 1}, ["a", "b"], 10) == 0.5
    assert score({"b": 1}, ["a", "b"], 1) == 0.0
    assert math.isnan(score({"b": 0}, ["b"], 10))


def test_ndcg_by_hand() -> None:
    # DCG = 1/log2(2) + 0 + 2/log2(4) = 2; ideal = 2/log2(2) + 1/log2(3) = 2.63093
    assert ndcg.METRIC.score({"a": 1, "b": 2}, ["a", "x", "b"], 10) == pytest.approx(2 / 2.6309297536)
    assert ndcg.METRIC.score({"a": 1, "b": 2}, ["b", "a"], 10) == 1.0
    assert ndcg.METRIC.score({"a": 1, "b": 2}, ["x", "a", "b"], 1) == 0.0
    assert math.isnan(ndcg.METRIC.score({}, ["a"], 10))


def test_ndcg_as_scikit_learn_counts_it() -> None:
    ndcg_score = pytest.importorskip("sklearn.metrics").ndcg_score
    grades = {"a": 3, "b": 0, "c": 2, "d": 1, "e": 3, "f": 0}
    ranked = ["d", "b", "a", "f", "e", "c"]
    theirs = ndcg_score([[grades[d] for d in ranked]], [[-i for i in range(len(ranked))]], k=4)
    assert ndcg.METRIC.score(grades, ranked, 4) == pytest.approx(theirs)


def test_the_mean_leaves_out_what_was_not_scored() -> None:
    assert mean([1.0, math.nan, 0.0]) == 0.5
    assert math.isnan(mean([math.nan]))


def test_status_is_equality() -> None:
    assert status.METRIC.score(case(), answer()) == 1.0
    assert status.METRIC.score(case(expected_status="abstained"), answer()) == 0.0


def test_every_expected_tool_must_be_called() -> None:
    score = tool_choice.METRIC.score
    assert score(case(), answer()) == 1.0
    assert score(case(expected_tools=["search_documents", "read_tags"]), answer()) == 0.0
    assert math.isnan(score(case(expected_tools=[]), answer()))


def test_expected_readings_are_counted_by_normal_tag() -> None:
    reading = {
        "tag": "TI-115A",
        "description": "",
        "value": 80.5,
        "unit": "°C",
        "quality": "good",
        "age_s": 1.0,
        "timestamp": "2026-01-01T00:00:00Z",
        "state": "high",
        "simulated": True,
    }
    got = answer(readings=[reading])
    assert readings.METRIC.score(case(expected_readings=["ti115a".upper(), "TI-116A"]), got) == 0.5
    assert math.isnan(readings.METRIC.score(case(), got))


def test_every_gold_fact_must_be_stated() -> None:
    score = numeric_match.METRIC.score
    both = [{"text": "75", "unit": "°C"}, {"text": "2000", "unit": "h"}]
    assert score(case(), answer("上限为 75℃。")) == 1.0
    assert score(case(gold_facts=both), answer("75 °C")) == 0.0
    assert score(case(gold_facts=both), answer("75 °C, every 2,000 小时")) == 1.0
    assert math.isnan(score(case(gold_facts=[]), answer()))


def test_precision_counts_right_citations_among_all_cited() -> None:
    score = citation_precision.METRIC.score
    wrong_page, wrong_file = page("c2", 6, "must not exceed 75 °C"), page("c3", 5, "must not exceed 75 °C", "d2")
    other_words = page("c4", 5, "Keep the guard in place.")
    assert score(case(), answer(citations=[RIGHT])) == 1.0
    assert score(case(), answer(citations=[RIGHT, wrong_page, wrong_file, other_words])) == 0.25
    assert score(case(), answer(citations=[page("c5", 5, "Limit | 75 | °C")])) == 1.0  # the gold fact
    assert math.isnan(score(case(), answer()))
    assert math.isnan(score(case(gold_evidence=[]), answer(citations=[RIGHT])))


def test_a_citation_id_that_refers_to_nothing_is_wrong() -> None:
    sentences = [{"text": "75 °C", "citation_ids": ["c1", "c9"]}]
    assert citation_precision.METRIC.score(case(), answer(citations=[RIGHT], sentences=sentences)) == 0.5


def test_a_citation_that_no_sentence_uses_does_not_count() -> None:
    unused = answer(citations=[RIGHT], sentences=[{"text": "75 °C", "citation_ids": []}])
    assert math.isnan(citation_precision.METRIC.score(case(), unused))
    assert citation_recall.METRIC.score(case(), unused) == 0.0


def test_recall_is_the_gold_evidence_that_is_shown() -> None:
    gold = [
        {"kind": "page", "document": "pump.pdf", "page": 5, "quote": "must not exceed 75 °C"},
        {"kind": "record", "table": "work_orders", "key": "WO-100234"},
        {"kind": "sheet", "item": "HV-111A"},
    ]
    order = citation("c2", {"kind": "record", "table": "work_orders", "key": "WO-100234", "row": 12})
    valve = citation("c3", {"kind": "sheet", "drawing_id": "S1", "item": "HV-111A", "position": [0.1, 0.2]})
    twin = citation("c4", {"kind": "sheet", "drawing_id": "S1", "item": "HV-111B", "position": [0.1, 0.2]})
    score = citation_recall.METRIC.score
    assert score(case(gold_evidence=gold), answer(citations=[RIGHT, order, valve])) == 1.0
    assert score(case(gold_evidence=gold), answer(citations=[order, twin])) == pytest.approx(1 / 3)
    assert score(case(gold_evidence=gold), answer()) == 0.0
    assert math.isnan(score(case(gold_evidence=[]), answer()))


def test_every_metric_follows_the_contract(subtests: pytest.Subtests) -> None:
    found = discover("evals.metrics", "METRIC")
    assert {"recall", "mrr", "ndcg", "status", "numeric_match"} <= set(found)
    empty: tuple[GoldenQuestion, Answer] = (golden(gold_facts=[], gold_evidence=[], expected_tools=[]), answer())
    for name, metric in found.items():
        with subtests.test(name):
            assert metric.kind in ("answer", "ranking")
            if metric.kind == "answer" and name != "status":
                assert math.isnan(metric.score(Case(empty[0]), empty[1]))
