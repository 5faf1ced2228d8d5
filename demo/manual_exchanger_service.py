"""The plate heat exchanger manual: the chapters from cleaning to spare parts."""

from demo._pdf import Book
from demo.exchanger_troubles import exchanger_troubles
from demo.facts import number
from demo.facts_exchanger import Exchanger
from demo.plant import Plant


def cleaning(book: Book, facts: Exchanger, plant: Plant) -> None:
    n = number
    book.h1("Cleaning")
    book.h2("Cleaning in place (CIP)")
    book.p(f"Clean the product side in place every {facts.cip_days} days, and whenever the differential pressure "
           f"{plant.tag('PDI-E')} reaches {n(facts.drop_alarm_bar)} bar. The hoses of the cleaning unit go to the blind-flanged "
           "cleaning ports of the product nozzles. The solution runs against the direction of the product.")
    book.box("DANGER", "Caustic and acid burn skin and eyes. Wear face shield, gloves and apron. Never mix the two: rinse in "
                       "between.")
    book.table("Steps of cleaning in place", ["Step", "Solution", "Temperature", "Time"], [
        ["First rinse", "water", "cold", f"{facts.rinse_min} min"],
        ["Caustic wash", f"sodium hydroxide, {n(facts.caustic_pct)} %", f"{facts.caustic_c} °C", f"{facts.caustic_min} min"],
        ["Rinse between", "water", "cold", f"{facts.rinse_min} min"],
        ["Acid wash", f"nitric acid, {n(facts.acid_pct)} %", f"{facts.acid_c} °C", f"{facts.acid_min} min"],
        ["Last rinse", "water, until neutral", "cold", f"{facts.rinse_min} min"]], [1.6, 2.6, 1.4, 1.2])
    book.steps([
        "Isolate the exchanger as chapter 2 tells and drain the product side. The tightening bolts stay closed.",
        "Take the blind flanges off the cleaning ports and connect the hoses with new gaskets.",
        f"Rinse with water at {n(facts.cip_flow_m3h)} m³/h for {facts.rinse_min} minutes.",
        f"Circulate sodium hydroxide of {n(facts.caustic_pct)} % at {facts.caustic_c} °C for {facts.caustic_min} minutes.",
        f"Rinse, then circulate nitric acid of {n(facts.acid_pct)} % at {facts.acid_c} °C for {facts.acid_min} minutes.",
        "Rinse until the water that comes out is as neutral as the water that goes in. Check it with test paper.",
        "Drain, take the hoses off and refit the blind flanges with new gaskets.",
        f"Put the exchanger back into service. At {n(facts.flow_m3h)} m³/h the differential pressure must be close to "
        f"{n(facts.drop_clean_bar)} bar; if it is not, open the plate pack."])
    book.box("CAUTION", "Never use hydrochloric acid or any solution with chlorides on the plates, and never steel wool.")


def maintenance(book: Book, facts: Exchanger) -> None:
    n = number
    book.h1("Maintenance")
    book.h2("Maintenance schedule")
    book.table("Maintenance schedule", ["Task", "Interval", "By whom"], [
        ["Look for leaks, read the differential pressure", "every day", "operator"],
        ["Clean in place", f"{facts.cip_days} days", "operator"],
        ["Open, wash and inspect the plates", f"{facts.open_months} months", "mechanic"],
        ["Grease the tightening bolts and the carrying bar", f"{facts.bolt_grease_months} months", "mechanic"],
        ["Measure dimension A", "after each opening", "mechanic"],
        ["Renew all gaskets and nozzle linings", f"{facts.gasket_years} years", "mechanic"]], [4, 2, 1.4])
    _opening(book, facts)
    _gaskets(book, facts)
    _closing(book, facts)
    book.h2("Tightening torques")
    book.p("The tightening bolts have no torque: they are tightened to dimension A. The table is for all other joints.")
    book.table("Tightening torques", ["Joint", "Thread", "Torque", "Unit"],
               [[t.place, t.bolt, n(t.nm), "Nm"] for t in facts.torques], [4, 1.5, 1.5, 1])


def _opening(book: Book, facts: Exchanger) -> None:
    book.h2("Opening the plate pack")
    book.box("WARNING", "Isolate, drain and cool the exchanger below 40 °C as chapter 2 tells before a tightening bolt is loosened.")
    book.steps([
        "Measure dimension A at each bolt and write it down. Paint a slanting line across the edges of the pack.",
        "Clean and grease the threads of the tightening bolts.",
        f"Loosen the {facts.bolts} tightening bolts crosswise, at most {facts.bolt_round_mm} mm a round, so that the pressure "
        "plate stays parallel.",
        "Take the bolts out, roll the pressure plate back and secure it on the carrying bar.",
        "Take the plates out one by one and keep their order."])
    book.h2("Washing and inspecting the plates")
    book.steps([
        f"Wash the plates with a soft brush. A high-pressure cleaner may have at most {facts.washer_bar} bar, 20 cm away and "
        "never across a gasket.",
        "Soak what stays in caustic as for cleaning in place, never on the steel floor.",
        "Hold each plate against a lamp. Replace plates with cracks, holes or dents at the contact points.",
        f"A plate that was taken out for good changes dimension A. Ask the maker; the pack has {facts.plates} plates."])


def _gaskets(book: Book, facts: Exchanger) -> None:
    book.h2("Renewing gaskets")
    book.p(f"Gaskets are {facts.gasket}, clip-on, without glue. A new gasket is {number(facts.gasket_mm)} mm high. Renew all of "
           f"them every {facts.gasket_years} years, with the gasket set part {facts.spare('Gasket set, complete').number}; renew a "
           f"single one with part {facts.spare('Channel gasket').number}.")
    book.steps(["Pull the old gasket off by hand. Never use a knife in the groove.",
                "Clean the groove with a lint-free cloth; it must be dry and free of grease.",
                "Press the new gasket into the groove and push every clip in until it snaps.",
                "Check that the gasket lies flat and that the leak openings at the ports are free."])


def _closing(book: Book, facts: Exchanger) -> None:
    n = number
    book.h2("Closing and leak test")
    book.steps([
        "Hang the plates in their old order. The painted line must be whole and the edges must look like a honeycomb.",
        "Push the pressure plate against the pack and fit the greased bolts.",
        f"Tighten crosswise, at most {facts.bolt_round_mm} mm a round. The frame may be out of parallel by at most "
        f"{facts.skew_mm} mm at any time.",
        f"Stop at dimension A: {n(facts.a_new_mm)} mm with new gaskets, with used ones at the value that was written down. "
        f"Never go below {n(facts.a_min_mm)} mm.",
        f"Fill one side with cold water at {n(facts.leak_test_bar)} bar for {facts.leak_test_min} minutes with the other side open. "
        "No water may come out anywhere.",
        "Repeat it with the other side, then return the exchanger to service."])


def troubleshooting(book: Book, facts: Exchanger, plant: Plant) -> None:
    book.h1("Troubleshooting")
    book.p("Find the symptom in the first column and work through the causes from top to bottom.")
    book.table("Troubleshooting", ["Symptom", "Cause", "Remedy"],
               [list(row) for row in exchanger_troubles(facts, plant)], [2.2, 2.6, 4])


def spares(book: Book, facts: Exchanger) -> None:
    book.h1("Spare parts")
    book.p("Give the model, the tag and the part number with each order.")
    book.table("Spare parts", ["Position", "Part", "Part number", "Quantity", "Note"],
               [[s.position, s.name, s.number, str(s.quantity), s.note or "-"] for s in facts.spares],
               [1, 2.6, 1.8, 1, 2.6])
    book.p("Keep in store: one gasket set, complete, two channel plates with gasket, four channel gaskets.")
