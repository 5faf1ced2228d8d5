"""Time windows, quantities and the kinds of questions: what code reads out of words."""

from datetime import UTC, datetime

import pytest

from app.agent.resolve import resolve
from app.agent.windows import window
from app.tools._measurements import measurements
from retrieval.models import Asset
from retrieval.tags import Register
from retrieval.wording.quantities import missing, quantities

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
REGISTER = Register(
    [
        Asset(
            tag="P-101A",
            name="Feed pump A",
            name_zh="进料泵A",
            nicknames=("duty pump", "feed pump", "进料泵"),
            kind="pump",
        ),
        Asset(
            tag="P-101B",
            name="Feed pump B",
            name_zh="进料泵B",
            nicknames=("standby pump", "feed pump", "进料泵"),
            kind="pump",
        ),
        Asset(tag="T-103", name="Product tank", name_zh="产品罐", kind="tank"),
        Asset(tag="P-104", name="Dosing pump", name_zh="计量泵", kind="dosing pump"),
    ]
)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("How many leaks in 2025?", datetime(2025, 1, 1), datetime(2026, 1, 1)),
        ("2025年漏了几次？", datetime(2025, 1, 1), datetime(2026, 1, 1)),
        ("orders in March 2026", datetime(2026, 3, 1), datetime(2026, 4, 1)),
        ("2026年3月的工单", datetime(2026, 3, 1), datetime(2026, 4, 1)),
        ("what failed last year", datetime(2025, 1, 1), datetime(2026, 1, 1)),
        ("上个月的维修", datetime(2026, 10, 1), datetime(2026, 11, 1)),
        ("since 2025", datetime(2025, 1, 1), None),
        ("in the last 30 days", datetime(2026, 10, 24, 9, 30), datetime(2026, 11, 23, 9, 30)),
        ("How hot is it?", None, None),
    ],
)
def test_windows(question: str, since: datetime | None, until: datetime | None) -> None:
    found = window(question, NOW)
    assert (found.since, found.until) == tuple(end.replace(tzinfo=UTC) if end else None for end in (since, until))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1,000 h", "1000 小时"),
        ("85.50 °C", "85.5℃"),
        ("−5 °C", "-5 °C"),
        ("16 m3/h", "16 m³/h"),
        ("60 N·m", "60 Nm"),
    ],
)
def test_the_same_quantity_in_other_spellings(left: str, right: str) -> None:
    assert quantities(left) == quantities(right)


def test_tags_and_marks_are_no_quantities() -> None:
    assert quantities("Close HV-111A on P-101A [1][2].") == []


@pytest.mark.parametrize(
    ("claimed", "wrong"),
    [
        ("The limit is 80 °C.", []),
        ("The limit is 81 °C.", ["81 °C"]),
        ("The limit is 80 bar.", ["80 bar"]),
        ("It is 80.", []),
        ("限值为80℃。", []),
    ],
)
def test_numbers_must_stand_in_the_evidence_with_their_unit(claimed: str, wrong: list[str]) -> None:
    assert missing(claimed, "High alarm: 80 °C, 4.5 mm/s") == wrong


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What is the drive-end bearing temperature of P-101A right now?", {"live"}),
        ("P-101A驱动端轴承温度现在是多少？", {"live"}),
        ("Is the bearing temperature of P-101A within its limits?", {"live", "documents"}),
        ("What is the maximum permitted bearing temperature of P-101A?", {"documents"}),
        ("How do I replace the mechanical seal of P-101A?", {"documents"}),
        ("How many times did the mechanical seal of P-101A leak in 2025?", {"history"}),
        ("When was the seal of P-101B last replaced?", {"history"}),
        ("P-104的隔膜多久更换一次？", {"documents"}),
        ("P-104在2025年维修了多少次？", {"history"}),
        ("What must I close to isolate P-101A?", {"connectivity", "documents"}),
        ("隔离P-101A需要关闭哪些阀门？", {"connectivity", "documents"}),
        ("Why does P-101A vibrate?", {"documents"}),
        ("P-101A is too hot. What are the causes, and what does it read now?", {"live", "documents"}),
        ("What torque do the casing bolts need?", {"documents"}),
    ],
)
def test_kinds(question: str, kinds: set[str]) -> None:
    resolved = resolve(question, REGISTER, now=NOW, measured=bool(measurements(question).quantities))
    assert resolved.kinds == kinds


@pytest.mark.parametrize(
    ("question", "must_ask"),
    [
        ("What is the discharge pressure of P-101 now?", True),
        ("P-101现在的出口压力是多少？", True),
        ("What must I close to isolate the feed pump?", True),
        ("What torque do the casing bolts of P-101 need?", False),
        ("What is the discharge pressure of P-101A now?", False),
        ("What is the speed of the standby pump now?", False),
        ("What is the discharge pressure of both P-101 pumps now?", False),
    ],
)
def test_asks_back_only_where_the_twins_differ(question: str, must_ask: bool) -> None:
    assert resolve(question, REGISTER, now=NOW, measured=bool(measurements(question).quantities)).must_ask is must_ask


def test_it_is_what_was_asked_about_before() -> None:
    resolved = resolve("How hot is it now?", REGISTER, now=NOW, measured=True, earlier=["Is P-101A running?", "thanks"])
    assert resolved.tags == ("P-101A",)
