"""Which legs are asked, and with what weight."""

import pytest

from retrieval.legs._chosen import chosen_legs
from retrieval.models import Language
from retrieval.probes import Route, names_code, probes, routes
from retrieval.settings import RetrievalSettings

SETTINGS = RetrievalSettings()
LEGS = chosen_legs(SETTINGS)


@pytest.mark.parametrize(
    ("question", "tags", "expected"),
    [
        ("How hot may the bearing get?", (), False),
        ("轴承最高温度是多少？", (), False),
        ("Is 45 Nm enough for the nuts?", (), False),
        ("What does G83 do?", (), True),
        ("参数 max_speed 是什么意思？", (), True),
        ("Where do I get 6205-2RS?", (), True),
        ("order 4711", (), True),
        ("NPSH", (), True),
        ("How hot may the bearing of P-101A get?", (), True),
        ("How hot may the bearing of P-101A get?", ("P-101A",), False),
        ("how hot may the bearing of p101a get?", ("P-101A",), False),
        ("How hot may P-101A get with oil VG46?", ("P-101A",), True),
    ],
)
def test_a_code_is_known_by_its_shape_and_a_tag_that_was_understood_is_none(
    question: str, tags: tuple[str, ...], expected: bool
) -> None:
    assert names_code(question, tags) is expected


EVERY = {("multilingual", "en"), ("multilingual", "zh"), ("keyword", "en"), ("keyword", "zh")}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("en", {*EVERY, ("dense", "en"), ("gloss", "zh")}),
        ("zh", {*EVERY, ("gloss", "en"), ("gloss_dense", "en")}),
    ],
)
def test_each_language_is_searched_in_its_own_right(asked: Language, found: set[tuple[str, str]]) -> None:
    for question in ("which oil", "which oil is VG46"):
        taken = routes(LEGS, SETTINGS, question, asked)
        assert {(route.leg, route.language) for route in taken} == found
        weights = {(route.leg, route.language): route.weight for route in taken}
        own = SETTINGS.code_weights if "46" in question else SETTINGS.weights
        assert weights["keyword", asked] == own[f"{asked}-{asked}"]["keyword"]


def test_words_outweigh_meaning_where_a_code_is_named() -> None:
    for question, words_first in (("Which oil is used?", False), ("Which oil is VG46?", True)):
        weights = {
            route.leg: route.weight for route in routes(LEGS, SETTINGS, question, "en") if route.language == "en"
        }
        assert (weights["keyword"] > weights["dense"]) is words_first


def test_a_leg_that_nobody_weighed_counts_one_where_it_can_score() -> None:
    bare = SETTINGS.model_copy(update={"weights": {"en-en": {"dense": 0.0}}})
    taken = routes(LEGS, bare, "which oil", "en")
    assert Route("multilingual", "zh", 1.0) in taken
    assert Route("gloss", "zh", 1.0) in taken
    assert all(route.leg != "dense" and (route.leg, route.language) != ("gloss", "en") for route in taken)


def test_a_probe_says_whose_vectors_it_searches() -> None:
    taken = [Route("gloss", "zh", 1.0), Route("keyword", "zh", 2.0), Route("dense", "en", 1.0)]
    made = probes(LEGS, taken, {"gloss": (1.0,), "keyword": (2.0,)})
    assert [(one.leg, one.stored, one.weight) for one in made] == [
        ("gloss", "keyword", 1.0),
        ("keyword", "keyword", 2.0),
    ]
