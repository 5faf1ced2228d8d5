"""Questions in the other language's words, and the leg that searches by them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import BadDocument, BadSetting
from retrieval.glossary.plant import Glossary, packaged_glossary
from retrieval.glossary.translate import cut, in_english, parts, to_chinese, to_english
from retrieval.legs import gloss, keyword
from retrieval.legs._chosen import chosen_legs
from retrieval.legs.base import Sparse
from retrieval.settings import RetrievalSettings

NONE = Glossary([])
OWN = packaged_glossary()
EN = [
    "Replace the bearing grease every 2000 hours.",
    "Worn mechanical seals leak: renew the seal ring.",
    "Open the suction valve and vent the casing.",
    "The printer has run out of paper.",
]
ZH = ["每2000小时更换一次轴承润滑脂", "机械密封磨损会泄漏，应更换密封环", "打开吸入阀，泵壳排气", "打印机缺纸"]


def best(question: str, texts: list[str], leg: gloss.GlossLeg = gloss.LEG) -> str:
    asked = leg.load().encode_query(question)
    assert isinstance(asked, Sparse)
    weights = dict(zip(asked.indices, asked.values, strict=True))
    scores = []
    for vector in keyword.LEG.load().encode_passages(texts):
        assert isinstance(vector, Sparse)
        pairs = zip(vector.indices, vector.values, strict=True)
        scores.append(sum(value * weights.get(index, 0.0) for index, value in pairs))
    assert max(scores) > 0
    return texts[scores.index(max(scores))]


@pytest.mark.parametrize(
    ("question", "at"), [("轴承润滑脂多久换一次？", 0), ("机封漏了怎么办", 1), ("打开吸入阀", 2), ("打印机没纸了", 3)]
)
def test_chinese_questions_find_english_passages(question: str, at: int) -> None:
    assert best(question, EN) == EN[at]


@pytest.mark.parametrize(
    ("question", "at"),
    [
        ("How often is bearing grease replaced?", 0),
        ("the mechanical seal is leaking", 1),
        ("open the suction valve", 2),
        ("no paper in the printer", 3),
    ],
)
def test_english_questions_find_chinese_passages(question: str, at: int) -> None:
    assert best(question, ZH) == ZH[at]


def test_the_plants_words_stand_before_the_dictionarys() -> None:
    assert "beat" in to_english("打", NONE)
    own = Glossary([("paint bay", "打卡")])
    weights = to_english("打卡", own)
    assert weights["bay"] == weights["paint"] == max(weights.values())
    assert to_chinese("paint bay", own)["打卡"] >= max(to_chinese("paint bay", NONE).values())


def test_longest_words_first() -> None:
    own = Glossary([("feed pump", "给料泵"), ("pump", "泵")])
    assert list(cut("给料泵轴承", own)) == ["给料泵", "轴承"]
    assert list(cut("打不开阀门", NONE)) == ["打开", "阀门"]
    assert "".join(parts("不锈钢螺栓")) == "不锈钢螺栓"
    assert "螺栓" in parts("不锈钢螺栓")


def test_a_question_for_an_english_encoder() -> None:
    said = in_english("UR5e的轴承温度", OWN).split()
    assert said[:2] == ["UR5e", "bearing"]
    assert "temperature" in said
    assert in_english("的是多少？", OWN) == ""


def test_words_that_say_nothing_are_left_out() -> None:
    assert to_english("的是多少？", OWN) == {}
    assert to_chinese("What is the of it?", OWN) == {}
    assert to_english("P-101A 80 °C", OWN) == {}
    assert to_chinese("12345", OWN) == {}


def test_a_word_of_many_senses_counts_little_more_than_one_of_few() -> None:
    """Or a verb of everyday life would drown the part that is meant."""
    many, few = sum(to_english("打", NONE).values()), sum(to_english("轴承", NONE).values())
    assert few <= many < 3 * few


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_question_has_a_vector(text: str) -> None:
    vector = gloss.LEG.load().encode_query(text)
    assert isinstance(vector, Sparse)
    assert len(set(vector.indices)) == len(vector.indices) == len(vector.values)
    assert all(0 < value <= 2 for value in vector.values)


@given(st.text(st.sampled_from("泵轴承阀门不得打开温度过高报警给料螺栓的了"), min_size=1, max_size=12))
def test_cutting_loses_no_character_but_of_an_inability(run: str) -> None:
    joined = "".join(cut(run, NONE))
    assert set(run) - set(joined) <= set("不得")


def test_a_site_has_words_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "site.csv"
    path.write_text("english,chinese\nskid,泡泡糖\n", encoding="utf-8")
    leg = gloss.LEG_TYPE.make("gloss", {"glossary": str(path)})
    texts = ["The skid stands in hall 2.", "Chewing gum is not allowed."]
    assert best("泡泡糖", texts) == texts[1]
    assert best("泡泡糖", texts, leg) == texts[0]
    named = gloss.LEG.load()
    named.use([("skid", "泡泡糖")])
    assert set(named.encode_query("泡泡糖").indices) > set(gloss.LEG.load().encode_query("泡泡糖").indices)  # type: ignore[union-attr]


def test_a_leg_as_the_settings_describe_it(tmp_path: Path) -> None:
    def legs(**options: object) -> object:
        described = {"gloss": {"type": "gloss", **options}}
        return chosen_legs(RetrievalSettings(legs=("keyword", "gloss"), leg_options=described))["gloss"]

    assert isinstance(legs(), gloss.GlossLeg)
    with pytest.raises(BadSetting, match="glosary"):
        legs(glosary="x")
    missing = legs(glossary=str(tmp_path / "none.csv"))
    assert isinstance(missing, gloss.GlossLeg)
    with pytest.raises(BadDocument, match=r"none\.csv"):
        missing.load()
