"""The simulator: deterministic, coherent, inside its limits but for the one warm bearing."""

from datetime import UTC, datetime, timedelta
from statistics import correlation, mean

import pytest

from demo.plant import build
from demo.simulator import Simulator

NOW = datetime(2026, 11, 23, 14, 3, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEEDS = [1, 7, 23, 99]


def simulator(seed: int = 1) -> Simulator:
    return Simulator(build(seed), lambda: NOW)


def series(sim: Simulator, key: str, step: timedelta = timedelta(minutes=10)) -> list[float]:
    return [value for _, value in sim.history(key, NOW - timedelta(days=7), NOW, step)]


def test_same_seed_and_second_give_the_same_value_in_any_order() -> None:
    first, second = simulator(), simulator()
    keys = [instrument.key for instrument in first.plant.instruments]
    assert {key: first.value(key, NOW) for key in keys} == {key: second.value(key, NOW) for key in reversed(keys)}
    assert first.value("FIC", NOW) != first.value("FIC", NOW + timedelta(seconds=1))


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_warm_bearing_is_in_alarm_at_the_start_and_a_month_on(seed: int) -> None:
    sim = simulator(seed)
    tag = sim.plant.tag(f"TI-DE-{sim.plant.duty[-1]}")
    for hours in range(0, 720, 7):
        assert [(alarm.tag, alarm.state) for alarm in sim.alarms(NOW + timedelta(hours=hours))] == [(tag, "high")]


@pytest.mark.parametrize("seed", SEEDS)
def test_warm_bearing_ramps_from_normal_past_its_high_limit_in_seven_days(seed: int) -> None:
    sim = simulator(seed)
    it = sim.plant.instrument(f"TI-DE-{sim.plant.duty[-1]}")
    values = series(sim, it.key)
    assert it.high is not None
    assert it.high_high is not None
    assert values[0] < it.high - 10
    assert it.high < values[-1] < it.high_high
    days = [mean(values[i * 144 : (i + 1) * 144]) for i in range(7)]
    assert days == sorted(days)
    assert max(values) < it.high_high


@pytest.mark.parametrize("seed", SEEDS)
def test_every_value_of_the_week_stays_inside_its_limits_but_for_the_warm_bearing(seed: int) -> None:
    sim = simulator(seed)
    for it in sim.plant.instruments:
        values = series(sim, it.key, timedelta(hours=1))
        assert it.range_low <= min(values) <= max(values) <= it.range_high, it.tag
        if it.key != f"TI-DE-{sim.plant.duty[-1]}":
            assert not [value for value in values if sim.alarm(it.key, value)], it.tag


def test_physics_hang_together() -> None:
    sim = simulator()
    flow, letter = series(sim, "FIC"), sim.plant.duty[-1]
    assert correlation(flow, series(sim, "ZI-FV")) > 0.9
    assert correlation(flow, series(sim, f"II-{letter}")) > 0.9
    assert correlation(flow, series(sim, f"PI-DIS-{letter}")) < -0.8
    assert correlation(flow, series(sim, "TICSA")) < -0.2
    assert correlation(series(sim, "TI-E-hot-in"), series(sim, "TICSA")) > 0.2
    assert correlation(series(sim, "LIC"), series(sim, "LI-TF")) < -0.8


def test_level_is_the_integral_of_the_flow_surplus() -> None:
    sim = simulator()
    minutes = sim.history("FIC", NOW - timedelta(hours=6), NOW, MINUTE)
    levels = [value for _, value in sim.history("LIC", NOW - timedelta(hours=6), NOW, MINUTE)]
    normal = sim.plant.instrument("FIC").normal
    gained = sum((value / normal - 1) * 60 for _, value in minutes[:-1]) * 0.03
    assert levels[-1] - levels[0] == pytest.approx(gained, abs=0.4)


def test_standby_pump_is_cold_and_still() -> None:
    sim = simulator()
    letter = sim.plant.standby[-1]
    assert sim.value(f"SI-{letter}", NOW) == sim.value(f"II-{letter}", NOW) == 0.0
    assert sim.value(f"TI-DE-{letter}", NOW) < 35


def test_history_is_on_the_step_oldest_first_and_ends_at_the_clock() -> None:
    sim = simulator()
    samples = sim.history("FIC", NOW - timedelta(days=30), NOW + timedelta(days=1), MINUTE)
    assert len(samples) == 7 * 24 * 60
    assert samples[0][0] >= NOW - timedelta(days=7)
    assert samples[-1][0] <= NOW
    assert all(time.second == 0 for time, _ in samples)
    assert samples[-1][1] == sim.value("FIC", samples[-1][0])
    assert sim.history("FIC", NOW + timedelta(days=1), NOW + timedelta(days=2), MINUTE) == []


def test_injected_bad_quality_takes_a_tag_out_of_the_alarms() -> None:
    sim = simulator()
    key = f"TI-DE-{sim.plant.duty[-1]}"
    assert sim.quality(key) == "good"
    sim.inject(key, "bad")
    assert sim.quality(key) == "bad"
    assert sim.alarms(NOW) == []
