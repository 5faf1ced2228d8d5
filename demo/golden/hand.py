"""Questions written one by one, as they are typed at the machine: terse, misspelt, mixed, without units, roundabout.

Each names the fact that it asks for and takes evidence and facts from there. Braces are tags of the plant.
"""

from collections.abc import Sequence
from dataclasses import replace

from demo.golden.item import Item, Language
from demo.golden.unclear import absent_pump
from demo.plant import Plant

ENGLISH: list[tuple[str, str]] = [
    ("feed.oil.quantity", "how much oil for {a_low} brg hsg"),
    ("feed.oil.grade", "what oil goes in {duty_joined} bearings, 46 or 68?"),
    ("feed.oil.interval", "bearng oil on teh feed pumps, chnage every ...?"),
    ("feed.restart", "{duty} kicked out again, how long b4 I may hit the button"),
    ("feed.bearing.trip", "DE brg on {duty} is climbing, where do I pull it off line by the book?"),
    ("feed.vibration.alarm", "vibs on feed pump - what number counts as too high per manual"),
    ("feed.torque.casing", "casing nuts {a}, how many Nm pls"),
    ("feed.torque.gland", "gland nuts how tight {b_joined}"),
    ("feed.torque.impeller", "torq for impellar nut feedpump"),
    ("feed.spare.seal", "mech seal pn for {duty_joined}?"),
    ("feed.spare.spider", "rubber star thing in the coupling is shot on {duty}, what do I order"),
    ("feed.seal.compress", "seal going in now, spring squeeze?? feed pump"),
    ("feed.seal.nut", "impeller nut won't budge, am I turning it the wrong way? ({a})"),
    ("feed.bearing.heat", "how hot for the new brgs before they slip on, {standby}"),
    ("feed.align.offset", "dial gauge on the cplg of {a} shows some offset, whats allowed"),
    ("feed.min-flow", "least I can throttle {duty} down to without cooking the seal"),
    ("feed.trouble.hot-bearing", "{duty} brg stinking hot, ideas?"),
    ("feed.trouble.amps", "motor pulling too many amps on feed pump, why"),
    ("feed.trouble.seal", "puddle under the seal of {duty_joined} again, what can it be"),
    ("feed.first-hour-leak", "new seal on {standby} drips a little after start, how much is ok"),
    ("dosing.every.diaphragm", "membrane in {d} - how many hrs till it needs swapping"),
    ("dosing.relief", "{d_joined} PRV pops at?"),
    ("dosing.prime", "{d} airlocked, what stroke % to bleed it"),
    ("dosing.cal.error", "cal on the dosing pump came out 2 and a bit % off, whats the tolerance"),
    ("dosing.trouble.tell-tale", "chem coming out the little hole under the dosing pump head"),
    ("dosing.oil.grade", "gearbox oil 4 {d}?"),
    ("heater.a.min", "plate pack {e}: how far down can I crank it, mm"),
    ("heater.cip.caustic", "lye % and temp for washing {e}"),
    ("heater.trouble.drop", "dP on {e_joined} keeps creeping up, whats up"),
    ("history.duty.ELP.2025", "how often did the seal of {duty_joined} go in 2025, boss wants a number"),
    ("history.E.PLU.2025", "2025 - how many times was {e} choked"),
    ("isolate.P-A", "gotta pull {a} tomorrow, which valves do i shut to isolate"),
    ("isolate.E", "vlv list to block in the plate HX {e}"),
    ("live.TI-NDE-duty", "{duty} NDE brg temp now pls"),
    ("live_limit.VI-duty", "is {duty_joined} shaking more than allowed right now"),
    ("live.LIC", "product tank lvl now?"),
    ("ambiguous.amps", "{both} amps now"),
    ("missing.feed-noise", "how loud is the feed pump, dB?"),
    ("missing.wifi", "guest wifi pw?"),
    ("missing.absent-pump", "oil for the gearbox of {absent}?"),
    ("revision.vibration", "did the site vib limit for the feed pumps change, old vs new?"),
    ("spares.lead.seal", "how long does a mech seal for the feed pumps take to get here if we order today"),
    ("alarm.TI-DE.high_high.action", "{duty_bearing} on hihi (high-high), what do i do"),
]
CHINESE: list[tuple[str, str]] = [
    ("feed.oil.quantity", "{duty_joined}轴承箱要灌几升油啊"),
    ("feed.oil.interval", "进料泵轴承油多少h换"),
    ("feed.bearing.alarm", "按手册轴承温度超过多少就得去看看？{duty}"),
    ("feed.torque.foundation", "{a}地脚松了，上多大劲"),
    ("feed.spare.seal", "机封料号，{b}的"),
    ("feed.restart", "{duty}刚跳，能马上启动不？要等多久"),
    ("feed.align.gap", "{a}对轮间隙"),
    ("feed.seal.compress", "装机封弹簧压缩量 feed pump"),
    ("feed.trouble.no-liquid", "{standby}启动后不上量咋办"),
    ("feed.trouble.shaking", "进料泵震得厉害，有哪些原因"),
    ("feed.grease.de", "电机前轴承（联轴器侧）打几克黄油 {duty_joined}"),
    ("feed.discharge-opening", "开泵前出口阀先开多大 {a}"),
    ("dosing.every.diaphragm", "{d_joined}膜片多长时间换"),
    ("dosing.torque.head", "计量泵头子螺丝紧多少牛米"),
    ("dosing.cal.seconds", "标{d}的时候秒表掐几秒"),
    ("dosing.spare.diaphragm", "隔膜备件号？计量泵的那个"),
    ("dosing.lift", "药桶放低了，{d}最多能吸多高"),
    ("dosing.knob", "{d}停着能调冲程吗"),
    ("dosing.trouble.low", "计量泵加药打不够量，怎么查"),
    ("dosing.oil.first", "新{d} 首次换 gear oil 几小时"),
    ("heater.cip.days", "{e}多少天清洗一次 CIP"),
    ("heater.cip.acid", "板换酸洗 浓度 时间"),
    ("heater.trouble.cold", "{e} outlet 温度上不去 怎么办"),
    ("heater.a.new", "板换新垫夹紧尺寸"),
    ("history.P-D.LOO.2024", "2024年{d}打量不足修了几次"),
    ("history.duty.VIB.last", "{duty_joined}上回振动大那张工单几号？"),
    ("isolate.P-D", "拆{d}要关哪几个阀隔离"),
    ("live.PI-DIS-duty", "{duty}现在出口压力多少"),
    ("live_limit.TICSA", "{e}出口温度现在高没高过报警"),
    ("ambiguous.bearing", "{both}驱动端轴温现在多少"),
    ("missing.dosing-seal", "计量泵机封料号"),
    ("missing.leave", "年假还剩几天"),
    ("revision.bearing", "轴承温度报警改版前后差几度"),
    ("spares.stock.diaphragm", "库里还有几张计量泵膜片"),
]


def items(plant: Plant, model: Sequence[Item]) -> list[Item]:
    """Those whose fact this plant has: at a seed without a failure in a year nobody can ask for its count."""
    names = _names(plant)
    return [made for language, rows in (("en", ENGLISH), ("zh", CHINESE)) for fact_id, text in rows
            if (made := _like(fact_id, "zh" if language == "zh" else "en", text.format_map(names), model))]


def _like(fact_id: str, language: Language, question: str, model: Sequence[Item]) -> Item | None:
    """``question`` with all else as a question of the model has it that asks for the same, best in the same language."""
    same = [item for item in model if item.fact_id == fact_id]
    if not same:
        return None
    twin = next((item for item in same if item.language == language), None)
    if twin is None:
        facts = [fact for fact in same[0].facts if any(sign.isdigit() for sign in fact.text)]
        twin = replace(same[0], language=language, facts=facts)
    return replace(twin, question=question, origin="hand")


def _names(plant: Plant) -> dict[str, str]:
    tags = {"a": "P-A", "b": "P-B", "duty": plant.duty, "standby": plant.standby, "d": "P-D", "e": "E",
            "duty_bearing": f"TI-DE-{plant.duty[-1]}"}
    plain = {name: plant.tag(key) for name, key in tags.items()}
    joined = {f"{name}_joined": tag.replace("-", "") for name, tag in plain.items()}
    return {**plain, **joined, "a_low": plain["a"].lower(), "both": plain["a"][:-1], "absent": absent_pump(plant)}
