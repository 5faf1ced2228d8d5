"""The asset register: a row for each piece of equipment, valve and instrument of the plant."""

import csv
import io
from pathlib import Path

from demo import manual_en, manual_exchanger, manual_zh
from demo.plant import Instrument, Part, Plant

FILE = "asset_register.csv"
COLUMNS = ("Tag", "Name", "Name (zh)", "Nicknames", "Kind", "Area", "Model", "Parent", "Duty", "Manuals")
_UNLISTED = ("tee", "open_end", "off_page")


def write(plant: Plant, path: Path) -> None:
    """Write the register as CSV, UTF-8 with a byte order mark."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows(_part(plant, part) for part in plant.parts if part.role not in _UNLISTED)
    table.writerows(_instrument(plant, instrument) for instrument in plant.instruments)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())


def _part(plant: Plant, part: Part) -> list[str]:
    parent = plant.part(part.parent) if part.parent else None
    # "drain valve" alone would name six valves: the equipment's name stands in front.
    name, name_zh = (f"{parent.name} {part.name}", f"{parent.name_zh}{part.name_zh}") if parent else (part.name,
                                                                                                      part.name_zh)
    if part.role == "control_valve":
        name, name_zh = part.name[0].upper() + part.name[1:], part.name_zh
    manuals = {"pump": manual_en.FILE, "dosing pump": manual_zh.FILE,
               "heat exchanger": manual_exchanger.FILE}.get(part.kind, "")
    return [part.tag, name, name_zh, ";".join(part.nicknames), part.kind, plant.area, part.model,
            parent.tag if parent else "", part.duty, manuals]


def _instrument(plant: Plant, instrument: Instrument) -> list[str]:
    asset = plant.part(instrument.asset)
    twin = asset.kind == "pump"
    name = f"{asset.name} {instrument.name}" if twin else instrument.name[0].upper() + instrument.name[1:]
    name_zh = f"{asset.name_zh}{instrument.name_zh}" if twin else instrument.name_zh
    kind = "controller" if "C" in instrument.tag.split("-")[0][1:] else "indicator"
    return [instrument.tag, name, name_zh, "", kind, plant.area, "", asset.tag, "", ""]
