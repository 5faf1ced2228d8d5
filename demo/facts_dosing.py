"""What the Chinese manual says of the dosing pump, from the plant and its seed."""

from dataclasses import dataclass
from random import Random

from demo.facts import Spare, Torque
from demo.plant import Plant


@dataclass(frozen=True, slots=True)
class DosingPump:
    """The diaphragm dosing pump. Units stand in the names."""

    document: str
    revision: str
    date: str
    model: str
    tag: str
    capacity_lh: int
    max_bar: float
    pressure_alarm_bar: float
    pressure_trip_bar: float
    relief_bar: float
    low_flow_lh: float
    high_flow_lh: float
    max_stroke_rate: float  # 1/min
    stroke_mm: int
    plunger_mm: int
    accuracy_pct: float
    turndown: str
    motor_kw: float
    suction_lift_m: float
    max_viscosity_mpas: int
    max_temp_c: int
    weight_kg: int
    diaphragm: str
    diaphragm_h: int
    check_valve_h: int
    oil: str
    oil_litres: float
    first_oil_h: int
    oil_h: int
    calibration_s: int
    calibration_runs: int
    calibration_error_pct: float
    calibration_months: int
    prime_stroke_pct: int
    start_stroke_pct: int
    noise_note_h: int  # hours between listening rounds
    damper_bar_pct: int
    torques: tuple[Torque, ...]
    spares: tuple[Spare, ...]

    def torque(self, place: str) -> Torque:
        return next(torque for torque in self.torques if torque.place == place)

    def spare(self, name: str) -> Spare:
        return next(spare for spare in self.spares if spare.name == name)


def dosing_pump(plant: Plant) -> DosingPump:
    """The dosing pump facts of a plant: the same seed gives the same facts."""
    rng = Random(f"dosing-pump-{plant.seed}")
    part, pressure, flow = plant.part("P-D"), plant.instrument("PI-D"), plant.instrument("FI-D")
    alarm, trip = pressure.high or 9.0, pressure.high_high or 10.0
    diaphragm = rng.choice([4000, 5000, 6000, 7000, 8000])
    return DosingPump(
        document=f"DMX-ZH-{rng.randint(1000, 9899)}", revision=rng.choice("ABCD"),
        date=f"20{rng.randint(20, 24)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}", model=part.model, tag=part.tag,
        capacity_lh=rng.choice([95, 105, 110, 115]), max_bar=trip, pressure_alarm_bar=alarm, pressure_trip_bar=trip,
        relief_bar=trip + rng.choice([0.5, 1.0, 1.5]), low_flow_lh=flow.low or 10.0, high_flow_lh=flow.high or 90.0,
        max_stroke_rate=plant.instrument("SI-D").high or 160.0, stroke_mm=rng.choice([12, 15, 18, 20]),
        plunger_mm=rng.choice([22, 25, 28, 32]), accuracy_pct=rng.choice([0.5, 1.0, 1.5]),
        turndown=f"1:{rng.choice([8, 10, 12])}", motor_kw=rng.choice([0.25, 0.37, 0.55]),
        suction_lift_m=rng.choice([1.5, 2.0, 2.5, 3.0]), max_viscosity_mpas=rng.choice([150, 200, 300, 400]),
        max_temp_c=rng.choice([50, 55, 60, 65]), weight_kg=rng.randint(26, 44), diaphragm="聚四氟乙烯(PTFE)复合隔膜",
        diaphragm_h=diaphragm, check_valve_h=diaphragm + rng.choice([1000, 2000, 4000]),
        oil=rng.choice(["ISO VG 150", "ISO VG 220", "ISO VG 320"]) + " 齿轮油",
        oil_litres=rng.choice([0.4, 0.55, 0.7, 0.85]),
        first_oil_h=rng.choice([300, 400, 500]), oil_h=rng.choice([2500, 3000, 4500, 5500]),
        calibration_s=rng.choice([60, 90, 120]), calibration_runs=rng.choice([3, 4, 5]),
        calibration_error_pct=rng.choice([2.0, 2.5, 3.0]), calibration_months=rng.choice([3, 4, 6]),
        prime_stroke_pct=rng.choice([90, 95, 100]), start_stroke_pct=rng.choice([20, 25, 30]),
        noise_note_h=rng.choice([24, 48, 72]), damper_bar_pct=rng.choice([50, 60, 70]),
        torques=_torques(rng), spares=_spares(rng),
    )


def _torques(rng: Random) -> tuple[Torque, ...]:
    table = [("泵头螺栓", "M8", 16, 3), ("阀座压盖", "M30", 38, 5), ("联轴器螺钉", "M6", 9, 2),
             ("地脚螺栓", "M10", 31, 4),
             ("电机法兰螺栓", "M8", 21, 2), ("放油螺塞", "G 3/8", 24, 3)]
    return tuple(Torque(place, bolt, middle + rng.randint(-spread, spread)) for place, bolt, middle, spread in table)


def _spares(rng: Random) -> tuple[Spare, ...]:
    names = [("1", "隔膜", 1, "每次开泵头时检查"), ("2", "吸入阀组件", 1, "含阀球和阀座"),
             ("3", "排出阀组件", 1, "含阀球和阀座"),
             ("4", "泵头O形圈", 2, "拆卸后必须更换"), ("5", "油封", 1, ""), ("6", "安全阀弹簧", 1, ""),
             ("7", "冲程调节旋钮", 1, ""),
             ("8", "联轴器弹性块", 1, "")]
    return tuple(Spare(position, name, f"DX-{rng.randint(10000, 99999)}", quantity, note)
                 for position, name, quantity, note in names)
