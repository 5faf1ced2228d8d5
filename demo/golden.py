"""Forty golden questions with expected status, evidence and facts, all computed from the plant model.

``gold_facts`` holds only what a right answer must contain.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from demo import golden_manuals, manual_en, manual_zh
from demo.evidence import Pdf, records, sheet
from demo.facts import number
from demo.golden_item import Fact, Item
from demo.isolation import isolate
from demo.log import Order, orders
from demo.plant import Plant

FILE = "golden.jsonl"


@dataclass(frozen=True)
class History:
    """The log, asked: which orders of an asset and failure mode fall into a year."""

    orders: tuple[Order, ...]

    def of(self, asset: str, mode: str, year: int | None = None) -> list[Order]:
        return [o for o in self.orders if o.asset == asset and o.failure_mode == mode and year in (None, o.opened.year)]


def write(plant: Plant, manuals: Path, path: Path) -> None:
    """Write the golden set; ``manuals`` holds the two manuals, already generated."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"id": f"G{i:02}", **item.as_dict()}, ensure_ascii=False) for i, item in
             enumerate(items(plant, manuals), 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def items(plant: Plant, manuals: Path) -> list[Item]:
    """All forty, in a fixed order."""
    english, chinese = Pdf(manuals / manual_en.FILE), Pdf(manuals / manual_zh.FILE)
    history = History(tuple(orders(plant)))
    return [*golden_manuals.english(plant, english), *golden_manuals.chinese(plant, chinese), *_history(plant, history),
            *_connectivity(plant), *_live(plant), *_ambiguous(plant), *_unanswerable(plant)]


def _history(plant: Plant, history: History) -> list[Item]:
    duty, standby, heater, dosing = (plant.tag(key) for key in (plant.duty, plant.standby, "E", "P-D"))
    def count(question: str, language: str, asset: str, mode: str, year: int) -> Item:
        found = history.of(asset, mode, year)
        return Item(question, language, "history", records([o.number for o in found]), [Fact(str(len(found)))],
                    ["work_orders"])
    hot, shaken = history.of(duty, "OHE")[-1], history.of(standby, "VIB")[-1]
    return [
        count(f"How many times did the mechanical seal of {duty} leak in 2025?", "en", duty, "ELP", 2025),
        count(f"{duty} 的机械密封在2024年漏了几次？", "zh", duty, "ELP", 2024),
        count(f"How many times was {heater} plugged in 2025?", "en", heater, "PLU", 2025),
        count(f"2025年 {dosing} 因流量偏低（出力不足）报修了多少次？", "zh", dosing, "LOO", 2025),
        Item(f"When did {duty} last overheat, and which work order was it?", "en", "history", records([hot.number]),
             [Fact(hot.number)], ["work_orders"]),
        Item(f"{standby} 最近一次振动故障是哪张工单？", "zh", "history", records([shaken.number]),
             [Fact(shaken.number)],
             ["work_orders"]),
    ]


def _connectivity(plant: Plant) -> list[Item]:
    def isolation(question: str, language: str, key: str) -> Item:
        close = isolate(plant, key).close
        return Item(question, language, "connectivity", sheet(close), [Fact(tag) for tag in close], ["plant_graph"])
    dosing, heater = plant.tag("P-D"), plant.tag("E")
    return [
        isolation(f"What must be closed to isolate {plant.tag(plant.duty)}?", "en", plant.duty),
        isolation(f"要隔离 {plant.tag(plant.standby)}，需要关闭哪些阀门？", "zh", plant.standby),
        isolation("Which valves do I shut to isolate the plate heat exchanger?", "en", "E"),
        Item(f"Which equipment is next downstream of {dosing}?", "en", "connectivity", sheet((dosing, heater)),
             [Fact(heater)],
             ["plant_graph"]),
    ]


def _live(plant: Plant) -> list[Item]:
    letter = plant.duty[-1]
    duty = plant.tag(plant.duty)
    bearing, vibration = plant.instrument(f"TI-DE-{letter}"), plant.instrument(f"VI-{letter}")
    def live(question: str, language: str, key: str, *facts: Fact) -> Item:
        return Item(question, language, "live_limit" if facts else "live", [], list(facts), ["read_tags"],
                    readings=[plant.tag(key)])
    return [
        live(f"What is the discharge pressure of {duty} right now?", "en", f"PI-DIS-{letter}"),
        live("产品罐现在的液位是多少？", "zh", "LIC"),
        live(f"Is the drive-end bearing temperature of {duty} above its alarm limit at the moment?", "en", bearing.key,
             Fact(number(bearing.high or 0), "°C")),
        live(f"{duty} 的振动现在超限了吗？", "zh", vibration.key, Fact(number(vibration.high or 0), "mm/s")),
    ]


def _ambiguous(plant: Plant) -> list[Item]:
    both = plant.tag("P-A")[:-1]
    return [Item(question, language, "ambiguous", [], [], [], status="clarify") for question, language in (
        (f"What is the drive-end bearing temperature of {both} now?", "en"), (f"隔离 {both} 要关哪些阀？", "zh"),
        (f"How many times did the seal of {both} leak in 2025?", "en"))]


def _unanswerable(plant: Plant) -> list[Item]:
    """Four near misses (what manuals say but these don't, a pump that isn't there) and two far ones."""
    absent = absent_pump(plant)
    return [Item(question, language, "unanswerable", [], [], [], status="abstained") for question, language in (
        ("What is the noise emission of the feed pump in dB(A) at one metre?", "en"),
        ("进料泵电机绕组温度的报警值是多少？", "zh"), (f"Which oil goes into the gearbox of {absent}?", "en"),
        (f"产品罐 {plant.tag('T-P')} 的设计壁厚是多少毫米？", "zh"), ("What is the canteen serving on Friday?", "en"),
        ("公司今年的年假政策是怎么规定的？", "zh"))]


def absent_pump(plant: Plant) -> str:
    """A tag that looks like one of the plant's pumps and is none of its things."""
    tags = {part.tag for part in plant.parts} | {instrument.tag for instrument in plant.instruments}
    base = int(plant.tag("P-D").split("-")[1])
    return next(f"P-{n}" for n in range(base + 4, base + 99) if not any(tag.startswith(f"P-{n}") for tag in tags))
