"""The site standard on lubrication and vibration in two revisions; B is current, A had other limits."""

from pathlib import Path

from demo._pdf import Book, Cover
from demo.facts import feed_pump
from demo.facts import number as n
from demo.facts_site import Revision, Standard, oil_points, standard
from demo.plant import Plant

FILE = "lubrication_vibration_standard.pdf"


def write(plant: Plant, path: Path, revision: Revision = "B") -> None:
    """Write one revision of the standard to ``path``."""
    facts = standard(plant, revision)
    tags = ", ".join(tag for tag, *_ in oil_points(plant))
    cover = Cover(
        title="Site standard: lubrication and vibration of pumps", subtitle=f"{plant.site}, unit {plant.unit}",
        number=facts.document, revision=facts.revision, date=facts.effective,
        rows=(("Document number", facts.document), ("Revision", facts.revision), ("Effective date", facts.effective),
              ("Replaces", "-" if revision == "A" else "revision A"), ("Applies to tags", tags)),
        imprint="Harbour Works, maintenance department.")
    book = Book("en", cover)
    _scope(book, plant)
    _limits(book, facts, plant)
    _lubrication(book, facts, plant)
    _changes(book, facts, plant)
    book.save(path)


def _scope(book: Book, plant: Plant) -> None:
    book.h1("Scope and duties")
    book.p(f"This standard holds for the pumps of unit {plant.unit}. It tells which bearing temperature and vibration are allowed, "
           "how often they are measured and how oil is looked after. Where it and a maker's manual disagree, the lower limit holds "
           "until the maintenance engineer has decided.")
    book.table("Duties", ["Who", "Does"], [
        ["Operator", "reads the local and the control room values, acts on alarms"],
        ["Mechanic", "measures on the vibration route, takes oil samples, changes oil"],
        ["Maintenance engineer", "judges trends, releases a pump after a trip, keeps this standard"]], [1.4, 4])


def _limits(book: Book, facts: Standard, plant: Plant) -> None:
    a, b = feed_pump(plant).tags
    book.h1("Limits")
    book.h2("Bearing temperature and vibration")
    book.p(f"The limits hold for the feed pumps {a} and {b}, each bearing and each direction of measurement alike.")
    book.table("Allowed bearing temperature and vibration", ["Quantity", "Alarm", "Trip", "Unit"], [
        ["Bearing temperature", n(facts.bearing_alarm_c), n(facts.bearing_trip_c), "°C"],
        ["Vibration velocity (RMS)", n(facts.vibration_alarm_mm_s), n(facts.vibration_trip_mm_s), "mm/s"]], [3, 1, 1, 1])
    book.box("WARNING", f"A pump that was stopped at {n(facts.vibration_trip_mm_s)} mm/s or at {n(facts.bearing_trip_c)} °C is not "
                        "started again before the maintenance engineer has released it.")
    book.h2("Measuring")
    book.steps([
        f"Measure the vibration of each feed pump every {facts.vibration_route_days} days on the route, at both bearings, in three "
        "directions, at steady flow.",
        "Measure with the pump warm, at least one hour after its start.",
        f"Report a value that rose by more than {facts.report_rise_pct} % since the last route, even below the alarm limit.",
        f"At {n(facts.vibration_alarm_mm_s)} mm/s and above, raise a work order and measure again within three days."])


def _lubrication(book: Book, facts: Standard, plant: Plant) -> None:
    book.h1("Lubrication")
    book.h2("Oils and quantities")
    book.table("Oils of the pumps", ["Tag", "Oil", "Quantity (L)", "Change every (h)"],
               [[tag, oil, litres, str(hours)] for tag, oil, litres, hours in oil_points(plant)], [1.4, 3, 1.4, 1.6])
    book.p("Oils of different grades are never mixed. Cans are labelled with the tag of the pump and closed after each use.")
    book.h2("Oil samples")
    book.p(f"Take an oil sample of each pump every {facts.oil_sample_months} months and send it to the laboratory.")
    book.steps([
        "Run the pump warm and stop it.", f"Draw {facts.oil_sample_ml} mL from the middle of the oil, not from the bottom.",
        "Write tag, date, hours run and oil grade on the bottle.",
        f"Change the oil at once if the laboratory finds more than {facts.water_ppm} mg/kg of water or any metal glitter."])


def _changes(book: Book, facts: Standard, plant: Plant) -> None:
    book.h1("Record of revisions")
    first, second = standard(plant, "A"), standard(plant, "B")
    rows = [["A", first.effective, "First issue"]]
    if facts.revision == "B":
        rows.append(["B", second.effective, f"Limits brought into line with the pump manual {feed_pump(plant).document}; "
                                            "oil samples more often"])
    book.table("Revisions", ["Revision", "Effective from", "Reason"], rows, [1, 1.4, 4])
    if facts.revision == "B":
        book.p("Revision B replaces revision A, which is no longer valid. The table shows what changed; all else is as it was.")
        book.table("What changed from revision A to revision B", ["Item", "Revision A", "Revision B", "Unit"], [
            ["Bearing temperature, alarm", n(first.bearing_alarm_c), n(second.bearing_alarm_c), "°C"],
            ["Vibration velocity, alarm", n(first.vibration_alarm_mm_s), n(second.vibration_alarm_mm_s), "mm/s"],
            ["Interval of oil samples", str(first.oil_sample_months), str(second.oil_sample_months), "months"]],
            [3, 1.3, 1.3, 1])
