"""Questions to the maintenance log that name no known failure: what they say must stand in the orders counted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from test_app_work_orders import ask, filled, log

from demo.log import orders
from demo.plant import Plant, build
from retrieval.sql.engine import Database

__all__ = ["log"]  # the fixture

EVERY_ORDER = [
    "How many work orders are there for {} in all?",
    "how many orders were opened for {} since it was installed",
    "How many jobs were carried out on {}?",
    "{}一共有多少张工单？",
    "{} 的历史工单有哪些",
]


@pytest.mark.parametrize("question", EVERY_ORDER)
def test_words_of_every_log_restrict_nothing(log: tuple[Plant, Database], question: str) -> None:
    plant, database = log
    tag = plant.tag(plant.duty)
    found = ask(database, query="count", assets=[tag], failure_words=question.format(tag))
    assert found.results[0]["total"] == sum(order.asset == tag for order in orders(plant))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many times did {} catch fire?", '"fire"'),
        ("How many times was {} repainted?", '"repainted"'),
        ("How many times was {} struck by the forklift?", '"struck" and "forklift"'),
        ("{} 被叉车撞过几次？", "“叉车”和“撞”"),
    ],
)
def test_what_no_order_mentions_is_said(log: tuple[Plant, Database], question: str, words: str) -> None:
    plant, database = log
    tag, zh = plant.tag(plant.duty), "叉" in question
    asked = question.format(tag)
    found = ask(database, query="count", assets=[tag], failure_words=asked, language="zh" if zh else "en")
    no_order = f"The maintenance log has no work orders on {tag} mentioning {words}."
    assert [fact.text for fact in found.facts] == [f"维修记录中没有{tag}提到{words}的工单。" if zh else no_order]
    assert not found.results
    assert not found.hits


@pytest.fixture(scope="module")
def struck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Database]]:
    plant = build(1)
    tag = plant.tag(plant.duty)
    model = next(order for order in orders(plant) if order.asset == tag)
    told = ["Forklifts struck the guard", "guard bent by FORKLIFT", "泵基础被叉车撞坏", "repainting of the casing"]
    more = [replace(model, number=f"WO-9{n}", topic="OTH", text=text) for n, text in enumerate(told)]
    database = filled(tmp_path_factory.mktemp("struck") / "plant.sqlite", plant, more)
    yield tag, database
    database.close()


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("How many times was {} struck by a forklift?", "WO-90"),
        ("{} 被叉车撞过几次？", "WO-92"),
        ("How many times was {} repainted?", "WO-93"),
    ],
)
def test_words_that_name_no_failure_are_looked_for(struck: tuple[str, Database], question: str, number: str) -> None:
    tag, database = struck
    found = ask(database, query="count", assets=[tag], failure_words=question.format(tag))
    assert found.results[0]["total"] == 1
    assert [row[0] for row in found.results[0]["rows"]] == [number]
    assert found.facts[0].hit is not None


def test_words_that_stand_apart_are_offered(struck: tuple[str, Database]) -> None:
    tag, database = struck
    found = ask(database, query="count", assets=[tag], failure_words=f"How often was {tag} kissed by a forklift?")
    assert found.facts[0].text == (
        f'The maintenance log has no work orders on {tag} mentioning "kissed" and "forklift".'
        ' Some mention "forklift" alone.'
    )
    assert not found.results
