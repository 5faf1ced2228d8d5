"""What the manuals say of the two pump types, from the plant and its seed.

A number that a live tag also carries (alarm and trip limits, speed, current) is taken from ``plant.instruments``, so
that manual and plant never disagree. All others come from a generator of the seed.
"""

from dataclasses import dataclass
from random import Random

from demo.plant import Plant


def number(value: float) -> str:
    """As it is printed: 75, 4.5, 0.35; thousands stay closed up (4000)."""
    return f"{value:g}" if value < 100000 else str(int(value))


@dataclass(frozen=True, slots=True)
class Torque:
    place: str
    bolt: str
    nm: int


@dataclass(frozen=True, slots=True)
class Spare:
    position: str
    name: str
    number: str
    quantity: int
    note: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Alarm and trip of the feed pumps, in the units of the live tags."""

    bearing: tuple[float, float]  # °C
    vibration: tuple[float, float]  # mm/s
    current: tuple[float, float]  # A
    discharge: tuple[float, float]  # bar
    suction: tuple[float, float]  # bar, low
    speed: float  # rpm, high


@dataclass(frozen=True, slots=True)
class FeedPump:
    """The centrifugal feed pumps. Units stand in the names."""

    document: str
    revision: str
    date: str
    model: str
    tags: tuple[str, str]
    limits: Limits
    flow_m3h: float
    min_flow_m3h: float
    head_m: float
    speed_rpm: float
    motor_kw: float
    motor_a: float
    npshr_m: float
    max_temp_c: int
    min_temp_c: int
    max_casing_bar: int
    impeller_mm: int
    efficiency_pct: int
    pump_kg: int
    motor_kg: int
    set_kg: int
    starts_per_hour: int
    restart_wait_min: int
    bearing_de: str
    bearing_nde: str
    bearing_heat_c: int
    oil_grade: str
    oil_litres: float
    first_oil_h: int
    oil_h: int
    oil_months: int
    grease: str
    grease_de_g: int
    grease_nde_g: int
    grease_h: int
    seal_type: str
    seal_mm: int
    seal_compress_mm: float
    seal_leak_ml_h: int
    seal_check_h: int
    ring_new_mm: float
    ring_max_mm: float
    runout_mm: float
    end_float_mm: float
    coupling_gap_mm: int
    offset_mm: float
    angular_mm: float
    coupling_check_h: int
    hydro_test_bar: int
    torques: tuple[Torque, ...]
    spares: tuple[Spare, ...]

    def torque(self, place: str) -> Torque:
        return next(torque for torque in self.torques if torque.place == place)

    def spare(self, name: str) -> Spare:
        return next(spare for spare in self.spares if spare.name == name)


def limits(plant: Plant) -> Limits:
    def pair(key: str) -> tuple[float, float]:
        found = plant.instrument(key)
        return found.high or 0.0, found.high_high or 0.0
    suction = plant.instrument("PI-SUC-A")
    return Limits(pair("TI-DE-A"), pair("VI-A"), pair("II-A"), pair("PI-DIS-A"),
                  (suction.low or 0.0, suction.low_low or 0.0), plant.instrument("SI-A").high or 0.0)


def feed_pump(plant: Plant) -> FeedPump:
    """The feed pump facts of a plant: the same seed gives the same facts."""
    rng = Random(f"feed-pump-{plant.seed}")
    part = plant.part("P-A")
    suction = plant.instrument("PI-SUC-A")
    discharge = plant.instrument(f"PI-DIS-{plant.duty[-1]}").normal
    flow = plant.instrument("FIC").normal
    pump_kg, motor_kg = rng.randint(58, 94), rng.randint(96, 124)
    oil_h = rng.choice([2000, 2500, 3000, 3500, 4000])
    seal = rng.choice([33, 38, 43, 48])
    ring = rng.choice([0.25, 0.3, 0.35, 0.4])
    return FeedPump(
        document=f"{part.model.split()[0]}-IOM-{rng.randint(1000, 9899)}", revision=rng.choice("BCDEF"),
        date=f"20{rng.randint(19, 23)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}", model=part.model,
        tags=(plant.tag("P-A"), plant.tag("P-B")), limits=limits(plant),
        flow_m3h=flow + rng.choice([2, 3, 4, 5]), min_flow_m3h=round(flow * rng.choice([0.25, 0.3, 0.35]), 1),
        head_m=round((discharge - suction.normal) * 10.2) + rng.randint(2, 6),
        speed_rpm=plant.instrument(f"SI-{plant.duty[-1]}").normal,
        motor_kw=15, motor_a=rng.choice([26.5, 27.0, 27.5, 28.0, 28.5]),
        npshr_m=rng.choice([1.8, 2.1, 2.4, 2.6, 2.9, 3.2]),
        max_temp_c=rng.choice([105, 110, 120, 130, 140]), min_temp_c=rng.choice([-20, -15, -10]),
        max_casing_bar=rng.choice([12, 14, 16]), impeller_mm=int(part.model.split("-")[-1]) - rng.randint(1, 19),
        efficiency_pct=rng.randint(61, 74), pump_kg=pump_kg, motor_kg=motor_kg,
        set_kg=pump_kg + motor_kg + rng.randint(52, 78), starts_per_hour=rng.choice([4, 5, 6, 8, 10]),
        restart_wait_min=rng.choice([5, 8, 10, 12]), bearing_de=f"{rng.choice([6308, 6309, 6310, 6311])}/C3",
        bearing_nde=f"{rng.choice([6306, 6307])}/C3", bearing_heat_c=rng.choice([80, 85, 90, 95, 100]),
        oil_grade=rng.choice(["ISO VG 32", "ISO VG 46", "ISO VG 68"]),
        oil_litres=rng.choice([0.35, 0.4, 0.45, 0.5, 0.6, 0.75]), first_oil_h=rng.choice([150, 200, 250, 300]),
        oil_h=oil_h,
        oil_months=rng.choice([6, 9, 12]), grease=rng.choice(["polyurea, NLGI 2", "lithium complex, NLGI 2",
                                                             "polyurea, NLGI 3"]),
        grease_de_g=rng.choice([14, 16, 18, 20]), grease_nde_g=rng.choice([10, 12, 13]),
        grease_h=oil_h + rng.choice([1500, 2500, 3500]),
        seal_type=rng.choice(["single, unbalanced, silicon carbide on carbon, EPDM elastomers",
                              "single, balanced, silicon carbide on silicon carbide, FKM elastomers",
                              "single, balanced, tungsten carbide on carbon, EPDM elastomers"]),
        seal_mm=seal, seal_compress_mm=rng.choice([2.0, 2.5, 3.0, 3.5, 4.0]),
        seal_leak_ml_h=rng.choice([3, 4, 5, 6, 8]),
        seal_check_h=rng.choice([500, 600, 700, 750]), ring_new_mm=ring, ring_max_mm=round(ring * 2.5 + 0.05, 2),
        runout_mm=rng.choice([0.03, 0.04, 0.05, 0.06]), end_float_mm=rng.choice([0.15, 0.2, 0.25, 0.3]),
        coupling_gap_mm=rng.choice([3, 4, 5]), offset_mm=rng.choice([0.05, 0.06, 0.08, 0.1]),
        angular_mm=rng.choice([0.07, 0.09, 0.11, 0.12]), coupling_check_h=oil_h + rng.choice([1000, 2000]),
        hydro_test_bar=rng.choice([18, 20, 21, 24]),
        torques=_torques(rng), spares=_spares(rng, part.model, seal),
    )


def _torques(rng: Random) -> tuple[Torque, ...]:
    table = [
        ("Casing nuts", "M12", 52, 4), ("Seal gland nuts", "M10", 22, 3), ("Bearing cover screws", "M8", 14, 3),
        ("Impeller nut", "M20", 92, 8), ("Coupling screws", "M10", 41, 4), ("Pump foot bolts", "M12", 68, 5),
        ("Motor foot bolts", "M12", 62, 5), ("Foundation bolts", "M16", 118, 9), ("Suction flange bolts", "M16", 98, 7),
        ("Discharge flange bolts", "M16", 86, 6), ("Oil drain plug", "G 1/4", 17, 2), ("Guard screws", "M6", 7, 1),
    ]  # fmt: skip
    return tuple(Torque(place, bolt, middle + rng.randint(-spread, spread)) for place, bolt, middle, spread in table)


def _spares(rng: Random, model: str, seal: int) -> tuple[Spare, ...]:
    series = model.split()[1].split("-")[0]
    names = [
        ("102", "Casing", 1, "grey iron or stainless steel 1.4408"), ("161", "Casing cover", 1, ""),
        ("210", "Shaft", 1, "stainless steel 1.4021"), ("230", "Impeller", 1, "give the trimmed diameter"),
        ("321.1", "Drive-end bearing", 1, ""), ("321.2", "Non-drive-end bearing", 1, ""),
        ("400.1", "Casing gasket", 1, "renew at each opening"), ("412.1", "O-ring, casing cover", 1,
                                                                 "renew at each opening"),
        ("421.1", "Oil seal, drive end", 1, ""), ("421.2", "Oil seal, non-drive end", 1, ""),
        ("433", "Mechanical seal", 1, f"shaft diameter {seal} mm"), ("502.1", "Wear ring", 2, ""),
        ("524", "Shaft sleeve", 1, ""), ("638", "Constant level oiler", 1, ""), ("642", "Oil sight glass", 1, ""),
        ("867", "Coupling spider", 1, "92 Shore A"), ("920", "Impeller nut", 1, "left-hand thread"),
        ("940", "Key, impeller", 1, ""),
    ]  # fmt: skip
    return tuple(Spare(position, name, f"KS{series}-{rng.randint(1000, 9999)}-{rng.randint(10, 99)}", quantity, note)
                 for position, name, quantity, note in names)
