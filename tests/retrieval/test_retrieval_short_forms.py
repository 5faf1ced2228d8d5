"""Short forms in full, in work logs and in questions."""

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from retrieval.short_forms import expand, expand_question, short_forms
from retrieval.terms import terms


def test_short_forms_are_written_out_and_nothing_else() -> None:
    assert expand("Chk brg temp, o/h pmp") == "check bearing temperature, overhaul pump"
    assert expand("the temperature of the press-fit of TX-101") == "the temperature of the press-fit of TX-101"
    assert expand("mech/elec insp.") == "mechanical/electrical inspection"
    assert expand("更换机封，repl brg") == "更换机械密封，replace bearing"
    assert expand("变频器故障，发电机异响") == "变频器故障，发电机异常声响"
    assert short_forms("Repl brg, 机封 ok") == {"Repl": "replace", "brg": "bearing", "机封": "机械密封"}


def test_short_forms_reach_what_technicians_write() -> None:
    """MaintNorm's test part: of the words that its annotator rewrote a good part, of the others next to none."""
    source = Path(__file__).parents[2].parent / "shared" / "data" / "maintnorm" / "test.norm"
    if not source.exists():
        pytest.skip("MaintNorm is not there")
    pairs = [line.split("\t") for line in source.read_text(encoding="utf-8").splitlines() if "\t" in line]
    kept = [(raw.lower(), full.lower()) for raw, full in pairs if not full.startswith("<")]
    changed = [(raw, full) for raw, full in kept if raw != full]
    same = [raw for raw, full in kept if raw == full]
    assert sum(expand(raw).lower() == full for raw, full in changed) > 0.45 * len(changed)
    assert sum(expand(raw).lower() != raw for raw in same) < 0.003 * len(same)


@pytest.mark.parametrize(
    ("question", "full"),
    [
        ("DE brg on P-101A", "drive-end bearing on P-101A"),
        ("nde brg temp?", "non-drive-end bearing temperature?"),
        ("torq for the csg bolts", "torque for the csg bolts"),
        ("dP across the HX", "differential pressure across the heat exchanger"),
        ("ΔP of the filter", "differential pressure of the filter"),
        ("PRV set pressure", "pressure relief valve set pressure"),
        ("lube oil for the mtr", "lubrication oil for the motor"),
        ("vibs on disch. side", "vibrations on discharge side"),
        ("suct press of P101B xmtr", "suction press of P101B transmitter"),
        ("机封和轴振多少", "机械密封和轴振动多少"),
        ("空压机的空调阀", "空压机的空调阀"),
    ],
)
def test_questions_are_written_out(question: str, full: str) -> None:
    assert expand_question(question) == full


@pytest.mark.parametrize(
    "question",
    [
        "Hi, do I press the RH button of the w/s reg for 1 hr?",  # which a log reads otherwise
        "PSV 103, HX 101A, HX-101, PSV103 and DE-205/B",  # tags
        "Which NPSH is required?",  # a word of the trade
        "异响怎么办",
        "油温变化大，水温变高，冷却液变色，压差变大，油压变低",
        "电压变化时电压表和液压表怎么读",
    ],
)
def test_questions_keep_words_and_tags(question: str) -> None:
    assert expand_question(question) == question


def test_a_number_with_a_unit_makes_no_tag() -> None:
    assert expand_question("DP 80 kPa, HX 101 leaks") == "differential pressure 80 kPa, HX 101 leaks"
    assert expand_question("DP 2.5 bar, dP 80") == "differential pressure 2.5 bar, differential pressure 80"


def test_what_is_written_out_for_a_question_means_at_least_what_the_form_did() -> None:
    """Of English forms: a concept that the form itself stands for isn't lost."""
    rows = csv.DictReader(files("retrieval").joinpath("short_forms.csv").read_text(encoding="utf-8").splitlines())
    forms = [row["short"] for row in rows if row["short"].isascii() and row["where"] != "log"]
    lost = [form for form in forms if not {one for one in terms(form) if one[0] == "="} <= terms(expand_question(form))]
    assert lost == []


def test_no_form_is_listed_twice() -> None:
    rows = csv.DictReader(files("retrieval").joinpath("short_forms.csv").read_text(encoding="utf-8").splitlines())
    forms = [row["short"] for row in rows]
    assert len(forms) == len(set(forms)) > 250


@pytest.mark.parametrize("text", ["室温变化", "油液变质", "电压变化", "油压表"])
def test_characters_of_two_words_are_no_short_form(text: str) -> None:
    assert expand(text) == text
