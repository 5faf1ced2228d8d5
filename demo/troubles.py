"""Symptoms, causes and remedies of both manuals."""

from typing import NamedTuple

from demo.facts import FeedPump, number
from demo.facts_dosing import DosingPump
from demo.plant import Plant


class Trouble(NamedTuple):
    symptom: str
    cause: str
    remedy: str


def feed_troubles(facts: FeedPump, plant: Plant) -> tuple[Trouble, ...]:
    """Rows of the English table, in order."""
    n, strainer = number, "STR-A" in {part.key for part in plant.parts}
    rows = [
        ("Pump delivers no liquid", "Casing not filled or not vented",
         "Stop, fill the casing and vent it until no bubbles come."),
        ("Pump delivers no liquid", "Suction valve closed or tank empty",
         f"Open the suction valve fully; check the level of {plant.tag('T-F')}."),
        ("Pump delivers no liquid", "Wrong direction of rotation", "Have an electrician swap two phases."),
        ("Flow or head too low", "Wear rings worn", f"Measure the clearance; replace the wear rings at "
                                                    f"{n(facts.ring_max_mm)} mm."),
        ("Flow or head too low", "Impeller blocked or damaged", "Open the pump, clean or replace the impeller."),
        ("Flow or head too low", "Air drawn in on the suction side",
         "Tighten suction flanges, check the seal, raise the tank level."),
        ("Bearing temperature too high", "Oil level too low or too high",
         f"Set the level to the middle of the sight glass; the housing holds {n(facts.oil_litres)} L."),
        ("Bearing temperature too high", "Oil old, dirty or of the wrong grade",
         f"Change the oil; use {facts.oil_grade} only."),
        ("Bearing temperature too high", "Coupling out of alignment",
         f"Align again: offset at most {n(facts.offset_mm)} mm, angle at most {n(facts.angular_mm)} mm."),
        ("Bearing temperature too high", "Bearing worn or fitted too tight",
         "Replace both bearings; check the shaft seats."),
        ("Vibration or noise", "Cavitation: suction pressure too low",
         f"Raise the suction pressure above {n(facts.limits.suction[0])} bar, lower the liquid temperature."),
        ("Vibration or noise", "Impeller out of balance", "Clean the impeller; balance it to G 6.3 or replace it."),
        ("Vibration or noise", "Coupling spider worn", f"Replace the coupling spider, part "
                                                       f"{facts.spare('Coupling spider').number}."),
        ("Vibration or noise", "Foundation bolts loose", f"Tighten them to {facts.torque('Foundation bolts').nm} Nm."),
        ("Mechanical seal leaks", "Seal faces worn or cracked by dry running",
         f"Replace the mechanical seal, part {facts.spare('Mechanical seal').number}; find out why it ran dry."),
        ("Mechanical seal leaks", "O-ring swollen or hardened",
         "Replace the O-rings; check that the elastomer suits the liquid."),
        ("Mechanical seal leaks", "Shaft runs out at the seal",
         f"Measure the runout; replace the shaft if it exceeds {n(facts.runout_mm)} mm."),
        ("Motor current too high", "Pump runs far beyond the rated flow",
         f"Throttle the discharge to {n(facts.flow_m3h)} m³/h."),
        ("Motor current too high", "Impeller rubs on the wear ring", "Open the pump; check runout and bearings."),
        ("Motor trips at start", "Discharge valve fully open", "Start with the discharge valve a quarter open."),
        ("Oil leaks from the bearing housing", "Oil seal worn", f"Replace the oil seal, part "
                                                               f"{facts.spare('Oil seal, drive end').number}."),
        ("Oil leaks from the bearing housing", "Too much oil, vent plug blocked",
         "Set the level; clean the vent plug."),
    ]
    if strainer:
        rows.insert(5, ("Flow or head too low", "Suction strainer blocked",
                        f"Clean the strainer {plant.tag('STR-A')} or {plant.tag('STR-B')}."))
    return tuple(Trouble(*row) for row in rows)


def dosing_troubles(facts: DosingPump, plant: Plant) -> tuple[Trouble, ...]:
    """Rows of the Chinese table, in order."""
    n = number
    rows = [
        ("泵不出液", "吸入阀关闭或药箱液位过低", f"打开吸入阀 {plant.tag('HV-D-suc')}，检查药箱液位。"),
        ("泵不出液", "泵头内有空气", f"将冲程调到 {facts.prime_stroke_pct} %，打开排气阀排气。"),
        ("泵不出液", "电机转向错误或未通电", "检查接线和转向。"),
        ("流量偏低", "阀球或阀座磨损、结垢", f"清洗或更换吸入阀和排出阀组件，备件号 "
                               f"{facts.spare('吸入阀组件').number}。"),
        ("流量偏低", "隔膜损坏", f"更换隔膜，备件号 {facts.spare('隔膜').number}。"),
        ("流量偏低", "吸入高度过大", f"降低安装位置，吸入高度不得超过 {n(facts.suction_lift_m)} m。"),
        ("流量不稳定", "止回阀内有杂质", f"清洗止回阀 {plant.tag('NRV-D')}。"),
        ("流量不稳定", "脉动阻尼器充气压力不足", f"充气至工作压力的 {facts.damper_bar_pct} %。"),
        ("排出压力过高", "排出阀未全开或管路堵塞", f"全开排出阀 {plant.tag('HV-D-dis')}，疏通管路。"),
        ("泵头下方泄漏孔漏液", "隔膜破裂", "立即停泵，隔离后更换隔膜，并更换齿轮油。"),
        ("泵头结合面泄漏", "泵头螺栓松动", f"按 {facts.torque('泵头螺栓').nm} Nm 对角拧紧。"),
        ("齿轮箱过热", "油位过低或油品不对", f"加注 {facts.oil}，油量 {n(facts.oil_litres)} L。"),
        ("异常噪声", "轴承或蜗轮磨损", "停泵检查，更换磨损零件。"),
        ("异常噪声", "联轴器弹性块磨损", f"更换联轴器弹性块，备件号 {facts.spare('联轴器弹性块').number}。"),
        ("电机过载跳闸", "排出压力超过额定值", f"检查安全阀整定压力 {n(facts.relief_bar)} bar，降低排出压力。"),
    ]
    return tuple(Trouble(*row) for row in rows)
