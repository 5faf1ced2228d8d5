"""What the manual says of the plate heat exchanger, from the plant and its seed.

A number that a live tag also carries is taken from ``plant.instruments``, as for the pumps.
"""

from dataclasses import dataclass
from random import Random

from demo.facts import Spare, Torque
from demo.plant import Instrument, Plant


@dataclass(frozen=True, slots=True)
class Exchanger:
    """The plate heat exchanger. Units stand in the names; ``*_alarm`` and ``*_trip`` are limits of live tags."""

    document: str
    revision: str
    date: str
    model: str
    tag: str
    outlet_c: float  # product, in steady running
    outlet_low_c: float
    outlet_alarm_c: float
    outlet_trip_c: float
    inlet_low_c: float
    inlet_alarm_c: float
    hot_low_c: float
    hot_alarm_c: float
    drop_alarm_bar: float
    drop_trip_bar: float
    drop_clean_bar: float
    inlet_c: float
    hot_in_c: float
    hot_out_c: float
    flow_m3h: float
    duty_kw: int
    plates: int
    area_m2: float
    plate_mm: float
    plate_material: str
    gasket: str
    gasket_max_c: int
    gasket_years: int
    gasket_mm: float  # height of a new gasket
    design_bar: int
    test_bar: float
    min_c: int
    max_c: int
    volume_l: float  # a side
    empty_kg: int
    filled_kg: int
    a_new_mm: float  # tightening dimension A with new gaskets
    a_min_mm: float
    skew_mm: float
    bolts: int
    bolt_round_mm: int  # bolts are turned so far in a round
    heat_rate_c_min: int
    fill_min: int
    side_diff_bar: int
    leak_test_bar: float
    leak_test_min: int
    chloride_ppm: int
    washer_bar: int
    caustic_pct: float
    caustic_c: int
    caustic_min: int
    acid_pct: float
    acid_c: int
    acid_min: int
    rinse_min: int
    cip_flow_m3h: float
    cip_days: int
    open_months: int
    bolt_grease_months: int
    torques: tuple[Torque, ...]
    spares: tuple[Spare, ...]

    def torque(self, place: str) -> Torque:
        return next(torque for torque in self.torques if torque.place == place)

    def spare(self, name: str) -> Spare:
        return next(spare for spare in self.spares if spare.name == name)


def exchanger(plant: Plant) -> Exchanger:
    """The heat exchanger facts of a plant: the same seed gives the same facts."""
    rng = Random(f"exchanger-{plant.seed}")
    part = plant.part("E")
    outlet, inlet, hot, back, drop, feed = (plant.instrument(key) for key in (
        "TICSA", "TI-E-in", "TI-E-hot-in", "TI-E-hot-out", "PDI-E", "FIC"))
    outlet_low, outlet_alarm, outlet_trip = _limit(outlet, "low"), _limit(outlet, "high"), _limit(outlet, "high_high")
    plates, plate = rng.choice([41, 45, 49, 53, 57, 61]), rng.choice([0.5, 0.6, 0.7])
    pitch, size = plate + rng.choice([2.4, 2.6, 2.8]), rng.choice([0.14, 0.18, 0.22])
    volume, empty, design = round(plates / 2 * rng.choice([0.35, 0.45, 0.55]), 1), rng.randint(190, 310), rng.choice([10, 16])
    gasket, gasket_c = rng.choice([("EPDM", 140), ("HNBR", 130), ("FKM", 150)])
    a_new, bolts = round(plates * pitch, 1), rng.choice([6, 8, 10])
    cleaning_c = rng.choice([60, 65, 70, 75])
    return Exchanger(
        document=f"PX-IOM-{rng.randint(1000, 9899)}", revision=rng.choice("BCDE"),
        date=f"20{rng.randint(19, 23)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}", model=part.model, tag=part.tag,
        outlet_c=outlet.normal, outlet_low_c=outlet_low, outlet_alarm_c=outlet_alarm, outlet_trip_c=outlet_trip,
        inlet_low_c=_limit(inlet, "low"), inlet_alarm_c=_limit(inlet, "high"), hot_low_c=_limit(hot, "low"),
        hot_alarm_c=_limit(hot, "high"), drop_alarm_bar=_limit(drop, "high"), drop_trip_bar=_limit(drop, "high_high"),
        drop_clean_bar=rng.choice([0.3, 0.35, 0.4]), inlet_c=inlet.normal, hot_in_c=hot.normal, hot_out_c=back.normal,
        flow_m3h=feed.normal, duty_kw=round(feed.normal / 3.6 * 4.18 * (outlet.normal - inlet.normal)),
        plates=plates, area_m2=round((plates - 2) * size, 2), plate_mm=plate,
        plate_material=rng.choice(["stainless steel 1.4401", "stainless steel 1.4404", "titanium grade 1"]),
        gasket=gasket, gasket_max_c=gasket_c, gasket_years=rng.choice([4, 5, 6]), gasket_mm=round(pitch - plate + 1.2, 1),
        design_bar=design, test_bar=round(design * 1.43, 1), min_c=rng.choice([-10, -5]), max_c=gasket_c - 10,
        volume_l=volume, empty_kg=empty, filled_kg=round(empty + 2 * volume), a_new_mm=a_new,
        a_min_mm=round(a_new * 0.97, 1), skew_mm=rng.choice([2, 3]), bolts=bolts,
        bolt_round_mm=rng.choice([3, 4, 5]), heat_rate_c_min=rng.choice([5, 8, 10]), fill_min=rng.choice([3, 4, 6]),
        side_diff_bar=rng.choice([3, 4, 5]), leak_test_bar=round(design * 0.6, 1), leak_test_min=rng.choice([15, 20, 30]),
        chloride_ppm=rng.choice([50, 80, 100]), washer_bar=rng.choice([60, 80, 90]),
        caustic_pct=rng.choice([1.5, 2.0, 2.5]), caustic_c=cleaning_c, caustic_min=rng.choice([35, 40, 45]),
        acid_pct=rng.choice([0.8, 1.0, 1.2]), acid_c=cleaning_c - 10, acid_min=rng.choice([20, 25]),
        rinse_min=rng.choice([10, 12, 15]), cip_flow_m3h=round(feed.normal * 1.2, 1), cip_days=rng.choice([75, 90, 120]),
        open_months=6, bolt_grease_months=rng.choice([9, 12]),
        torques=_torques(rng), spares=_spares(rng, part.model, plates, bolts),
    )  # fmt: skip


def _limit(instrument: Instrument, name: str) -> float:
    value = getattr(instrument, name)
    if value is None:
        raise LookupError(f"{instrument.tag} has no limit {name}; bring demo/plant.py and demo/facts_exchanger.py together")
    return float(value)


def _torques(rng: Random) -> tuple[Torque, ...]:
    table = [("Frame foot bolts", "M16", 112, 8), ("Product nozzle flange bolts", "M16", 91, 6),
             ("Hot water nozzle flange bolts", "M12", 46, 4), ("Carrying bar screws", "M12", 58, 5),
             ("Guide bar screws", "M10", 33, 3), ("Drip tray screws", "M8", 16, 2)]
    return tuple(Torque(place, bolt, middle + rng.randint(-spread, spread)) for place, bolt, middle, spread in table)


def _spares(rng: Random, model: str, plates: int, bolts: int) -> tuple[Spare, ...]:
    """A pack has one start plate and one end plate; all others are channel plates, each with its gasket."""
    series = model.split()[1]
    names = [("1", "Channel plate with gasket", plates - 2, "for a damaged plate"), ("2", "Start plate with gasket", 1, "first plate"),
             ("3", "End plate", 1, "last plate, no ports"), ("4", "Gasket set, complete", 1, "clip-on, no glue"),
             ("5", "Channel gasket", plates - 2, "single gasket"), ("6", "Tightening bolt with nut", bolts, "M24, length to order"),
             ("7", "Bolt bearing box", bolts, ""), ("8", "Rubber nozzle lining", 4, "renew with the gasket set"),
             ("9", "Carrying roller", 1, "of the pressure plate")]
    return tuple(Spare(position, name, f"PX{series}-{rng.randint(1000, 9999)}-{rng.choice('ABCDEFGH')}", quantity, note)
                 for position, name, quantity, note in names)
