"""Questions that can't be answered as they stand: which twin is meant, and what no document says."""

from collections.abc import Iterator
from dataclasses import dataclass

from demo import manual_en, manual_exchanger, manual_zh
from demo.golden.item import LANGUAGES, Item, Language
from demo.plant import Plant


@dataclass(frozen=True)
class Missing:
    """A near miss. ``terms``: what documents would have to say (regular expressions, any of them); ``home`` is the document
    that would, "" = none: then no document may say it at all. ``subject``: key of what it is about, "" = of ``terms`` alone."""

    id: str
    en: str
    zh: str
    terms: tuple[str, ...]
    home: str
    subject: str = ""


def ambiguous(plant: Plant) -> Iterator[Item]:
    """Without a letter, or by a name that fits both pumps, where it matters which is meant."""
    both, suction = plant.tag("P-A")[:-1], plant.tag("HV-A-suc")[:-1]
    bearing, vibration = plant.tag("TI-DE-A")[:-1], plant.tag("VI-A")[:-1]
    asks: list[tuple[str, str, str]] = [
        ("bearing", f"What is the drive-end bearing temperature of {both} now?", f"{both}驱动端轴承温度现在几度？"),
        ("isolate", f"Which valves isolate {both}?", f"隔离 {both} 要关哪些阀？"),
        ("leaks", f"How many times did the seal of {both} leak in 2025?", f"{both}机封2025年漏了几次？"),
        ("amps", f"{both.replace('-', '')} motor current at the moment?", f"{both.replace('-', '')}电机电流现在多少"),
        ("last", f"When was {both.lower()} last repaired because of vibration?", f"{both.lower()}最近一次振动大是哪张工单？"),
        ("tag-bearing", f"What does {bearing} read at present?", f"{bearing}现在显示多少？"),
        ("tag-vibration", f"Is {vibration} above its alarm limit right now?", f"{vibration}现在超限没有？"),
        ("valve", f"Where on the drawing is {suction} connected?", f"{suction}接在哪里？"),
    ]
    for id_, english, chinese in asks:
        yield Item(english, "en", "ambiguous", f"ambiguous.{id_}", status="clarify")
        yield Item(chinese, "zh", "ambiguous", f"ambiguous.{id_}", status="clarify")


def near_misses(plant: Plant) -> list[Missing]:
    """Words of the manuals and one thing that they don't say; tags that look right and don't exist."""
    duty, dosing, heater, tank = (plant.tag(key) for key in (plant.duty, "P-D", "E", "T-P"))
    pump, third = absent_pump(plant), plant.tag("TI-DE-A")[:-1] + "C"
    valve = absent_valve(plant)
    return [
        Missing("feed-noise", "What is the noise emission of the feed pump in dB(A) at one metre?", "进料泵一米处的噪声是多少分贝？",
                (r"dB\b", "noise emission", "sound pressure", "噪声级", "分贝"), manual_en.FILE, "feed"),
        Missing("feed-winding", f"At what motor winding temperature does {duty} trip?", "进料泵电机绕组温度的报警值是多少？", ("winding", "绕组"),
                manual_en.FILE, "feed"),
        Missing("feed-insulation", "Which insulation class does the motor of the feed pump have?", f"{duty}的电机绝缘等级是几级？",
                ("insulation class", "绝缘等级"), manual_en.FILE, "feed"),
        Missing("feed-warranty", f"How many months of warranty are there on {duty}?", "进料泵的质保期多长？", ("warranty", "guarantee", "质保", "保修"),
                manual_en.FILE, "feed"),
        Missing("feed-paint", "What colour and coat thickness is the casing of the feed pump painted with?", "进料泵泵壳的油漆厚度要求多少微米？",
                ("paint", "coat thickness", "油漆", "漆膜"), manual_en.FILE, "feed"),
        Missing("feed-relief", f"What is the set pressure of the relief valve on {duty}'s casing?", f"{duty}泵体安全阀整定压力是多少？",
                ("relief valve", "安全阀"), manual_en.FILE, "feed"),
        Missing("dosing-impeller", f"What is the tightening torque of the impeller nut on {dosing}?", "计量泵的叶轮螺母拧紧力矩是多少？", ("impeller", "叶轮"),
                manual_zh.FILE, "P-D"),
        Missing("dosing-seal", "Part number of the mechanical seal for the dosing pump?", f"{dosing}的机械密封备件号是什么？",
                ("mechanical seal", "机械密封", "机封"), manual_zh.FILE, "P-D"),
        Missing("dosing-bearing", f"At which bearing temperature does {dosing} alarm?", f"{dosing}的轴承温度报警值是多少？", ("bearing temp", "轴承温度"),
                manual_zh.FILE, "P-D"),
        Missing("dosing-npsh", "What NPSH does the dosing pump need?", "计量泵的必需汽蚀余量是多少？", ("NPSH", "汽蚀"), manual_zh.FILE, "P-D"),
        Missing("dosing-vibration", f"What is the vibration trip limit of {dosing}?", "计量泵的振动联锁值是多少？", ("vibration", "振动"), manual_zh.FILE, "P-D"),
        Missing("dosing-shelf", "How many years may a diaphragm for the dosing pump lie in the store?", f"{dosing}的隔膜库存有效期几年？",
                ("shelf life", "保质期", "有效期"), manual_zh.FILE, "P-D"),
        Missing("heater-glycol", f"Which glycol concentration may be used on the hot side of {heater}?", "换热器热水侧允许加多少浓度的乙二醇？",
                ("glycol", "乙二醇"), manual_exchanger.FILE, "E"),
        Missing("tank-wall", f"What is the wall thickness of {tank} in millimetres?", f"产品罐 {tank} 的设计壁厚是多少毫米？", ("wall thickness", "壁厚"), ""),
        Missing("absent-pump", f"Which oil goes into the gearbox of {pump}?", f"{pump}的减速箱用什么油？", (rf"{pump}(?!\d)",), ""),
        Missing("absent-tag", f"What is the alarm limit of {third}?", f"{third}的报警值是多少？", (third,), ""),
        Missing("absent-valve", f"What torque do the bonnet bolts of {valve} take?", f"{valve}的阀盖螺栓力矩多少？", (rf"{valve}(?!\d)",), ""),
    ]


_FAR: list[tuple[str, str, str]] = [
    ("canteen", "What is the canteen serving on Friday?", "食堂周五中午吃什么？"),
    ("leave", "How many days of annual leave do I get?", "公司今年的年假政策是怎么规定的？"),
    ("weather", "Will it rain on the weekend?", "明天厂区会下雨吗？"),
    ("wifi", "What is the password of the guest network?", "访客无线网的密码是多少？"),
    ("pay", "When will the overtime of last month be paid?", "上个月的加班费什么时候发？"),
    ("train", "When does the next train to the city leave?", "下一班通勤车几点发？"),
    ("price", "What did the company's shares close at?", "公司股票昨天收盘价多少？"),
    ("poem", "Write me a poem about autumn.", "写一首关于秋天的诗"),
    ("boss", "Who will be the next managing director?", "下一任总经理是谁？"),
]


def unanswerable(plant: Plant) -> Iterator[Item]:
    """Near misses and far ones, each in both languages."""
    for missing in near_misses(plant):
        for language, question in zip(LANGUAGES, (missing.en, missing.zh), strict=True):
            yield _unanswered(question, language, f"missing.{missing.id}", near=True)
    for id_, english, chinese in _FAR:
        for language, question in zip(LANGUAGES, (english, chinese), strict=True):
            yield _unanswered(question, language, f"missing.{id_}", near=False)


def _unanswered(question: str, language: Language, fact_id: str, *, near: bool) -> Item:
    return Item(question, language, "unanswerable", fact_id, status="abstained", near_miss=near)


def absent_pump(plant: Plant) -> str:
    """A tag that looks like one of the plant's pumps and is none of its things."""
    return _absent(plant, "P", int(plant.tag("P-D").split("-")[1]) + 4)


def absent_valve(plant: Plant) -> str:
    return _absent(plant, "HV", plant.unit + 55)


def _absent(plant: Plant, letters: str, first: int) -> str:
    tags = {part.tag for part in plant.parts} | {instrument.tag for instrument in plant.instruments}
    return next(f"{letters}-{n}" for n in range(first, first + 99) if not any(tag.startswith(f"{letters}-{n}") for tag in tags))
