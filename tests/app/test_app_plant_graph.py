"""The tool plant_graph over a small drawing kept in the real database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from app.tools.base import Context, GiveUp, Outcome, TryAgain
from app.tools.plant_graph import TOOL, Arguments
from retrieval.models import (
    Caller,
    Connection,
    Document,
    Item,
    Passage,
    SheetLocator,
)
from retrieval.sql import epochs
from retrieval.sql.documents import Content, stage
from retrieval.sql.engine import Database

ALL = Caller.local()
PARTS = [
    ("T-101", "Tank", "equipment", ""),
    ("HV-111A", "GateValve", "block_valve", "open"),
    ("P-101A", "CentrifugalPump", "equipment", ""),
    ("NRV-112A", "CheckValve", "check_valve", ""),
    ("HV-113A", "GateValve", "block_valve", "open"),
    ("E-102", "PlateHeatExchanger", "equipment", ""),
    ("HV-114A", "BallValve", "block_valve", "closed"),
    ("DR-182", "Funnel", "other", ""),
    ("TI-115A", "ProcessInstrumentationFunction", "instrument", ""),
    ("T-103", "Tank", "equipment", ""),
]
PIPES = [
    ("suction", "100-P-1010-DN80", "T-101 HV-111A P-101A"),
    ("drain", "100-D-1012-DN25", "P-101A HV-114A DR-182"),
    ("discharge", "100-P-1011-DN65", "P-101A NRV-112A HV-113A E-102"),
    ("product", "100-P-1042-DN80", "E-102 T-103"),
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    db = Database.open(tmp_path / "db.sqlite")
    epoch = epochs.reserve(db)
    stage(db, epoch, _content())
    epochs.publish(db, epoch)
    yield db
    db.close()


def _content() -> Content:
    document = Document(id="d", kind="pid", title="PID-100-001", path="pid.xml", sha256="0" * 64)
    items = tuple(
        Item.model_validate(
            {
                "tag": tag,
                "item_class": cls,
                "role": role,
                "normally": normally,
                "drawing_id": "PID-100-001",
                "position": (0.5, 0.5),
            }
        )
        for tag, cls, role, normally in PARTS
    )
    links = [
        Connection(source=a, target=b, line=line, service=service)
        for service, line, pipe in PIPES
        for a, b in zip(pipe.split(), pipe.split()[1:], strict=False)
    ]
    links.append(Connection(source="P-101A", target="TI-115A", kind="signal"))
    passages = tuple(
        Passage(
            id=f"p{i}",
            document_id="d",
            parent_id="d",
            position=i,
            kind="sheet",
            text=f"{item.tag} here.",
            language="en",
            tags=(item.tag,),
            locator=SheetLocator(drawing_id="PID-100-001", item=item.tag, position=(0.5, 0.5)),
        )
        for i, item in enumerate(items)
    )
    return Content(document, passages, items=items, connections=tuple(links))


async def ask(database: Database, caller: Caller = ALL, **arguments: Any) -> Outcome:
    context = Context(search=cast(Any, None), database=database, plant=cast(Any, None))
    return await TOOL.run(caller, Arguments(**arguments), context)


async def test_isolation_states_each_valve_and_cites_it(database: Database) -> None:
    outcome = await ask(database, query="isolation", tag="P-101A")
    (result,) = outcome.results
    assert (result["kind"], result["target"]) == ("isolation", "P-101A")
    assert [one["tag"] for one in result["close"]] == ["HV-111A", "HV-113A"]
    assert result["close"][0] == {
        "tag": "HV-111A",
        "line": "100-P-1010-DN80",
        "service": "suction",
        "normally": "open",
        "name": "gate valve",
    }
    assert [one["tag"] for one in result["drains"]] == ["HV-114A"]
    assert (result["passed"], result["not_isolable"]) == (["NRV-112A"], [])
    assert "not a permit to work" in result["disclaimer"]
    stated = [fact.text for fact in outcome.facts if fact.must_state]
    assert stated == [
        "To isolate P-101A, close HV-111A (suction) and HV-113A (discharge).",
        "Close HV-111A, gate valve, on the suction line 100-P-1010-DN80.",
        "Close HV-113A, gate valve, on the discharge line 100-P-1011-DN65.",
    ]
    cited = {fact.text: fact.hit.passage.tags for fact in outcome.facts if fact.hit}
    assert cited[stated[0]] == ("P-101A",)
    assert cited[stated[1]] == ("HV-111A",)
    drain, disclaimer = [fact for fact in outcome.facts if not fact.must_state]
    assert "HV-114A" in drain.text
    assert disclaimer.hit is None
    assert outcome.hits[0].title == "PID-100-001"


async def test_chinese_is_answered_in_chinese(database: Database) -> None:
    outcome = await ask(database, query="isolation", tag="Ｐ－１０１Ａ", language="zh")
    assert outcome.summary == "要隔离 P-101A，请关闭 HV-111A（吸入）、HV-113A（排出）。"
    assert outcome.facts[1].text == "关闭 HV-111A（闸阀，位于吸入管线 100-P-1010-DN80）。"
    assert outcome.results[0]["close"][0]["name"] == "闸阀"
    assert "作业许可" in outcome.results[0]["disclaimer"]


async def test_what_no_valve_shuts_off_must_be_stated(database: Database) -> None:
    outcome = await ask(database, query="isolation", tag="E-102")
    assert [one["tag"] for one in outcome.results[0]["not_isolable"]] == ["T-103"]
    assert "There is no block valve between E-102 and T-103 on line 100-P-1042-DN80." in [
        fact.text for fact in outcome.facts if fact.must_state
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"query": "downstream", "tag": "P-101A"}, "Downstream of P-101A is E-102 through NRV-112A and HV-113A."),
        ({"query": "upstream", "tag": "P-101A"}, "Upstream of P-101A is T-101 through HV-111A."),
        ({"query": "path", "tag": "E-102", "other": "T-103"}, "E-102 is connected to T-103."),
        ({"query": "path", "tag": "E-102", "other": "T-103", "language": "zh"}, "E-102 与 T-103 相通。"),
        ({"query": "downstream", "tag": "P-101A", "language": "zh"}, "P-101A 的下游是 E-102，途经 NRV-112A、HV-113A。"),
        ({"query": "upstream", "tag": "T-101"}, "The drawings show no upstream for T-101."),
    ],
)
async def test_ways_through_the_plant(database: Database, arguments: dict[str, Any], says: str) -> None:
    outcome = await ask(database, **arguments)
    assert outcome.summary == says
    assert outcome.results[0]["kind"] == arguments["query"]
    assert all(fact.hit for fact in outcome.facts)


async def test_neighbours_by_direction(database: Database) -> None:
    outcome = await ask(database, query="neighbours", tag="P-101A")
    assert [fact.text for fact in outcome.facts] == [
        "Upstream of P-101A: HV-111A.",
        "Downstream of P-101A: HV-114A and NRV-112A.",
        "Instruments on P-101A: TI-115A.",
    ]


async def test_a_wrong_tag_is_answered_with_tags_near_it(database: Database) -> None:
    for raw in ("P-101", "P-101B"):
        with pytest.raises(TryAgain, match="P-101A"):
            await ask(database, query="isolation", tag=raw)
    with pytest.raises(TryAgain, match="ZZ-999"):
        await ask(database, query="isolation", tag="ZZ-999")
    with pytest.raises(TryAgain, match="P-101A"):  # an instrument: ask with what it is on
        await ask(database, query="isolation", tag="TI-115A")
    with pytest.raises(TryAgain, match="other"):
        await ask(database, query="path", tag="P-101A")


async def test_who_may_see_no_drawing_is_told_nothing_of_it(database: Database) -> None:
    with pytest.raises(GiveUp):
        await ask(database, Caller(name="stranger"), query="isolation", tag="P-101A")
