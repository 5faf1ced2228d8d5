"""Time windows: open at one end, ranges, several years, and periods relative to now."""

from datetime import UTC, datetime

import pytest

from app.agent.windows import window

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("How many leaks before 2025?", None, (2025, 1, 1)),
        ("2024年以前的工单", None, (2024, 1, 1)),
        ("2024年之前漏了几次？", None, (2024, 1, 1)),
        ("leaks before March 2025", None, (2025, 3, 1)),
        ("2025年3月以前的工单", None, (2025, 3, 1)),
        ("before the end of 2024", None, (2025, 1, 1)),
        ("How often did it leak after March 2025?", (2025, 4, 1), None),
        ("2025年3月之后的工单", (2025, 4, 1), None),
        ("until March 2025", None, (2025, 4, 1)),
        ("up to March 2025", None, (2025, 4, 1)),
        ("截至2025年3月的工单", None, (2025, 4, 1)),
        ("2025年3月为止", None, (2025, 4, 1)),
        ("since March 2025", (2025, 3, 1), None),
        ("2025年3月以来", (2025, 3, 1), None),
        ("自2025年3月起", (2025, 3, 1), None),
        ("from 2024 until now", (2024, 1, 1), None),
        ("since last year", (2025, 1, 1), None),
        ("between 2023 and 2024", (2023, 1, 1), (2025, 1, 1)),
        ("from 2024 to 2025", (2024, 1, 1), (2026, 1, 1)),
        ("2023年到2024年的工单", (2023, 1, 1), (2025, 1, 1)),
        ("2023年至2024年的工单", (2023, 1, 1), (2025, 1, 1)),
        ("2023-2024", (2023, 1, 1), (2025, 1, 1)),
        ("去年到今年", (2025, 1, 1), (2027, 1, 1)),
        ("from March to May 2026", (2026, 3, 1), (2026, 6, 1)),
        ("between March 2025 and May 2026", (2025, 3, 1), (2026, 6, 1)),
        ("from November to February 2026", (2025, 11, 1), (2026, 3, 1)),
        ("from November 2025 to February", (2025, 11, 1), (2026, 3, 1)),
        ("2026年3月到5月", (2026, 3, 1), (2026, 6, 1)),
        ("2026年3至5月", (2026, 3, 1), (2026, 6, 1)),
        ("in 2024 and 2025", (2024, 1, 1), (2026, 1, 1)),
        ("2024年和2025年漏了几次", (2024, 1, 1), (2026, 1, 1)),
        ("after 2023 and before 2025", (2024, 1, 1), (2025, 1, 1)),
        ("orders this month", (2026, 11, 1), (2026, 12, 1)),
        ("本月的工单", (2026, 11, 1), (2026, 12, 1)),
        ("这个月的工单", (2026, 11, 1), (2026, 12, 1)),
        ("orders this week", (2026, 11, 23), (2026, 11, 30)),
        ("本周的工单", (2026, 11, 23), (2026, 11, 30)),
        ("How many leaks in March?", (2026, 3, 1), (2026, 4, 1)),
        ("How many leaks in December?", (2025, 12, 1), (2026, 1, 1)),
        ("三月漏了几次", (2026, 3, 1), (2026, 4, 1)),
        ("十二月漏了几次", (2025, 12, 1), (2026, 1, 1)),
        ("去年3月漏了几次", (2025, 3, 1), (2025, 4, 1)),
        ("in March last year", (2025, 3, 1), (2025, 4, 1)),
        ("How many leaks, 2025?", (2025, 1, 1), (2026, 1, 1)),
        ("on 15 March 2025", (2025, 3, 15), (2025, 3, 16)),
        ("on March 15, 2025", (2025, 3, 15), (2025, 3, 16)),
        ("2025年3月15日的工单", (2025, 3, 15), (2025, 3, 16)),
        ("in 2025/03", (2025, 3, 1), (2025, 4, 1)),
        ("in 03/2025", (2025, 3, 1), (2025, 4, 1)),
        ("by the end of 2024", None, (2025, 1, 1)),
        ("no later than 2024", None, (2025, 1, 1)),
        ("in Feb. 2024", (2024, 2, 1), (2024, 3, 1)),
        ("过去30天", (2026, 10, 24, 9, 30), (2026, 11, 23, 9, 30)),
        ("How often may it leak after 2000 hours?", None, None),
        ("work orders of P-2025", None, None),
        ("运行6个月后漏了几次", None, None),
    ],
)
def test_windows(question: str, since: tuple[int, int, int] | None, until: tuple[int, int, int] | None) -> None:
    assert window(question, NOW) == tuple(datetime(*end, tzinfo=UTC) if end else None for end in (since, until))
