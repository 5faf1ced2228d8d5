"""Evidence, sufficiency, the checks of a sentence, and cutting a model's reply into sentences."""

from collections.abc import Sequence

import pytest

from app.agent.evidence import Evidence, cut, gather_evidence
from app.agent.judge import judge
from app.agent.phrase import extractive, messages, sentences
from app.agent.resolve import Resolved
from app.agent.verify import verify
from app.llm.scripted import Scripted
from app.tools.base import Fact
from retrieval.models import Hit, Language, PageLocator, Passage, PassageKind, Region


def hit(
    text: str,
    *,
    kind: PassageKind = "text",
    heading: Sequence[str] = ("5 Maintenance",),
    language: Language = "en",
    tags: tuple[str, ...] = ("P-101A",),
    id_: str = "",
) -> Hit:
    where = PageLocator(page=5, regions=(Region(x0=0.1, y0=0.1, x1=0.9, y1=0.2),))
    passage = Passage(
        id=id_ or text[:20],
        document_id="d",
        parent_id=id_ or text[:20],
        position=0,
        kind=kind,
        text=text,
        heading_path=tuple(heading),
        locator=where,
        language=language,
        tags=tags,
    )
    return Hit(passage=passage, title="Feed pump manual", score=1.0)


def question(text: str, language: Language = "en", unknown: tuple[str, ...] = ()) -> Resolved:
    return Resolved(
        question=text,
        language=language,
        tags=("P-101A",),
        ambiguous={},
        unknown=unknown,
        kinds=frozenset({"documents"}),
    )


LIMIT = Evidence(number=1, quote="The bearing temperature must not exceed 80 °C.", heading="4.2 Limits", hit=hit("x"))
OIL = Evidence(
    number=2, quote="Change the oil every 4,000 h. Use 0.6 L of ISO VG 46.", heading="6 Lubrication", hit=hit("y")
)
CHINESE = Evidence(number=1, quote="隔膜每4000小时更换一次。", heading="维护", hit=hit("z", language="zh"))


@pytest.mark.parametrize(
    ("sentence", "kept", "cited"),
    [
        ("The bearing temperature must not exceed 80 °C [1].", True, ("c1",)),
        ("The bearing temperature must not exceed 80 °C.", True, ("c1",)),  # code sets the mark that the model forgot
        ("The bearing temperature must not exceed 80 °C [2].", True, ("c1",)),  # and mends a wrong one
        ("Change the oil every 4000 h [2].", True, ("c2",)),
        ("The bearing temperature must not exceed 90 °C [1].", False, ()),  # another number
        ("The bearing temperature must not exceed 80 bar [1].", False, ()),  # another unit
        ("The bearing of P-205 must not exceed 80 °C [1].", False, ()),  # another tag
        ("Change the oil never [2].", False, ()),  # denies
        ("The gasket is made of graphite and steel foil [1].", False, ()),  # supported by nothing
        ("The evidence does not mention the oil [2].", False, ()),  # empty talk
        ("轴承温度不得超过80 °C [1]。", False, ()),  # asked in English
    ],
)
def test_a_sentence_stands_in_its_evidence_or_goes(sentence: str, kept: bool, cited: tuple[str, ...]) -> None:
    verified = verify(sentence, [LIMIT, OIL], "What are the limits?", "en")
    assert verified.kept is kept, verified.checks
    assert not kept or verified.citation_ids == cited
    assert "[" not in verified.text


TABLE = Evidence(
    number=1,
    quote="Quantity | Alarm | Trip | Unit\nDrive-end bearing temperature, high | 80 | 90 | °C\n"
    "Vibration velocity (RMS), high | 6.3 | 10.1 | mm/s",
    hit=hit("t", kind="table"),
)
CHANGE = Evidence(
    number=2,
    quote="Change the oil for the first time after 300 operating hours, then every 4000 operating hours.",
    hit=hit("o"),
)
HOT = Evidence(
    number=3, quote="If a bearing passes 80 °C, check the oil level first. Stop the pump at 90 °C.", hit=hit("b")
)
STEPS = Evidence(
    number=4,
    quote="3. Press until the spring is compressed by 3.5 mm.\n11. Tighten the casing nuts to 48 Nm crosswise.",
    hit=hit("s", kind="steps"),
)


@pytest.mark.parametrize(
    ("asked", "sentence", "kept"),
    [
        ("What is the high alarm for the drive-end bearing?", "The high alarm for the bearing is 90 °C.", False),
        ("What is the high alarm for the drive-end bearing?", "The high alarm for the bearing is 80 °C.", True),
        ("At what bearing temperature does the pump trip?", "The alarm is 90 °C and the trip is 80 °C.", False),
        ("说明书规定轴承温度到多少度必须停泵？", "轴承温度到80°C必须停泵。", False),
        ("说明书规定轴承温度到多少度必须停泵？", "轴承温度到90°C必须停泵。", True),
        ("轴承箱每运行多少小时换一次油？", "轴承箱每运行 300 小时换一次油。", False),
        ("轴承箱每运行多少小时换一次油？", "轴承箱每运行 4000 小时换一次油。", True),
        ("When is the oil first changed?", "The oil is changed for the first time after 300 hours.", True),
        ("By how much must the spring be compressed?", "The spring is compressed by 48 Nm crosswise.", False),
        ("By how much must the spring be compressed?", "The spring must be compressed by 3.5 mm.", True),
        ("Is the bearing trip 120 °C?", "The bearing trip is 120 °C.", False),  # the question is no evidence
    ],
)
def test_a_number_belongs_to_what_the_evidence_says_it_of(asked: str, sentence: str, kept: bool) -> None:
    language: Language = "zh" if sentence.endswith("。") else "en"
    verified = verify(sentence, [TABLE, CHANGE, HOT, STEPS], asked, language)
    assert verified.kept is kept, verified.checks


@pytest.mark.parametrize(
    ("quote", "sentence", "kept"),
    [
        ("The pump must not be run dry.", "The pump may be run dry.", False),
        ("The pump must not be run dry.", "The pump must not be run dry.", True),
        ("Never open the discharge valve before starting.", "Open the discharge valve before starting.", False),
        ("Open the discharge valve after starting.", "Never open the discharge valve after starting.", False),
        ("The bearing temperature must not exceed 80 °C.", "The limit of the bearing temperature is 80 °C.", True),
        ("严禁在泵运行时打开排净阀。", "泵运行时可以打开排净阀。", False),
    ],
)
def test_a_dropped_or_added_not_is_seen(quote: str, sentence: str, kept: bool) -> None:
    language: Language = "zh" if sentence.endswith("。") else "en"
    piece = Evidence(number=1, quote=quote, hit=hit(quote, language=language))
    verified = verify(sentence, [piece], "What about it?", language)
    assert verified.kept is kept, verified.checks


GEARBOX = Evidence(
    number=1,
    quote="减速箱使用 ISO VG 220 齿轮油，油量为 0.85 L。首次运行 500 小时后换油，以后每 2500 小时换油一次。",
    hit=hit("g", language="zh"),
)
TORQUES = Evidence(
    number=2,
    quote="Joint | Thread | Torque | Unit\nCasing nuts | M12 | 48 | Nm\nGland nuts | M10 | 20 | Nm",
    heading="Tightening torques",
    hit=hit("q", kind="table"),
)
RELIEF = Evidence(number=3, quote="安全阀整定压力 | 11.5 | bar", hit=hit("r", language="zh"))


@pytest.mark.parametrize(
    ("asked", "sentence", "kept"),
    [
        ("How often is the gearbox oil changed?", "Change the gearbox oil every 2500 h after the first change.", True),
        ("How often is the gearbox oil changed?", "Change the gearbox oil every 2500 days.", False),
        ("How much oil goes into the gearbox?", "The gearbox takes 0.85 L of oil.", True),
        ("How much oil goes into the gearbox?", "The gearbox takes 500 L of oil.", False),
        ("How tight are the casing nuts?", "Tighten the casing nuts to 48 Nm.", True),
        ("How tight are the casing nuts?", "Tighten the casing nuts to 48 N.", False),
        ("How tight are the casing nuts?", "Tighten the casing nuts to 20 Nm.", False),
        ("What is the set pressure of the relief valve?", "The relief valve is set to 11.5 bar.", True),
        ("What is the set pressure of the relief valve?", "The relief valve is set to 11.5 kPa.", False),
        ("泵壳螺母拧多紧？", "泵壳螺母应拧紧到 48 Nm。", True),
        ("泵壳螺母拧多紧？", "操作时应佩戴耳塞。", False),  # nothing of it stands in the other language's text
        ("泵壳螺母拧多紧？", "每次都由化验室取样。", False),
    ],
)
def test_units_and_across_languages_what_the_evidence_says_is_kept(asked: str, sentence: str, kept: bool) -> None:
    language: Language = "zh" if sentence.endswith("。") else "en"
    verified = verify(sentence, [GEARBOX, TORQUES, RELIEF], asked, language)
    assert verified.kept is kept, verified.checks


def test_a_sentence_goes_on_about_what_the_one_before_named() -> None:
    table = Evidence(
        number=2,
        quote="Quantity | Alarm | Trip | Unit\nVibration velocity, high | 7 | 10.1 | mm/s",
        hit=hit("v", kind="table"),
    )
    said = "Stop the pump when a bearing reaches 90 °C."
    assert verify(said, [HOT, table], "At what bearing temperature must the pump be stopped?", "en").kept


def test_what_is_said_of_a_twin_is_not_said_of_the_other() -> None:
    other = Evidence(number=1, quote="The seal of P-101B was replaced.", hit=hit("x", tags=("P-101B",)))
    assert not verify("The seal of P-101A was replaced [1].", [other], "Was the seal of P-101A replaced?", "en").kept


def test_across_languages_numbers_are_checked_and_the_reader_is_told() -> None:
    right = verify(
        "The diaphragm is replaced every 4000 hours [1].", [CHINESE], "How often is the diaphragm replaced?", "en"
    )
    wrong = verify(
        "The diaphragm is replaced every 5000 hours [1].", [CHINESE], "How often is the diaphragm replaced?", "en"
    )
    assert (right.kept, right.translated) == (True, True), right.checks
    assert not wrong.kept


def test_a_reading_is_cited_by_its_tag() -> None:
    fact = Fact(text="TI-115A (P-101A drive-end bearing temperature) reads 85.5 °C.", tags=("TI-115A",))
    verified = verify(
        "TI-115A reads 85.5 °C [1].", [Evidence(number=1, quote=fact.text, fact=fact)], "How hot is P-101A?", "en"
    )
    assert (verified.kept, verified.citation_ids, verified.reading_tags) == (True, (), ("TI-115A",))


@pytest.mark.parametrize(
    ("asked", "enough"),
    [
        ("How often must the oil be changed?", True),
        ("What is the oil change interval?", True),
        ("多久更换一次润滑油？", True),
        ("What is the warranty period?", False),
        ("泵的油漆是什么颜色？", False),
        ("What is the density of the oil?", False),
    ],
)
def test_text_suffices_when_it_covers_the_question(asked: str, enough: bool) -> None:
    hits = [
        hit("Change the oil every 4000 h. The interval is halved above 70 °C.", heading=("6 Lubrication",)),
        hit("Close the drain."),
    ]
    assert judge(question(asked), [], hits, sufficiency=0.6).enough is enough


def test_a_tag_that_nothing_knows_is_named() -> None:
    verdict = judge(
        question("How is K-201 lubricated?", unknown=("K-201",)), [], [hit("K is lubricated.")], sufficiency=0.6
    )
    assert (verdict.enough, verdict.missing, verdict.reason) == (False, ("K-201",), "unknown_tag")


def test_a_table_is_cut_to_its_head_and_the_rows_that_bear_on_the_question() -> None:
    rows = (
        ["Screw | Size | Torque (Nm)"]
        + [f"Screw {i} | M{i} | {i * 10}" for i in range(2, 40)]
        + ["Casing bolt | M16 | 190"]
    )
    table = cut(hit("\n".join(rows), kind="table"), "Which torque for the casing bolt?", 120)
    assert table.splitlines()[0] == rows[0]
    assert rows[-1] in table
    assert len(table) < 200


def test_steps_and_warnings_are_never_cut() -> None:
    steps = "\n".join(f"{i}. Do thing number {i} with care and attention." for i in range(1, 30))
    assert cut(hit(steps, kind="steps"), "thing", 100) == steps


def test_evidence_is_numbered_once_and_facts_come_first() -> None:
    shared = hit("WO-1 seal leak", kind="record")
    pieces = gather_evidence(
        "seal", [Fact(text="The seal leaked once.", hit=shared)], [shared, hit("Other text")], count=5, chars=200
    )
    assert [(piece.number, piece.said) for piece in pieces] == [(1, "The seal leaked once."), (2, "Other text")]


def test_what_a_quote_announces_stands_behind_it_and_is_quoted_with_it() -> None:
    first = hit("If the pump trips, read the code on the panel. It is one of the following:", id_="a")
    table = hit("E1 | Overload\nE2 | Dry run", kind="table", id_="b")
    pieces = gather_evidence(
        "pump trips code panel", [], [first, hit("Other text")], count=5, chars=200, continuations={"a": table}
    )
    assert [(piece.number, piece.continues) for piece in pieces] == [(1, None), (2, 1), (3, None)]
    told = extractive("Which code does the panel show when the pump trips?", pieces, "en")
    assert [sentence.citation_ids for sentence in told] == [["c1"], ["c2"]]


async def spoken(reply: str) -> list[str]:
    return [sentence async for sentence in sentences(Scripted([reply]), messages("?", [LIMIT], "en"), max_tokens=50)]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Close it [1]. Open it. [2] Done.", ["Close it [1].", "Open it. [2]", "Done."]),
        ("It is 4.5 mm/s [1]. Next.", ["It is 4.5 mm/s [1].", "Next."]),
        ("1. Stop the pump [1].\n2. Close HV-111A [1].", ["Stop the pump [1].", "Close HV-111A [1]."]),
        ("关闭阀门[1]。打开排净阀。[2]完成", ["关闭阀门[1]。", "打开排净阀。[2]", "完成"]),
        ("The limit is 80 °C. The trip is 90 °C.", ["The limit is 80 °C.", "The trip is 90 °C."]),
    ],
)
async def test_sentences_end_where_they_end(reply: str, expected: list[str]) -> None:
    assert await spoken(reply) == expected


def test_the_prompt_begins_the_same_for_every_question() -> None:
    first, second = (messages(text, [piece], "en")[0] for text, piece in (("a?", LIMIT), ("b?", OIL)))
    assert first == second


def test_without_a_model_the_best_quote_answers_and_chinese_is_told_it_is_a_quote() -> None:
    english = extractive("How often is the oil changed?", [LIMIT, OIL], "en")
    chinese = extractive("多久换油？", [OIL], "zh")
    assert (english[0].citation_ids, english[0].source) == (["c2"], "quote")
    assert chinese[0].text.startswith("原文写道")
