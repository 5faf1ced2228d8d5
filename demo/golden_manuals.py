"""Golden questions on the two manuals, some asked in the other language."""

from typing import Any

from demo.evidence import Pdf
from demo.facts import feed_pump
from demo.facts import number as n
from demo.facts_dosing import dosing_pump
from demo.golden_item import Fact, Item
from demo.plant import Plant
from demo.troubles import dosing_troubles, feed_troubles


def _ask(question: str, language: str, kind: str, evidence: list[dict[str, Any]], *facts: Fact) -> Item:
    return Item(question, language, kind, evidence, list(facts), ["search_documents"])


def english(plant: Plant, pdf: Pdf) -> list[Item]:
    """On the feed pump manual."""
    f, (a, b) = feed_pump(plant), feed_pump(plant).tags
    bearing = f.limits.bearing
    gland, casing = f.torque("Seal gland nuts"), f.torque("Casing nuts")
    spider = f.spare("Coupling spider")
    hot = next(row for row in feed_troubles(f, plant) if row.symptom.startswith("Bearing temp"))
    shaky = next(row for row in feed_troubles(f, plant) if row.symptom.startswith("Vibration"))
    return [
        _ask("According to the manual, what is the high alarm limit for the feed pump's drive-end bearing temperature?",
             "en",
             "table", [pdf.find("Drive-end bearing temperature, high", n(bearing[0]), n(bearing[1]))],
             Fact(n(bearing[0]), "°C")),
        _ask("说明书规定进料泵轴承温度到多少度必须停泵？", "zh", "fact",
             [pdf.find(f"Stop the pump at {n(bearing[1])} °C.")],
             Fact(n(bearing[1]), "°C")),
        _ask(f"How much oil does the bearing housing of {a} hold, and of which grade?", "en", "fact",
             [pdf.find(f"The bearing housing holds {n(f.oil_litres)} L of mineral oil {f.oil_grade}.")],
             Fact(n(f.oil_litres), "L"), Fact(f.oil_grade)),
        _ask(f"{b} 的轴承箱每运行多少小时换一次油？", "zh", "fact",
             [pdf.find(f"then every {f.oil_h} operating hours.")],
             Fact(str(f.oil_h), "h")),
        _ask("The feed pump motor tripped. How long do I have to wait before I start it again?", "en", "fact",
             [pdf.find(f"After a trip, wait {f.restart_wait_min} minutes before the next start.")],
             Fact(str(f.restart_wait_min), "min")),
        _ask(f"Torque for the seal gland nuts on {a}?", "en", "table",
             [pdf.find(gland.place, gland.bolt, str(gland.nm), "Nm")], Fact(str(gland.nm), "Nm")),
        _ask("进料泵的泵壳螺母应拧紧到多少牛米？", "zh", "table", [pdf.find(casing.place, casing.bolt, str(casing.nm),
                                                           "Nm")],
             Fact(str(casing.nm), "Nm")),
        _ask("I need to order a coupling spider for the feed pump. What's the part number?", "en", "table",
             [pdf.find(spider.name, spider.number)], Fact(spider.number)),
        _ask("When I fit a new mechanical seal to the feed pump, by how much must the spring be compressed?", "en",
             "procedure",
             [pdf.find(f"the spring is compressed by {n(f.seal_compress_mm)} mm")], Fact(n(f.seal_compress_mm), "mm")),
        _ask("进料泵联轴器找正时，平行偏差和角度偏差最多允许多少毫米？", "zh", "procedure",
             [pdf.find(f"The parallel offset must not exceed {n(f.offset_mm)} mm and the angular misalignment must "
                       f"not exceed "
                       f"{n(f.angular_mm)} mm")], Fact(n(f.offset_mm), "mm"), Fact(n(f.angular_mm), "mm")),
        _ask("A bearing on the feed pump gets too hot. What are the likely causes?", "en", "troubleshooting",
             [pdf.find(hot.cause, hot.remedy)], Fact("oil level")),
        _ask("进料泵振动大、有噪声，手册里列出的原因和处理办法是什么？", "zh", "troubleshooting",
             [pdf.find(shaky.cause, shaky.remedy)]),
    ]


def chinese(plant: Plant, pdf: Pdf) -> list[Item]:
    """On the dosing pump manual."""
    f = dosing_pump(plant)
    head = f.torque("泵头螺栓")
    low = next(row for row in dosing_troubles(f, plant) if row.symptom == "流量偏低")
    return [
        _ask("How often does the diaphragm of the dosing pump have to be replaced?", "en", "fact",
             [pdf.find(f"隔膜每运行 {f.diaphragm_h} 小时更换一次。")], Fact(str(f.diaphragm_h), "h")),
        _ask("计量泵的安全阀整定压力是多少？", "zh", "table", [pdf.find("安全阀整定压力", n(f.relief_bar), "bar")],
             Fact(n(f.relief_bar), "bar")),
        _ask(f"{f.tag} 的泵头螺栓拧紧力矩是多少？", "zh", "table", [pdf.find(head.place, head.bolt, str(head.nm),
                                                                "Nm")],
             Fact(str(head.nm), "Nm")),
        _ask("怎样标定计量泵的流量？每次计时多少秒，要重复测几次？", "zh", "procedure",
             [pdf.find(f"用秒表计时 {f.calibration_s} 秒"), pdf.find(f"重复测量 {f.calibration_runs} 次")],
             Fact(str(f.calibration_s), "s"), Fact(str(f.calibration_runs))),
        _ask("计量泵流量偏低是什么原因，怎么处理？", "zh", "troubleshooting", [pdf.find(low.cause, low.remedy)],
             Fact("阀座")),
    ]
