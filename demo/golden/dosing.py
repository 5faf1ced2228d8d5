"""Topics of the dosing pump manual, which is Chinese."""

from collections.abc import Sequence

from demo import manual_zh, revisions
from demo.facts import number as n
from demo.facts_dosing import DosingPump
from demo.golden.item import Fact, Piece, Topic
from demo.golden.operating import said
from demo.golden.places import Places, Quote

_VALUES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str, str, str]] = [
    ("capacity", "capacity_lh", ("rated capacity", "full dosing rate"), ("额定加药能力", "满负荷流量"), "额定流量", "L/h", ""),
    ("relief", "relief_bar", ("set pressure of the relief valve", "pressure at which the safety valve lifts"),
     ("安全阀起跳压力", "安全阀设定值"), "安全阀整定压力", "bar", "检查安全阀整定压力 {} bar"),
    ("stroke", "stroke_mm", ("stroke length", "plunger travel"), ("柱塞行程", "每冲程长度"), "冲程长度", "mm", ""),
    ("plunger", "plunger_mm", ("plunger diameter", "plunger size"), ("柱塞多粗", "柱塞外径"), "柱塞直径", "mm", ""),
    ("accuracy", "accuracy_pct", ("metering accuracy", "guaranteed dosing accuracy"), ("计量误差", "加药精度"), "计量精度", "%", ""),
    ("motor", "motor_kw", ("motor power", "motor rating"), ("电机功率", "电动机千瓦数"), "电机功率", "kW", ""),
    ("lift", "suction_lift_m", ("maximum suction lift", "greatest height it may suck from"), ("允许吸程", "最大吸上高度"), "最大吸入高度", "m",
     "吸入高度不得超过 {} m"),
    ("viscosity", "max_viscosity_mpas", ("highest viscosity of the liquid", "thickest liquid allowed, as viscosity"),
     ("介质粘度上限", "允许的最大粘度"), "介质最高粘度", "mPa·s", ""),
    ("hot", "max_temp_c", ("highest liquid temperature", "temperature limit of the chemical"), ("药液温度上限", "允许的最高药液温度"), "介质最高温度", "°C",
     "介质温度不得超过 {} °C"),
    ("weight", "weight_kg", ("weight", "mass of the whole unit"), ("总重", "整台重量"), "整机重量", "kg", ""),
]
_TORQUES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]] = [
    ("head", "泵头螺栓", ("pump head bolts", "liquid end bolts"), ("泵头的螺栓", "液力端螺栓"), "按 {} Nm 对角|按 {} Nm 复紧泵头螺栓"),
    ("seat", "阀座压盖", ("valve seat covers", "caps over the valve seats"), ("阀座的压盖", "阀盖"), "阀座压盖拧紧力矩 {} Nm"),
    ("foot", "地脚螺栓", ("foundation bolts", "anchor bolts"), ("底座螺栓", "基础螺栓"), "地脚螺栓拧紧力矩为 {} Nm"),
    ("drain", "放油螺塞", ("oil drain plug", "gearbox drain plug"), ("放油堵头", "油箱丝堵"), "拧紧力矩 {} Nm"),
    ("flange", "电机法兰螺栓", ("motor flange bolts", "bolts of the motor flange"), ("电机法兰的螺栓", "马达法兰螺栓"), ""),
]
_SPARES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]] = [
    ("diaphragm", "隔膜", ("diaphragm", "membrane"), ("膜片", "隔膜片"), "备件号 {}"),
    ("suction-valve", "吸入阀组件", ("suction valve assembly", "inlet ball valve set"), ("入口阀组", "吸入单向阀组件"), ""),
    ("discharge-valve", "排出阀组件", ("discharge valve assembly", "outlet ball valve set"), ("出口阀组", "排出单向阀组件"), ""),
    ("o-ring", "泵头O形圈", ("pump head O-ring", "O-ring of the liquid end"), ("泵头O型圈", "泵头密封圈"), ""),
    ("spring", "安全阀弹簧", ("relief valve spring", "spring of the safety valve"), ("安全阀的弹簧", "泄压阀弹簧"), ""),
    ("spider", "联轴器弹性块", ("coupling spider", "elastic coupling insert"), ("弹性块", "联轴器缓冲块"), ""),
]


def topics(f: DosingPump, places: Places, spares_also: dict[str, list[Piece]] | None = None) -> list[Topic]:
    return [*_tables(f, places, spares_also or {}), *_intervals(f, places), *_calibration(f, places), *_work(f, places)]


def _tables(f: DosingPump, places: Places, spares_also: dict[str, list[Piece]]) -> list[Topic]:
    file, made = manual_zh.FILE, list[Topic]()

    def prove(row: Quote, sentence: str, value: str, more: Sequence[Piece] = ()) -> list[Piece]:
        return places.prove(file, row, *((one.format(value),) for one in sentence.split("|") if one), more=more)

    for id_, field, en, zh, row, unit, sentence in _VALUES:
        value = n(getattr(f, field))
        cells = (row, f"± {value}" if id_ == "accuracy" else value, unit)
        made.append(Topic(f"dosing.{id_}", "table", "value", "P-D", prove(cells, sentence, value), [Fact(value, unit)], en, zh,
                          count=(1, 1)))
    for id_, place, en, zh, sentence in _TORQUES:
        torque = f.torque(place)
        made.append(Topic(f"dosing.torque.{id_}", "table", "torque", "P-D",
                          prove((place, torque.bolt, str(torque.nm), "Nm"), sentence, str(torque.nm)), [Fact(str(torque.nm), "Nm")], en, zh,
                          count=(1, 1)))
    for id_, name, en, zh, sentence in _SPARES:
        number = f.spare(name).number
        made.append(Topic(f"dosing.spare.{id_}", "table", "spare", "P-D", prove((name, number), sentence, number, spares_also.get(number, ())),
                          [Fact(number)], en, zh, count=(1, 1)))
    return made


def _intervals(f: DosingPump, places: Places) -> list[Topic]:
    file = manual_zh.FILE
    rows: list[tuple[str, list[Quote], Fact, tuple[str, ...], tuple[str, ...]]] = [
        ("diaphragm", [(f"隔膜每运行 {f.diaphragm_h} 小时更换一次。",), ("更换隔膜", f"{f.diaphragm_h} h")], Fact(str(f.diaphragm_h), "h"),
         ("replacing the diaphragm", "diaphragm replacement"), ("换膜片", "更换隔膜")),
        ("valves", [("更换吸入阀和排出阀组件", f"{f.check_valve_h} h")], Fact(str(f.check_valve_h), "h"),
         ("changing the suction and discharge valve sets", "renewal of the ball valves"), ("换进出口阀组", "更换阀球阀座组件")),
        ("oil", [(f"以后每 {f.oil_h} 小时换油一次",), ("更换齿轮油", f"{f.oil_h} h")], Fact(str(f.oil_h), "h"),
         ("changing the gear oil", "fresh oil in the gearbox"), ("换减速箱油", "更换减速机润滑油")),
        ("calibration", [(f"计量泵每 {f.calibration_months} 个月标定一次",), ("流量标定", f"{f.calibration_months} 个月")],
         Fact(str(f.calibration_months), "month"), ("calibration", "checking the dosed volume"), ("校准流量", "做标定")),
        ("relief", [("校验安全阀", "12 个月")], Fact("12", "month"), ("testing the relief valve", "having the safety valve checked"), ("校安全阀", "检验泄压阀")),
        ("round", [("检查泄漏孔、油位和噪声", f"{f.noise_note_h} h")], Fact(str(f.noise_note_h), "h"),
         ("looking at the tell-tale hole and listening for noise", "the operator's check of tell-tale and oil level"), ("操作工看泄漏孔和油位", "巡检听声看油位")),
    ]
    return [Topic(f"dosing.every.{id_}", "table" if len(quotes) == 1 else "fact", "interval", "P-D", places.prove(file, *quotes, also=_standard(f) if id_ == "oil" else ()), [fact], en,
                  zh, count=(1, 1)) for id_, quotes, fact, en, zh in rows]


def _standard(f: DosingPump) -> list[tuple[str, Quote]]:
    """The site standard's row on its oil."""
    return [(revisions.FILE, (f.tag, f"gear oil {f.oil.removesuffix(' 齿轮油')}", n(f.oil_litres), str(f.oil_h)))]


def _own(id_: str, kind: str, evidence: Sequence[Piece], facts: Sequence[Fact], en: Sequence[str], zh: Sequence[str]) -> Topic:
    return Topic(f"dosing.{id_}", kind, "value", "P-D", evidence, facts, asks_en=en, asks_zh=zh, count=(len(en), len(zh)))


def _calibration(f: DosingPump, places: Places) -> list[Topic]:
    file, error = manual_zh.FILE, n(f.calibration_error_pct)
    return [
        _own("cal.seconds", "procedure", places.prove(file, f"用秒表计时 {f.calibration_s} 秒"), [Fact(str(f.calibration_s), "s")],
             ["Drawdown test on {x}: how long do I keep the stopwatch running?"], ["标定{x}时掐表掐多长时间？"]),
        _own("cal.runs", "procedure", places.prove(file, f"重复测量 {f.calibration_runs} 次"), [Fact(str(f.calibration_runs))],
             ["How many repeat measurements does calibrating {x} call for?"], ["{x}标定要测几遍取平均？"]),
        _own("cal.error", "procedure", places.prove(file, f"流量误差不得超过 ± {error} %", f"误差超过 ± {error} % 时"), [Fact(error, "%")],
             ["How far off may {x} be at calibration before the zero has to be adjusted?", "Permitted flow error when {x} is calibrated?"],
             ["{x}标定误差多大就得调零点？"]),
        _own("cal.how", "procedure", places.prove(file, "将标定柱注满药液，把吸入管路切换到标定柱", f"用秒表计时 {f.calibration_s} 秒，记录标定柱液位下降的体积"),
             [Fact(str(f.calibration_s), "s")],
             ["Walk me through calibrating {x}.", "How is the flow of {x} checked with the calibration column?"], ["{x}怎么做流量校准，给个步骤", "{x}用标定柱标定的流程"]),
    ]


def _work(f: DosingPump, places: Places) -> list[Topic]:
    file, litres = manual_zh.FILE, n(f.oil_litres)
    return [
        _own("oil.quantity", "fact", places.prove(file, f"减速箱使用 {f.oil}，油量为 {litres} L", f"减速箱加注 {f.oil} {litres} L", f"油量 {litres} L",
                                                  f"加注新油 {litres} L", also=_standard(f)), [Fact(litres, "L")],
             ["How much oil does the gearbox of {x} take?", "Gear unit of {x}: oil fill in litres?"], ["{x}减速箱装多少油？"]),
        _own("oil.grade", "fact", places.prove(file, f"减速箱使用 {f.oil}", f"加注 {f.oil}", also=_standard(f)), [Fact(f.oil.removesuffix(" 齿轮油"))],
             ["What oil is in the gearbox of {x}?", "Viscosity class of the gear oil for {x}?"], ["{x}减速机用几号齿轮油？"]),
        _own("oil.first", "fact", places.prove(file, f"首次运行 {f.first_oil_h} 小时后换油", ("首次更换齿轮油", f"{f.first_oil_h} h")),
             [Fact(str(f.first_oil_h), "h")], ["New {x}: after how many hours comes the first gear oil change?"], ["{x}新机头一回换油是多少小时？"]),
        _own("prime", "procedure", places.prove(file, f"将冲程调到 {f.prime_stroke_pct} %"), [Fact(str(f.prime_stroke_pct), "%")],
             ["To get the air out of {x}, what stroke setting do I use?", "Stroke of {x} while venting the head?"], ["给{x}排气时冲程开到百分之几？"]),
        _own("start-stroke", "procedure", places.prove(file, f"将冲程调到 {f.start_stroke_pct} %，启动电机", also=said(
            f"with {f.start_stroke_pct} % stroke", f"以 {f.start_stroke_pct} % 冲程启动")), [Fact(str(f.start_stroke_pct), "%")],
             ["At what stroke is {x} started?"], ["{x}开机时冲程先调到多少？"]),
        _own("damper", "fact", places.prove(file, f"充气压力为工作压力的 {f.damper_bar_pct} %", f"充气至工作压力的 {f.damper_bar_pct} %"),
             [Fact(str(f.damper_bar_pct), "%")], ["Precharge of the pulsation damper at {x}, as a share of working pressure?"],
             ["{x}的脉动阻尼器预充到工作压力的几成（%）？"]),
        _own("retighten", "procedure", places.prove(file, "运行 24 小时后，按"), [Fact("24", "h")],
             ["The head of {x} has been off. After how long must its bolts be retightened?"], ["{x}换完隔膜后多久要复紧螺栓？"]),
        _own("stop", "procedure", places.prove(file, "停泵超过 7 天时，用清水冲洗泵头"), [Fact("7", "day")],
             ["Shutting down {x} for a while: from how many days on does the head need flushing with water?"], ["{x}停几天以上要用水冲泵头？"]),
        _own("knob", "procedure", places.prove(file, "只能在泵运行时转动冲程调节旋钮", "停泵时强行转动会损坏调节机构"), [],
             ["May I turn the stroke knob of {x} while it stands still?"], ["{x}停着的时候能不能拧冲程旋钮？"]),
        _own("diaphragm.material", "table", places.prove(file, ("隔膜材质", f.diaphragm)), [Fact("PTFE")],
             ["What is the diaphragm of {x} made of?"], ["{x}膜片是什么料的？"]),
    ]
