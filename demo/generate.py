"""Writes the demo plant's documents: the same seed writes the same bytes."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from demo import golden, log, manual_en, manual_zh, questions, register
from demo.facts import feed_pump
from demo.facts_dosing import dosing_pump
from demo.isolation import isolate
from demo.plant import Plant, build

_ISOLATED = ("T-F", "P-A", "P-B", "E", "T-P", "P-D")


def generate(seed: int, out: Path) -> None:
    """Manuals, log, drawings, register, golden set, questions and facts of the plant of ``seed``, into ``out``."""
    from demo.pid import write_pid

    plant = build(seed)
    documents(plant, out)
    write_pid(plant, out / "drawings")


def documents(plant: Plant, out: Path) -> None:
    """All but the drawings. The golden set comes after the manuals, whose pages it cites."""
    manuals = out / "manuals"
    manual_en.write(plant, manuals / manual_en.FILE)
    manual_zh.write(plant, manuals / manual_zh.FILE)
    log.write(plant, out / "logs" / log.FILE)
    register.write(plant, out / register.FILE)
    golden.write(plant, manuals, out / golden.FILE)
    questions.write(plant, out / questions.FILE)
    (out / "plant.json").write_text(json.dumps(checks(plant), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


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
    }
