"""Topics of the heat exchanger manual, which is English."""

from collections.abc import Sequence

from demo import manual_exchanger
from demo.exchanger_troubles import exchanger_troubles
from demo.facts import number as n
from demo.facts_exchanger import Exchanger
from demo.golden.feed_limits import Also
from demo.golden.item import Fact, Piece, Topic
from demo.golden.operating import said
from demo.golden.places import Places, Quote
from demo.plant import Plant

FILE = manual_exchanger.FILE

_VALUES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str, str, str]] = [
    ("duty", "duty_kw", ("heat duty", "heating power"), ("换热负荷", "换热功率"), "Heat duty", "kW", ""),
    ("area", "area_m2", ("heat transfer area", "total plate surface"), ("换热面积", "总传热面积"), "Heat transfer area", "m²", ""),
    ("plate", "plate_mm", ("plate thickness", "gauge of the plates"), ("板片厚度", "板片多厚"), "Plate thickness", "mm", ""),
    ("gasket-hot", "gasket_max_c", ("temperature limit of the gaskets", "highest temperature the seals stand"), ("垫片耐温上限", "密封垫最高耐受温度"),
     "Highest temperature of the gasket material", "°C", ""),
    ("design-bar", "design_bar", ("design pressure", "pressure rating of a side"), ("设计压力", "单侧承压能力"), "Design pressure, each side", "bar",
     "is built for at most {} bar on each side"),
    ("clean-drop", "drop_clean_bar", ("pressure drop with clean plates", "clean differential pressure on the product side"),
     ("干净板片的压降", "清洁状态产品侧压差"), "Pressure drop, product side, clean plates", "bar", "Clean plates drop {} bar on the product side"),
    ("volume", "volume_l", ("liquid volume of one side", "holdup of each side"), ("单侧容积", "每侧装液量"), "Liquid volume, each side", "L", ""),
    ("empty-kg", "empty_kg", ("empty weight", "weight for lifting, empty"), ("空重", "吊装时的空重"), "Weight, empty", "kg",
     "The empty exchanger weighs {} kg."),
    ("chloride", "chloride_ppm", ("chloride limit of the hot water", "highest chloride content in the heating water"), ("热水氯离子上限", "热水里允许的氯离子含量"),
     "Chloride in the hot water, at most", "mg/L", ""),
]
_TORQUES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]] = [
    ("foot", "Frame foot bolts", ("frame foot bolts", "bolts that hold the frame to the floor"), ("机架地脚螺栓", "框架底脚螺栓"),
     "Tighten the frame foot bolts to {} Nm."),
    ("product-flange", "Product nozzle flange bolts", ("product nozzle flange bolts", "flange bolts on the product side"), ("产品接口法兰螺栓", "产品侧法兰螺栓"),
     "Tighten the product nozzle flange bolts to {} Nm"),
    ("hot-flange", "Hot water nozzle flange bolts", ("hot water flange bolts", "bolts of the hot water nozzles"), ("热水接口法兰螺栓", "热水侧法兰螺栓"), ""),
    ("carrying-bar", "Carrying bar screws", ("carrying bar screws", "screws of the upper bar"), ("承重梁螺钉", "吊梁螺钉"), ""),
]
_SPARES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]] = [
    ("gasket-set", "Gasket set, complete", ("complete gasket set", "full set of gaskets"), ("整套密封垫", "密封垫全套"), "with the gasket set part {}"),
    ("channel-gasket", "Channel gasket", ("single channel gasket", "one gasket for a channel plate"), ("单张通道密封垫", "单个板片垫"),
     "single one with part {}|replace the gasket, part {}"),
    ("plate", "Channel plate with gasket", ("channel plate with gasket", "replacement plate"), ("通道板片", "带垫板片"), "replace the plate, part {}"),
    ("lining", "Rubber nozzle lining", ("rubber nozzle lining", "rubber insert of the nozzle"), ("接口橡胶衬套", "接管胶衬"), "Replace the lining, part {}"),
    ("roller", "Carrying roller", ("carrying roller", "roller of the pressure plate"), ("活动板滚轮", "压紧板滚轮"), ""),
]
# id, shape, key of the live tag, limit, row's first cell, names
_LIMITS: list[tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...]]] = [
    ("outlet.alarm", "alarm", "TICSA", "high", "Product outlet temperature, high", ("high product outlet temperature",), ("产品出口温度高",)),
    ("outlet.trip", "trip", "TICSA", "high_high", "Product outlet temperature, high", ("product outlet temperature",), ("产品出口温度",)),
    ("outlet.low", "alarm", "TICSA", "low", "Product outlet temperature, low", ("low outlet temperature of the product",), ("产品出口温度低",)),
    ("drop.alarm", "alarm", "PDI-E", "high", "Product side differential pressure, high", ("differential pressure",), ("产品侧压差",)),
    ("drop.trip", "trip", "PDI-E", "high_high", "Product side differential pressure, high", ("pressure drop",), ("产品侧压差",)),
    ("hot.low", "alarm", "TI-E-hot-in", "low", "Hot water supply temperature, low", ("low hot water supply temperature",), ("热水供水温度低",)),
]
_TROUBLES: list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = [
    ("cold", "Outlet temperature too low", "hot water", ("a product outlet that stays cold", "a cold outlet"), ("出口温度上不去", "产品加热不到温度")),
    ("hot", "Outlet temperature too high", "valve", ("overheated product", "a far too hot outlet"), ("出口温度过高", "产品超温")),
    ("drop", "Differential pressure too high", "foul", ("a high pressure drop", "too much resistance on the product side"), ("压差高", "阻力变大")),
    ("leak", "Leak to the outside", "gasket", ("dripping between the plates", "an external leak"), ("板片间往外漏", "外漏")),
    ("mix", "Product and water mix", "plate", ("water in the product", "the two liquids mixing"), ("产品里进水", "两侧串液")),
]


def topics(f: Exchanger, plant: Plant, places: Places, also: Also, spares_also: dict[str, list[Piece]]) -> list[Topic]:
    """``also``: other places of a limit; ``spares_also``: other evidence by part number."""
    return [*_tables(f, places, spares_also), *_limits(f, plant, places, also), *_text(f, places), *_cleaning(f, places),
            *(Topic(f"heater.trouble.{id_}", "troubleshooting", "trouble", "E",
                    places.prove(FILE, *((row.cause, row.remedy) for row in exchanger_troubles(f, plant) if row.symptom == symptom)),
                    [Fact(must)], en, zh, count=(1, 1)) for id_, symptom, must, en, zh in _TROUBLES)]


def _prove(places: Places, row: Quote, sentences: str, value: str, more: Sequence[Piece] = ()) -> list[Piece]:
    return places.prove(FILE, row, *((one.format(value),) for one in sentences.split("|") if one), more=more)


def _tables(f: Exchanger, places: Places, spares_also: dict[str, list[Piece]]) -> list[Topic]:
    made: list[Topic] = []
    for id_, field, en, zh, row, unit, sentence in _VALUES:
        value = n(getattr(f, field))
        made.append(Topic(f"heater.{id_}", "table", "value", "E", _prove(places, (row, value, unit), sentence, value), [Fact(value, unit)],
                          en, zh, count=(1, 1)))
    for id_, place, en, zh, sentence in _TORQUES:
        torque = f.torque(place)
        made.append(Topic(f"heater.torque.{id_}", "table", "torque", "E",
                          _prove(places, (place, torque.bolt, str(torque.nm), "Nm"), sentence, str(torque.nm)),
                          [Fact(str(torque.nm), "Nm")], en, zh, count=(1, 1)))
    for id_, name, en, zh, sentence in _SPARES:
        number = f.spare(name).number
        made.append(Topic(f"heater.spare.{id_}", "table", "spare", "E",
                          _prove(places, (name, number), sentence, number, spares_also.get(number, ())), [Fact(number)], en, zh,
                          count=(1, 1)))
    return made


def _limits(f: Exchanger, plant: Plant, places: Places, also: Also) -> list[Topic]:
    made: list[Topic] = []
    for id_, shape, key, limit, row, en, zh in _LIMITS:
        instrument = plant.instrument(key)
        value = float(getattr(instrument, limit))
        text, unit = n(round(value, 2)), instrument.unit
        first = [n(round(instrument.high, 2)), text] if limit == "high_high" and instrument.high else [text]
        quotes: list[Quote] = [(row, instrument.tag, *first)]
        if id_ == "drop.alarm":
            quotes += [(f"At {text} bar the plates are fouled",), (f"reaches {text} bar",)]
        if id_ == "hot.low":
            quotes.append((f"Check the supply temperature on {instrument.tag}: at least {text} °C",))
        if id_ == "drop.trip":
            quotes.append((f"Above {text} bar the plates bend",))
        made.append(Topic(f"heater.{id_}", "table", shape, "E", places.prove(FILE, *quotes, also=also(key, value)), [Fact(text, unit)], en, zh,
                          count=(1, 1)))
    return made


def _own(id_: str, kind: str, evidence: Sequence[Piece], facts: Sequence[Fact], en: Sequence[str], zh: Sequence[str]) -> Topic:
    return Topic(f"heater.{id_}", kind, "value", "E", evidence, facts, asks_en=en, asks_zh=zh, count=(len(en), len(zh)))


def _text(f: Exchanger, places: Places) -> list[Topic]:
    prove = places.prove
    return [
        _own("a.new", "fact", prove(FILE, f"With new gaskets it is {n(f.a_new_mm)} mm", f"Stop at dimension A: {n(f.a_new_mm)} mm"),
             [Fact(n(f.a_new_mm), "mm")], ["To what dimension do I pull {x} together after fitting a new set of gaskets?"],
             ["{x}换新垫后夹紧到多少尺寸？", "{x}新垫片的A尺寸"]),
        _own("a.min", "fact", prove(FILE, f"It must never be less than {n(f.a_min_mm)} mm", f"Never go below {n(f.a_min_mm)} mm"),
             [Fact(n(f.a_min_mm), "mm")], ["Smallest tightening dimension allowed on {x}?", "How far may {x} be squeezed at the very most (dimension A)?"],
             ["{x}最小夹紧尺寸不能低于多少？"]),
        _own("heat-rate", "procedure", prove(FILE, f"Heat up by at most {f.heat_rate_c_min} °C per minute", also=said(
            f"Heat up by at most {f.heat_rate_c_min} °C per minute", f"升温速度每分钟不超过 {f.heat_rate_c_min} °C")), [Fact(str(f.heat_rate_c_min), "°C")],
             ["How fast may I warm up {x}?", "Warm-up rate of {x}, in degrees per minute?"], ["{x}升温速度每分钟不超过几度？"]),
        _own("fill", "procedure", prove(FILE, f"Filling takes at least {f.fill_min} minutes"), [Fact(str(f.fill_min), "min")],
             ["How slowly must the product side of {x} be filled, in minutes?"], ["{x}产品侧充液至少要几分钟？"]),
        _own("round", "procedure", prove(FILE, f"at most {f.bolt_round_mm} mm a round"), [Fact(str(f.bolt_round_mm), "mm")],
             ["Undoing the tightening bolts of {x}: how many millimetres per pass?"], ["{x}拆夹紧螺栓，每圈（一轮）最多松几毫米？"]),
        _own("skew", "procedure", prove(FILE, f"out of parallel by at most {f.skew_mm} mm"), [Fact(str(f.skew_mm), "mm")],
             ["How far out of parallel may the frame of {x} get?"], ["{x}夹紧板平行度偏差允许多少？"]),
        _own("leak-test", "procedure", prove(FILE, f"with cold water at {n(f.leak_test_bar)} bar for {f.leak_test_min} minutes"),
             [Fact(n(f.leak_test_bar), "bar"), Fact(str(f.leak_test_min), "min")],
             ["Leak test of {x} after closing: what pressure and how long?"], ["{x}装好后试漏，压力多少、保压多长时间？", "{x}水压试漏的压力和时间"]),
        _own("gasket.years", "table", prove(FILE, ("Renew all gaskets and nozzle linings", f"{f.gasket_years} years"), f"every {f.gasket_years} years"),
             [Fact(str(f.gasket_years), "year")], ["How many years do the gaskets of {x} stay in before all of them get renewed?"], ["{x}的密封垫几年全换一次？"]),
        _own("open.months", "table", prove(FILE, ("Open, wash and inspect the plates", f"{f.open_months} months")), [Fact(str(f.open_months), "month")],
             ["How often is the plate pack of {x} opened for inspection?"], ["{x}多久拆开清洗检查一次板片？"]),
        _own("washer", "procedure", prove(FILE, f"A high-pressure cleaner may have at most {f.washer_bar} bar"), [Fact(str(f.washer_bar), "bar")],
             ["Jet washing the plates of {x}: max pressure?"], ["高压水枪冲{x}板片，压力不得超过多少？"]),
        _own("gasket.material", "table", prove(FILE, ("Gasket material", f"{f.gasket}, clip-on"), f"Gaskets are {f.gasket}, clip-on"), [Fact(f.gasket)],
             ["What rubber are the gaskets of {x}?"], ["{x}密封垫是什么材质？"]),
    ]


def _cleaning(f: Exchanger, places: Places) -> list[Topic]:
    caustic = f"Circulate sodium hydroxide of {n(f.caustic_pct)} % at {f.caustic_c} °C for {f.caustic_min} minutes"
    acid = f"circulate nitric acid of {n(f.acid_pct)} % at {f.acid_c} °C for {f.acid_min} minutes"
    row = ("Caustic wash", f"sodium hydroxide, {n(f.caustic_pct)} %", f"{f.caustic_c} °C", f"{f.caustic_min} min")
    acid_row = ("Acid wash", f"nitric acid, {n(f.acid_pct)} %", f"{f.acid_c} °C", f"{f.acid_min} min")
    days = places.prove(FILE, ("Clean in place", f"{f.cip_days} days"), f"Clean the product side in place every {f.cip_days} days")
    return [
        _own("cip.days", "fact", days, [Fact(str(f.cip_days), "day")], ["How often does {x} get a CIP?", "Days between two cleanings in place of {x}?"],
             ["{x}隔多少天做一次CIP？"]),
        _own("cip.caustic", "procedure", places.prove(FILE, row, caustic), [Fact(n(f.caustic_pct), "%"), Fact(str(f.caustic_c), "°C")],
             ["CIP of {x}: lye strength and temperature?"], ["{x}碱洗用多浓的碱、多少度？", "清洗{x}的碱液浓度和温度"]),
        _own("cip.caustic-time", "procedure", places.prove(FILE, row, caustic), [Fact(str(f.caustic_min), "min")],
             ["How long is caustic pumped round through {x}?"], ["{x}碱洗循环多少分钟？"]),
        _own("cip.acid", "procedure", places.prove(FILE, acid_row, acid), [Fact(n(f.acid_pct), "%"), Fact(str(f.acid_min), "min")],
             ["Acid step when cleaning {x}: which concentration, how many minutes?"], ["{x}酸洗的浓度和时间是多少？"]),
        _own("cip.flow", "procedure", places.prove(FILE, f"Rinse with water at {n(f.cip_flow_m3h)} m³/h"), [Fact(n(f.cip_flow_m3h), "m³/h")],
             ["With what flow do I rinse {x} during CIP?"], ["{x}清洗时冲洗水流量开多大？"]),
    ]
