"""Writes the demo plant's documents: the same seed writes the same bytes."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from demo import (
    alarm_sheet,
    golden,
    log,
    manual_en,
    manual_exchanger,
    manual_zh,
    procedures,
    questions,
    register,
    revisions,
    spares_list,
)
from demo.facts import feed_pump
from demo.facts_dosing import dosing_pump
from demo.facts_exchanger import exchanger
from demo.facts_site import standard
from demo.isolation import isolate
from demo.plant import Plant, build
from demo.procedure_isolation import isolation_procedure
from demo.procedure_operating import operating_procedure

# What is ingested of the folder, the register first.
SOURCES = ("asset_register.csv", "drawings/pid_unit.xml", "logs", "manuals", "documents")
STANDARD = f"documents/{revisions.FILE}"
_ISOLATED = ("T-F", "P-A", "P-B", "E", "T-P", "P-D")


def generate(seed: int, out: Path) -> None:
    """Manuals, log, drawings, register, golden set, questions and facts of the plant of ``seed``, into ``out``."""
    from demo.pid import write_pid

    plant = build(seed)
    documents(plant, out)
    write_pid(plant, out / "drawings")


def documents(plant: Plant, out: Path) -> None:
    """All but the drawings. The golden set comes after the documents, whose pages it cites."""
    manuals = out / "manuals"
    manual_en.write(plant, manuals / manual_en.FILE)
    manual_zh.write(plant, manuals / manual_zh.FILE)
    manual_exchanger.write(plant, manuals / manual_exchanger.FILE)
    _site_documents(plant, out / "documents")
    log.write(plant, out / "logs" / log.FILE)
    register.write(plant, out / register.FILE)
    golden.write(plant, out, out / golden.FILE)
    questions.write(plant, out / questions.FILE)
    (out / "plant.json").write_text(json.dumps(checks(plant), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _site_documents(plant: Plant, folder: Path) -> None:
    alarm_sheet.write(plant, folder / alarm_sheet.FILE)
    for procedure in (operating_procedure(plant), isolation_procedure(plant)):
        for language in procedures.LANGUAGES:
            procedures.write(plant, procedure, language, folder / procedures.name(procedure, language))
    revisions.write(plant, folder / revisions.FILE)
    spares_list.write(plant, folder / spares_list.FILE)


def golden_only(seed: int, path: Path) -> int:
    """The golden set of ``seed`` alone, its documents made and thrown away; returns how many questions it has."""
    with TemporaryDirectory() as folder:
        documents(build(seed), Path(folder))
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (Path(folder) / golden.FILE).read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    return text.count("\n")


def checks(plant: Plant) -> dict[str, Any]:
    """Facts to check answers against; isolation comes from brute force over the pipes, not from the drawing."""
    counts = Counter((order.asset, order.failure_mode, order.opened.year) for order in log.orders(plant)
                     if order.failure_mode)
    return {
        "seed": plant.seed, "unit": plant.unit, "duty": plant.tag(plant.duty), "standby": plant.tag(plant.standby),
        "options": sorted(plant.options),
        "tags": {part.key: part.tag for part in plant.parts}
        | {instrument.key: instrument.tag for instrument in plant.instruments},
        "isolation": {plant.tag(key): asdict(isolate(plant, key)) for key in _ISOLATED},
        "failures": [{"asset": asset, "failure_mode": mode, "year": year, "count": count}
                     for (asset, mode, year), count in sorted(counts.items())],
        "feed_pump": asdict(feed_pump(plant)), "dosing_pump": asdict(dosing_pump(plant)),
        "heat_exchanger": asdict(exchanger(plant)),
        "standard": [asdict(standard(plant, revision)) for revision in ("A", "B")],
    }
