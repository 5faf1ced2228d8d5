"""The pure builders: escaping, limits, ages, signal words; and the strings of both languages."""

import re
from string import Formatter

import pytest

from ui.components import html
from ui.components.answer import narrowed
from ui.models import Reading
from ui.strings import TEXTS, known


def test_every_text_exists_in_both_languages_with_the_same_values() -> None:
    for key, both in TEXTS.items():
        names = [{name for _, name, _, _ in Formatter().parse(words) if name} for words in both]
        assert all(words.strip() for words in both), key
        assert names[0] == names[1], key


def test_a_word_that_the_ui_does_not_know_is_shown_as_it_came() -> None:
    assert known("zh", "state", "high_high") == "高高"
    assert known("en", "notice", "brand_new") == "brand new"


def test_what_the_service_sends_is_escaped() -> None:
    reading: Reading = {
        "tag": "<b>",
        "description": "<script>",
        "value": 1.0,
        "unit": '"',
        "quality": "good",
        "state": "normal",
        "timestamp": "<i>",
        "age_s": 1,
        "simulated": False,
    }
    made = html.reading_card(reading, "en", str) + html.box("none", "<u>", "<s>") + html.fields({"<p>": "<q>"}, "en")
    made += html.source({"title": "<t>", "quote": "<x>", "locator": {"kind": "page", "page": 1}}, "en")
    made += html.safety({"text": "WARNING: <y>"}, "en")
    assert not re.search(r"<(b>\"|script|i>|u>|s>|p>|t>|x>|y>)", made)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (85.5321, "85.53"),
        (80.0, "80"),
        (2930.04, "2930"),
        (410.25, "410.2"),
        (0, "0"),
        (100, "100"),
        (True, "True"),
        ("auto", "auto"),
        (-0.5, "-0.5"),
    ],
)
def test_numbers_read_as_an_operator_writes_them(value: object, shown: str) -> None:
    assert html.number(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(1.2, "1 s"), (119, "119 s"), (5400, "90 min"), (90000, "25 h"), (864000, "10 d"), (-3, "0 s")],
)
def test_ages(seconds: float, shown: str) -> None:
    assert html.age("en", seconds) == shown


def marker(bar: str) -> tuple[float, float, float]:
    """Left end of the band, right end of the band, marker: in percent of the bar."""
    left, right, at = re.findall(r"(?:left|right):([\d.]+)%", bar)
    return float(left), 100 - float(right), float(at)


@pytest.mark.parametrize(
    ("value", "low", "high", "inside"),
    [
        (54.8, 20.0, 85.0, True),
        (10.0, 20.0, 85.0, False),
        (99.0, 20.0, 85.0, False),
        (500.0, 20.0, 85.0, False),
        (62.0, None, 80.0, True),
        (85.5, None, 80.0, False),
        (1.31, 0.7, None, True),
        (0.4, 0.7, None, False),
        (-5.0, None, 80.0, True),
    ],
)
def test_the_marker_stands_inside_the_band_exactly_when_the_value_is_within_limits(
    value: float, low: float | None, high: float | None, inside: bool
) -> None:
    left, right, at = marker(html.limit_bar(value, low, high))
    assert 0 <= left < right <= 100
    assert 0 <= at <= 100
    assert (left <= at <= right) is inside


def test_without_limits_or_a_number_there_is_no_bar() -> None:
    assert html.limit_bar(1.0, None, None) == html.limit_bar(None, 1.0, 2.0) == html.limit_bar(True, 0, 1) == ""


@pytest.mark.parametrize(
    ("words", "head"),
    [
        ("DANGER! High voltage.", "DANGER"),
        ("Warning: hot.", "WARNING"),
        ("警告：高温。", "警告"),
        ("危险 高压", "危险"),
        ("Wear gloves.", "Safety"),
    ],
)
def test_a_warning_keeps_its_signal_word(words: str, head: str) -> None:
    made = html.safety({"text": words}, "en")
    assert f"<b>{head}</b>" in made
    assert re.sub("<[^>]*>", "", made).lower().count(head.lower()) == 1


def test_asking_again_puts_the_chosen_tag_where_its_stem_stood() -> None:
    assert narrowed("How hot is P-101?", "P-101B") == "How hot is P-101B?"
    assert narrowed("How hot is the feed pump?", "P-101A") == "How hot is the feed pump? (P-101A)"
    assert narrowed("How full is it?", "T-101") == "How full is it? (T-101)"


def test_quoted_table_rows_are_a_table_and_other_text_stays() -> None:
    shown = html.quoted("Cause | Remedy\nOil low | Fill <up>")
    assert shown.count("<tr>") == 2
    assert "Fill &lt;up&gt;" in shown
    assert html.quoted("a | b") == "a | b"
    assert "<table" not in html.quoted("1. Stop.\n2. Close a | b.")
