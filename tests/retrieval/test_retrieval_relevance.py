"""The second look: what speaks for a passage, and the order that comes of it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from retrieval.errors import BadSetting
from retrieval.models import Language, PassageKind
from retrieval.relevance.asked import Asked, read
from retrieval.relevance.order import LEG, chosen_weights, in_order, read_weights, relevance
from retrieval.relevance.signals import NAMES, Candidate, signals
from retrieval.stores.base import Scored

TORQUES = "Joint | Torque | Unit\nCasing nuts | 48 | Nm\nImpeller nut | 100 | Nm\nOil drain plug | 19 | Nm"
LIMITS = "Quantity | Alarm | Trip\nBearing temperature | 80 °C | 90 °C\nSuction pressure | 0.4 bar | 0.2 bar"


def one(
    text: str,
    *,
    id: str = "a",
    kind: PassageKind = "text",
    language: Language = "en",
    headings: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    score: float = 1.0,
    legs: Mapping[str, float] | None = None,
) -> Candidate:
    return Candidate(id, "Manual", headings, text, kind, language, tags, False, score, legs or {})


def row(asked: Asked, candidate: Candidate) -> dict[str, float]:
    (found,) = signals(asked, [candidate])
    return found


def asked(question: str, *tags: str) -> Asked:
    return read(question, "zh" if any("\u4e00" <= char <= "\u9fff" for char in question) else "en", tags)


def test_every_row_has_every_signal_in_order() -> None:
    rows = signals(asked("Torque of the impeller nut?"), [one(TORQUES, kind="table"), one("Pump", id="b")])
    assert [tuple(found) for found in rows] == [NAMES, NAMES]


def test_no_candidates_no_rows() -> None:
    assert signals(asked("Torque?"), []) == []


@pytest.mark.parametrize("question", ["Torque of the impeller nut?", "叶轮螺母的扭矩？"])
def test_a_row_and_its_column_are_named_in_either_language(question: str) -> None:
    found = row(asked(question), one(TORQUES, kind="table"))
    assert (found["cell"], found["column named"], found["cell and column"]) == (1.0, 1.0, 1.0)
    assert found["line"] == pytest.approx(1.0, abs=0.11)  # a translated word is not quite as sure
    assert found["line"] > found["line alone"]  # torque stands in the head only


def test_an_english_row_named_of_a_chinese_table() -> None:
    found = row(
        asked("Torque of the impeller nut?"), one("项目 | 扭矩\n叶轮螺母 | 100 Nm", kind="table", language="zh")
    )
    assert found["cell"] == 1.0
    assert found["line, across languages"] == found["line"] > 0.8


def test_words_of_one_line_are_closer_than_words_of_several() -> None:
    question = asked("Which seal leakage is allowed?")
    near = row(question, one("A seal leakage of 3 mL/h is allowed.\nOil the shaft."))
    far = row(question, one("Oil the seal.\nLeakage of oil is dangerous.\nVenting is allowed."))
    assert near["passage"] == far["passage"]
    assert near["line"] > far["line"]
    assert near["pairs"] > far["pairs"]


def test_a_word_that_few_candidates_hold_tells_more() -> None:
    question = asked("suction flange leak")
    texts = ["suction flange", "suction", "suction", "suction leak"]
    rows = signals(question, [one(text, id=str(number)) for number, text in enumerate(texts)])
    common, scarce = rows[1], rows[0]
    assert common["passage, rare"] < common["passage"]
    assert scarce["passage, rare"] - common["passage, rare"] > scarce["passage"] - common["passage"]


@pytest.mark.parametrize(
    ("question", "signal", "holds", "lacks"),
    [
        ("How high is the limit?", "number asked and held", "Temperature limit 80 °C", "Temperature limit: see plate"),
        ("轴承温度限值是多少？", "number asked and held", "轴承温度限值 80 °C", "轴承温度限值见铭牌"),
        ("Part number of the seal?", "code asked and held", "Seal KS32-7159-83", "Seal, of rubber"),
        ("机封的备件编号？", "code asked and held", "机封 KS32-7159-83", "机封，橡胶"),
        ("How often is oil changed?", "time asked and held", "Change the oil after 4000 h.", "Fill in 4 L of oil."),
        ("多久换一次油？", "time asked and held", "每 4000 小时换油", "换油 4 L"),
        ("How many newton metres on the nut?", "unit asked and held", "Nut: 48 Nm", "Nut: 48 mm"),
        ("螺母多少牛米？", "unit asked and held", "螺母 48 Nm", "螺母 48 mm"),
    ],
)  # fmt: skip
def test_an_answer_has_the_form_that_is_asked_for(question: str, signal: str, holds: str, lacks: str) -> None:
    assert row(asked(question), one(holds))[signal] == 1.0
    assert row(asked(question), one(lacks))[signal] == 0.0
    assert row(asked("Tell me about it."), one(holds))[signal] == 0.0


def test_numbers_of_a_list_are_none() -> None:
    assert row(asked("How high is the oil level?"), one("1. Check the oil level."))["number held"] == 0.0


@pytest.mark.parametrize("question", ["How do I start the pump?", "如何启动泵？"])
def test_steps_and_causes(question: str) -> None:
    assert row(asked(question), one("1. Start the pump.", kind="steps"))["steps asked and told"] == 1.0
    assert row(asked(question), one("The pump starts.", kind="text"))["steps asked and told"] == 0.0
    why = "Why is the bearing hot?" if question.isascii() else "轴承为什么发热？"
    symptoms = "Symptom | Cause | Remedy\nBearing hot | Oil old | Change it\nNo flow | Valve closed | Open it"
    assert row(asked(why), one(symptoms, kind="table"))["cause asked, among symptoms"] == 1.0
    assert row(asked(why), one(LIMITS, kind="table"))["cause asked, among symptoms"] == 0.0


@pytest.mark.parametrize("told", ["The seal is dripping.", "Pump won't start", "机封滴漏", "泵打不上量", "轴承发烫"])
def test_a_fault_told_asks_for_symptoms(told: str) -> None:
    chinese = one("现象 | 原因 | 处理方法\n漏 | 旧 | 换\n不转 | 无电 | 送电", kind="table", language="zh")
    assert row(asked(told), chinese)["fault told, among symptoms"] == 1.0
    assert row(asked("Torque of the nut? 螺母扭矩"), chinese)["fault told, among symptoms"] == 0.0


def test_whose_it_is() -> None:
    question = read("Bearing temperature?", "en", ["P-101A"], ["E-102"])
    own = row(question, one("P-101A: 80 °C", tags=("P-101A",)))
    twin = row(question, one("P-101B: 80 °C", tags=("P-101A", "P-101B")))
    other = row(question, one("P-104: 60 °C", tags=("P-104", "E-102")))
    assert (own["names it"], own["names its twin"], own["for it"]) == (1.0, 0.0, 1.0)
    assert (twin["names it"], twin["names its twin"], twin["names others"], twin["for it"]) == (0.0, 1.0, 1.0, 1.0)
    assert (other["names its twin"], other["names others"]) == (0.0, 1.0)
    assert (other["for it"], other["for what it serves"]) == (0.0, 1.0)
    assert twin["line that names it"] == 0.0
    assert row(question, one("P-101A bearing temperature: 80 °C"))["line that names it"] == pytest.approx(1.0)


def test_scores_of_sparse_legs_count_beside_each_other() -> None:
    rows = signals(
        asked("seal"),
        [one("seal", legs={"keyword": 8.0}), one("seal", id="b", score=0.5, legs={"keyword": 2.0, "dense": 0.4})],
    )
    assert [found["keyword"] for found in rows] == [1.0, 0.25]
    assert [found["found by dense"] for found in rows] == [0.0, 1.0]
    assert [found["fused"] for found in rows] == [1.0, 0.5]


@pytest.mark.parametrize("question", ["What torque for the oil drain plug?", "放油螺塞的扭矩是多少？"])
def test_the_packaged_weights_put_the_row_before_its_neighbours(question: str) -> None:
    candidates = [
        one("Drain the oil into a tray. The oil must be warm.", id="prose", score=0.9),
        one(LIMITS, id="limits", kind="table", score=0.8),
        one(TORQUES, id="torques", kind="table", score=0.5),
    ]
    scores = relevance(asked(question), candidates, chosen_weights(None))
    assert max(scores, key=lambda id: scores[id]) == "torques"


def test_the_order_keeps_the_scores_in_their_places_and_leaves_the_rest() -> None:
    found = [Scored("a", 0.9, {"dense": 0.5}), Scored("b", 0.8, {}), Scored("c", 0.7, {}), Scored("d", 0.6, {})]
    ordered = in_order(found, {"a": 1.0, "b": 1.0, "c": 3.0})
    assert [(one.id, one.score) for one in ordered] == [("c", 0.9), ("a", 0.8), ("b", 0.7), ("d", 0.6)]
    assert ordered[1].legs == {"dense": 0.5, LEG: 1.0}
    assert LEG not in ordered[3].legs


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("signal,weight\nnonsense,1\n", "row 2: no signal 'nonsense'"),
        ("signal,weight\nline,1\nfused,heavy\n", "row 3: weight 'heavy' is no number"),
        ("signal,weight\nline,nan\n", "row 2: weight 'nan' is no number"),
        ("signal,weight\n", "no weights"),
        ("name;value\n", "no weights"),
    ],
)
def test_bad_weights_get_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "weights.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting, match=says) as error:
        read_weights(tmp_path / "weights.csv")
    assert "\n" not in str(error.value)


def test_weights_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="python -m evals fit"):
        read_weights(tmp_path / "none.csv")


def test_every_packaged_weight_is_of_a_signal_and_none_is_missing() -> None:
    assert set(chosen_weights(None)) == set(NAMES)
