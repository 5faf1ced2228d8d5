"""read_tags: which tags a question means, and what is said of them, over the scripted plant and a real register."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from app.plant.base import TagInfo
from app.plant.none import NoPlant
from app.plant.scripted import Scripted
from app.tools._measurements import best, measurements
from app.tools._readings_text import number
from app.tools.base import Context, GiveUp, Outcome, TryAgain
from app.tools.read_tags import TOOL, ReadTagsArguments
from demo.plant import Plant, build
from demo.simulator import Simulator
from retrieval.models import Asset, Caller, Document, document_id
from retrieval.sql import epochs
from retrieval.sql.documents import Content, stage
from retrieval.sql.engine import Database

NOW = datetime(2026, 11, 23, 14, 3, 11, tzinfo=UTC)
ALL = Caller.local()
PLANT = build(1)
LIMIT = PLANT.instrument("TI-DE-A").high
INFOS = [
    TagInfo(
        tag=it.tag,
        description=f"{PLANT.tag(it.asset)} {it.name}",
        unit=it.unit,
        asset=PLANT.tag(it.asset),
        area=PLANT.area,
        low_low=it.low_low,
        low=it.low,
        high=it.high,
        high_high=it.high_high,
        simulated=True,
    )
    for it in PLANT.instruments
]


def live(plant: Plant = PLANT) -> Scripted:
    sim = Simulator(plant, lambda: NOW)
    return Scripted(INFOS, {it.tag: sim.value(it.key, NOW) for it in plant.instruments}, lambda: NOW)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A register with the instruments' Chinese names, as ingestion would have written it."""
    db = Database.open(Path(tmp_path_factory.mktemp("sql")) / "plantwright.sqlite")
    rows = tuple(
        (
            row,
            Asset(
                tag=it.tag,
                name=it.name,
                name_zh=it.name_zh,
                kind="instrument",
                area=PLANT.area,
                parent=PLANT.tag(it.asset),
            ),
        )
        for row, it in enumerate(PLANT.instruments, 2)
    )
    register = Document(
        id=document_id("register.csv", "site"),
        kind="register",
        title="Register",
        path="register.csv",
        sha256="0" * 64,
        areas=(PLANT.area,),
    )
    epoch = epochs.reserve(db)
    stage(db, epoch, Content(document=register, assets=rows))
    epochs.publish(db, epoch)
    yield db
    db.close()


async def ask(database: Database, plant: Any, caller: Caller = ALL, **arguments: Any) -> Outcome:
    context = Context(search=cast(Any, None), database=database, plant=plant)
    return await TOOL.run(caller, ReadTagsArguments(**arguments), context)


def tags(outcome: Outcome) -> list[str]:
    return [reading.info.tag for reading in outcome.readings]


@pytest.mark.parametrize(
    ("question", "asset", "expected"),
    [
        ("What is the drive-end bearing temperature of P-101A?", "P-101A", ["TI-115A"]),
        ("What does the non-drive-end bearing of P-101A read now?", "P-101A", ["TI-116A"]),
        ("How warm are the bearings of P-101A?", "P-101A", ["TI-115A", "TI-116A"]),
        ("DE and NDE bearing temperatures on P-101B", "P-101B", ["TI-115B", "TI-116B"]),
        ("What is the current drive-end bearing temperature of P-101A?", "P-101A", ["TI-115A"]),
        ("What current does the motor of P-101A draw? Is the motor current high?", "P-101A", ["II-118A"]),
        ("What is the motor current of P-101A", "P-101A", ["II-118A"]),
        ("discharge pressure of P-101A", "P-101A", ["PI-119A"]),
        ("suction and discharge pressure of P-101A?", "P-101A", ["PI-119A", "PI-120A"]),
        ("How much does P-101A vibrate, and how fast does it turn?", "P-101A", ["VI-117A", "SI-125A"]),
        ("product outlet temperature at E-102", "E-102", ["TICSA-102"]),
        ("hot water return temperature of E-102", "E-102", ["TI-135"]),
        ("pressure drop across E-102", "E-102", ["PDI-132"]),
        ("What is the level in T-103?", "T-103", ["LIC-103"]),
        ("How far open is FV-101?", "FV-101", ["ZI-101"]),
        ("dosing stroke rate of P-104", "P-104", ["SI-153"]),
        ("P-101A驱动端轴承温度现在是多少？", "P-101A", ["TI-115A"]),
        ("P-101A非驱动端轴承温度当前是多少？", "P-101A", ["TI-116A"]),
        ("P-101A的电机电流和振动是多少？", "P-101A", ["VI-117A", "II-118A"]),
        ("P-101A出口压力", "P-101A", ["PI-119A"]),
        ("P-101A排出压力", "P-101A", ["PI-119A"]),
        ("P-101A入口压力是否正常", "P-101A", ["PI-120A"]),
        ("T-103的液位", "T-103", ["LIC-103"]),
        ("T-103产品电导率", "T-103", ["AI-143"]),
        ("E-102压差", "E-102", ["PDI-132"]),
        ("FV-101开度", "FV-101", ["ZI-101"]),
        ("P-104冲程频率", "P-104", ["SI-153"]),
        ("P-101A转速", "P-101A", ["SI-125A"]),
        ("P-101A的驱动端轴承有多热", "P-101A", ["TI-115A"]),
    ],
)
async def test_question_picks_the_tags_that_it_means(
    database: Database, question: str, asset: str, expected: list[str]
) -> None:
    assert tags(await ask(database, live(), assets=[asset], measurement=question)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the feed flow?", ["FIC-101"]),
        ("feed tank level", ["LI-101"]),
        ("加药流量是多少", ["FI-151"]),
        ("product tank pressure", ["PI-103"]),
    ],
)
async def test_without_an_asset_the_whole_plant_is_searched(
    database: Database, question: str, expected: list[str]
) -> None:
    assert tags(await ask(database, live(), measurement=question)) == expected


async def test_two_assets_are_matched_apart(database: Database) -> None:
    question = "Compare the drive-end bearing temperature of P-101A and P-101B, and give the suction pressure"
    assert tags(await ask(database, live(), assets=["P-101A", "P-101B"], measurement=question)) == [
        "TI-115A",
        "PI-120A",
        "TI-115B",
        "PI-120B",
    ]
    question = "suction pressure of P-101A and pressure in T-103"
    assert tags(await ask(database, live(), assets=["P-101A", "T-103"], measurement=question)) == ["PI-120A", "PI-103"]


def test_every_measurement_of_the_plant_is_told_from_every_other() -> None:
    """Asked by its own name, each tag of an asset is found alone, in either language."""
    for asset in {it.asset for it in PLANT.instruments}:
        mine = [it for it in PLANT.instruments if it.asset == asset]
        for names in ({it.tag: it.name for it in mine}, {it.tag: it.name_zh for it in mine}):
            described = {it.tag: (it.name, it.name_zh) for it in mine}
            found = {tag: best(measurements(name), described) for tag, name in names.items()}
            assert found == {tag: [tag] for tag in names}


def test_text_without_a_measurement_is_false() -> None:
    assert not measurements("Which valves do I close to isolate P-101A?")
    assert not measurements("What is the current state of P-101A?")
    assert not measurements("P-101A 上次检修是什么时候？")
    assert measurements("How hot is P-101A?")


async def test_english_fact_word_for_word(database: Database) -> None:
    plant = live()
    plant.set("TI-115A", 85.47)
    outcome = await ask(database, plant, tags=["TI-115A"])
    (fact,) = outcome.facts
    assert fact.text == (
        "TI-115A (P-101A drive-end bearing temperature) reads 85.5 °C at 14:03:11 UTC, "
        f"above its high alarm limit of {LIMIT:g} °C."
    )
    assert (fact.tags, fact.must_state) == (("TI-115A",), True)
    assert outcome.readings[0].quality == "good"


async def test_chinese_fact_word_for_word_with_the_registers_name(database: Database) -> None:
    plant = live()
    plant.set("TI-115A", 85.47)
    (fact,) = (await ask(database, plant, tags=["ti-115a"], language="zh")).facts
    assert fact.text == f"TI-115A（P-101A 驱动端轴承温度）当前为 85.5 °C（14:03:11 UTC），高于高报警限值 {LIMIT:g} °C。"


async def test_reading_inside_its_limits_names_them(database: Database) -> None:
    plant = live()
    plant.set("LIC-103", 55.0)
    (fact,) = (await ask(database, plant, tags=["LIC-103"])).facts
    assert fact.text == (
        "LIC-103 (T-103 product tank level) reads 55 % at 14:03:11 UTC, within its alarm limits "
        "(low-low 10 %, low 20 %, high 85 %, high-high 95 %)."
    )


async def test_low_reading_is_below_its_limit(database: Database) -> None:
    plant = live()
    plant.set("LIC-103", 9.0)
    (fact,) = (await ask(database, plant, tags=["LIC-103"])).facts
    assert fact.text.endswith("below its low-low alarm limit of 10 %.")


async def test_bad_quality_is_said_and_gives_no_value(database: Database) -> None:
    plant = live()
    plant.set("TI-115A", 85.47, "bad")
    for language, words in (("en", "bad quality"), ("zh", "信号质量为坏")):
        outcome = await ask(database, plant, tags=["TI-115A"], language=language)
        assert words in outcome.facts[0].text
        assert "85" not in outcome.facts[0].text
        assert outcome.readings[0].value is None


async def test_uncertain_quality_is_said_and_dated(database: Database) -> None:
    plant = live()
    plant.set("TI-115A", 85.47, "uncertain")
    (fact,) = (await ask(database, plant, tags=["TI-115A"])).facts
    assert "last read 85.5 °C at 2026-11-23 14:03:11 UTC, with uncertain quality" in fact.text


async def test_asset_alone_gives_its_alarms_first_and_six_at_most(database: Database) -> None:
    plant = live()
    plant.set("SI-125A", 3100.0)
    outcome = await ask(database, plant, assets=["P-101A"])
    assert tags(outcome)[:2] == ["TI-115A", "SI-125A"]
    assert len(tags(outcome)) == 6
    assert not any(fact.must_state for fact in outcome.facts)


async def test_alarms_of_the_plant(database: Database) -> None:
    plant = live()
    assert tags(await ask(database, plant, measurement="Which alarms are active?")) == ["TI-115A"]
    plant.set("TI-115A", 40.0)
    (fact,) = (await ask(database, plant, measurement="现在有什么报警？", language="zh")).facts
    assert fact.text == "目前没有处于报警状态的仪表。"


async def test_unknown_tag_names_those_near_it(database: Database) -> None:
    with pytest.raises(TryAgain, match=r"no live tag TI-115C; near it: .*TI-115"):
        await ask(database, live(), tags=["TI-115C"])


async def test_measurement_that_the_asset_lacks_says_what_it_has(database: Database) -> None:
    with pytest.raises(TryAgain, match=r"LIC-103 T-103 product tank level"):
        await ask(database, live(), assets=["T-103"], measurement="vibration")


async def test_asset_without_tags_and_nothing_named(database: Database) -> None:
    with pytest.raises(TryAgain, match="no live tag measures HV-111A"):
        await ask(database, live(), assets=["HV-111A"])
    with pytest.raises(TryAgain, match="name a tag"):
        await ask(database, live(), measurement="hello")


async def test_plant_that_does_not_answer_gives_up(database: Database) -> None:
    plant = live()
    plant.fail("the plant is down")
    with pytest.raises(GiveUp, match="the plant is down"):
        await ask(database, plant, tags=["TI-115A"])


async def test_no_live_data_gives_up(database: Database) -> None:
    with pytest.raises(GiveUp, match="no live data"):
        await ask(database, NoPlant(), tags=["TI-115A"])


async def test_caller_of_another_area_learns_nothing(database: Database) -> None:
    with pytest.raises(GiveUp, match="no live data"):
        await ask(database, live(), Caller(name="x", areas=frozenset({"U200"})), tags=["TI-115A"])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (85.47, "85.5"),
        (0.4512, "0.45"),
        (2930.04, "2930"),
        (9.999, "10"),
        (-0.001, "0"),
        (80.0, "80"),
        (1.5, "1.5"),
        (-12.34, "-12.3"),
    ],
)
def test_numbers_are_rounded_to_one_or_two_decimals(value: float, shown: str) -> None:
    assert number(value) == shown
    assert float(shown) in (round(value, 1), round(value, 2))


@pytest.mark.parametrize(
    ("off", "words"),
    [(-0.03, "within its alarm limits"), (0.0, "at its high alarm limit"), (0.03, "above its high alarm limit")],
)
async def test_rounding_never_hides_the_side_of_a_limit(database: Database, off: float, words: str) -> None:
    plant = live()
    assert LIMIT is not None
    plant.set("TI-115A", LIMIT + off)
    (fact,) = (await ask(database, plant, tags=["TI-115A"])).facts
    assert f"reads {LIMIT + off:g} °C" in fact.text
    assert words in fact.text
