"""The plant model: equipment, valves, instruments and pipes of one small unit, from a seed.

Seed 1 is unit 100 as the README shows it. Every other seed moves the numbers of tags, the limits and the piping, so
that nothing about the demo can be learned by heart. Whatever else the demo has is computed from a ``Plant``.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Literal

DEFAULT_SEED = 1
Role = Literal["equipment", "block_valve", "control_valve", "check_valve", "relief_valve", "off_page", "open_end", "tee"]


@dataclass(frozen=True, slots=True)
class Part:
    """A thing in the piping. ``key`` is its name in the model (same at any seed), ``tag`` on the plant."""

    key: str
    tag: str
    role: Role
    dexpi_class: str
    name: str
    name_zh: str
    kind: str
    parent: str | None = None  # key of the equipment that it serves
    nicknames: tuple[str, ...] = ()
    duty: Literal["duty", "standby", ""] = ""
    model: str = ""
    normally: Literal["open", "closed", ""] = ""


@dataclass(frozen=True, slots=True)
class Pipe:
    """A run of piping: the keys it passes in the direction of flow, under one line number."""

    line: str
    service: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A live tag. Limits and range in ``unit``; ``normal`` is its value in steady running."""

    key: str
    tag: str
    name: str
    name_zh: str
    unit: str
    asset: str  # key of the part it measures
    normal: float
    range_low: float
    range_high: float
    low_low: float | None = None
    low: float | None = None
    high: float | None = None
    high_high: float | None = None


@dataclass(frozen=True)
class Plant:
    """All of it. ``part("P-A").tag`` is P-101A at seed 1."""

    seed: int
    unit: int
    site: str
    parts: tuple[Part, ...]
    pipes: tuple[Pipe, ...]
    instruments: tuple[Instrument, ...]
    duty: str  # key of the running feed pump, whose drive-end bearing is warm
    options: frozenset[str] = field(default_factory=frozenset)  # which topology variants are built

    @property
    def area(self) -> str:
        return f"U{self.unit}"

    @property
    def standby(self) -> str:
        return "P-B" if self.duty == "P-A" else "P-A"

    def part(self, key: str) -> Part:
        return next(part for part in self.parts if part.key == key)

    def instrument(self, key: str) -> Instrument:
        return next(instrument for instrument in self.instruments if instrument.key == key)

    def tag(self, key: str) -> str:
        things: list[Part | Instrument] = [*self.parts, *self.instruments]
        return next(thing.tag for thing in things if thing.key == key)


def build(seed: int = DEFAULT_SEED) -> Plant:
    """The plant of a seed: the same seed always gives the same plant."""
    rng = Random(f"plantwright-{seed}")
    unit = 100 if seed == DEFAULT_SEED else 100 * rng.randint(2, 9)
    decade = 0 if seed == DEFAULT_SEED else 10 * rng.randint(0, 4)
    options = frozenset({"exchanger_bypass", "recirculation"}) if seed == DEFAULT_SEED else frozenset(
        name for name in ("exchanger_bypass", "recirculation", "warm_up", "strainer", "loop_bypass") if rng.random() < 0.6)
    duty = "P-A" if seed == DEFAULT_SEED else rng.choice(["P-A", "P-B"])
    parts = (*_equipment(unit + decade, rng, duty), *_valves(unit, decade, options), *_ends(unit))
    return Plant(seed, unit, "Harbour Works", parts, _pipes(unit, options), _instruments(unit, decade, rng, duty), duty,
                 options)


def _equipment(base: int, rng: Random, duty: str) -> list[Part]:
    feed = f"KSP {rng.choice([32, 40, 50, 65])}-{rng.choice([160, 200, 250])}"
    dosing = f"DMX-{rng.choice([120, 160, 240, 310])}"
    def pump(letter: str) -> Part:
        key = f"P-{letter}"
        role: Literal["duty", "standby"] = "duty" if key == duty else "standby"
        return Part(key, f"P-{base + 1}{letter}", "equipment", "CentrifugalPump", f"Feed pump {letter}",
                    f"进料泵{letter}", "pump", None, (f"{role} pump", f"{role} feed pump", "feed pump",
                    "进料泵", "运行泵" if role == "duty" else "备用泵"), role, feed)
    return [
        Part("T-F", f"T-{base + 1}", "equipment", "Tank", "Feed tank", "原料罐", "tank"),
        pump("A"), pump("B"),
        Part("E", f"E-{base + 2}", "equipment", "PlateHeatExchanger", "Product heater", "板式换热器", "heat exchanger",
             None, ("plate heat exchanger", "heat exchanger", "换热器"), model=f"PX {rng.choice([20, 25, 30, 45])}"),
        Part("T-P", f"T-{base + 3}", "equipment", "Tank", "Product tank", "产品罐", "tank"),
        Part("P-D", f"P-{base + 4}", "equipment", "ReciprocatingPump", "Dosing pump", "计量泵", "dosing pump",
             None, ("加药泵",), model=dosing),
    ]


# key, letters, offset, role, DEXPI class, parent, name, Chinese name, normal position, option that brings it
_VALVES: list[tuple[str, str, int, Role, str, str, str, str, Literal["open", "closed", ""], str]] = [
    ("HV-TF-out", "HV", 1, "block_valve", "GateValve", "T-F", "outlet valve", "出口阀", "open", ""),
    ("HV-TF-drain", "HV", 2, "block_valve", "BallValve", "T-F", "drain valve", "排净阀", "closed", ""),
    ("FV", "FV", 1, "control_valve", "GlobeValve", "E", "feed flow control valve", "进料流量调节阀", "", ""),
    ("HV-FV-in", "HV", 21, "block_valve", "GateValve", "FV", "upstream block valve", "前截止阀", "open", "loop_bypass"),
    ("HV-FV-out", "HV", 22, "block_valve", "GateValve", "FV", "downstream block valve", "后截止阀", "open", "loop_bypass"),
    ("HV-FV-by", "HV", 23, "block_valve", "GlobeValve", "FV", "bypass valve", "旁路阀", "closed", "loop_bypass"),
    ("HV-E-in", "HV", 31, "block_valve", "ButterflyValve", "E", "product inlet valve", "产品入口阀", "open", ""),
    ("HV-E-out", "HV", 32, "block_valve", "ButterflyValve", "E", "product outlet valve", "产品出口阀", "open", ""),
    ("HV-E-by", "HV", 33, "block_valve", "ButterflyValve", "E", "bypass valve", "旁路阀", "closed", "exchanger_bypass"),
    ("HV-E-hot-in", "HV", 34, "block_valve", "GateValve", "E", "hot water supply valve", "热水供水阀", "open", ""),
    ("HV-E-hot-out", "HV", 35, "block_valve", "GateValve", "E", "hot water return valve", "热水回水阀", "open", ""),
    ("HV-E-drain", "HV", 36, "block_valve", "BallValve", "E", "drain valve", "排净阀", "closed", ""),
    ("TV", "TV", 2, "control_valve", "GlobeValve", "E", "hot water control valve", "热水调节阀", "", ""),
    ("HV-TP-in", "HV", 41, "block_valve", "GateValve", "T-P", "inlet valve", "入口阀", "open", ""),
    ("HV-TP-out", "HV", 42, "block_valve", "GateValve", "T-P", "outlet valve", "出口阀", "open", ""),
    ("HV-TP-drain", "HV", 43, "block_valve", "BallValve", "T-P", "drain valve", "排净阀", "closed", ""),
    ("LV", "LV", 3, "control_valve", "GlobeValve", "T-P", "level control valve", "液位调节阀", "", ""),
    ("PSV", "PSV", 3, "relief_valve", "SafetyValve", "T-P", "relief valve", "安全阀", "", ""),
    ("HV-D-suc", "HV", 51, "block_valve", "BallValve", "P-D", "suction valve", "吸入阀", "open", ""),
    ("NRV-D", "NRV", 52, "check_valve", "CheckValve", "P-D", "check valve", "止回阀", "", ""),
    ("HV-D-dis", "HV", 53, "block_valve", "BallValve", "P-D", "discharge valve", "排出阀", "open", ""),
    ("HV-D-drain", "HV", 54, "block_valve", "BallValve", "P-D", "drain valve", "排净阀", "closed", ""),
]
_PUMP_VALVES: list[tuple[str, str, int, Role, str, str, str, Literal["open", "closed", ""], str]] = [
    ("HV-{}-suc", "HV", 11, "block_valve", "GateValve", "suction valve", "吸入阀", "open", ""),
    ("STR-{}", "STR", 11, "equipment", "Strainer", "suction strainer", "吸入过滤器", "", "strainer"),
    ("NRV-{}", "NRV", 12, "check_valve", "CheckValve", "check valve", "止回阀", "", ""),
    ("HV-{}-dis", "HV", 13, "block_valve", "GateValve", "discharge valve", "排出阀", "open", ""),
    ("HV-{}-drain", "HV", 14, "block_valve", "BallValve", "casing drain valve", "泵体排净阀", "closed", ""),
    ("HV-{}-warm", "HV", 15, "block_valve", "GlobeValve", "warm-up bypass valve", "暖泵旁路阀", "closed", "warm_up"),
    ("HV-{}-rec", "HV", 16, "block_valve", "GlobeValve", "recirculation valve", "回流阀", "open", "recirculation"),
]


def _valves(unit: int, decade: int, options: frozenset[str]) -> list[Part]:
    parts = []
    for key, letters, offset, role, cls, parent, name, zh, normally, option in _VALVES:
        # Valves of a loop share the loop's number with the equipment; hand valves keep to the unit's hundred.
        number = unit + offset + (decade if letters in ("FV", "TV", "LV", "PSV") else 0)
        if not option or option in options:
            parts.append(Part(key, f"{letters}-{number}", role, cls, name, zh, role.replace("_", " "), parent,
                              normally=normally))
    for letter in "AB":
        for template, letters, offset, role, cls, name, zh, normally, option in _PUMP_VALVES:
            if not option or option in options:
                parts.append(Part(template.format(letter), f"{letters}-{unit + offset}{letter}", role, cls, name, zh,
                                  "strainer" if letters == "STR" else role.replace("_", " "), f"P-{letter}",
                                  normally=normally))
    return parts


_ENDS: list[tuple[str, Role, str, str]] = [
    ("from-supply", "off_page", "From raw material supply", "来自原料供应"),
    ("hot-supply", "off_page", "From hot water supply", "来自热水供应"),
    ("hot-return", "off_page", "To hot water return", "至热水回水"),
    ("to-customer", "off_page", "To filling line", "至灌装线"),
    ("from-chemical", "off_page", "From chemical storage", "来自化学品储罐"),
    ("to-flare", "open_end", "To safe location", "至安全地点"),
]
_DRAINS = ["drain-TF", "drain-A", "drain-B", "drain-E", "drain-TP", "drain-D"]
_TEES = ["tee-suction", "tee-discharge", "tee-dosing", "tee-FV-in", "tee-FV-out", "tee-E-in", "tee-E-out",
         "tee-pump-A", "tee-pump-B", "tee-warm-A", "tee-warm-B"]


def _ends(unit: int) -> list[Part]:
    ends = []
    for number, (key, role, name, zh) in enumerate(_ENDS, 91):
        letters, cls = ("OPC", "FlowInPipeOffPageConnector") if role == "off_page" else ("VENT", "PipeTee")
        ends.append(Part(key, f"{letters}-{unit + number}", role, cls, name, zh, "end"))
    ends += [Part(key, f"DR-{unit + i}", "open_end", "PipeTee", "Open drain", "排放口", "end") for i, key in enumerate(_DRAINS, 81)]
    return ends + [Part(key, f"TEE-{unit + i}", "tee", "PipeTee", "Pipe tee", "三通", "tee") for i, key in enumerate(_TEES, 61)]


def _pipes(unit: int, options: frozenset[str]) -> tuple[Pipe, ...]:
    def line(number: int, medium: str, size: int, service: str, *keys: str) -> Pipe:
        return Pipe(f"{unit}-{medium}-{unit * 10 + number}-DN{size}", service, keys)
    pipes = [
        line(1, "P", 100, "feed supply", "from-supply", "T-F"),
        line(2, "P", 100, "suction header", "T-F", "HV-TF-out", "tee-suction"),
        line(3, "D", 25, "drain", "T-F", "HV-TF-drain", "drain-TF"),
    ]
    for i, letter in enumerate("AB"):
        strainer = (f"STR-{letter}",) if "strainer" in options else ()
        pipes += [
            line(10 + 10 * i, "P", 80, "suction", "tee-suction", f"HV-{letter}-suc", *strainer, f"P-{letter}"),
            line(11 + 10 * i, "P", 65, "discharge", f"P-{letter}", f"tee-pump-{letter}", f"NRV-{letter}",
                 f"HV-{letter}-dis", f"tee-warm-{letter}", "tee-discharge"),
            line(12 + 10 * i, "D", 25, "drain", f"P-{letter}", f"HV-{letter}-drain", f"drain-{letter}"),
        ]
        if "warm_up" in options:
            pipes.append(line(13 + 10 * i, "P", 25, "bypass", f"tee-warm-{letter}", f"HV-{letter}-warm", f"tee-pump-{letter}"))
        if "recirculation" in options:
            pipes.append(line(14 + 10 * i, "P", 40, "recirculation", f"tee-pump-{letter}", f"HV-{letter}-rec", "T-F"))
    inside = ("HV-FV-in", "FV", "HV-FV-out") if "loop_bypass" in options else ("FV",)
    pipes += [
        line(40, "P", 80, "discharge header", "tee-discharge", "tee-FV-in", *inside, "tee-FV-out", "tee-dosing", "tee-E-in"),
        line(41, "P", 80, "product", "tee-E-in", "HV-E-in", "E"),
        line(42, "P", 80, "product", "E", "HV-E-out", "tee-E-out"),
        line(43, "P", 80, "product", "tee-E-out", "HV-TP-in", "T-P"),
        line(44, "D", 25, "drain", "E", "HV-E-drain", "drain-E"),
        line(50, "HW", 50, "hot water supply", "hot-supply", "HV-E-hot-in", "TV", "E"),
        line(51, "HW", 50, "hot water return", "E", "HV-E-hot-out", "hot-return"),
        line(60, "P", 80, "product outlet", "T-P", "HV-TP-out", "LV", "to-customer"),
        line(61, "V", 50, "relief", "T-P", "PSV", "to-flare"),
        line(62, "D", 25, "drain", "T-P", "HV-TP-drain", "drain-TP"),
        line(70, "C", 15, "dosing suction", "from-chemical", "HV-D-suc", "P-D"),
        line(71, "C", 15, "dosing", "P-D", "NRV-D", "HV-D-dis", "tee-dosing"),
        line(72, "D", 15, "drain", "P-D", "HV-D-drain", "drain-D"),
    ]
    if "loop_bypass" in options:
        pipes.append(line(45, "P", 80, "bypass", "tee-FV-in", "HV-FV-by", "tee-FV-out"))
    if "exchanger_bypass" in options:
        pipes.append(line(46, "P", 80, "bypass", "tee-E-in", "HV-E-by", "tee-E-out"))
    return tuple(pipes)


def _instruments(unit: int, decade: int, rng: Random, duty: str) -> tuple[Instrument, ...]:
    base, out = unit + decade, []
    def add(key: str, letters: str, number: int | str, name: str, zh: str, unit_: str, asset: str, normal: float,
            span: tuple[float, float], *limits: float | None) -> None:
        low_low, low, high, high_high = (*limits, None, None, None, None)[:4]
        out.append(Instrument(key, f"{letters}-{number}", name, zh, unit_, asset, normal, *span, low_low, low, high, high_high))
    bearing = rng.choice([75.0, 78.0, 80.0, 82.0, 85.0])
    vibration = rng.choice([4.5, 5.0, 5.6, 6.3])
    discharge = rng.choice([4.2, 4.8, 5.4, 6.0])
    for letter in "AB":
        pump, on = f"P-{letter}", f"P-{letter}" == duty
        # The warm bearing: steady a few degrees past its high limit, short of the high-high one.
        add(f"TI-DE-{letter}", "TI", f"{unit + 15}{letter}", "drive-end bearing temperature", "驱动端轴承温度", "°C", pump,
            bearing + 5.5 if on else 27.0, (0, 150), None, None, bearing, bearing + 10)
        add(f"TI-NDE-{letter}", "TI", f"{unit + 16}{letter}", "non-drive-end bearing temperature", "非驱动端轴承温度", "°C",
            pump, bearing - 18 if on else 26.0, (0, 150), None, None, bearing, bearing + 10)
        add(f"VI-{letter}", "VI", f"{unit + 17}{letter}", "vibration velocity", "振动速度", "mm/s", pump,
            round(vibration * 0.62, 2) if on else 0.1, (0, 20), None, None, vibration, round(vibration * 1.6, 1))
        add(f"II-{letter}", "II", f"{unit + 18}{letter}", "motor current", "电机电流", "A", pump, 21.5 if on else 0.0,
            (0, 50), None, None, 30.0, 34.0)
        add(f"PI-DIS-{letter}", "PI", f"{unit + 19}{letter}", "discharge pressure", "出口压力", "bar", pump,
            discharge if on else 1.1, (0, 16), None, None, discharge + 2.0, discharge + 3.0)
        add(f"PI-SUC-{letter}", "PI", f"{unit + 20}{letter}", "suction pressure", "入口压力", "bar", pump, 1.3, (0, 6),
            0.4, 0.7)
        add(f"SI-{letter}", "SI", f"{unit + 25}{letter}", "speed", "转速", "rpm", pump, 2930.0 if on else 0.0, (0, 3600),
            None, None, 3050.0)
    flow, heat, level = rng.choice([18.0, 22.0, 26.0, 31.0]), rng.choice([62.0, 68.0, 72.0]), rng.choice([55.0, 60.0])
    add("FIC", "FIC", base + 1, "feed flow", "进料流量", "m³/h", "FV", flow, (0, 50), flow * 0.4, flow * 0.6, flow * 1.3)
    add("TICSA", "TICSA", base + 2, "product outlet temperature", "产品出口温度", "°C", "E", heat, (0, 120), None, heat - 10,
        heat + 8, heat + 15)
    add("LIC", "LIC", base + 3, "product tank level", "产品罐液位", "%", "T-P", level, (0, 100), 10, 20, 85, 95)
    add("LI-TF", "LI", unit + 1, "feed tank level", "原料罐液位", "%", "T-F", 71.0, (0, 100), 10, 20, 85, 95)
    add("TI-TF", "TI", unit + 1, "feed tank temperature", "原料罐温度", "°C", "T-F", 24.0, (0, 100), None, 5, 40)
    add("TI-TP", "TI", unit + 3, "product tank temperature", "产品罐温度", "°C", "T-P", heat - 4, (0, 120), None, 40, heat + 10)
    add("PI-TP", "PI", unit + 3, "product tank pressure", "产品罐压力", "bar", "T-P", 0.6, (0, 4), None, None, 1.5, 1.9)
    add("TI-E-in", "TI", unit + 31, "product inlet temperature", "产品入口温度", "°C", "E", 25.0, (0, 120), None, 5, 45)
    add("TI-E-hot-in", "TI", unit + 34, "hot water supply temperature", "热水供水温度", "°C", "E", heat + 20, (0, 130),
        None, heat + 5, heat + 30)
    add("TI-E-hot-out", "TI", unit + 35, "hot water return temperature", "热水回水温度", "°C", "E", heat + 2, (0, 130))
    add("PDI-E", "PDI", unit + 32, "product side differential pressure", "产品侧压差", "bar", "E", 0.45, (0, 2), None, None,
        0.8, 1.1)
    add("FI-D", "FI", unit + 51, "dosing flow", "加药流量", "L/h", "P-D", 42.0, (0, 120), None, 10, 90)
    add("PI-D", "PI", unit + 52, "dosing discharge pressure", "计量泵出口压力", "bar", "P-D", 3.8, (0, 16), None, None, 9, 10)
    add("SI-D", "SI", unit + 53, "dosing stroke rate", "冲程频率", "1/min", "P-D", 96.0, (0, 180), None, None, 160)
    add("AI", "AI", unit + 43, "product conductivity", "产品电导率", "µS/cm", "T-P", 410.0, (0, 2000), None, 200, 700)
    add("ZI-FV", "ZI", base + 1, "feed valve position", "进料阀开度", "%", "FV", 58.0, (0, 100))
    return tuple(out)
