"""The maintenance log, asked in both languages, over a real database: counts are held against the plant model."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from app.plant.base import PlantSource
from app.tools._failures import Failure
from app.tools.base import Context, GiveUp, Outcome, TryAgain
from app.tools.work_orders import TOOL, Arguments
from demo.log import Order, orders
from demo.plant import Plant, build
from retrieval.models import Caller, Document, Passage, RecordLocator, WorkOrder, passage_id
from retrieval.search import Search
from retrieval.sql import epochs
from retrieval.sql.documents import Content, stage
from retrieval.sql.engine import Database

LOCAL = Caller.local()
SEEDS = (1, 7, 23)
QUESTIONS = [  # key of the asset, what is asked, the failure mode that the plant model counts
    ("P-A", "How many times did the mechanical seal of {} leak?", "ELP"),
    ("P-A", "{} 的机械密封泄漏过几次？", "ELP"),
    ("P-A", "{}机封漏了多少次", "ELP"),
    ("P-B", "how many seal leaks on {}", "ELP"),
    ("P-A", "How often did the bearing of {} run hot?", "OHE"),
    ("P-A", "{} 轴承过热几次？", "OHE"),
    ("P-A", "{} 轴承温度高的工单有多少张？", "OHE"),
    ("P-B", "count of vibration problems on {}", "VIB"),
    ("P-B", "{}振动大多少次", "VIB"),
    ("P-A", "how many oil leaks at {}", "ELU"),
    ("P-A", "{} 漏油几次", "ELU"),
    ("P-A", "{} 异响几次", "NOI"),
    ("P-B", "How many times did {} fail to start?", "FTS"),
    ("P-B", "{}启动不了几次", "FTS"),
    ("E", "How many times was {} blocked?", "PLU"),
    ("E", "{} 堵塞了几次？", "PLU"),
    ("E", "how many times was {} cleaned because of fouling", "PLU"),
    ("P-D", "{} 流量低了多少次", "LOO"),
    ("FV", "How many times was {} sticking", "FTR"),
]


def work_order(order: Order, row: int) -> WorkOrder:
    return WorkOrder(
        order=order.number,
        asset=order.asset,
        type=order.type,
        priority=order.priority,
        failure_mode=order.failure_mode or None,
        opened=order.opened,
        closed=order.closed,
        hours=order.hours,
        cost=order.cost,
        text=order.text,
        row=row,
    )


def passage(order: Order, row: int) -> Passage:
    return Passage(
        id=passage_id("log", "0", row),
        document_id="log",
        parent_id=order.number,
        position=row,
        kind="record",
        text=f"{order.number} {order.asset} {order.opened.date()}: {order.text}",
        locator=RecordLocator(table="work_orders", key=order.number, row=row),
        language="en",
        tags=(order.asset,),
    )


def filled(path: Path, plant: Plant, more: Sequence[Order] = ()) -> Database:
    database = Database.open(path)
    rows = list(enumerate([*orders(plant), *more], 2))
    document = Document(id="log", kind="worklog", title="maintenance log", path="log.csv", sha256="0" * 64)
    epoch = epochs.reserve(database)
    stage(
        database,
        epoch,
        Content(
            document,
            tuple(passage(order, row) for row, order in rows),
            tuple(work_order(order, row) for row, order in rows),
        ),
    )
    epochs.publish(database, epoch)
    return database


@pytest.fixture(scope="module", params=SEEDS)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Plant, Database]]:
    plant = build(request.param)
    database = filled(tmp_path_factory.mktemp("log") / "plant.sqlite", plant)
    yield plant, database
    database.close()


def ask(database: Database, caller: Caller = LOCAL, **arguments: object) -> Outcome:
    context = Context(search=cast(Search, None), database=database, plant=cast(PlantSource, None))
    return asyncio.run(TOOL.run(caller, Arguments.model_validate(arguments), context))


@pytest.mark.parametrize(("key", "question", "mode"), QUESTIONS)
def test_counts_are_exact(log: tuple[Plant, Database], key: str, question: str, mode: str) -> None:
    plant, database = log
    tag = plant.tag(key)
    meant = [order for order in orders(plant) if order.asset == tag and order.failure_mode == mode]
    found = ask(database, query="count", assets=[tag], failure_words=question.format(tag))
    assert found.results[0]["total"] == len(meant)
    fact = found.facts[0]
    assert fact.must_state
    assert f" {len(meant)} " in fact.text
    assert meant[-1].number in fact.text
    assert str(meant[-1].opened.date()) in fact.text  # the day as the log writes it, not as UTC has it
    assert fact.hit is not None
    assert isinstance(fact.hit.passage.locator, RecordLocator)
    assert fact.hit.passage.locator.key == meant[-1].number


def test_a_year_counts_alone_and_in_chinese(log: tuple[Plant, Database]) -> None:
    plant, database = log
    tag = plant.tag(plant.duty)
    meant = [o for o in orders(plant) if (o.asset, o.failure_mode, o.opened.year) == (tag, "ELP", 2025)]
    found = ask(
        database,
        query="count",
        assets=[tag],
        failure_words="机封泄漏",
        language="zh",
        since=datetime(2025, 1, 1, tzinfo=UTC),
        until=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert found.facts[0].text.startswith(f"维修记录中2025-01-01 至 2025-12-31 {tag}的密封泄漏工单共 {len(meant)} 张")


def test_the_last_order_is_quoted(log: tuple[Plant, Database]) -> None:
    plant, database = log
    tag = plant.tag(plant.duty)
    last = [order for order in orders(plant) if order.asset == tag and order.failure_mode == "OHE"][-1]
    found = ask(database, query="last", assets=[tag], failure_words=f"When did {tag} last overheat?")
    assert last.number in found.facts[0].text
    assert f'"{last.text}"' in found.facts[0].text
    assert [fact.must_state for fact in found.facts] == [True, False]
    assert all(fact.hit for fact in found.facts)


def test_without_words_everything_counts_and_twins_stay_apart(log: tuple[Plant, Database]) -> None:
    plant, database = log
    by_tag = {key: sum(order.asset == plant.tag(key) for order in orders(plant)) for key in ("P-A", "P-B")}
    for key, total in by_tag.items():
        found = ask(database, query="list", assets=[plant.tag(key)], failure_words="维修记录")
        assert found.results[0]["total"] == total
        assert len(found.results[0]["rows"]) == len(found.hits) == 8
    both = ask(database, query="count", assets=[plant.tag("P-A"), plant.tag("P-B")])
    assert all(f"{plant.tag(key)} {total}" in both.facts[0].text for key, total in by_tag.items())


def test_what_fails_most(log: tuple[Plant, Database]) -> None:
    plant, database = log
    tag = plant.tag(plant.duty)
    modes = [order.failure_mode for order in orders(plant) if order.asset == tag and order.failure_mode]
    found = ask(database, query="top_failures", assets=[tag], failure_words="most common failures")
    name, count = found.results[0]["rows"][0]
    most = name[-4:-1]
    assert count == modes.count(most) == max(map(modes.count, modes))
    hit = found.facts[0].hit
    assert hit is not None
    order = next(order for order in orders(plant) if order.number == hit.passage.parent_id)
    assert (order.asset, order.failure_mode) == (tag, most)
    broken = [order.asset for order in orders(plant) if order.type == "corrective"]
    worst = ask(database, query="top_failures", failure_words="Which pump fails most?")
    assert worst.results[0]["rows"][0][1] == max(broken.count(asset) for asset in set(broken))


def test_nothing_found_is_said_and_nothing_cited(log: tuple[Plant, Database]) -> None:
    found = ask(log[1], query="count", assets=["P-999"], failure_words="seal leak")
    assert found.facts[0].text == "The maintenance log has no work orders on P-999 for seal leakage."
    assert not found.hits
    assert ask(log[1], assets=["P-999"], language="zh").facts[0].text == "维修记录中没有P-999工单。"


def test_a_caller_without_groups_sees_nothing(log: tuple[Plant, Database]) -> None:
    found = ask(log[1], Caller(name="stranger"), query="count")
    assert "no work orders" in found.facts[0].text
    assert not found.hits


def test_a_time_without_zone_can_be_put_right(log: tuple[Plant, Database]) -> None:
    with pytest.raises(TryAgain, match="zone"):
        ask(log[1], query="count", since=datetime(2025, 1, 1))


async def test_a_database_that_is_gone_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from retrieval.errors import Unavailable
    from retrieval.sql import records

    def gone(*args: object, **kwargs: object) -> int:
        raise Unavailable("the database is locked")

    monkeypatch.setattr(records, "count_orders", gone)
    context = Context(search=cast(Search, None), database=cast(Database, None), plant=cast(PlantSource, None))
    with pytest.raises(GiveUp, match="locked"):
        await TOOL.run(LOCAL, Arguments(query="count"), context)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("When was the mechanical seal last replaced?", "baring hot. New seal kit", "mech seal ok, DE brg c/o"),
        ("机封什么时候换的", "机封又漏了，动环裂，已换", "机封正常，换热器清洗，换油"),
        ("bearing replaced", "grinding noise, NDE brg c/o", "hot DE bearing, oil black -> changed"),
        ("轴承更换", "有异响，轴承更换", "轴承发热，换油找正"),
        ("seal leak", "product dripping frm seal", "oil weep brg hsg, oil seal renewed"),
        ("gasket leak", "密封垫泄漏", "机封泄漏"),
        ("coupling", "cuopling spider worn", "coup de main"),
        ("oil changed", "oil chgd as per PM", "oil seal renewed"),
    ],
)
def test_short_forms_slips_and_neighbours(question: str, yes: str, no: str) -> None:
    failure = Failure.named_in(question)
    made = {
        text: WorkOrder(
            order="WO-1", asset="P-1", type="corrective", opened=datetime(2025, 1, 1, tzinfo=UTC), text=text, row=2
        )
        for text in (yes, no)
    }
    assert failure.shown_by(made[yes])
    assert not failure.shown_by(made[no])


def test_planned_checks_are_no_failures_unless_asked_for() -> None:
    check = WorkOrder(
        order="WO-1",
        asset="P-1",
        type="preventive",
        opened=datetime(2025, 1, 1, tzinfo=UTC),
        text="monthly vibs - no chg",
        row=2,
    )
    assert not Failure.named_in("how many vibration failures").shown_by(check)
    asked = Failure.named_in("when was the vibration last checked")
    assert asked.types == ("inspection", "preventive")
    assert asked.shown_by(check)


def test_a_tag_is_no_word() -> None:
    assert Failure.named_in("How many work orders has FIC-101?").terms == ()
    assert Failure.named_in("换热器 E-102 的维修记录").terms == ()
