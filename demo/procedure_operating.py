"""Operation of the unit: start-up, switchover from duty to standby, shutdown."""

from collections.abc import Iterator

from demo.facts import feed_pump
from demo.facts import number as n
from demo.facts_dosing import dosing_pump
from demo.facts_exchanger import exchanger
from demo.facts_site import Operating, operating
from demo.plant import Part, Plant
from demo.procedures import Heading, Pair, Piece, Procedure, Rows, Steps, Text, Warn

FILE = "operating_procedure_{language}.pdf"
_POSITION = {"open": ("open", "开"), "closed": ("closed", "关")}
WATCHED = ("LI-TF", "FIC", "TICSA", "PDI-E", "LIC", "FI-D", "AI")


def operating_procedure(plant: Plant) -> Procedure:
    """Of the whole unit."""
    facts = operating(plant)
    pieces = [*_purpose(plant), *_before(plant, facts), *_start(plant, facts), *_switch(plant, facts), *_stop(plant, facts),
              *_emergency(plant), *_watch(plant)]
    tags = [plant.tag(key) for key in ("T-F", "P-A", "P-B", "E", "T-P", "P-D")]
    return Procedure(FILE, ("Operating procedure", "操作规程"), facts.document, facts.revision, facts.date, tags, pieces)


def _purpose(plant: Plant) -> Iterator[Piece]:
    duty, standby = plant.tag(plant.duty), plant.tag(plant.standby)
    yield Heading(("Purpose", "目的"))
    yield Text((f"The unit takes product from the feed tank {plant.tag('T-F')}, doses an additive with {plant.tag('P-D')}, heats the "
                f"product in {plant.tag('E')} and stores it in {plant.tag('T-P')}. {duty} is the duty pump, {standby} the standby pump.",
                f"本单元从原料罐 {plant.tag('T-F')} 取料，由 {plant.tag('P-D')} 加入添加剂，经 {plant.tag('E')} 加热后存入 {plant.tag('T-P')}。"
                f"{duty} 为运行泵，{standby} 为备用泵。"))


def _before(plant: Plant, facts: Operating) -> Iterator[Piece]:
    yield Heading(("Before the start", "启动前准备"))
    yield Steps([
        (f"Check that the level of {plant.tag('T-F')} on {plant.tag('LI-TF')} is at least {facts.tank_level_pct} %.",
         f"确认 {plant.tag('LI-TF')} 显示的原料罐 {plant.tag('T-F')} 液位不低于 {facts.tank_level_pct} %。"),
        ("Check that no permit is open, all locks are off and all guards are on.", "确认无未关闭的作业许可证，锁具已全部取下，护罩完好。"),
        ("Check oil levels at the sight glasses of all pumps.", "检查各泵油镜油位。"),
        ("Bring the hand valves into the position of the table. The discharge valves of both feed pumps stay closed.",
         "按下表设定手动阀位置；两台进料泵的排出阀先保持关闭。")])
    yield Rows(("Hand valves in normal running", "正常运行时手动阀位置"),
               (("Valve", "阀门位号"), ("Equipment", "设备"), ("Name", "名称"), ("Position", "位置")),
               [[part.tag, _owner(plant, part), (part.name, part.name_zh), _POSITION[part.normally]]
                for part in plant.parts if part.role == "block_valve" and part.normally], [1.3, 1.3, 2.6, 1.2])


def _owner(plant: Plant, part: Part) -> str:
    return plant.tag(part.parent) if part.parent else "-"


def _start(plant: Plant, facts: Operating) -> Iterator[Piece]:
    feed, dosing, plates = feed_pump(plant), dosing_pump(plant), exchanger(plant)
    t, letter = plant.tag, plant.duty[-1]
    duty, discharge = t(plant.duty), t(f"HV-{letter}-dis")
    outlet, flow = plant.instrument("TICSA"), plant.instrument("FIC")
    yield Heading(("Start-up", "启动"))
    yield Warn("CAUTION", ("Product before hot water, hot water before dosing: never the other way round.", "先进料，再通热水，最后加药，次序不得颠倒。"))
    yield Steps([
        (f"Put {t('FIC')} to manual and open {t('FV')} to {facts.valve_start_pct} %.", f"将 {t('FIC')} 切手动，{t('FV')} 开到 {facts.valve_start_pct} %。"),
        (f"Fill and vent {duty}, then open its discharge valve {discharge} by a quarter.", f"对 {duty} 灌泵排气，然后将排出阀 {discharge} 打开四分之一。"),
        (f"Start {duty}. The discharge pressure {t(f'PI-DIS-{letter}')} must rise within 10 seconds; if not, stop the pump.",
         f"启动 {duty}。出口压力 {t(f'PI-DIS-{letter}')} 须在 10 秒内上升，否则停泵。"),
        (f"Open {discharge} slowly and raise the flow on {t('FIC')} to {n(flow.normal)} m³/h, never below {n(feed.min_flow_m3h)} m³/h.",
         f"缓慢全开 {discharge}，将 {t('FIC')} 流量提到 {n(flow.normal)} m³/h，不得低于 {n(feed.min_flow_m3h)} m³/h。"),
        (f"Hold the flow steady for {facts.settle_min} minutes, then switch {t('FIC')} to automatic.",
         f"流量稳定 {facts.settle_min} 分钟后，将 {t('FIC')} 投自动。"),
        (f"Open {t('HV-E-hot-out')}, then {t('HV-E-hot-in')}, and open {t('TV')} by hand. Heat up by at most {plates.heat_rate_c_min} °C "
         "per minute.",
         f"先开 {t('HV-E-hot-out')}，再开 {t('HV-E-hot-in')}，手动打开 {t('TV')}，升温速度每分钟不超过 {plates.heat_rate_c_min} °C。"),
        (f"At {n(outlet.normal)} °C on {t('TICSA')}, switch the controller to automatic.", f"{t('TICSA')} 达到 {n(outlet.normal)} °C 时投自动。"),
        (f"When the outlet temperature has been steady for {facts.dosing_delay_min} minutes, start {t('P-D')} with {dosing.start_stroke_pct} % "
         f"stroke and set the dosing flow on {t('FI-D')}.",
         f"出口温度稳定 {facts.dosing_delay_min} 分钟后，以 {dosing.start_stroke_pct} % 冲程启动 {t('P-D')}，按 {t('FI-D')} 调节加药流量。"),
        (f"When {t('LIC')} shows {n(plant.instrument('LIC').normal)} %, switch it to automatic and tell the filling line.",
         f"{t('LIC')} 达到 {n(plant.instrument('LIC').normal)} % 时投自动，并通知灌装线。"),
        ("Note bearing temperature, vibration and motor current of the running pump after 30 minutes.",
         "30 分钟后记录运行泵的轴承温度、振动和电机电流。")])


def _switch(plant: Plant, facts: Operating) -> Iterator[Piece]:
    t, on, off = plant.tag, plant.standby, plant.duty
    suction, opened, shut = t(f"HV-{on[-1]}-suc"), t(f"HV-{on[-1]}-dis"), t(f"HV-{off[-1]}-dis")
    yield Heading((f"Switchover from {t(off)} to {t(on)}", f"由 {t(off)} 切换到 {t(on)}"))
    yield Text(("The pumps are changed over every 4 weeks, and at once when an alarm calls for it. Back again the same steps hold with the "
                "tags exchanged.", "两台泵每 4 周切换一次，报警要求时立即切换。切回时步骤相同，位号互换。"))
    yield Warn("WARNING", ("Stay clear of the coupling of the standby pump: it can be started from the control room.",
                           "远离备用泵联轴器：中控室可远程启动该泵。"))
    yield Steps([
        (f"Check the oil level of {t(on)}, turn its shaft by hand and check that {suction} is fully open.",
         f"检查 {t(on)} 油位，手动盘车，确认 {suction} 全开。"),
        (f"Open {opened} by a quarter and start {t(on)}.", f"将 {opened} 打开四分之一，启动 {t(on)}。"),
        (f"When {t(f'PI-DIS-{on[-1]}')} holds the pressure, open {opened} fully. Let both pumps run together for {facts.overlap_s} seconds at "
         "most.",
         f"{t(f'PI-DIS-{on[-1]}')} 压力稳定后，全开 {opened}。两泵并列运行不超过 {facts.overlap_s} 秒。"),
        (f"Close {shut} slowly and stop {t(off)}. It must run down smoothly.", f"缓慢关闭 {shut}，停 {t(off)}，惰走应平稳。"),
        (f"Leave the suction valve {t(f'HV-{off[-1]}-suc')} of {t(off)} open, so that it stays filled.",
         f"保持 {t(off)} 的吸入阀 {t(f'HV-{off[-1]}-suc')} 打开，使泵内充满液体。"),
        (f"Watch {t(on)} for {facts.watch_min} minutes: seal, {t(f'TI-DE-{on[-1]}')}, {t(f'VI-{on[-1]}')} and {t(f'II-{on[-1]}')}.",
         f"观察 {t(on)} {facts.watch_min} 分钟：机械密封、{t(f'TI-DE-{on[-1]}')}、{t(f'VI-{on[-1]}')} 和 {t(f'II-{on[-1]}')}。"),
        ("Write the switchover into the shift log.", "将切换记入交接班日志。")])


def _stop(plant: Plant, facts: Operating) -> Iterator[Piece]:
    t, letter = plant.tag, plant.duty[-1]
    duty = t(plant.duty)
    steps: list[Pair] = [
        (f"Tell the filling line and stop {t('P-D')}: stroke to 0 %, then the motor.", f"通知灌装线，停 {t('P-D')}：先将冲程调到 0 %，再停电机。"),
        (f"Flush the dosing line with clean water for {facts.flush_min} minutes.", f"用清水冲洗加药管线 {facts.flush_min} 分钟。"),
        (f"Put {t('TICSA')} to manual and close {t('TV')}. Keep the product running until the outlet is below {facts.cool_c} °C.",
         f"将 {t('TICSA')} 切手动，关闭 {t('TV')}，继续进料直到出口温度低于 {facts.cool_c} °C。"),
        (f"Close {t('HV-E-hot-in')}, then {t('HV-E-hot-out')}.", f"先关 {t('HV-E-hot-in')}，再关 {t('HV-E-hot-out')}。"),
        (f"Close {t(f'HV-{letter}-dis')} to a quarter, stop {duty}, then close it fully.",
         f"将 {t(f'HV-{letter}-dis')} 关到四分之一开度，停 {duty}，然后全关。"),
        (f"Close {t('FV')} and the tank outlet valve {t('HV-TF-out')}.", f"关闭 {t('FV')} 和原料罐出口阀 {t('HV-TF-out')}。"),
        (f"For a stop of more than 14 days, drain both feed pumps; of more than 3 days, drain {t('E')} through {t('HV-E-drain')}.",
         f"停运超过 14 天时排净两台进料泵；超过 3 天时经 {t('HV-E-drain')} 排净 {t('E')}。")]
    yield Heading(("Planned shutdown", "计划停车"))
    yield Steps(steps)


def _emergency(plant: Plant) -> Iterator[Piece]:
    t = plant.tag
    yield Heading(("Emergency stop", "紧急停车"))
    yield Steps([
        (f"Stop {t('P-D')}, then {t(plant.duty)}.", f"停 {t('P-D')}，再停 {t(plant.duty)}。"),
        (f"Close {t('HV-E-hot-in')} by hand, whatever {t('TV')} does.", f"无论 {t('TV')} 状态如何，手动关闭 {t('HV-E-hot-in')}。"),
        (f"Close {t('HV-TF-out')} if product is leaking.", f"有物料泄漏时关闭 {t('HV-TF-out')}。"),
        ("Warn everybody in the unit, tell the shift leader and go to the assembly point if the leak cannot be stopped.",
         "警告单元内所有人员，报告班长；泄漏无法控制时撤到集合点。")])


def _watch(plant: Plant) -> Iterator[Piece]:
    yield Heading(("Values to watch", "监控参数"))
    rows: list[list[Pair | str]] = []
    for key in WATCHED:
        it = plant.instrument(key)
        low, high = ("-" if limit is None else n(round(limit, 2)) for limit in (it.low, it.high))
        rows.append([(it.name[0].upper() + it.name[1:], it.name_zh), it.tag, n(it.normal), low, high, it.unit])
    yield Rows(("Values in normal running and their alarms", "正常值和报警值"),
               (("Quantity", "参数"), ("Tag", "位号"), ("Normal", "正常值"), ("Low alarm", "低报警"), ("High alarm", "高报警"), ("Unit", "单位")),
               rows, [3, 1.4, 1, 1.2, 1.2, 1])
