"""Topics of the feed pump manual's running text: lubrication, intervals, operation, procedures."""

from collections.abc import Sequence

from demo import manual_en, revisions
from demo.facts import FeedPump
from demo.facts import number as n
from demo.golden.item import Fact, Piece, Topic
from demo.golden.operating import said
from demo.golden.places import Places


def topics(f: FeedPump, places: Places) -> list[Topic]:
    return [*_lubrication(f, places), *_intervals(f, places), *_running(f, places), *_alignment(f, places), *_overhaul(f, places)]


def _own(id_: str, kind: str, evidence: Sequence[Piece], facts: Sequence[Fact], en: Sequence[str], zh: Sequence[str]) -> Topic:
    """A topic that brings all its questions itself."""
    return Topic(f"feed.{id_}", kind, "value", "feed", evidence, facts, asks_en=en, asks_zh=zh, count=(len(en), len(zh)))


def _lubrication(f: FeedPump, places: Places) -> list[Topic]:
    file, litres = manual_en.FILE, n(f.oil_litres)
    row = ("Pump bearing housing", f"mineral oil {f.oil_grade}", f"{litres} L")
    sentence = f"The bearing housing holds {litres} L of mineral oil {f.oil_grade}."
    fill = f"Fill the bearing housing with {litres} L of oil {f.oil_grade}."
    standard = [(revisions.FILE, (tag, f"mineral oil {f.oil_grade}", litres, str(f.oil_h))) for tag in f.tags]
    first = f"Change the oil for the first time after {f.first_oil_h} operating hours"
    grease = f"Press {f.grease_de_g} g of grease into the drive-end nipple and {f.grease_nde_g} g into the non-drive-end nipple"
    return [
        _own("oil.quantity", "fact", places.prove(file, row, sentence, fill, also=[(file, (f"the housing holds {litres} L",)), (
            file, (f"Fill in {litres} L of",)), *standard]), [Fact(litres, "L")],
             ["Oil quantity for the bearings of {x}?", "How many litres of oil do I take along to refill {x} after draining it?"],
             ["{x}的轴承箱要加多少升油？", "给{x}换油，带多少油去够用？"]),
        _own("oil.grade", "fact", places.prove(file, row, sentence, fill, also=[(file, (f"use {f.oil_grade} only",)), (
            file, (f"L of {f.oil_grade} through the vent plug",)), (file, (f"L of oil {f.oil_grade}, align",))]),
             [Fact(f.oil_grade)],
             ["Which viscosity grade goes into the bearing housing of {x}?", "Is there a particular bearing oil for {x}?"],
             ["{x}轴承用几号润滑油？", "{x}的轴承箱加什么牌号的油"]),
        _own("oil.first", "fact", places.prove(file, first, (*row, f"{f.first_oil_h} h")), [Fact(str(f.first_oil_h), "h")],
             ["{x} is brand new. After how many running hours is the very first oil change?", "Running-in of {x}: first oil change when?"],
             ["新装的{x}跑多少小时第一次换油？"]),
        Topic("feed.oil.interval", "fact", "interval", "feed",
              places.prove(file, ("then every", f"{f.oil_h}", "operating hours"), ("Change the bearing oil", f"{f.oil_h} h"), also=standard),
              [Fact(str(f.oil_h), "h")], ("renewing the bearing oil", "changing the oil of the bearing housing"), ("换轴承箱的油", "更换轴承润滑油"), count=(2, 2)),
        _own("grease.de", "fact", places.prove(file, grease, ("Motor bearing, drive end", f"grease, {f.grease}", f"{f.grease_de_g} g")),
             [Fact(str(f.grease_de_g), "g")],
             ["How much grease does the drive-end motor bearing of {x} get?", "Grease gun at {x}, motor DE nipple: how many grams?"],
             ["{x}电机驱动端轴承打多少克黄油？"]),
        _own("grease.type", "fact", places.prove(file, ("Motor bearing, drive end", f"grease, {f.grease}"), (
            "Motor bearing, non-drive end", f"grease, {f.grease}")), [Fact(f.grease.split(",")[0]), Fact(f.grease.split(", ")[1])],
             ["What kind of grease do the motor bearings of {x} take?"], ["{x}的电机轴承用哪种润滑脂？", "{x}电机加什么黄油，几号的"]),
    ]


def _intervals(f: FeedPump, places: Places) -> list[Topic]:
    file = manual_en.FILE
    rows = [
        ("seal-check", ("Check the mechanical seal for leakage", f"{f.seal_check_h} h"), [], Fact(str(f.seal_check_h), "h"),
         ("looking for leaks at the mechanical seal", "checking the shaft seal for drips"), ("检查机封是否泄漏", "查机械密封漏不漏")),
        ("regrease", ("Regrease the motor bearings", f"{f.grease_h} h"), [(f"every {f.grease_h} operating hours, with the motor running",)],
         Fact(str(f.grease_h), "h"), ("greasing the motor bearings", "fresh grease for the motor bearings"), ("给电机轴承补脂", "电机轴承加润滑脂")),
        ("alignment", ("Check coupling alignment and spider", f"{f.coupling_check_h} h"), [], Fact(str(f.coupling_check_h), "h"),
         ("checking the coupling alignment", "inspecting alignment and spider"), ("检查联轴器对中", "复查找正和弹性块")),
        ("changeover", ("Change over duty and standby pump", "4 weeks"), [("Change pumps every 4 weeks",)], Fact("4", "week"),
         ("swapping duty and standby", "changing over to the other pump"), ("切换运行泵和备用泵", "主备泵倒换")),
        ("protection", ("Test the motor protection", "12 months"), [], Fact("12", "month"),
         ("testing the motor protection", "trying out the overload protection"), ("试验电机保护", "校验电机保护装置")),
    ]
    return [Topic(f"feed.every.{id_}", "table", "interval", "feed", places.prove(
        file, row, *more, also=said("The pumps are changed over every 4 weeks", "两台泵每 4 周切换一次") if id_ == "changeover" else ()), [fact], en, zh, count=(1, 1))
            for id_, row, more, fact, en, zh in rows]


def _running(f: FeedPump, places: Places) -> list[Topic]:
    file = manual_en.FILE
    return [
        _own("restart", "fact", places.prove(file, f"After a trip, wait {f.restart_wait_min} minutes before the next start."),
             [Fact(str(f.restart_wait_min), "min")],
             ["{x} just tripped. How long do I leave it before I hit start again?", "Waiting time before restarting {x} after a trip?"],
             ["{x}跳了，等几分钟才能再启动？", "{x}跳闸后多长时间可以重新开？"]),
        _own("starts", "fact", places.prove(file, f"The motor may be started at most {f.starts_per_hour} times an hour.", (
            "Starts per hour, at most", str(f.starts_per_hour))), [Fact(str(f.starts_per_hour))],
             ["How many starts an hour will the motor of {x} take?", "We keep having to restart {x}. What is the hourly maximum?"],
             ["{x}一小时最多能启动几回？"]),
        _own("first-hour-leak", "fact", places.prove(file, f"A leak of up to {f.seal_leak_ml_h} mL/h is normal during the first hour.", (
            f"Replace the seal when it leaks more than {f.seal_leak_ml_h} mL/h")), [Fact(str(f.seal_leak_ml_h), "mL/h")],
             ["The new seal of {x} drips a bit after start. How much per hour is still fine?", "What seal leakage rate is acceptable on {x}?"],
             ["{x}机封每小时漏多少毫升还算正常？"]),
        _own("discharge-opening", "procedure", places.prove(file, "Open the discharge valve by a quarter", also=[
            (file, ("Start with the discharge valve a quarter open.",)), *said("by a quarter and start", "打开四分之一，启动")]), [Fact("quarter")],
             ["How far do I open the discharge valve before I start the motor of {x}?", "Position of the outlet valve when {x} is started?"],
             ["启动{x}之前出口阀开多大？"]),
        _own("long-stop", "procedure", places.prove(file, "For a stop of more than 14 days, close it and drain the casing", also=said(
            "For a stop of more than 14 days, drain both feed pumps", "停运超过 14 天时排净两台进料泵")), [Fact("14", "day")],
             ["From what length of standstill on must {x} be shut in and drained?"], ["{x}停多少天以上要关入口阀并放空泵壳？",
                                                                            "{x}要长期停用，超过几天得排液"]),
        _own("storage", "fact", places.prove(file, "Turn the shaft by hand once a month and leave it a quarter turn further on."), [Fact("month")],
             ["While {x} sits in the warehouse, how often does the shaft want turning?"], ["{x}在库里存放，多长时间盘一次车？"]),
        _own("cool", "fact", places.prove(file, f"can exceed {n(f.limits.bearing[0])} °C. Let it cool below 40 °C"), [Fact("40", "°C")],
             ["How cool must the bearing housing of {x} be before I put my hand on it?"], ["{x}轴承箱要凉到多少度以下才能碰？"]),
    ]


def _alignment(f: FeedPump, places: Places) -> list[Topic]:
    file = manual_en.FILE
    told = f"The parallel offset must not exceed {n(f.offset_mm)} mm and the angular misalignment must not exceed {n(f.angular_mm)} mm"
    remedy = f"offset at most {n(f.offset_mm)} mm, angle at most {n(f.angular_mm)} mm"
    return [
        _own("align.offset", "procedure", places.prove(file, told, remedy, (
            "Coupling offset, parallel", "0.02", n(f.offset_mm), "mm")), [Fact(n(f.offset_mm), "mm")],
             ["How much parallel offset may be left when I line up the coupling of {x}?", "{x} alignment: radial tolerance?"],
             ["{x}联轴器找正，平行偏差允许多少？", "给{x}对中，径向最多差几个丝（用mm答）？"]),
        _own("align.angle", "procedure", places.prove(file, told, remedy, (
            "Coupling misalignment, angular", "0.03", n(f.angular_mm), "mm")), [Fact(n(f.angular_mm), "mm")],
             ["What angular error is still good at the coupling of {x}?"], ["{x}对轮角度偏差最大多少？"]),
        _own("align.gap", "procedure", places.prove(file, f"The gap between the coupling halves is {f.coupling_gap_mm} mm.", (
            "Coupling gap", str(f.coupling_gap_mm))), [Fact(str(f.coupling_gap_mm), "mm")],
             ["How wide is the space between the two coupling halves of {x}?", "Coupling gap {x}?"], ["{x}两半联轴器之间留多大间隙？"]),
        _own("align.shims", "procedure", places.prove(file, "Correct the height with stainless shims, at most three under a foot"), [Fact("three")],
             ["How many shims may go under one motor foot of {x}?"], ["{x}电机一个底脚下最多垫几片垫片？"]),
        _own("align.soft-foot", "procedure", places.prove(file, "the foot must not lift by more than 0.05 mm"), [Fact("0.05", "mm")],
             ["Checking soft foot on {x}: how far may a foot come up?"], ["{x}检查软脚，底脚抬起不得超过多少？"]),
        _own("level", "procedure", places.prove(file, "level it within 0.2 mm per metre"), [Fact("0.2", "mm")],
             ["How level must the base plate of {x} be?"], ["{x}底座水平度要求每米多少？"]),
    ]


def _overhaul(f: FeedPump, places: Places) -> list[Topic]:
    file = manual_en.FILE
    return [
        _own("seal.compress", "procedure", places.prove(file, f"the spring is compressed by {n(f.seal_compress_mm)} mm"),
             [Fact(n(f.seal_compress_mm), "mm")],
             ["Fitting a new mech seal to {x}: how far does the spring get squeezed?", "Spring compression of the seal in {x}, what dimension?"],
             ["{x}装机封时弹簧压缩量取多少？", "换{x}的机械密封，弹簧要压多少毫米"]),
        _own("seal.nut", "procedure", places.prove(file, "It has a left-hand thread: turn it clockwise.", also=[
            (file, ("Impeller nut", f.spare("Impeller nut").number, "1", "left-hand thread"))]), [Fact("left-hand")],
             ["Is the impeller nut of {x} right-hand or left-hand?", "The impeller nut on {x} won't come off. Which way does its thread run?"],
             ["{x}叶轮螺母是正扣还是反扣？"]),
        _own("bearing.heat", "procedure", places.prove(file, f"Heat the new bearings to {f.bearing_heat_c} °C with an induction heater"),
             [Fact(str(f.bearing_heat_c), "°C")],
             ["What temperature do I bring new bearings to before sliding them on the shaft of {x}?", "Induction heater setting for the bearings of {x}"],
             ["{x}的新轴承加热到多少度再装？", "热装{x}轴承，加热器调几度？"]),
        _own("bearing.type", "table", places.prove(file, ("Drive-end bearing", f.bearing_de), f"The drive-end bearing is {f.bearing_de}"),
             [Fact(f.bearing_de)], ["What bearing type sits at the coupling end of {x}?"], ["{x}驱动端用的是什么型号轴承？", "{x}联轴器侧轴承型号"]),
        _own("oil.sample", "procedure", places.prove(file, "Send a sample of 100 mL to the laboratory"), [Fact("100", "mL")],
             ["The drained oil of {x} looks milky. How big a sample does the lab want?"], ["{x}放出的油发白，取多少油样送化验？"]),
    ]
