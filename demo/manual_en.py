"""The feed pump manual: English, born-digital PDF. This file has the chapters up to operation."""

from pathlib import Path

from demo import manual_en_service as service
from demo._pdf import Book, Cover
from demo.facts import FeedPump, feed_pump, number
from demo.isolation import isolate
from demo.manual_figures import curve, curve_points, section
from demo.plant import Plant

FILE = "feed_pump_manual.pdf"


def write(plant: Plant, path: Path) -> None:
    """Write the manual of the plant's feed pumps to ``path``."""
    facts = feed_pump(plant)
    a, b = facts.tags
    cover = Cover(
        title=f"Centrifugal Feed Pump {facts.model}", subtitle="Installation, Operation and Maintenance Manual",
        number=facts.document, revision=facts.revision, date=facts.date,
        rows=(("Document number", facts.document), ("Revision", facts.revision), ("Date", facts.date),
              ("Model", facts.model), ("Applies to tags", f"{a} and {b}"), ("Site", f"{plant.site}, unit {plant.unit}"),
              ("Medium", "Product feed, water-like, clean, no abrasive solids")),
        imprint="Kestrel Pump Works, a maker invented for this demonstration. Original instructions.")
    book = Book("en", cover)
    _about(book, facts, plant)
    _safety(book, facts, plant)
    _data(book, facts)
    _installation(book, facts)
    _operation(book, facts, plant)
    service.lubrication(book, facts)
    service.maintenance(book, facts)
    service.troubleshooting(book, facts, plant)
    service.spares(book, facts)
    service.records(book, facts)
    book.save(path)


def _about(book: Book, facts: FeedPump, plant: Plant) -> None:
    a, b = facts.tags
    book.h1("About this manual")
    book.h2("Scope")
    book.p(f"This manual covers the two feed pumps {a} and {b}, model {facts.model}. Both pumps are identical. One "
           f"runs on "
           f"duty while the other stands by. In this plant {plant.tag(plant.duty)} is the duty pump and "
           f"{plant.tag(plant.standby)} is the standby pump.")
    book.p(f"Each pump takes product from the feed tank {plant.tag('T-F')} and delivers it through the flow control "
           f"valve "
           f"{plant.tag('FV')} to the plate heat exchanger {plant.tag('E')}.")
    book.h2("Signal words")
    book.table("Signal words used in this manual", ["Word", "Meaning"], [
        ["DANGER", "Will cause death or serious injury if it is not avoided."],
        ["WARNING", "Can cause death or serious injury if it is not avoided."],
        ["CAUTION", "Can cause minor injury or damage to the pump if it is not avoided."]], [1, 5])
    book.h2("Who may do the work")
    book.p("Operation, start-up and shutdown are for trained operators. Work on the motor terminals is for "
           "electricians "
           "only. Seal and bearing replacement is for mechanics who have read chapters 2 and 7.")


def _safety(book: Book, facts: FeedPump, plant: Plant) -> None:
    book.h1("Safety and isolation")
    book.h2("General")
    book.box("DANGER", "Rotating shaft and coupling. Never run the pump without its coupling guard. Loose clothing "
                       "and hair "
                       "can be drawn in.")
    book.box("WARNING", f"Hot surface. The bearing housing can exceed {number(facts.limits.bearing[0])} °C. Let it "
                        f"cool "
                        "below 40 °C before you touch it.")
    book.p(f"The casing is built for at most {facts.max_casing_bar} bar and for liquid between {facts.min_temp_c} °C "
           f"and "
           f"{facts.max_temp_c} °C. Never close both the suction and the discharge valve of a running pump: trapped "
           f"liquid "
           "heats up within minutes and can burst the casing.")
    book.h2("Lockout and tagout (LOTO)")
    book.box("DANGER", "Stored pressure and unexpected start. Lock out the motor and every isolation valve before you "
                       "open "
                       "the pump. A check valve is not an isolation point.")
    for key in ("P-A", "P-B"):
        _lockout(book, facts, plant, key)
    book.h2("Isolation points")
    rows = [[plant.tag(key), tag, _purpose(plant, tag), _usual(plant, tag), state] for key in ("P-A", "P-B")
            for state, tags in (("closed, locked", isolate(plant, key).close), ("open", isolate(plant, key).drains))
            for tag in tags]
    book.table("Isolation points of the feed pumps", ["Pump", "Valve", "Purpose", "In normal running", "When isolated"],
               rows, [1.2, 1.3, 2.4, 1.8, 1.8])
    book.h2("Return to service")
    book.steps(["Check that all covers, plugs and the coupling guard are in place and all tools are out.",
                "Close the casing drain valve.", "Remove the locks and tags. Each person removes only their own lock.",
                "Fill and vent the pump as chapter 5 tells, then start it."])


def _lockout(book: Book, facts: FeedPump, plant: Plant, key: str) -> None:
    tag, letter = plant.tag(key), key[-1]
    twin = plant.tag("P-B" if key == "P-A" else "P-A")
    points = isolate(plant, key)
    others = [t for t in points.close if t not in (plant.tag(f"HV-{letter}-suc"), plant.tag(f"HV-{letter}-dis"))]
    more = [f"Close the {_purpose(plant, other)} valve {other} of {tag}, lock it and tag it." for other in others]
    book.h2(f"Isolation procedure of {tag}")
    book.steps([
        f"Tell the control room. Put {twin} into service and stop {tag}.",
        f"Switch off the motor isolator of {tag}, lock it and tag it. Try to start {tag} to prove that it is dead.",
        f"Close the discharge valve {plant.tag(f'HV-{letter}-dis')} of {tag}, lock it and tag it.", *more,
        f"Close the suction valve {plant.tag(f'HV-{letter}-suc')} of {tag}, lock it and tag it.",
        f"Open the casing drain valve {points.drains[0]} and drain {tag} until nothing flows.",
        f"Check that the discharge pressure {plant.tag(f'PI-DIS-{letter}')} and the suction pressure "
        f"{plant.tag(f'PI-SUC-{letter}')} read 0 bar. Leave {points.drains[0]} open and tagged during the work.",
    ])


def _purpose(plant: Plant, tag: str) -> str:
    name = next(part.name for part in plant.parts if part.tag == tag)
    return name.removesuffix(" valve")


def _usual(plant: Plant, tag: str) -> str:
    return next(part.normally for part in plant.parts if part.tag == tag)


def _data(book: Book, facts: FeedPump) -> None:
    n, limit = number, facts.limits
    book.h1("Technical data")
    book.h2("Rated data")
    book.table("Technical data", ["Quantity", "Value", "Unit"], [
        ["Rated flow", n(facts.flow_m3h), "m³/h"], ["Rated head", n(facts.head_m), "m"],
        ["Minimum continuous flow", n(facts.min_flow_m3h), "m³/h"], ["Rated speed", n(facts.speed_rpm), "rpm"],
        ["Motor power", n(facts.motor_kw), "kW"], ["Motor rated current at 400 V", n(facts.motor_a), "A"],
        ["NPSH required at rated flow (NPSHr)", n(facts.npshr_m), "m"],
        ["Pump efficiency at rated flow", n(facts.efficiency_pct), "%"],
        ["Impeller diameter as supplied", n(facts.impeller_mm), "mm"],
        ["Highest liquid temperature", n(facts.max_temp_c), "°C"], ["Lowest liquid temperature", n(facts.min_temp_c),
                                                                    "°C"],
        ["Highest casing pressure", n(facts.max_casing_bar), "bar"], ["Hydrostatic test pressure",
                                                                      n(facts.hydro_test_bar), "bar"],
        ["Weight of pump", n(facts.pump_kg), "kg"], ["Weight of motor", n(facts.motor_kg), "kg"],
        ["Weight of complete set with base plate", n(facts.set_kg), "kg"],
        ["Starts per hour, at most", n(facts.starts_per_hour), "1/h"], ["Drive-end bearing", facts.bearing_de, "-"],
        ["Non-drive-end bearing", facts.bearing_nde, "-"], ["Mechanical seal", facts.seal_type, "-"],
        ["Shaft diameter at the seal", n(facts.seal_mm), "mm"]], [4, 4, 1])
    book.h2("Operating limits")
    book.p("The limits below are set in the control system. At the alarm limit the operator acts; at the trip limit "
           "the pump "
           "must stop.")
    book.table("Alarm and trip limits", ["Quantity", "Alarm", "Trip", "Unit"], [
        ["Drive-end bearing temperature, high", n(limit.bearing[0]), n(limit.bearing[1]), "°C"],
        ["Non-drive-end bearing temperature, high", n(limit.bearing[0]), n(limit.bearing[1]), "°C"],
        ["Vibration velocity (RMS), high", n(limit.vibration[0]), n(limit.vibration[1]), "mm/s"],
        ["Motor current, high", n(limit.current[0]), n(limit.current[1]), "A"],
        ["Discharge pressure, high", n(round(limit.discharge[0], 2)), n(round(limit.discharge[1], 2)), "bar"],
        ["Suction pressure, low", n(limit.suction[0]), n(limit.suction[1]), "bar"],
        ["Speed, high", n(limit.speed), "-", "rpm"]], [4, 1.2, 1.2, 1])
    book.p(f"If a bearing passes {n(limit.bearing[0])} °C, check the oil level first, then alignment and vibration. "
           f"Stop the "
           f"pump at {n(limit.bearing[1])} °C.")
    book.h2("Performance")
    book.figure(curve(facts), f"Head over flow of {facts.model} at {n(facts.speed_rpm)} rpm; the ring marks the rated "
                              f"point")
    book.table("Points of the performance curve", ["Flow (m³/h)", "Head (m)", "NPSHr (m)"],
               [[n(flow), n(head), n(npsh)] for flow, head, npsh in curve_points(facts)], [1, 1, 1])
    book.h2("Design")
    book.p("The pump is a single-stage volute pump with an end suction nozzle. The overhung impeller sits on the "
           "shaft with a "
           "key and a left-hand nut. Two deep-groove ball bearings run in an oil bath. A single mechanical seal "
           "closes the "
           "shaft passage. A spacer coupling with a plastic spider joins pump and motor.")
    book.figure(section(book.regular), "Main parts: 230 impeller, 433 mechanical seal, 321.1 drive-end bearing, "
                                       "321.2 non-drive-end bearing, 867 coupling")


def _installation(book: Book, facts: FeedPump) -> None:
    n = number
    book.h1("Transport and installation")
    book.h2("Lifting")
    book.box("WARNING", f"Suspended load. The complete set weighs {facts.set_kg} kg. Sling it under the base plate. "
                        f"Never lift "
                        "it by the motor eye bolt: that one carries the motor alone.")
    book.h2("Storage")
    book.p("Store the pump dry and free of vibration. Turn the shaft by hand once a month and leave it a quarter turn "
           "further on. After 12 months in store, renew the oil and check the seal faces before use.")
    book.h2("Foundation and piping")
    book.steps(["Set the base plate on the cured foundation and level it within 0.2 mm per metre.",
                f"Grout the base plate. After curing, tighten the foundation bolts to "
                f"{facts.torque('Foundation bolts').nm} Nm.",
                "Fit the suction pipe with a slope that rises to the pump, so that no air pocket forms.",
                "Support the pipes next to the flanges. The flanges must meet without force.",
                f"Tighten the suction flange bolts to {facts.torque('Suction flange bolts').nm} Nm and the discharge "
                f"flange "
                f"bolts to {facts.torque('Discharge flange bolts').nm} Nm, crosswise."])
    book.h2("Coupling alignment")
    book.p(f"Align with a dial gauge or laser on the cold pump. The parallel offset must not exceed "
           f"{n(facts.offset_mm)} mm and "
           f"the angular misalignment must not exceed {n(facts.angular_mm)} mm across the coupling diameter. The gap "
           f"between "
           f"the coupling halves is {facts.coupling_gap_mm} mm.")
    book.steps(["Lock out the motor and remove the coupling guard.",
                "Check for soft foot: loosen one motor foot bolt at a time; the foot must not lift by more than 0.05 "
                "mm.",
                "Measure offset and angle at 12, 3, 6 and 9 o'clock.",
                "Correct the height with stainless shims, at most three under a foot, then the sideways position.",
                f"Tighten the motor foot bolts to {facts.torque('Motor foot bolts').nm} Nm and measure again.",
                "Refit the coupling guard. Repeat the measurement when the pump is at operating temperature."])


def _operation(book: Book, facts: FeedPump, plant: Plant) -> None:
    a, b = facts.tags
    strainer = "STR-A" in {part.key for part in plant.parts}
    book.h1("Operation")
    book.h2("Before the first start")
    book.steps([f"Fill the bearing housing with {number(facts.oil_litres)} L of oil {facts.oil_grade}.",
                "Check the direction of rotation with the coupling apart: clockwise, seen from the motor.",
                "Check the alignment and close the coupling guard.",
                *([f"Clean the suction strainers {plant.tag('STR-A')} and {plant.tag('STR-B')}."] if strainer else []),
                "Fill the suction pipe and the casing, and vent them until liquid without bubbles comes out."])
    book.h2("Start-up")
    valves = {letter: (plant.tag(f"HV-{letter}-suc"), plant.tag(f"HV-{letter}-dis")) for letter in "AB"}
    book.steps([f"Open the suction valve fully: {valves['A'][0]} for {a}, {valves['B'][0]} for {b}.",
                f"Open the discharge valve by a quarter: {valves['A'][1]} for {a}, {valves['B'][1]} for {b}.",
                "Start the motor and watch the discharge pressure. It must rise within 10 seconds.",
                "Open the discharge valve slowly until the rated flow is reached.",
                f"Watch the mechanical seal. A leak of up to {facts.seal_leak_ml_h} mL/h is normal during the first "
                f"hour.",
                "Note bearing temperature, vibration and motor current after 30 minutes."])
    book.box("CAUTION", f"Never run the pump dry or below {number(facts.min_flow_m3h)} m³/h. The seal faces are "
                        f"destroyed within "
                        "a minute without liquid.")
    book.p(f"The motor may be started at most {facts.starts_per_hour} times an hour. After a trip, wait "
           f"{facts.restart_wait_min} minutes before the next start.")
    book.h2("Changing over from the duty pump to the standby pump")
    duty, standby = plant.tag(plant.duty), plant.tag(plant.standby)
    book.steps([f"Check the oil level of {standby} and turn its shaft by hand.",
                f"Start {standby} as told under start-up.",
                f"When {standby} holds the discharge pressure, close the discharge valve of {duty} slowly.",
                f"Stop {duty}. Leave its suction valve open so that it stays filled for standby.",
                "Change pumps every 4 weeks so that both wear alike and the standby bearings do not corrode."])
    book.h2("Shutdown")
    book.steps(["Close the discharge valve to a quarter, then stop the motor.",
                "Watch the shaft run down. It must stop smoothly, in no less than 8 seconds.",
                "For a short stop, leave the suction valve open. For a stop of more than 14 days, close it and drain "
                "the "
                "casing.", "If frost is possible, drain the pump at once."])
