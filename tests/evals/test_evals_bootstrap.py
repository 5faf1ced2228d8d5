import math

import pytest

from evals.bootstrap import intervals, paired

NAN = math.nan


def test_the_interval_of_a_coin_is_the_normal_one() -> None:
    heads = [float(i % 2) for i in range(400)]
    found = intervals({"x": heads}, range(400))["x"]
    assert (found.mean, found.scored, found.clusters) == (0.5, 400, 400)
    assert found.low == pytest.approx(0.5 - 1.96 * 0.5 / 20, abs=0.004)
    assert found.high == pytest.approx(0.5 + 1.96 * 0.5 / 20, abs=0.004)


def test_questions_on_one_fact_count_as_one_draw() -> None:
    values = [float(i % 2) for i in range(40) for _ in range(10)]
    apart = intervals({"x": values}, range(400))["x"]
    together = intervals({"x": values}, [i // 10 for i in range(400)])["x"]
    assert together.mean == apart.mean
    assert together.high - together.low > 2.5 * (apart.high - apart.low)  # about the root of 10 times wider
    assert together.clusters == 40


def test_what_was_not_scored_is_left_out_and_counted() -> None:
    found = intervals({"some": [1.0, NAN, 0.0, NAN], "none": [NAN] * 4, "all": [1.0] * 4}, "abcd")
    assert (found["some"].mean, found["some"].scored, found["some"].clusters) == (0.5, 2, 2)
    assert all(math.isnan(value) for value in found["none"][:3])
    assert found["none"].scored == 0
    assert found["all"][:3] == (1.0, 1.0, 1.0)
    assert math.isnan(intervals({"x": []}, [])["x"].mean)


def test_the_same_data_give_the_same_interval() -> None:
    values = [i / 30 for i in range(30)]
    alone, beside = intervals({"x": values}, range(30)), intervals({"y": [0.0] * 30, "x": values}, range(30))
    assert alone["x"] == beside["x"]


def test_differences_are_paired() -> None:
    before, after = [float(i % 2) for i in range(50)], [min(1.0, i % 2 + 0.1) for i in range(50)]
    found = paired({"x": before, "only before": before}, {"x": after}, range(50))
    assert list(found) == ["x"]
    assert found["x"].difference == pytest.approx(0.05)
    assert 0 < found["x"].low < 0.05 < found["x"].high  # narrow: the spread of the questions themselves is gone
    assert found["x"].p_better == 1.0
    assert paired({"x": before}, {"x": before}, range(50))["x"] == (0.0, 0.0, 0.0, 0.5, 50, 50)
    half = paired({"x": [1.0, NAN]}, {"x": [0.0, 1.0]}, "ab")["x"]
    assert (half.difference, half.p_better, half.scored) == (-1.0, 0.0, 1)
