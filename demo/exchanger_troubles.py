"""Symptoms, causes and remedies of the heat exchanger manual."""

from demo.facts import number as n
from demo.facts_exchanger import Exchanger
from demo.plant import Plant
from demo.troubles import Trouble


def exchanger_troubles(facts: Exchanger, plant: Plant) -> tuple[Trouble, ...]:
    """Rows of the table, in order."""
    rows = [
        ("Outlet temperature too low", "Hot water too cold or throttled",
         f"Check the supply temperature on {plant.tag('TI-E-hot-in')}: at least {n(facts.hot_low_c)} °C; open the hot water "
         "supply valve fully."),
        ("Outlet temperature too low", "Scale on the hot water side",
         f"Clean with acid of {n(facts.acid_pct)} % as chapter 6 tells."),
        ("Outlet temperature too low", "Air on the hot water side", "Vent the hot water side at the vent plug."),
        ("Outlet temperature too low", "Product flow above the rated one", f"Reduce it to {n(facts.flow_m3h)} m³/h."),
        ("Outlet temperature too high", f"Hot water control valve {plant.tag('TV')} sticks open",
         f"Close {plant.tag('HV-E-hot-in')} by hand; have the valve repaired."),
        ("Outlet temperature too high", "Product flow too low", f"Check the flow on {plant.tag('FIC')}; clean the product side."),
        ("Differential pressure too high", "Plates fouled on the product side",
         f"Clean in place with caustic of {n(facts.caustic_pct)} %; open the pack if that does not help."),
        ("Differential pressure too high", "Dirt in the product inlet port", "Back-flush, or open the pack and take the dirt out."),
        ("Differential pressure too high", "Pack tightened below the least dimension A",
         f"Loosen it to at least {n(facts.a_min_mm)} mm; replace bent plates."),
        ("Leak to the outside", "Dimension A too large", f"Tighten the cold, empty pack, at the least to {n(facts.a_min_mm)} mm."),
        ("Leak to the outside", "Gasket out of its groove or aged",
         f"Open the pack; replace the gasket, part {facts.spare('Channel gasket').number}."),
        ("Leak to the outside", "Frame out of parallel", f"Set the bolts evenly: at most {facts.skew_mm} mm out of parallel."),
        ("Leak at a nozzle", "Rubber lining damaged", f"Replace the lining, part {facts.spare('Rubber nozzle lining').number}."),
        ("Product and water mix", "Plate holed by corrosion or wear",
         f"Find it by the leak test; replace the plate, part {facts.spare('Channel plate with gasket').number}."),
    ]
    return tuple(Trouble(*row) for row in rows)
