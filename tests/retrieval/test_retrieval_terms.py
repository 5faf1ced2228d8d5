"""Words as comparable terms, in both languages."""

import csv
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest

from retrieval.terms import covers, language_of, shown, terms


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
        ("superseded revision", "作废的版本"),
        ("When does the new edition become effective?", "新版什么时候生效？"),
        ("minimum stock", "最低库存"),
        ("priority of the oil sample", "油样的优先级"),
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


@pytest.mark.parametrize(
    ("question", "text", "covered"),
    [
        ("打印机卡纸", "The printer jams.", "打印机"),
        ("屋顶漏水", "Water comes through the roof.", "屋顶"),
        ("变频器报警", "The frequency converter shows an alarm.", "变频器"),
        ("交货期多长", "Lead time (d): 35", "交货期"),
        ("How do I raise the ladder?", "把梯子立起来", "ladder"),
        ("Where is the umbrella?", "雨伞在门口", "umbrella"),
    ],
)
def test_the_dictionary_holds_a_question_against_the_other_language(question: str, text: str, covered: str) -> None:
    found = covers(terms(question), text)
    assert 0.5 < found[covered] < 1


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("保修期到了吗", "Replace the bearing grease of the pump every 2000 hours."),
        ("食堂几点开门", "The relief valve opens at 8 bar; close the suction valve."),
        ("Is insurance included?", "泵的轴承温度不得超过80度，润滑脂每2000小时更换"),
        ("Where is the canteen?", "泵的轴承温度不得超过80度"),
    ],
)
def test_near_misses_stay_uncovered(question: str, text: str) -> None:
    assert covers(terms(question), text) == {}


def test_what_stands_in_the_text_is_covered_wholly() -> None:
    wanted = terms("bearing temperature of the ladder")
    assert covers(wanted, "轴承温度") == {"=bearing": 1.0, "=temperature": 1.0}
    assert covers(wanted, "Ladders, bearings and temperatures") == dict.fromkeys(wanted, 1.0)
    assert covers(frozenset(), "Ladders") == {}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who raised the Ladder?", {"=person": "Who", "rais": "raised", "ladder": "Ladder"}),
        ("轴承的雨伞", {"=bearing": "轴承", "雨伞": "雨伞"}),
        ("", {"=warranty": "warranty", "rais": "rais"}),
    ],
)
def test_terms_are_shown_as_they_were_asked(question: str, words: dict[str, str]) -> None:
    assert {term: shown(term, question) for term in words} == words


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
