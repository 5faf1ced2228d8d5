"""Words as comparable terms, in both languages."""

import csv
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest

from retrieval.terms import gloss, language_of, terms


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What torque do the casing bolts need?", "en"),
        ("轴承温度是多少？", "zh"),
        ("P-101A 的 TI-115A 报警了吗", "zh"),
        ("HV-111A", "en"),
        ("Seal leaks 漏", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("bearing temperature", "轴承温度"),
        ("tightening torque of the bolts", "螺栓拧紧力矩"),
        ("How often is the diaphragm replaced?", "隔膜多久更换一次？"),
        ("mechanical seal leaks", "机械密封泄漏"),
    ],
)
def test_both_languages_meet_in_concepts(english: str, chinese: str) -> None:
    shared = terms(english) & terms(chinese)
    assert {term for term in terms(chinese) if term.startswith("=")} == shared
    assert shared


def test_forms_of_a_word_are_one_term() -> None:
    assert terms("replaced") == terms("replacement") == terms("replace")


def test_tags_numbers_and_small_words_are_no_terms() -> None:
    assert terms("What is the value of P-101A, 80 °C?") == frozenset()
    assert terms("P-101A 的是多少？") == frozenset()


def test_a_gloss_is_the_other_language() -> None:
    assert "bearing" in gloss("轴承温度", "zh")
    assert "轴承" in gloss("bearing temperature", "en")
    assert gloss("banana", "en") == ""


def test_threads_do_not_disturb_each_other() -> None:
    """A Snowball stemmer keeps its word in itself; one shared by threads gives wrong stems or fails."""
    texts = [f"bearings {word} temperatures" for word in ("leaking", "replaced", "tightened", "vibrating")] * 200
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(terms, texts)) == [terms(text) for text in texts]


def test_no_word_of_the_list_means_two_concepts_by_accident() -> None:
    """Where a word stands in several rows the first one wins; a row whose words all belong to others is dead."""
    rows = list(csv.DictReader(files("retrieval").joinpath("terms.csv").read_text(encoding="utf-8").splitlines()))
    seen: set[str] = set()
    dead = []
    for row in rows:
        words = {*row["english"].split(";"), *row["chinese"].split(";")}
        if words <= seen:
            dead.append(row["concept"])
        seen |= words
    assert dead == []
    assert all(row["english"] and row["chinese"] for row in rows)
