"""The feed pump manual: the chapters from lubrication to records."""

from demo._pdf import Book
from demo.facts import FeedPump, number
from demo.plant import Plant
from demo.troubles import feed_troubles


def lubrication(book: Book, facts: FeedPump) -> None:
    n = number
    book.h1("Lubrication")
    book.h2("Lubricants, quantities and intervals")
    book.table("Lubrication", ["Point", "Lubricant", "Quantity", "First change after", "Interval"], [
        ["Pump bearing housing", f"mineral oil {facts.oil_grade}", f"{n(facts.oil_litres)} L", f"{facts.first_oil_h} h",
         f"{facts.oil_h} h, at least every {facts.oil_months} months"],
        ["Motor bearing, drive end", f"grease, {facts.grease}", f"{facts.grease_de_g} g", "-", f"{facts.grease_h} h"],
        ["Motor bearing, non-drive end", f"grease, {facts.grease}", f"{facts.grease_nde_g} g", "-",
         f"{facts.grease_h} h"],
        ["Coupling", "none", "-", "-", "-"]], [2.3, 2.6, 1.2, 1.4, 2.3])
    book.p(f"The bearing housing holds {n(facts.oil_litres)} L of mineral oil {facts.oil_grade}. Change the oil for "
           f"the first "
           f"time after {facts.first_oil_h} operating hours, then every {facts.oil_h} operating hours.")
    book.h2("Oil change")
    book.box("CAUTION", "Never mix oils of different grades. Too much oil makes the bearings as hot as too little "
                        "does.")
    book.steps(["Run the pump warm, then stop it and lock out the motor.",
                "Put a tray of 1 L under the housing and remove the oil drain plug.",
                "Look at the oil: milky oil means water, glitter means bearing wear. Send a sample of 100 mL to the "
                "laboratory "
                "if either is seen.",
                f"Refit the drain plug with a new sealing ring and tighten it to {facts.torque('Oil drain plug').nm} "
                f"Nm.",
                f"Fill in {n(facts.oil_litres)} L of {facts.oil_grade} through the vent plug. The level must stand at "
                f"the middle "
                "of the sight glass with the pump at rest.",
                "Fill the constant level oiler and check it again after one hour of running."])
    book.h2("Regreasing the motor bearings")
    book.p(f"Press {facts.grease_de_g} g of grease into the drive-end nipple and {facts.grease_nde_g} g into the "
           f"non-drive-end "
           f"nipple every {facts.grease_h} operating hours, with the motor running. Wipe off what comes out of the "
           f"relief "
           "opening after 30 minutes.")


def maintenance(book: Book, facts: FeedPump) -> None:
    n = number
    book.h1("Maintenance")
    book.h2("Maintenance schedule")
    book.table("Maintenance schedule", ["Task", "Interval", "By whom"], [
        ["Look and listen: leaks, noise, oil level", "every day", "operator"],
        ["Read bearing temperature and vibration", "every week", "operator"],
        ["Check the mechanical seal for leakage", f"{facts.seal_check_h} h", "mechanic"],
        ["Change over duty and standby pump", "4 weeks", "operator"],
        ["Change the bearing oil", f"{facts.oil_h} h", "mechanic"],
        ["Regrease the motor bearings", f"{facts.grease_h} h", "mechanic"],
        ["Check coupling alignment and spider", f"{facts.coupling_check_h} h", "mechanic"],
        ["Measure wear ring clearance", "at each opening, at least every 24 months", "mechanic"],
        ["Test the motor protection", "12 months", "electrician"]], [4, 3, 1.4])
    _clearances(book, facts)
    book.h2("Tightening torques")
    book.p("The torques hold for clean, lightly oiled threads of property class 8.8 or A4-70. Tighten flanges and "
           "covers "
           "crosswise in three passes.")
    book.table("Tightening torques", ["Joint", "Thread", "Torque", "Unit"],
               [[t.place, t.bolt, n(t.nm), "Nm"] for t in facts.torques], [4, 1.5, 1.5, 1])
    _seal(book, facts)
    _bearings(book, facts)


def _clearances(book: Book, facts: FeedPump) -> None:
    n = number
    book.h2("Clearances and wear limits")
    book.table("Clearances and wear limits", ["Measure", "New", "Replace at", "Unit"], [
        ["Wear ring clearance, on the diameter", n(facts.ring_new_mm), n(facts.ring_max_mm), "mm"],
        ["Shaft runout at the seal", "0.02", n(facts.runout_mm), "mm"],
        ["Shaft end float", "0.08", n(facts.end_float_mm), "mm"],
        ["Coupling gap", n(facts.coupling_gap_mm), f"outside {facts.coupling_gap_mm} ± 0.5", "mm"],
        ["Coupling offset, parallel", "0.02", n(facts.offset_mm), "mm"],
        ["Coupling misalignment, angular", "0.03", n(facts.angular_mm), "mm"]], [4, 1.2, 2, 1])
    book.p(f"Replace the wear rings when the clearance on the diameter reaches {n(facts.ring_max_mm)} mm. A worn ring "
           f"costs head "
           "and raises the motor current.")


def _seal(book: Book, facts: FeedPump) -> None:
    n = number
    book.h2("Replacing the mechanical seal")
    book.p(f"Replace the seal when it leaks more than {facts.seal_leak_ml_h} mL/h after the running-in hour. Have "
           f"ready: "
           f"mechanical seal part {facts.spare('Mechanical seal').number}, casing gasket part "
           f"{facts.spare('Casing gasket').number}.")
    book.box("WARNING", "Isolate, drain and lock out the pump as chapter 2 tells before the casing is opened.")
    book.steps([
        "Remove the coupling guard and the coupling spacer.",
        "Undo the casing nuts and pull the back pull-out unit out of the casing. The motor stays in place.",
        "Hold the shaft at the coupling and undo the impeller nut. It has a left-hand thread: turn it clockwise.",
        "Pull off the impeller and take out the key.",
        "Undo the seal gland nuts. Slide the gland with the stationary ring off the shaft, then the rotating unit.",
        f"Clean the shaft. Polish out marks. Measure the runout at the seal: at most {n(facts.runout_mm)} mm.",
        "Press the new stationary ring into the gland by hand with clean water. Never touch the faces with bare "
        "fingers.",
        f"Slide the rotating unit on and set it so that the spring is compressed by {n(facts.seal_compress_mm)} mm "
        f"when the "
        "gland is home.",
        f"Tighten the seal gland nuts evenly to {facts.torque('Seal gland nuts').nm} Nm.",
        f"Fit key and impeller and tighten the impeller nut to {facts.torque('Impeller nut').nm} Nm.",
        f"Fit a new casing gasket, push the unit in and tighten the casing nuts to {facts.torque('Casing nuts').nm} Nm "
        "crosswise.",
        "Turn the shaft by hand. It must turn freely. Fit spacer and guard, fill, vent and check for leaks."])


def _bearings(book: Book, facts: FeedPump) -> None:
    n = number
    book.h2("Replacing the bearings")
    book.p(f"The drive-end bearing is {facts.bearing_de} and the non-drive-end bearing is {facts.bearing_nde}. Always "
           f"replace "
           "both, together with both oil seals.")
    book.steps([
        "Drain the oil, then take out the back pull-out unit, the impeller and the seal as told above.",
        "Pull the coupling half off with a puller. Never hammer on the shaft.",
        "Undo the bearing cover screws and push the shaft out towards the coupling side.",
        "Pull the old bearings at the inner ring. Measure the seats: renew the shaft if a seat is worn by more than "
        "0.02 mm.",
        f"Heat the new bearings to {facts.bearing_heat_c} °C with an induction heater and slide them home against the "
        f"shoulder. "
        "Never heat above 120 °C.",
        "Let the bearings cool, then fit the shaft into the housing with new oil seals.",
        f"Tighten the bearing cover screws to {facts.torque('Bearing cover screws').nm} Nm. Check the end float: "
        f"at most {n(facts.end_float_mm)} mm.",
        f"Fill in {n(facts.oil_litres)} L of oil {facts.oil_grade}, align the coupling and run the pump for 2 hours.",
        f"The bearing temperature must settle below {n(facts.limits.bearing[0])} °C and the vibration below "
        f"{n(facts.limits.vibration[0])} mm/s."])


def troubleshooting(book: Book, facts: FeedPump, plant: Plant) -> None:
    book.h1("Troubleshooting")
    book.p("Find the symptom in the first column and work through the causes from top to bottom. Isolate the pump "
           "before you "
           "open anything.")
    book.table("Troubleshooting", ["Symptom", "Cause", "Remedy"],
               [[row.symptom, row.cause, row.remedy] for row in feed_troubles(facts, plant)], [2.2, 2.6, 4])


def spares(book: Book, facts: FeedPump) -> None:
    book.h1("Spare parts")
    book.p("Give the model, the tag and the part number with each order.")
    book.table("Spare parts", ["Position", "Part", "Part number", "Per pump", "Note"],
               [[s.position, s.name, s.number, str(s.quantity), s.note or "-"] for s in facts.spares],
               [1, 2.4, 2, 1, 3])
    names = ("Mechanical seal", "Casing gasket", "Drive-end bearing", "Non-drive-end bearing", "Coupling spider")
    book.p("Keep in store for two years of running: " + ", ".join(f"one {name.lower()}" for name in names) + ".")


def records(book: Book, facts: FeedPump) -> None:
    a, b = facts.tags
    book.h1("Records and disposal")
    book.h2("Commissioning record")
    book.table("Commissioning record, to be filled in for each pump", ["Check", a, b], [
        [check, "", ""] for check in ("Parallel offset (mm)", "Angular misalignment (mm)", "Oil filled in (L)",
                                      "Drive-end bearing after 2 h (°C)", "Non-drive-end bearing after 2 h (°C)",
                                      "Vibration velocity (mm/s)", "Motor current (A)", "Discharge pressure (bar)",
                                      "Seal leakage (mL/h)", "Date and name")], [3, 2, 2])
    book.h2("Disposal")
    book.p("Drain and flush the pump before it leaves the site. Oil and grease go to the waste oil store. Casing, "
           "impeller and "
           "shaft are metal scrap; seal faces and elastomers go to residual waste.")
