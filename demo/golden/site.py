"""What the site's own documents say, and where they repeat what the manuals say."""

from collections.abc import Iterator

from demo import alarm_sheet, procedure_operating, revisions, spares_list
from demo.evidence import records
from demo.facts import number as n
from demo.facts_alarms import Alarm, alarms
from demo.facts_site import operating, standard
from demo.facts_spares import StoreItem, store
from demo.golden import alarms as response
from demo.golden import operating as working
from demo.golden import revision
from demo.golden import store as shelves
from demo.golden.feed_limits import Also
from demo.golden.item import Piece, Topic
from demo.golden.places import Places, Quote
from demo.plant import Plant

BILINGUAL = (alarm_sheet.FILE,)
_FIRST_ROW = 4  # of the spare parts list, after title, empty row and head


def topics(plant: Plant, places: Places) -> Iterator[Topic]:
    found = alarms(plant)

    def action(alarm: Alarm) -> list[Piece]:
        return places.prove(alarm_sheet.FILE, *(alarm_sheet.row(plant, alarm, language) for language in ("en", "zh")))

    def minutes(alarm: Alarm) -> list[Piece]:
        return places.prove(alarm_sheet.FILE, *(alarm_sheet.row(plant, alarm, language)[:5] for language in ("en", "zh")))

    yield from response.topics(found, plant, action, minutes)
    tags = {"feed": plant.tag("P-A"), "P-D": plant.tag("P-D"), "E": plant.tag("E")}
    yield from shelves.topics(store(plant), tags, lambda item: _row(plant, item))
    yield from working.topics(operating(plant), plant, places)
    yield from revision.topics(standard(plant, "A"), standard(plant, "B"), places)


def limits(plant: Plant, places: Places) -> Also:
    """Where the alarm sheet, and for bearings and vibration the site standard, state a limit of a live tag."""
    found, current = alarms(plant), standard(plant, "B")
    rows: dict[str, Quote] = {
        "TI-DE-A": ("Bearing temperature", n(current.bearing_alarm_c), n(current.bearing_trip_c), "°C"),
        "VI-A": ("Vibration velocity (RMS)", n(current.vibration_alarm_mm_s), n(current.vibration_trip_mm_s), "mm/s")}

    def also(key: str, limit: float) -> list[tuple[str, Quote]]:
        keys = (key, f"{key[:-1]}B") if key.endswith("-A") else (key,)
        told = [(alarm_sheet.FILE, _setting(plant, alarm, language)) for alarm in found for language in ("en", "zh")
                if alarm.key in keys and alarm.setpoint == round(limit, 2)]
        return [*told, *([(revisions.FILE, rows[key])] if key in rows else []), *_watched(plant, key, limit)]

    return also


def _watched(plant: Plant, key: str, limit: float) -> list[tuple[str, Quote]]:
    """The operating procedure's row of a tag, which gives its low and its high alarm."""
    it = plant.instrument(key)
    if key not in procedure_operating.WATCHED or limit not in (it.low, it.high):
        return []
    low, high = ("-" if one is None else n(round(one, 2)) for one in (it.low, it.high))
    return [(file, (it.tag, n(it.normal), low, high, it.unit)) for file in working.OPERATING]


def _setting(plant: Plant, alarm: Alarm, language: str) -> Quote:
    return alarm_sheet.row(plant, alarm, language)[:3]


def store_rows(plant: Plant) -> dict[str, list[Piece]]:
    """By part number: its row in the store's list."""
    return {item.number: _row(plant, item) for item in store(plant)}


def _row(plant: Plant, item: StoreItem) -> list[Piece]:
    return records([str(_FIRST_ROW + store(plant).index(item))], spares_list.SHEET)
