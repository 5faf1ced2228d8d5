"""What of a question stands in a text, and whether that is enough to answer from."""

from collections.abc import Sequence

import pytest

from app.agent.judge import Verdict, judge
from app.agent.resolve import Resolved
from retrieval.models import Hit, Language, PageLocator, Passage, PassageKind
from retrieval.terms import language_of
from retrieval.wording.standing import standing, wanted_of, weight

SUFFICIENCY = 0.6


def hit(text: str, *, tags: tuple[str, ...] = (), kind: PassageKind = "text") -> Hit:
    passage = Passage(
        id=text[:30],
        document_id="d",
        parent_id=text[:30],
        position=0,
        kind=kind,
        text=text,
        heading_path=(),
        locator=PageLocator(page=1, regions=()),
        language=language_of(text),
        tags=tags,
    )
    return Hit(passage=passage, title="Manual", score=1.0)


def verdict(asked: str, hits: Sequence[Hit], tags: tuple[str, ...] = (), unknown: tuple[str, ...] = ()) -> Verdict:
    language: Language = language_of(asked)
    resolved = Resolved(
        question=asked, language=language, tags=tags, ambiguous={}, unknown=unknown, kinds=frozenset({"documents"})
    )
    return judge(resolved, [], hits, sufficiency=SUFFICIENCY)


@pytest.mark.parametrize(
    ("asked", "text", "covered"),
    [
        ("temperature", "Stop the pump at 90 °C.", True),  # a unit says what it measures
        ("How hot may it be?", "介质不得超过 65 °C。", True),
        ("temperature", "Stop the pump at 90 bar.", False),
        ("压力", "Set it to 11.5 bar.", True),
        ("pressure", "安全阀整定压力", True),  # a compound is what it is made of
        ("temperature", "安全阀整定压力", False),
        ("warranty", "The interval is 24 months.", False),
    ],
)
def test_a_concept_stands_in_a_text_by_other_words(asked: str, text: str, covered: bool) -> None:
    wanted = wanted_of(asked)
    assert wanted
    assert bool(standing(wanted, text)) is covered


@pytest.mark.parametrize("asked", ["几毫升", "多少 mm", "How many grams?", "60 Nm", "P-101A"])
def test_numbers_units_and_tags_are_no_terms_that_could_be_missing(asked: str) -> None:
    assert {term for term in wanted_of(asked) if term != "=number"} == set()


@pytest.mark.parametrize(
    ("little", "much"),
    [("putting", "gasket"), ("someone", "glycol"), ("早上", "乙二醇"), ("遇到", "食堂"), ("装", "浓度")],
)
def test_everyday_words_say_less_than_what_names_the_matter(little: str, much: str) -> None:
    assert max(map(weight, wanted_of(little)), default=0.0) < 0.5 <= max(map(weight, wanted_of(much)))


@pytest.mark.parametrize(
    ("asked", "enough"),
    [
        ("I'm putting the seal back together this morning, how far does the spring get compressed?", True),
        ("早上遇到弹簧问题，密封弹簧要压缩几毫米？", True),
        ("Which glycol concentration for the seal?", False),
        ("密封用什么颜色的漆？", False),
        ("年假还剩几天", False),  # no word of it names a matter
    ],
)
def test_a_question_is_covered_by_its_matter(asked: str, enough: bool) -> None:
    hits = [hit("Set the seal so that the spring is compressed by 3.5 mm.")]
    assert verdict(asked, hits).enough is enough


def test_across_languages_the_dictionary_covers_words_that_the_term_list_lacks() -> None:
    assert verdict("必需汽蚀余量是多少？", [hit("NPSH required | 2.9 | m")]).enough
    assert not verdict("绕组温度是多少？", [hit("The colour of the casing is green.")]).enough


SPARES = hit(
    "Part number | Description | Fits\nKS-1 | Mechanical seal | P-101A\nDM-2 | Diaphragm | P-104",
    kind="table",
    tags=("P-101A", "P-104"),
)


@pytest.mark.parametrize(
    ("asked", "tag", "enough"),
    [
        ("Part number of the mechanical seal?", "P-104", False),
        ("Part number of the mechanical seal?", "P-101A", True),
        ("Part number of the diaphragm?", "P-104", True),
    ],
)
def test_rows_about_other_things_of_the_kind_do_not_count(asked: str, tag: str, enough: bool) -> None:
    assert verdict(asked, [SPARES], tags=(tag,)).enough is enough


def test_a_passage_about_another_pump_does_not_suffice_and_one_about_none_does() -> None:
    text = "The mechanical seal must not leak more than 3 mL/h."
    asked = "How much may the mechanical seal leak?"
    assert not verdict(asked, [hit(text, tags=("P-101A",))], tags=("P-104",)).enough
    assert verdict(asked, [hit(text)], tags=("P-104",)).enough
    assert verdict(asked, [hit(text, tags=("P-101B",))], tags=("P-101A",)).enough  # a manual for twins


@pytest.mark.parametrize(
    ("text", "known"),
    [("The diaphragm of the DMX-310 is changed every 4000 h.", True), ("The diaphragm of the DMX-3105.", False)],
)
def test_a_tag_that_a_document_names_is_known(text: str, known: bool) -> None:
    found = verdict("How often is the diaphragm of the DMX-310 changed?", [hit(text)], unknown=("DMX-310",))
    assert (found.reason != "unknown_tag") is known


def test_what_is_missing_is_named_in_the_questions_words() -> None:
    found = verdict("Which glycol concentration is on the hot side?", [hit("Close the drain.")])
    assert {"glycol", "concentration"} <= set(found.missing)
    assert not any(word.startswith("=") for word in found.missing)
