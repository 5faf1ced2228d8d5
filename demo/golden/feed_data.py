"""Topics of the feed pump manual's tables: rated data, clearances, torques, spare parts."""

from demo import manual_en
from demo.facts import FeedPump
from demo.facts import number as n
from demo.golden.item import Fact, Piece, Topic
from demo.golden.operating import said
from demo.golden.places import Places, Quote

# fact id, English names, Chinese names, row's first cell, unit, sentences that say it too; the value by its field.
_VALUES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str, str, str]] = [
    ("flow", "flow_m3h", ("rated flow", "design flow rate"), ("额定流量", "设计流量"), "Rated flow", "m³/h", "Throttle the discharge to {} m³/h."),
    ("head", "head_m", ("rated head", "design delivery head"), ("额定扬程", "设计扬程"), "Rated head", "m", ""),
    ("min-flow", "min_flow_m3h", ("minimum continuous flow", "lowest flow allowed in steady running"),
     ("最小连续流量", "长期运行允许的最小流量"), "Minimum continuous flow", "m³/h", "Never run the pump dry or below {} m³/h."),
    ("motor-power", "motor_kw", ("motor power", "kW rating of the motor"), ("电机功率", "电动机功率"), "Motor power", "kW", ""),
    ("motor-amps", "motor_a", ("rated motor current", "full-load amps of the motor"), ("电机额定电流", "电机满载电流"),
     "Motor rated current at 400 V", "A", ""),
    ("npsh", "npshr_m", ("required NPSH", "NPSHr at rated flow"), ("必需汽蚀余量", "NPSHr"),
     "NPSH required at rated flow (NPSHr)", "m", ""),
    ("efficiency", "efficiency_pct", ("efficiency at the rated point", "pump efficiency"), ("额定点效率", "泵效率"),
     "Pump efficiency at rated flow", "%", ""),
    ("impeller", "impeller_mm", ("impeller diameter", "trimmed impeller size"), ("叶轮直径", "出厂叶轮外径"),
     "Impeller diameter as supplied", "mm", ""),
    ("hot", "max_temp_c", ("highest permitted liquid temperature", "upper temperature limit of the medium"),
     ("介质最高温度", "允许的最高液体温度"), "Highest liquid temperature", "°C", ""),
    ("casing-bar", "max_casing_bar", ("highest casing pressure", "design pressure of the casing"), ("泵壳最高允许压力", "泵体设计压力"),
     "Highest casing pressure", "bar", "The casing is built for at most {} bar"),
    ("hydro", "hydro_test_bar", ("hydrostatic test pressure", "pressure it was water-tested at"), ("水压试验压力", "打压试验的压力"),
     "Hydrostatic test pressure", "bar", ""),
    ("set-kg", "set_kg", ("total weight with base plate", "lifting weight of the whole set"), ("整机带底座重量", "整套起吊重量"),
     "Weight of complete set with base plate", "kg", "The complete set weighs {} kg."),
    ("motor-kg", "motor_kg", ("motor weight", "weight of the motor alone"), ("电机重量", "单独电机的重量"), "Weight of motor", "kg", ""),
    ("seal-mm", "seal_mm", ("shaft diameter at the seal", "seal size"), ("机封处轴径", "机械密封处的轴直径"),
     "Shaft diameter at the seal", "mm", "shaft diameter {} mm"),
]
# fact id, field, names, row's first cell, the cell between it and the value ("" = none), other sentences
_WEAR: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str, str, str]] = [
    ("ring-max", "ring_max_mm", ("wear ring clearance at which it needs new rings", "worst allowed wear ring gap"),
     ("口环磨损更换间隙", "口环最大允许间隙"), "Wear ring clearance, on the diameter", "ring_new_mm",
     "when the clearance on the diameter reaches {} mm"),
    ("runout", "runout_mm", ("largest shaft runout at the seal", "run-out limit of the shaft"), ("机封处轴跳动的极限", "轴最大跳动量"),
     "Shaft runout at the seal", "0.02", "Measure the runout at the seal: at most {} mm."),
    ("end-float", "end_float_mm", ("largest axial play of the shaft", "end float limit"), ("轴向窜动极限", "轴最大轴向间隙"),
     "Shaft end float", "0.08", "Check the end float: at most {} mm."),
]
_TORQUES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]] = [
    ("casing", "Casing nuts", ("casing nuts", "pump casing nuts"), ("泵壳螺母", "泵体螺母"), "tighten the casing nuts to {} Nm"),
    ("gland", "Seal gland nuts", ("seal gland nuts", "nuts of the gland plate"), ("机封压盖螺母", "密封压盖螺母"),
     "Tighten the seal gland nuts evenly to {} Nm."),
    ("cover", "Bearing cover screws", ("bearing cover screws", "screws on the bearing caps"), ("轴承压盖螺钉", "轴承端盖螺钉"),
     "Tighten the bearing cover screws to {} Nm."),
    ("impeller", "Impeller nut", ("impeller nut", "nut that holds the impeller"), ("叶轮螺母", "叶轮锁紧螺母"),
     "tighten the impeller nut to {} Nm."),
    ("coupling", "Coupling screws", ("coupling screws", "screws of the coupling"), ("联轴器螺钉", "联轴器螺栓"), ""),
    ("foundation", "Foundation bolts", ("foundation bolts", "holding-down bolts in the concrete"), ("地脚螺栓", "基础螺栓"),
     "Tighten them to {} Nm.|tighten the foundation bolts to {} Nm."),
    ("motor-foot", "Motor foot bolts", ("motor foot bolts", "bolts under the motor feet"), ("电机底脚螺栓", "电机地脚螺栓"),
     "Tighten the motor foot bolts to {} Nm"),
    ("drain-plug", "Oil drain plug", ("oil drain plug", "drain plug of the bearing housing"), ("放油螺塞", "轴承箱放油堵头"),
     "tighten it to {} Nm."),
    ("suction-flange", "Suction flange bolts", ("suction flange bolts", "inlet flange bolts"), ("入口法兰螺栓", "吸入法兰螺栓"),
     "Tighten the suction flange bolts to {} Nm"),
]
_SPARES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]] = [
    ("seal", "Mechanical seal", ("mechanical seal", "mech seal"), ("机械密封", "机封"), "mechanical seal part {}"),
    ("gasket", "Casing gasket", ("casing gasket", "gasket between casing and cover"), ("泵壳垫片", "泵体垫"), "casing gasket part {}"),
    ("de-bearing", "Drive-end bearing", ("drive-end bearing", "DE bearing"), ("驱动端轴承", "联轴器侧轴承"), ""),
    ("wear-ring", "Wear ring", ("wear ring", "casing wear ring"), ("口环", "耐磨环"), ""),
    ("oiler", "Constant level oiler", ("constant level oiler", "oiler bottle"), ("恒位油杯", "油杯"), ""),
    ("sight-glass", "Oil sight glass", ("oil sight glass", "level glass of the bearing housing"), ("油视镜", "油位视镜"), ""),
    ("spider", "Coupling spider", ("coupling spider", "plastic star of the coupling"), ("联轴器弹性块", "梅花垫"),
     "Replace the coupling spider, part {}."),
    ("sleeve", "Shaft sleeve", ("shaft sleeve", "sleeve on the shaft"), ("轴套", "泵轴轴套"), ""),
]


def topics(f: FeedPump, places: Places, spares_also: dict[str, list[Piece]] | None = None) -> list[Topic]:
    """Two or three questions each; ``spares_also``: other evidence by part number."""
    file = manual_en.FILE
    made: list[Topic] = []

    def say(sentence: str, value: str) -> list[Quote]:
        return [(one.format(value),) for one in sentence.split("|") if one]

    flow = n(f.min_flow_m3h)
    also = {"min-flow": said(f"never below {flow} m³/h", f"不得低于 {flow} m³/h")}
    for id_, field, en, zh, row, unit, sentence in _VALUES:
        value = n(getattr(f, field))
        made.append(Topic(f"feed.{id_}", "table", "value", "feed", places.prove(file, (row, value, unit), *say(sentence, value), also=also.get(id_, ())),
                          [Fact(value, unit)], en, zh, count=(1, 1)))
    for id_, field, en, zh, row, before, sentence in _WEAR:
        value = n(getattr(f, field))
        first = n(getattr(f, before)) if before.isidentifier() else before
        made.append(Topic(f"feed.{id_}", "table", "value", "feed", places.prove(file, (row, first, value, "mm"), *say(sentence, value)),
                          [Fact(value, "mm")], en, zh, count=(1, 1)))
    for id_, place, en, zh, sentence in _TORQUES:
        torque = f.torque(place)
        rows: list[Quote] = [(place, torque.bolt, str(torque.nm), "Nm")]
        made.append(Topic(f"feed.torque.{id_}", "table", "torque", "feed", places.prove(file, *rows, *say(sentence, str(torque.nm))),
                          [Fact(str(torque.nm), "Nm")], en, zh, count=(1, 1)))
    for id_, name, en, zh, sentence in _SPARES:
        spare = f.spare(name)
        more = (spares_also or {}).get(spare.number, [])
        made.append(Topic(f"feed.spare.{id_}", "table", "spare", "feed",
                          places.prove(file, (name, spare.number), *say(sentence, spare.number), more=more), [Fact(spare.number)], en, zh,
                          count=(1, 1)))
    return made
