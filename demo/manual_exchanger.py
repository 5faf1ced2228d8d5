"""The plate heat exchanger manual: English. This file has the chapters up to operation."""

from pathlib import Path

from demo import manual_exchanger_service as service
from demo._pdf import Book, Cover
from demo.exchanger_figures import flow_plan, frame
from demo.facts import number
from demo.facts_exchanger import Exchanger, exchanger
from demo.isolation import isolate
from demo.plant import Plant

FILE = "heat_exchanger_manual.pdf"


def write(plant: Plant, path: Path) -> None:
    """Write the manual of the plant's heat exchanger to ``path``."""
    facts = exchanger(plant)
    cover = Cover(
        title=f"Plate Heat Exchanger {facts.model}", subtitle="Installation, Operation and Maintenance Manual",
        number=facts.document, revision=facts.revision, date=facts.date,
        rows=(("Document number", facts.document), ("Revision", facts.revision), ("Date", facts.date), ("Model", facts.model),
              ("Applies to tags", facts.tag), ("Site", f"{plant.site}, unit {plant.unit}"),
              ("Media", "Product and hot water, in counterflow")),
        imprint="Osprey Plate Works, a maker invented for this demonstration. Original instructions.")
    book = Book("en", cover)
    _about(book, facts, plant)
    _safety(book, facts, plant)
    _data(book, facts, plant)
    _installation(book, facts)
    _operation(book, facts, plant)
    service.cleaning(book, facts, plant)
    service.maintenance(book, facts)
    service.troubleshooting(book, facts, plant)
    service.spares(book, facts)
    book.save(path)


def _about(book: Book, facts: Exchanger, plant: Plant) -> None:
    book.h1("About this manual")
    book.h2("Scope")
    book.p(f"This manual covers the gasketed plate heat exchanger {facts.tag}, model {facts.model}. It heats the product on its "
           f"way to the product tank {plant.tag('T-P')} with hot water. The product comes from the feed pumps through the flow "
           f"control valve {plant.tag('FV')}; the hot water flow is set by the control valve {plant.tag('TV')}.")
    book.h2("How it works")
    book.p("Product and hot water pass through every other gap between the corrugated plates, in counterflow. Each plate carries "
           "a gasket that closes the gap to the outside and leads each liquid into its own channels. A double seal around the "
           "ports, open to the outside, keeps a leak from reaching the other liquid.")
    book.figure(flow_plan(book.regular), "Flow through the plates: product upwards, hot water downwards")


def _safety(book: Book, facts: Exchanger, plant: Plant) -> None:
    n = number
    book.h1("Safety and isolation")
    book.h2("General")
    book.box("DANGER", "Scalding and stored pressure. Never loosen a tightening bolt while either side is above 40 °C or under "
                       "pressure.")
    book.box("WARNING", "Sharp plate edges. Wear cut-resistant gloves whenever plates are handled.")
    book.box("WARNING", f"Hot surface. The frame reaches {n(facts.hot_in_c)} °C on the hot water side.")
    book.p(f"The exchanger is built for at most {facts.design_bar} bar on each side and for {facts.min_c} °C to {facts.max_c} °C. "
           f"The two sides may differ by at most {facts.side_diff_bar} bar.")
    book.h2("Isolating the exchanger")
    points = isolate(plant, "E")
    bypass = [part.tag for part in plant.parts if part.key == "HV-E-by"]
    hot = [plant.tag(key) for key in ("HV-E-hot-in", "HV-E-hot-out")]
    cold = [plant.tag(key) for key in ("HV-E-in", "HV-E-out")]
    drains = ", ".join(points.drains)
    book.steps([
        f"Stop the dosing pump {plant.tag('P-D')}, close the hot water control valve {plant.tag('TV')} and let the product run "
        f"until the outlet temperature {plant.tag('TICSA')} is below 40 °C.",
        *([f"Open the bypass valve {bypass[0]} so that the feed can go on." for _ in bypass]
          or [f"Stop the feed pump {plant.tag(plant.duty)}."]),
        f"Close the hot water supply valve {hot[0]} and the hot water return valve {hot[1]}, lock and tag both.",
        f"Close the product inlet valve {cold[0]} and the product outlet valve {cold[1]}, lock and tag both.",
        f"Open the drain valve {drains} and drain the product side until nothing flows.",
        "Open the vent plug of the hot water side slowly and let the pressure out.",
        f"Check that the differential pressure {plant.tag('PDI-E')} reads 0 bar. Leave {drains} open and tagged during the work."])
    named = {part.tag: (part.name, part.normally) for part in plant.parts}
    book.table("Isolation points of the heat exchanger", ["Valve", "Purpose", "In normal running", "When isolated"],
               [[tag, named[tag][0].removesuffix(" valve"), named[tag][1], state] for state, tags in
                (("closed, locked", points.close), ("open", points.drains)) for tag in tags], [1.2, 2.6, 1.8, 1.8])


def _data(book: Book, facts: Exchanger, plant: Plant) -> None:
    n = number
    book.h1("Technical data")
    book.h2("Rated data")
    book.table("Technical data", ["Quantity", "Value", "Unit"], [
        ["Heat duty", n(facts.duty_kw), "kW"], ["Product flow", n(facts.flow_m3h), "m³/h"],
        ["Product temperature, in and out", f"{n(facts.inlet_c)} / {n(facts.outlet_c)}", "°C"],
        ["Hot water temperature, in and out", f"{n(facts.hot_in_c)} / {n(facts.hot_out_c)}", "°C"],
        ["Number of plates", n(facts.plates), "-"], ["Heat transfer area", n(facts.area_m2), "m²"],
        ["Plate thickness", n(facts.plate_mm), "mm"], ["Plate material", facts.plate_material, "-"],
        ["Gasket material", f"{facts.gasket}, clip-on", "-"],
        ["Highest temperature of the gasket material", n(facts.gasket_max_c), "°C"],
        ["Design pressure, each side", n(facts.design_bar), "bar"], ["Hydrostatic test pressure", n(facts.test_bar), "bar"],
        ["Lowest design temperature", n(facts.min_c), "°C"], ["Highest design temperature", n(facts.max_c), "°C"],
        ["Pressure drop, product side, clean plates", n(facts.drop_clean_bar), "bar"],
        ["Liquid volume, each side", n(facts.volume_l), "L"], ["Weight, empty", n(facts.empty_kg), "kg"],
        ["Weight, filled", n(facts.filled_kg), "kg"], ["Chloride in the hot water, at most", n(facts.chloride_ppm), "mg/L"]],
        [4, 3, 1])
    book.h2("Operating limits")
    book.p("The limits below are set in the control system. At the alarm limit the operator acts; at the trip limit the hot water "
           f"valve {plant.tag('TV')} must close or, for the differential pressure, the exchanger must come out of service.")
    rows = [("Product outlet temperature, high", "TICSA", facts.outlet_alarm_c, facts.outlet_trip_c, "°C"),
            ("Product outlet temperature, low", "TICSA", facts.outlet_low_c, None, "°C"),
            ("Product inlet temperature, high", "TI-E-in", facts.inlet_alarm_c, None, "°C"),
            ("Product inlet temperature, low", "TI-E-in", facts.inlet_low_c, None, "°C"),
            ("Hot water supply temperature, high", "TI-E-hot-in", facts.hot_alarm_c, None, "°C"),
            ("Hot water supply temperature, low", "TI-E-hot-in", facts.hot_low_c, None, "°C"),
            ("Product side differential pressure, high", "PDI-E", facts.drop_alarm_bar, facts.drop_trip_bar, "bar")]
    book.table("Alarm and trip limits", ["Quantity", "Tag", "Alarm", "Trip", "Unit"], [
        [name, plant.tag(key), n(alarm), "-" if trip is None else n(trip), unit] for name, key, alarm, trip, unit in rows],
        [3.6, 1.4, 1, 1, 0.8])
    book.p(f"Clean plates drop {n(facts.drop_clean_bar)} bar on the product side at {n(facts.flow_m3h)} m³/h. At "
           f"{n(facts.drop_alarm_bar)} bar the plates are fouled and must be cleaned. Above {n(facts.drop_trip_bar)} bar the "
           "plates bend.")
    book.h2("Tightening dimension")
    book.p(f"Dimension A is the distance between frame plate and pressure plate, measured at each tightening bolt. With new "
           f"gaskets it is {n(facts.a_new_mm)} mm. It must never be less than {n(facts.a_min_mm)} mm.")
    book.figure(frame(book.regular), "Main parts: 1 frame plate, 2 plate pack, 3 pressure plate, 4 carrying bar, 5 guide bar, "
                                     "6 tightening bolt; A is the tightening dimension")


def _installation(book: Book, facts: Exchanger) -> None:
    book.h1("Transport and installation")
    book.h2("Lifting")
    book.box("WARNING", f"Suspended load. The empty exchanger weighs {facts.empty_kg} kg. Lift it by the frame plate and the "
                        "carrying bar with straps, never by the nozzles or the tightening bolts.")
    book.h2("Setting up")
    book.steps([f"Set the frame on a level floor that carries {facts.filled_kg} kg, with 1 m free on both sides of the plate pack.",
                f"Tighten the frame foot bolts to {facts.torque('Frame foot bolts').nm} Nm.",
                "Connect the pipes without force. Fit the rubber nozzle linings flat and without folds.",
                f"Tighten the product nozzle flange bolts to {facts.torque('Product nozzle flange bolts').nm} Nm and the hot water "
                f"nozzle flange bolts to {facts.torque('Hot water nozzle flange bolts').nm} Nm, crosswise.",
                f"Measure dimension A at every bolt. The frame may be out of parallel by at most {facts.skew_mm} mm."])


def _operation(book: Book, facts: Exchanger, plant: Plant) -> None:
    n = number
    book.h1("Operation")
    book.h2("Start-up")
    book.steps([f"Check that the drain valve {plant.tag('HV-E-drain')} is closed and that dimension A is right.",
                f"Open the product inlet valve {plant.tag('HV-E-in')} slowly and vent the product side. Filling takes at least "
                f"{facts.fill_min} minutes.",
                f"Open the product outlet valve {plant.tag('HV-E-out')} and bring the product flow to a steady value.",
                f"Open the hot water return valve {plant.tag('HV-E-hot-out')}, then the supply valve {plant.tag('HV-E-hot-in')}. "
                "Vent the hot water side.",
                f"Open the hot water control valve {plant.tag('TV')} by hand. Heat up by at most {facts.heat_rate_c_min} °C per "
                "minute.",
                f"When the outlet temperature {plant.tag('TICSA')} reads {n(facts.outlet_c)} °C, switch the controller to "
                "automatic.",
                "Look for leaks along the plate pack. Weeping during heating up may stop by itself; a jet never does."])
    book.box("CAUTION", "Pressure shocks push the gaskets out. Open and close valves slowly, product before hot water.")
    book.h2("Shutdown")
    book.steps([f"Close the hot water control valve {plant.tag('TV')} first and let the product run on.",
                f"Cool down by at most {facts.heat_rate_c_min} °C per minute until the outlet is below 40 °C.",
                "Stop the product flow.",
                f"For a stop of more than 3 days, drain the product side through {plant.tag('HV-E-drain')} and rinse it with "
                "clean water."])
